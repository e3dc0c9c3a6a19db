package portal

import (
	"strings"
	"testing"
	"unicode/utf8"

	"po-net.prato.it/ponet/catalog"
)

func TestReadable(t *testing.T) {
	for in, want := range map[string]string{
		"COD_COMUNE":        "Codice comune",
		"codiceIstat":       "Codice ISTAT",
		"LOCALITA'":         "Località",
		"data_nascita":      "Data nascita",
		"indirizzo":         "Indirizzo",
		"PM10":              "PM10",
		"NO2_media":         "NO₂ media",
		"addr:housenumber":  "Addr housenumber",
		"Nome della scuola": "Nome della scuola",
		"ID_Scuola":         "ID scuola",
		"ASL":               "ASL",
		"tipo-strumento":    "Tipo strumento",
		"età":               "Età",
		"":                  "",
		"__":                "__",
	} {
		if got := readable(in); got != want {
			t.Errorf("readable(%q) = %q; want %q", in, got, want)
		}
	}
}

// The row of a dataset shows its columns in words, with the name of the source
// beside them, and values as people read them.
func TestColumnFact(t *testing.T) {
	s, err := newServer(nil, Config{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		value     any
		want, url string
	}{
		{true, "sì", ""}, {false, "no", ""}, {"true", "true", ""}, // a text is the source's
		{int64(2026), "2026", ""}, {1234.5, "1234,5", ""},
		{"2026-11-23", "23 novembre 2026", ""},
		{"https://www.comune.prato.it/scuole/", "comune.prato.it/scuole", "https://www.comune.prato.it/scuole/"},
		{"urp@example.org", "urp@example.org", "mailto:urp@example.org"},
		{"open", "open", ""}, // no code of ours
		{"javascript:alert(1)", "javascript:alert(1)", ""},
		{[]string{"a", "b"}, "a, b", ""},
		{nil, "", ""},
	} {
		f, ok := s.columnFact(catalog.Property{Name: "COD_COMUNE", Value: tt.value})
		if f.Value != strings.Replace(tt.want, "comune.prato.it", "www.comune.prato.it", 1) || string(f.URL) != tt.url || ok != (tt.want != "") || f.Name != "Codice comune" || f.Original != "COD_COMUNE" {
			t.Errorf("%v: %+v, %v; want %q, %q", tt.value, f, ok, tt.want, tt.url)
		}
	}
}

// FuzzReadable: no name loses its letters or is broken.
func FuzzReadable(f *testing.F) {
	f.Add("COD_COMUNE")
	f.Add("èÈ'_x")
	f.Fuzz(func(t *testing.T, name string) {
		if got := readable(name); utf8.ValidString(name) && (!utf8.ValidString(got) || name != "" && got == "") {
			t.Errorf("readable(%q) = %q", name, got)
		}
	})
}
