package ical

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// A contentLine is a line after unfolding (RFC 5545 §3.1), and where it stood.
type contentLine struct {
	text       string
	number     int // of its first line in the file, from 1
	start, end int // bytes of the document, line end included
}

// document turns UTF-16 with a byte order mark into UTF-8 and takes the mark of
// UTF-8 away.
func document(b []byte) []byte {
	for _, endian := range []unicode.Endianness{unicode.LittleEndian, unicode.BigEndian} {
		mark := []byte{0xff, 0xfe}
		if endian == unicode.BigEndian {
			mark = []byte{0xfe, 0xff}
		}
		if bytes.HasPrefix(b, mark) {
			if out, err := unicode.UTF16(endian, unicode.ExpectBOM).NewDecoder().Bytes(b); err == nil {
				return out
			}
		}
	}
	return bytes.TrimPrefix(b, []byte("\ufeff"))
}

// contentLines yields the unfolded lines of doc. Lines end with CRLF, LF, or CR
// where there is no LF at all; a line that begins with a space or tab goes on with
// the one before, even in the middle of a character. declared is the charset
// that the server announced.
func contentLines(doc []byte, declared string, yield func(contentLine) bool) {
	lineEnd := byte('\n')
	if !bytes.Contains(doc, []byte{'\n'}) {
		lineEnd = '\r'
	}
	var folded []byte
	line := contentLine{}
	flush := func() bool {
		if len(folded) == 0 {
			return true
		}
		line.text = decode(folded, declared)
		folded = folded[:0]
		return yield(line)
	}
	number := 0
	for at := 0; at < len(doc); {
		number++
		next := len(doc)
		if i := bytes.IndexByte(doc[at:], lineEnd); i >= 0 {
			next = at + i + 1
		}
		text := bytes.TrimRight(doc[at:next], "\r\n")
		switch {
		case len(text) > 0 && (text[0] == ' ' || text[0] == '\t') && len(folded) > 0:
			folded = append(folded, text[1:]...)
			line.end = next
		default:
			if !flush() {
				return
			}
			line = contentLine{number: number, start: at, end: next}
			folded = append(folded, text...)
		}
		at = next
	}
	flush()
}

// decode is the text of a line: UTF-8 if it is, else as declared, else
// Windows-1252. Control characters but tabs go: no text means them.
func decode(b []byte, declared string) string {
	s := string(b)
	if !utf8.ValidString(s) {
		s = foreign(b, declared)
	}
	if strings.IndexFunc(s, control) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if control(r) {
			return -1
		}
		return r
	}, s)
}

func control(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }

func foreign(b []byte, declared string) string {
	if enc, name := charset.Lookup(declared); enc != nil && name != "utf-8" {
		if out, err := enc.NewDecoder().Bytes(b); err == nil {
			return string(out)
		}
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\ufffd")
	}
	return string(out)
}
