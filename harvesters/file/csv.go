package file

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/table"
)

// openCSV finds out the dialect of a text file with separated values.
func (o *opener) openCSV(ctx context.Context, b fetch.Blob) ([]*table.Table, error) {
	enc, dec, why, err := detectEncoding(b.Path, o.mapping.Encoding, b.Charset)
	if err != nil {
		return nil, err
	}
	sample, err := firstBytes(b.Path, sampleBytes)
	if err != nil {
		return nil, err
	}
	d, err := detectDialect(sample, dec, o.mapping)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", b.Name, err)
	}
	t := &table.Table{
		Name: stem(b.Name), File: b.Name, Format: "csv", Media: "text/csv; charset=" + enc,
		Fields: table.NewFields(), InferTypes: true, Commas: d.delimiter == ',',
		Guess: catalog.Mapping{Format: "csv", Encoding: enc, Delimiter: string(d.delimiter), Header: d.header},
		Found: append([]string{why}, d.found...),
	}
	if d.delimiter == '\t' {
		t.Guess.Delimiter = "tab"
	}
	for _, n := range d.names {
		t.Fields.Add(n)
	}
	t.Scan = func(ctx context.Context, f func(*table.Row) error) error { return scanCSV(ctx, b.Path, t, d, dec, f) }
	return []*table.Table{t}, nil
}

// stem is a file's name without its endings.
func stem(name string) string {
	for _, ext := range []string{".gz", ".zip", ".csv", ".tsv", ".txt", ".json", ".geojson", ".geojsonl", ".topojson", ".kml", ".kmz", ".gpx", ".xlsx", ".shp", ".dbf", ".gpkg"} {
		if n := len(name) - len(ext); n > 0 && strings.EqualFold(name[n:], ext) {
			return stem(name[:n])
		}
	}
	return name
}

// scanCSV reads the rows below the header.
func scanCSV(ctx context.Context, path string, t *table.Table, d dialect, dec decoder, f func(*table.Row) error) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	r := newRecords(fetch.WithContext(ctx, in), d)
	out := &table.Row{}
	for {
		rec, err := r.next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("%s: %w", t.File, err)
		case rec.line <= d.skip:
			continue
		}
		out.Reset(rec.line)
		if !fillCSV(out, rec, dec, len(d.names)) {
			continue // an empty line
		}
		out.Raw = rec.raw
		judgeRecord(out, rec, len(d.names))
		if err := f(out); err != nil {
			return err
		}
	}
}

// fillCSV sets the cells of a row and reports whether any has something in it.
func fillCSV(out *table.Row, rec record, dec decoder, columns int) bool {
	line := ""
	if dec == nil {
		line = string(rec.raw) // one allocation that all cells share
		if !validText(line) {
			line = strings.ToValidUTF8(line, "\ufffd")
			if len(line) != len(rec.raw) {
				line = ""
			}
		}
	}
	some := false
	for i, s := range rec.spans {
		if i >= columns {
			break
		}
		var value string
		switch {
		case s.escaped:
			value = decode(dec, bytes.ReplaceAll(rec.raw[s.from:s.to], []byte(`""`), []byte(`"`)))
		case line != "":
			value = line[s.from:s.to]
		default:
			value = decode(dec, rec.raw[s.from:s.to])
		}
		v, ok := table.Clean(value)
		some = some || ok || v != ""
		if !ok {
			out.Cells = append(out.Cells, table.Cell{})
			some = some || strings.TrimSpace(value) != ""
			continue
		}
		out.Cells = append(out.Cells, table.Cell{Kind: table.Text, Text: v})
	}
	return some
}

func decode(dec decoder, b []byte) string {
	if dec == nil {
		return strings.ToValidUTF8(string(b), "\ufffd")
	}
	return dec(b)
}

// judgeRecord notes what is wrong with the record as such. One with more
// cells than the header has shifted ones, and nobody knows which.
func judgeRecord(out *table.Row, rec record, columns int) {
	if rec.unbalanced {
		out.Issues = append(out.Issues, catalog.Issue{Rule: "quote-unbalanced", Read: table.Excerpt(string(rec.raw)), Expected: "a quote at the end of every quoted cell; the line was read as if it had none"})
	}
	for _, s := range rec.spans[min(columns, len(rec.spans)):] {
		if len(bytes.TrimSpace(rec.raw[s.from:s.to])) > 0 {
			out.Refused = true
			out.Issues = append(out.Issues, catalog.Issue{Rule: "row-too-long", Refused: true, Read: fmt.Sprintf("%d cells", len(rec.spans)),
				Expected: fmt.Sprintf("%d cells, as in the header; a cell that holds the delimiter must be in quotes", columns)})
			return
		}
	}
	if n := len(rec.spans); n < columns {
		out.Issues = append(out.Issues, catalog.Issue{Rule: "row-short", Read: fmt.Sprintf("%d cells", n), Expected: fmt.Sprintf("%d cells, as in the header", columns)})
	}
}
