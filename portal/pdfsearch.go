package portal

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/portal/pdf"
)

// maxPDF is how many records a PDF lists: about 30 pages. More are said to be
// there, and where.
const maxPDF = 500

// A PDF has about pdfBytes, of which its fonts and its map are most, and pdfItem
// more for each record; measured on the demonstration territory.
const pdfBytes, pdfItem = 25_000, 430

// pdfDownload is the PDF of q, of which there are total records. It has the order
// of the list.
func (s *server) pdfDownload(q search, total int64) download {
	q.Page, q.MapView = 1, false
	return download{
		Name: "PDF", URL: q.URL("/mappa.pdf"), Use: s.texts.t("scarica.pdf"), MediaType: pdfType,
		Size: s.texts.t("scarica.circa", size(pdfBytes+pdfItem*min(total, maxPDF))),
	}
}

// searchPDF answers /mappa.pdf: the search on paper.
func (s *server) searchPDF(w http.ResponseWriter, r *http.Request) error {
	q, _ := parseSearch(r.URL.Query())
	q.Page, q.MapView = 1, false
	mark, sources, err := s.drawn(r.Context())
	if err != nil {
		return err
	}
	// the date stands in it
	if fresh(w, r, s.etag("mappa.pdf", q, s.minute(), mark, sources, r.Host)) {
		return nil
	}
	return s.answerPDF(w, r, or(q.Collection, "mappa"), func() ([]byte, error) { return s.makeSearchPDF(r, q, sources) })
}

func (s *server) makeSearchPDF(r *http.Request, q search, sources string) ([]byte, error) {
	found, err := s.found(r.Context(), q, maxPDF)
	if err != nil {
		return nil, err
	}
	page := &explorePage{}
	page.Total = found.Total
	s.describe(page, q, found)
	s.list(page, q, found)
	if err := s.sayLatest(r.Context(), page.Rows, found.Hits); err != nil {
		return nil, err
	}
	where := s.texts.t("mappa.titolo.solo")
	if s.cfg.Territory != "" {
		where = s.texts.t("mappa.titolo", s.cfg.Territory)
	}
	title := s.searchTitle(page, q, found)
	p := s.newSheet(r, title+" – "+s.cfg.Name, s.texts.t("mappa.descrizione"), q.URL("/mappa"))
	var below []pdf.Text
	if chips := s.chips(q, found, "/mappa"); len(chips) > 0 {
		var labels []string
		for _, c := range chips {
			labels = append(labels, c.Label)
		}
		below = append(below, pdf.Text{Style: p.text, Text: s.texts.t("pdf.filtri", strings.Join(labels, " · "))})
	}
	if q.Open {
		below = append(below, pdf.Text{Style: p.text, Text: s.openNotice()})
	}
	p.headline("blu", where, title, below...)
	if len(found.Hits) == 0 {
		if err := p.nothing(r.Context(), page, q, found); err != nil {
			return nil, err
		}
		return p.finish(), nil
	}
	if int64(len(found.Hits)) < found.Total {
		p.flow.Paragraphs(p.root, pdf.Text{Style: p.strong, Text: s.texts.t("pdf.primi", number(int64(len(found.Hits))), number(found.Total))})
		p.flow.Y += 6
	}
	if err := p.searchMap(r.Context(), q, page.Rows, sources); err != nil {
		return nil, err
	}
	p.section(s.texts.t("elenco.titolo"), 80)
	p.list(page.Rows, found.Hits)
	if err := p.sourceTable(r.Context(), found.Hits); err != nil {
		return nil, err
	}
	return p.finish(), nil
}

// found are the first limit records of q, in its order.
func (s *server) found(ctx context.Context, q search, limit int) (all catalog.Results, err error) {
	for {
		query := q.query(s.now())
		query.Limit, query.Offset = limit-len(all.Hits), len(all.Hits)
		next, err := s.store.Search(ctx, query)
		if err != nil {
			return all, err
		}
		hits := append(all.Hits, next.Hits...)
		if len(all.Hits) == 0 {
			all = next
		}
		all.Hits = hits
		if len(next.Hits) == 0 || len(hits) >= limit || int64(len(hits)) >= all.Total {
			return all, nil
		}
	}
}

// searchTitle is "34 luoghi per «museo» a Prato".
func (s *server) searchTitle(page *explorePage, q search, found catalog.Results) string {
	title := number(found.Total) + " " + page.Noun
	if found.Total == 0 {
		title = s.texts.t("nessuno.titolo")
	} else if page.About = !found.Exact; page.About {
		title = s.texts.t("conteggio.circa") + " " + title
	}
	if q.Text != "" {
		title += " " + s.texts.t("conteggio.per") + " «" + q.Text + "»"
	}
	return title + page.Where
}

