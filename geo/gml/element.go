package gml

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// ErrGML says that something is not GML that can be read.
var ErrGML = errors.New("gml")

// Limits of one element that is read whole.
const (
	maxDepth    = 100       // elements inside each other; INSPIRE's deepest have some 30
	maxElements = 2_000_000 // of one feature: each position of a large polygon may be one
)

// An Element of XML, with what geometries need of it. Space is the namespace.
type Element struct {
	Name     string // without prefix
	Space    string
	Attrs    []xml.Attr
	Text     string // directly inside, without that of children
	Children []*Element
}

// Read reads the element that start, which d gave last, begins.
func Read(d *xml.Decoder, start xml.StartElement) (*Element, error) {
	root := newElement(start)
	open := []*Element{root}
	texts := []*strings.Builder{{}}
	count := 0
	for len(open) > 0 {
		token, err := d.Token()
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return nil, err
		}
		top := len(open) - 1
		switch t := token.(type) {
		case xml.StartElement:
			if count++; len(open) >= maxDepth || count > maxElements {
				return nil, fmt.Errorf("%w: <%s> has elements nested deeper than %d, or more than %d", ErrGML, root.Name, maxDepth, maxElements)
			}
			e := newElement(t)
			open[top].Children = append(open[top].Children, e)
			open, texts = append(open, e), append(texts, &strings.Builder{})
		case xml.CharData:
			texts[top].Write(t)
		case xml.EndElement:
			open[top].Text = texts[top].String()
			if len(open[top].Children) > 0 { // between elements there is only white space
				open[top].Text = strings.TrimSpace(open[top].Text)
			}
			open, texts = open[:top], texts[:top]
		}
	}
	return root, nil
}

// Parse reads a document that is one element.
func Parse(doc []byte) (*Element, error) {
	d := xml.NewDecoder(strings.NewReader(string(doc)))
	for {
		token, err := d.Token()
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrGML, err)
		}
		if start, ok := token.(xml.StartElement); ok {
			e, err := Read(d, start)
			if err != nil && !errors.Is(err, ErrGML) {
				err = fmt.Errorf("%w: %w", ErrGML, err)
			}
			return e, err
		}
	}
}

func newElement(start xml.StartElement) *Element {
	return &Element{Name: start.Name.Local, Space: start.Name.Space, Attrs: append([]xml.Attr(nil), start.Attr...)}
}

// Attr is the value of the attribute of that local name, "" without it.
func (e *Element) Attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name && a.Name.Space != "xmlns" {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

// Child is the first child of one of the names, nil without one.
func (e *Element) Child(names ...string) *Element {
	for _, c := range e.Children {
		for _, n := range names {
			if c.Name == n {
				return c
			}
		}
	}
	return nil
}
