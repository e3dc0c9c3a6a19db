package iso

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"po-net.prato.it/ponet/catalog"
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
	bareCode = regexp.MustCompile(`^\d{4,5}$`)
	utmZone  = regexp.MustCompile(`(?i)(?:UTM|/)\s*-?(?:zone|fuso|zona)?\s*-?(3[23])\s*-?N`)
)

// names are systems by the labels of the RNDT's list, and those that are met in
// Italian records; without spaces, hyphens, slashes, in lower case.
var names = map[string]int{
	"etrs89": 4258, "etrs89geo2d": 4258, "etrs89latlon": 4258, "etrs89utm32n": 25832, "etrs89utm33n": 25833, "etrs89utmzone32n": 25832, "etrs89utmzone33n": 25833,
	"etrs89laea": 3035, "etrs89etrslaea": 3035, "etrs89lcc": 3034, "etrs89etrslcc": 3034, "etrs89xyz": 4936, "etrs89geo3d": 4937,
	"rdn2008": 6706, "rdn2008utm32n": 6707, "rdn2008utm33n": 6708, "rdn2008utm34n": 6709, "rdn2008tm32": 6707, "rdn2008tm33": 6708, "rdn2008italyne": 6875, "rdn2008italyen": 7794,
	"rdn2008zone12ne": 6876, "wgs84": 4326, "wgs84geo2d": 4326, "wgs84utm32n": 32632, "wgs84utm33n": 32633, "wgs84utmzone32n": 32632, "wgs84utmzone33n": 32633,
	"ed50": 4230, "ed50utm32n": 23032, "ed50utm33n": 23033, "roma40ovest": 3003, "roma40est": 3004, "roma40": 4265, "montemarioitaly1": 3003, "montemarioitaly2": 3004,
	"gaussboagaovest": 3003, "gaussboagaest": 3004, "gaussboagafusoovest": 3003, "gaussboagafusoest": 3004,
}

// EPSG is the code of a reference system as records name it: EPSG:3003, a URN, an
// address, a label of the RNDT such as "ETRS89-UTM32N" or "RDN2008-6706", a plain
// number; 0 when it cannot be told.
func EPSG(s string) int {
	s = strings.TrimSpace(s)
	if m := epsgCode.FindStringSubmatch(s); m != nil {
		n, _ := strconv.Atoi(m[1]) // digits
		return n
	}
	if bareCode.MatchString(s) {
		n, _ := strconv.Atoi(s) // digits
		return n
	}
	if strings.Contains(strings.ToUpper(s), "CRS84") {
		return 4326
	}
	if head, tail, ok := strings.Cut(s, "-"); ok && bareCode.MatchString(tail) && strings.HasPrefix(strings.ToUpper(head), "RDN2008") {
		n, _ := strconv.Atoi(tail) // digits
		return n
	}
	key := strings.ToLower(strings.NewReplacer(" ", "", "-", "", "_", "", "/", "", "(", "", ")", "").Replace(s))
	if n := names[key]; n > 0 {
		return n
	}
	if m := utmZone.FindStringSubmatch(s); m != nil {
		for _, datum := range []string{"etrs89", "rdn2008", "wgs84", "ed50"} {
			if strings.HasPrefix(key, datum) {
				return names[datum+"utm"+m[1]+"n"]
			}
		}
	}
	return 0
}
