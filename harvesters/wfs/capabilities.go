package wfs

import (
	"slices"
	"strconv"
	"strings"

	"github.com/antchfx/xmlquery"

	"po-net.prato.it/ponet/harvesters/xmldoc"
)

// Capabilities are what a service says of itself (ISO 19142 §8).
type capabilities struct {
	version           string // of the document: 2.0.0, 1.1.0, 1.0.0
	title, abstract   string
	keywords          []string
	fees, constraints string
	provider, site    string
	email, phone      string
	getFeature        string   // address of GetFeature by HTTP GET
	formats           []string // of GetFeature
	limit             int      // of features in one answer (CountDefault, DefaultMaxFeatures); 0: not said
	types             []featureType
}

// A featureType is a layer as the capabilities list it.
type featureType struct {
	name            string // with its prefix
	title, abstract string
	keywords        []string
	crs             string // DefaultCRS or SRS, as written
	otherCRS        []string
	formats         []string
	box             []float64 // west, south, east, north in degrees; nil: not said
	written         []float64 // the same as it is written: QGIS Server has there the layer's own system
	metadata        []string  // addresses
}

// local is the name without its prefix.
func (t featureType) local() string {
	return t.name[strings.LastIndexByte(t.name, ':')+1:]
}

// readCapabilities reads the root element of a capabilities document.
func readCapabilities(n *xmlquery.Node) capabilities {
	c := capabilities{version: xmldoc.Attr(n, "version")}
	c.service(n)
	c.operations(n)
	for _, list := range children(n, "FeatureTypeList") {
		for _, t := range children(list, "FeatureType") {
			if ft := readType(t); ft.name != "" && !ft.abstractOnly() {
				c.types = append(c.types, ft)
			}
		}
	}
	return c
}

// service reads who offers it: ServiceIdentification and ServiceProvider of OWS, or Service of 1.0.
func (c *capabilities) service(n *xmlquery.Node) {
	id := child(n, "ServiceIdentification")
	if id == nil {
		id = child(n, "Service")
	}
	c.title, c.abstract = text(id, "Title"), text(id, "Abstract")
	c.keywords = keywords(id)
	c.fees, c.constraints = said(text(id, "Fees")), said(strings.Join(texts(id, "AccessConstraints"), "; "))
	p := child(n, "ServiceProvider")
	c.provider = text(p, "ProviderName")
	c.site = href(child(p, "ProviderSite"))
	info := child(p, "ServiceContact", "ContactInfo")
	c.email, c.phone = text(info, "Address", "ElectronicMailAddress"), text(info, "Phone", "Voice")
}

// said is s, unless it is one of the words for nothing.
func said(s string) string {
	switch strings.ToLower(s) {
	case "none", "no", "unknown", "n/a", "-", "nessuno", "nessuna", "no fees", "no fee":
		return ""
	}
	return s
}

func (c *capabilities) operations(n *xmlquery.Node) {
	ops := child(n, "OperationsMetadata")
	for _, op := range children(ops, "Operation") {
		if xmldoc.Attr(op, "name") != "GetFeature" {
			continue
		}
		c.getFeature = href(child(op, "DCP", "HTTP", "Get"))
		for _, p := range children(op, "Parameter") {
			if strings.EqualFold(xmldoc.Attr(p, "name"), "outputFormat") {
				every(p, func(v *xmlquery.Node) {
					if v.Data == "Value" {
						c.formats = append(c.formats, text(v))
					}
				})
			}
		}
	}
	every(ops, func(k *xmlquery.Node) { // stands in the operation or beside all
		name := xmldoc.Attr(k, "name")
		if k.Data != "Constraint" || name != "CountDefault" && name != "DefaultMaxFeatures" {
			return
		}
		every(k, func(v *xmlquery.Node) {
			if v.Data == "DefaultValue" || v.Data == "Value" {
				if limit, err := strconv.Atoi(text(v)); err == nil && limit > 0 {
					c.limit = limit
				}
			}
		})
	})
	if get := child(n, "Capability", "Request", "GetFeature"); get != nil { // 1.0
		for _, dcp := range children(get, "DCPType") {
			if a := child(dcp, "HTTP", "Get"); a != nil {
				c.getFeature = xmldoc.Attr(a, "onlineResource")
			}
		}
		every(child(get, "ResultFormat"), func(f *xmlquery.Node) {
			if f.Data != "ResultFormat" {
				c.formats = append(c.formats, f.Data)
			}
		})
	}
}

