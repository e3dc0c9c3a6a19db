package portal

import (
	"net/http"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/portal/pdf"
)

// recordPDF answers the page of a record on paper.
func (s *server) recordPDF(w http.ResponseWriter, r *http.Request, rec *catalog.Record) error {
	mark, sources, err := s.drawn(r.Context())
	if err != nil {
		return err
	}
	if fresh(w, r, s.etag("record.pdf", rec.ID, rec.Version, mark, sources, s.minute(), r.Host, measured(r, rec))) {
		return nil
	}
	w.Header().Set("Link", `<`+s.absolute(r, recordPath(rec))+`>; rel="canonical"`)
	return s.answerPDF(w, r, or(rec.Slug, rec.ID), func() ([]byte, error) {
		if rec.Kind == catalog.KindDataset {
			return s.makeDatasetPDF(r, rec, sources)
		}
		return s.makeRecordPDF(r, rec, sources)
	})
}

func (s *server) makeRecordPDF(r *http.Request, rec *catalog.Record, sources string) ([]byte, error) {
	page, err := s.recordPage(r, rec, sources)
	if err != nil {
		return nil, err
	}
	p := s.newSheet(r, rec.Title+" – "+s.cfg.Name, page.Description, recordPath(rec))
	p.recordHead(page.Row.Theme, page.Kind, rec.Title, page.Lead, page.Stale)
	if len(page.Facts) > 0 {
		p.section(s.texts.t("scheda.breve"), 40)
		p.facts(p.pageFacts(page.Facts))
	}
	if page.Measures != nil {
		p.measures(page.Measures, page.Row.Theme)
	}
	if len(page.Dates) > 0 {
		p.section(s.texts.t("scheda.date"), 40)
		p.plainList(page.Dates)
	}
	for i, instance := range page.Instances {
		if i == 0 {
			p.section(s.texts.t("scheda.edizioni"), 60)
		}
		p.facts(p.detailFacts(instance))
		p.flow.Y += 8
	}
	if len(page.Details) > 0 {
		p.section(s.texts.t("scheda.dettagli"), 40)
		p.facts(p.detailFacts(page.Details))
	}
	p.where(page)
	p.rows("scheda.vicinanze", page.Nearby)
	p.rows("scheda.eventi-qui", page.EventsHere)
	for _, g := range page.Linked {
		p.section(g.Title, 40)
		p.plainList(g.lines())
	}
	if len(page.Properties) > 0 {
		p.section(s.texts.t("scheda.altri-dati"), 40)
		p.facts(p.pageFacts(page.Properties))
	}
	p.provenance(slices.Concat(page.Provenance, page.Elsewhere), page.Datasets)
	return p.finish(), nil
}

// recordHead is the top of a record: kind, name, description, warning.
func (p *sheet) recordHead(theme, kind, title, lead, stale string) {
	p.headline(theme, kind, title)
	if lead != "" {
		style := p.text
		style.Size, style.Leading = 11, 15
		p.flow.Paragraphs(p.root, pdf.Text{Style: style, Text: lead})
	}
	if stale != "" {
		p.flow.Y += 4
		p.flow.Paragraphs(p.root, pdf.Text{Style: p.strong, Text: stale})
	}
}

// pageFacts are the facts of a page as rows of a table.
func (p *sheet) pageFacts(list []fact) []pdf.Fact {
	var out []pdf.Fact
	for _, f := range list {
		if f.Passing {
			continue
		}
		value := p.value(f.Value, f.URL)
		if f.Code && strings.HasPrefix(f.Value, "/id/") { // on paper, the whole address
			value.Text = p.s.absolute(p.r, f.Value)
			value.Address, value.Style = value.Text, p.link
		}
		name := f.Name
		if f.Original != "" && f.Original != name {
			name += " (" + f.Original + ")"
		}
		out = append(out, p.fact(name, value))
	}
	return out
}

// detailFacts are details as rows of a table.
func (p *sheet) detailFacts(list []detail) []pdf.Fact {
	var out []pdf.Fact
	for _, d := range list {
		var values []pdf.Text
		for _, v := range d.Values {
			values = append(values, p.value(v.Text, v.URL))
		}
		out = append(out, p.fact(d.Name, values...))
	}
	return out
}

// plainList are lines of a list, in two columns.
func (p *sheet) plainList(lines []string) {
	items := make([]pdf.Item, len(lines))
	bullet := p.s.paper.colours["grigio"]
	for i, line := range lines {
		items[i] = pdf.Item{Texts: []pdf.Text{{Style: p.text, Text: line}}, Draw: func(page *pdf.Page, x, y float64) {
			page.Circle(x+2, y+6.5, 1.5, pdf.Paint{Fill: &bullet})
		}}
	}
	p.flow.List(p.root, items, pdf.ListStyle{Columns: 2, Gutter: 22, Indent: 10, Gap: 5, Rule: p.s.paper.colours["carta"]})
}

