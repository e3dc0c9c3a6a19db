package portal

import (
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

const (
	previewRows    = 100
	previewColumns = 24      // of a wide table; the schema has them all
	previewCell    = 160     // characters of a cell
	sortable       = 200_000 // rows of a table that are sorted on demand; a greater one would take seconds
	filterValues   = 12      // values of a column that are offered as filters, when there are no more than that
)

// A tableAsk is what the address of a dataset's page says of its table. It is
// comparable; the zero value asks for nothing.
type tableAsk struct {
	Table  string
	Sort   string // a property
	Down   bool
	Column string // with Value: only rows whose Column is Value
	Value  string
	Search string // the canonical query of /mappa that the rows meet
}

func parseTableAsk(q url.Values) tableAsk {
	a := tableAsk{Table: clip(q.Get("tabella"), maxText), Sort: clip(q.Get("ordina"), maxText), Down: q.Get("verso") == "giu"}
	if column, value, ok := strings.Cut(q.Get("filtra"), ":"); ok {
		a.Column, a.Value = clip(column, maxText), clip(value, maxText)
	}
	if a.Sort == "" {
		a.Down = false
	}
	rows, _ := parseSearch(q)
	rows = rows.records()
	rows.Collection, rows.Sources = "", nil
	a.Search = rows.String()
	return a
}

// search is the query of /mappa for the rows of t that a asks for.
func (a tableAsk) search(t catalog.Table) search {
	s, _ := parseSearch(queryOf("?" + a.Search))
	s.Collection = t.Collection.Name
	if t.Source != "" {
		s.Sources = []string{t.Source}
	}
	return s
}

// URL is the canonical address of a under path.
func (a tableAsk) URL(path string) string {
	var parts []string
	if a.Search != "" {
		parts = append(parts, a.Search)
	}
	if a.Table != "" {
		parts = append(parts, "tabella="+escape(a.Table))
	}
	if a.Sort != "" {
		parts = append(parts, "ordina="+escape(a.Sort))
	}
	if a.Down {
		parts = append(parts, "verso=giu")
	}
	if a.Column != "" {
		parts = append(parts, "filtra="+escape(a.Column+":"+a.Value))
	}
	if len(parts) == 0 {
		return path
	}
	return path + "?" + strings.Join(parts, "&")
}

// A tablePreview is the first rows of a table and what is to be said of it.
type tablePreview struct {
	Title    string
	Measured bool // rows are measured values, the newest first
	Count    int64
	Shown    int
	Columns  []previewColumn
	More     int // columns that are not shown
	Rows     []previewRow
	Filters  []link // each takes one away
	Text     string // that was searched in the rows
	Hidden   []field
	CSV      string
	Curl     string
	ItemsURL string
	Schema   []schemaRow
	SchemaCS string

	records []*catalog.Record
}

type previewColumn struct {
	Name, Label, Meaning string
	Up, Down             string // addresses that sort, "" when they cannot
	Sorted               string // aria-sort
	Values               []link // filters
	Number               bool
}

type previewRow struct {
	Path, Title string
	Cells       []previewValue
}

// A previewValue is what a cell shows; an address is a link.
type previewValue struct {
	Text string
	URL  template.URL
}

func (v previewValue) Long() bool { return len(v.Text) > 60 }

// quiet columns are the same in every row, or only for machines.
var quiet = []string{
	"title", "kind", "theme", "type", "body", "body_name", "licence", "source", "source_key", "source_modified", "updated", "accuracy_metres",
	"istat_code", "occurrences", "image", "url",
}

// preview fills the table of the page and returns its rows.
func (s *server) preview(r *http.Request, p *datasetPage, path string, t catalog.Table, ask tableAsk) ([]row, error) {
	columns := slices.DeleteFunc(slices.Clone(t.Collection.Columns), func(c catalog.Column) bool { return slices.Contains(quiet, c.Name) })
	has := func(name string) bool {
		return slices.ContainsFunc(columns, func(c catalog.Column) bool { return c.Name == name })
	}
	if ask.Sort != "title" && !has(ask.Sort) || t.Count > sortable {
		ask.Sort, ask.Down = "", false
	}
	if !has(ask.Column) {
		ask.Column, ask.Value = "", ""
	}
	q := ask.search(t).query(s.now())
	q.Limit = previewRows
	if ask.Column != "" {
		q.Where = []catalog.Condition{{Property: ask.Column, Values: []string{ask.Value}}}
	}
	records, err := s.store.Rows(r.Context(), q, ask.Sort, ask.Down)
	if err != nil {
		return nil, err
	}
	columns = slices.DeleteFunc(columns, func(c catalog.Column) bool { return !anyHas(records, c.Name) || isRepeated(records, columns, c.Name) })
	v := &tablePreview{Title: s.tableTitle(t), Count: t.Count, Shown: len(records), records: records}
	v.More = max(0, len(columns)-previewColumns)
	v.Schema = s.schema(t.Collection, p.Record, records)
	columns = columns[:min(len(columns), previewColumns)]
	title := catalog.Column{Name: "title", Type: catalog.ColumnText}
	meanings, units := fieldMeanings(p.Record)
	for _, c := range append([]catalog.Column{title}, columns...) {
		head := s.previewColumn(c, path, ask, records, t.Count <= sortable)
		head.Meaning = join(", ", meanings[c.Name], units[c.Name], head.Meaning)
		v.Columns = append(v.Columns, head)
	}
	var rows []row
	for i, rec := range records {
		rows = append(rows, s.newRow(i+1, catalog.Hit{Record: rec, DistanceMetres: -1}))
		line := previewRow{Path: recordPath(rec), Title: rec.Title}
		for _, c := range columns {
			line.Cells = append(line.Cells, s.previewValue(c.Name, rec.Properties.Get(c.Name)))
		}
		v.Rows = append(v.Rows, line)
	}
	s.previewFilters(v, ask, path)
	s.previewLinks(r, v, t, ask, path)
	p.Table = v
	return rows, nil
}

// previewFilters are the filters that are on, and what the search in the rows
// carries along.
func (s *server) previewFilters(v *tablePreview, ask tableAsk, path string) {
	rows, _ := parseSearch(queryOf("?" + ask.Search))
	v.Text = rows.Text
	all := rows.parameters()
	for _, p := range all {
		left := ask
		left.Search = ""
		for _, other := range all {
			if other != p && !(p[0] == "vicino" && other[0] == "raggio") {
				left.Search = strings.TrimPrefix(left.Search+"&"+other[0]+"="+escape(other[1]), "&")
			}
		}
		label := p[1]
		if name, ok := s.texts["dati.con-"+p[0]]; ok {
			label = strings.Replace(name, "{0}", label, 1)
		}
		v.Filters = append(v.Filters, link{URL: left.URL(path) + "#anteprima", Label: label})
	}
	if ask.Column != "" {
		left := ask
		left.Column, left.Value = "", ""
		v.Filters = append(v.Filters, link{URL: left.URL(path) + "#anteprima", Label: s.columnLabel(ask.Column) + ": " + ask.Value})
	}
	for _, name := range []string{"tabella", "ordina", "verso", "filtra"} {
		if value := queryOf(ask.URL(path)).Get(name); value != "" {
			v.Hidden = append(v.Hidden, field{name, value})
		}
	}
	for _, p := range all {
		if p[0] != "q" {
			v.Hidden = append(v.Hidden, field{p[0], p[1]})
		}
	}
}

// previewValue is a value as its cell shows it.
func (s *server) previewValue(name string, value any) previewValue {
	text := s.cell(name, value)
	if u := webURL(text); u != "" {
		return previewValue{Text: clip(shortURL(text), 40), URL: template.URL(u)}
	}
	return previewValue{Text: clip(text, previewCell)}
}

// cell is a value of the table: as it stands, or in words where it is a structure.
func (s *server) cell(name string, value any) string {
	if _, structure := value.(json.RawMessage); structure {
		return s.wordsOf(name, value)
	}
	return s.valueText(value)
}

// previewColumn is the head of a column: what it means, how to sort by it, and
// its values when they are few and repeat themselves.
func (s *server) previewColumn(c catalog.Column, path string, ask tableAsk, records []*catalog.Record, canSort bool) previewColumn {
	out := previewColumn{Name: c.Name, Label: s.columnLabel(c.Name), Meaning: s.typeWords(c.Type), Number: c.Type == catalog.ColumnInteger || c.Type == catalog.ColumnNumber}
	if canSort {
		up, down := ask, ask
		up.Sort, up.Down = c.Name, false
		down.Sort, down.Down = c.Name, true
		out.Up, out.Down = up.URL(path)+"#anteprima", down.URL(path)+"#anteprima"
		if ask.Sort == c.Name {
			out.Sorted = "ascending"
			if ask.Down {
				out.Sorted = "descending"
			}
		}
	}
	if c.Name == "title" || c.Type == catalog.ColumnJSON || ask.Column == c.Name {
		return out
	}
	counts := map[string]int64{}
	for _, rec := range records {
		if text, ok := filterValue(rec.Properties.Get(c.Name)); ok {
			counts[text]++
		}
	}
	if len(counts) < 2 || len(counts) > filterValues || len(counts)*2 > len(records) {
		return out
	}
	for value, n := range counts {
		at := ask
		at.Column, at.Value = c.Name, value
		out.Values = append(out.Values, link{URL: at.URL(path) + "#anteprima", Label: value, Found: number(n)})
	}
	slices.SortFunc(out.Values, func(a, b link) int { return strings.Compare(a.Label, b.Label) })
	return out
}

// filterValue is a value as a filter asks for it, short ones only.
func filterValue(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, v != "" && len(v) <= 60
	case bool, int64:
		return fmt.Sprint(v), true
	}
	return "", false
}

