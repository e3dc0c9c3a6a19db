package catalog_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// Whatever is changed in a log, taken out of it or put in, it is noticed; what is cut
// off at its end, by who has noted a digest.
func TestErasureLog(t *testing.T) {
	var log []catalog.ErasureEntry
	for i := range 5 {
		e := catalog.ErasureEntry{Number: int64(i) + 1, At: time.Date(2026, 11, 1+i, 9, 0, 0, 123456789, time.FixedZone("", 3600)), Act: catalog.ErasedRecord,
			Source: "biblioteche", Record: "01938f00-0000-7000-8000-000000000000", Records: 1, By: "ada", Why: "richiesta 12/2026"}
		if i > 0 {
			e.Previous = log[i-1].Digest
		}
		e.Digest = e.Sum()
		log = append(log, e)
	}
	if err := catalog.CheckErasureLog(log, nil); err != nil {
		t.Fatal(err)
	}
	noted := log[4].Digest
	for name, change := range map[string]func([]catalog.ErasureEntry) []catalog.ErasureEntry{
		"why": func(l []catalog.ErasureEntry) []catalog.ErasureEntry { l[2].Why = "altro"; return l },
		"when": func(l []catalog.ErasureEntry) []catalog.ErasureEntry {
			l[2].At = l[2].At.Add(time.Microsecond)
			return l
		},
		"records": func(l []catalog.ErasureEntry) []catalog.ErasureEntry { l[4].Records = 2; return l },
		"resealed": func(l []catalog.ErasureEntry) []catalog.ErasureEntry {
			l[2].By = "eva"
			l[2].Digest = l[2].Sum()
			return l
		},
		"taken":   func(l []catalog.ErasureEntry) []catalog.ErasureEntry { return slices.Delete(l, 1, 2) },
		"first":   func(l []catalog.ErasureEntry) []catalog.ErasureEntry { return l[1:] },
		"doubled": func(l []catalog.ErasureEntry) []catalog.ErasureEntry { return slices.Insert(l, 1, l[1]) },
		"swapped": func(l []catalog.ErasureEntry) []catalog.ErasureEntry { l[1], l[2] = l[2], l[1]; return l },
	} {
		if err := catalog.CheckErasureLog(change(slices.Clone(log)), nil); !errors.Is(err, catalog.ErrInvalid) {
			t.Errorf("%s: %v; want ErrInvalid", name, err)
		}
	}
	if err := catalog.CheckErasureLog(log[:4], nil); err != nil {
		t.Errorf("a log that is cut off is one chain, but %v", err)
	}
	if err := catalog.CheckErasureLog(log[:4], &noted); !errors.Is(err, catalog.ErrInvalid) {
		t.Errorf("a log that is cut off, and its last digest noted: %v; want ErrInvalid", err)
	}
	if err := catalog.CheckErasureLog(log, &noted); err != nil {
		t.Error(err)
	}
	b, err := json.Marshal(log)
	if err != nil {
		t.Fatal(err)
	}
	var back []catalog.ErasureEntry
	if err := json.Unmarshal(b, &back); err != nil || catalog.CheckErasureLog(back, &noted) != nil {
		t.Errorf("as JSON and back: %v, %v", err, catalog.CheckErasureLog(back, &noted))
	}
	var d catalog.Digest
	if err := d.UnmarshalText([]byte("00")); !errors.Is(err, catalog.ErrInvalid) {
		t.Errorf("a short digest: %v; want ErrInvalid", err)
	}
}
