package geo

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
)

// ErrBBox is the kind of every error of ParseBBox.
var ErrBBox = errors.New("bbox")

// ParseBBox reads the bbox query parameter of OGC API – Features (OGC 17-069r4,
// /req/core/fc-bbox-definition): "west,south,east,north" in degrees, CRS84
// (longitude first). Six numbers carry heights in metres, which are dropped.
// A west that lies east of east is a box across the antimeridian.
func ParseBBox(text string) (orb.Bound, error) {
	parts := strings.Split(text, ",")
	if len(parts) != 4 && len(parts) != 6 {
		return orb.Bound{}, fmt.Errorf("%w: %d numbers, expected 4 (west,south,east,north) or 6 (with heights)", ErrBBox, len(parts))
	}
	numbers := make([]float64, len(parts))
	for i, part := range parts {
		n, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
			return orb.Bound{}, fmt.Errorf("%w: %q is not a number", ErrBBox, part)
		}
		numbers[i] = n
	}
	half := len(numbers) / 2
	box := orb.Bound{Min: orb.Point{numbers[0], numbers[1]}, Max: orb.Point{numbers[half], numbers[half+1]}}
	if half == 3 && numbers[2] > numbers[5] {
		return orb.Bound{}, fmt.Errorf("%w: lowest height %v is above highest %v", ErrBBox, numbers[2], numbers[5])
	}
	return box, checkBBox(box)
}

func checkBBox(box orb.Bound) error {
	for _, p := range []orb.Point{box.Min, box.Max} {
		if math.Abs(p.Lon()) > 180 {
			return fmt.Errorf("%w: longitude %v is outside -180..180; the order is west,south,east,north", ErrBBox, p.Lon())
		}
		if math.Abs(p.Lat()) > 90 {
			return fmt.Errorf("%w: latitude %v is outside -90..90; the order is west,south,east,north", ErrBBox, p.Lat())
		}
	}
	if box.Min.Lat() > box.Max.Lat() {
		return fmt.Errorf("%w: south %v is above north %v", ErrBBox, box.Min.Lat(), box.Max.Lat())
	}
	return nil
}

// FormatBBox writes box as ParseBBox reads it, with all digits.
func FormatBBox(box orb.Bound) string {
	var b []byte
	for i, n := range []float64{box.Min.Lon(), box.Min.Lat(), box.Max.Lon(), box.Max.Lat()} {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendFloat(b, n, 'f', -1, 64)
	}
	return string(b)
}
