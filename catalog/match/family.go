package match

import "slices"

// families are the sorts of things by the words that names and types begin
// with. Two things of different families are not one, however near; those that
// near pairs name may be.
var families = map[string]string{
	"biblioteca": "library", "mediateca": "library", "emeroteca": "library", "archivio": "archive", "museo": "museum", "pinacoteca": "museum", "galleria": "museum", "antiquarium": "museum",
	"raccolta": "museum", "collezione": "museum", "ecomuseo": "museum", "scuola": "school", "liceo": "school", "istitutocomprensivo": "school", "istitutosuperiore": "school",
	"istitutotecnico": "school", "primaria": "school", "infanzia": "school", "nido": "school", "convitto": "school", "educandato": "school", "conservatorio": "school",
	"ufficio": "office", "sportello": "office", "urp": "office", "anagrafe": "office", "tributi": "office", "protocollo": "office", "servizio": "office", "segreteria": "office", "consultorio": "health",
	"ospedale": "health", "ambulatorio": "health", "poliambulatorio": "health", "distretto": "health", "presidio": "health", "farmacia": "pharmacy", "parafarmacia": "pharmacy",
	"chiesa": "church", "basilica": "church", "santuario": "church", "cattedrale": "church", "pieve": "church", "cappella": "church", "oratorio": "church", "parrocchia": "church", "collegiata": "church",
	"abbazia": "church", "monastero": "convent", "convento": "convent", "castello": "monument", "rocca": "monument", "torre": "monument", "palazzo": "monument", "villa": "monument", "fortezza": "monument",
	"teatro": "theatre", "auditorium": "theatre", "cinema": "cinema", "multisala": "cinema", "parco": "park", "giardini": "park", "palestra": "sport", "piscina": "sport", "stadio": "sport", "palazzetto": "sport",
	"ristorante": "shop", "trattoria": "shop", "osteria": "shop", "pizzeria": "shop", "bar": "shop", "enoteca": "shop", "rosticceria": "shop", "pasticceria": "shop", "gelateria": "shop",
	"alimentari": "shop", "macelleria": "shop", "panificio": "shop", "forno": "shop", "negozio": "shop", "bottega": "shop", "libreria": "shop", "supermercato": "shop", "edicola": "shop", "gastronomia": "shop", "latteria": "shop",
	"hotel": "lodging", "albergo": "lodging", "ostello": "lodging", "agriturismo": "lodging", "stazione": "station", "fermata": "stop", "fontanella": "fountain", "fontana": "fountain",
	"comune": "town", "provincia": "province", "regione": "region", "prefettura": "office", "questura": "office", "tribunale": "office", "universita": "university", "ateneo": "university",
	"parcheggio": "parking", "cimitero": "cemetery",
	"bookshop": "shop", "caffe": "shop", "caffetteria": "shop", "biglietteria": "shop", "giochi": "playground", "associazione": "association", "fondazione": "association", "circolo": "association", "diga": "dam", "ponte": "bridge",
}

// near are families of which one thing may be called both.
var near = [][2]string{
	{"museum", "monument"}, {"church", "monument"}, {"church", "convent"}, {"convent", "monument"}, {"townhall", "monument"}, {"town", "townhall"}, {"townhall", "office"}, {"theatre", "cinema"},
	{"park", "playground"}, {"park", "sport"}, {"health", "office"}, {"museum", "association"}, {"park", "monument"}, {"school", "university"}, {"shop", "lodging"}, {"theatre", "monument"},
}

// familyLevel compares the families of two things, the main one of each first.
func familyLevel(a, b []string) uint8 {
	switch {
	case len(a) == 0 || len(b) == 0:
		return 0
	case a[0] == b[0]:
		return alike
	case slices.ContainsFunc(a, func(f string) bool { return slices.Contains(b, f) }),
		slices.ContainsFunc(near, func(p [2]string) bool {
			return slices.Contains(a, p[0]) && slices.Contains(b, p[1]) || slices.Contains(a, p[1]) && slices.Contains(b, p[0])
		}):
		return close
	}
	return unlike
}

