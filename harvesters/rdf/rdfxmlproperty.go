package rdf

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// properties reads property elements up to the end of their node (production
// propertyEltList).
func (p *rdfxml) properties(subject Term, sc scope) error {
	items := 0
	for {
		tok, err := p.d.Token()
		if err != nil {
			return p.wrong(err)
		}
		switch t := tok.(type) {
		case xml.StartElement:
			t = t.Copy()
			predicate := p.full(t.Name)
			if predicate == ns+"li" {
				items++
				predicate = ns + "_" + strconv.Itoa(items)
			}
			if err := p.property(subject, predicate, t, sc.in(t.Attr)); err != nil {
				return err
			}
		case xml.EndElement:
			return nil
		}
	}
}

// property reads one property element to its end (production propertyElt).
func (p *rdfxml) property(subject Term, predicate string, start xml.StartElement, sc scope) error {
	attr := map[string]string{}
	for _, a := range start.Attr {
		if name := p.syntax(a.Name); name != "" {
			attr[name] = a.Value
		}
	}
	say := func(object Term) {
		p.g.Add(subject, predicate, object)
		if id, ok := attr["ID"]; ok {
			p.reify(iri(Resolve(sc.base, "#"+id)), subject, predicate, object)
		}
	}
	switch attr["parseType"] {
	case "":
	case "Resource":
		node := p.fresh()
		say(node)
		return p.properties(node, sc)
	case "Collection":
		return p.collection(sc, say)
	default: // "Literal", and whatever is not known is to be read like it
		return p.xmlLiteral(say)
	}
	object, stated := p.object(start, attr, sc)
	if stated {
		say(object)
		return p.d.Skip() // a text beside rdf:resource is not allowed, and occurs
	}
	return p.content(attr["datatype"], sc, say)
}

// object is what the attributes of a property element say its object is, if
// they do.
func (p *rdfxml) object(start xml.StartElement, attr map[string]string, sc scope) (Term, bool) {
	object, stated := Term{}, false
	if ref, ok := attr["resource"]; ok {
		object, stated = iri(Resolve(sc.base, ref)), true
	} else if label, ok := attr["nodeID"]; ok {
		object, stated = blank("l"+label), true
	}
	for _, a := range start.Attr {
		if p.isProperty(a.Name) {
			if !stated {
				object, stated = p.fresh(), true
			}
			p.attributes(object, start.Attr, sc)
			break
		}
	}
	return object, stated
}

// content reads the text or the nodes inside a property element.
func (p *rdfxml) content(datatype string, sc scope, say func(Term)) error {
	var text strings.Builder
	nodes := 0
	for {
		tok, err := p.d.Token()
		if err != nil {
			return p.wrong(err)
		}
		switch t := tok.(type) {
		case xml.CharData:
			text.Write(t)
		case xml.StartElement:
			node, err := p.node(t.Copy(), sc)
			if err != nil {
				return err
			}
			nodes++
			say(node)
		case xml.EndElement:
			switch {
			case nodes > 0:
			case datatype != "":
				say(literal(text.String(), "", Resolve(sc.base, datatype)))
			default:
				say(literal(text.String(), sc.lang, ""))
			}
			return nil
		}
	}
}

func (p *rdfxml) collection(sc scope, say func(Term)) error {
	var cells []Term
	err := p.nodes(sc, func(node Term) {
		cell := p.fresh()
		p.g.Add(cell, ns+"first", node)
		if len(cells) > 0 {
			p.g.Add(cells[len(cells)-1], ns+"rest", cell)
		}
		cells = append(cells, cell)
	})
	if len(cells) == 0 {
		say(iri(ns + "nil"))
		return err
	}
	p.g.Add(cells[len(cells)-1], ns+"rest", iri(ns+"nil"))
	say(cells[0])
	return err
}

// xmlLiteral keeps the XML inside a property element as it stands there; it is
// not brought into canonical form, which nobody downstream needs.
func (p *rdfxml) xmlLiteral(say func(Term)) error {
	start := p.d.InputOffset()
	for depth := 0; ; {
		end := p.d.InputOffset()
		tok, err := p.d.Token()
		if err != nil {
			return p.wrong(err)
		}
		switch tok.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			if depth == 0 {
				say(literal(string(p.doc[start:max(start, end)]), "", ns+"XMLLiteral"))
				return nil
			}
			depth--
		}
	}
}

// reify says of a statement that it is one, under the name that it was given.
func (p *rdfxml) reify(name, subject Term, predicate string, object Term) {
	p.g.Add(name, Type, iri(ns+"Statement"))
	p.g.Add(name, ns+"subject", subject)
	p.g.Add(name, ns+"predicate", iri(predicate))
	p.g.Add(name, ns+"object", object)
}
