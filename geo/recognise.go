package geo

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

var (
	urnPattern  = regexp.MustCompile(`(?i)(?:urn:(?:x-)?ogc:def:crs:|/def/crs/)(EPSG|OGC|ESRI)[:/][^:/]*[:/](CRS84h?|\d+)`)
	codePattern = regexp.MustCompile(`(?i)^\s*(?:EPSG|ESRI|SRID)?\s*[:=/ ]*\s*(\d{4,6})\s*$`)
	gmlPattern  = regexp.MustCompile(`(?i)epsg\.xml#(\d+)$`)
)

// Recognise finds the EPSG code that a file's declaration of its CRS means: a
// URN or URL of the OGC, "EPSG:3003", a bare code, a name ("RDN2008 / Zone
// 12"), or the well-known text of a .prj file, by its authority, its name, or
// its parameters. A code is returned even if it is not in our table; 0 means
// that the declaration says nothing we understand.
func Recognise(declared string) int {
	text := strings.TrimSpace(strings.Trim(declared, "\x00\ufeff"))
	switch m := urnPattern.FindStringSubmatch(text); {
	case m == nil:
	case strings.HasPrefix(strings.ToUpper(m[2]), "CRS84"):
		return WGS84
	default:
		return number(m[2])
	}
	if strings.EqualFold(strings.TrimPrefix(strings.ToUpper(text), "OGC:"), "CRS84") {
		return WGS84
	}
	for _, pattern := range []*regexp.Regexp{codePattern, gmlPattern} {
		if m := pattern.FindStringSubmatch(text); m != nil {
			return number(m[1])
		}
	}
	if code := byName(text); code != 0 {
		return code
	}
	root, err := parseWKT(text)
	if err != nil {
		return 0
	}
	return fromWKT(root)
}

func number(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return canonical(n)
}

// fromWKT takes the authority's code first, which only the root's own
// AUTHORITY or ID gives; then the name; then the parameters.
func fromWKT(root wktNode) int {
	if strings.EqualFold(root.name, "COMPD_CS") || strings.EqualFold(root.name, "COMPOUNDCRS") {
		if plan, ok := root.find("PROJCS", "PROJCRS", "GEOGCS", "GEOGCRS"); ok {
			root = plan
		}
	}
	for _, arg := range root.args {
		if (strings.EqualFold(arg.name, "AUTHORITY") || strings.EqualFold(arg.name, "ID")) && len(arg.args) >= 2 &&
			strings.EqualFold(arg.args[0].name, "EPSG") {
			return number(arg.args[1].name)
		}
	}
	if code := byName(root.first()); code != 0 && !(projected(root) && inDegrees(code)) {
		return code
	}
	return byParameters(root)
}

// projected reports whether well-known text is of a plane system: one that is
// called Roma_40 is not in degrees for that.
func projected(root wktNode) bool {
	return strings.EqualFold(root.name, "PROJCS") || strings.EqualFold(root.name, "PROJCRS")
}

func inDegrees(code int) bool {
	c, ok := Lookup(code)
	return ok && c.Geographic()
}

// names are spellings of ESRI and others that differ from EPSG's in more than
// punctuation; keys as plainName makes them.
var names = map[string]int{
	"wgs84": 4326, "gcswgs1984": 4326, "wgs1984": 4326, "crs84": 4326,
	"gcsetrs1989": 4258, "etrs1989": 4258, "gcsrdn2008": 6706,
	"gcsmontemario": 4265, "roma40": 4265, "gcsroma1940": 4265, "rome1940": 4265, "gcsmontemariorome": 4806,
	"gcseuropean1950":  4230,
	"montemarioitaly1": 3003, "montemarioitaly2": 3004, "montemarioromeitaly1": 3003, "montemarioromeitaly2": 3004,
	"gaussboagaovest": 3003, "gaussboagaest": 3004, "roma40ovest": 3003, "roma40est": 3004,
	"rdn2008zone12": 7795, "rdn2008italyzone": 7794,
	"wgs1984webmercatorauxiliarysphere": 3857, "wgs1984webmercator": 3857, "wgs84pseudomercator": 3857, "googlemercator": 3857,
}

