package gtfs

import (
	"bytes"
	"encoding/csv"
	"errors"
	"slices"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

// Rows that encoding/csv can read are read in the same way, and others end.
func FuzzRows(f *testing.F) {
	f.Add([]byte("stop_id,stop_name\nA,\"x \"\"y\"\"\"\n\"B\",z\n"))
	f.Add([]byte("a,b\n\"x\ny\",2\n1,\"2\n"))
	f.Add([]byte("\ufeffa\r\n\r\n1"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := newRows("stops.txt", bytes.NewReader(b))
		var got [][]string
		for err == nil {
			var ok bool
			if ok, err = r.next(); !ok {
				break
			}
			if r.line < 1 || r.line > bytes.Count(b, []byte("\n"))+1 {
				t.Fatalf("line %d of %q", r.line, b)
			}
			got = append(got, slices.Clone(r.cells))
		}
		if err != nil && !errors.Is(err, catalog.ErrFailedListing) {
			t.Fatal(err)
		}
		if err != nil || strings.ContainsAny(string(b), "\" \t\v\f\r\u0085\u00a0") || !slices.ContainsFunc([]byte(b), func(c byte) bool { return c > ' ' }) {
			return
		}
		c := csv.NewReader(bytes.NewReader(b))
		c.FieldsPerRecord = -1
		want, err := c.ReadAll()
		if err != nil {
			return
		}
		if !slices.EqualFunc(got, want[1:], slices.Equal[[]string]) {
			t.Fatalf("%q is %q; want %q", b, got, want[1:])
		}
	})
}
