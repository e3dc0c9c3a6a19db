package demo

import (
	"maps"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// licence of every file: Creative Commons Attribution 4.0.
const licence = "https://w3id.org/italia/controlled-vocabulary/licences/A21_CCBY40"

// A published file and what is to be said of it when it is harvested.
type published struct {
	id, file, body, title string
	mapping               catalog.Mapping
}

// Sources are the territory's sources, harvested from a publisher (see
// Publisher) that listens at base: "http://127.0.0.1:8081". They are in the
// order in which they are best harvested: the areas of the municipalities
// first, which say where everything else is, the long series last.
func Sources(base string) []catalog.Source {
	sources := placeSources(base)
	sources = append(sources, librarySources(base)...)
	sources = append(sources, madeSources(base)...)
	sources = append(sources, catalogueSources(base)...)
	return append(sources, readingSources(base)...)
}

func source(base, protocol, id, address, body, title string, m catalog.Mapping) catalog.Source {
	return catalog.Source{
		ID:       id,
		Protocol: protocol,
		URL:      strings.TrimSuffix(base, "/") + "/" + address,
		Title:    title,
		BodyID:   body,
		Licence:  licence,
		Mapping:  m,
		Rhythm:   catalog.Duration(24 * time.Hour),
		Deadline: catalog.Duration(10 * time.Minute),
	}
}

// placeSources are the files of places.
func placeSources(base string) []catalog.Source {
	var sources []catalog.Source
	for _, p := range publishedFiles() {
		sources = append(sources, source(base, "file", p.id, p.file, p.body, p.title, p.mapping))
	}
	return sources
}

// publishedFiles are the files with their bodies. A mapping names only columns
// that the file has.
func publishedFiles() []published {
	const visit, site, phone = "indirizzo frazione ", "sito_web ", "telefono "
	return []published{
		{"comuni-provincia-prato", "comuni.geojson", "p_po", "I sette comuni della provincia di Prato", areas()},
		{"prato-verde", "prato-verde.kml", "c_g999", "Parchi, giardini e ambiente di Prato", places(visit+site, kml, theme(catalog.ThemeEnvironment))},
		{"prato-servizi", "prato-servizi.json", "c_g999", "Uffici e impianti sportivi di Prato", places(visit+site+phone, inColumns)},
		{"biblioteche-pratesi", librariesFile, "sistema-bibliotecario-pratese", "Biblioteche e archivi della provincia di Prato", places(visit + site + phone)},
		{"montemurlo-luoghi", "montemurlo-luoghi.json", "c_f572", "Luoghi di Montemurlo", places(visit+site+phone, inColumns, mixed, under("luoghi"))},
		{"carmignano-luoghi", "carmignano-luoghi.kml", "c_b794", "Luoghi di Carmignano", places(visit+site, kml, mixed)},
		{"poggio-a-caiano-luoghi", "poggio-a-caiano-luoghi.geojson", "c_g754", "Luoghi di Poggio a Caiano", places(visit+site, mixed)},
		{"vaiano-luoghi", "vaiano-luoghi.csv", "c_l537", "Luoghi di Vaiano", places(visit+site, inColumns, mixed)},
		{"vernio-luoghi", "vernio-luoghi.csv", "c_l775", "Luoghi di Vernio", places(visit+site+phone, inColumns, mixed)},
		{"cantagallo-luoghi", "cantagallo-luoghi.geojsonl", "c_b626", "Luoghi di Cantagallo", places(visit+site, mixed)},
		{"scuole-pratesi", "scuole.csv", "p_po", "Scuole e università della provincia di Prato", places(visit+site, inColumns, theme(catalog.ThemeTraining))},
		{"aree-protette-pratesi", "aree-protette.geojson", "p_po", "Aree protette intorno a Prato", places("")},
		{"presidi-sanitari", "presidi-sanitari.json", "ausltc", "Ospedale e presidi sanitari", places(visit+site, inColumns)},
		{"ecocentri", "ecocentri.geojson", "asaspa", "Centri di raccolta dei rifiuti", places(visit+site+phone+"orari", theme(catalog.ThemeEnvironment))},
		{"stazioni-ferroviarie", "stazioni.tsv", "rfi", "Stazioni ferroviarie della provincia di Prato", places(visit+site, inColumns)},
		{"uffici-statali", "uffici-statali.csv", "prefettura-prato", "Uffici dello Stato e forze dell'ordine", places("indirizzo "+site, inColumns)},
		{"prato-cultura", "prato-cultura.csv", "c_g999", "Luoghi della cultura di Prato", places(visit+site+phone, inColumns, theme(catalog.ThemeCulture))},
	}
}

// optional are the fields of the columns that only some files have.
var optional = map[string]string{
	"indirizzo": "address", "frazione": "locality", "telefono": "phone", "sito_web": "website", "orari": "opening_hours",
}

// places maps the columns that all files of places have in common, and those
// of columns.
func places(columns string, also ...func(*catalog.Mapping)) catalog.Mapping {
	m := catalog.Mapping{
		Kind: catalog.KindPlace,
		Key:  []string{"codice"},
		Fields: map[string]string{
			"title": "denominazione", "description": "descrizione", "type": "tipologia",
			"postcode": "cap", "municipality": "comune", "code": "codice", "accuracy": "accuratezza_m",
		},
		TypeMap: maps.Clone(types),
	}
	for column := range strings.FieldsSeq(columns) {
		m.Fields[optional[column]] = column
	}
	for _, change := range also {
		change(&m)
	}
	return m
}

// inColumns: the coordinates are columns.
func inColumns(m *catalog.Mapping) { m.Fields["lon"], m.Fields["lat"] = "longitudine", "latitudine" }

// kml: name and description are the format's own.
func kml(m *catalog.Mapping) { m.Fields["title"], m.Fields["description"] = "name", "description" }

// mixed: the file says each place's theme.
func mixed(m *catalog.Mapping) { m.Fields["theme"] = "tema" }

// theme is that of every place of the file.
func theme(t catalog.Theme) func(*catalog.Mapping) {
	return func(m *catalog.Mapping) { m.Theme = t }
}

// under is where the array lies in a JSON file.
func under(path string) func(*catalog.Mapping) {
	return func(m *catalog.Mapping) { m.Path = path }
}

func areas() catalog.Mapping {
	return catalog.Mapping{
		Kind: catalog.KindAdminArea,
		Key:  []string{"codice_istat"},
		Fields: map[string]string{
			"title": "denominazione", "municipality": "denominazione", "istat_code": "codice_istat", "province": "provincia", "type": "tipologia",
		},
	}
}

// types turns the words of the files into the types of the catalogue. What is
// not here is published with the body's own word.
var types = map[string]string{
	"Museo": "museo", "Centro d'arte": "museo", "Biblioteca": "biblioteca", "Archivio": "archivio", "Teatro": "teatro",
	"Castello": "castello", "Chiesa": "chiesa", "Monastero": "luogo-di-culto", "Villa": "villa", "Palazzo storico": "palazzo",
	"Monumento": "monumento", "Area archeologica": "area-archeologica", "Centro culturale": "centro-civico",
	"Parco": "parco", "Giardino": "parco", "Area protetta": "area-protetta",
	"Lago": "luogo-naturale", "Vetta": "luogo-naturale", "Sorgente": "luogo-naturale", "Albero monumentale": "luogo-naturale",
	"Scuola superiore": "scuola-secondaria-secondo-grado", "Scuola paritaria": "scuola", "Istituto comprensivo": "scuola",
	"Scuola dell'infanzia": "scuola-infanzia", "Scuola primaria": "scuola-primaria", "Università": "universita", "Scuola di musica": "centro-formazione",
	"Municipio": "ufficio-comunale", "URP": "sportello", "Ufficio pubblico": "ufficio-pubblico", "Prefettura": "ufficio-pubblico",
	"Tribunale": "ufficio-pubblico", "Ufficio turistico": "ufficio-turistico", "Polizia municipale": "forze-dell-ordine",
	"Questura": "forze-dell-ordine", "Carabinieri": "forze-dell-ordine", "Ospedale": "ospedale", "Presidio sanitario": "ambulatorio",
	"Farmacia": "farmacia", "Stadio": "impianto-sportivo", "Piscina": "impianto-sportivo", "Impianto sportivo": "impianto-sportivo",
	"Stazione ferroviaria": "stazione", "Centro di raccolta": "isola-ecologica",
}
