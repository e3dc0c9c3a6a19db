package file

import (
	"bytes"
	"io"

	"po-net.prato.it/ponet/harvesters/table"
)

// A record is one line of a CSV file, or several where a quoted cell has line
// breaks. Everything in it is valid until the next one is read.
type record struct {
	line       int    // on which it begins, from 1
	raw        []byte // as in the file, without the end of the line
	spans      []span
	unbalanced bool // a quote is not closed: read as if quotes meant nothing
}

// A span is where a cell lies in its record, its quotes left out.
type span struct {
	from, to int
	escaped  bool // has doubled quotes
}

// records splits a stream into records. It is not encoding/csv because that
// gives neither the bytes of a record nor a second chance on a stray quote.
type records struct {
	in     io.Reader
	d      dialect
	buf    []byte
	start  int // of the record being read, in buf
	end    int // of what buf holds
	eof    bool
	line   int
	rec    record
	first  bool
	broken error
}

func newRecords(in io.Reader, d dialect) *records {
	return &records{in: in, d: d, buf: make([]byte, 32<<10), line: 1, first: true}
}

// fill makes more bytes available and reports whether there were any.
func (r *records) fill() bool {
	if r.eof || r.broken != nil {
		return false
	}
	if r.start > 0 {
		copy(r.buf, r.buf[r.start:r.end])
		r.end -= r.start
		r.start = 0
	}
	if r.end == len(r.buf) {
		if len(r.buf) >= 2*maxRow {
			return false
		}
		r.buf = append(r.buf, make([]byte, len(r.buf))...)
	}
	for {
		n, err := r.in.Read(r.buf[r.end:])
		r.end += n
		if err == io.EOF {
			r.eof = true
		} else if err != nil {
			r.broken = err
		}
		if n > 0 || err != nil {
			return n > 0
		}
	}
}

// at is the byte i places after the record's start, false at the end of the file.
func (r *records) at(i int) (byte, bool) {
	for r.start+i >= r.end {
		if !r.fill() {
			return 0, false
		}
	}
	return r.buf[r.start+i], true
}

// next reads one record; io.EOF after the last.
func (r *records) next() (record, error) {
	if r.first {
		r.first = false
		if r.at(2); bytes.HasPrefix(r.buf[r.start:r.end], []byte("\xef\xbb\xbf")) {
			r.start += 3
		}
	}
	if _, ok := r.at(0); !ok {
		if r.broken != nil {
			return record{}, r.broken
		}
		return record{}, io.EOF
	}
	r.rec = record{line: r.line, spans: r.rec.spans[:0]}
	length, ok := r.split(true)
	if !ok {
		r.rec.unbalanced = true
		r.rec.spans = r.rec.spans[:0]
		length, _ = r.split(false)
	}
	if r.broken != nil {
		return record{}, r.broken
	}
	if length > maxRow {
		return record{}, failed("the record on line %d has more than %d bytes", r.line, maxRow)
	}
	r.rec.raw = r.buf[r.start : r.start+length]
	r.start += length
	r.line += bytes.Count(r.rec.raw, []byte{'\n'})
	if r.d.returns {
		r.line += bytes.Count(r.rec.raw, []byte{'\r'})
	}
	r.endOfLine()
	return r.rec, nil
}

// endOfLine passes over one end of a line: LF, CRLF or CR.
func (r *records) endOfLine() {
	b, ok := r.at(0)
	if !ok {
		return
	}
	r.line++
	r.start++
	if b == '\r' {
		if b, ok := r.at(0); ok && b == '\n' {
			r.start++
		}
	}
}

// split finds the cells and the length of the record; false when quotes are
// to be heeded and one is not closed.
func (r *records) split(quotes bool) (int, bool) {
	for i := 0; ; {
		b, ok := r.at(i)
		if ok && quotes && b == '"' {
			end, closed := r.quoted(i + 1)
			if !closed {
				return 0, false
			}
			i = end
		} else {
			i = r.plain(i)
		}
		if len(r.rec.spans) > table.MaxColumns+1 { // one more than can be is enough to tell
			r.rec.spans = r.rec.spans[:table.MaxColumns+1]
		}
		if b, ok = r.at(i); !ok || b != r.d.delimiter {
			return i, true
		}
		i++
	}
}

// plain reads a cell without quotes and returns where it ends.
func (r *records) plain(from int) int {
	i := from
	for {
		rest := r.buf[min(r.start+i, r.end):r.end]
		for k, b := range rest {
			if b == r.d.delimiter || b == '\n' || b == '\r' && r.returnEnds(i+k) {
				r.rec.spans = append(r.rec.spans, span{from: from, to: i + k})
				return i + k
			}
		}
		i += len(rest)
		if i > maxRow {
			break
		}
		if _, ok := r.at(i); !ok {
			break
		}
	}
	r.rec.spans = append(r.rec.spans, span{from: from, to: i})
	return i
}

// returnEnds reports whether the CR at i ends the line: before LF, or alone in
// a file that has no LF.
func (r *records) returnEnds(i int) bool {
	if r.d.returns {
		return true
	}
	b, ok := r.at(i + 1)
	return !ok || b == '\n'
}

// quoted reads from after an opening quote to the closing one. A quote inside
// that is followed by neither a quote nor the cell's end is taken as it stands.
func (r *records) quoted(from int) (int, bool) {
	i, escaped := from, false
	for {
		rest := r.buf[min(r.start+i, r.end):r.end]
		k := bytes.IndexByte(rest, '"')
		if k < 0 {
			i += len(rest)
			if i-from > maxCell {
				return 0, false
			}
			if _, ok := r.at(i); !ok {
				return 0, false
			}
			continue
		}
		i += k
		switch b, ok := r.at(i + 1); {
		case ok && b == '"':
			escaped = true
			i += 2
		case !ok || b == r.d.delimiter || b == '\n' || b == '\r':
			r.rec.spans = append(r.rec.spans, span{from: from, to: i, escaped: escaped})
			return i + 1, true
		default:
			i++
		}
	}
}
