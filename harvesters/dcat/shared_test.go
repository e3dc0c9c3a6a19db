package dcat_test

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/dcat"
)

// shared is the absolute path of a real file outside the repository; without it
// the test is skipped, in CI it fails.
func shared(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("../../../shared/data/dcat", name))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		if _, err := os.Stat("../../../shared"); err == nil && os.Getenv("CI") != "" {
			t.Fatalf("%s is missing", path)
		}
		t.Skip("needs ../shared/data: ", err)
	}
	return path
}

// collect harvests an address, and gives what was kept, what was refused and
// how it ended.
func collect(t *testing.T, c *http.Client, src catalog.Source) (kept []catalog.Harvested, refused []error, end error) {
	t.Helper()
	src.ID, src.Protocol = "prova", "dcat"
	keys := map[string]bool{}
	for h, err := range dcat.Harvest(t.Context(), c, src) {
		switch {
		case err == nil:
			if keys[h.Key] {
				t.Errorf("the key %q comes twice", h.Key)
			}
			keys[h.Key] = true
			kept = append(kept, h)
		case errors.Is(err, catalog.ErrInvalid):
			refused = append(refused, err)
		default:
			end = err
		}
	}
	return kept, refused, end
}

// Every dataset of every real file that has any is read: 46 of them.
func TestRealFiles(t *testing.T) {
	all := 0
	for _, tt := range []struct {
		file                    string
		datasets, distributions int
	}{
		{"catalog-dati-unibo.rdf", 12, 50},
		{"udata-evian.json", 8, 34},
		{"udata-catalog.xml", 4, 9},
		{"udata-bnodes.jsonld", 3, 5},
		{"udata-paged-collection-1.jsonld", 3, 3},
		{"udata-paged-collection-2.jsonld", 1, 1},
		{"dataset_it_esempio_6.rdf", 2, 2},
		{"dpc-covid-contratti-geodcat.rdf", 2, 2},
		{"eu-catalog.rdf", 2, 5},
		{"udata-udata.xml", 2, 8},
		{"dataset_identifier.rdf", 1, 0},
		{"eu-catalog_pod.jsonld", 1, 4},
		{"eu-dataset_gob_es.ttl", 1, 1},
		{"eu-dataset_multilingual.ttl", 1, 1},
		{"eu-dataset_sweden.rdf", 1, 1},
		{"metadata-max-de.rdf", 1, 3},
		{"udata-geonetwork.xml", 1, 0},
	} {
		kept, refused, err := collect(t, http.DefaultClient, catalog.Source{URL: shared(t, tt.file)})
		if err != nil || len(refused) > 0 {
			t.Errorf("%s: %v, refused %v", tt.file, err, refused)
			continue
		}
		distributions := 0
		var issues []string
		for _, h := range kept {
			distributions += len(h.Distributions)
			for _, i := range h.Issues {
				issues = append(issues, i.Rule+" "+i.Field+" "+i.Read)
			}
		}
		if len(kept) != tt.datasets || distributions != tt.distributions {
			t.Errorf("%s: %d datasets with %d distributions, want %d with %d", tt.file, len(kept), distributions, tt.datasets, tt.distributions)
		}
		all += len(kept)
		t.Logf("%-34s %2d datasets %2d distributions; issues: %s", tt.file, len(kept), distributions, strings.Join(issues, "; "))
	}
	if all != 46 {
		t.Errorf("%d datasets in all, want 46", all)
	}
}