func byName(name string) int {
	if len(name) > 200 {
		return 0
	}
	plain := plainName(name)
	if code := names[plain]; code != 0 {
		return code
	}
	for _, c := range systems {
		if plain == plainName(c.Name) {
			return c.Code
		}
	}
	return 0
}

// plainName drops what spellings differ in: capitals, punctuation, "zone".
func plainName(name string) string {
	name = strings.ToLower(name)
	name = strings.ReplaceAll(name, "etrs_1989", "etrs89")
	name = strings.ReplaceAll(name, "wgs_1984_utm", "wgs84utm")
	name = strings.ReplaceAll(name, "ed_1950", "ed50")
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, name)
}

// byParameters compares the projection and the datum with those of the table.
// A projection without a datum we know is taken for the first that fits.
func byParameters(root wktNode) int {
	datum := ""
	if n, ok := root.find("DATUM", "TRF", "ENSEMBLE"); ok {
		datum = plainDatum(n.first())
	}
	p := degrees
	if n, ok := root.find("PROJECTION", "METHOD"); ok {
		method := plainName(n.first())
		if !strings.HasPrefix(method, "transversemercator") && method != "gausskruger" {
			return 0
		}
		p = projection{method: transverseMercator}
		p.lon0 = root.parameter("centralmeridian", "longitudeofnaturalorigin")
		p.scale = root.parameter("scalefactor", "scalefactoratnaturalorigin")
		p.falseEast = root.parameter("falseeasting")
	} else if datum == "" {
		return 0
	}
	for _, c := range systems {
		if c.projection.near(p) && c.datum == datum {
			return c.Code
		}
	}
	return 0
}

func (p projection) near(q projection) bool {
	return p.method == q.method && math.Abs(p.lon0-q.lon0) < 1e-6 &&
		math.Abs(p.scale-q.scale) < 1e-9 && math.Abs(p.falseEast-q.falseEast) < 0.01
}

// parameter is the value of the PARAMETER with one of the plain names, NaN
// without one.
func (n wktNode) parameter(names ...string) float64 {
	for _, arg := range n.args {
		if strings.EqualFold(arg.name, "PARAMETER") && len(arg.args) >= 2 {
			for _, name := range names {
				if plainName(arg.first()) == name {
					v, err := strconv.ParseFloat(arg.args[1].name, 64)
					if err == nil {
						return v
					}
				}
			}
		}
		if strings.EqualFold(arg.name, "CONVERSION") {
			if v := arg.parameter(names...); !math.IsNaN(v) {
				return v
			}
		}
	}
	return math.NaN()
}

// plainDatum brings the names of datums in EPSG's and ESRI's spelling to those of the table.
func plainDatum(name string) string {
	plain := strings.TrimPrefix(plainName(name), "d")
	switch {
	case strings.HasPrefix(plain, "wgs"), strings.HasPrefix(plain, "worldgeodeticsystem1984"):
		return "wgs84"
	case strings.HasPrefix(plain, "etrs"), strings.HasPrefix(plain, "europeanterrestrialreferencesystem"):
		return "etrs89"
	case strings.HasPrefix(plain, "rdn2008"), strings.HasPrefix(plain, "retedinamicanazionale2008"):
		return "rdn2008"
	case plain == "montemariorome":
		return "montemariorome"
	case strings.HasPrefix(plain, "montemario"), strings.HasPrefix(plain, "roma1940"), strings.HasPrefix(plain, "rome1940"):
		return "montemario"
	case strings.HasPrefix(plain, "europeandatum1950"), strings.HasPrefix(plain, "european1950"):
		return "ed50"
	}
	return plain
}
