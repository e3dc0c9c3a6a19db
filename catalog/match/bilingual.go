package match

import "strings"

// secondNames are the names of municipalities in their second official
// language (German, South Tyrol), and in Italian; folded (ISTAT, Elenco dei comuni italiani,
// CC BY 3.0 IT). Of Florence and other cities the names that visitors use.
var secondNames = func() map[string]string {
	names := map[string]string{"florence": "firenze", "rome": "roma", "milan": "milano", "turin": "torino", "venice": "venezia", "naples": "napoli", "genoa": "genova", "leghorn": "livorno", "padua": "padova", "mantua": "mantova", "syracuse": "siracusa"}
	for pair := range strings.SplitSeq(bilingual, ";") {
		second, italian, _ := strings.Cut(pair, "=")
		names[second] = italian
	}
	return names
}()

const bilingual = "" +
	"abtei=badia;ahrntal=valle aurina;aldein=aldino;algund=lagundo;altrei=anterivo;andrian=andriano;auer=ora;barbian=barbiano;bozen=bolzano;" +
	"branzoll=bronzolo;brenner=brennero;brixen=bressanone;bruneck=brunico;burgstall=postal;corvara=corvara in badia;deutschnofen=nova ponente;" +
	"enneberg=marebbe;eppan an der weinstrasse=appiano sulla strada del vino;feldthurns=velturno;franzensfeste=fortezza;freienfeld=campo di trens;" +
	"gargazon=gargazzone;glurns=glorenza;graun im vinschgau=curon venosta;gsies=valle di casies;hafling=avelengo;innichen=san candido;" +
	"jenesien=san genesio atesino;kaltern an der weinstrasse=caldaro sulla strada del vino;karneid=cornedo all isarco;" +
	"kastelbell tschars=castelbello ciardes;kastelruth=castelrotto;kiens=chienes;klausen=chiusa;kuens=caines;" +
	"kurtatsch an der weinstrasse=cortaccia sulla strada del vino;kurtinig an der weinstrasse=cortina sulla strada del vino;laas=lasa;lajen=laion;" +
	"latsch=laces;laurein=lauregno;leifers=laives;lusen=luson;mals=malles venosta;margreid an der weinstrasse=magre sulla strada del vino;" +
	"marling=marlengo;martell=martello;meran=merano;molten=meltina;montan an der weinstrasse=montagna sulla strada del vino;" +
	"moos in passeier=moso in passiria;muhlbach=rio di pusteria;muhlwald=selva dei molini;nals=nalles;naturns=naturno;natz schabs=naz sciaves;" +
	"neumarkt=egna;niederdorf=villabassa;olang=valdaora;partschins=parcines;percha=perca;pfalzen=falzes;pfatten=vadena;pfitsch=val di vizze;" +
	"prad am stilfserjoch=prato allo stelvio;prags=braies;prettau=predoi;proveis=proves;rasen antholz=rasun anterselva;ratschings=racines;" +
	"riffian=rifiano;ritten=renon;rodeneck=rodengo;salurn an der weinstrasse=salorno sulla strada del vino;sand in taufers=campo tures;sarntal=sarentino;" +
	"schenna=scena;schlanders=silandro;schluderns=sluderno;schnals=senales;sexten=sesto;st christina in groden=santa cristina valgardena;" +
	"st leonhard in passeier=san leonardo in passiria;st lorenzen=san lorenzo di sebato;st martin in passeier=san martino in passiria;" +
	"st martin in thurn=san martino in badia;st pankraz=san pancrazio;st ulrich=ortisei;sterzing=vipiteno;stilfs=stelvio;taufers im munstertal=tubre;" +
	"terenten=terento;terlan=terlano;tiers=tires;tirol=tirolo;tisens=tesimo;toblach=dobbiaco;tramin an der weinstrasse=termeno sulla strada del vino;" +
	"truden im naturpark=trodena nel parco naturale;tscherms=cermes;ulten=ultimo;unsere liebe frau im walde st felix=senale san felice;vahrn=varna;" +
	"villanders=villandro;villnoss=funes;vintl=vandoies;vols am schlern=fie allo sciliar;voran=verano;waidbruck=ponte gardena;" +
	"welsberg taisten=monguelfo tesido;welschnofen=nova levante;wengen=la valle;wolkenstein in groden=selva di val gardena"
