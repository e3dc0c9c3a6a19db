package match

import (
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"po-net.prato.it/ponet/geo"
)

// metresPerDegree is the length of a degree of latitude.
const metresPerDegree = 111_195

// A position is where a subject is; none: it does not say.
type position struct {
	known    bool
	point    orb.Point
	area     orb.Geometry // a polygon that the other's point may lie in
	accuracy float64      // metres
}

// newPosition is that of g. Null Island and empty shapes are no position;
// latitude and longitude in the wrong order are put right where only the other
// order lies in Italy.
func newPosition(g orb.Geometry, accuracy float64) position {
	if g == nil || g.Bound().IsEmpty() {
		return position{}
	}
	p := position{known: true, accuracy: max(0, accuracy)}
	switch g := g.(type) {
	case orb.Point:
		p.point = g
	case orb.Polygon, orb.MultiPolygon:
		p.point, _ = planar.CentroidArea(g)
		p.area = g
	default:
		p.point = g.Bound().Center()
	}
	lon, lat := p.point[0], p.point[1]
	switch {
	case math.IsNaN(lon+lat) || math.IsInf(lon+lat, 0) || math.Abs(lon) < 0.01 && math.Abs(lat) < 0.01:
		return position{}
	case !geo.InItaly(lon, lat) && geo.InItaly(lat, lon):
		p.point, p.area = orb.Point{lat, lon}, nil
	case math.Abs(lon) > 180 || math.Abs(lat) > 90:
		return position{}
	}
	return p
}

// metres is the distance of two positions, 0 when one lies in the other's area.
func metres(a, b *position) float64 {
	if inside(a.area, b.point) || inside(b.area, a.point) {
		return 0
	}
	lon := math.Abs(a.point[0] - b.point[0])
	if lon > 180 {
		lon = 360 - lon
	}
	lon *= math.Cos((a.point[1] + b.point[1]) / 2 * math.Pi / 180)
	return math.Hypot(lon, a.point[1]-b.point[1]) * metresPerDegree
}

func inside(area orb.Geometry, p orb.Point) bool {
	switch g := area.(type) {
	case orb.Polygon:
		return g.Bound().Contains(p) && planar.PolygonContains(g, p)
	case orb.MultiPolygon:
		return g.Bound().Contains(p) && planar.MultiPolygonContains(g, p)
	}
	return false
}

// distanceBounds are the upper ends of the bands in which distances are
// compared, in metres; the last band has none.
var distanceBounds = []float64{20, 75, 200, 600, 2_000, 10_000}

// distanceLevel is the band of d metres, from 1 on (0 is missing), of positions that may be off by
// accuracy metres.
func distanceLevel(d, accuracy float64) int {
	d = max(0, d-min(accuracy, 1000))
	for i, bound := range distanceBounds {
		if d <= bound {
			return i + 1
		}
	}
	return len(distanceBounds) + 1
}
