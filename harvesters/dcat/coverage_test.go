package dcat

import (
	"testing"

	"po-net.prato.it/ponet/catalog"
)

// A box is west, south, east, north in degrees, or there is none.
func FuzzBox(f *testing.F) {
	f.Add("POLYGON((11.0 43.8, 11.2 43.8, 11.2 44.0))")
	f.Add(`{"type":"Point","coordinates":[11,43]}`)
	f.Add(`<gml:Envelope srsName="http://www.opengis.net/def/EPSG/0/4326"><gml:lowerCorner>43.59 7.48</gml:lowerCorner><gml:upperCorner>44.8 10.0</gml:upperCorner></gml:Envelope>`)
	f.Add("ENVELOPE(11, 12, 44, 43)")
	f.Add("11,43,12,44")
	f.Fuzz(func(t *testing.T, s string) {
		b := box(s)
		if b == nil {
			return
		}
		if len(b) != 4 || !(-180 <= b[0] && b[0] <= b[2] && b[2] <= 180 && -90 <= b[1] && b[1] <= b[3] && b[3] <= 90) {
			t.Errorf("box(%q) = %v", s, b)
		}
	})
}

func TestBytesOf(t *testing.T) {
	for s, want := range map[string]int64{"18231": 18231, "43008.0": 43008, "12 KB": 12000, "1,5 MB": 1_500_000, "2KiB": 2048, "4.3008E4": 43008, "-3": 0, "grande": 0, "": 0, "1e300": 0} {
		if got := bytesOf(s); got != want {
			t.Errorf("bytesOf(%q) = %d, want %d", s, got, want)
		}
	}
}

// What is a person and what an office, by name and mail box.
func TestPersonal(t *testing.T) {
	for _, tt := range []struct {
		name, mail string
		want       bool
	}{
		{"Jane Doe", "jane.doe@agency.gov", true}, {"Dott.ssa Anna Verdi", "", true}, {"Ing. Rossi", "info@e.it", true}, {"Mario Rossi", "rossi.mario@e.it", true},
		{"Ufficio Cultura", "ufficio.cultura@e.it", false}, {"Regione Liguria - Sportello Cartografico", "infoter@regione.liguria.it", false}, {"opendata@unibo.it", "opendata@unibo.it", false},
		{"URP", "urp@e.it", false}, {"Comune di Prato", "comune.prato@e.it", false}, {"Ingegneria del territorio", "", false}, {"", "mario.rossi@e.it", false},
	} {
		if got := personal(catalog.Contact{Name: tt.name, Email: tt.mail}); got != tt.want {
			t.Errorf("%s <%s>: %v, want %v", tt.name, tt.mail, got, tt.want)
		}
	}
}
