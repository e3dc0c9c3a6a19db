package pdf

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// A Page is one sheet. What is drawn on it stands inside Mark, which says what
// it is, or inside Artifact, which says that it is nothing to be read.
type Page struct {
	Width, Height float64

	content bytes.Buffer
	marked  []*Element // by MCID
	links   []annotation
	ref     ref
}

// An annotation is a place of a page that leads to an address.
type annotation struct {
	ref                 ref
	of                  *Element
	x, y, width, height float64
	address, text       string
}

// AddPage is a new last page.
func (d *Document) AddPage(width, height float64) *Page {
	p := &Page{Width: width, Height: height, ref: d.file.reserve()}
	fmt.Fprintf(&p.content, "1 0 0 -1 0 %s cm\n", number(height))
	d.pages = append(d.pages, p)
	return p
}

// Mark draws a part of e.
func (p *Page) Mark(e *Element, draw func()) {
	mcid := len(p.marked)
	p.marked = append(p.marked, e)
	e.children = append(e.children, child{page: p, mcid: mcid})
	fmt.Fprintf(&p.content, "/%s<</MCID %d>>BDC\n", e.tag, mcid)
	draw()
	p.content.WriteString("EMC\n")
}

// Artifact draws what only looks: rules, page numbers.
func (p *Page) Artifact(draw func()) {
	p.content.WriteString("/Artifact BMC\n")
	draw()
	p.content.WriteString("EMC\n")
}

// Silent draws text that the text of the page must not repeat, such as the numbers
// of a map's symbols. It stands inside Mark.
func (p *Page) Silent(draw func()) {
	p.content.WriteString("/Span<</ActualText<FEFF>>>BDC\n")
	draw()
	p.content.WriteString("EMC\n")
}

// Text draws one line whose letters stand on y.
func (p *Page) Text(s Style, x, y float64, text string) { p.text(s, x, y, text, "") }

// Halo draws the edge, width broad on either side, of what Text then fills.
func (p *Page) Halo(s Style, x, y float64, text string, width float64) {
	p.text(s, x, y, text, fmt.Sprintf("1 Tr %s w 1 j %s RG ", number(2*width), s.Colour))
}

func (p *Page) text(s Style, x, y float64, text, mode string) {
	fmt.Fprintf(&p.content, "q BT /%s %s Tf %s%s rg 1 0 0 -1 %s %s Tm %sTj ET Q\n", s.Face.name, number(s.Size), mode, s.Colour, number(x), number(y), s.Face.encode(s.Face.clean(text)))
}

// A Paint is how a shape is drawn.
type Paint struct {
	Fill, Stroke *Colour
	Faint        bool // the filling lets three quarters of what is below through
	Width        float64
	Dash         []float64
	Round        bool // ends of lines
}

// Path draws the d attribute of an SVG path, scaled and moved to x, y.
func (p *Page) Path(d string, x, y, scale float64, paint Paint) error {
	shape, err := path(d)
	if err != nil {
		return err
	}
	p.content.WriteString("q ")
	if x != 0 || y != 0 || scale != 1 {
		fmt.Fprintf(&p.content, "%s 0 0 %[1]s %s %s cm ", strconv.FormatFloat(scale, 'f', -1, 64), number(x), number(y))
	}
	operator := p.paint(paint)
	p.content.Write(shape)
	p.content.WriteString(operator + " Q\n")
	return nil
}

// paint sets how to draw and is the operator that does.
func (p *Page) paint(paint Paint) string {
	operator := "n"
	if paint.Fill != nil {
		operator = "f"
		fmt.Fprintf(&p.content, "%s rg ", *paint.Fill)
		if paint.Faint {
			p.content.WriteString("/G1 gs ")
		}
	}
	if paint.Stroke != nil {
		operator = map[string]string{"n": "S", "f": "B"}[operator]
		fmt.Fprintf(&p.content, "%s RG %s w 1 j ", *paint.Stroke, number(paint.Width))
		if paint.Round {
			p.content.WriteString("1 J ")
		}
		if len(paint.Dash) > 0 {
			var dash []string
			for _, d := range paint.Dash {
				dash = append(dash, number(d))
			}
			fmt.Fprintf(&p.content, "[%s]0 d ", strings.Join(dash, " "))
		}
	}
	return operator
}

// Box draws a rectangle.
func (p *Page) Box(x, y, width, height float64, paint Paint) {
	p.content.WriteString("q ")
	operator := p.paint(paint)
	fmt.Fprintf(&p.content, "%s %s %s %s re %s Q\n", number(x), number(y), number(width), number(height), operator)
}

// Circle draws a circle round x, y.
func (p *Page) Circle(x, y, radius float64, paint Paint) {
	r := number(radius)
	p.Path("M-"+r+" 0a"+r+" "+r+" 0 1 0 "+number(2*radius)+" 0a"+r+" "+r+" 0 1 0 -"+number(2*radius)+" 0z", x, y, 1, paint)
}

// Inside draws within the rectangle: what would be outside is not seen.
func (p *Page) Inside(x, y, width, height float64, draw func()) {
	fmt.Fprintf(&p.content, "q %s %s %s %s re W n\n", number(x), number(y), number(width), number(height))
	draw()
	p.content.WriteString("Q\n")
}

// Scaled draws in units of scale points that count from x, y.
func (p *Page) Scaled(x, y, scale float64, draw func()) {
	fmt.Fprintf(&p.content, "q %s 0 0 %[1]s %s %s cm\n", strconv.FormatFloat(scale, 'f', -1, 64), number(x), number(y))
	draw()
	p.content.WriteString("Q\n")
}

// Link makes the rectangle lead to address; e, a Link, holds its words.
func (d *Document) Link(p *Page, e *Element, x, y, width, height float64, address, text string) {
	a := annotation{d.file.reserve(), e, x, y, width, height, address, text}
	p.links = append(p.links, a)
	e.children = append(e.children, child{page: p, link: a.ref})
}

// number writes a length to a hundredth of a point.
func number(v float64) string {
	s := strconv.FormatFloat(v, 'f', 2, 64)
	s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	if s == "-0" {
		return "0"
	}
	return s
}

// A Colour is red, green and blue from 0 to 1, as content streams have it.
type Colour [3]float64

// Hex is the colour of "#0066cc".
func Hex(s string) (Colour, error) {
	var c Colour
	s = strings.TrimPrefix(s, "#")
	if len(s) == 3 {
		s = string([]byte{s[0], s[0], s[1], s[1], s[2], s[2]})
	}
	v, err := strconv.ParseUint(s, 16, 32)
	if err != nil || len(s) != 6 {
		return c, fmt.Errorf("%q is no colour #rrggbb", s)
	}
	return Colour{float64(v>>16) / 255, float64(v>>8&255) / 255, float64(v&255) / 255}, nil
}

func (c Colour) String() string {
	return strconv.FormatFloat(c[0], 'g', 3, 64) + " " + strconv.FormatFloat(c[1], 'g', 3, 64) + " " + strconv.FormatFloat(c[2], 'g', 3, 64)
}