// nothing says what a person who found nothing can do.
func (p *sheet) nothing(ctx context.Context, page *explorePage, q search, found catalog.Results) error {
	if err := p.s.helpOn(ctx, page, q, found); err != nil {
		return err
	}
	var lines []string
	if page.Spelling != nil {
		lines = append(lines, p.s.texts.t("pdf.forse", page.Spelling.Label))
	}
	for _, d := range page.Drop {
		lines = append(lines, p.s.texts.t("nessuno.togli", d.Label)+" ("+d.Found+")")
	}
	if p.s.cfg.Phone != "" {
		lines = append(lines, p.s.texts.t("nessuno.urp")+" "+p.s.cfg.Phone)
	}
	if len(lines) > 0 {
		p.flow.Paragraphs(p.root, pdf.Text{Style: p.strong, Text: p.s.texts.t("nessuno.prova")})
		p.flow.Y += 4
		p.plainList(lines)
	}
	return nil
}

// searchMap is the still map of all rows; without a position there is none.
func (p *sheet) searchMap(ctx context.Context, q search, rows []row, sources string) error {
	var box *orb.Bound
	placed := 0
	for _, each := range rows {
		if each.Place != nil {
			box = extend(box, each.Place.Bound())
			placed++
		}
	}
	if box == nil {
		return nil
	}
	if q.BBox != nil && q.BBox.Min[0] <= q.BBox.Max[0] {
		box = q.BBox
	}
	st, err := p.s.still(ctx, *box, rows, p.s.stillLabel(placed), pdfMapWidth, pdfMapHeight)
	if err != nil {
		return err
	}
	if placed > numbered {
		p.drawStill(st, sources, nil)
		return nil
	}
	numbers := map[string]int{}
	for _, each := range rows {
		numbers[each.ID] = each.N
	}
	p.drawStill(st, sources, func(page *pdf.Page, at stillPoint, radius float64) {
		p.number(page, numbers[at.ID], float64(at.X), float64(at.Y), radius)
	})
	return nil
}

// list are the rows, with what a page has only behind links written out.
func (p *sheet) list(rows []row, hits []catalog.Hit) {
	items := make([]pdf.Item, len(rows))
	for i, each := range rows {
		colour, rec := p.s.paper.colours[each.Theme], hits[i].Record
		item := pdf.Item{Bookmark: true, Draw: func(page *pdf.Page, x, y float64) {
			page.Circle(x+8, y+7, 7.5, pdf.Paint{Fill: &colour})
			p.number(page, each.N, x+8, y+7, 7.5)
		}}
		item.Texts = append(item.Texts, pdf.Text{Style: p.name, Text: each.Title, Address: p.s.absolute(p.r, each.Path)})
		add := func(text string) {
			if text != "" {
				item.Texts = append(item.Texts, pdf.Text{Style: p.text, Text: text})
			}
		}
		add(join(" · ", each.Sub, each.Distance))
		add(each.Hours)
		if each.Accessible {
			add(p.s.texts.t("voce.accessibile"))
		}
		if each.Phone != "" {
			add(p.s.texts.t("voce.telefono", each.Phone))
		}
		add(join(" · ", rec.Email, shortURL(rec.Website)))
		items[i] = item
	}
	p.flow.List(p.root, items, pdf.ListStyle{Numbered: true, Columns: 2, Gutter: 22, Indent: 22, Gap: 11, Rule: p.s.paper.colours["linea"]})
}

// An origin is a source and the licence of what comes from it.
type origin struct{ source, licence string }

// sourceTable says where the records come from, who answers for them, and what
// may be done with them.
func (p *sheet) sourceTable(ctx context.Context, hits []catalog.Hit) error {
	counts, bodies := map[origin]int64{}, map[origin][]string{}
	for _, h := range hits {
		o := origin{h.Record.SourceID, h.Record.Licence}
		counts[o]++
		if b := h.Record.BodyName; b != "" && !slices.Contains(bodies[o], b) {
			bodies[o] = append(bodies[o], b)
		}
	}
	var rows [][]pdf.Text
	for o, n := range counts {
		src, _, err := p.s.store.Origin(ctx, o.source)
		if err != nil && !errors.Is(err, catalog.ErrNotFound) {
			return err
		}
		slices.Sort(bodies[o])
		licence := pdf.Text{Style: p.text, Text: or(o.licence, p.s.texts.t("scheda.licenza-ignota"))}
		if l, ok := datasets.Vocabularies().Licence(o.licence); ok && o.licence != "" {
			licence = pdf.Text{Style: p.link, Text: or(l.Short, l.Label), Address: webURL(l.URL)}
		}
		rows = append(rows, []pdf.Text{
			{Style: p.text, Text: or(src.Title, o.source)}, {Style: p.text, Text: or(strings.Join(bodies[o], ", "), src.BodyName)}, licence, {Style: p.text, Text: number(n)},
		})
	}
	slices.SortFunc(rows, func(a, b []pdf.Text) int {
		return slices.CompareFunc(a, b, func(x, y pdf.Text) int { return strings.Compare(x.Text, y.Text) })
	})
	p.section(p.s.texts.t("pdf.fonti"), 60)
	p.grid([]string{"scheda.fonte", "scheda.responsabile", "scheda.licenza", "pdf.schede"}, []float64{0.32, 0.4, 0.19, 0.09}, rows)
	return nil
}
