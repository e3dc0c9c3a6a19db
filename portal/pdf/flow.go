package pdf

// A Flow sets text from top to bottom, and begins a new page when one is full.
type Flow struct {
	Doc                      *Document
	Page                     *Page
	Y                        float64 // where the next thing begins
	Left, Top, Right, Bottom float64 // margins
	width, height            float64
}

// A page is ISO 216 A4.
const a4Width, a4Height = 595.28, 841.89

// NewFlow begins the first page.
func NewFlow(d *Document, left, top, right, bottom float64) *Flow {
	f := &Flow{Doc: d, Left: left, Top: top, Right: right, Bottom: bottom, width: a4Width, height: a4Height}
	f.NewPage()
	return f
}

// NewPage begins a page.
func (f *Flow) NewPage() {
	f.Page, f.Y = f.Doc.AddPage(f.width, f.height), f.Top
}

// Width between the margins.
func (f *Flow) Width() float64 { return f.width - f.Left - f.Right }

// room is what is left of the page; full, of an empty one.
func (f *Flow) room() float64 { return f.height - f.Bottom - f.Y }
func (f *Flow) full() float64 { return f.height - f.Bottom - f.Top }

// Need begins a new page unless height is left on this one.
func (f *Flow) Need(height float64) {
	if f.room() < height && f.Y > f.Top {
		f.NewPage()
	}
}

// Heading sets a heading of level 2 to 6 and a bookmark, those of level 2 being chapters, never at the foot of a
// page without what follows, of which it needs the height after.
func (f *Flow) Heading(in *Element, level int, s Style, text string, after float64) {
	t := Text{Style: s, Text: text}
	f.Need(min(t.height(f.Width())+after, f.full()))
	f.Doc.Bookmark(max(level-2, 0), text, f.Page, f.Y)
	f.Set(in.Add("H"+string(rune('0'+level))), t, f.Left, f.Width())
}

// Paragraphs sets each text as a paragraph of in.
func (f *Flow) Paragraphs(in *Element, texts ...Text) {
	for _, t := range texts {
		if t.Text != "" {
			f.Set(in.Add("P"), t, f.Left, f.Width())
		}
	}
}

// Set sets t as the content of e at x, within width, on as many pages as it takes.
func (f *Flow) Set(e *Element, t Text, x, width float64) {
	lines := t.Lines(t.Text, width)
	if t.Address != "" {
		e = e.Add("Link")
	}
	for len(lines) > 0 {
		f.Need(t.Leading)
		n := min(len(lines), max(1, int(f.room()/t.Leading)))
		f.Doc.lines(f.Page, e, t, x, f.Y, lines[:n], n < len(lines))
		f.Y += float64(n) * t.Leading
		lines = lines[n:]
	}
}

// lines draws lines of t from y on, as a part of e. A line that another follows
// ends with a space: the text reads on.
func (d *Document) lines(p *Page, e *Element, t Text, x, y float64, lines []string, more bool) {
	broad := 0.0
	p.Mark(e, func() {
		for i, line := range lines {
			broad = max(broad, t.width(line))
			if i < len(lines)-1 || more {
				line += " "
			}
			p.Text(t.Style, x, y+float64(i)*t.Leading+t.base(), line)
		}
	})
	if t.Address != "" {
		d.Link(p, e, x, y, broad, float64(len(lines))*t.Leading, t.Address, t.Text)
	}
}

// Rule draws a thin line across, gap below what is there, and leaves gap below it.
func (f *Flow) Rule(gap float64, c Colour) {
	f.Y += gap
	f.Page.Artifact(func() { f.Page.Box(f.Left, f.Y, f.Width(), 0.5, Paint{Fill: &c}) })
	f.Y += gap
}
