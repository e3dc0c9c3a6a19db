package portal

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/geo"
)

const (
	pageRows   = 20  // rows of a page of results
	maxPages   = 500 // deeper pages cost the database more than they help a person; a filter or a download does
	maxText    = 200 // characters of a search; longer ones are cut
	maxValues  = 50  // values of one filter
	maxRadius  = 200 // km
	nearbyRows = 5
)

// A search is what the address of the explore page says. Its String is the
// canonical spelling: equal searches have equal addresses.
type search struct {
	Text           string
	Themes         []catalog.Theme
	Types          []string
	Municipalities []string
	Bodies         []string
	Sources        []string
	Collection     string
	Related        string // id of a record: what has to do with it
	Relation       string // in this way, "": any
	Open           bool   // at this moment
	Accessible     bool
	Near           *orb.Point // lon, lat
	RadiusKM       float64
	BBox           *orb.Bound
	When           string    // a word of whens
	From, To       time.Time // days, both included; zero: open. They win over When
	Order          catalog.Order
	Page           int  // from 1
	MapView        bool // on a phone: the map first
}

// A badValue is a parameter that was ignored; the page says so.
type badValue struct{ Name, Value string }

// parseSearch reads the query of /mappa. Unknown parameters are ignored, values
// that cannot be used are left out and returned.
func parseSearch(q url.Values) (search, []badValue) {
	s := search{Page: 1}
	var bad []badValue
	wrong := func(name, value string) { bad = append(bad, badValue{name, clip(value, 60)}) }

	s.Text = clip(strings.TrimSpace(strings.ToValidUTF8(strings.ReplaceAll(q.Get("q"), "\x00", ""), "")), maxText)
	for _, v := range list(q["tema"]) {
		if slices.Contains(catalog.Themes, catalog.Theme(v)) {
			s.Themes = append(s.Themes, catalog.Theme(v))
		} else {
			wrong("tema", v)
		}
	}
	s.Types, s.Municipalities, s.Bodies = list(q["tipo"]), list(q["comune"]), list(q["ente"])
	s.Sources = list(q["fonte"])
	if c := list(q["dati"]); len(c) > 0 {
		s.Collection = c[0]
	}
	if v := q.Get("collegato"); v != "" {
		if validID(v) {
			s.Related = strings.ToLower(v)
		} else {
			wrong("collegato", v)
		}
	}
	if v := q.Get("come"); v != "" && s.Related != "" {
		if _, ok := catalog.ReadDirection(v); ok {
			s.Relation = v
		} else {
			wrong("come", v)
		}
	}
	s.Open, s.Accessible = q.Get("aperto") == "1", q.Get("accessibile") == "1"
	if v := q.Get("vicino"); v != "" {
		if p, ok := parsePoint(v); ok {
			s.Near = &p
		} else {
			wrong("vicino", v)
		}
	}
	if v := q.Get("raggio"); v != "" && s.Near != nil {
		km, err := strconv.ParseFloat(strings.Replace(v, ",", ".", 1), 64)
		if err == nil && km > 0 && km <= maxRadius {
			s.RadiusKM = km
		} else {
			wrong("raggio", v)
		}
	}
	if v := q.Get("bbox"); v != "" {
		if b, err := geo.ParseBBox(v); err == nil {
			s.BBox = &b
		} else {
			wrong("bbox", v)
		}
	}
	bad = append(bad, s.parseWhen(q)...)
	if v := catalog.Order(q.Get("ordine")); v != "" {
		if slices.Contains(s.orders(), v) {
			s.Order = v
		} else {
			wrong("ordine", string(v))
		}
	}
	if v := q.Get("pagina"); v != "" {
		n, err := strconv.Atoi(v)
		if err == nil && n >= 1 && n <= maxPages {
			s.Page = n
		} else {
			wrong("pagina", v)
		}
	}
	s.MapView = q.Get("vista") == "mappa"
	return s, bad
}

// parseWhen reads the time that is asked for, and returns what cannot be used.
func (s *search) parseWhen(q url.Values) (bad []badValue) {
	if v := q.Get("quando"); slices.Contains(whens, v) {
		s.When = v
	} else if v != "" {
		bad = append(bad, badValue{"quando", clip(v, 60)})
	}
	for i, to := range []*time.Time{&s.From, &s.To} {
		name := []string{"dal", "al"}[i]
		v := q.Get(name)
		t, err := time.ParseInLocation(time.DateOnly, v, catalog.Rome)
		if err == nil && t.Year() > 0 && t.Year() < 9999 {
			*to = t
		} else if v != "" {
			bad = append(bad, badValue{name, clip(v, 60)})
		}
	}
	if !s.From.IsZero() && !s.To.IsZero() && s.To.Before(s.From) {
		bad = append(bad, badValue{"al", s.To.Format(time.DateOnly)})
		s.To = time.Time{}
	}
	if !s.From.IsZero() || !s.To.IsZero() {
		s.When = ""
	}
	return bad
}

// parsePoint reads "43.88,11.09": latitude first, as people write it.
func parsePoint(v string) (orb.Point, bool) {
	lat, lon, ok := strings.Cut(v, ",")
	if !ok {
		return orb.Point{}, false
	}
	y, err1 := strconv.ParseFloat(strings.TrimSpace(lat), 64)
	x, err2 := strconv.ParseFloat(strings.TrimSpace(lon), 64)
	if err1 != nil || err2 != nil || !(math.Abs(y) <= 90) || !(math.Abs(x) <= 180) || (x == 0 && y == 0) {
		return orb.Point{}, false
	}
	return orb.Point{round4(x), round4(y)}, true
}

