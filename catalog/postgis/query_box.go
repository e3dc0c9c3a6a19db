package postgis

import (
	"fmt"
	"math"

	"github.com/jackc/pgx/v5/pgtype"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"

	"po-net.prato.it/ponet/catalog"
)

// splitBox is the box as one, or two when its west is east of its east: then it
// crosses the antimeridian.
func splitBox(b orb.Bound) ([]orb.Bound, error) {
	for _, v := range []float64{b.Min[0], b.Min[1], b.Max[0], b.Max[1]} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("bbox: %v is not a coordinate: %w", v, catalog.ErrInvalid)
		}
	}
	if b.Min[1] > b.Max[1] {
		return nil, fmt.Errorf("bbox: south %v is above north %v: %w", b.Min[1], b.Max[1], catalog.ErrInvalid)
	}
	if b.Min[0] <= b.Max[0] {
		return []orb.Bound{b}, nil
	}
	east := orb.Bound{Min: b.Min, Max: orb.Point{180, b.Max[1]}}
	west := orb.Bound{Min: orb.Point{-180, b.Min[1]}, Max: b.Max}
	return []orb.Bound{east, west}, nil
}

// around is the boxes that hold the circle of radius metres round p: two when
// it crosses the antimeridian, the whole width when it comes near a pole.
func around(p orb.Point, radius float64) []orb.Bound {
	const halfWorld = 20_000_000 // metres: nothing lies farther
	b := geo.NewBoundAroundPoint(p, min(radius, halfWorld)*1.01)
	b.Min[1], b.Max[1] = max(b.Min[1], -90), min(b.Max[1], 90)
	if b.Min[1] <= -89 || b.Max[1] >= 89 || math.IsNaN(b.Min[0]) || b.Max[0]-b.Min[0] >= 360 {
		return []orb.Bound{{Min: orb.Point{-180, b.Min[1]}, Max: orb.Point{180, b.Max[1]}}}
	}
	if b.Min[0] < -180 {
		b.Min[0] += 360
	}
	if b.Max[0] > 180 {
		b.Max[0] -= 360
	}
	boxes, err := splitBox(b)
	if err != nil {
		return []orb.Bound{{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}}}
	}
	return boxes
}

// box is a plain box of PostgreSQL.
func box(b orb.Bound) pgtype.Box {
	return pgtype.Box{P: [2]pgtype.Vec2{{X: b.Max[0], Y: b.Max[1]}, {X: b.Min[0], Y: b.Min[1]}}, Valid: true}
}
