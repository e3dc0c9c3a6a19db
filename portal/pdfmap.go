package portal

import (
	"strconv"
	"strings"

	"po-net.prato.it/ponet/portal/pdf"
)

const (
	pdfMapWidth, pdfMapHeight = 1000, 640 // units of the still map of a search
	numbered                  = 60        // symbols at most that carry the number of their line; more would cover each other
	symbolRadius              = 13        // units, as on the page
	dotRadius                 = 6
)

// drawStill draws the still map across the page: the shapes that the page has,
// with the lines and colours of its style sheet. Its symbols carry what symbol
// draws, or else they are dots.
func (p *sheet) drawStill(st *still, sources string, symbol func(page *pdf.Page, at stillPoint, radius float64)) {
	f := p.flow
	scale := f.Width() / float64(st.Width)
	width, height := f.Width(), stillHeightOn(st, f.Width())
	cut := (float64(st.Height) - height/scale) / 2 // above and below
	f.Need(height + p.small.Leading)
	page, x, y := f.Page, f.Left, f.Y
	page.Mark(p.root.Figure(page, st.Label, x, y, width, height), func() {
		page.Inside(x, y, width, height, func() {
			page.Scaled(x, y-cut*scale, scale, func() { p.stillContent(page, st, 1/scale, symbol) })
		})
		edge := p.s.paper.colours["linea"]
		page.Box(x, y, width, height, pdf.Paint{Stroke: &edge, Width: 0.75})
	})
	f.Y += height + 2
	f.Paragraphs(p.root, pdf.Text{Style: p.small, Text: sources})
}

// stillHeightOn is how high a still map is on a page, width broad. One that may be
// cut is: a place needs no half page.
func stillHeightOn(st *still, width float64) float64 {
	height := float64(st.Height) * width / float64(st.Width)
	if st.Slice {
		return min(height, 0.42*width)
	}
	return height
}

// stillContent draws in units of the still map; a point has that many.
func (p *sheet) stillContent(page *pdf.Page, st *still, point float64, symbol func(*pdf.Page, stillPoint, float64)) {
	c := p.s.paper.colours
	outside, white := c["fuori"], c["carta"]
	page.Box(0, 0, float64(st.Width), float64(st.Height), pdf.Paint{Fill: &outside})
	for _, shape := range st.Shapes {
		page.Path(shape.Path, 0, 0, 1, p.s.paper.lines[shape.Class])
	}
	names := p.strong
	names.Size, names.Colour = min(7.5*point, 14), c["grigio"]
	for _, n := range st.Names {
		x := float64(n.X) - names.Face.Width(n.Text)*names.Size/2
		halo := names
		halo.Colour = white
		page.Silent(func() { page.Halo(halo, x, float64(n.Y), n.Text, 1.3*point) })
		page.Text(names, x, float64(n.Y), n.Text)
	}
	for _, o := range st.Objects {
		paint, theme := p.s.paper.lines["oggetto"], strings.TrimPrefix(o.Class, "linea ")
		colour := c[strings.TrimPrefix(theme, "t-")]
		paint.Stroke, paint.Faint = &colour, true
		if theme == o.Class {
			paint.Fill = &colour
		}
		page.Path(o.Path, 0, 0, 1, paint)
	}
	radius := symbolRadius * min(point, 1.6) / 1.6
	if symbol == nil {
		radius = dotRadius
	}
	for _, at := range st.Points {
		colour := c[at.Theme]
		page.Circle(float64(at.X), float64(at.Y), radius, pdf.Paint{Fill: &colour, Stroke: &white, Width: 1.2})
		if symbol != nil {
			page.Silent(func() { symbol(page, at, radius) })
		}
	}
}

// number draws n in the middle of a circle.
func (p *sheet) number(page *pdf.Page, n int, x, y, radius float64) {
	style, text := p.strong, strconv.Itoa(n)
	style.Colour, style.Size = p.s.paper.colours["carta"], radius*1.05
	if len(text) > 2 {
		style.Size = radius * 0.85
	}
	page.Text(style, x-style.Face.Width(text)*style.Size/2, y+style.Size*0.35, text)
}

// themeSymbol draws the icon of the theme, as on the page.
func (p *sheet) themeSymbol(page *pdf.Page, at stillPoint, radius float64) {
	side := radius * 1.24
	p.s.paper.icon(page, at.Theme, float64(at.X)-side/2, float64(at.Y)-side/2, side/24, p.s.paper.colours["carta"])
}
