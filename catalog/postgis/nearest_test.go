package postgis_test

import (
	"testing"

	"github.com/paulmach/orb"
	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// The nearest of a type within a distance, and nothing farther away.
func TestNearestOf(t *testing.T) {
	store := postgistest.New(t)
	src := fountains
	src.Mapping = catalog.Mapping{Kind: catalog.KindPlace, Fields: map[string]string{"title": "nome", "type": "nome"}}
	harvest(t, store, src, [][]any{{"lontana", "Fermata", nil}, {"vicina", "Fermata", nil}}, []geom.T{point(11.11, 43.88), point(11.101, 43.88)})
	here := orb.Point{11.1, 43.88}
	for metres, want := range map[float64]string{50: "", 1000: "vicina"} {
		hit, err := store.NearestOf(t.Context(), here, metres, "fermata", "stazione")
		got := ""
		if hit != nil {
			got = hit.Record.SourceKey
		}
		if err != nil || got != want {
			t.Errorf("within %g m: %q, %v; want %q", metres, got, err, want)
		}
	}
	if hit, err := store.NearestOf(t.Context(), here, 1000, "parcheggio"); err != nil || hit != nil {
		t.Errorf("of a type that is not there: %v, %v", hit, err)
	}
}
