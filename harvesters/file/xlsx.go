package file

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/table"
)

// openXLSX makes a layer of every visible sheet that has rows.
func (o *opener) openXLSX(ctx context.Context, b fetch.Blob) ([]*table.Table, error) {
	w, err := excelize.OpenFile(b.Path, excelize.Options{
		UnzipSizeLimit: maxSheetXML, UnzipXMLSizeLimit: maxStrings, // beyond this a part is read from disk
		ShortDatePattern: "yyyy-mm-dd", LongDatePattern: "yyyy-mm-dd", LongTimePattern: "hh:mm:ss",
	})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", failed("%s cannot be read as a workbook", b.Name), err)
	}
	o.closers = append(o.closers, w)
	props, err := w.GetWorkbookProps()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", failed("%s", b.Name), err)
	}
	book := workbook{w, props.Date1904 != nil && *props.Date1904}
	var tables []*table.Table
	for _, sheet := range w.GetSheetList() {
		if visible, err := w.GetSheetVisible(sheet); err != nil || !visible {
			o.found = append(o.found, fmt.Sprintf("sheet %q: hidden, passed over", sheet))
			continue
		}
		t, err := o.sheet(ctx, book, b.Path, sheet)
		if err != nil {
			return nil, fmt.Errorf("%s, sheet %q: %w", b.Name, sheet, err)
		}
		if t != nil {
			t.File = b.Name
			tables = append(tables, t)
		}
	}
	return tables, nil
}

type workbook struct {
	*excelize.File
	date1904 bool
}

// sheet finds the header of one sheet; nil when the sheet is empty.
func (o *opener) sheet(ctx context.Context, book workbook, file, sheet string) (*table.Table, error) {
	blocks, err := mergedIn(ctx, file, sheet)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", failed("its merged cells cannot be read"), err)
	}
	var sample []sampleRecord
	err = book.each(ctx, sheet, blocks, func(line int, cells []string) error {
		s := sampleRecord{line: line, last: line}
		for _, c := range cells {
			s.cells = append(s.cells, []byte(c))
		}
		if sample = append(sample, s); len(sample) == sampleRows {
			return table.ErrEnough
		}
		return nil
	})
	if err != nil && err != table.ErrEnough {
		return nil, err
	}
	if len(sample) == 0 {
		return nil, nil
	}
	d := dialect{}
	d.findHeader(sample, nil, widest(sample), o.mapping.Header)
	if len(d.names) > table.MaxColumns {
		return nil, failed("%d columns; at most %d are read", len(d.names), table.MaxColumns)
	}
	t := &table.Table{Name: sheet, Format: "xlsx", Media: "application/json", Fields: table.NewFields(d.names...), InferTypes: true,
		Guess: catalog.Mapping{Format: "xlsx", Header: d.header}, Found: append([]string{fmt.Sprintf("format: xlsx, sheet %q", sheet)}, d.found...)}
	if len(blocks) > 0 {
		t.Found = append(t.Found, fmt.Sprintf("merged cells: %d blocks, filled down", len(blocks)))
	}
	t.Scan = func(ctx context.Context, f func(*table.Row) error) error {
		out := &table.Row{}
		return book.each(ctx, sheet, blocks, func(line int, cells []string) error {
			if line <= d.skip {
				return nil
			}
			fillSheet(t, out, line, cells)
			return f(out)
		})
	}
	return t, nil
}

func fillSheet(t *table.Table, out *table.Row, line int, cells []string) {
	out.Reset(line)
	for i, c := range cells[:min(len(cells), len(t.Fields.Names))] {
		if c != "" {
			out.Set(i, table.Cell{Kind: table.Text, Text: c})
		}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(cells) // strings always can be
	out.Raw = bytes.TrimSpace(b.Bytes())
	if len(cells) > len(t.Fields.Names) {
		out.Issues = append(out.Issues, catalog.Issue{Rule: "row-too-long", Read: fmt.Sprintf("%d cells", len(cells)), Expected: fmt.Sprintf("%d, as in the header; the rest is left out", len(t.Fields.Names))})
	}
}

// each calls f with every row that has something in it, and with what the merged
// blocks that it lies in say. The sheet is read
// twice in step, because only the formatted value tells a date from a number,
// and only the raw one has all digits.
func (book workbook) each(ctx context.Context, sheet string, blocks []merged, f func(line int, cells []string) error) error {
	raw, err := book.Rows(sheet)
	if err != nil {
		return fmt.Errorf("%w: %w", failed("cannot be read"), err)
	}
	defer raw.Close()
	shown, err := book.Rows(sheet)
	if err != nil {
		return fmt.Errorf("%w: %w", failed("cannot be read"), err)
	}
	defer shown.Close()
	merges := newFiller(blocks)
	for line := 1; raw.Next() && shown.Next(); line++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		values, err := raw.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return fmt.Errorf("%w: %w", failed("row %d", line), err)
		}
		texts, err := shown.Columns()
		if err != nil {
			return fmt.Errorf("%w: %w", failed("row %d", line), err)
		}
		some := false
		for i := range values {
			format := ""
			if i < len(texts) {
				format = texts[i]
			}
			values[i] = book.value(values[i], format)
			some = some || values[i] != ""
		}
		if some {
			if err := f(line, merges.fill(line, values)); err != nil {
				return err
			}
		}
	}
	if err := firstError(raw.Error(), shown.Error()); err != nil {
		return fmt.Errorf("%w: %w", failed("cannot be read to its end"), err)
	}
	return nil
}

var looksLikeDate = regexp.MustCompile(`^\d{1,4}[-/. ](\d{1,2}|[A-Za-z]{3,})[-/. ]\d{1,4}|^\d{1,2}:\d{2}`)

// value is what a cell holds: numbers with all digits, dates in ISO 8601.
func (book workbook) value(raw, shown string) string {
	if raw == "" || raw == shown && !strings.Contains(raw, "E") && (len(raw) < 16 || !strings.Contains(raw, ".")) {
		return strings.TrimSpace(raw)
	}
	v, err := strconv.ParseFloat(raw, 64)
	if err != nil {
		return strings.TrimSpace(shown)
	}
	if looksLikeDate.MatchString(shown) && v >= 0 && v < 2958466 { // the year 10000
		t, err := excelize.ExcelDateToTime(v, book.date1904)
		t = t.Round(time.Second)
		switch {
		case err != nil:
		case v < 1:
			return t.Format("15:04:05")
		case t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0:
			return t.Format("2006-01-02")
		default:
			return t.Format("2006-01-02 15:04:05")
		}
	}
	if shown == "TRUE" || shown == "FALSE" {
		return strings.ToLower(shown)
	}
	if strings.HasPrefix(shown, "0") && table.AllDigits(shown) && len(shown) > 1 {
		return shown // a code, shown with its leading zeros by the cell's format
	}
	// Fifteen digits are what the program that made the file shows of a number;
	// the two more that the file has are noise: 43.881122999999995.
	if v, err = strconv.ParseFloat(strconv.FormatFloat(v, 'g', 15, 64), 64); err != nil {
		return raw
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}
