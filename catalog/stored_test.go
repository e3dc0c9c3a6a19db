package catalog_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"po-net.prato.it/ponet/catalog"
)

// What a reader gave comes back as it was, to the type of every value.
func TestStored(t *testing.T) {
	layer := &catalog.Layer{Name: "righe"}
	h := catalog.Harvested{Key: "k", Layer: layer, MediaType: "text/csv", Raw: []byte("a;b"), Line: 7,
		Values:        []any{nil, "testo «è»", "", "12", int64(5), int64(math.MinInt64), 5.0, 1e300, 0.1, math.Inf(1), true, json.RawMessage(`{"a":[1,2]}`), json.RawMessage(`"s"`), json.RawMessage(`null`)},
		Distributions: []catalog.Distribution{{ID: "x", Format: "csv"}},
		Occurrences:   []catalog.Occurrence{{Start: "2026-11-21"}},
	}
	b, err := h.Stored()
	if err != nil {
		t.Fatal(err)
	}
	got, err := catalog.ReadStored(layer, h.Key, h.MediaType, h.Raw, b, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(h, got, cmpopts.IgnoreUnexported(catalog.Source{})); diff != "" {
		t.Errorf("ReadStored(Stored) (-want +got):\n%s", diff)
	}
}

func FuzzReadStored(f *testing.F) {
	f.Add([]byte(`{"l":2,"v":[null,"a",1,1.0,{"j":[1]},{"f":"NaN"},true]}`))
	f.Add([]byte(`{"v":[{"f":"x"},-]}`))
	f.Fuzz(func(t *testing.T, stored []byte) {
		h, err := catalog.ReadStored(&catalog.Layer{}, "k", "", nil, stored, nil)
		if err != nil {
			return
		}
		if _, err := h.Stored(); err != nil {
			t.Errorf("what was read cannot be stored: %v", err)
		}
	})
}