// familiesOf are the families of what text begins with, the first first, and of what is named in one
// breath with it: "Biblioteca e archivio" and "Museo biblioteca Marcucci" are both, but
// "Biblioteca del Museo del tessuto" is a library only.
func familiesOf(text string) []string {
	words := fold(text)
	if len(words) > 0 {
		if _, ok := streetKinds[words[0]]; ok && families[words[0]] == "" && !looseKind(words[0]) {
			return words[:1] // Piazza Roma is not Via Roma
		}
	}
	var list []string
	last := -1
	for i, w := range words {
		f, ok := families[w]
		if w == "palazzo" && i+1 < len(words) && words[i+1] == "comunale" {
			f = "townhall"
		}
		if !ok || last >= 0 && last != i-1 && (last != i-2 || words[i-1] != "e") {
			continue
		}
		if last = i; !slices.Contains(list, f) {
			list = append(list, f)
		}
	}
	return list
}

// belongs reports whether a name says whose part or property its thing is: "Biblioteca del Centro di
// scienze naturali" is in the centre, and is not the centre.
func belongs(title string) bool {
	words := fold(title)
	i := slices.IndexFunc(words, func(w string) bool { return families[w] != "" })
	if i < 0 {
		return false
	}
	rest := words[i+1 : min(len(words), i+3)] // "Biblioteca comunale della …"
	return slices.ContainsFunc(rest, func(w string) bool {
		return slices.Contains([]string{"del", "dello", "della", "dell", "dei", "degli", "delle"}, w)
	})
}

// The grades of a school, as bits; institute is the body of several sites.
const (
	nursery = 1 << iota
	kindergarten
	primary
	lowerSecondary
	upperSecondary
	institute
)

var gradeNames = []string{"nursery", "kindergarten", "primary", "lower secondary", "upper secondary", "institute"}

// gradesOf are the grades that a type or title names; 0: none.
func gradesOf(text string) int {
	words := fold(text)
	has := func(w ...string) bool {
		return slices.ContainsFunc(w, func(w string) bool { return slices.Contains(words, w) })
	}
	g := 0
	if has("nido", "micronido") {
		g |= nursery
	}
	if has("infanzia") && !has("nido") {
		g |= kindergarten
	}
	if has("primaria") {
		g |= primary
	}
	if has("liceo", "istitutosuperiore", "istitutotecnico", "ipsia", "ipsar", "iti", "itc") || has("istituto") && has("tecnico", "professionale", "superiore", "magistrale") {
		g |= upperSecondary
	}
	if has("secondaria", "media", "medie", "superiore", "scuola") {
		for i, w := range words {
			if w != "grado" || i == 0 {
				continue
			}
			switch words[i-1] {
			case "1", "i":
				g |= lowerSecondary
			case "2":
				g |= upperSecondary
			}
		}
	}
	if has("scuola") && has("media", "medie") && !has("superiore") {
		g |= lowerSecondary
	}
	if i := instituteWord(words); i >= 0 && (g == 0 || i < slices.IndexFunc(words, gradeWord)) {
		return institute // but "Scuola primaria Alighieri - I.C. Nord" is a site
	}
	return g
}

// instituteWord is where words name a body of several sites; -1: nowhere.
func instituteWord(words []string) int {
	for i, w := range words {
		switch w {
		case "istitutocomprensivo", "omnicomprensivo", "comprensivo", "didattica", "didattico":
			return i
		}
	}
	return -1
}

func gradeWord(w string) bool {
	return w == "infanzia" || w == "primaria" || w == "secondaria" || w == "media" || w == "nido" || w == "liceo" || w == "superiore" || w == "tecnico" || w == "professionale"
}

// grades are g in words.
func grades(g int) string {
	out := ""
	for i, name := range gradeNames {
		if g&(1<<i) != 0 {
			if out != "" {
				out += ", "
			}
			out += name
		}
	}
	return out
}