// where is the map of a record, with its address and coordinates.
func (p *sheet) where(page *recordPage) {
	if !page.Placed {
		if page.SaysWhere {
			p.section(p.s.texts.t("scheda.dove"), 20)
			p.flow.Paragraphs(p.root, pdf.Text{Style: p.text, Text: p.s.texts.t("scheda.senza-posizione")})
		}
		return
	}
	p.section(p.s.texts.t("scheda.dove"), stillHeightOn(page.Still, p.flow.Width())+20)
	p.drawStill(page.Still, page.Sources, p.themeSymbol)
	p.flow.Y += 3
	p.flow.Paragraphs(p.root,
		pdf.Text{Style: p.strong, Text: page.Address},
		pdf.Text{Style: p.link, Text: page.LatText + ", " + page.LonText, Address: "geo:" + page.Lat + "," + page.Lon},
		pdf.Text{Style: p.small, Text: page.Precision})
	for _, stop := range page.Stops {
		text := stop.Label + ": " + stop.Name + ", " + p.s.texts.t("dove.a", stop.Distance)
		p.flow.Paragraphs(p.root, pdf.Text{Style: p.link, Text: text, Address: p.s.absolute(p.r, stop.URL)})
	}
}

// rows is a short list of other records.
func (p *sheet) rows(heading string, rows []row) {
	if len(rows) == 0 {
		return
	}
	p.section(p.s.texts.t(heading), 60)
	items := make([]pdf.Item, len(rows))
	for i, each := range rows {
		colour := p.s.paper.colours[each.Theme]
		items[i] = pdf.Item{Draw: func(page *pdf.Page, x, y float64) {
			p.s.paper.icon(page, each.Theme, x, y, 14.0/24, colour)
		}, Texts: []pdf.Text{
			{Style: p.name, Text: each.Title, Address: p.s.absolute(p.r, each.Path)},
			{Style: p.text, Text: join(" · ", each.Sub, each.Distance)},
			{Style: p.text, Text: each.Hours},
		}}
	}
	p.flow.List(p.root, items, pdf.ListStyle{Columns: 2, Gutter: 22, Indent: 20, Gap: 9, Rule: p.s.paper.colours["carta"]})
}

// provenance is where the data come from, and the datasets that hold them.
func (p *sheet) provenance(list []fact, in []link) {
	p.section(p.s.texts.t("scheda.provenienza"), 60)
	facts := p.pageFacts(list)
	if len(in) > 0 {
		var values []pdf.Text
		for _, d := range in {
			values = append(values, pdf.Text{Style: p.link, Text: d.Label, Address: p.s.absolute(p.r, d.URL)})
		}
		facts = append(facts, p.fact(p.s.texts.t("scheda.dataset"), values...))
	}
	p.facts(facts)
}

// measures are the newest values of a station and the chart of one of them.
func (p *sheet) measures(m *measures, theme string) {
	t := p.s.texts.t
	p.section(t("misure.titolo"), 60)
	var rows [][]pdf.Text
	for _, l := range m.Latest {
		rows = append(rows, []pdf.Text{{Style: p.text, Text: l.Name}, {Style: p.strong, Text: l.Value}, {Style: p.text, Text: l.When}})
	}
	p.grid([]string{"misure.grandezza", "misure.ultimo", "misure.quando"}, []float64{0.4, 0.25, 0.35}, rows)
	if m.Chart == nil {
		p.flow.Paragraphs(p.root, pdf.Text{Style: p.text, Text: t("misure.senza")})
		return
	}
	p.flow.Y += 10
	scale := p.flow.Width() / chartWidth
	height := float64(m.Chart.Bottom+chartScale) * scale
	p.flow.Need(p.strong.Leading + height + 2*p.text.Leading)
	p.flow.Set(p.root.Add("H3"), pdf.Text{Style: p.strong, Text: m.Title}, p.flow.Left, p.flow.Width())
	page, x, y := p.flow.Page, p.flow.Left, p.flow.Y
	page.Mark(p.root.Figure(page, m.Chart.Label+". "+m.Chart.Text, x, y, p.flow.Width(), height), func() {
		page.Scaled(x, y, scale, func() { p.chart(page, m.Chart, 1/scale, p.s.paper.colours[theme]) })
	})
	p.flow.Y += height
	p.flow.Paragraphs(p.root, pdf.Text{Style: p.small, Text: m.Chart.Text})
}

const chartScale = 28 // units below a chart for the words of its scale

// chart draws a chart in its units, of which a point has that many.
func (p *sheet) chart(page *pdf.Page, c *chart, point float64, series pdf.Colour) {
	colours := p.s.paper.colours
	line, ink := colours["linea"], colours["grigio"]
	axis := p.small
	axis.Size = 8 * point
	for _, tick := range c.Upwards {
		page.Box(float64(c.Left), float64(tick.At), float64(c.Right-c.Left), 0.6, pdf.Paint{Fill: &line})
		page.Text(axis, float64(c.Left)-8-axis.Face.Width(tick.Text)*axis.Size, float64(tick.At)+4, tick.Text)
	}
	for _, tick := range c.Across {
		page.Box(float64(tick.At), float64(c.Bottom), 0.8, 6, pdf.Paint{Fill: &ink})
		page.Text(axis, float64(tick.At)-axis.Face.Width(tick.Text)*axis.Size/2, float64(c.Bottom)+20, tick.Text)
	}
	if c.Bars != "" {
		page.Path(c.Bars, 0, 0, 1, pdf.Paint{Fill: &series})
	}
	if c.Lines != "" {
		page.Path(c.Lines, 0, 0, 1, pdf.Paint{Stroke: &series, Width: 2, Round: true})
	}
}
