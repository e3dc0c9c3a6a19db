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
)

// openCSV finds out the dialect of a text file with separated values.
func (o *opener) openCSV(ctx context.Context, b blob) ([]*table, error) {
	enc, dec, why, err := detectEncoding(b.path, o.mapping.Encoding, b.charset)
	if err != nil {
		return nil, err
	}
	sample, err := firstBytes(b.path, sampleBytes)
	if err != nil {
		return nil, err
	}
	d, err := detectDialect(sample, dec, o.mapping)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", b.name, err)
	}
	t := &table{
		name: stem(b.name), file: b.name, format: "csv", media: "text/csv; charset=" + enc,
		fields: newFields(), inferTypes: true, commas: d.delimiter == ',',
		guess: catalog.Mapping{Format: "csv", Encoding: enc, Delimiter: string(d.delimiter), Header: d.header},
		found: append([]string{why}, d.found...),
	}
	if d.delimiter == '\t' {
		t.guess.Delimiter = "tab"
	}
	for _, n := range d.names {
		t.fields.add(n)
	}
	t.scan = func(ctx context.Context, f func(*row) error) error { return scanCSV(ctx, b.path, t, d, dec, f) }
	return []*table{t}, nil
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
func scanCSV(ctx context.Context, path string, t *table, d dialect, dec decoder, f func(*row) error) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	r := newRecords(contextReader{ctx, in}, d)
	out := &row{}
	for {
		rec, err := r.next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("%s: %w", t.file, err)
		case rec.line <= d.skip:
			continue
		}
		out.reset(rec.line)
		if !fillCSV(out, rec, dec, len(d.names)) {
			continue // an empty line
		}
		out.raw = rec.raw
		t.judgeRecord(out, rec, len(d.names))
		if err := f(out); err != nil {
			return err
		}
	}
}

// fillCSV sets the cells of a row and reports whether any has something in it.
func fillCSV(out *row, rec record, dec decoder, columns int) bool {
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
		v, ok := clean(value)
		some = some || ok || v != ""
		if !ok {
			out.cells = append(out.cells, cell{})
			some = some || strings.TrimSpace(value) != ""
			continue
		}
		out.cells = append(out.cells, cell{text, v})
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
func (t *table) judgeRecord(out *row, rec record, columns int) {
	if rec.unbalanced {
		out.issues = append(out.issues, catalog.Issue{Rule: "quote-unbalanced", Read: short(string(rec.raw)), Expected: "a quote at the end of every quoted cell; the line was read as if it had none"})
	}
	for _, s := range rec.spans[min(columns, len(rec.spans)):] {
		if len(bytes.TrimSpace(rec.raw[s.from:s.to])) > 0 {
			out.refused = true
			out.issues = append(out.issues, catalog.Issue{Rule: "row-too-long", Refused: true, Read: fmt.Sprintf("%d cells", len(rec.spans)),
				Expected: fmt.Sprintf("%d cells, as in the header; a cell that holds the delimiter must be in quotes", columns)})
			return
		}
	}
	if n := len(rec.spans); n < columns {
		out.issues = append(out.issues, catalog.Issue{Rule: "row-short", Read: fmt.Sprintf("%d cells", n), Expected: fmt.Sprintf("%d cells, as in the header", columns)})
	}
}

// short cuts what an issue quotes to 200 bytes.
func short(s string) string {
	if len(s) <= 200 {
		return strings.ToValidUTF8(s, "?")
	}
	return strings.ToValidUTF8(s[:196], "") + "…"
}
