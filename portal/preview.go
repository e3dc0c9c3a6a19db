package portal

import (
	"encoding/json"
	"fmt"
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
}

func parseTableAsk(q url.Values) tableAsk {
	a := tableAsk{Table: clip(q.Get("tabella"), maxText), Sort: clip(q.Get("ordina"), maxText), Down: q.Get("verso") == "giu"}
	if column, value, ok := strings.Cut(q.Get("filtra"), ":"); ok {
		a.Column, a.Value = clip(column, maxText), clip(value, maxText)
	}
	if a.Sort == "" {
		a.Down = false
	}
	return a
}

// URL is the canonical address of a under path.
func (a tableAsk) URL(path string) string {
	var parts []string
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
	Count    int64
	Shown    int
	Columns  []previewColumn
	More     int // columns that are not shown
	Rows     []previewRow
	Filter   *link // takes the filter away
	CSV      string
	Curl     string
	ItemsURL string
	Schema   []schemaRow
	SchemaCS string
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
	Cells       []string
}

type schemaRow struct {
	Name, Label, Type, Example string
	Nulls                      bool
}

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
	q := t.Query()
	q.Limit = previewRows
	if ask.Column != "" {
		q.Where = []catalog.Condition{{Property: ask.Column, Values: []string{ask.Value}}}
	}
	records, err := s.store.Rows(r.Context(), q, ask.Sort, ask.Down)
	if err != nil {
		return nil, err
	}
	columns = slices.DeleteFunc(columns, func(c catalog.Column) bool { return !anyHas(records, c.Name) || isRepeated(records, c.Name) })
	v := &tablePreview{Title: s.tableTitle(t), Count: t.Count, Shown: len(records)}
	v.More = max(0, len(columns)-previewColumns)
	v.Schema = s.schema(t.Collection, p.Record, records)
	columns = columns[:min(len(columns), previewColumns)]
	title := catalog.Column{Name: "title", Type: catalog.ColumnText}
	for _, c := range append([]catalog.Column{title}, columns...) {
		v.Columns = append(v.Columns, s.previewColumn(c, path, ask, records, t.Count <= sortable))
	}
	var rows []row
	for i, rec := range records {
		rows = append(rows, s.newRow(i+1, catalog.Hit{Record: rec, DistanceMetres: -1}))
		line := previewRow{Path: recordPath(rec), Title: rec.Title}
		for _, c := range columns {
			line.Cells = append(line.Cells, clip(s.cell(c.Name, rec.Properties.Get(c.Name)), previewCell))
		}
		v.Rows = append(v.Rows, line)
	}
	if ask.Column != "" {
		off := ask
		off.Column, off.Value = "", ""
		v.Filter = &link{URL: off.URL(path) + "#anteprima", Label: s.columnLabel(ask.Column) + ": " + ask.Value}
	}
	s.previewLinks(r, v, t, ask, path)
	p.Table = v
	return rows, nil
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
	var query []string
	if t.Source != "" {
		query = append(query, "source="+escape(t.Source))
	}
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

// schema describes every column of a collection, with an example.
func (s *server) schema(c catalog.Collection, rec *catalog.Record, records []*catalog.Record) []schemaRow {
	meanings := fieldMeanings(rec)
	var out []schemaRow
	for _, col := range c.Columns {
		label := or(meanings[col.Name], s.texts["colonna."+col.Name], s.texts["campo."+col.Name])
		line := schemaRow{Name: col.Name, Label: label, Type: s.typeWords(col.Type), Nulls: col.Nulls}
		if col.Notation != "" {
			line.Type += " (" + col.Notation + ")"
		}
		for _, each := range records {
			if text := s.valueText(each.Properties.Get(col.Name)); text != "" {
				line.Example = clipWords(text, 60)
				break
			}
		}
		out = append(out, line)
	}
	return out
}

// fieldMeanings are what the source says of the columns (fields[], spec §1.1).
func fieldMeanings(rec *catalog.Record) map[string]string {
	raw, _ := rec.Properties.Get("fields").(json.RawMessage)
	var fields []struct{ Name, Title, Description, Unit string }
	_ = json.Unmarshal(raw, &fields) // what is not a list of fields explains nothing
	out := map[string]string{}
	for _, f := range fields {
		out[f.Name] = join(", ", or(f.Title, f.Description), f.Unit)
	}
	return out
}

// tableCSV answers /dati/{name}/file.csv and schema.csv: the tables of a
// dataset's page as files.
func (s *server) tableCSV(w http.ResponseWriter, r *http.Request, name, which string) error {
	rec, err := s.findDataset(r, name)
	if err != nil {
		return err
	}
	tables, err := s.store.Tables(r.Context(), rec.ID)
	if err != nil {
		return err
	}
	if which == "file.csv" {
		out := [][]string{{"nome", "formato", "dimensione", "righe", "aggiornato", "licenza", "indirizzo"}}
		for _, f := range append(s.ourFiles(r, tables), s.theirFiles(rec)...) {
			out = append(out, []string{f.Name, f.Format, f.Size, f.Rows, f.Updated, f.Licence, or(string(f.URL), f.Text)})
		}
		return writeCSV(w, r, "file", out)
	}
	ask := parseTableAsk(r.URL.Query())
	for i, t := range tables {
		if t.Collection.Name != ask.Table && (ask.Table != "" || i > 0) {
			continue
		}
		q := t.Query()
		q.Limit = previewRows
		records, err := s.store.Rows(r.Context(), q, "", false)
		if err != nil {
			return err
		}
		out := [][]string{{"colonna", "significato", "tipo", "facoltativa", "esempio"}}
		for _, c := range s.schema(t.Collection, rec, records) {
			out = append(out, []string{c.Name, c.Label, c.Type, s.valueText(c.Nulls), c.Example})
		}
		return writeCSV(w, r, "schema", out)
	}
	return fmt.Errorf("table %q: %w", ask.Table, catalog.ErrNotFound)
}

// isRepeated reports whether a column of the source says, in every row, what
// the title or the description already do.
func isRepeated(records []*catalog.Record, property string) bool {
	title, text := property != "title", property != "description"
	for _, r := range records {
		said, ok := r.Properties.Get(property).(string)
		title = title && ok && said == r.Title
		text = text && ok && any(said) == r.Properties.Get("description")
	}
	return len(records) > 0 && (title || text)
}

func anyHas(records []*catalog.Record, property string) bool {
	return len(records) == 0 || slices.ContainsFunc(records, func(r *catalog.Record) bool { return r.Properties.Get(property) != nil })
}
