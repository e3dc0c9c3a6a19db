package portal

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// The catalogue of datasets.
type datasetsPage struct {
	head
	Search         dataSearch
	Total          int64
	First, Last    int64
	Themes         []themeChip
	Filters        []filterGroup
	Hidden         []field
	Chips          []link
	Notices        []string
	Rows           []datasetLine
	Previous, Next string
	CSV            string
}

// A datasetLine is one line of it.
type datasetLine struct {
	row
	Text    string
	Body    string
	Formats []string
	Rows    string // "1.234 righe", "" when it is only a link
	Updated string
	Licence string
}

// A dataSearch is what the address of the catalogue says.
type dataSearch struct {
	Text     string
	Themes   []catalog.Theme
	Bodies   []string
	Formats  []string
	Licences []string
	Rows     catalog.Rows
	Order    catalog.Order
	Page     int
}

func parseDataSearch(q url.Values) (s dataSearch, bad []badValue) {
	common, bad := parseSearch(url.Values{"q": q["q"], "tema": q["tema"], "ente": q["ente"], "pagina": q["pagina"]})
	s = dataSearch{Text: common.Text, Themes: common.Themes, Bodies: common.Bodies, Page: common.Page, Formats: list(q["formato"]), Licences: list(q["licenza"])}
	switch v := catalog.Rows(q.Get("righe")); v {
	case catalog.RowsAny, catalog.RowsHere, catalog.RowsLink:
		s.Rows = v
	default:
		bad = append(bad, badValue{"righe", clip(string(v), 60)})
	}
	switch v := catalog.Order(q.Get("ordine")); v {
	case "", catalog.OrderTitle, catalog.OrderUpdated:
		s.Order = v
	default:
		bad = append(bad, badValue{"ordine", clip(string(v), 60)})
	}
	return s, bad
}

// URL is the canonical address of s under path.
func (s dataSearch) URL(path string) string {
	common := search{Text: s.Text, Themes: s.Themes, Bodies: s.Bodies, Page: 1}.String()
	parts := strings.FieldsFunc(common, func(r rune) bool { return r == '&' })
	for _, v := range s.Formats {
		parts = append(parts, "formato="+escape(v))
	}
	for _, v := range s.Licences {
		parts = append(parts, "licenza="+escape(v))
	}
	if s.Rows != "" {
		parts = append(parts, "righe="+string(s.Rows))
	}
	if s.Order != "" {
		parts = append(parts, "ordine="+string(s.Order))
	}
	if s.Page > 1 {
		parts = append(parts, "pagina="+strconv.Itoa(s.Page))
	}
	if len(parts) == 0 {
		return path
	}
	return path + "?" + strings.Join(parts, "&")
}

// with is s on its first page, changed by f.
func (s dataSearch) with(f func(*dataSearch)) dataSearch {
	s.Page = 1
	s.Themes, s.Bodies = slices.Clone(s.Themes), slices.Clone(s.Bodies)
	s.Formats, s.Licences = slices.Clone(s.Formats), slices.Clone(s.Licences)
	f(&s)
	return s
}

func (s dataSearch) query() catalog.DatasetQuery {
	return catalog.DatasetQuery{Text: s.Text, Themes: s.Themes, Bodies: s.Bodies, Formats: s.Formats, Licences: s.Licences, Rows: s.Rows, Order: s.Order}
}

// datasets answers /dati.
func (s *server) datasets(w http.ResponseWriter, r *http.Request) error {
	q, bad := parseDataSearch(r.URL.Query())
	mark, err := s.mark(r.Context(), "")
	if err != nil {
		return err
	}
	if fresh(w, r, s.etag("dati", q.URL(""), bad, mark, r.Host)) {
		return nil
	}
	query := q.query()
	query.Limit, query.Offset = pageRows, (q.Page-1)*pageRows
	found, err := s.store.Datasets(r.Context(), query)
	if err != nil {
		return err
	}
	p := &datasetsPage{head: s.head(r, s.texts.t("dati.titolo"), q.URL("/dati")), Search: q, Total: found.Total, CSV: q.with(func(*dataSearch) {}).URL("/dati.csv")}
	p.Description = s.texts.t("dati.descrizione")
	p.NoIndex = q.URL("") != "" && len(q.Themes) == 0
	for _, b := range bad {
		p.Notices = append(p.Notices, s.texts.t("avviso.valore", b.Name, b.Value))
	}
	for i, h := range found.Hits {
		p.Rows = append(p.Rows, s.datasetLine(i+1, h))
	}
	p.First = int64((q.Page-1)*pageRows) + 1
	p.Last = p.First + int64(len(p.Rows)) - 1
	if q.Page > 1 {
		p.Previous = q.with(func(n *dataSearch) { n.Page = q.Page - 1 }).URL("/dati")
	}
	if p.Last < p.Total && len(p.Rows) > 0 {
		p.Next = q.with(func(n *dataSearch) { n.Page = q.Page + 1 }).URL("/dati")
	}
	s.datasetFilters(p, q, found.Facets)
	return s.render(w, r, http.StatusOK, s.pages["dati"], "base", p)
}

