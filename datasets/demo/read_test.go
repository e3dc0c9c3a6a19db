package demo

import (
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
)

// A row is one description of a file, read by hand and not with the
// harvesters, so that the two can be compared. lon and lat are in degrees.
type row struct {
	file     string
	values   map[string]string
	lon, lat float64
}

func (r row) title() string { return r.values["denominazione"] }

// rows reads every file of places.
func rows(t *testing.T) []row {
	t.Helper()
	var all []row
	for _, p := range publishedFiles() {
		if p.id != "comuni-provincia-prato" {
			all = append(all, rowsOf(t, p.file)...)
		}
	}
	return all
}

func rowsOf(t *testing.T, name string) []row {
	t.Helper()
	b, err := fs.ReadFile(files(), name)
	if err != nil {
		t.Fatal(err)
	}
	var rs []row
	switch path.Ext(name) {
	case ".csv", ".tsv":
		rs = readTable(t, name, b)
	case ".json":
		rs = readJSON(t, b)
	case ".geojson":
		var c struct{ Features []feature }
		decode(t, b, &c)
		rs = readFeatures(c.Features)
	case ".geojsonl":
		for line := range strings.Lines(string(b)) {
			var f feature
			decode(t, []byte(line), &f)
			rs = append(rs, readFeatures([]feature{f})...)
		}
	case ".kml":
		rs = readKML(t, b)
	}
	for i := range rs {
		rs[i].file = name
	}
	return rs
}

func readTable(t *testing.T, name string, b []byte) []row {
	var rs []row
	for _, v := range readLines(t, name, b) {
		rs = append(rs, row{values: v, lon: parseDegrees(t, v["longitudine"]), lat: parseDegrees(t, v["latitudine"])})
	}
	return rs
}

// readLines are the lines of a delimited file by column.
func readLines(t *testing.T, name string, b []byte) []map[string]string {
	if charsets[name] == "windows-1252" {
		var err error
		if b, err = charmap.Windows1252.NewDecoder().Bytes(b); err != nil {
			t.Fatal(err)
		}
	}
	text := strings.TrimPrefix(string(b), "\ufeff")
	r := csv.NewReader(strings.NewReader(text))
	for _, d := range ";\t," {
		if header, _, _ := strings.Cut(text, "\n"); strings.ContainsRune(header, d) {
			r.Comma = d
			break
		}
	}
	lines, err := r.ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var all []map[string]string
	for _, l := range lines[1:] {
		v := map[string]string{}
		for i, c := range lines[0] {
			v[c] = l[i]
		}
		all = append(all, v)
	}
	return all
}

func parseDegrees(t *testing.T, s string) float64 {
	f, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
	if err != nil {
		t.Errorf("coordinate %q", s)
	}
	return f
}

func readJSON(t *testing.T, b []byte) []row {
	var objects []map[string]any
	if b[0] == '{' {
		var o struct{ Luoghi []map[string]any }
		decode(t, b, &o)
		objects = o.Luoghi
	} else {
		decode(t, b, &objects)
	}
	var rs []row
	for _, o := range objects {
		rs = append(rs, row{values: texts(o), lon: o["longitudine"].(float64), lat: o["latitudine"].(float64)})
	}
	return rs
}

type feature struct {
	Properties map[string]any
	Geometry   struct {
		Type        string
		Coordinates json.RawMessage
	}
}

func readFeatures(fs []feature) []row {
	var rs []row
	for _, f := range fs {
		var lonLat [2]float64
		_ = json.Unmarshal(f.Geometry.Coordinates, &lonLat) // left 0, 0 when it is no point, which the tests refuse
		rs = append(rs, row{values: texts(f.Properties), lon: lonLat[0], lat: lonLat[1]})
	}
	return rs
}

func readKML(t *testing.T, b []byte) []row {
	var k struct {
		Placemarks []struct {
			Name        string `xml:"name"`
			Description string `xml:"description"`
			Data        []struct {
				Name  string `xml:"name,attr"`
				Value string `xml:"value"`
			} `xml:"ExtendedData>Data"`
			Coordinates string `xml:"Point>coordinates"`
		} `xml:"Document>Placemark"`
	}
	if err := xml.Unmarshal(b, &k); err != nil {
		t.Fatal(err)
	}
	var rs []row
	for _, p := range k.Placemarks {
		v := map[string]string{"denominazione": p.Name, "descrizione": p.Description}
		for _, d := range p.Data {
			v[d.Name] = d.Value
		}
		lon, lat, _ := strings.Cut(p.Coordinates, ",")
		rs = append(rs, row{values: v, lon: parseDegrees(t, lon), lat: parseDegrees(t, lat)})
	}
	return rs
}

func texts(o map[string]any) map[string]string {
	v := map[string]string{}
	for k, x := range o {
		switch x := x.(type) {
		case string:
			v[k] = x
		case float64:
			v[k] = strconv.FormatFloat(x, 'f', -1, 64)
		}
	}
	return v
}

func decode(t *testing.T, b []byte, v any) {
	t.Helper()
	if err := json.Unmarshal(b, v); err != nil {
		t.Fatal(err)
	}
}
