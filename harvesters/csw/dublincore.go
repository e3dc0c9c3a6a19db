package csw

import (
	"strconv"
	"strings"

	"github.com/antchfx/xmlquery"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/iso"
	"po-net.prato.it/ponet/harvesters/xmldoc"
)

// dublinCore reads a csw:Record (OGC 07-006r1 §10.2.5), which says little: what a
// server gives that has nothing better.
func dublinCore(n *xmlquery.Node) iso.Record {
	r := iso.Record{Level: "dataset"}
	var references []string
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		s := xmldoc.Inner(c)
		if c.Type != xmlquery.ElementNode || s == "" && c.Data != "BoundingBox" && c.Data != "WGS84BoundingBox" {
			continue
		}
		switch c.Data {
		case "identifier":
			if r.ID == "" {
				r.ID, r.Identifier = s, s
			} else {
				r.OtherIdentifiers = append(r.OtherIdentifiers, catalog.OtherIdentifier{Notation: s})
			}
		case "title":
			r.Title = firstOf(r.Title, strings.Join(strings.Fields(s), " "))
		case "abstract", "description":
			r.Description = firstOf(r.Description, s)
		case "subject":
			r.Keywords = append(r.Keywords, s)
		case "type":
			r.Level = s[strings.LastIndexAny(s, "/#")+1:]
		case "creator":
			r.Creators = append(r.Creators, catalog.Agent{Name: s})
		case "publisher":
			r.Publisher = catalog.Agent{Name: firstOf(r.Publisher.Name, s)}
		case "modified":
			r.Modified, r.Stamp = s, s
		case "issued", "date":
			r.Issued = firstOf(r.Issued, s)
		case "language":
			r.Languages = append(r.Languages, s)
		case "rights", "license", "accessRights":
			r.RightsNote = strings.TrimSpace(r.RightsNote + "\n\n" + s)
			r.Licence = firstOf(r.Licence, s)
		case "isPartOf":
			r.InSeries = firstOf(r.InSeries, s)
		case "references", "URI":
			references = append(references, s)
			r.Distributions = iso.AppendOnline(r.Distributions, s, firstOf(xmldoc.Attr(c, "scheme"), xmldoc.Attr(c, "protocol")), xmldoc.Attr(c, "name"))
		case "BoundingBox", "WGS84BoundingBox":
			if box := cornersOf(c); box != nil {
				r.Spatial = append(r.Spatial, catalog.Spatial{BBox: box})
			}
		}
	}
	if r.Modified == "" {
		r.Modified = r.Issued
	}
	for _, a := range references {
		if strings.HasPrefix(a, "http") && r.LandingPage == "" && len(r.Distributions) == 0 {
			r.LandingPage = a
		}
	}
	if r.Level != "dataset" {
		r.Type = r.Level
	}
	return r
}

// cornersOf is the box of an ows:BoundingBox, west, south, east, north in degrees:
// in EPSG:4326 latitude comes first, in a WGS84BoundingBox longitude (OGC 06-121r3
// §10.2), and many servers write the latter as the former. Where one order lies
// outside the earth, the other is taken; in Italy the two never overlap.
func cornersOf(n *xmlquery.Node) []float64 {
	lower, upper := numbers(xmldoc.Inner(child(n, "LowerCorner"))), numbers(xmldoc.Inner(child(n, "UpperCorner")))
	if len(lower) != 2 || len(upper) != 2 {
		return nil
	}
	asIs := []float64{min(lower[0], upper[0]), min(lower[1], upper[1]), max(lower[0], upper[0]), max(lower[1], upper[1])}
	turned := []float64{asIs[1], asIs[0], asIs[3], asIs[2]}
	crs := strings.ToUpper(xmldoc.Attr(n, "crs"))
	latitudeFirst := n.Data == "BoundingBox" && !strings.Contains(crs, "CRS84")
	switch {
	case iso.InItaly(asIs) != iso.InItaly(turned):
		latitudeFirst = iso.InItaly(turned)
	case asIs[1] < -90 || asIs[3] > 90:
		latitudeFirst = true
	}
	box := asIs
	if latitudeFirst {
		box = turned
	}
	world := box[2]-box[0] >= 359 && box[3]-box[1] >= 170
	if world || box[0] < -180 || box[2] > 180 || box[1] < -90 || box[3] > 90 || box[0] == 0 && box[1] == 0 && box[2] == 0 && box[3] == 0 {
		return nil
	}
	return box
}

func numbers(s string) []float64 {
	var out []float64
	for f := range strings.FieldsSeq(strings.ReplaceAll(s, ",", " ")) {
		v, err := strconv.ParseFloat(f, 64)
		if err != nil {
			return nil
		}
		out = append(out, v)
	}
	return out
}