func readType(n *xmlquery.Node) featureType {
	t := featureType{name: text(n, "Name"), title: text(n, "Title"), abstract: text(n, "Abstract"), keywords: keywords(n)}
	for _, name := range []string{"DefaultCRS", "DefaultSRS", "SRS"} {
		if t.crs == "" {
			t.crs = text(n, name)
		}
	}
	t.otherCRS = slices.Concat(texts(n, "OtherCRS"), texts(n, "OtherSRS"))
	t.formats = texts(child(n, "OutputFormats"), "Format")
	for _, m := range children(n, "MetadataURL") {
		if a := href(m); a != "" {
			t.metadata = append(t.metadata, a)
		} else if a := text(m); a != "" {
			t.metadata = append(t.metadata, a)
		}
	}
	t.written = readBox(n)
	if b := t.written; b != nil && b[0] >= -180 && b[2] <= 180 && b[1] >= -90 && b[3] <= 90 {
		t.box = b
	}
	return t
}

// readBox reads WGS84BoundingBox, or LatLongBoundingBox of 1.0.
func readBox(n *xmlquery.Node) []float64 {
	var numbers []string
	if b := child(n, "WGS84BoundingBox"); b != nil {
		numbers = slices.Concat(strings.Fields(text(b, "LowerCorner")), strings.Fields(text(b, "UpperCorner")))
	} else if b := child(n, "LatLongBoundingBox"); b != nil {
		for _, side := range []string{"minx", "miny", "maxx", "maxy"} {
			numbers = append(numbers, xmldoc.Attr(b, side))
		}
	}
	var box []float64
	for _, s := range numbers {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return nil
		}
		box = append(box, v)
	}
	if len(box) != 4 || !(box[0] <= box[2] && box[1] <= box[3]) {
		return nil
	}
	return box
}

// keywords are in elements of OWS, or parted by commas in 1.0.
func keywords(n *xmlquery.Node) []string {
	var list []string
	for _, k := range children(n, "Keywords") {
		words := texts(k, "Keyword")
		if words == nil {
			words = strings.Split(text(k), ",")
		}
		for _, w := range words {
			if w = strings.TrimSpace(w); w != "" && !slices.Contains(list, w) {
				list = append(list, w)
			}
		}
	}
	return list
}

// href is the xlink:href of an element.
func href(n *xmlquery.Node) string { return xmldoc.Attr(n, "href") }

// abstractOnly: the type stands for all others, and has no features of its own.
func (t featureType) abstractOnly() bool {
	switch t.local() {
	case "AbstractFeature", "_Feature":
		return true
	}
	return false
}

// list is what the source wants of the types, by their names with or without prefix.
func (c *capabilities) wanted(names []string) (kept []featureType, unknown []string) {
	if len(names) == 0 {
		return c.types, nil
	}
	for _, name := range names {
		i := slices.IndexFunc(c.types, func(t featureType) bool { return t.name == name })
		if i < 0 {
			i = slices.IndexFunc(c.types, func(t featureType) bool {
				return strings.EqualFold(t.local(), name[strings.LastIndexByte(name, ':')+1:])
			})
		}
		if i < 0 {
			unknown = append(unknown, name)
			continue
		}
		kept = append(kept, c.types[i])
	}
	return kept, unknown
}
