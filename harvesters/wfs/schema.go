package wfs

import (
	"cmp"
	"slices"
	"strings"

	"github.com/antchfx/xmlquery"

	"po-net.prato.it/ponet/harvesters/xmldoc"
)

// A schema is what DescribeFeatureType tells of the attributes of one layer.
type schema struct {
	attributes []attribute // in their order; none: not told
}

type attribute struct {
	name string
	kind attributeKind
}

type attributeKind int

const (
	textual attributeKind = iota
	numeric
	whole // numbers without fraction
	boolean
	other // geometries and objects
)

// readSchema finds the attributes of a feature type in an XML Schema: those of
// the complex type that the element of its name has, or that stands in it.
func readSchema(doc *xmlquery.Node, typeName string) schema {
	local := typeName[strings.LastIndexByte(typeName, ':')+1:]
	complexTypes := map[string]*xmlquery.Node{}
	var of *xmlquery.Node
	typ := ""
	top := root(doc)
	for _, e := range children(top, "complexType") {
		complexTypes[xmldoc.Attr(e, "name")] = e
	}
	for _, e := range children(top, "element") {
		if strings.EqualFold(xmldoc.Attr(e, "name"), local) {
			typ = xmldoc.Attr(e, "type")
			of = child(e, "complexType")
		}
	}
	if of == nil {
		of = complexTypes[typ[strings.LastIndexByte(typ, ':')+1:]]
	}
	var s schema
	for _, e := range sequence(of, complexTypes, 0) {
		s.attributes = append(s.attributes, attribute{xmldoc.Attr(e, "name"), kindOf(e)})
	}
	return s
}

// sequence is the elements of a complex type, those of its base first.
func sequence(n *xmlquery.Node, types map[string]*xmlquery.Node, depth int) []*xmlquery.Node {
	var list []*xmlquery.Node
	if n == nil || depth > 10 {
		return nil
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.Data {
		case "extension", "restriction":
			base := xmldoc.Attr(c, "base")
			if c.Data == "extension" {
				list = append(list, sequence(types[base[strings.LastIndexByte(base, ':')+1:]], types, depth+1)...)
			}
			list = append(list, sequence(c, types, depth)...)
		case "complexContent", "sequence", "all", "choice":
			list = append(list, sequence(c, types, depth)...)
		case "element":
			if xmldoc.Attr(c, "name") != "" {
				list = append(list, c)
			}
		}
	}
	return list
}

// kindOf is that of an element by its type of XML Schema (part 2), the prefix of
// which is not looked at.
func kindOf(e *xmlquery.Node) attributeKind {
	typ := xmldoc.Attr(e, "type")
	if r := child(e, "simpleType", "restriction"); typ == "" && r != nil {
		typ = xmldoc.Attr(r, "base")
	} else if typ == "" {
		return other
	}
	switch typ[strings.LastIndexByte(typ, ':')+1:] {
	case "int", "integer", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte":
		return whole
	case "double", "float", "decimal":
		return numeric
	case "boolean":
		return boolean
	case "string", "token", "normalizedString", "anyURI", "ID", "date", "dateTime", "time", "Name", "NCName", "language":
		return textual
	}
	return other
}

// kind is that of the attribute of a name, textual when it is not told.
func (s schema) kind(name string) attributeKind {
	for _, a := range s.attributes {
		if a.name == name {
			return a.kind
		}
	}
	return textual
}

const maxSortings = 4 // attributes that pages are tried to be sorted by

// identifying are the attributes that may have another value in each feature, by
// their names, the likeliest first.
func (s schema) identifying() []string {
	type scored struct {
		name  string
		score int
	}
	var list []scored
	for _, a := range s.attributes {
		if score := identifies(a.name); score > 0 && (a.kind == whole || a.kind == textual || a.kind == numeric) {
			if a.kind == whole {
				score++
			}
			list = append(list, scored{a.name, score})
		}
	}
	slices.SortStableFunc(list, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
	var names []string
	for _, c := range list[:min(len(list), maxSortings)] {
		names = append(names, c.name)
	}
	return names
}

// identifies says how much a name looks like that of a key: rows numbered by the
// database before codes of the publisher, before what ends or begins like a key.
func identifies(name string) int {
	n := strings.ToLower(name)
	switch n {
	case "gid", "fid", "ogc_fid", "objectid", "objectid_1", "oid", "pk", "pkid", "id", "rowid", "globalid", "uuid", "guid", "localid":
		return 8
	case "codice", "code", "cod", "identifier", "identificativo", "key", "identifica", "isil":
		return 6
	}
	for _, part := range []string{"postal", "fiscal"} {
		if strings.Contains(n, part) {
			return 0
		}
	}
	switch {
	case strings.HasPrefix(n, "id_"), strings.HasSuffix(n, "_id"), strings.HasSuffix(name, "Id"), strings.HasSuffix(name, "ID"):
		return 4
	case strings.HasPrefix(n, "cod"), strings.HasPrefix(n, "id"), strings.HasSuffix(n, "_cod"), strings.HasSuffix(n, "code"), strings.HasPrefix(n, "pro_com"):
		return 2
	case strings.HasPrefix(n, "num"), strings.HasSuffix(n, "_num"), strings.HasPrefix(n, "prog"):
		return 1
	}
	return 0
}
