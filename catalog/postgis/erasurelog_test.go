package postgis_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// chain is a log of erasures in sources, a line each.
func chain(sources ...string) (log []catalog.ErasureEntry) {
	var last catalog.Digest
	for i, id := range sources {
		e := catalog.ErasureEntry{Number: int64(i) + 1, At: time.Date(2026, 11, 1+i, 9, 0, 0, 0, time.UTC), Act: catalog.ErasedSource, Source: id, Records: 1, Previous: last}
		e.Digest = e.Sum()
		last, log = e.Digest, append(log, e)
	}
	return log
}

// A copy of the log that was kept outside adds the lines that a restored catalogue has
// not; one of another catalogue adds none, and it is said which line differs.
func TestExtendErasureLog(t *testing.T) {
	store := postgistest.New(t)
	if err := store.ExtendErasureLog(t.Context(), chain("a", "b")); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		kept []catalog.ErasureEntry
		want string // of the error
	}{
		{"shorter", chain("a"), ""},
		{"none", nil, ""},
		{"another", chain("a", "c", "d"), "line 2, of 2026-11-02T09:00:00Z, is another one in the copy"},
		{"broken", chain("a", "b", "c")[1:], "copy of the log of erasures: line 1 has the number 2"},
	} {
		err := store.ExtendErasureLog(t.Context(), tt.kept)
		if (err == nil) != (tt.want == "") || err != nil && (!errors.Is(err, catalog.ErrInvalid) || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: %v; want %q", tt.name, err, tt.want)
		}
		if log, err := store.ErasureLog(t.Context()); err != nil || len(log) != 2 {
			t.Errorf("%s: %d lines, %v; want the 2 that there were", tt.name, len(log), err)
		}
	}
	if err := store.ExtendErasureLog(t.Context(), chain("a", "b", "c")); err != nil {
		t.Fatal(err)
	}
	if log, err := store.ErasureLog(t.Context()); err != nil || len(log) != 3 || catalog.CheckErasureLog(log, nil) != nil {
		t.Errorf("longer: %v %v", log, err)
	}
}
