package postgis

import (
	"errors"
	"testing"

	"github.com/google/uuid"

	"po-net.prato.it/ponet/catalog"
)

func TestCursorRoundTrip(t *testing.T) {
	for _, collection := range []string{"", "places", "città-d'arte"} {
		want := cursor{collection: collection, id: uuid.MustParse("0190a3c4-0000-7000-8000-00000000002a")}
		got, err := parseCursor(want.String())
		if err != nil || got != want {
			t.Errorf("parseCursor(%q) = %v, %v; want %v", want, got, err, want)
		}
	}
}

// FuzzParseCursor: what is read is written as it came, the rest is ErrInvalid.
func FuzzParseCursor(f *testing.F) {
	f.Add("")
	f.Add("AAAA")
	f.Add(cursor{collection: "places"}.String())
	f.Fuzz(func(t *testing.T, s string) {
		c, err := parseCursor(s)
		switch {
		case err != nil && !errors.Is(err, catalog.ErrInvalid):
			t.Errorf("parseCursor(%q): %v is not ErrInvalid", s, err)
		case err == nil && c.String() != s:
			t.Errorf("parseCursor(%q).String() = %q", s, c.String())
		}
	})
}
