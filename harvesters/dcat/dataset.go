package dcat

import (
	"slices"
	"strconv"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/rdf"
)

// The properties of a dataset: DCAT-AP_IT, DCAT-AP 1 to 3 and what is written
// instead of them.
var (
	identifier         = named("dct:identifier", "dcat:identifier")
	otherIdentifier    = named("adms:identifier")
	title              = named("dct:title", "dcat:title", "rdfs:label", "schema:name")
	description        = named("dct:description", "dct:abstract", "dcat:description", "rdfs:comment", "schema:description")
	keyword            = named("dcat:keyword", "dcat:keywords", "schema:keywords")
	theme              = named("dcat:theme", "dcat:themes")
	subject            = named("dct:subject")
	rightsHolder       = named("dct:rightsHolder", "dct:rightHolder")
	publisher          = named("dct:publisher", "dcat:publisher")
	creator            = named("dct:creator")
	contactPoint       = named("dcat:contactPoint", "adms:contactPoint", "dcat:contactpoints")
	frequency          = named("dct:accrualPeriodicity", "dct:accrualperiodicty", "dct:frequency", "dcat:accrualPeriodicity")
	issued             = named("dct:issued", "dcat:issued", "dct:created")
	modified           = named("dct:modified", "dcat:modified", "dct:updated")
	language           = named("dct:language", "dcat:language")
	temporal           = named("dct:temporal")
	spatial            = named("dct:spatial", "dct:coverage")
	conformsTo         = named("dct:conformsTo")
	landingPage        = named("dcat:landingPage", "dcat:landindPage", "dcat:landigPage", "foaf:homepage")
	accessRights       = named("dct:accessRights", "dcat:accessRights")
	versionNotes       = named("adms:versionNotes")
	documentation      = named("foaf:page")
	provenance         = named("dct:provenance")
	legislation        = named("dcatap:applicableLegislation")
	version            = named("dcat:version", "owl:versionInfo", "adms:version")
	hvdCategory        = named("dcatap:hvdCategory")
	spatialResolution  = named("dcat:spatialResolutionInMeters")
	temporalResolution = named("dcat:temporalResolution")
	inSeries           = named("dcat:inSeries")
	licence            = named("dct:license", "dct:licence", "dcat:license", "dcat:licence")
	rights             = named("dct:rights")
	source             = named("dct:source")
	distribution       = named("dcat:distribution", "dcat:distributions", "dcatapit:distribution", "adms:distribution", "schema:distribution")
)

// A draft is a dataset being read, with what is doubtful about it.
type draft struct {
	catalog.Dataset
	issues []catalog.Issue
}

func (d *draft) issue(rule, field, read, expected string) {
	i := catalog.Issue{Rule: rule, Field: field, Read: catalog.Excerpt(read), Expected: expected}
	if !slices.Contains(d.issues, i) {
		d.issues = append(d.issues, i)
	}
}

// dataset reads what the page says of the dataset n.
func (p *page) dataset(n *rdf.Node) *draft {
	d := &draft{}
	d.Identifier = p.text(n, identifier)
	d.Title = p.text(n, title)
	d.Description = p.text(n, description)
	d.Keywords = p.keywords(n)
	p.classify(d, n)
	d.Holder = p.agent(d, n, rightsHolder)
	d.Publisher = p.agent(d, n, publisher)
	d.Creators = p.agents(d, n, creator)
	d.Contacts = p.contacts(d, n)
	d.Frequency = p.frequency(n)
	d.Issued = p.newest(d, n, issued)
	d.Modified = p.newest(d, n, modified)
	d.Languages = p.codes(n, language)
	d.Temporal = p.temporal(n)
	d.Spatial = p.spatial(n)
	d.ConformsTo = p.standards(n)
	d.LandingPage = p.address(d, n, landingPage)
	d.AccessRights = first(p.codes(n, accessRights))
	d.Version = p.text(n, version)
	d.VersionNotes = p.text(n, versionNotes)
	d.Documentation = p.codes(n, documentation)
	d.Provenance = p.text(n, provenance)
	d.Legislation = p.codes(n, legislation)
	d.SpatialResolution, _ = strconv.ParseFloat(first(p.codes(n, spatialResolution)), 64) // what is no number is none
	d.TemporalResolution = first(p.codes(n, temporalResolution))
	d.Licence = p.licence(n)
	if series := p.all(n, inSeries); len(series) > 0 {
		d.InSeries = p.identifies(series[0])
	}
	for _, t := range p.all(n, otherIdentifier) {
		if other := p.otherIdentifier(t); other.Notation != "" && !junk(other.Notation) {
			d.OtherIdentifiers = append(d.OtherIdentifiers, other)
		}
	}
	if n.Kind == rdf.IRI && strings.HasPrefix(n.Value, "http") && n.Value != d.Identifier {
		d.URI = n.Value
	}
	if record := p.records[n.Value]; record != nil {
		d.CopyOf = first(p.codes(record, source))
	}
	p.distributions(d, n)
	return d
}