// round4 keeps 4 decimals of a degree, 11 m: enough to search, too little to
// tell which door a person stands at.
func round4(v float64) float64 { return math.Round(v*1e4) / 1e4 }

// list is values without empty and repeated ones, sorted, at most maxValues.
func list(values []string) []string {
	var out []string
	for _, v := range values {
		v = clip(strings.TrimSpace(strings.ToValidUTF8(strings.ReplaceAll(v, "\x00", ""), "")), maxText)
		if v != "" && !slices.Contains(out, v) && len(out) < maxValues {
			out = append(out, v)
		}
	}
	slices.Sort(out)
	return out
}

// clip is the first n characters of s.
func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// orders are those that make sense for s.
func (s search) orders() []catalog.Order {
	all := []catalog.Order{catalog.OrderTitle, catalog.OrderUpdated}
	if s.Text != "" {
		all = append(all, catalog.OrderRelevance)
	}
	if s.Near != nil {
		all = append(all, catalog.OrderDistance)
	}
	return all
}

// order is the one that is used: what was asked for, or what suits s.
func (s search) order() catalog.Order {
	switch {
	case s.Order != "":
		return s.Order
	case s.Near != nil:
		return catalog.OrderDistance
	case s.Text != "":
		return catalog.OrderRelevance
	}
	return catalog.OrderKey
}

// query is s as the catalogue is asked at the time now, without page.
func (s search) query(now time.Time) catalog.Query {
	q := catalog.Query{
		Text: s.Text, Themes: s.Themes, Types: s.Types, Municipalities: s.Municipalities, Bodies: s.Bodies, Sources: s.Sources,
		Collection: s.Collection, Accessible: s.Accessible, Near: s.Near, RadiusMetres: s.RadiusKM * 1000, BBox: s.BBox, Order: s.order(),
		Related: s.Related, Relation: s.Relation,
		NoDatasets:  s.Collection == "" && s.Related == "",
		NoGazetteer: s.Collection == "" && s.Related == "" && len(s.Sources) == 0,
	}
	q.From, q.To = s.span(now).bounds()
	if s.Open {
		now = now.Truncate(time.Minute)
		q.OpenAt = &now
	}
	return q
}

// filtered reports whether s asks for less than everything.
func (s search) filtered() bool {
	all := search{Order: s.Order, Page: s.Page, MapView: s.MapView}
	return s.String() != all.String()
}

// parameters are s in the fixed order of addresses, empty ones left out.
func (s search) parameters() [][2]string {
	var p [][2]string
	add := func(name string, values ...string) {
		for _, v := range values {
			if v != "" {
				p = append(p, [2]string{name, v})
			}
		}
	}
	add("q", s.Text)
	for _, t := range catalog.Themes {
		if slices.Contains(s.Themes, t) {
			add("tema", string(t))
		}
	}
	add("tipo", s.Types...)
	add("comune", s.Municipalities...)
	add("ente", s.Bodies...)
	add("fonte", s.Sources...)
	add("dati", s.Collection)
	if s.Related != "" {
		add("collegato", s.Related)
		add("come", s.Relation)
	}
	if s.Open {
		add("aperto", "1")
	}
	if s.Accessible {
		add("accessibile", "1")
	}
	if s.Near != nil {
		add("vicino", pointText(*s.Near))
		if s.RadiusKM > 0 {
			add("raggio", strconv.FormatFloat(s.RadiusKM, 'f', -1, 64))
		}
	}
	if s.BBox != nil {
		add("bbox", geo.FormatBBox(*s.BBox))
	}
	add("quando", s.When)
	add("dal", dateOf(s.From))
	add("al", dateOf(s.To))
	add("ordine", string(s.Order))
	if s.Page > 1 {
		add("pagina", strconv.Itoa(s.Page))
	}
	if s.MapView {
		add("vista", "mappa")
	}
	return p
}

// dateOf writes a day as addresses have it, "" when there is none.
func dateOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// pointText writes p as parsePoint reads it.
func pointText(p orb.Point) string {
	return strconv.FormatFloat(p.Lat(), 'f', -1, 64) + "," + strconv.FormatFloat(p.Lon(), 'f', -1, 64)
}

// String is the query string of s, "" when it asks for everything.
func (s search) String() string {
	var b strings.Builder
	for i, p := range s.parameters() {
		if i > 0 {
			b.WriteByte('&')
		}
		fmt.Fprintf(&b, "%s=%s", p[0], escape(p[1]))
	}
	return b.String()
}

// URL is the address of s under path.
func (s search) URL(path string) string {
	if q := s.String(); q != "" {
		return path + "?" + q
	}
	return path
}

// records is s without what only concerns the page: which records it selects.
func (s search) records() search {
	s.Page, s.MapView, s.Order = 1, false, ""
	return s
}

// with is s on its first page, changed by f.
func (s search) with(f func(*search)) search {
	s.Page = 1
	s.Themes, s.Types = slices.Clone(s.Themes), slices.Clone(s.Types)
	s.Municipalities, s.Bodies, s.Sources = slices.Clone(s.Municipalities), slices.Clone(s.Bodies), slices.Clone(s.Sources)
	f(&s)
	return s
}

// toggle adds v to values, or takes it away.
func toggle[T comparable](values []T, v T) []T {
	if i := slices.Index(values, v); i >= 0 {
		return slices.Delete(values, i, i+1)
	}
	return append(values, v)
}

// escape writes v for a query string; commas, which need no escape, stay.
func escape(v string) string { return strings.ReplaceAll(url.QueryEscape(v), "%2C", ",") }

// queryOf is the query of an address of ours.
func queryOf(address string) url.Values {
	_, query, _ := strings.Cut(address, "?")
	v, _ := url.ParseQuery(query) // ours: it parses
	return v
}
