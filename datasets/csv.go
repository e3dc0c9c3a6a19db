package datasets

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"strconv"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"po-net.prato.it/ponet/catalog"
)

// EncodeCSV writes a table (RFC 4180): comma, CRLF, UTF-8, a header. The
// columns are id, those of c, licence and source where c has none, then lon and
// lat in degrees for points and wkt for any other geometry. Absent values are
// empty; arrays and objects are JSON.
//
// There is no byte order mark. It would help only who opens the file with a
// double click in an Excel whose Windows says UTF-8 must be marked, and an
// Italian Excel, whose separator is the semicolon, then shows one column all
// the same: both import it well from "Dati, Da testo/CSV". Most programs would
// read a first column called "\ufeffid".
//
// A text that a spreadsheet would run as a formula gets an apostrophe before
// it, see formula.
//
// After an error the file ends in a line that has one field and an open quote.
func EncodeCSV(w io.Writer, c catalog.Collection, records iter.Seq2[*catalog.Record, error]) error {
	t := newTable(c, "id", "lon", "lat", "wkt")
	buf := append(make([]byte, 0, 2*flushAt), "id"...)
	for _, h := range t.headers {
		buf = appendText(append(buf, ','), []byte(h))
	}
	buf = append(buf, ",lon,lat,wkt\r\n"...)
	var scratch []byte
	n := 0
	for r, err := range records {
		if err != nil {
			return incomplete(w, append(buf, '"'), n, err)
		}
		complete := len(buf)
		if buf, err = appendRow(buf, t, r.Feature, &scratch); err != nil {
			return incomplete(w, append(buf[:complete], '"'), n, fmt.Errorf("record %s: %w", r.ID, err))
		}
		n++
		if buf, err = flush(w, buf, flushAt); err != nil {
			return err
		}
	}
	_, err := flush(w, buf, 0)
	return err
}

// appendRow appends the line of one feature; scratch is for decoded texts.
func appendRow(buf []byte, t *table, encoded []byte, scratch *[]byte) ([]byte, error) {
	id, raw, err := t.read(encoded)
	if err != nil {
		return buf, err
	}
	geometry, err := parseGeometry(raw)
	if err != nil {
		return buf, err
	}
	buf = appendValue(buf, id, scratch)
	for _, value := range t.values {
		buf = appendValue(append(buf, ','), value, scratch)
	}
	switch g := geometry.(type) {
	case nil:
		buf = append(buf, ",,,"...)
	case orb.Point:
		buf = strconv.AppendFloat(append(buf, ','), g.Lon(), 'f', -1, 64)
		buf = strconv.AppendFloat(append(buf, ','), g.Lat(), 'f', -1, 64)
		buf = append(buf, ',')
	default:
		buf = appendField(append(buf, ",,,"...), wkt.Marshal(g))
	}
	return append(buf, "\r\n"...), nil
}

// appendValue appends one JSON value as a field: a text decoded, all else as
// it stands.
func appendValue(buf, raw []byte, scratch *[]byte) []byte {
	if len(raw) == 0 {
		return buf
	}
	if raw[0] != '"' {
		return appendField(buf, raw)
	}
	return appendText(buf, unquote(scratch, raw))
}

// appendText appends a text, made harmless.
func appendText(buf, text []byte) []byte {
	if formula(text) {
		text = append([]byte{'\''}, text...)
	}
	return appendField(buf, text)
}

// appendField appends a field, in quotes where it must be.
func appendField(buf, text []byte) []byte {
	if !bytes.ContainsAny(text, ",\"\r\n") && (len(text) == 0 || text[0] != ' ' && text[len(text)-1] != ' ') {
		return append(buf, text...)
	}
	buf = append(buf, '"')
	for {
		i := bytes.IndexByte(text, '"')
		if i < 0 {
			return append(append(buf, text...), '"')
		}
		buf = append(append(buf, text[:i+1]...), '"')
		text = text[i+1:]
	}
}

// HarmlessCell is text as a table may carry it to a spreadsheet: with an
// apostrophe before what would be run as a formula.
func HarmlessCell(text string) string {
	if formula([]byte(text)) {
		return "'" + text
	}
	return text
}

// formula reports whether a spreadsheet would run text: it begins with = or @,
// with a tab or a carriage return, or with a sign that is not that of a number
// or of a telephone number. What sources write is not ours to trust on other
// people's machines.
func formula(text []byte) bool {
	if len(text) == 0 {
		return false
	}
	switch text[0] {
	case '=', '@', '\t', '\r':
		return true
	case '+', '-':
		for _, c := range text[1:] {
			if (c < '0' || c > '9') && !bytes.ContainsRune([]byte(" .,/()-"), rune(c)) {
				return true
			}
		}
	}
	return false
}
