package geo

import "slices"

// nationals are systems of other countries, in which services of Europe offer
// their data; each is in the table of PostGIS.
var nationals = []int{
	2056, 21781, 2154, 27572, 3812, 31370, 27700, 28992, 3763, 20790, 3006, 3021, 2180, 3067, 5514, 5513, 5243, 2100, 23700,
	31254, 31255, 31256, 31257, 31258, 31259, 31287, 3416, 31466, 31467, 31468, 31469, 3765, 3794, 3912, 3907, 3908, 3909, 3910,
	3034, 3035, 3395, 4171, 4267, 4269, 4277, 4312, 4314, 3346, 3301, 3059, 25884, 2062,
}

// Elsewhere reports whether a code is that of a system which we do not use in
// Italy and PostGIS knows: a zone of UTM on WGS 84, ETRS89, ED50, NAD27 or NAD83,
// or a national one of Europe. What is declared to be in one is there.
func Elsewhere(code int) bool {
	if _, known := Lookup(code); known {
		return false
	}
	for _, zones := range [][2]int{{32601, 32660}, {32701, 32760}, {25828, 25838}, {23028, 23038}, {26701, 26722}, {26901, 26923}} {
		if code >= zones[0] && code <= zones[1] {
			return true
		}
	}
	return slices.Contains(nationals, code)
}
