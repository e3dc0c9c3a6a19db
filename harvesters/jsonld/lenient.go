package jsonld

import (
	"bytes"
	"encoding/json"
	"html"
	"strings"
	"unicode/utf8"
)

// decode reads a block of JSON-LD. One that is not JSON is read as it was meant:
// repaired says so. ok is false when even that cannot be done.
func decode(block []byte) (v any, repaired, ok bool) {
	block = unwrapped(block)
	if len(block) == 0 {
		return nil, false, false
	}
	if json.Unmarshal(block, &v) == nil {
		return v, false, true
	}
	for _, try := range [][]byte{mend(block), mend([]byte(html.UnescapeString(string(block))))} {
		if json.Unmarshal(try, &v) == nil {
			return v, true, true
		}
	}
	return nil, false, false
}

// unwrapped is a block without what templates put around it: comments, CDATA
// marks, a byte order mark, a semicolon.
func unwrapped(block []byte) []byte {
	block = bytes.TrimSpace(bytes.TrimPrefix(block, []byte("\ufeff")))
	for _, w := range [][2]string{{"//<![CDATA[", "//]]>"}, {"/*<![CDATA[*/", "/*]]>*/"}, {"<![CDATA[", "]]>"}, {"<!--", "-->"}} {
		if b, found := bytes.CutPrefix(block, []byte(w[0])); found {
			block = bytes.TrimSpace(bytes.TrimSuffix(bytes.TrimSpace(b), []byte(w[1])))
		}
	}
	return bytes.TrimRight(block, "; \t\r\n")
}

// mend puts right what hand-made JSON usually has wrong: control characters and
// quotation marks inside texts, escapes that there are none of, commas before a
// closing bracket, comments.
func mend(block []byte) []byte {
	out := make([]byte, 0, len(block)+64)
	for i := 0; i < len(block); {
		switch c := block[i]; {
		case c == '"':
			var text []byte
			text, i = mendText(block, i+1)
			out = append(append(append(out, '"'), text...), '"')
		case c == ',' && closes(block, i+1):
			i++
		case c == '/' && i+1 < len(block) && block[i+1] == '*':
			end := bytes.Index(block[i+2:], []byte("*/"))
			if end < 0 {
				return out
			}
			i += end + 4
		case c < ' ':
			out = append(out, ' ')
			i++
		default:
			out = append(out, c)
			i++
		}
	}
	return out
}

// closes reports whether a closing bracket, another comma or the end is next.
func closes(b []byte, i int) bool {
	rest := bytes.TrimLeft(b[i:], " \t\r\n")
	return len(rest) == 0 || rest[0] == '}' || rest[0] == ']' || rest[0] == ','
}

// mendText is the text that begins at i, without its marks, and where it ends.
func mendText(b []byte, i int) ([]byte, int) {
	var out []byte
	for i < len(b) {
		switch c := b[i]; {
		case c == '\\' && i+1 < len(b):
			switch next := b[i+1]; {
			case strings.IndexByte(`"\/bfnrt`, next) >= 0, next == 'u' && i+6 <= len(b) && hex4(b[i+2:i+6]):
				out = append(out, c, next)
			case next < ' ':
				out = append(out, ' ')
			default: // \' and the like
				out = append(out, next)
			}
			i += 2
		case c == '"':
			if ends(b, i+1) {
				return out, i + 1
			}
			out = append(out, '\\', '"')
			i++
		case c == '\n':
			out = append(out, '\\', 'n')
			i++
		case c < ' ':
			out = append(out, ' ')
			i++
		case c < utf8.RuneSelf:
			out = append(out, c)
			i++
		default:
			_, n := utf8.DecodeRune(b[i:])
			out = append(out, b[i:i+n]...)
			i += n
		}
	}
	return out, i
}

// ends reports whether a quotation mark before i ends its text: what follows is
// what follows texts in JSON, and after a comma another value or name begins.
func ends(b []byte, i int) bool {
	rest := bytes.TrimLeft(b[i:], " \t\r\n")
	if len(rest) == 0 {
		return true
	}
	switch rest[0] {
	case ':', '}', ']':
		return true
	case ',':
		rest = bytes.TrimLeft(rest[1:], " \t\r\n")
		return len(rest) == 0 || strings.IndexByte(`"{[}]-0123456789tfn,`, rest[0]) >= 0
	}
	return false
}

func hex4(b []byte) bool {
	for _, c := range b {
		if !strings.ContainsRune("0123456789abcdefABCDEF", rune(c)) {
			return false
		}
	}
	return len(b) == 4
}
