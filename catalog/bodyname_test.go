package catalog

import "testing"

func TestNamesBody(t *testing.T) {
	for name, want := range map[string]bool{
		"Comune di Prato": true, "Ufficio stampa": true, "Biblioteca Lazzerini": true, "Fondazione Museo del Tessuto": true, "URP Comune": true, "Publiacqua S.p.A.": true,
		"Maria Rossi": false, "Comunardo Bianchi": false, "ufficio@comune.prato.it": false, "Prato": false, "": false, "Marcello Spagnoli": false,
	} {
		if got := NamesBody(name); got != want {
			t.Errorf("NamesBody(%q) = %v; want %v", name, got, want)
		}
	}
}
