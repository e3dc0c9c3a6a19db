package geo

import (
	"slices"
	"strings"
)

// northFirst are the projected systems whose axes the EPSG dataset has as north,
// east: of Italy, and of Europe and its neighbours (IOGP, version 10). All
// geographic ones have latitude first.
var northFirst = []int{
	3044, 3045, 3046, 6707, 6708, 6709, 6875, 6876,
	2180, 3006, 3034, 3035, 3833, 31254, 31255, 31256, 31257, 31258, 31259, 31287, 31466, 31467, 31468, 31469, 3907, 3908, 3909, 3910, 3416,
}

// NorthFirst reports whether coordinates in GML whose srsName is declared should
// have north (latitude) before east. As URN (urn:ogc:def:crs:EPSG::4326) or
// address (http://www.opengis.net/def/crs/EPSG/0/4326) the axes are those of
// EPSG; "EPSG:4326" and …/epsg.xml#4326, from the time of GML 2, always have
// east first. Servers do not all keep to it (spec §3.4): let Votes judge.
func NorthFirst(declared string) bool {
	m := urnPattern.FindStringSubmatch(strings.TrimSpace(declared))
	if m == nil || !strings.EqualFold(m[1], "EPSG") {
		return false
	}
	code := number(m[2])
	if c, known := Lookup(code); known && c.Geographic() {
		return true
	}
	return code >= 4000 && code < 5000 && code != 4978 || slices.Contains(northFirst, code)
}
