package portal

import (
	"fmt"
	"html/template"
	"net/http"
	"strings"

	"rsc.io/qr"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/portal/pdf"
)

// A sheet is a PDF in the dress of the portal: spec/portal.md §16.
type sheet struct {
	s       *server
	r       *http.Request
	doc     *pdf.Document
	flow    *pdf.Flow
	root    *pdf.Element
	address string // of the page that it prints, whole

	title, heading, name, text, link, small, strong pdf.Style
}

const (
	sheetMargin = 48 // points
	sheetFoot   = 62
	qrSide      = 66
)

// newSheet begins a PDF of the page at path: logo, site, code of its address.
func (s *server) newSheet(r *http.Request, title, description, path string) *sheet {
	p := &sheet{s: s, r: r, address: s.absolute(r, path)}
	p.doc = pdf.New(pdf.Info{
		Title: title, Subject: description, Author: s.cfg.Operator, Language: "it-IT", Producer: strings.TrimSpace("Po-net " + s.cfg.Version),
		Created: midnight(s.now()), // the day, not the instant: the same content is the same file
	})
	p.root = p.doc.Root()
	regular, bold, c := p.doc.Face(s.paper.regular), p.doc.Face(s.paper.bold), s.paper.colours
	p.title = pdf.Style{Face: bold, Size: 22, Leading: 26, Colour: c["testo"]}
	p.heading = pdf.Style{Face: bold, Size: 13, Leading: 18, Colour: c["testo"]}
	p.name = pdf.Style{Face: bold, Size: 10, Leading: 12.5, Colour: c["link"]}
	p.text = pdf.Style{Face: regular, Size: 9.5, Leading: 12.5, Colour: c["testo"]}
	p.link = pdf.Style{Face: regular, Size: 9.5, Leading: 12.5, Colour: c["link"]}
	p.strong = pdf.Style{Face: bold, Size: 9.5, Leading: 12.5, Colour: c["testo"]}
	p.small = pdf.Style{Face: regular, Size: 8.5, Leading: 11, Colour: c["grigio"]}
	p.flow = pdf.NewFlow(p.doc, sheetMargin, sheetMargin-6, sheetMargin, sheetFoot)
	p.brand()
	return p
}

// brand is the head of the first page.
func (p *sheet) brand() {
	s, page, y := p.s, p.flow.Page, p.flow.Y
	blue := s.paper.colours["blu"]
	page.Artifact(func() { s.paper.icon(page, "stemma", sheetMargin-2, y, 0.5, blue) })
	brand := p.heading
	brand.Colour = blue
	p.flow.Y = y + 1
	x, width := float64(sheetMargin)+36, p.flow.Width()-36-qrSide-16
	p.flow.Set(p.root.Add("P"), pdf.Text{Style: brand, Text: s.cfg.Name}, x, width)
	about := s.texts.t("motto")
	if s.cfg.Operator != s.cfg.Name {
		about += " · " + s.cfg.Operator
	}
	p.flow.Set(p.root.Add("P"), pdf.Text{Style: p.small, Text: about}, x, width)
	p.code(p.flow.Left+p.flow.Width()-qrSide, y)
	p.flow.Y = max(p.flow.Y, y+32) + 16
}

// code draws the QR code of the address, if a telephone can read it.
func (p *sheet) code(x, y float64) {
	if len(p.address) > maxQR {
		return
	}
	code, err := qr.Encode(p.address, qr.M)
	if err != nil {
		return // the address stands below in letters
	}
	page, black := p.flow.Page, pdf.Colour{}
	page.Mark(p.root.Figure(page, p.s.texts.t("pdf.codice", p.address), x, y, qrSide, qrSide), func() {
		// the quiet zone is the margin of the page and the gap round the code
		page.Path(qrPath(code), x-qrSide*quietZone/float64(code.Size), y-qrSide*quietZone/float64(code.Size), qrSide/float64(code.Size), pdf.Paint{Fill: &black})
	})
}

