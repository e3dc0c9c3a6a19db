package portal

import (
	"net/http"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/portal/pdf"
)

// makeDatasetPDF is the page of a dataset on paper: what it is, its files with
// their addresses, its columns. The rows are what its files are for.
func (s *server) makeDatasetPDF(r *http.Request, rec *catalog.Record, sources string) ([]byte, error) {
	content, err := s.datasetContent(r.Context(), rec)
	if err != nil {
		return nil, err
	}
	page, err := s.datasetPage(r, rec, content, tableAsk{})
	if err != nil {
		return nil, err
	}
	p := s.newSheet(r, rec.Title+" – "+s.cfg.Name, page.Description, recordPath(rec))
	p.recordHead(page.Row.Theme, join(" · ", s.texts.t("genere.dataset"), page.Body), rec.Title, page.Lead, page.Stale)
	var quality []string
	for _, b := range page.Badges {
		quality = append(quality, b.Text)
	}
	p.flow.Y += 4
	p.flow.Paragraphs(p.root, pdf.Text{Style: p.strong, Text: strings.Join(quality, " · ")})
	if page.Still != nil {
		p.section(s.texts.t("dati.mappa"), stillHeightOn(page.Still, p.flow.Width())+20)
		p.drawStill(page.Still, sources, nil)
	}
	p.files("dati.loro", page.Theirs)
	p.files("dati.nostri", page.Ours)
	if page.Table != nil && len(page.Table.Schema) > 0 {
		p.schema(page.Table.Schema)
	}
	if len(page.Details)+len(page.Keywords) > 0 {
		p.section(s.texts.t("dati.informazioni"), 40)
		facts := p.detailFacts(page.Details)
		if len(page.Keywords) > 0 {
			facts = append(facts, p.fact(s.texts.t("campo.keywords"), p.value(strings.Join(page.Keywords, ", "), "")))
		}
		p.facts(facts)
	}
	p.provenance(page.Provenance, nil)
	return p.finish(), nil
}

// files are the files of a dataset with their addresses in letters.
func (p *sheet) files(heading string, list []fileLine) {
	if len(list) == 0 {
		return
	}
	p.section(p.s.texts.t(heading), 40)
	var facts []pdf.Fact
	for _, f := range list {
		about := join(" · ", f.Use, f.Size, f.Licence)
		if f.Format != f.Name {
			about = join(" · ", f.Format, about)
		}
		facts = append(facts, p.fact(f.Name, p.value(about, ""), p.value(or(string(f.URL), f.Text), f.URL)))
	}
	p.facts(facts)
}

// schema are the columns of the rows.
func (p *sheet) schema(list []schemaRow) {
	p.section(p.s.texts.t("dati.schema"), 60)
	var rows [][]pdf.Text
	for _, c := range list {
		kind := join(", ", c.Type, c.Unit)
		if !c.Nulls {
			kind += ", " + p.s.texts.t("dati.sempre")
		}
		rows = append(rows, []pdf.Text{p.value(c.Name, ""), p.value(c.Label, ""), p.value(kind, ""), p.value(clip(c.Example, previewCell), "")})
	}
	p.grid([]string{"dati.colonna", "dati.significato", "dati.tipo", "dati.esempio"}, []float64{0.26, 0.26, 0.2, 0.28}, rows)
}
