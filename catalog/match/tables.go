package match

// abbreviations are how Italian names and addresses shorten words. The points
// and spaces inside are gone: "P.zza", "p. za" and "PZZA" are all here.
var abbreviations = map[string]string{
	"v": "via", "vle": "viale", "vl": "viale", "pza": "piazza", "pzza": "piazza", "pz": "piazza", "piaza": "piazza", "ple": "piazzale", "pzle": "piazzale",
	"cso": "corso", "c.so": "corso", "lgo": "largo", "vlo": "vicolo", "vco": "vicolo", "bgo": "borgo", "cda": "contrada", "ctr": "contrada",
	"loc": "localita", "fraz": "frazione", "fr": "frazione", "str": "strada", "sda": "strada", "lung": "lungarno", "lno": "lungarno",
	"flli": "fratelli", "fll": "fratelli", "bibl": "biblioteca", "ist": "istituto", "scuol": "scuola", "parr": "parrocchia", "univ": "universita",
	"dip": "dipartimento", "comp": "comprensivo", "prov": "provinciale", "com": "comunale", "naz": "nazionale", "assoc": "associazione",
	"ass": "associazione", "coop": "cooperativa", "soc": "societa", "dott": "dottor", "dr": "dottor", "prof": "professor", "ing": "ingegner",
	"mons": "monsignor", "sac": "don", "cav": "cavalier", "gen": "generale", "card": "cardinale", "avv": "avvocato", "on": "onorevole", "mus": "museo",
	"arch": "archivio", "farm": "farmacia", "osp": "ospedale", "amb": "ambulatorio", "uff": "ufficio", "sec": "secondaria", "mat": "infanzia", "elem": "primaria", "inf": "infanzia",
	"sta": "san", "sto": "san", "sti": "san", "ss": "san", "santa": "san", "santo": "san", "sant": "san", "santi": "san", "sante": "san",
	"saint": "san", "st": "san", "sankt": "san", "santissimo": "san", "santissima": "san", "beato": "san", "beata": "san", "ssmo": "san", "ssma": "san",
	"ic": "istitutocomprensivo", "iis": "istitutosuperiore", "isis": "istitutosuperiore", "iiss": "istitutosuperiore", "itis": "istitutotecnico", "iti": "istitutotecnico",
	"spa": "", "srl": "", "snc": "", "sas": "", "onlus": "", "odv": "", "aps": "", "ets": "", "scarl": "",
}

// synonyms bring the words that names are made of in other languages, and
// older words for the same, to one.
var synonyms = map[string]string{
	"library": "biblioteca", "bibliotek": "biblioteca", "bibliothek": "biblioteca", "bibliotheque": "biblioteca", "bucherei": "biblioteca",
	"museum": "museo", "musei": "museo", "musee": "museo", "museums": "museo", "church": "chiesa", "kirche": "chiesa", "eglise": "chiesa", "duomo": "cattedrale", "cathedral": "cattedrale",
	"dom": "cattedrale", "school": "scuola", "schule": "scuola", "archive": "archivio", "archives": "archivio", "archiv": "archivio", "theatre": "teatro", "theater": "teatro",
	"castle": "castello", "schloss": "castello", "burg": "castello", "palace": "palazzo", "palais": "palazzo", "square": "piazza", "platz": "piazza", "street": "via", "strasse": "via",
	"office": "ufficio", "pharmacy": "farmacia", "apotheke": "farmacia", "tower": "torre", "turm": "torre", "park": "parco", "gardens": "giardini", "garden": "giardini", "giardino": "giardini",
	"hospital": "ospedale", "municipality": "comune", "city": "comune", "town": "comune", "gemeinde": "comune", "province": "provincia", "public": "pubblica", "gallery": "galleria", "galerie": "galleria",
	"castel": "castello", "kastell": "castello", "center": "centro", "centre": "centro", "visitor": "visite", "visitors": "visite", "visitatori": "visite", "national": "nazionale", "natural": "naturale", "nature": "natura",
	"civic": "comunale", "state": "statale", "diocesan": "diocesano", "contemporary": "contemporanea", "archaeological": "archeologico", "archeological": "archeologico", "history": "storia", "fortress": "fortezza", "forte": "fortezza",
	"mountain": "montagna", "mine": "miniera", "mines": "miniera", "textile": "tessuto", "textiles": "tessuto", "photography": "fotografia", "collection": "collezione", "sculpture": "scultura", "sculptures": "scultura", "royal": "reale",
	"cemetery": "cimitero", "bridge": "ponte", "market": "mercato", "hall": "sala", "science": "scienze", "sciences": "scienze", "work": "opera", "works": "opera", "primary": "primaria", "kindergarten": "infanzia", "nursery": "nido", "high": "superiore",
	"municipio": "palazzo comunale", "emperor": "imperatore",
	"house": "casa", "haus": "casa", "fountain": "fontana", "station": "stazione", "bahnhof": "stazione", "cinema": "cinema", "abbey": "abbazia", "badia": "abbazia", "monastery": "monastero", "kloster": "monastero",
	"civica": "comunale", "civico": "comunale", "civici": "comunale", "comunali": "comunale", "municipale": "comunale", "municipal": "comunale", "communale": "comunale", "art": "arte", "kunst": "arte", "modern": "moderna",
	"elementare": "primaria", "elementari": "primaria", "materna": "infanzia", "asilo": "infanzia", "university": "universita", "universitat": "universita",
	"john": "giovanni", "johann": "giovanni", "mary": "maria", "peter": "pietro", "paul": "paolo", "francis": "francesco", "stephen": "stefano", "lawrence": "lorenzo", "mark": "marco",
	"joseph": "giuseppe", "james": "giacomo", "michael": "michele", "nicholas": "nicola", "niccolo": "nicola", "nicolo": "nicola", "dominic": "domenico", "martin": "martino", "florence": "firenze", "scientific": "scientifico",
}