// headline is the title of the page and what is said of it. It leaves the
// corner of the code free.
func (p *sheet) headline(theme, over, title string, below ...pdf.Text) {
	f := p.flow
	narrow := f.Width() - qrSide - 16
	if over != "" {
		style, x := p.strong, f.Left
		style.Colour = p.s.paper.colours[theme]
		if theme != "blu" {
			page, y := f.Page, f.Y
			page.Artifact(func() { p.s.paper.icon(page, theme, x, y-0.5, 13.0/24, style.Colour) })
			x += 18
		}
		f.Set(p.root.Add("P"), pdf.Text{Style: style, Text: over}, x, narrow-18)
		f.Y += 2
	}
	f.Set(p.root.Add("H1"), pdf.Text{Style: p.title, Text: title}, f.Left, narrow)
	f.Y += 4
	f.Paragraphs(p.root, below...)
	f.Y += 3
	printed := p.s.texts.t("pdf.del", day(p.s.now().In(catalog.Rome)))
	f.Paragraphs(p.root, pdf.Text{Style: p.small, Text: p.address, Address: p.address}, pdf.Text{Style: p.small, Text: printed})
	f.Y += 8
}

// section is a heading, on the same page as the height after it.
func (p *sheet) section(text string, after float64) {
	p.flow.Y += 12
	p.flow.Heading(p.root, 2, p.heading, text, after)
	p.flow.Y += 3
}

// value is a line of text, a link if url leads anywhere. An address of elsewhere
// stands in letters too: paper has no links.
func (p *sheet) value(text string, url template.URL) pdf.Text {
	address := string(url)
	switch {
	case address == "" || strings.HasPrefix(address, "#"):
		return pdf.Text{Style: p.text, Text: text}
	case strings.HasPrefix(address, "/"):
		address = p.s.absolute(p.r, address)
	case webURL(address) != "" && !strings.Contains(address, text):
		text += " (" + shortURL(address) + ")"
	}
	return pdf.Text{Style: p.link, Text: text, Address: address}
}

// facts are names with their values.
func (p *sheet) facts(list []pdf.Fact) {
	p.flow.Facts(p.root, list, 118, 7, p.s.paper.colours["linea"])
}

// fact is a row of facts.
func (p *sheet) fact(name string, values ...pdf.Text) pdf.Fact {
	return pdf.Fact{Name: pdf.Text{Style: p.strong, Text: name}, Values: values}
}

// grid is a table under the texts called head; shares are those of the width.
func (p *sheet) grid(head []string, shares []float64, rows [][]pdf.Text) {
	var names []pdf.Text
	for _, name := range head {
		names = append(names, pdf.Text{Style: p.strong, Text: p.s.texts.t(name)})
	}
	p.flow.Grid(p.root, names, shares, rows, 7, p.s.paper.colours["linea"])
}

// finish writes the foot of every page and is the file.
func (p *sheet) finish() []byte {
	pages := p.doc.Pages()
	for i, page := range pages {
		page.Artifact(func() {
			y := page.Height - 34
			line := p.s.paper.colours["linea"]
			page.Box(sheetMargin, y-14, page.Width-2*sheetMargin, 0.5, pdf.Paint{Fill: &line})
			where := p.s.texts.t("pdf.pagina", i+1, len(pages))
			right := page.Width - sheetMargin - p.small.Face.Width(where)*p.small.Size
			page.Text(p.small, right, y, where)
			page.Text(p.small, sheetMargin, y, p.short(join(" · ", p.s.cfg.Name, p.address), right-sheetMargin-24))
		})
	}
	return p.doc.Bytes()
}

// short is as much of a small text as width holds.
func (p *sheet) short(text string, width float64) string {
	letters := []rune(text)
	for n := len(letters); n > 0; n-- {
		if n < len(letters) {
			text = string(letters[:n]) + "…"
		}
		if p.small.Face.Width(text)*p.small.Size <= width {
			return text
		}
	}
	return ""
}

// answerPDF answers with the PDF that make makes, in its turn among the
// downloads. The whole file is made before the first byte is sent: what fails
// is a page that says so, and at most maxPDF records fit into memory easily.
func (s *server) answerPDF(w http.ResponseWriter, r *http.Request, name string, make func() ([]byte, error)) error {
	h := w.Header()
	if r.Method == http.MethodHead {
		h.Set("Content-Type", pdfType)
		return nil
	}
	release, err := s.turn(w, r)
	if release == nil {
		return err
	}
	defer release()
	b, err := make()
	if err != nil {
		return err
	}
	h.Set("Content-Type", pdfType)
	h.Set("Content-Disposition", fmt.Sprintf(`inline; filename="%s.pdf"`, name))
	h.Set("Content-Length", fmt.Sprint(len(b)))
	h.Set("No-Gzip-Compression", "") // it is compressed inside
	w.Write(b)
	return nil
}

const pdfType = "application/pdf"
