package catalog

import (
	"encoding/json"
	"testing"
)

// What sources say becomes what the property wants, or is told apart.
func TestFieldFit(t *testing.T) {
	for _, tt := range []struct {
		field string
		value any
		want  any
		ok    bool
	}{
		{"capacity", "120", int64(120), true}, {"capacity", 120.0, int64(120), true}, {"capacity", "circa 120", nil, false}, {"capacity", "-3", nil, false}, {"capacity", 12.5, nil, false},
		{"elevation_m", "61,5", 61.5, true}, {"elevation_m", int64(-2), -2.0, true}, {"elevation_m", "NaN", nil, false},
		{"is_spatial", "sì", true, true}, {"is_spatial", "forse", nil, false},
		{"poi_state", "Temporarily closed", "temporarily_closed", true}, {"poi_state", "aperto", nil, false}, {"course_type", "its", "ITS", true},
		{"from", "1/6/2019", "2019-06-01", true}, {"from", "estate", nil, false},
		{"tax_code", int64(84006890481), "84006890481", true}, {"tax_code", "RSSMRA80A01G999X", nil, false}, // a person's
		{"cadastral_code", "g999", "G999", true}, {"online_url", "www.example.it", "http://www.example.it", true}, {"online_url", "in biblioteca", nil, false},
		{"audience", "tutti", "tutti", true}, {"alt_names", []string{"a", "b"}, []string{"a", "b"}, true}, {"definition", json.RawMessage(`{"it":"chiesa","en":"church"}`), "chiesa", true},
		{"definition", json.RawMessage(`["chiesa"]`), "chiesa", true}, {"definition", json.RawMessage(`["a","b"]`), nil, false}, {"alt_names", json.RawMessage(`["a",{"b":1}]`), nil, false},
		{"alt_names", json.RawMessage(`["a, [b]", "c\"]"]`), []string{"a, [b]", `c"]`}, true}, {"alt_names", json.RawMessage(`["a",["b"]]`), nil, false}, {"alt_names", json.RawMessage(`["a" "b"]`), nil, false}, {"alt_names", json.RawMessage(`["a",1]`), nil, false},
		{"temporal_resolution", "PT1H", "PT1H", true}, {"temporal_resolution", "oraria", nil, false}, {"qid", "q42", "Q42", true},
	} {
		got, ok := fieldsByName[tt.field].fit(tt.value)
		a, _ := json.Marshal(got)
		b, _ := json.Marshal(tt.want)
		if ok != tt.ok || ok && string(a) != string(b) {
			t.Errorf("%s %v: %s, %v; want %s, %v", tt.field, tt.value, a, ok, b, tt.ok)
		}
	}
}

// A value that is not what its property wants is told and kept under the name of the
// source's; rows of a dataset are the source's own and are not looked at.
func TestValueUnfit(t *testing.T) {
	layer := &Layer{Columns: []Column{{Name: "nome", Type: ColumnText}, {Name: "capacity", Type: ColumnText}, {Name: "poi_state", Type: ColumnText}}}
	for kind, want := range map[Kind]int{KindPlace: 2, KindFeature: 0} {
		n, err := NewNormalizer(Source{ID: "a", Mapping: Mapping{Kind: kind, Fields: map[string]string{"title": "nome"}}}, layer, "places", &Vocabularies{Tables: Tables{Licences: []Licence{{}}}})
		if err != nil {
			t.Fatal(err)
		}
		r, issues := n.Normalize(Harvested{Key: "1", Layer: layer, Values: []any{"Teatro", "circa 300", "boh"}})
		if len(issues) != want {
			t.Errorf("%s: %d issues; want %d: %+v", kind, len(issues), want, issues)
		}
		name := "capacity"
		if want > 0 {
			name = "source_capacity"
		}
		if r.Properties.Get(name) != "circa 300" {
			t.Errorf("%s: what the source said is not in %s: %v", kind, name, r.Properties)
		}
		r, issues = n.Normalize(Harvested{Key: "1", Layer: layer, Values: []any{"Teatro", "300", "open"}})
		if len(issues) != 0 || kind == KindPlace && r.Properties.Get("capacity") != int64(300) {
			t.Errorf("%s: %+v, %v", kind, issues, r.Properties)
		}
	}
}

// Every property of the envelope is declared, all of them once, with a name in both
// languages.
func TestFieldsAreDeclared(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range EveryField() {
		if seen[f.Name] || f.IT == "" || f.EN == "" || f.Type == "" {
			t.Errorf("%+v is declared twice, or without names", f)
		}
		seen[f.Name] = true
	}
	for _, c := range EnvelopeColumns() {
		if fieldsByName[c.Name] == nil {
			t.Errorf("%s is not declared", c.Name)
		}
	}
	for _, k := range Kinds() {
		if len(Fields(k)) < 30 {
			t.Errorf("%s has %d fields", k, len(Fields(k)))
		}
	}
}
