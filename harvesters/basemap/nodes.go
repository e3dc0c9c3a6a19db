package basemap

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/osm"

	"po-net.prato.it/ponet/catalog"
)

// MaxNodes is the most positions of an extract that are kept in memory, 16
// bytes each: about 1.6 GB. Tuscany needs some thirty million; Italy has four
// hundred million and must be cut to the territory first.
const MaxNodes = 100_000_000

// A nodeStore keeps the positions of the nodes that ways need: ids in order,
// and beside each longitude and latitude in units of 1e-7 degrees, which is how
// OpenStreetMap has them.
type nodeStore struct {
	ids   []int64
	at    [][2]int32
	dirty bool // ids have come since they were last sorted
}

// unset is the position of a node that the extract does not have.
const unset = math.MinInt32

// need adds the nodes of a way.
func (n *nodeStore) need(nodes osm.WayNodes) error {
	for _, w := range nodes {
		n.ids = append(n.ids, int64(w.ID))
	}
	n.dirty = true
	if len(n.ids) < cap(n.ids) || len(n.ids) < 1<<16 {
		return nil
	}
	n.sort() // before the memory doubles, see whether that is needed
	if len(n.ids) > MaxNodes {
		return fmt.Errorf("more than %d nodes: cut the extract to the territory first (osmium extract): %w", MaxNodes, catalog.ErrInvalid)
	}
	return nil
}

func (n *nodeStore) sort() {
	if n.dirty {
		slices.Sort(n.ids)
		n.ids = slices.Compact(n.ids)
		n.dirty = false
	}
}

// seal ends the asking; positions are filled from now on.
func (n *nodeStore) seal() error {
	n.sort()
	if len(n.ids) > MaxNodes {
		return fmt.Errorf("more than %d nodes: cut the extract to the territory first (osmium extract): %w", MaxNodes, catalog.ErrInvalid)
	}
	n.ids = slices.Clip(n.ids)
	n.at = make([][2]int32, len(n.ids))
	for i := range n.at {
		n.at[i] = [2]int32{unset, unset}
	}
	return nil
}

// needed reports whether a way needs the node. It may be called from several
// goroutines once the store is sealed.
func (n *nodeStore) needed(id osm.NodeID) bool {
	_, ok := slices.BinarySearch(n.ids, int64(id))
	return ok
}

// put keeps the position of a node, if it is needed.
func (n *nodeStore) put(id osm.NodeID, lon, lat float64) {
	if i, ok := slices.BinarySearch(n.ids, int64(id)); ok && math.Abs(lon) <= 180 && math.Abs(lat) <= 90 {
		n.at[i] = [2]int32{int32(math.Round(lon * 1e7)), int32(math.Round(lat * 1e7))}
	}
}

// errNoNode: the extract lacks a node, as at its edge.
var errNoNode = errors.New("a node is not in the extract")

// line is the way through nodes.
func (n *nodeStore) line(nodes osm.WayNodes) (orb.LineString, error) {
	l := make(orb.LineString, 0, len(nodes))
	for _, w := range nodes {
		i, ok := slices.BinarySearch(n.ids, int64(w.ID))
		if !ok || n.at[i][0] == unset {
			return nil, errNoNode
		}
		l = append(l, orb.Point{float64(n.at[i][0]) / 1e7, float64(n.at[i][1]) / 1e7})
	}
	return l, nil
}