// classify sorts what a dataset is about by vocabulary: catalogues give
// subjects of EuroVoc and categories of high value as themes, and topics of ISO
// 19115 as subjects (GeoDCAT-AP).
func (p *page) classify(d *draft, n *rdf.Node) {
	d.HVDCategories = p.codes(n, hvdCategory)
	add := func(list *[]string, s string) {
		if !slices.Contains(*list, s) {
			*list = append(*list, s)
		}
	}
	for _, s := range p.codes(n, theme) {
		switch {
		case strings.Contains(s, "://eurovoc.europa.eu/"):
			add(&d.Subthemes, s)
		case strings.Contains(s, "://data.europa.eu/bna/"):
			add(&d.HVDCategories, s)
		default:
			add(&d.Themes, s)
		}
	}
	for _, s := range p.codes(n, subject) {
		if strings.Contains(s, "://inspire.ec.europa.eu/") {
			add(&d.Themes, s)
		} else {
			add(&d.Subthemes, s)
		}
	}
}

// keywords are those in Italian or without language, if there are any, else all.
func (p *page) keywords(n *rdf.Node) []string {
	var ours, all []string
	for _, t := range p.all(n, keyword) {
		s := p.said(t)
		if s == "" || slices.Contains(all, s) {
			continue
		}
		all = append(all, s)
		if languageRank(t.Lang) < 2 {
			ours = append(ours, s)
		}
	}
	if len(ours) > 0 {
		return ours
	}
	return all
}

// frequency is a code or URI; a node of the source's own is told by its label.
func (p *page) frequency(n *rdf.Node) string {
	for _, t := range p.all(n, frequency) {
		if s := p.label(t); s != "" && !known(t) {
			return s
		}
		if s := p.code(t); s != "" {
			return s
		}
	}
	return ""
}

// known reports whether t is of a vocabulary that everybody shares, so that its
// IRI says more than its label.
func known(t rdf.Term) bool {
	return t.Kind == rdf.IRI && (strings.Contains(t.Value, "publications.europa.eu/") || strings.Contains(t.Value, "purl.org/cld/") || strings.Contains(t.Value, "w3id.org/italia/") ||
		strings.Contains(t.Value, "creativecommons.org/") || strings.Contains(t.Value, "iana.org/") || strings.Contains(t.Value, "data.europa.eu/"))
}

// newest is the latest of several dates.
func (p *page) newest(d *draft, n *rdf.Node, q property) string {
	var best string
	all := p.all(n, q)
	for _, t := range all {
		if s := p.said(t); best == "" || inOrder(s) > inOrder(best) {
			best = s
		}
	}
	if len(all) > 1 {
		d.issue("several-values", q.String, best, "one value; the newest was taken")
	}
	return best
}

// inOrder is a date as it sorts among others, which ISO 8601 does as text.
func inOrder(said string) string {
	if iso, ok := catalog.ParseTime(said); ok {
		return iso
	}
	return ""
}

// licence is the address of the licence, or what is written instead; a
// statement of rights where there is none.
func (p *page) licence(n *rdf.Node) string {
	for _, q := range []property{licence, rights} {
		fallback := ""
		for _, t := range p.all(n, q) {
			s := p.said(t)
			if t.Kind == rdf.IRI {
				s = local(t.Value)
			}
			switch {
			case strings.Contains(s, "LimitationsOnPublicAccess"): // says who may see them, not what may be done with them
			case strings.HasPrefix(s, "http"):
				return s
			case fallback == "":
				fallback = s
			}
		}
		if fallback != "" {
			return fallback
		}
	}
	return ""
}

func (p *page) otherIdentifier(t rdf.Term) catalog.OtherIdentifier {
	if t.Kind == rdf.Literal {
		return catalog.OtherIdentifier{Notation: strings.TrimSpace(t.Value)}
	}
	n := p.Node(t)
	o := catalog.OtherIdentifier{Notation: p.text(n, notation), Agency: p.text(n, agency)}
	if o.Notation == "" && t.Kind == rdf.IRI {
		o.Notation = local(t.Value)
	}
	return o
}

var (
	notation     = named("skos:notation", "dct:identifier", "rdf:value", "rdfs:label")
	agency       = named("adms:schemeAgency", "adms:schemaAgency", "dct:creator")
	standardID   = named("dct:identifier")
	standardPage = named("dcatapit:referenceDocumentation", "dcatapit:referenceDoc", "foaf:page", "rdfs:seeAlso")
)

func (p *page) standards(n *rdf.Node) []catalog.Standard {
	var out []catalog.Standard
	for _, t := range p.all(n, conformsTo) {
		s := catalog.Standard{ID: first(p.codes(p.Node(t), standardID)), URL: first(p.codes(p.Node(t), standardPage))}
		switch {
		case t.Kind == rdf.IRI:
			s.Title = p.label(t)
			if s.ID == "" {
				s.ID = local(t.Value)
			}
		default:
			s.Title = p.said(t)
		}
		if s != (catalog.Standard{}) {
			out = append(out, s)
		}
	}
	return out
}

// identifies is what another dataset is known by.
func (p *page) identifies(t rdf.Term) string {
	if s := p.text(p.Node(t), identifier); s != "" {
		return s
	}
	if t.Kind == rdf.Blank {
		return ""
	}
	return p.code(t)
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}
