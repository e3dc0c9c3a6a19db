package table

import (
	"slices"

	"github.com/twpayne/go-geom"
)

// A ring of a shapefile's polygon.
type ring struct {
	flat   []float64
	stride int
	box    [4]float64
	area   float64 // absolute
	inside int     // how many other rings it lies in
	parent int     // the smallest ring around it, -1: none
}

// Polygons sorts rings into shells and holes. The format says by direction
// which is which, but files with wrong directions abound, so containment
// decides: a ring in an odd number of others is a hole of the smallest.
func Polygons(layout geom.Layout, flat []float64, ends []int) geom.T {
	if len(ends) == 1 {
		return geom.NewPolygonFlat(layout, flat, ends)
	}
	var rings []ring
	from := 0
	for _, end := range ends {
		if end > from {
			rings = append(rings, newRing(flat[from:end], layout.Stride()))
		}
		from = end
	}
	nest(rings)
	out := geom.NewMultiPolygon(layout)
	for i, shell := range rings {
		if shell.inside%2 == 1 {
			continue
		}
		all := slices.Clone(shell.flat)
		polyEnds := []int{len(all)}
		for _, hole := range rings {
			if hole.inside%2 == 1 && hole.parent == i {
				all = append(all, hole.flat...)
				polyEnds = append(polyEnds, len(all))
			}
		}
		if out.Push(geom.NewPolygonFlat(layout, all, polyEnds)) != nil {
			return nil // the layouts are equal, so this cannot be
		}
	}
	if out.NumPolygons() == 1 {
		return out.Polygon(0)
	}
	return out
}

func newRing(flat []float64, stride int) ring {
	r := ring{flat: flat, stride: stride, parent: -1, box: [4]float64{flat[0], flat[1], flat[0], flat[1]}}
	for i := 0; i+stride < len(flat); i += stride {
		r.area += (flat[i] - flat[0]) * (flat[i+stride+1] - flat[1])
		r.area -= (flat[i+stride] - flat[0]) * (flat[i+1] - flat[1])
	}
	for i := 0; i < len(flat); i += stride {
		r.box = [4]float64{min(r.box[0], flat[i]), min(r.box[1], flat[i+1]), max(r.box[2], flat[i]), max(r.box[3], flat[i+1])}
	}
	if r.area < 0 {
		r.area = -r.area
	}
	return r
}

// maxRings is how many rings of one polygon are compared with each other;
// beyond it every ring is a shell of its own, and PostGIS unites them.
const maxRings = 5000

func nest(rings []ring) {
	if len(rings) > maxRings {
		return
	}
	for i := range rings {
		for j := range rings {
			if i == j || rings[j].area <= rings[i].area || !rings[j].around(&rings[i]) {
				continue
			}
			rings[i].inside++
			if p := rings[i].parent; p < 0 || rings[j].area < rings[p].area {
				rings[i].parent = j
			}
		}
	}
}

// around reports whether r contains in. Rings may touch at points, so the
// first of its points that is not on r's border decides.
func (r *ring) around(in *ring) bool {
	if in.box[0] < r.box[0] || in.box[1] < r.box[1] || in.box[2] > r.box[2] || in.box[3] > r.box[3] {
		return false
	}
	for i := 0; i < len(in.flat); i += in.stride {
		switch r.side(in.flat[i], in.flat[i+1]) {
		case 1:
			return true
		case -1:
			return false
		}
	}
	return false
}

// side is 1 for a point inside, -1 outside, 0 on the border.
func (r *ring) side(x, y float64) int {
	in := false
	n := len(r.flat)
	for i, j := 0, n-r.stride; i < n; j, i = i, i+r.stride {
		xi, yi, xj, yj := r.flat[i], r.flat[i+1], r.flat[j], r.flat[j+1]
		cross := (xj-xi)*(y-yi) - (yj-yi)*(x-xi)
		if cross == 0 && x >= min(xi, xj) && x <= max(xi, xj) && y >= min(yi, yj) && y <= max(yi, yj) {
			return 0
		}
		if (yi > y) != (yj > y) && x < (xj-xi)*(y-yi)/(yj-yi)+xi {
			in = !in
		}
	}
	if in {
		return 1
	}
	return -1
}
