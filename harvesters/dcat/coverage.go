package dcat

import (
	"regexp"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/rdf"
)

var (
	startDate = named("dcatapit:startDate", "dcat:startDate", "schema:startDate", "time:hasBeginning")
	endDate   = named("dcatapit:endDate", "dcat:endDate", "schema:endDate", "time:hasEnd")
	instant   = named("time:inXSDDateTimeStamp", "time:inXSDDateTime", "time:inXSDDate", "time:inXSDgYear")
)

// temporal are the periods a dataset covers.
func (p *page) temporal(n *rdf.Node) []catalog.Period {
	var out []catalog.Period
	for _, t := range p.all(n, temporal) {
		var period catalog.Period
		if t.Kind == rdf.Literal {
			period = interval(t.Value)
		} else {
			node := p.Node(t)
			period = catalog.Period{Start: p.instant(node, startDate), End: p.instant(node, endDate)}
		}
		if period != (catalog.Period{}) {
			out = append(out, period)
		}
	}
	return out
}

func (p *page) instant(n *rdf.Node, q property) string {
	for _, t := range p.all(n, q) {
		if t.Kind == rdf.Literal {
			return strings.TrimSpace(t.Value)
		}
		if s := p.text(p.Node(t), instant); s != "" {
			return s
		}
	}
	return ""
}

var dateLike = regexp.MustCompile(`^\d{4}(-\d{2}(-\d{2}(T[\d:.]+(Z|[+-]\d{2}:?\d{2})?)?)?)?$`)

// interval reads "start/end" (ISO 8601), or one date for both. What is no date,
// such as a name or "R/P1Y", is none.
func interval(s string) catalog.Period {
	from, to, two := strings.Cut(s, "/")
	from, to = strings.TrimSpace(from), strings.TrimSpace(to)
	if !two {
		to = from
	}
	if !dateLike.MatchString(from) {
		from = ""
	}
	if !dateLike.MatchString(to) {
		to = ""
	}
	return catalog.Period{Start: from, End: to}
}

var (
	placeName   = named("locn:geographicName", "rdfs:label", "skos:prefLabel", "dct:title", "schema:name", "foaf:name")
	placeID     = named("dcatapit:geographicalIdentifier", "dct:identifier")
	placeBox    = named("dcat:bbox", "locn:geometry", "gsp:asWKT", "gsp:hasGeometry", "dcat:centroid", "schema:box")
	innerFigure = named("gsp:asWKT", "gsp:asGeoJSON", "gsp:asGML", "rdf:value")
)

// spatial are the parts of the world a dataset covers.
func (p *page) spatial(n *rdf.Node) []catalog.Spatial {
	var out []catalog.Spatial
	for _, t := range p.all(n, spatial) {
		var s catalog.Spatial
		if t.Kind == rdf.Literal {
			s = place(t.Value)
		} else {
			node := p.Node(t)
			s = catalog.Spatial{Name: p.text(node, placeName), URI: first(p.codes(node, placeID)), BBox: p.box(node)}
			if s.URI == "" && t.Kind == rdf.IRI && strings.HasPrefix(local(t.Value), "http") && s.BBox == nil {
				s.URI = local(t.Value)
			}
		}
		if s.Name != "" || s.URI != "" || s.BBox != nil {
			out = append(out, s)
		}
	}
	return out
}

// box is the first box that a location has in any notation.
func (p *page) box(n *rdf.Node) []float64 {
	for _, name := range placeBox.names {
		for _, t := range p.all(n, property{names: []string{name}}) {
			values := []rdf.Term{t}
			if t.Kind != rdf.Literal {
				values = p.all(p.Node(t), innerFigure)
			}
			for _, v := range values {
				if b := box(v.Value); b != nil {
					return b
				}
			}
		}
	}
	return nil
}

// place reads a coverage that is written as text: a box, a geometry, an
// address, or a name.
func place(s string) catalog.Spatial {
	s = strings.TrimSpace(s)
	if b := box(s); b != nil {
		return catalog.Spatial{BBox: b}
	}
	if strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") {
		return catalog.Spatial{URI: s}
	}
	if strings.HasPrefix(s, "{") || strings.HasPrefix(s, "<") {
		return catalog.Spatial{}
	}
	return catalog.Spatial{Name: s}
}
