package dcat

import (
	"testing"

	"po-net.prato.it/ponet/catalog"
)

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
