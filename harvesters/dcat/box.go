package dcat

import (
	"encoding/json"
	"math"
	"regexp"
	"strconv"
	"strings"
)

var (
	latFirst = regexp.MustCompile(`EPSG(/\d*/|::|:\d+:)(4326|4258|6706)\b`)
	wktText  = regexp.MustCompile(`(?i)^(<[^>]*>\s*|SRID=\d+;\s*)?(POLYGON|MULTIPOLYGON|POINT|LINESTRING|MULTIPOINT|GEOMETRYCOLLECTION|ENVELOPE)\s*Z?\s*\(`)
	gmlTuple = regexp.MustCompile(`(?s)<(?:\w+:)?(lowerCorner|upperCorner|pos|posList|coordinates)[^>]*>([^<]*)<`)
	aNumber  = regexp.MustCompile(`-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?`)
)

// maxFigure is the longest geometry whose box is computed, in bytes.
const maxFigure = 1 << 20

// box is the box of a geometry in GeoJSON, WKT, GML or as "west,south,east,north",
// as west, south, east, north in degrees; nil if it is none of these or not in
// degrees. The axes of EPSG:4326 are latitude and longitude, but the guide to
// DCAT-AP_IT itself writes them the other way round: where one way lies in
// Italy and the other does not, that is the one (spec §2.2, trap 5).
func box(s string) []float64 {
	s = strings.TrimSpace(s)
	if len(s) > maxFigure {
		return nil
	}
	var pairs [][2]float64
	switch {
	case strings.HasPrefix(s, "{"):
		var g any
		if json.Unmarshal([]byte(s), &g) == nil {
			pairs = positions(g, pairs, 0)
		}
	case wktText.MatchString(s):
		head := wktText.FindString(s)
		body := s[len(head):]
		if strings.Contains(strings.ToUpper(head), "ENVELOPE") { // west, east, north, south
			if v := numbers(body); len(v) == 4 {
				pairs = [][2]float64{{v[0], v[3]}, {v[1], v[2]}}
			}
			break
		}
		for tuple := range strings.SplitSeq(body, ",") {
			if v := numbers(tuple); len(v) >= 2 {
				pairs = append(pairs, [2]float64{v[0], v[1]})
			}
		}
	case strings.HasPrefix(s, "<"):
		for _, m := range gmlTuple.FindAllStringSubmatch(s, -1) {
			v := numbers(m[2])
			for i := 0; i+1 < len(v); i += 2 {
				pairs = append(pairs, [2]float64{v[i], v[i+1]})
			}
		}
	default:
		v := numbers(s)
		if len(v) == 4 && strings.Trim(aNumber.ReplaceAllString(s, ""), " ,;\t\n[]") == "" {
			pairs = [][2]float64{{v[0], v[1]}, {v[2], v[3]}}
		}
	}
	return oriented(pairs, latFirst.MatchString(s))
}

func numbers(s string) []float64 {
	var out []float64
	for _, m := range aNumber.FindAllString(s, -1) {
		v, err := strconv.ParseFloat(m, 64)
		if err != nil {
			return nil
		}
		out = append(out, v)
	}
	return out
}

// positions collects the positions of GeoJSON.
func positions(v any, pairs [][2]float64, depth int) [][2]float64 {
	if depth > 12 {
		return pairs
	}
	switch v := v.(type) {
	case map[string]any:
		for _, name := range []string{"coordinates", "geometry", "geometries", "features"} {
			pairs = positions(v[name], pairs, depth+1)
		}
	case []any:
		if len(v) >= 2 {
			x, okX := v[0].(float64)
			y, okY := v[1].(float64)
			if okX && okY {
				return append(pairs, [2]float64{x, y})
			}
		}
		for _, inner := range v {
			pairs = positions(inner, pairs, depth+1)
		}
	}
	return pairs
}

// oriented is the box of pairs, whose declared order may be latitude first.
func oriented(pairs [][2]float64, declaredLatFirst bool) []float64 {
	if len(pairs) == 0 {
		return nil
	}
	x0, y0, x1, y1 := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, p := range pairs {
		x0, x1 = min(x0, p[0]), max(x1, p[0])
		y0, y1 = min(y0, p[1]), max(y1, p[1])
	}
	swap := declaredLatFirst
	if asIs, swapped := aroundItaly(x0, y0, x1, y1), aroundItaly(y0, x0, y1, x1); asIs != swapped {
		swap = swapped
	}
	if swap {
		x0, y0, x1, y1 = y0, x0, y1, x1
	}
	if x0 < -180 || x1 > 180 || y0 < -90 || y1 > 90 {
		return nil // metres of some projection
	}
	return []float64{x0, y0, x1, y1}
}

// aroundItaly reports whether a box lies in Italy and a degree around it.
func aroundItaly(west, south, east, north float64) bool {
	return west >= 5 && east <= 20 && south >= 34 && north <= 49
}
