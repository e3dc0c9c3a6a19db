package catalog

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func testVocabularies(t testing.TB) *Vocabularies {
	v, err := NewVocabularies(Tables{
		PlaceTypes: []PlaceType{
			{Code: "biblioteca", Label: "Biblioteca", Theme: ThemeCulture, Names: []string{"biblioteca"}},
			{Code: "scuola-infanzia", Label: "Scuola dell’infanzia", Theme: ThemeTraining, Values: []string{"scuola infanzia non statale"}},
		},
		Licences:       []Licence{{Notation: "A.2.1", URI: "by"}, {Notation: "C.1.1", URI: "unknown"}},
		Municipalities: []Municipality{{ISTATCode: "100005", Name: "Prato", CadastralCode: "G999", Province: "PO", ProvinceName: "Prato"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func libraryLayer() *Layer {
	return &Layer{Columns: []Column{
		{Name: "isil", Type: ColumnText}, {Name: "denominazione", Type: ColumnText}, {Name: "comune", Type: ColumnText},
		{Name: "sito", Type: ColumnText}, {Name: "posti", Type: ColumnInteger}, {Name: "title", Type: ColumnText}, {Name: "tags", Type: ColumnJSON},
	}}
}

func TestNormalizeMapsAPlace(t *testing.T) {
	src := Source{ID: "lib", BodyID: "c_g999", BodyName: "Comune di Prato", Licence: "by", Mapping: Mapping{
		Kind:   KindPlace,
		Fields: map[string]string{"title": "denominazione", "municipality": "comune", "website": "sito", "type": "'biblioteca'", "phone": "tags.tel"},
	}}
	layer := libraryLayer()
	n, err := NewNormalizer(src, layer, "places", testVocabularies(t))
	if err != nil {
		t.Fatal(err)
	}
	r, issues := n.Normalize(Harvested{Key: "IT-PO0035", Layer: layer, Line: 2, Values: []any{
		"IT-PO0035", "Biblioteca  <b>Lazzerini</b>", "PRATO", "www.bibliotecalazzerini.prato.it", int64(300), "vecchio titolo", json.RawMessage(`{"tel":"0574 1837800"}`),
	}})
	if len(issues) > 0 {
		t.Errorf("issues %v; want none", issues)
	}
	want := `{"title":"Biblioteca Lazzerini","kind":"place","theme":"cultura","type":"biblioteca","type_label":"Biblioteca","municipality":"Prato",` +
		`"istat_code":"100005","phone":"+3905741837800","website":"http://www.bibliotecalazzerini.prato.it","body":"c_g999","body_name":"Comune di Prato",` +
		`"licence":"by","source":"lib","source_key":"IT-PO0035","isil":"IT-PO0035","posti":300,"source_title":"vecchio titolo","tags":{"tel":"0574 1837800"}}`
	if diff := cmp.Diff(want, string(r.Properties.AppendJSON(nil))); diff != "" {
		t.Errorf("properties (-want +got):\n%s", diff)
	}
	if r.Slug != "biblioteca-lazzerini" {
		t.Errorf("slug = %q; want biblioteca-lazzerini", r.Slug)
	}
}

// The type that a person gave every record is not that of a column that looks
// like one; that of a column a person named is, where it says something.
func TestTypeOfEveryRecord(t *testing.T) {
	for want, fields := range map[string]map[string]string{"biblioteca": nil, "scuola-infanzia": {"type": "isil"}} {
		layer := libraryLayer()
		layer.Guess.Fields = map[string]string{"type": "isil"}
		n, err := NewNormalizer(Source{ID: "lib", Mapping: Mapping{Kind: KindPlace, Type: "biblioteca", Fields: fields}}, layer, "places", testVocabularies(t))
		if err != nil {
			t.Fatal(err)
		}
		r, _ := n.Normalize(Harvested{Key: "1", Layer: layer, Values: []any{"scuola infanzia non statale", "Ovest", "", "", nil, "", nil}})
		if r.Type != want {
			t.Errorf("type %q with fields %v; want %q", r.Type, fields, want)
		}
	}
}

// What the vocabulary of places would take for a place stays an area.
func TestNormalizeKeepsAnAreaAnArea(t *testing.T) {
	src := Source{ID: "comuni", Mapping: Mapping{Kind: KindAdminArea, Fields: map[string]string{"title": "denominazione", "type": "'Biblioteca'"}}}
	layer := libraryLayer()
	n, err := NewNormalizer(src, layer, "areas", testVocabularies(t))
	if err != nil {
		t.Fatal(err)
	}
	r, _ := n.Normalize(Harvested{Key: "1", Layer: layer, Values: []any{"1", "Vaiano", "", "", nil, "", nil}})
	if r.Theme != "" || r.TypeLabel != "Biblioteca" || r.Kind != KindAdminArea {
		t.Errorf("kind %s, theme %q, type %q; want an area with its source's word and no theme", r.Kind, r.Theme, r.TypeLabel)
	}
}

func TestNormalizeRefusesAnUnknownColumn(t *testing.T) {
	src := Source{ID: "lib", Mapping: Mapping{Fields: map[string]string{"title": "nome"}}}
	_, err := NewNormalizer(src, libraryLayer(), "lib", testVocabularies(t))
	if err == nil || !cmp.Equal(err.Error(), `source lib: field title: there is no column "nome"; there are "isil", "denominazione", "comune", "sito", "posti", "title", "tags": invalid`) {
		t.Errorf("err = %v; want one that names the columns", err)
	}
}

func TestParseTime(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"1 settembre 2025", "2025-09-01"}, {"31° Dicembre 2025", "2025-12-31"}, {"31 giugno 2025", ""}, {"1 brumaio 2025", ""},
		{"2026-11-21", "2026-11-21"},
		{"21/11/2026", "2026-11-21"},
		{"1/2/2026", "2026-02-01"},
		{"2026-07-01T10:00", "2026-07-01T10:00:00+02:00"},
		{"21/11/2026 18:30", "2026-11-21T18:30:00+01:00"},
		{"1/7/2026 9:30", "2026-07-01T09:30:00+02:00"}, {"01-07-2026 09:30", "2026-07-01T09:30:00+02:00"}, {"1.7.2026 9:30:15", "2026-07-01T09:30:15+02:00"},
		{"2026-07-01T10:00:00+0200", "2026-07-01T10:00:00+02:00"}, {"2026-07-01 10:00:00+02", "2026-07-01T10:00:00+02:00"}, {"2026-07-01T10:00:00.250", "2026-07-01T10:00:00+02:00"},
		{"1796290200", "2026-12-03T10:30:00+01:00"}, {"1796290200000", "2026-12-03T10:30:00+01:00"}, {"2026", ""}, {"99999999999", ""}, {"0574183780", ""}, {"20261231", "2026-12-31"},
		{"31/02/2026", ""},
		{"domani", ""},
	} {
		if got, _ := ParseTime(tt.in); got != tt.want {
			t.Errorf("ParseTime(%q) = %q; want %q", tt.in, got, tt.want)
		}
	}
}

func TestText(t *testing.T) {
	for _, tt := range []struct {
		name string
		got  string
		want string
	}{
		{"slug of an apostrophe", Slug("Castello dell’Imperatore"), "castello-dellimperatore"},
		{"slug of accents", Slug("Unità «È»"), "unita-e"},
		{"capitals", titleCase("POGGIO A CAIANO"), "Poggio a Caiano"},
		{"capitals with apostrophe", titleCase("COLLE DI VAL D'ELSA"), "Colle di Val D'Elsa"},
		{"web address", webAddress("javascript:alert(1)"), ""},
		{"bare domain", webAddress("www.prato.it"), "http://www.prato.it"},
		{"scheme in capitals", webAddress("HTTP://www.prato.it/A"), "http://www.prato.it/A"},
		{"postcode", postcode("9032"), "09032"},
		{"HTML", plainText("<p>Uno &amp; due</p><script>x</script><p>tre<br>quattro</p>"), "Uno & due\ntre\nquattro"},
		{"less than", plainText("a < b"), "a < b"},
		{"the municipality of None", plainLine(" None "), "None"},
		{"a long summary", shorten("uno due, tre quattro", 12), "uno due…"},
		{"a short summary", shorten("uno due", 7), "uno due"},
		{"nothing", clean(" Non  Disponibile "), ""},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %q; want %q", tt.name, tt.got, tt.want)
		}
	}
}

// What AppendJSON writes is JSON that says the same, without U+0000.
func TestAppendJSONStringRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		var got string
		if err := json.Unmarshal(AppendJSONString(nil, s), &got); err != nil {
			t.Fatalf("AppendJSONString(%q) is no JSON: %v", s, err)
		}
		if want := removeNUL(s); got != want {
			t.Fatalf("AppendJSONString(%q) reads back as %q", s, got)
		}
	})
}

func removeNUL(s string) string {
	b := []byte{}
	for _, c := range []byte(s) {
		if c != 0 {
			b = append(b, c)
		}
	}
	return string(b)
}

func FuzzNormalize(f *testing.F) {
	f.Add("Biblioteca", "PRATO", "www.x.it", "<p>a", `{"tel":"1"}`)
	f.Add("\x00\xff", "", "http://", "&#0;<", `{`)
	v := testVocabularies(f)
	layer := libraryLayer()
	n, err := NewNormalizer(Source{ID: "lib", Mapping: Mapping{Kind: KindPlace, Fields: map[string]string{
		"title": "denominazione", "municipality": "comune", "website": "sito", "description": "title", "phone": "tags.tel",
	}}}, layer, "places", v)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, title, town, site, text, tags string) {
		if !json.Valid([]byte(tags)) {
			tags = "null"
		}
		r, _ := n.Normalize(Harvested{Key: "k", Layer: layer, Values: []any{"k", title, town, site, nil, text, json.RawMessage(tags)}})
		if r.Title == "" {
			t.Error("a record without title")
		}
		if b := r.Properties.AppendJSON(nil); !json.Valid(b) {
			t.Errorf("properties are no JSON: %s", b)
		}
	})
}