// stop are words that carry nothing.
var stop = set("a ad ai al alla alle allo agli all con da dal dalla dalle dai dagli dall de dei degli del della delle dello dell di d e ed i gli il in la le lo l " +
	"nel nella nelle nei per su sul sulla tra fra un una the of and von der die das und im am zu o n nr num numero detto detta mo ma du les et non")

// generic are words that many names share; the rarity that is counted in real
// registers (rarity.go) knows only the kinds of those registers.
var generic = set("biblioteca comunale scuola istituto museo chiesa ufficio archivio teatro cinema farmacia ospedale ambulatorio parco giardini piazza via palazzo castello " +
	"san don centro casa sede nazionale statale provinciale regionale paritaria parrocchiale parrocchia diocesano diocesana comune provincia regione citta civile " +
	"associazione fondazione societa cooperativa universita dipartimento facolta servizio servizi pubblico pubblica privata privato liceo comprensivo superiore tecnico professionale " +
	"istitutocomprensivo istitutosuperiore istitutotecnico infanzia primaria secondaria grado primo nido media " +
	"ristorante trattoria osteria bar pizzeria negozio bottega alimentari macelleria enoteca gastronomia panificio pasticceria libreria edicola supermercato hotel albergo " +
	"stazione fermata fontana fontanella parcheggio impianto sportivo palestra piscina stadio campo consultorio familiare poliambulatorio presidio distretto asl usl azienda sanitaria " +
	"basilica santuario cattedrale pieve abbazia monastero convento cappella oratorio storico storica arte galleria pinacoteca raccolta collezione antica antico nuovo nuova " +
	"dottor dottori professor eredi snc visite naturale natura storia reale lingue scienze sezione sezioni succursale plesso filiale circoscrizione gruppo complesso polo sportello")

func set(words string) map[string]struct{} {
	m := map[string]struct{}{}
	for _, w := range fields(words) {
		m[w] = struct{}{}
	}
	return m
}

// branches are words for a part of a body that has others.
var branches = set("sezione succursale filiale distaccamento distaccata staccata coordinata aggregata periferica circoscrizione decentrata ragazzi branch sottosezione fondo")

// months follow a number that is part of the name of a street or school.
var months = set("gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre")

// numerals are numbers in words, ordinal and cardinal, as names have them.
var numerals = map[string]string{
	"primo": "1", "prima": "1", "secondo": "2", "seconda": "2", "terzo": "3", "terza": "3", "quarto": "4", "quarta": "4", "quinto": "5", "quinta": "5",
	"sesto": "6", "sesta": "6", "settimo": "7", "settima": "7", "ottavo": "8", "ottava": "8", "nono": "9", "nona": "9", "decimo": "10", "decima": "10",
	"first": "1", "second": "2", "third": "3", "fourth": "4", "uno": "1", "due": "2", "tre": "3", "quattro": "4", "cinque": "5", "venti": "20", "ventiquattro": "24", "venticinque": "25",
}
