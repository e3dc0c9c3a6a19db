package rest

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

// Pages of any bytes are read or refused; rows are JSON objects.
func FuzzPage(f *testing.F) {
	for _, doc := range []string{
		`{"total":2,"next":"/x","items":[{"id":1,"a":{"b":[1]}},{"id":2}]}`, `[{"id":1},2,"x",null,[{}]]`, `<r n="2"><p id="1"><a>x</a></p><p/></r>`, "\xff\xfe{\x00}\x00", `{"error":{"message":[]},"a":{"a":{"a":[]}}}`,
	} {
		f.Add([]byte(doc))
	}
	if b, err := os.ReadFile(filepath.Join("../../../shared/data/json-api", "parcheggi-skidata.json")); err == nil {
		f.Add(b)
	}
	paths := map[string][]string{"JSON": {"", "items", "$", "$..a", "$[*].FacilityDetails[*]", "$.items[?(@.id > 1)]"}, "XML": {"", "//p", "/r/*", "//p[@id='1']/a"}}
	f.Fuzz(func(t *testing.T, doc []byte) {
		for _, s := range []syntax{jsonSyntax, xmlSyntax} {
			for _, path := range paths[s.name] {
				fuzzPage(t, s, doc, path)
			}
		}
	})
}

func fuzzPage(t *testing.T, s syntax, doc []byte, path string) {
	p, _, err := s.parse(doc, "", path)
	if err != nil {
		if !errors.Is(err, catalog.ErrFailedListing) {
			t.Errorf("%s: %v is no failed listing", s.name, err)
		}
		return
	}
	p.complaint()
	p.instead()
	p.text(path)
	if path == "" {
		path, _, _ = p.guess()
	}
	rows, err := p.rows(path)
	if err != nil {
		return
	}
	for _, r := range rows {
		got, err := r.withPicks([]string{s.begin, s.begin + "a"})
		if err == nil && got.properties != nil && !json.Valid(got.properties) {
			t.Errorf("%s: %q is no JSON", s.name, got.properties)
		}
	}
}