// previewLinks are the ways to the whole table: file, API, schema.
func (s *server) previewLinks(r *http.Request, v *tablePreview, t catalog.Table, ask tableAsk, path string) {
	rows := ask.search(t)
	rows.Collection = "" // it stands in the path
	query := apiParameters(rows, s.now())
	if ask.Column != "" {
		query = append(query, escape(ask.Column)+"="+escape(ask.Value))
	}
	name := url.PathEscape(t.Collection.Name)
	with := func(address string, more ...string) string {
		if all := slices.Concat(query, more); len(all) > 0 {
			address += "?" + strings.Join(all, "&")
		}
		return address
	}
	v.CSV = with("/api/v1/datasets/" + name + "/download/csv")
	v.ItemsURL = with("/api/v1/collections/"+name+"/items", "limit=10")
	v.Curl = "curl '" + s.absolute(r, v.ItemsURL) + "'"
	v.SchemaCS = tableAsk{Table: ask.Table}.URL(path + "/schema.csv")
}

// columnLabel is the name of a column for people, in words.
func (s *server) columnLabel(name string) string {
	return or(s.texts["colonna."+name], s.texts["campo."+name], readable(name))
}

// typeWords says what kind of values a column has.
func (s *server) typeWords(t catalog.ColumnType) string {
	return s.texts.t("colonna-tipo." + string(t))
}

// isRepeated reports whether a column says, in every row, what the title or a
// column before it already do: sources' own columns stand after ours.
func isRepeated(records []*catalog.Record, columns []catalog.Column, property string) bool {
	said := func(r *catalog.Record, name string) string {
		if name == "title" {
			return r.Title
		}
		text, _ := r.Properties.Get(name).(string)
		return strings.TrimSpace(text)
	}
	same := func(name string) bool {
		return !slices.ContainsFunc(records, func(r *catalog.Record) bool {
			text := said(r, property)
			return text == "" || text != said(r, name)
		})
	}
	if len(records) == 0 {
		return false
	}
	if same("title") {
		return true
	}
	for _, c := range columns {
		if c.Name == property {
			break
		}
		if same(c.Name) {
			return true
		}
	}
	return false
}

func anyHas(records []*catalog.Record, property string) bool {
	return len(records) == 0 || slices.ContainsFunc(records, func(r *catalog.Record) bool { return r.Properties.Get(property) != nil })
}
