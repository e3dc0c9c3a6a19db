package pdf

import (
	"fmt"
	"strings"
)

// An Element is a part of what the document says: a heading, a paragraph, an item
// of a list (ISO 32000-1 §14.7.2). The order of its children is the order in which
// the document is read.
type Element struct {
	tag        string // a standard structure type (§14.8.4): H1, P, L …
	alt        string // of a figure: what it shows, in words
	attributes string
	parent     *Element
	children   []child
	ref        ref
}

// A child is another element, a marked part of a page, or a link.
type child struct {
	element *Element
	page    *Page
	mcid    int
	link    ref // annotation
}

// Add is a new last child of e.
func (e *Element) Add(tag string) *Element {
	c := &Element{tag: tag, parent: e}
	if tag == "TH" {
		c.attributes = "/A<</O/Table/Scope/Row>>"
	}
	e.children = append(e.children, child{element: c})
	return c
}

// Column makes e, a TH, the head of its column instead of its row.
func (e *Element) Column() *Element {
	e.attributes = "/A<</O/Table/Scope/Column>>"
	return e
}

// Figure is a new last child of e, on page, in the rectangle x, y, width, height;
// alt says in words what it shows.
func (e *Element) Figure(page *Page, alt string, x, y, width, height float64) *Element {
	c := e.Add("Figure")
	c.alt = alt
	c.attributes = fmt.Sprintf("/A<</O/Layout/Placement/Block/BBox[%s %s %s %s]>>", number(x), number(page.Height-y-height), number(x+width), number(page.Height-y))
	return c
}

// write writes e and what is below it; parents are numbered first.
func (e *Element) write(file *file, parent ref) {
	if e.ref == 0 {
		e.ref = file.reserve()
	}
	var kids []string
	for _, c := range e.children {
		switch {
		case c.element != nil:
			if c.element.ref == 0 {
				c.element.ref = file.reserve()
			}
			kids = append(kids, c.element.ref.String())
		case c.link != 0:
			kids = append(kids, fmt.Sprintf("<</Type/OBJR/Obj %v/Pg %v>>", c.link, c.page.ref))
		default:
			kids = append(kids, fmt.Sprintf("<</Type/MCR/Pg %v/MCID %d>>", c.page.ref, c.mcid))
		}
	}
	alt := ""
	if e.alt != "" {
		alt = "/Alt" + textString(e.alt)
	}
	file.object(e.ref, "<</Type/StructElem/S/%s/P %v/K[%s]%s%s>>", e.tag, parent, strings.Join(kids, " "), alt, e.attributes)
	for _, c := range e.children {
		if c.element != nil {
			c.element.write(file, e.ref)
		}
	}
}
