package portal

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"po-net.prato.it/ponet/catalog"
)

// A schemaRow describes a column.
type schemaRow struct {
	Name, Label, Type, Unit, Example string
	Vocabulary                       link
	Nulls                            bool
}

// schema describes every column of a collection, with an example.
func (s *server) schema(c catalog.Collection, rec *catalog.Record, records []*catalog.Record) []schemaRow {
	meanings, units := fieldMeanings(rec)
	var out []schemaRow
	for _, col := range c.Columns {
		label := or(meanings[col.Name], s.texts["colonna."+col.Name], s.texts["campo."+col.Name])
		line := schemaRow{Name: col.Name, Label: label, Type: s.typeWords(col.Type), Nulls: col.Nulls, Unit: or(units[col.Name], columnUnits[col.Name])}
		if u, ok := columnVocabularies[col.Name]; ok {
			line.Vocabulary = link{URL: u, Label: s.texts.t("vocabolario." + col.Name)}
		}
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

// columnVocabularies are where the values of columns of ours are defined.
var columnVocabularies = map[string]string{
	"licence":       "https://w3id.org/italia/controlled-vocabulary/licences",
	"istat_code":    "https://www.istat.it/classificazione/codici-dei-comuni-delle-province-e-delle-regioni/",
	"body":          "https://indicepa.gov.it/",
	"opening_hours": "https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification",
	"start":         "https://www.rfc-editor.org/rfc/rfc3339",
	"end":           "https://www.rfc-editor.org/rfc/rfc3339",
	"updated":       "https://www.rfc-editor.org/rfc/rfc3339",
	"theme":         "/aiuto#cercare",
}

// columnUnits are the units of columns of ours.
var columnUnits = map[string]string{"accuracy_metres": "m"}

// fieldMeanings are what the source says of the columns (fields[], spec §1.1),
// and their units.
func fieldMeanings(rec *catalog.Record) (meanings, units map[string]string) {
	raw, _ := rec.Properties.Get("fields").(json.RawMessage)
	var fields []struct{ Name, Title, Description, Unit string }
	_ = json.Unmarshal(raw, &fields) // what is not a list of fields explains nothing
	meanings, units = map[string]string{}, map[string]string{}
	for _, f := range fields {
		meanings[f.Name], units[f.Name] = or(f.Title, f.Description), f.Unit
	}
	return meanings, units
}

// tableCSV answers /dati/{name}/file.csv and schema.csv: the tables of a
// dataset's page as files.
func (s *server) tableCSV(w http.ResponseWriter, r *http.Request, name, which string) error {
	rec, err := s.findDataset(r, name)
	if err != nil {
		return err
	}
	content, err := s.datasetContent(r.Context(), rec)
	if err != nil {
		return err
	}
	if which == "file.csv" {
		out := [][]string{{"nome", "formato", "dimensione", "righe", "impronta", "aggiornato", "licenza", "indirizzo"}}
		for _, f := range slices.Concat(s.ourFiles(r, content.tables), s.readingFiles(r, content.streams), s.theirFiles(rec)) {
			out = append(out, []string{f.Name, f.Format, f.Size, f.Rows, f.Checksum, f.Updated, f.Licence, or(string(f.URL), f.Text)})
		}
		return writeCSV(w, r, "file", out)
	}
	if len(content.streams) > 0 {
		return writeCSV(w, r, "schema", schemaTable(s, s.readingSchema(nil)))
	}
	ask := parseTableAsk(r.URL.Query())
	for i, t := range content.tables {
		if t.Collection.Name != ask.Table && (ask.Table != "" || i > 0) {
			continue
		}
		q := t.Query()
		q.Limit = previewRows
		records, err := s.store.Rows(r.Context(), q, "", false)
		if err != nil {
			return err
		}
		return writeCSV(w, r, "schema", schemaTable(s, s.schema(t.Collection, rec, records)))
	}
	return fmt.Errorf("table %q: %w", ask.Table, catalog.ErrNotFound)
}

// schemaTable is a schema as a file.
func schemaTable(s *server, schema []schemaRow) [][]string {
	out := [][]string{{"colonna", "significato", "tipo", "unità", "vocabolario", "facoltativa", "esempio"}}
	for _, c := range schema {
		out = append(out, []string{c.Name, c.Label, c.Type, c.Unit, c.Vocabulary.URL, s.valueText(c.Nulls), c.Example})
	}
	return out
}
