package rdf

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"po-net.prato.it/ponet/harvesters/xmldoc"
)

const xmlNS = "http://www.w3.org/XML/1998/namespace"

// parseXML reads RDF/XML (RDF 1.1 XML Syntax, 2014). A document that is not
// well-formed is read once more with what is usually wrong put right.
func parseXML(doc []byte, base string) (*Graph, error) {
	g, err := readXML(doc, base, false)
	var syntax *xml.SyntaxError
	if !errors.As(err, &syntax) {
		return g, err
	}
	repaired, what := xmldoc.Repair(doc, declaredIn(doc))
	if what == "" {
		return nil, err
	}
	g, again := readXML(repaired, base, true)
	if again != nil {
		return nil, err // of the document as it came, whose lines people can look up
	}
	g.repaired(what)
	return g, nil
}

func readXML(doc []byte, base string, lenient bool) (*Graph, error) {
	p := &rdfxml{doc: doc, d: xml.NewDecoder(bytes.NewReader(doc)), g: NewGraph()}
	p.d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // it is UTF-8 by now
	if lenient {
		p.d.Entity = xml.HTMLEntity
	}
	if err := p.document(scope{base: base}); err != nil {
		return nil, err
	}
	return p.g, nil
}

type rdfxml struct {
	doc    []byte
	d      *xml.Decoder
	g      *Graph
	blanks int
	depth  int
}

// A scope is what xml:base and xml:lang say where we are.
type scope struct{ base, lang string }

func (s scope) in(attrs []xml.Attr) scope {
	for _, a := range attrs {
		if a.Name.Space == xmlNS && a.Name.Local == "base" {
			s.base = Resolve(s.base, a.Value)
		}
		if a.Name.Space == xmlNS && a.Name.Local == "lang" {
			s.lang = a.Value
		}
	}
	return s
}

// document finds rdf:RDF, or a single node that stands alone.
func (p *rdfxml) document(sc scope) error {
	found := false
	for {
		tok, err := p.d.Token()
		if err == io.EOF {
			if !found {
				return errors.New("there is no RDF in it")
			}
			return nil
		}
		if err != nil {
			return err
		}
		switch t := tok.(type) {
		case xml.Directive:
			if err := p.declare(t); err != nil {
				return err
			}
		case xml.StartElement:
			if t.Name.Local == "html" {
				return errors.New("it is a web page, not RDF")
			}
			found = true
			if p.full(t.Name) == ns+"RDF" {
				err = p.nodes(sc.in(t.Attr), nil)
			} else {
				_, err = p.node(t.Copy(), sc)
			}
			if err != nil {
				return err
			}
		}
	}
}

// declare makes the entities of a document type declaration known.
func (p *rdfxml) declare(directive []byte) error {
	declared, err := entities(directive)
	if err != nil || len(declared) == 0 {
		return err
	}
	expanded := len(p.doc)
	for name, value := range declared {
		expanded += bytes.Count(p.doc, []byte("&"+name+";")) * len(value)
	}
	if expanded > MaxDocument {
		return fmt.Errorf("its entities would make %d bytes of it; at most %d are read", expanded, MaxDocument)
	}
	for name, value := range p.d.Entity {
		if _, ok := declared[name]; !ok {
			declared[name] = value
		}
	}
	p.d.Entity = declared
	return nil
}

// nodes reads node elements up to the end of their parent.
func (p *rdfxml) nodes(sc scope, each func(Term)) error {
	for {
		tok, err := p.d.Token()
		if err != nil {
			return p.wrong(err)
		}
		switch t := tok.(type) {
		case xml.StartElement:
			node, err := p.node(t.Copy(), sc)
			if err != nil {
				return err
			}
			if each != nil {
				each(node)
			}
		case xml.EndElement:
			return nil
		}
	}
}

// node reads a node element to its end (production nodeElement).
func (p *rdfxml) node(start xml.StartElement, sc scope) (Term, error) {
	if p.depth++; p.depth > maxDepth {
		return Term{}, fmt.Errorf("XML nested deeper than %d", maxDepth)
	}
	defer func() { p.depth-- }()
	sc = sc.in(start.Attr)
	subject := p.subject(start.Attr, sc)
	if name := p.full(start.Name); name != ns+"Description" {
		p.g.Add(subject, Type, iri(name))
	}
	p.attributes(subject, start.Attr, sc)
	return subject, p.properties(subject, sc)
}

func (p *rdfxml) subject(attrs []xml.Attr, sc scope) Term {
	for _, a := range attrs {
		switch p.syntax(a.Name) {
		case "about":
			return iri(Resolve(sc.base, a.Value))
		case "ID":
			return iri(Resolve(sc.base, "#"+a.Value))
		case "nodeID":
			return blank("l" + a.Value)
		}
	}
	return p.fresh()
}

// attributes reads the properties that stand as attributes, and says whether
// there are any.
func (p *rdfxml) attributes(subject Term, attrs []xml.Attr, sc scope) {
	for _, a := range attrs {
		if p.isProperty(a.Name) {
			if name := p.full(a.Name); name == Type {
				p.g.Add(subject, Type, iri(Resolve(sc.base, a.Value)))
			} else {
				p.g.Add(subject, name, literal(a.Value, sc.lang, ""))
			}
		}
	}
}

// isProperty reports whether an attribute is a property of the node: neither
// of XML, nor of the syntax, nor without namespace.
func (p *rdfxml) isProperty(n xml.Name) bool {
	return n.Space != "" && n.Space != "xmlns" && n.Space != xmlNS && !strings.HasPrefix(n.Local, "xmlns") && p.syntax(n) == ""
}

// syntax is the name of an attribute that belongs to RDF/XML itself, "" if it
// is none. Old documents leave its namespace away.
func (p *rdfxml) syntax(n xml.Name) string {
	if n.Space != "" && p.full(n) != ns+n.Local {
		return ""
	}
	switch n.Local {
	case "about", "ID", "nodeID", "resource", "datatype", "parseType":
		return n.Local
	}
	return ""
}

// full is the IRI of a name. The prefix of one that is not declared stands in
// Space, and the usual one is taken for it.
func (p *rdfxml) full(n xml.Name) string {
	if space, ok := Prefixes[n.Space]; ok {
		p.g.repaired("the prefix \"" + n.Space + ":\" is not declared; read as <" + space + ">")
		return space + n.Local
	}
	return n.Space + n.Local
}

func (p *rdfxml) fresh() Term {
	p.blanks++
	return blank("g" + strconv.Itoa(p.blanks))
}

// wrong is err, with an end that came too early called by its name.
func (p *rdfxml) wrong(err error) error {
	if err == io.EOF {
		return errors.New("the document ends in the middle of an element")
	}
	return err
}
