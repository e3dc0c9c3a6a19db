package basemap

import (
	"errors"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

// maxRingWays is the most ways of one relation; Italy's own boundary has a few
// thousand.
const maxRingWays = 20_000

var (
	errOpen    = errors.New("its outline is not closed, as at the edge of an extract")
	errTooMany = errors.New("too many members")
)

// assemble joins the ways of a multipolygon: outer ways to outlines, inner ones
// to holes of the outline they lie in.
func assemble(outer, inner []orb.LineString) (orb.MultiPolygon, error) {
	if len(outer)+len(inner) > maxRingWays {
		return nil, errTooMany
	}
	outlines, err := rings(outer)
	if err != nil {
		return nil, err
	}
	if len(outlines) == 0 {
		return nil, errOpen
	}
	holes, _ := rings(inner) // a broken hole is filled
	var polygons orb.MultiPolygon
	for _, r := range outlines {
		polygons = append(polygons, orb.Polygon{r})
	}
	for _, h := range holes {
		for i, p := range polygons {
			if planar.RingContains(p[0], h[0]) {
				polygons[i] = append(p, h)
				break
			}
		}
	}
	return polygons, nil
}

// rings joins ways at their ends until each is closed.
func rings(ways []orb.LineString) ([]orb.Ring, error) {
	ends := map[orb.Point][]int{} // ways that start or end there
	for i, w := range ways {
		if len(w) < 2 {
			return nil, errOpen
		}
		ends[w[0]] = append(ends[w[0]], i)
		ends[w[len(w)-1]] = append(ends[w[len(w)-1]], i)
	}
	used := make([]bool, len(ways))
	var closed []orb.Ring
	for i, w := range ways {
		if used[i] {
			continue
		}
		used[i] = true
		ring := append(orb.LineString(nil), w...)
		for ring[0] != ring[len(ring)-1] {
			next := nextWay(ends[ring[len(ring)-1]], used)
			if next < 0 {
				return closed, errOpen
			}
			used[next] = true
			ring = join(ring, ways[next])
		}
		if len(ring) >= 4 {
			closed = append(closed, orb.Ring(ring))
		}
	}
	return closed, nil
}

func nextWay(candidates []int, used []bool) int {
	for _, i := range candidates {
		if !used[i] {
			return i
		}
	}
	return -1
}

// join appends w, turned round if it must be, without repeating the point where
// they meet.
func join(ring, w orb.LineString) orb.LineString {
	if w[0] == ring[len(ring)-1] {
		return append(ring, w[1:]...)
	}
	for i := len(w) - 2; i >= 0; i-- {
		ring = append(ring, w[i])
	}
	return ring
}
