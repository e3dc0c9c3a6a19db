package feed

import (
	"strconv"
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/geo"
)

// position is where an item is, by GeoRSS (simple and GML, OGC 17-002r1) or W3C
// geo; nil: it does not say. read is what says so and cannot be read. All of
// these write latitude before longitude; the result has longitude first, WGS 84.
func position(e ext.Extensions) (g geom.T, read string) {
	for _, shape := range []struct {
		name  string
		build func([]float64) geom.T
	}{
		{"point", pointOf}, {"line", lineOf}, {"polygon", polygonOf}, {"box", boxOf}, {"circle", pointOf},
	} {
		for _, x := range e["georss"][shape.name] {
			if g := shape.build(numbers(x.Value, false)); g != nil {
				return g, ""
			}
			read = x.Value
		}
	}
	for _, where := range e["georss"]["where"] {
		for _, children := range where.Children {
			for _, x := range children {
				if g := gmlShape(x); g != nil {
					return g, ""
				}
				read = "georss:where with " + x.Name
			}
		}
	}
	if g, text := w3c(e["geo"]); g != nil || text != "" {
		return g, text
	}
	return nil, read
}

// turned puts right the positions of a feed that has longitude before latitude,
// which is told by where they lie, and reports whether it had.
func turned(items []*item) bool {
	var votes geo.Votes
	for _, i := range items {
		if i.place != nil {
			c := i.place.FlatCoords()
			votes.Add(c[0], c[1])
		}
	}
	if !votes.Swapped() {
		return false
	}
	for _, i := range items {
		if i.place == nil {
			continue
		}
		c := i.place.FlatCoords()
		for n := 0; n+1 < len(c); n += 2 {
			c[n], c[n+1] = c[n+1], c[n]
		}
		if !onEarth(c) {
			i.place, i.noPlace = nil, "latitude over 90"
		}
	}
	return true
}

// w3c reads geo:lat and geo:long, also inside geo:Point.
func w3c(e map[string][]ext.Extension) (geom.T, string) {
	for _, p := range e["Point"] {
		if len(e["lat"]) == 0 {
			e = p.Children
		}
	}
	text := func(name string) string {
		if len(e[name]) == 0 {
			return ""
		}
		return strings.TrimSpace(e[name][0].Value)
	}
	lat, lon := text("lat"), text("long")
	if lon == "" {
		lon = text("lon")
	}
	if lat == "" && lon == "" {
		return nil, ""
	}
	if g := pointOf(numbers(lat+" "+lon, false)); g != nil {
		return g, ""
	}
	return nil, strings.TrimSpace(lat + " " + lon)
}

// numbers reads numbers parted by spaces or commas, in pairs of longitude and
// latitude: unless swapped, the text has them the other way round. nil when one is
// no number.
func numbers(s string, swapped bool) []float64 {
	fields := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' || r == ';' || r == '\n' || r == '\r' || r == '\t' })
	list := make([]float64, len(fields))
	for i, f := range fields {
		v, err := strconv.ParseFloat(f, 64)
		if err != nil {
			return nil
		}
		list[i] = v
	}
	for i := 0; i+1 < len(list) && !swapped; i += 2 {
		list[i], list[i+1] = list[i+1], list[i]
	}
	return list
}

// onEarth reports whether pairs of longitude and latitude are positions. (0, 0)
// is what is written where nothing is known.
func onEarth(c []float64) bool {
	zero := true
	for i := 0; i+1 < len(c); i += 2 {
		if !(c[i] >= -180 && c[i] <= 180 && c[i+1] >= -90 && c[i+1] <= 90) {
			return false
		}
		zero = zero && c[i] == 0 && c[i+1] == 0
	}
	return len(c) >= 2 && !zero
}

// pointOf reads the first pair; a third number is a height or a radius.
func pointOf(c []float64) geom.T {
	if len(c) < 2 || len(c) > 3 || !onEarth(c[:2]) {
		return nil
	}
	return geom.NewPointFlat(geom.XY, c[:2:2]).SetSRID(4326)
}

func lineOf(c []float64) geom.T {
	if len(c) < 4 || len(c)%2 != 0 || !onEarth(c) {
		return nil
	}
	return geom.NewLineStringFlat(geom.XY, c).SetSRID(4326)
}

// polygonOf closes the ring where it is open.
func polygonOf(c []float64) geom.T {
	if len(c) < 6 || len(c)%2 != 0 || !onEarth(c) {
		return nil
	}
	if n := len(c); c[0] != c[n-2] || c[1] != c[n-1] {
		c = append(c, c[0], c[1])
	}
	if len(c) < 8 {
		return nil
	}
	return geom.NewPolygonFlat(geom.XY, c, []int{len(c)}).SetSRID(4326)
}

func boxOf(c []float64) geom.T {
	if len(c) != 4 || !onEarth(c) {
		return nil
	}
	w, s, e, n := c[0], c[1], c[2], c[3]
	return polygonOf([]float64{w, s, e, s, e, n, w, n, w, s})
}
