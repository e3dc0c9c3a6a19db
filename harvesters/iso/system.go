package iso

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/geo"
)

// epsgAddress is how GeoDCAT-AP names a reference system.
const epsgAddress = "http://www.opengis.net/def/crs/EPSG/0/"

// systems are the reference systems, as standards that the data conform to
// (GeoDCAT-AP).
func (r *reader) systems() {
	for _, n := range at(r.n, "referenceSystemInfo/MD_ReferenceSystem/referenceSystemIdentifier/*") {
		c := first(n, "code")
		said := line(firstOf(r.text(c), href(c)))
		srid := EPSG(href(c))
		if srid == 0 {
			srid = EPSG(said)
		}
		if srid == 0 && strings.EqualFold(r.text(first(n, "codeSpace")), "EPSG") {
			srid, _ = strconv.Atoi(said) // what is no number is none
		}
		s := catalog.Standard{Title: said}
		if srid > 0 {
			s.ID = epsgAddress + strconv.Itoa(srid)
			if s.Title == s.ID || s.Title == strconv.Itoa(srid) {
				s.Title = "EPSG:" + strconv.Itoa(srid)
			}
		}
		if s.Title != "" && !slices.ContainsFunc(r.ConformsTo, func(o catalog.Standard) bool { return o.ID != "" && o.ID == s.ID || o == s }) {
			r.ConformsTo = append(r.ConformsTo, s)
		}
	}
}

var (
	epsgCode = regexp.MustCompile(`(?i)EPSG(?:/[\d.]*/|:[\d.]*:|\s*[:#/ ]\s*)(\d{4,5})\b`)
	utmZone  = regexp.MustCompile(`(?i)(?:UTM|TM|/)[\s-]*(?:zone|fuso|zona)?[\s-]*(3[2-4])\s*-?N?\b`)
	rdnCode  = regexp.MustCompile(`(?i)^RDN2008[\s/-]+(\d{4})$`)
)

// labels are those of the RNDT's list, and others that are met in Italian
// records, which the names of the EPSG registry do not tell; without spaces, hyphens
// and slashes, in lower case.
var labels = map[string]int{
	"etrs89geo2d": 4258, "etrs89latlon": 4258, "etrs89laea": 3035, "etrs89etrslaea": 3035, "etrs89lcc": 3034, "etrs89etrslcc": 3034, "etrs89xyz": 4936, "etrs89geo3d": 4937,
	"rdn2008italyne": 6875, "rdn2008italyen": 7794, "wgs84geo2d": 4326, "gaussboagafusoovest": 3003, "gaussboagafusoest": 3004,
}

// zones are zone 32 of the systems that are told by datum and zone; the next
// zones have the next codes. RDN2008 is in the RNDT's list north first.
var zones = []struct {
	datum string
	code  int
}{{"etrs89", 25832}, {"rdn2008", 6707}, {"wgs84", 32632}, {"ed50", 23032}}

// EPSG is the code of a reference system as records name it: EPSG:3003, a URN, an
// address, a label of the RNDT such as "ETRS89-UTM32N" or "RDN2008-6706", a plain
// number; 0 when it cannot be told.
func EPSG(said string) int {
	for _, form := range []*regexp.Regexp{epsgCode, rdnCode} {
		if m := form.FindStringSubmatch(said); m != nil {
			n, _ := strconv.Atoi(m[1]) // digits
			return n
		}
	}
	if n := geo.Recognise(said); n > 0 {
		return n
	}
	key := strings.ToLower(strings.NewReplacer(" ", "", "-", "", "_", "", "/", "", "(", "", ")", "").Replace(said))
	if n := labels[key]; n > 0 {
		return n
	}
	if m := utmZone.FindStringSubmatch(said); m != nil {
		zone, _ := strconv.Atoi(m[1]) // digits
		for _, z := range zones {
			if strings.HasPrefix(key, z.datum) {
				return z.code + zone - 32
			}
		}
	}
	return 0
}
