package match

// frequent is what words tell that stand in 40 or more names of real registers, in
// thousandths of a word that stands in one: 1 - log(names with it) / log(all names). Written by TestRarity.
var frequent = map[string]int{
	"accademia": 547, "agraria": 585, "agricoltura": 626, "albero": 618, "aldo": 622, "alessandro": 599, "alighieri": 622, "andrea": 618, "angeli": 560, "angelo": 554,
	"anna": 536, "antonio": 453, "applicate": 591, "archeologia": 606, "archeologico": 613, "architettura": 613, "arcobaleno": 582, "area": 528, "arti": 549, "artigianato": 633,
	"artistico": 601, "assunta": 620, "ateneo": 624, "ausiliatrice": 513, "baby": 550, "bambin": 633, "bambina": 597, "bambini": 553, "bambino": 573, "bari": 508,
	"battista": 594, "belle": 601, "benedetto": 599, "beni": 631, "bimbi": 586, "bologna": 541, "bosco": 478, "bruno": 608, "caduti": 591, "camera": 608,
	"canossa": 610, "cappuccini": 580, "carlo": 485, "caterina": 562, "centrale": 535, "cesare": 597, "chiara": 636, "chimica": 594, "chirurgia": 573, "circolo": 610,
	"classico": 526, "clinica": 599, "club": 594, "collegio": 524, "commercio": 613, "cons": 628, "conservatorio": 591, "consiglio": 618, "contemporanea": 588, "croce": 615,
	"cultura": 586, "culturale": 548, "culturali": 622, "cuore": 408, "dante": 604, "diritto": 567, "documentazione": 478, "domenico": 557, "ds": 631, "dt": 586,
	"economia": 561, "economico": 546, "enrico": 622, "ente": 452, "ex": 589, "fam": 525, "famiglia": 547, "federico": 512, "figlie": 568, "filippo": 595,
	"francesco": 453, "frati": 628, "gaetano": 612, "generale": 615, "genova": 615, "gesu": 477, "giacomo": 583, "giorgio": 555, "giovanni": 397, "giurisprudenza": 626,
	"giuseppe": 378, "gr": 576, "immacolata": 450, "impresa": 468, "ind": 529, "indirizzo": 610, "industria": 626, "industriale": 633, "infantile": 446, "informatica": 626,
	"ingegneria": 534, "interdipartimentale": 633, "international": 610, "internazionale": 542, "istruzione": 555, "it": 620, "italiana": 606, "italiano": 595, "leonardo": 592, "lettura": 568,
	"linguistico": 540, "lorenzo": 591, "lucia": 608, "luigi": 464, "maddalena": 608, "madonna": 561, "madre": 561, "maestre": 612, "marco": 613, "margherita": 572,
	"maria": 308, "mario": 568, "martino": 620, "mater": 571, "materno": 588, "medica": 592, "medicina": 495, "michele": 582, "milano": 516, "mondo": 594,
	"monsignor": 514, "montessori": 571, "monumento": 633, "musica": 575, "napoli": 500, "nicola": 577, "nostra": 588, "offentliche": 520, "opera": 628, "opz": 626,
	"opzione": 612, "padova": 566, "padre": 559, "padri": 633, "paesaggio": 631, "palermo": 610, "paola": 628, "paolo": 479, "par": 591, "parif": 588,
	"parit": 531, "paritario": 553, "parma": 615, "pavia": 592, "perugia": 576, "pia": 624, "piccoli": 626, "pie": 588, "pietro": 495, "pio": 500,
	"politecnico": 618, "popolare": 613, "provvidenza": 622, "punto": 544, "quadriennale": 620, "ragazzi": 577, "re": 636, "regina": 541, "religioso": 491, "resistenza": 628,
	"ricerca": 588, "roma": 496, "romano": 631, "rosa": 579, "sacra": 555, "sacro": 421, "salute": 618, "salvatore": 636, "sapienza": 530, "sc": 386,
	"scientifica": 624, "scientifico": 420, "scolastica": 554, "scolastico": 610, "scuole": 633, "seminario": 543, "sett": 582, "signora": 591, "sistema": 636, "sociale": 413,
	"sociali": 597, "soprintendenza": 570, "sperimentale": 636, "staccata": 543, "stat": 427, "stato": 505, "stella": 633, "studi": 290, "suore": 468, "tecnologico": 631,
	"teresa": 533, "tommaso": 612, "torino": 563, "trieste": 591, "umane": 506, "umberto": 613, "vergine": 628, "vescovile": 579, "veterinaria": 620, "villa": 538,
	"vincenzo": 536, "vinci": 626, "vittorio": 597, "zweigstelle": 571,
}