// datasetLine is the line of hit.
func (s *server) datasetLine(n int, hit catalog.DatasetHit) datasetLine {
	rec := hit.Record
	d := datasetLine{row: s.newRow(n, catalog.Hit{Record: rec, DistanceMetres: -1}), Text: clipWords(description(rec), 220), Body: or(rec.BodyName, rec.BodyID)}
	d.Formats = formatsOf(rec)
	if hit.Tables > 0 {
		d.Rows = s.counted(hit.Records, "dati.riga", "dati.righe")
	}
	d.Updated = dayOf(clip(or(rec.SourceModified, rec.Updated.In(catalog.Rome).Format("2006-01-02")), 10))
	if l, ok := datasets.Vocabularies().Licence(rec.Licence); ok && rec.Licence != "" {
		d.Licence = or(l.Short, l.Label)
	}
	return d
}

// counted says how many of something there are: key one, or key many with the number.
func (s *server) counted(n int64, one, many string) string {
	if n == 1 {
		return s.texts.t(one)
	}
	return s.texts.t(many, number(n))
}

// formatsOf are the formats in which the files of a dataset are, as people
// write them, each once.
func formatsOf(rec *catalog.Record) []string {
	var out []string
	for _, d := range rec.Distributions {
		if f := formatName(d); f != "" && !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return out
}

func formatName(d catalog.Distribution) string {
	switch f := strings.ToLower(d.Format); f {
	case "geojson":
		return "GeoJSON"
	case "geojsonseq":
		return "GeoJSONSeq"
	case "parquet":
		return "GeoParquet"
	case "shp":
		return "Shapefile"
	case "gpkg":
		return "GeoPackage"
	case "ical", "ics":
		return "iCalendar"
	default:
		return strings.ToUpper(clip(f, 24))
	}
}

// clipWords is text up to n characters, ending with a word.
func clipWords(text string, n int) string {
	short := clip(text, n)
	if len(short) == len(text) {
		return text
	}
	if i := strings.LastIndexByte(short, ' '); i > n/2 {
		short = short[:i]
	}
	return strings.TrimRight(short, " ,;:.") + "…"
}

// datasetFilters fills chips and filters.
func (s *server) datasetFilters(p *datasetsPage, q dataSearch, facets map[string][]catalog.Facet) {
	for _, t := range catalog.Themes {
		c := themeChip{Theme: string(t), Name: s.texts.t("tema." + string(t)), On: slices.Contains(q.Themes, t)}
		for _, f := range facets["theme"] {
			if f.Value == string(t) {
				c.Count = f.Count
			}
		}
		if c.On || c.Count > 0 {
			c.URL = q.with(func(n *dataSearch) { n.Themes = toggle(n.Themes, t) }).URL("/dati")
		}
		p.Themes = append(p.Themes, c)
	}
	licences, formats := slices.Clone(facets["licence"]), slices.Clone(facets["format"])
	for i, f := range licences {
		if l, ok := datasets.Vocabularies().Licence(f.Value); ok {
			licences[i].Label = or(l.Short, l.Label)
		}
	}
	for i, f := range formats {
		formats[i].Label = formatName(catalog.Distribution{Format: f.Value})
	}
	var chosen []string
	if q.Rows != "" {
		chosen = []string{string(q.Rows)}
	}
	rows := facets["rows"]
	for i := range rows {
		rows[i].Label = s.texts.t("dati.dove." + rows[i].Value)
	}
	p.Filters = []filterGroup{
		{Name: "righe", Legend: s.texts.t("dati.filtro-righe"), Type: "radio", Options: options(rows, chosen)},
		{Name: "formato", Legend: s.texts.t("dati.filtro-formato"), Type: "checkbox", Options: options(formats, q.Formats)},
		{Name: "ente", Legend: s.texts.t("filtri.ente"), Type: "checkbox", Options: options(facets["body"], q.Bodies)},
		{Name: "licenza", Legend: s.texts.t("scheda.licenza"), Type: "checkbox", Options: options(licences, q.Licences)},
	}
	p.Filters = slices.DeleteFunc(p.Filters, func(g filterGroup) bool {
		return len(g.Options) == 0 || len(g.Options) == 1 && !g.Options[0].On
	})
	for i, g := range p.Filters {
		if g.Type == "radio" {
			p.Filters[i].Options = slices.Insert(g.Options, 0, option{Label: s.texts.t("filtri.tutti"), On: q.Rows == ""})
		}
	}
	order := filterGroup{Name: "ordine", Legend: s.texts.t("filtri.ordine"), Type: "radio", Options: []option{{Label: s.texts.t("ordine."), On: q.Order == ""}}}
	for _, o := range []catalog.Order{catalog.OrderTitle, catalog.OrderUpdated} {
		order.Options = append(order.Options, option{Value: string(o), Label: s.texts.t("ordine." + string(o)), On: q.Order == o})
	}
	p.Filters = append(p.Filters, order)
	for _, t := range q.Themes {
		p.Hidden = append(p.Hidden, field{"tema", string(t)})
	}
	s.datasetChips(p, q, facets["body"], licences)
}

// datasetChips are the active filters.
func (s *server) datasetChips(p *datasetsPage, q dataSearch, bodies, licences []catalog.Facet) {
	add := func(text string, f func(*dataSearch)) {
		p.Chips = append(p.Chips, link{Label: text, URL: q.with(f).URL("/dati")})
	}
	label := func(list []catalog.Facet, v string) string {
		for _, f := range list {
			if f.Value == v {
				return or(f.Label, v)
			}
		}
		return v
	}
	for _, t := range q.Themes {
		add(s.texts.t("tema."+string(t)), func(n *dataSearch) { n.Themes = toggle(n.Themes, t) })
	}
	if q.Rows != "" {
		add(s.texts.t("dati.dove."+string(q.Rows)), func(n *dataSearch) { n.Rows = "" })
	}
	for _, v := range q.Formats {
		add(formatName(catalog.Distribution{Format: v}), func(n *dataSearch) { n.Formats = toggle(n.Formats, v) })
	}
	for _, v := range q.Bodies {
		add(s.texts.t("attivi.ente", label(bodies, v)), func(n *dataSearch) { n.Bodies = toggle(n.Bodies, v) })
	}
	for _, v := range q.Licences {
		add(label(licences, v), func(n *dataSearch) { n.Licences = toggle(n.Licences, v) })
	}
}

// datasetsCSV answers /dati.csv: the list of every dataset of the query.
func (s *server) datasetsCSV(w http.ResponseWriter, r *http.Request) error {
	q, _ := parseDataSearch(r.URL.Query())
	out := [][]string{{"id", "titolo", "ente", "tema", "licenza", "formati", "righe", "aggiornato", "indirizzo"}}
	query := q.query()
	query.Limit = maxListed
	for {
		found, err := s.store.Datasets(r.Context(), query)
		if err != nil {
			return err
		}
		for _, h := range found.Hits {
			d := s.datasetLine(1, h)
			rows := ""
			if h.Tables > 0 {
				rows = strconv.FormatInt(h.Records, 10)
			}
			out = append(out, []string{d.ID, d.Title, d.Body, string(h.Record.Theme), h.Record.Licence, strings.Join(d.Formats, " "), rows,
				or(h.Record.SourceModified, h.Record.Updated.Format("2006-01-02")), s.absolute(r, d.Path)})
		}
		if query.Offset += len(found.Hits); len(found.Hits) < maxListed || query.Offset >= maxPages*pageRows {
			return writeCSV(w, r, "dataset", out)
		}
	}
}

// maxListed datasets are asked for at a time.
const maxListed = 1000

// writeCSV answers a table of the pages as a file. What a spreadsheet would run
// is made harmless.
func writeCSV(w http.ResponseWriter, r *http.Request, name string, rows [][]string) error {
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8; header=present")
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s.csv"`, name))
	h.Set("Access-Control-Allow-Origin", "*")
	if r.Method == http.MethodHead {
		return nil
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	for _, row := range rows {
		for i, cell := range row {
			row[i] = datasets.HarmlessCell(cell)
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
