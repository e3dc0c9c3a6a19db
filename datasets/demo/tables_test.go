package demo

import (
	"math"
	"net/url"
	"strings"
	"testing"

	"po-net.prato.it/ponet/datasets"
)

// What a table names stands in the others, and every text is one.
func TestTables(t *testing.T) {
	places := spots()
	for _, name := range []string{"beni", "servizi-altri", "corsi", "enti", "eventi", "notizie"} {
		for _, e := range table(name) {
			if _, known := places[e["luogo"]]; e["luogo"] != "" && !known {
				t.Errorf("%s: %v: no place %q", name, e, e["luogo"])
			}
		}
	}
	for name, column := range map[string]string{"beni": "descrizione", "servizi-comunali": "descrizione", "servizi-altri": "descrizione", "corsi": "descrizione",
		"enti": "descrizione", "eventi": "descrizione", "notizie": "testo", "insiemi": "descrizione", "stazioni": "descrizione", "righe": "nota"} {
		for _, e := range table(name) {
			if text := e[column]; len(text) < 5 || !strings.HasSuffix(text, ".") {
				t.Errorf("%s: %q is not a sentence", name, text)
			}
		}
	}
	for _, e := range table("eventi") {
		if _, ok := datasets.Vocabularies().RecogniseEventType(e["categoria"]); !ok {
			t.Errorf("%s: no type of event %q", e["titolo"], e["categoria"])
		}
	}
	for _, e := range table("enti") {
		if u, err := url.Parse(e["sito"]); e["sito"] != "" && (err != nil || u.Host == "") {
			t.Errorf("%s: site %q", e["nome"], e["sito"])
		}
	}
	for _, d := range append(append(datasetsOf(ckanName), datasetsOf(turtleName)...), datasetsOf(rdfXMLName)...) {
		if d.rows[0]["lon"] != "" && d.number("accuratezza_m") < 50 {
			t.Errorf("%s: positions without an accuracy", d.entry["nome"])
		}
		if len(d.rows) == 0 || headings[d.entry["nome"]][0] == "" {
			t.Errorf("%s: %d rows, columns %v", d.entry["nome"], len(d.rows), headings[d.entry["nome"]])
		}
	}
}

// The places of the tables are those of the files of places, where they are the
// same ones.
func TestSpotsAreThePlaces(t *testing.T) {
	published := map[string]row{}
	for _, r := range rows(t) {
		published[r.title()] = r
	}
	for name, s := range spots() {
		r, ok := published[name]
		if !ok {
			if name != "Prato, centro" {
				t.Errorf("%s is in no file of places", name)
			}
			continue
		}
		if r.lon != s.Lon || r.lat != s.Lat || r.values["comune"] != s.Municipality || r.values["accuratezza_m"] != degrees(s.Metres) || (r.values["posizione"] == "verificata") != s.Checked {
			t.Errorf("%s: %+v; the file %s says %g %g and %v", name, s, r.file, r.lon, r.lat, r.values)
		}
	}
}

// The year of readings is plausible, and the same every time.
func TestReadings(t *testing.T) {
	limits := map[string][2]float64{
		"no2": {1, 150}, "pm10": {2, 120}, "o3": {0, 200}, "co": {0, 3}, "temperatura": {-15, 42}, "umidita": {10, 100}, "pioggia": {0, 60}, "vento": {0, 20}, "livello": {0, 6},
	}
	for _, e := range table("stazioni") {
		for p := range strings.FieldsSeq(e["parametri"]) {
			low, high, sum := math.Inf(1), math.Inf(-1), 0.0
			for n := range hoursOfYear {
				v := quantities[p].value(hourAt(e, day(opened, -365).Add(hours(n))))
				low, high, sum = min(low, v), max(high, v), sum+v
			}
			if low < limits[p][0] || high > limits[p][1] || low == high {
				t.Errorf("%s %s: %.1f to %.1f; want within %v", e["codice"], p, low, high, limits[p])
			}
			t.Logf("%s %s: %.1f to %.1f, mean %.1f, sum %.0f", e["codice"], p, low, high, sum/hoursOfYear, sum)
		}
	}
}
