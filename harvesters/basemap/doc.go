// Package basemap reads what a base map is drawn from: the rows of a file in
// any of the formats of harvesters/file, or an OpenStreetMap extract
// (.osm.pbf). It says of each road, river, building or place which layer and
// class it belongs to; storing and drawing are the store's business.
package basemap

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Layers are the layers of the base map.
var Layers = []string{"confini", "acque", "verde", "edifici", "strade", "ciclabili", "ferrovie", "toponimi"}

// A Report counts what was read, while it is read.
type Report struct {
	Read    int64            // descriptions of the file; of an extract only what has a place on a map
	Kept    map[string]int64 // shapes by layer
	Skipped map[string]int64 // by reason
	Nodes   int64            // of an extract: how many positions were kept in memory
}

func (r *Report) keep(layer string) {
	if r.Kept == nil {
		r.Kept = map[string]int64{}
	}
	r.Kept[layer]++
}

func (r *Report) skip(reason string) {
	if r.Skipped == nil {
		r.Skipped = map[string]int64{}
	}
	r.Skipped[reason]++
}

// String is the report in one line.
func (r *Report) String() string {
	list := func(m map[string]int64) string {
		var parts []string
		for _, k := range slices.Sorted(maps.Keys(m)) {
			parts = append(parts, fmt.Sprintf("%d %s", m[k], k))
		}
		return strings.Join(parts, ", ")
	}
	s := fmt.Sprintf("%d read: %s", r.Read, list(r.Kept))
	if len(r.Skipped) > 0 {
		s += "; left out: " + list(r.Skipped)
	}
	return s
}
