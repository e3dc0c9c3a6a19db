package catalog

import (
	"testing"
)

// Only what reads back whole, and becomes shorter by it, was misread (spec §3.0, rule 6).
func TestRepairMojibake(t *testing.T) {
	for in, want := range map[string]string{
		"cittÃ\u00a0 di Prato": "città di Prato", "perchÃ©": "perché", "lâ€™arte": "l’arte", "â€œPecciâ€\u009d": "“Pecci”",
		"30Â°": "30°", "però": "però", "SÃO PAULO": "SÃO PAULO", "Ã": "Ã", "cittÃ\u00a0 è bella": "cittÃ\u00a0 è bella",
		"perchÃ© ✓": "perchÃ© ✓", "": "",
	} {
		if got := RepairMojibake(in); got != want {
			t.Errorf("RepairMojibake(%q) = %q; want %q", in, got, want)
		}
	}
}

// Whatever protocol a text comes by, it is put right; what the source wrote stays.
func TestMojibakeOfAnyProtocol(t *testing.T) {
	layer := DatasetLayer()
	d := Dataset{Identifier: "x", Title: "QualitÃ\u00a0 dellâ€™aria", Description: "PerchÃ© misurare",
		Distributions: []Distribution{{Title: "CittÃ\u00a0", AccessURL: "https://example.org/a.csv", Format: "CSV"}}}
	h := d.Harvested(layer, "x", "application/json", []byte(`{"title":"QualitÃ\u00a0 dellâ€™aria"}`))
	n, err := NewNormalizer(Source{ID: "s"}, layer, "c", testVocabularies(t))
	if err != nil {
		t.Fatal(err)
	}
	r, _ := n.Normalize(h)
	if r.Title != "Qualità dell’aria" || r.Summary != "Perché misurare" || len(r.Distributions) != 1 || r.Distributions[0].Title != "Città" {
		t.Errorf("title %q, summary %q, distributions %+v", r.Title, r.Summary, r.Distributions)
	}
	if h.Values[0] == "Qualità dell’aria" || h.Distributions[0].Title != "CittÃ\u00a0" {
		t.Error("what was harvested has been written over")
	}
}
