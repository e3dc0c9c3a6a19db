package dcat_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/datasets/demo"
)

// The catalogues that the demonstration publishes are read whole and without an
// issue, by us and by the tables of the catalogue.
func TestDemo(t *testing.T) {
	s := httptest.NewServer(demo.Publisher(time.Date(2026, time.November, 22, 9, 30, 0, 0, time.UTC)))
	t.Cleanup(s.Close)
	for _, path := range []string{"/opendata-provincia/catalog.ttl", "/catalogo-bonifica/catalog.rdf"} {
		src := catalog.Source{URL: s.URL + path}
		kept, refused, err := collect(t, s.Client(), src)
		if err != nil || len(kept) < 2 || len(refused) > 0 {
			t.Errorf("%s: %v, refused %v, %v", path, keysOf(kept), refused, err)
			continue
		}
		n, err := catalog.NewNormalizer(src, kept[0].Layer, "datasets", datasets.Vocabularies())
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range kept {
			r, issues := n.Normalize(h)
			for _, i := range issues {
				t.Errorf("%s, %s: %+v", path, r.Title, i)
			}
			if r.Theme == "" || r.Licence == "" || r.BodyID == "" || len(r.Distributions) == 0 {
				t.Errorf("%s, %s: theme %q, licence %q, body %q, %d distributions", path, r.Title, r.Theme, r.Licence, r.BodyID, len(r.Distributions))
			}
		}
		t.Logf("%s: %d datasets", path, len(kept))
	}
}
