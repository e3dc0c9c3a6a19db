package xmldoc

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

var (
	declaration = regexp.MustCompile(`^\s*<\?xml[^>]*\?>`)
	encoding    = regexp.MustCompile(`encoding\s*=\s*["']([A-Za-z0-9._:-]+)["']`)
)

const declarationBytes = 500 // in which a declaration stands

// Declared is the encoding that the XML declaration at the beginning of a
// document names, "" if there is none.
func Declared(doc []byte) string {
	doc = bytes.TrimPrefix(doc, []byte("\ufeff"))
	if m := encoding.FindSubmatch(declaration.Find(doc[:min(len(doc), declarationBytes)])); m != nil {
		return string(m[1])
	}
	return ""
}

// Decode turns a document into UTF-8 and says what it was in. The encoding is that
// of the byte order mark; else the one that the XML declaration, or else charset
// (the Content-Type's, "" for none), names, if the bytes decode by it; else UTF-8, if
// they are; else Windows-1252, which Latin-1 nearly always is (spec §3.0, rule 6).
// The mark is left out.
func Decode(doc []byte, charset string) (text, name string) {
	for _, wide := range []struct {
		begins string
		endian unicode.Endianness
		mark   unicode.BOMPolicy
	}{
		{"\xff\xfe", unicode.LittleEndian, unicode.ExpectBOM}, {"\xfe\xff", unicode.BigEndian, unicode.ExpectBOM},
		{"<\x00", unicode.LittleEndian, unicode.IgnoreBOM}, {"\x00<", unicode.BigEndian, unicode.IgnoreBOM},
	} {
		if bytes.HasPrefix(doc, []byte(wide.begins)) {
			if out, err := unicode.UTF16(wide.endian, wide.mark).NewDecoder().Bytes(doc); err == nil {
				return string(out), "utf-16"
			}
		}
	}
	if rest, ok := bytes.CutPrefix(doc, []byte("\ufeff")); ok && utf8.Valid(rest) {
		return string(rest), "utf-8"
	}
	return narrow(doc, charset)
}

// narrow is Decode for what is not UTF-16 and has no byte order mark.
func narrow(doc []byte, label string) (text, name string) {
	if declared := Declared(doc); declared != "" {
		label = declared
	}
	utf := utf8.Valid(doc)
	enc, name := charset.Lookup(label)
	switch {
	case enc == nil, name == "utf-8", strings.HasPrefix(name, "utf-16"): // which it is not, whatever it says
	case utf && name == "windows-1252": // what is not ASCII in it would hardly be UTF-8 by chance
	default:
		if out, err := enc.NewDecoder().Bytes(doc); err == nil && !bytes.ContainsRune(out, utf8.RuneError) {
			return string(out), name
		}
	}
	if utf {
		return string(doc), "utf-8"
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(doc)
	if err != nil {
		return strings.ToValidUTF8(string(doc), "\ufffd"), "utf-8 with errors"
	}
	return string(out), "windows-1252"
}

// Text is Decode without the XML declaration, which names an encoding that the
// text no longer has, and without the control characters that XML does not
// allow; their number is the last value.
func Text(doc []byte, charset string) (text, name string, controls int) {
	text, name = Decode(doc, charset)
	text = text[len(declaration.FindString(text)):]
	if strings.IndexFunc(text, illegal) < 0 {
		return text, name, 0
	}
	return strings.Map(func(r rune) rune {
		if illegal(r) {
			controls++
			return -1
		}
		return r
	}, text), name, controls
}

// illegal reports whether XML 1.0 §2.2 does not allow a character.
func illegal(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff
}
