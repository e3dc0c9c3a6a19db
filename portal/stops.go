package portal

import (
	"context"
	"slices"

	"github.com/paulmach/orb"

	"po-net.prato.it/ponet/catalog"
)

// A stop is where one gets to a record from: the nearest of a kind.
type stop struct{ Label, URL, Name, Distance string }

// waysThere are the types of places that people get off at, how far they are
// worth saying in metres, and what they are called.
var waysThere = []struct {
	key    string
	metres float64
	types  []string
}{
	{"dove.fermata", 2000, []string{"fermata", "stazione"}},
	{"dove.parcheggio", 1000, []string{"parcheggio"}},
}

// stops are the nearest stop of public transport and the nearest car park to rec,
// where the catalogue knows any.
func (s *server) stops(ctx context.Context, rec *catalog.Record, at orb.Point) ([]stop, error) {
	if rec.Kind == catalog.KindAdminArea {
		return nil, nil
	}
	var list []stop
	for _, w := range waysThere {
		if slices.Contains(w.types, rec.Type) {
			continue
		}
		hit, err := s.store.NearestOf(ctx, at, w.metres, w.types...)
		if err != nil {
			return nil, err
		}
		if hit != nil {
			list = append(list, stop{s.texts.t(w.key), recordPath(hit.Record), hit.Record.Title, distance(hit.DistanceMetres)})
		}
	}
	return list, nil
}
