package geo

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// italyBox is wider than the coast: Lampedusa, Pantelleria, the territorial
// waters and the valleys at the border all lie in it. Degrees.
var italyBox = box(6.4, 35.2, 18.7, 47.3)

// areaMarginDegrees is how far from its area of use a CRS is still taken
// seriously: whole-Italy files are often in zone 32 alone, 6° too far east.
const areaMarginDegrees = 7

// InItaly reports whether a position in degrees lies in Italy or close to it.
func InItaly(lon, lat float64) bool {
	return lon >= italyBox.Min[0] && lon <= italyBox.Max[0] && lat >= italyBox.Min[1] && lat <= italyBox.Max[1]
}

// Covers reports whether x, y in c can be a position at all: on the earth,
// and not far from the area in which c is used.
func (c CRS) Covers(x, y float64) bool {
	lon, lat := c.LonLat(x, y)
	if math.IsNaN(lon) || math.Abs(lon) > 180 || math.Abs(lat) > 90 {
		return false
	}
	return lon >= c.Area.Min[0]-areaMarginDegrees && lon <= c.Area.Max[0]+areaMarginDegrees &&
		lat >= c.Area.Min[1]-areaMarginDegrees && lat <= c.Area.Max[1]+areaMarginDegrees
}

// land is a rough cover of the country, to tell zone 32 from zone 33: numbers
// of one, read in the other, mostly come out at sea or in Croatia.
var land = []orb.Bound{
	box(6.5, 44, 13.95, 47.15),   // the north
	box(7.4, 43.7, 9.8, 44.2),    // Liguria
	box(9.6, 42.2, 13.95, 44.2),  // Tuscany, Umbria, Marche
	box(11, 41.1, 14.95, 43),     // Lazio, Abruzzo, Molise
	box(13.4, 39.9, 18.6, 42.1),  // Campania, Basilicata, Puglia
	box(15.6, 37.8, 17.3, 40.2),  // Calabria
	box(12.3, 36.5, 15.8, 38.85), // Sicily
	box(8, 38.8, 9.95, 41.4),     // Sardinia
	box(11.8, 35.4, 12.95, 37),   // Pantelleria, Pelagie
}

// candidates are what undeclared coordinates are tried as, in this order. One
// stands for all with the same numbers: 25832 for 32632, 7791 and 6707.
var candidates = lookupAll(4326, 3003, 3004, 25832, 25833, 7794, 7795, 3857, 25834, 4806)

// The last two are counted for data that declare them, and never inferred:
// their Italy is other people's country in the CRSs before them.
const inferable = 8

func lookupAll(codes ...int) []CRS {
	var all []CRS
	for _, code := range codes {
		c, _ := Lookup(code)
		all = append(all, c)
	}
	return all
}

// Votes counts in which CRSs the positions of a layer lie in Italy, as they
// are and with the axes swapped. The zero value is ready for use.
type Votes struct {
	Positions int // that are finite and not 0, 0
	Zero      int // exactly 0, 0: nobody lives in the Gulf of Guinea

	italy   [10][2]int // by candidate; as they are, swapped
	land    [10][2]int // on the rough land
	degrees int        // can be degrees
	box     orb.Bound  // around all, once there is one
}

// Add counts one position, x before y as the file has them.
func (v *Votes) Add(x, y float64) {
	switch {
	case math.IsNaN(x) || math.IsNaN(y) || math.IsInf(x, 0) || math.IsInf(y, 0):
		return
	case x == 0 && y == 0:
		v.Zero++
		return
	}
	if v.Positions++; v.Positions == 1 {
		v.box = orb.Bound{Min: orb.Point{x, y}, Max: orb.Point{x, y}}
	}
	v.box = v.box.Extend(orb.Point{x, y})
	if math.Abs(x) <= 180 && math.Abs(y) <= 90 {
		v.degrees++
	}
	for swapped, p := range [2]orb.Point{{x, y}, {y, x}} {
		for i, c := range candidates {
			lon, lat := c.LonLat(p[0], p[1])
			if !InItaly(lon, lat) {
				continue
			}
			v.italy[i][swapped]++
			if slices.ContainsFunc(land, func(b orb.Bound) bool { return b.Contains(orb.Point{lon, lat}) }) {
				v.land[i][swapped]++
			}
		}
	}
}

// possible reports whether the positions can be in c: the middle of all, or
// a corner, lies where c is used.
func (v *Votes) possible(c CRS) bool {
	if v.degrees == v.Positions && !c.Geographic() {
		return false // all within 180 metres of the false origin
	}
	for _, p := range []orb.Point{v.box.Center(), v.box.Min, v.box.Max} {
		if c.Covers(p[0], p[1]) {
			return true
		}
	}
	return false
}

// inItaly is how many positions lie in Italy when read as c.
func (v *Votes) inItaly(c CRS, swapped int) int {
	for i, same := range candidates {
		if same.projection.near(c.projection) {
			return v.italy[i][swapped]
		}
	}
	return 0
}

// Mostly reports whether so many of all are in Italy that the rest are errors:
// all but 2 %, or all but one of at least five.
func Mostly(in, all int) bool {
	return all > 0 && (in == all || all >= 5 && all-in <= max(1, all/50))
}
