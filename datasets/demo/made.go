package demo

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"
	"time"
)

// A madeFile is made from the tables when the publisher starts.
type madeFile struct {
	Name    string
	content []byte
}

// madeFiles are the lists of services, offices, courses, single events, heritage, libraries,
// stations and bodies.
func madeFiles(start time.Time) []madeFile {
	made := []madeFile{
		{"enti.json", jsonOf(organizations())},
		{"servizi-altri-enti.json", jsonOf(otherServices())},
		{"uffici-comunali.csv", officesCSV()},
		{"corsi-scuole.json", jsonOf(courses("scuole", start))},
		{"corsi-adulti.json", jsonOf(courses("adulti", start))},
		{"appuntamenti.json", jsonOf(singleEvents(start))},
		{registerFile, register()},
		{"beni-culturali.geojson", jsonOf(heritage())},
		{"stazioni-dimostrative.csv", stationsCSV()},
	}
	for _, m := range municipalities() {
		made = append(made, madeFile{servicesFile(m), jsonOf(servicesOf(m))})
	}
	return made
}

// servicesFile is the name of the file of a municipality's services.
func servicesFile(m municipality) string {
	return "servizi-" + strings.ToLower(strings.ReplaceAll(m.name, " ", "-")) + ".json"
}

func officesCSV() []byte {
	lines := [][]string{{"codice", "denominazione", "ente", "nome_ente", "descrizione", "functions", "indirizzo", "cap", "frazione", "comune", "orari", "nota", "sito_web", "longitudine", "latitudine", "posizione", "accuratezza_m"}}
	for _, o := range offices() {
		l := o.spot.location(0)
		lines = append(lines, []string{
			o.Code, o.Title, o.Body, "Comune di " + l.Municipality, "Ufficio del Comune di " + l.Municipality + ". " + o.Functions, o.Functions, l.Address, l.Postcode, l.Locality, l.Municipality, o.Hours, o.Note, o.Website,
			degrees(l.Lon), degrees(l.Lat), l.Position, degrees(l.Metres),
		})
	}
	return csvOf(lines)
}

func stationsCSV() []byte {
	columns := []string{"codice", "station_code", "denominazione", "domain", "station_class", "area_class", "indirizzo", "comune", "longitudine", "latitudine", "posizione", "accuratezza_m", "elevation_m", "descrizione", "nota"}
	lines := [][]string{columns}
	for _, e := range table("stazioni") {
		e["station_code"], e["denominazione"], e["indirizzo"], e["longitudine"], e["latitudine"], e["nota"] = e["codice"], e["titolo"], e["luogo"], e["lon"], e["lat"], readingsNote
		var cells []string
		for _, c := range columns {
			cells = append(cells, e[c])
		}
		lines = append(lines, cells)
	}
	return csvOf(lines)
}

func degrees(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func csvOf(lines [][]string) []byte {
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(lines); err != nil {
		panic(err) // into memory
	}
	return b.Bytes()
}
