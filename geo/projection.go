package geo

import "math"

// The methods of projection in the table of CRSs.
const (
	geographic = iota
	transverseMercator
	webMercator
)

const (
	romeMeridian = 12.452333333333334 // degrees east of Greenwich, Monte Mario

	earthRadius = 6378137.0           // metres: GRS 80 and WGS 84
	eccentric2  = 0.00669438002290079 // first eccentricity squared of GRS 80
)

// A projection is a method and its parameters. All are taken on the GRS 80
// ellipsoid: on the older ones (Hayford, Bessel) positions come out up to some
// 200 m off, which is enough to say whether they lie in Italy.
type projection struct {
	method    int
	lon0      float64 // degrees
	scale     float64 // on the central meridian
	falseEast float64 // metres
}

var degrees = projection{method: geographic}

func utm(lon0 float64) projection { return mercator(lon0, 0.9996, 500_000) }

func mercator(lon0, scale, falseEast float64) projection {
	return projection{method: transverseMercator, lon0: lon0, scale: scale, falseEast: falseEast}
}

// LonLat is where x (east), y (north) lie, in degrees, good to some 200 m: for
// judging whether a position is plausible, never for storing it. It is NaN
// where the projection has no such point.
func (c CRS) LonLat(x, y float64) (lon, lat float64) {
	p := c.projection
	switch p.method {
	case transverseMercator:
		return p.inverse(x, y)
	case webMercator:
		lat = 2*math.Atan(math.Exp(y/earthRadius)) - math.Pi/2
		return x / earthRadius * 180 / math.Pi, lat * 180 / math.Pi
	}
	return x + p.lon0, y
}

// inverse is Snyder's series for the transverse Mercator (Map Projections, a
// working manual, USGS 1987, equations 8-17 to 8-25), centimetres within 4°
// of the central meridian. Farther than 15° it does not hold and NaN is returned.
func (p projection) inverse(x, y float64) (lon, lat float64) {
	const e2, e4, e6 = eccentric2, eccentric2 * eccentric2, eccentric2 * eccentric2 * eccentric2
	mu := y / p.scale / (earthRadius * (1 - e2/4 - 3*e4/64 - 5*e6/256))
	d := (x - p.falseEast) / (earthRadius * p.scale)
	if math.Abs(d) > 0.26 || math.Abs(mu) > math.Pi/2 {
		return math.NaN(), math.NaN()
	}
	e1 := (1 - math.Sqrt(1-e2)) / (1 + math.Sqrt(1-e2))
	phi := mu + (3*e1/2-27*e1*e1*e1/32)*math.Sin(2*mu) +
		(21*e1*e1/16-55*e1*e1*e1*e1/32)*math.Sin(4*mu) +
		(151*e1*e1*e1/96)*math.Sin(6*mu)
	sin, cos, tan := math.Sin(phi), math.Cos(phi), math.Tan(phi)
	c := e2 / (1 - e2) * cos * cos
	t := tan * tan
	w := 1 - e2*sin*sin
	n := 1 / math.Sqrt(w)
	r := (1 - e2) / (w * math.Sqrt(w))
	d /= n
	lat = phi - n*tan/r*(d*d/2-(5+3*t+10*c-4*c*c-9*e2/(1-e2))*math.Pow(d, 4)/24+
		(61+90*t+298*c+45*t*t-252*e2/(1-e2)-3*c*c)*math.Pow(d, 6)/720)
	lon = (d - (1+2*t+c)*math.Pow(d, 3)/6 +
		(5-2*c+28*t-3*c*c+8*e2/(1-e2)+24*t*t)*math.Pow(d, 5)/120) / cos
	return p.lon0 + lon*180/math.Pi, lat * 180 / math.Pi
}
