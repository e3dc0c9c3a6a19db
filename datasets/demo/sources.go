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
// Publisher) that listens at base: "http://127.0.0.1:8081".
func Sources(base string) []catalog.Source {
	var sources []catalog.Source
	for _, p := range publishedFiles() {
		sources = append(sources, catalog.Source{
			ID:       p.id,
			Protocol: "file",
			URL:      strings.TrimSuffix(base, "/") + "/" + p.file,
			Title:    p.title,
			BodyID:   p.body,
			Licence:  licence,
			Mapping:  p.mapping,
			Rhythm:   catalog.Duration(24 * time.Hour),
			Deadline: catalog.Duration(10 * time.Minute),
		})
	}
	return sources
}

func publishedFiles() []published {
	mixed := func(m catalog.Mapping) catalog.Mapping { m.Fields["theme"] = "tema"; return m }
	kml := func(m catalog.Mapping) catalog.Mapping {
		m.Fields["title"], m.Fields["description"] = "name", "description"
		return m
	}
	themed := func(t catalog.Theme, m catalog.Mapping) catalog.Mapping { m.Theme = t; return m }
	without := func(field string, m catalog.Mapping) catalog.Mapping { delete(m.Fields, field); return m }
	inside := func(path string, m catalog.Mapping) catalog.Mapping { m.Path = path; return m }

	return []published{
		{"comuni-provincia-prato", "comuni.geojson", "p_po", "I sette comuni della provincia di Prato", areas()},
		{"prato-cultura", "prato-cultura.csv", "c_g999", "Luoghi della cultura di Prato", themed(catalog.ThemeCulture, table())},
		{"prato-verde", "prato-verde.kml", "c_g999", "Parchi, giardini e ambiente di Prato", themed(catalog.ThemeEnvironment, kml(places()))},
		{"prato-servizi", "prato-servizi.json", "c_g999", "Uffici e impianti sportivi di Prato", table()},
		{"biblioteche-pratesi", "biblioteche.geojson", "sistema-bibliotecario-pratese", "Biblioteche e archivi della provincia di Prato", places()},
		{"montemurlo-luoghi", "montemurlo-luoghi.json", "c_f572", "Luoghi di Montemurlo", inside("luoghi", mixed(table()))},
		{"carmignano-luoghi", "carmignano-luoghi.kml", "c_b794", "Luoghi di Carmignano", mixed(kml(places()))},
		{"poggio-a-caiano-luoghi", "poggio-a-caiano-luoghi.geojson", "c_g754", "Luoghi di Poggio a Caiano", mixed(places())},
		{"vaiano-luoghi", "vaiano-luoghi.csv", "c_l537", "Luoghi di Vaiano", mixed(table())},
		{"vernio-luoghi", "vernio-luoghi.csv", "c_l775", "Luoghi di Vernio", mixed(table())},
		{"cantagallo-luoghi", "cantagallo-luoghi.geojsonl", "c_b626", "Luoghi di Cantagallo", mixed(places())},
		{"scuole-pratesi", "scuole.csv", "p_po", "Scuole e università della provincia di Prato", themed(catalog.ThemeTraining, table())},
		{"aree-protette-pratesi", "aree-protette.geojson", "p_po", "Aree protette intorno a Prato", without("address", places())},
		{"presidi-sanitari", "presidi-sanitari.json", "ausltc", "Ospedale e presidi sanitari", table()},
		{"ecocentri", "ecocentri.geojson", "asaspa", "Centri di raccolta dei rifiuti", themed(catalog.ThemeEnvironment, places())},
		{"stazioni-ferroviarie", "stazioni.tsv", "rfi", "Stazioni ferroviarie della provincia di Prato", table()},
		{"uffici-statali", "uffici-statali.csv", "prefettura-prato", "Uffici dello Stato e forze dell'ordine", table()},
	}
}

// places maps the columns that all files of places have in common.
func places() catalog.Mapping {
	return catalog.Mapping{
		Kind: catalog.KindPlace,
		Key:  []string{"codice"},
		Fields: map[string]string{
			"title": "denominazione", "description": "descrizione", "type": "tipologia", "address": "indirizzo",
			"postcode": "cap", "municipality": "comune", "code": "codice",
		},
		TypeMap: maps.Clone(types),
	}
}

// table is places for files whose coordinates are columns.
func table() catalog.Mapping {
	m := places()
	m.Fields["lon"], m.Fields["lat"] = "longitudine", "latitudine"
	return m
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
