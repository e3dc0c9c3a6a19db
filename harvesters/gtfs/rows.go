package gtfs

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"po-net.prato.it/ponet/catalog"
)

const (
	maxLine   = 1 << 20 // bytes of a line; the longest we know, a description, has 4 kB
	maxJoined = 20      // lines that one quoted cell may take, although GTFS allows no line break
)

// rows reads one table of a feed, a row at a time. Its columns go by name, in
// whatever order they stand.
type rows struct {
	name    string
	in      *bufio.Reader
	waiting [][]byte // lines that were looked at and put back
	lines   int
	line    int // of the row, from 1
	columns []string
	index   map[string]int
	cells   []string
	closed  bool // false: a quote of the row is not closed
	latin   bool // some row is not UTF-8
}

// newRows reads the header; name is that of the file, for errors.
func newRows(name string, r io.Reader) (*rows, error) {
	t := &rows{name: name, in: bufio.NewReaderSize(r, 256<<10), index: map[string]int{}}
	ok, err := t.next()
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, failed("%s is empty", name)
	}
	for i, c := range t.cells {
		c = strings.ToLower(strings.TrimSpace(c))
		if _, twice := t.index[c]; !twice && c != "" {
			t.index[c] = i
		}
		t.columns = append(t.columns, c)
	}
	return t, nil
}

// next goes to the next row that is not blank; false at the end.
func (t *rows) next() (bool, error) {
	for {
		line, err := t.take()
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		t.line = t.lines
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if t.line == 1 {
			line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
		}
		t.cells, t.closed, _ = split(line, t.cells[:0])
		if !t.closed {
			if err := t.join(line); err != nil {
				return false, err
			}
		}
		return true, nil
	}
}

// join looks for the end of a quoted cell in the lines that follow. Without one
// they are rows of their own.
func (t *rows) join(line []byte) error {
	whole := bytes.Clone(line)
	var more [][]byte
	for len(more) < maxJoined && len(whole) < maxLine {
		next, err := t.take()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		more = append(more, bytes.Clone(next))
		whole = append(append(whole, '\n'), next...)
		cells, closed, odd := split(whole, nil)
		if closed && !odd && len(cells) == len(t.columns) {
			t.cells, t.closed = cells, true
			return nil
		}
	}
	t.waiting = append(more, t.waiting...)
	t.lines -= len(more)
	return nil
}

// take is the next line without its end; valid until the next call.
func (t *rows) take() ([]byte, error) {
	t.lines++
	if len(t.waiting) > 0 {
		line := t.waiting[0]
		t.waiting = t.waiting[1:]
		return line, nil
	}
	line, err := t.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		line = bytes.Clone(line)
		for errors.Is(err, bufio.ErrBufferFull) && len(line) <= maxLine {
			var more []byte
			more, err = t.in.ReadSlice('\n')
			line = append(line, more...)
		}
		if len(line) > maxLine {
			return nil, failed("%s, line %d: more than %d bytes", t.name, t.lines, maxLine)
		}
	}
	switch {
	case err == nil, errors.Is(err, io.EOF) && len(line) > 0:
		return bytes.TrimRight(line, "\r\n"), nil
	case errors.Is(err, io.EOF):
		t.lines-- // there is none
		return nil, io.EOF
	}
	return nil, fmt.Errorf("%s, line %d: %w", t.name, t.lines, err)
}

// split parts a line at its commas (RFC 4180). A quote ends its cell only
// before a comma or the end of the line; inside it stands for itself, which is
// odd. closed is false when a cell does not end.
func split(line []byte, cells []string) (_ []string, closed, odd bool) {
	for i := 0; ; i++ {
		for i < len(line) && line[i] == ' ' {
			i++
		}
		if i >= len(line) || line[i] != '"' {
			end := bytes.IndexByte(line[min(i, len(line)):], ',')
			if end < 0 {
				return append(cells, string(line[min(i, len(line)):])), true, odd
			}
			cells = append(cells, string(line[i:i+end]))
			i += end
			continue
		}
		cell, next, strange := quoted(line, i+1)
		cells, odd = append(cells, cell), odd || strange
		if next < 0 || next == len(line) {
			return cells, next >= 0, odd
		}
		i = next
	}
}

// quoted reads a cell from behind its first quote, and returns where the comma
// or the end of the line is that follows it; -1 when its quote is not closed.
func quoted(line []byte, i int) (cell string, next int, odd bool) {
	var b strings.Builder
	for ; i < len(line); i++ {
		if line[i] != '"' {
			b.WriteByte(line[i])
			continue
		}
		if i+1 < len(line) && line[i+1] == '"' {
			b.WriteByte('"')
			i++
			continue
		}
		after := i + 1
		for after < len(line) && line[after] == ' ' {
			after++
		}
		if after == len(line) || line[after] == ',' {
			return b.String(), after, odd
		}
		b.WriteByte('"')
		odd = true
	}
	return b.String(), -1, odd
}

// get is the value of a column in this row, as it stands but for white space
// around and Windows-1252; "" when it is not there.
func (t *rows) get(column string) string {
	i, ok := t.index[column]
	if !ok || i >= len(t.cells) {
		return ""
	}
	return t.text(t.cells[i])
}

func (t *rows) text(s string) string {
	if !utf8.ValidString(s) {
		t.latin = true
		s, _ = charmap.Windows1252.NewDecoder().String(s)
	}
	return strings.TrimSpace(s)
}

func failed(format string, args ...any) error {
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), catalog.ErrFailedListing)
}
