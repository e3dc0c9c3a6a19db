package geo

import (
	"slices"

	"github.com/paulmach/orb"
)

// A CRS is a coordinate reference system that Italian data come in. Its
// coordinates are east (longitude) before north (latitude) whatever the axis
// order in the EPSG registry, as in every file format we read.
type CRS struct {
	Code int    // EPSG
	Name string // as in the EPSG registry
	// Area is where the CRS is meant to be used: longitude, latitude.
	Area orb.Bound
	// AccuracyMetres is how far off the transform to WGS 84 may be when it is
	// made without a national grid; 0 where it is no worse than the data.
	AccuracyMetres float64

	projection projection
	datum      string // normalised, to tell apart projections with equal parameters
}

// Geographic reports whether the coordinates are degrees.
func (c CRS) Geographic() bool { return c.projection.method == geographic }

// OGC's CRS84 is WGS 84 with longitude first, which is how we use 4326.
const WGS84 = 4326

var (
	world      = box(-180, -90, 180, 90)
	italy      = box(5.93, 34.76, 18.99, 47.1)
	italyWest  = box(5.93, 36.53, 12, 47.04)
	italyEast  = box(12, 34.79, 18, 47.1)
	italySouth = box(17.99, 34.76, 18.99, 41.64)
	europe     = box(-16.1, 32.88, 40.18, 84.73)
)

// systems is the table of CRSs: names and areas of use as in the EPSG dataset
// (IOGP, free to use with the source named), version 10. Where several have
// the same projection, the first is what undeclared coordinates are taken for.
var systems = []CRS{
	{4326, "WGS 84", world, 0, degrees, "wgs84"},
	{4258, "ETRS89", europe, 0, degrees, "etrs89"},
	{6706, "RDN2008", italy, 0, degrees, "rdn2008"},
	{4265, "Monte Mario", italy, 4, degrees, "montemario"},
	{4230, "ED50", europe, 10, degrees, "ed50"},
	{4806, "Monte Mario (Rome)", italy, 4, projection{method: geographic, lon0: romeMeridian}, "montemariorome"},
	{25832, "ETRS89 / UTM zone 32N", box(6, 38.76, 12, 84.33), 0, utm(9), "etrs89"},
	{25833, "ETRS89 / UTM zone 33N", box(12, 34.79, 18, 84.42), 0, utm(15), "etrs89"},
	{25834, "ETRS89 / UTM zone 34N", box(18, 34.76, 24, 84), 0, utm(21), "etrs89"},
	{3044, "ETRS89 / UTM zone 32N (N-E)", box(6, 38.76, 12, 84.33), 0, utm(9), "etrs89"},
	{3045, "ETRS89 / UTM zone 33N (N-E)", box(12, 34.79, 18, 84.42), 0, utm(15), "etrs89"},
	{32632, "WGS 84 / UTM zone 32N", box(6, 0, 12, 84), 0, utm(9), "wgs84"},
	{32633, "WGS 84 / UTM zone 33N", box(12, 0, 18, 84), 0, utm(15), "wgs84"},
	{32634, "WGS 84 / UTM zone 34N", box(18, 0, 24, 84), 0, utm(21), "wgs84"},
	{7791, "RDN2008 / UTM zone 32N", italyWest, 0, utm(9), "rdn2008"},
	{7792, "RDN2008 / UTM zone 33N", italyEast, 0, utm(15), "rdn2008"},
	{7793, "RDN2008 / UTM zone 34N", italySouth, 0, utm(21), "rdn2008"},
	{6707, "RDN2008 / UTM zone 32N (N-E)", italyWest, 0, utm(9), "rdn2008"},
	{6708, "RDN2008 / UTM zone 33N (N-E)", italyEast, 0, utm(15), "rdn2008"},
	{6709, "RDN2008 / UTM zone 34N (N-E)", italySouth, 0, utm(21), "rdn2008"},
	{3003, "Monte Mario / Italy zone 1", italyWest, 4, mercator(9, 0.9996, 1_500_000), "montemario"},
	{3004, "Monte Mario / Italy zone 2", box(12, 34.76, 18.99, 47.1), 4, mercator(15, 0.9996, 2_520_000), "montemario"},
	{7794, "RDN2008 / Italy zone (E-N)", italy, 0, mercator(12, 0.9985, 7_000_000), "rdn2008"},
	{6875, "RDN2008 / Italy zone (N-E)", italy, 0, mercator(12, 0.9985, 7_000_000), "rdn2008"},
	{7795, "RDN2008 / Zone 12 (E-N)", italy, 0, mercator(12, 1, 3_000_000), "rdn2008"},
	{6876, "RDN2008 / Zone 12 (N-E)", italy, 0, mercator(12, 1, 3_000_000), "rdn2008"},
	{23032, "ED50 / UTM zone 32N", box(6, 36.53, 12, 71.2), 10, utm(9), "ed50"},
	{23033, "ED50 / UTM zone 33N", box(12, 34.49, 18, 79), 10, utm(15), "ed50"},
	{3857, "WGS 84 / Pseudo-Mercator", box(-180, -85.06, 180, 85.06), 0, projection{method: webMercator}, "wgs84"},
}

// Lookup returns the CRS with an EPSG code, and whether we know it.
func Lookup(code int) (CRS, bool) {
	code = canonical(code)
	i := slices.IndexFunc(systems, func(c CRS) bool { return c.Code == code })
	if i < 0 {
		return CRS{}, false
	}
	return systems[i], true
}

// canonical replaces the numbers that ESRI and old software gave Web Mercator,
// and the WGS 84 with heights, whose plan is the same.
func canonical(code int) int {
	switch code {
	case 900913, 102100, 102113, 3785:
		return 3857
	case 4979, 84:
		return WGS84
	}
	return code
}

func box(west, south, east, north float64) orb.Bound {
	return orb.Bound{Min: orb.Point{west, south}, Max: orb.Point{east, north}}
}
