package iso

import (
	"math"
	"strconv"
	"strings"

	"github.com/antchfx/xmlquery"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/xmldoc"
)

// extents reads where and when; of a service in ISO 19139 they stand in srv:extent,
// whose local name is the same.
func (r *reader) extents() {
	for _, e := range at(r.id(), "extent/EX_Extent") {
		for _, g := range at(e, "geographicElement/*") {
			switch {
			case xmldoc.Inner(first(g, "extentTypeCode")) == "false", xmldoc.Inner(first(g, "extentTypeCode")) == "0":
				continue // what is left out of the extent
			case g.Data == "EX_GeographicBoundingBox":
				if box := r.box(g); box != nil {
					r.place(catalog.Spatial{BBox: box})
				}
			case g.Data == "EX_GeographicDescription":
				c := first(g, "geographicIdentifier/*/code")
				s := catalog.Spatial{Name: line(r.text(c)), URI: web(href(c))}
				if s.Name != "" || s.URI != "" {
					r.place(s)
				}
			}
		}
		if name := line(r.text(first(e, "description"))); name != "" && len(name) < 100 {
			r.place(catalog.Spatial{Name: name})
		}
		for _, t := range at(e, "temporalElement/*/extent") {
			if p := period(t); p != (catalog.Period{}) {
				r.Temporal = append(r.Temporal, p)
			}
		}
	}
}

// place adds s, unless it is there; a name goes to the box before it.
func (r *reader) place(s catalog.Spatial) {
	for _, o := range r.Spatial {
		if o.Name == s.Name && o.URI == s.URI && equal(o.BBox, s.BBox) {
			return
		}
	}
	r.Spatial = append(r.Spatial, s)
}

func equal(a, b []float64) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// box is west, south, east, north in degrees. Bounds that were swapped are put
// right; a box that is a single 0,0, the whole world or outside of it is none.
func (r *reader) box(n *xmlquery.Node) []float64 {
	var v [4]float64
	var said []string
	for i, name := range []string{"westBoundLongitude", "southBoundLatitude", "eastBoundLongitude", "northBoundLatitude"} {
		s := xmldoc.Inner(first(n, name))
		said = append(said, s)
		f, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
		if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
			f = math.NaN()
		}
		v[i] = f
	}
	read := strings.Join(said, ", ")
	if strings.Trim(read, ", ") == "" {
		return nil
	}
	doubt := func(expected string) { r.issue("box-unusable", "EX_GeographicBoundingBox", read, expected) }
	w, s, e, n2 := v[0], v[1], v[2], v[3]
	switch {
	case math.IsNaN(w + s + e + n2):
		doubt("four numbers: west, south, east and north in degrees")
		return nil
	case w == 0 && s == 0 && e == 0 && n2 == 0:
		doubt("where the data are; 0, 0 stands for a box that nobody filled in")
		return nil
	}
	swapped := false
	if w > e {
		w, e, swapped = e, w, true
	}
	if s > n2 {
		s, n2, swapped = n2, s, true
	}
	if r.rndt && InItaly([]float64{s, w, n2, e}) && !InItaly([]float64{w, s, e, n2}) {
		w, s, e, n2, swapped = s, w, n2, e, true // latitudes and longitudes changed places
	}
	switch {
	case w < -180 || e > 180 || s < -90 || n2 > 90:
		doubt("degrees of longitude and latitude, not metres of a projection")
		return nil
	case e-w >= 359 && n2-s >= 170:
		doubt("where the data are; the whole world says nothing")
		return nil
	}
	if swapped {
		r.issue("box-swapped", "EX_GeographicBoundingBox", read, "west before east, south before north; put right")
	}
	return []float64{w, s, e, n2}
}

// InItaly reports whether a box, west, south, east, north, lies in Italy and a
// degree around it; its longitudes and latitudes do not overlap there (spec §2.2,
// trap 5).
func InItaly(box []float64) bool {
	return box[0] >= 5 && box[2] <= 20 && box[1] >= 34 && box[3] <= 49
}

// period is a gml:TimePeriod or gml:TimeInstant. An end that is "now" or unknown
// is open.
func period(n *xmlquery.Node) catalog.Period {
	if p := first(n, "TimePeriod"); p != nil {
		return catalog.Period{
			Start: position(first(p, "beginPosition", "begin/TimeInstant/timePosition")),
			End:   position(first(p, "endPosition", "end/TimeInstant/timePosition")),
		}
	}
	if i := first(n, "TimeInstant/timePosition"); i != nil {
		s := position(i)
		return catalog.Period{Start: s, End: s}
	}
	return catalog.Period{}
}

// position is a gml:timePosition, "" when it is indeterminate: now, unknown, or on
// the far side of a date that it gives.
func position(n *xmlquery.Node) string {
	switch strings.ToLower(xmldoc.Attr(n, "indeterminatePosition")) {
	case "", "after", "before":
	default:
		return ""
	}
	s := xmldoc.Inner(n)
	switch strings.ToLower(s) {
	case "now", "unknown", "inapplicable", "missing":
		return ""
	}
	if rest, ok := strings.CutPrefix(s, "2999-"); ok && rest != "" {
		return "" // for ever, as some write it
	}
	if strings.HasPrefix(s, "9999") {
		return ""
	}
	return s
}
