package file

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/table"
)

// A dialect is how a CSV file parts its cells and where its header is.
type dialect struct {
	delimiter byte
	returns   bool // lines end with CR alone
	header    int  // line of the header, from 1; -1: there is none
	skip      int  // last line that is not data
	names     []string
	found     []string
}

// delimiters in the order in which equals are preferred.
const delimiters = ";,\t|"

// detectDialect looks at the first records of the file. What the mapping says
// is not questioned.
func detectDialect(sample []byte, dec decoder, m mapping) (dialect, error) {
	d := dialect{returns: bytes.IndexByte(sample, '\r') >= 0 && bytes.IndexByte(sample, '\n') < 0}
	width := 0
	switch m.Delimiter {
	case "":
		d.delimiter, width = guessDelimiter(sample, d)
		d.found = append(d.found, fmt.Sprintf("delimiter: %q, %d columns", d.delimiter, width))
	case "tab":
		d.delimiter = '\t'
	default:
		if len(m.Delimiter) != 1 {
			return d, fmt.Errorf("the mapping's delimiter %q is not one character", m.Delimiter)
		}
		d.delimiter = m.Delimiter[0]
	}
	if width == 0 {
		_, width = regularity(sample, d)
	}
	rows := sampleRecords(sample, d)
	if len(rows) == 0 {
		return d, failed("no records")
	}
	d.findHeader(rows, dec, width, m.Header)
	if len(d.names) > table.MaxColumns {
		return d, failed("%d columns; at most %d are read", len(d.names), table.MaxColumns)
	}
	return d, nil
}

// guessDelimiter takes the one by which most records have the same number of
// cells, and of several the one that makes most cells.
func guessDelimiter(sample []byte, d dialect) (byte, int) {
	best, bestShare, bestWidth := byte(';'), -1.0, 1
	for i := range len(delimiters) {
		d.delimiter = delimiters[i]
		share, width := regularity(sample, d)
		if width < 2 {
			continue
		}
		if share > bestShare+0.02 || share > bestShare-0.02 && width > bestWidth {
			best, bestShare, bestWidth = d.delimiter, share, width
		}
	}
	return best, bestWidth
}

// regularity is the most frequent number of cells and how many of the first
// records have it.
func regularity(sample []byte, d dialect) (share float64, width int) {
	rows := sampleRecords(sample, d)
	counts := map[int]int{}
	for _, r := range rows {
		counts[len(r.cells)]++
	}
	most := 0
	for w, n := range counts {
		if n > most || n == most && w > width {
			width, most = w, n
		}
	}
	return float64(most) / float64(max(1, len(rows))), width
}

type sampleRecord struct {
	line, last int // first and last line
	cells      [][]byte
}

// sampleRecords reads the first records; one that the sample's end may have cut is left out.
func sampleRecords(sample []byte, d dialect) []sampleRecord {
	var rows []sampleRecord
	r := newRecords(bytes.NewReader(sample), d)
	for len(rows) < sampleRows {
		rec, err := r.next()
		if errors.Is(err, io.EOF) || err != nil {
			break
		}
		if len(sample) == sampleBytes && r.eof && r.start >= r.end {
			break
		}
		if len(bytes.TrimSpace(rec.raw)) == 0 {
			continue
		}
		s := sampleRecord{line: rec.line, last: r.line - 1}
		if s.last < s.line { // the last line has no end
			s.last = r.line
		}
		for _, sp := range rec.spans {
			s.cells = append(s.cells, bytes.ReplaceAll(rec.raw[sp.from:sp.to], []byte(`""`), []byte(`"`)))
		}
		rows = append(rows, s)
	}
	return rows
}

// findHeader takes the first record of full width whose cells are mostly
// distinct and no numbers; what stands above it is a preamble.
func (d *dialect) findHeader(rows []sampleRecord, dec decoder, width, wanted int) {
	chosen := -1
	for i, r := range rows {
		if wanted > 0 && wanted >= r.line && wanted <= r.last {
			chosen = i
		}
	}
	if used := widest(rows); wanted == 0 {
		for i, r := range rows {
			if full := min(width, used); filled(r.cells) > max(1, full/2) || full <= 2 && filled(r.cells) == full {
				if namesLikely(r.cells, dec) {
					chosen = i
				}
				break
			}
		}
	}
	if chosen < 0 {
		d.header = -1
		d.found = append(d.found, fmt.Sprintf("header: none; columns are called column_1 to column_%d", width))
		for i := range width {
			d.names = append(d.names, fmt.Sprintf("column_%d", i+1))
		}
		return
	}
	h := rows[chosen]
	d.header, d.skip = h.line, h.last
	d.names = columnNames(h.cells, dec, widest(rows[chosen+1:]))
	where := fmt.Sprintf("header: line %d", h.line)
	if h.last > h.line {
		where = fmt.Sprintf("header: lines %d to %d", h.line, h.last)
	}
	if chosen > 0 {
		where += fmt.Sprintf(", after %d lines of preamble", h.line-1)
	}
	d.found = append(d.found, where)
}

func filled(cells [][]byte) int {
	n := 0
	for _, c := range cells {
		if len(bytes.TrimSpace(c)) > 0 {
			n++
		}
	}
	return n
}

// namesLikely: at least 80 % of the cells are no numbers (metadata.md §3.16)
// and most are distinct; some files do use a name twice.
func namesLikely(cells [][]byte, dec decoder) bool {
	seen := map[string]bool{}
	all, named, distinct := 0, 0, 0
	for _, c := range cells {
		s := strings.TrimSpace(decode(dec, c))
		if s == "" {
			continue
		}
		all++
		if !strings.ContainsAny(s[:1], "-+0123456789") {
			named++
		}
		if !seen[s] {
			distinct++
		}
		seen[s] = true
	}
	return all > 0 && named*10 >= all*8 && distinct*2 >= all
}

// columnNames makes a name of every header cell: white space and line breaks
// become one space, blank ones a number, repeated ones get a suffix. Blank
// cells at the end of the header, where the first rows have nothing, are no columns.
func columnNames(cells [][]byte, dec decoder, used int) []string {
	for len(cells) > max(1, used) && len(bytes.TrimSpace(cells[len(cells)-1])) == 0 {
		cells = cells[:len(cells)-1]
	}
	var names []string
	for i, c := range cells {
		n := strings.Join(strings.Fields(catalog.RepairMojibake(decode(dec, c))), " ")
		if n == "" {
			n = fmt.Sprintf("column_%d", i+1)
		}
		names = append(names, unused(names, n))
	}
	return names
}

// widest is the number of cells up to the last that has something in any row.
func widest(rows []sampleRecord) int {
	width := 0
	for _, r := range rows {
		for i, c := range r.cells {
			if i >= width && len(bytes.TrimSpace(c)) > 0 {
				width = i + 1
			}
		}
	}
	return width
}

func unused(names []string, name string) string {
	for n := 2; slices.Contains(names, name); n++ {
		name = strings.TrimSuffix(name, fmt.Sprintf("_%d", n-1)) + fmt.Sprintf("_%d", n)
	}
	return name
}

func validText(s string) bool { return utf8.ValidString(s) }
