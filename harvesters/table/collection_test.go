package table_test

import (
	"errors"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/table"
)

func TestReadCollection(t *testing.T) {
	for _, tt := range []struct {
		name, doc string
		features  []string
		members   map[string]string
		failed    bool
	}{
		{"two", `{"type":"FeatureCollection","numberMatched":7,"features":[{"id":1},{"id":2}],"links":[]}`, []string{`{"id":1}`, `{"id":2}`}, map[string]string{"numberMatched": "7", "links": "[]"}, false},
		{"byte order mark", "\ufeff" + `{"features":[{"id":1}]}`, []string{`{"id":1}`}, nil, false},
		{"none", `{"type":"FeatureCollection","features":[]}`, nil, nil, false},
		{"null", `{"type":"FeatureCollection","features":null}`, nil, nil, false},
		{"a single feature", `{"type":"Feature","id":5,"geometry":null,"properties":{"a":1}}`, []string{`{"type":"Feature","id":5,"geometry":null,"properties":{"a":1}}`}, nil, false},
		{"cut off in a feature", `{"features":[{"id":1},{"id`, []string{`{"id":1}`}, nil, true},
		{"cut off between features", `{"features":[{"id":1},`, []string{`{"id":1}`}, nil, true},
		{"cut off after them", `{"features":[{"id":1}]`, []string{`{"id":1}`}, nil, true},
		{"a list", `[1]`, nil, nil, true},
		{"an object for features", `{"features":{"id":1}}`, nil, nil, true},
		{"nothing", ``, nil, nil, true},
		{"text", `Benvenuti`, nil, nil, true},
	} {
		var got []string
		c, err := table.ReadCollection(strings.NewReader(tt.doc), func(raw []byte) error {
			got = append(got, string(raw))
			return nil
		})
		if strings.Join(got, " ") != strings.Join(tt.features, " ") || (err != nil) != tt.failed || tt.failed && !errors.Is(err, catalog.ErrFailedListing) {
			t.Errorf("%s: %q, %v; want %q", tt.name, got, err, tt.features)
		}
		for name, want := range tt.members {
			if string(c.Members[name]) != want {
				t.Errorf("%s: %s is %s; want %s", tt.name, name, c.Members[name], want)
			}
		}
	}
}

func FuzzReadCollection(f *testing.F) {
	f.Add([]byte(`{"type":"FeatureCollection","features":[{"id":1},{"id":2}],"links":[]}`))
	f.Add([]byte(`{"type":"Feature","id":5}`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		n := 0
		c, err := table.ReadCollection(strings.NewReader(string(doc)), func([]byte) error { n++; return nil })
		if n != c.Features || err != nil && !errors.Is(err, catalog.ErrFailedListing) {
			t.Fatalf("%d of %d features, %v", n, c.Features, err)
		}
	})
}
