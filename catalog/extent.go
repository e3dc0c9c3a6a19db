package catalog

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/twpayne/go-geom"
)

// lonLat is the EPSG code of longitude and latitude in degrees.
const lonLat = 4326

// extent is the box around the places that a dataset covers, as a polygon; nil
// when none is given, or one that says nothing: without size at 0, 0, or all of
// the earth.
func (d *description) extent(column int) geom.T {
	var places []Spatial
	if json.Unmarshal([]byte(d.text(column)), &places) != nil {
		return nil
	}
	var all []float64
	for _, p := range places {
		if p.BBox == nil {
			continue
		}
		box, ok := usableBox(p.BBox)
		if !ok {
			d.report("extent-unusable", "spatial", fmt.Sprint(p.BBox), "a box: west, south, east, north in degrees, smaller than the earth")
			continue
		}
		if all == nil {
			all = box
			continue
		}
		all[0], all[1], all[2], all[3] = min(all[0], box[0]), min(all[1], box[1]), max(all[2], box[2]), max(all[3], box[3])
	}
	if all == nil {
		return nil
	}
	if all[0] == all[2] && all[1] == all[3] {
		return geom.NewPointFlat(geom.XY, all[:2]).SetSRID(lonLat)
	}
	w, s, e, n := all[0], all[1], all[2], all[3]
	return geom.NewPolygonFlat(geom.XY, []float64{w, s, e, s, e, n, w, n, w, s}, []int{10}).SetSRID(lonLat)
}

// usableBox is a box with its sides in order.
func usableBox(b []float64) ([]float64, bool) {
	if len(b) != 4 {
		return nil, false
	}
	w, s, e, n := min(b[0], b[2]), min(b[1], b[3]), max(b[0], b[2]), max(b[1], b[3])
	switch {
	case !(w >= -180 && e <= 180 && s >= -90 && n <= 90): // NaN too
		return nil, false
	case w == 0 && s == 0 && e == 0 && n == 0:
		return nil, false
	case math.Max(e-w, 2*(n-s)) > 359:
		return nil, false
	}
	return []float64{w, s, e, n}, true
}
