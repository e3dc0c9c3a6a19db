package jsonld

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/geo"
)

// A where is where something is or takes place.
type where struct {
	name                         string
	street, postcode, town, area string // area: the province, two letters
	online                       string // address on the web
	point                        geom.T
	issues                       []catalog.Issue
}

// where reads a place, an address or a text that says where.
func (g *graph) where(v any) where {
	var w where
	switch v := v.(type) {
	case node:
		w.name = g.text(v, "name")
		switch {
		case isOf(v, "VirtualLocation"):
			w.name, w.online = "", g.address(v, "url", "sameAs")
			return w
		case isOf(v, "PostalAddress"):
			g.postal(&w, v)
			return w
		}
		switch a := first(g.all(v, "address")).(type) {
		case node:
			g.postal(&w, a)
		case nil:
			if l := g.one(v, "location"); l != nil && isOf(l, "PostalAddress") {
				g.postal(&w, l)
			}
		default:
			w.street, _ = g.textOf(a)
		}
		w.point, w.issues = g.position(v)
	default:
		s, _ := g.textOf(v)
		if u := g.online(s); u != "" {
			w.online = u
		} else {
			w.name = s
		}
	}
	return w
}

// online is s if it is a whole address of the web.
func (g *graph) online(s string) string {
	if !strings.HasPrefix(s, "http://") && !strings.HasPrefix(s, "https://") {
		return ""
	}
	return g.absolute(s)
}

func first(list []any) any {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

func isOf(n node, typ string) bool {
	for _, t := range n.types() {
		if t == typ {
			return true
		}
	}
	return false
}

var province = regexp.MustCompile(`^(.*?)\s*\(([A-Za-z]{2})\)$`)

func (g *graph) postal(w *where, a node) {
	w.street, w.postcode, w.town = g.text(a, "streetAddress"), g.text(a, "postalCode"), g.text(a, "addressLocality")
	if m := province.FindStringSubmatch(w.town); m != nil {
		w.town, w.area = m[1], strings.ToUpper(m[2])
	}
	if r := g.text(a, "addressRegion"); len(r) == 2 && italian(g.text(a, "addressCountry")) {
		w.area = strings.ToUpper(r)
	}
	if w.name == "" {
		w.name = g.text(a, "name")
	}
}

// italian reports whether a country may be Italy; most pages do not say.
func italian(country string) bool {
	switch strings.ToLower(country) {
	case "", "it", "ita", "italia", "italy":
		return true
	}
	return false
}

// position is the point of a place in degrees. Decimal commas are read; what lies
// in Italy only with latitude and longitude changed over is read so and told;
// (0, 0) is no place.
func (g *graph) position(n node) (geom.T, []catalog.Issue) {
	at := n
	if inner := g.one(n, "geo"); inner != nil {
		at = inner
	}
	if mid := g.one(at, "geoMidpoint"); mid != nil {
		at = mid
	}
	latText, lonText := g.text(at, "latitude", "lat"), g.text(at, "longitude", "lon", "lng")
	if latText == "" && lonText == "" {
		if s := texts(n["geo"]); len(s) == 1 { // "43.88,11.09"
			latText, lonText, _ = strings.Cut(strings.ReplaceAll(s[0], ";", ","), ",")
		}
	}
	if strings.Trim(latText+lonText, "0., ") == "" {
		return nil, nil
	}
	lat, err := degrees(latText)
	lon, err2 := degrees(lonText)
	read := latText + " " + lonText
	if err != nil || err2 != nil || lat < -90 || lat > 90 || lon < -180 || lon > 180 {
		return nil, []catalog.Issue{{Rule: "position-unreadable", Field: "geo", Read: catalog.Excerpt(read), Expected: "latitude and longitude in degrees, such as 43.8777 and 11.1022"}}
	}
	var issues []catalog.Issue
	if !geo.InItaly(lon, lat) && geo.InItaly(lat, lon) {
		lat, lon = lon, lat
		issues = append(issues, catalog.Issue{Rule: "axes-swapped", Field: "geo", Read: catalog.Excerpt(read), Expected: "latitude before longitude; read the other way round, since only so it lies in Italy"})
	}
	return geom.NewPointFlat(geom.XY, []float64{lon, lat}).SetSRID(4326), issues
}

func degrees(s string) (float64, error) {
	s = strings.TrimRight(strings.TrimSpace(s), "°")
	if strings.Count(s, ",") == 1 && !strings.Contains(s, ".") {
		s = strings.Replace(s, ",", ".", 1)
	}
	return strconv.ParseFloat(s, 64)
}
