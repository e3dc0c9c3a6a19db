package catalog

import "testing"

// What kind of event, and in which town, is told by its categories and place.
func TestNormalizeAnEvent(t *testing.T) {
	v, err := NewVocabularies(Tables{
		EventTypes: []EventType{
			{Code: "mostra", Notation: "1.1.2", Label: "Mostra", Area: "cultural", Theme: ThemeCulture, URI: "uri:112", Names: []string{"mostra"}},
			{Code: "corso", Notation: "1.2.6", Label: "Corso", Area: "training", Theme: ThemeTraining, URI: "uri:126", Names: []string{"corso"}},
		},
		Licences: []Licence{{Notation: "A.2.1", URI: "by"}, {Notation: "C.1.1", URI: "unknown"}},
		Municipalities: []Municipality{
			{ISTATCode: "100005", Name: "Prato", CadastralCode: "G999", Province: "PO", ProvinceName: "Prato"},
			{ISTATCode: "048017", Name: "Firenze", CadastralCode: "D612", Province: "FI", ProvinceName: "Firenze"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	layer := &Layer{Ours: true, Columns: []Column{{Name: "summary", Type: ColumnText}, {Name: "categories", Type: ColumnText}, {Name: "place", Type: ColumnText}}}
	n, err := NewNormalizer(Source{ID: "agenda", Mapping: Mapping{Kind: KindEvent, Fields: map[string]string{"title": "summary", "keywords": "categories"}}}, layer, "events", v)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ title, categories, place, code, area, town string }{
		{"Trame", "Estate, Mostre, Mostra", "Museo del Tessuto, Via Puccetti 3, Prato", "mostra", "cultural", "Prato"},
		{"Corso di tessitura", "Famiglie", "Sala - PRATO (PO)", "corso", "training", "Prato"},
		{"Festa", "", "Piazza Prato", "", "", ""},
		{"Festa", "", "Prato (FI)", "", "", ""},
		{"Festa", "", "Firenze", "", "", "Firenze"},
	} {
		r, _ := n.Normalize(Harvested{Key: "1", Layer: layer, Values: []any{tt.title, tt.categories, tt.place}})
		area := Text(r.Properties.Get("activity_area"))
		if r.Type != tt.code || area != tt.area || r.Municipality != tt.town {
			t.Errorf("%s, %s, %s: type %q, area %q, town %q; want %q, %q, %q", tt.title, tt.categories, tt.place, r.Type, area, r.Municipality, tt.code, tt.area, tt.town)
		}
	}
}
