package file

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"

	"po-net.prato.it/ponet/harvesters/table"
)

// dbfHeader is what a dBASE file says about itself.
type dbfHeader struct {
	rows     int
	length   int // bytes of the header
	width    int // bytes of a row, its deletion mark included
	language byte
	fields   []dbfField
	dec      decoder
}

type dbfField struct {
	name     string
	kind     byte // C N F L D I B O T @ M …
	width    int
	decimals int
}

const maxDBFRow = 1 << 20 // bytes; the format's own limit is 64 kB

func readDBFHeader(path string) (dbfHeader, error) {
	f, err := os.Open(path)
	if err != nil {
		return dbfHeader{}, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, 1<<16))
	if err != nil {
		return dbfHeader{}, err
	}
	h, err := parseDBFHeader(b)
	if err != nil {
		return h, err
	}
	info, err := f.Stat()
	if err != nil {
		return h, err
	}
	if need := int64(h.length) + int64(h.rows)*int64(h.width); info.Size() < need {
		return h, failed("the .dbf has %d bytes, its header announces %d", info.Size(), need)
	}
	return h, nil
}

func parseDBFHeader(b []byte) (dbfHeader, error) {
	if len(b) < 33 {
		return dbfHeader{}, failed("the .dbf has no whole header")
	}
	h := dbfHeader{
		rows:     int(binary.LittleEndian.Uint32(b[4:])),
		length:   int(binary.LittleEndian.Uint16(b[8:])),
		width:    int(binary.LittleEndian.Uint16(b[10:])),
		language: b[29],
	}
	if h.length > len(b) || h.length < 33 || h.width < 1 || h.width > maxDBFRow || h.rows > table.MaxRows {
		return h, failed("the .dbf's header is broken: %d rows of %d bytes after %d", h.rows, h.width, h.length)
	}
	sum := 1
	for at := 32; at+32 <= h.length && b[at] != '\r'; at += 32 {
		d := b[at : at+32]
		name, _, _ := bytes.Cut(d[:11], []byte{0})
		f := dbfField{name: strings.TrimSpace(string(name)), kind: d[11], width: int(d[16]), decimals: int(d[17])}
		if f.kind == 'C' { // Clipper and FoxPro put the high byte of long texts here
			f.width, f.decimals = f.width+f.decimals<<8, 0
		}
		if f.name == "" {
			f.name = fmt.Sprintf("column_%d", len(h.fields)+1)
		}
		sum += f.width
		h.fields = append(h.fields, f)
	}
	if sum > h.width {
		return h, failed("the .dbf's fields need %d bytes a row, it has %d", sum, h.width)
	}
	return h, nil
}

type dbfReader struct {
	r    *bufio.Reader
	head dbfHeader
	buf  []byte
}

// next sets the cells of the next row and reports whether it is marked as deleted.
func (d *dbfReader) next(out *table.Row) (deleted bool, err error) {
	if d.buf == nil {
		d.buf = make([]byte, d.head.width)
	}
	if _, err := io.ReadFull(d.r, d.buf); err != nil {
		return false, fmt.Errorf("%w: %w", failed("the file ends too early"), err)
	}
	at := 1
	for i, f := range d.head.fields {
		out.Set(i, f.cell(d.buf[at:at+f.width], d.head.dec))
		at += f.width
	}
	return d.buf[0] == '*', nil
}

// cell reads a value. Asterisks are how the format writes a number that does
// not fit, and how Esri writes null.
func (f dbfField) cell(b []byte, dec decoder) table.Cell {
	if len(b) == 0 {
		return table.Cell{}
	}
	switch f.kind {
	case 'N', 'F':
		s := strings.TrimSpace(strings.Trim(string(b), "\x00"))
		if s == "" || s[0] == '*' {
			return table.Cell{}
		}
		return numberCell(strings.Replace(s, ",", ".", 1))
	case 'L':
		switch b[0] {
		case 'T', 't', 'Y', 'y':
			return table.Cell{Kind: table.Boolean, Text: "true"}
		case 'F', 'f', 'N', 'n':
			return table.Cell{Kind: table.Boolean, Text: "false"}
		}
		return table.Cell{}
	case 'D':
		s := strings.TrimSpace(strings.Trim(string(b), "\x00"))
		if len(s) != 8 || !table.AllDigits(s) || s == "00000000" {
			return table.Cell{}
		}
		return table.Cell{Kind: table.Text, Text: s[:4] + "-" + s[4:6] + "-" + s[6:]}
	case 'I', '+':
		if len(b) == 4 {
			return table.Cell{Kind: table.Number, Text: strconv.Itoa(littleInt(b))}
		}
	case 'B', 'O':
		if len(b) == 8 {
			return floatCell(math.Float64frombits(binary.LittleEndian.Uint64(b)))
		}
	case 'M', 'G', 'P': // kept in another file, which nobody sends
		return table.Cell{}
	}
	s := bytes.TrimRight(b, "\x00 ")
	if i := bytes.IndexByte(s, 0); i >= 0 {
		s = s[:i]
	}
	if len(bytes.TrimSpace(s)) == 0 {
		return table.Cell{}
	}
	if dec == nil {
		s = uncut(s)
	}
	return table.Cell{Kind: table.Text, Text: decode(dec, s)}
}

// numberCell is a number in the form of JSON, or the text if it is none.
func numberCell(s string) table.Cell {
	v, err := strconv.ParseFloat(s, 64)
	switch {
	case err != nil || math.IsNaN(v) || math.IsInf(v, 0):
		return table.Cell{Kind: table.Text, Text: s}
	case !strings.ContainsAny(s, ".eExXpP_"):
		if n, err := strconv.ParseInt(strings.TrimPrefix(s, "+"), 10, 64); err == nil {
			return table.Cell{Kind: table.Number, Text: strconv.FormatInt(n, 10)}
		}
	}
	return floatCell(v)
}

// floatCell always has a decimal point, so that a column of reals is one even
// if every value in it is whole.
func floatCell(v float64) table.Cell {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return table.Cell{}
	}
	s := strconv.FormatFloat(v, 'f', -1, 64)
	if math.Abs(v) > 1e21 {
		s = strconv.FormatFloat(v, 'e', -1, 64)
	} else if !strings.Contains(s, ".") {
		s += ".0"
	}
	return table.Cell{Kind: table.Number, Text: s}
}
