package demo

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

// A dataset of one of the catalogues, with its rows.
type dataset struct {
	entry // a row of insiemi.csv
	rows  []entry
}

// datasetsOf are the datasets of a catalogue.
func datasetsOf(catalogue string) []dataset {
	var all []dataset
	for _, e := range table("insiemi") {
		if e["catalogo"] == catalogue {
			all = append(all, dataset{e, rowsOfDataset(e)})
		}
	}
	return all
}

// rowsOfDataset are the rows of a dataset; those with a position say how far off
// it may be.
func rowsOfDataset(d entry) []entry {
	var rows []entry
	for _, e := range table("righe") {
		if e["insieme"] == d["nome"] {
			if e["lon"] != "" {
				e["posizione"], e["entro"] = "approssimata", d["accuratezza_m"]
			}
			rows = append(rows, e)
		}
	}
	return rows
}

// modified is when the dataset last changed: some days before the start.
func (d dataset) modified(start time.Time) time.Time {
	return at(day(start, int(d.number("modificato"))), "10:00")
}

// headings name the columns of a dataset's files: what "dato", "valore" and
// "nota" hold.
var headings = map[string][3]string{
	"corsi-scuola-musica-verdi": {"genere", "eta", "note"},
	"universita-eta-libera":     {"materia", "durata", "note"},
	"laboratori-per-le-scuole":  {"sede", "destinatari", "note"},
	"piazze-e-porte":            {"genere", "posizione", "note"},
	"specie-arboree":            {"nome_scientifico", "famiglia", "note"},
	"numeri-utili":              {"numero", "orario", "note"},
	"popolazione-e-superficie":  {"residenti", "superficie_kmq", "note"},
	"linee-ferroviarie":         {"anno_apertura", "stazioni", "note"},
	"siti-natura-2000":          {"codice_natura2000", "tutela", "note"},
	"cime-e-valichi":            {"genere", "altitudine_m", "note"},
	"cammini":                   {"lunghezza", "tappe", "note"},
	"corsi-d-acqua":             {"genere", "confluisce_in", "note"},
	"bacini":                    {"sbocco", "comuni", "note"},
	"opere-idrauliche":          {"scopo", "forma", "note"},
}

// columns of the dataset's files: those that hold nothing are left out.
func (d dataset) columns() (names, keys []string) {
	h := headings[d.entry["nome"]]
	for i, key := range []string{"titolo", "dato", "valore", "nota", "comune", "lon", "lat", "posizione", "entro"} {
		used := false
		for _, r := range d.rows {
			used = used || r[key] != ""
		}
		if used {
			names = append(names, []string{"denominazione", h[0], h[1], h[2], "comune", "longitudine", "latitudine", "posizione", "accuratezza_m"}[i])
			keys = append(keys, key)
		}
	}
	return names, keys
}

// formats of the dataset's resources, the bare endings.
func (d dataset) formats() []string { return strings.Fields(d.entry["formati"]) }

// file is the dataset in a format.
func (d dataset) file(format string) []byte {
	switch format {
	case "csv":
		return d.csv()
	case "json":
		return d.json()
	case "geojson":
		return d.geojson()
	case "kml":
		return d.kml()
	}
	panic("demo: no format " + format) // the table is part of the program, and tested
}

func (d dataset) csv() []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	names, keys := d.columns()
	lines := [][]string{names}
	for _, r := range d.rows {
		var cells []string
		for _, k := range keys {
			cells = append(cells, r[k])
		}
		lines = append(lines, cells)
	}
	if err := w.WriteAll(lines); err != nil {
		panic(err) // into memory
	}
	return b.Bytes()
}

func (d dataset) json() []byte {
	names, keys := d.columns()
	objects := []map[string]any{}
	for _, r := range d.rows {
		o := map[string]any{}
		for i, k := range keys {
			if r[k] != "" {
				o[names[i]] = jsonValue(k, r[k])
			}
		}
		objects = append(objects, o)
	}
	return jsonOf(objects)
}

func jsonValue(key, text string) any {
	if key == "lon" || key == "lat" {
		if v, err := strconv.ParseFloat(text, 64); err == nil {
			return v
		}
	}
	return text
}

func (d dataset) geojson() []byte {
	names, keys := d.columns()
	c := geojson.NewFeatureCollection()
	for _, r := range d.rows {
		f := geojson.NewFeature(orb.Point{r.number("lon"), r.number("lat")})
		for i, k := range keys {
			if k != "lon" && k != "lat" {
				f.Properties[names[i]] = r[k]
			}
		}
		c.Append(f)
	}
	return jsonOf(c)
}

func (d dataset) kml() []byte {
	type placemark struct {
		Name  string `xml:"name"`
		About string `xml:"description"`
		Point string `xml:"Point>coordinates"`
	}
	k := struct {
		XMLName xml.Name    `xml:"http://www.opengis.net/kml/2.2 kml"`
		Name    string      `xml:"Document>name"`
		Marks   []placemark `xml:"Document>Placemark"`
	}{Name: d.entry["titolo"]}
	for _, r := range d.rows {
		k.Marks = append(k.Marks, placemark{r["titolo"], r["nota"], fmt.Sprintf("%s,%s", r["lon"], r["lat"])})
	}
	return xmlOf(k)
}

func jsonOf(v any) []byte {
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		panic(err) // texts and numbers only
	}
	return b
}
