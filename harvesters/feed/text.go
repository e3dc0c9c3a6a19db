package feed

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// declaration is that of an XML document, up to its end.
var (
	declaration = regexp.MustCompile(`^\s*<\?xml[^>]*\?>`)
	encoding    = regexp.MustCompile(`encoding\s*=\s*["']([A-Za-z0-9._:-]+)["']`)
)

// document turns the bytes of a feed into UTF-8 without XML declaration and
// without the control characters that XML knows not. The encoding is that of the
// byte order mark; else the declared one, if the bytes decode by it; else UTF-8, if
// they are; else Windows-1252 (spec §3.0).
func document(b []byte, declared string) (text, encodingName string) {
	text, encodingName = decode(b, declared)
	if m := declaration.FindString(text); m != "" {
		text = text[len(m):]
	}
	if strings.IndexFunc(text, illegal) < 0 {
		return text, encodingName
	}
	return strings.Map(func(r rune) rune {
		if illegal(r) {
			return -1
		}
		return r
	}, text), encodingName
}

func illegal(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff
}

func decode(b []byte, declared string) (text, name string) {
	for _, mark := range []struct {
		bytes  string
		endian unicode.Endianness
	}{{"\xff\xfe", unicode.LittleEndian}, {"\xfe\xff", unicode.BigEndian}} {
		if bytes.HasPrefix(b, []byte(mark.bytes)) {
			if out, err := unicode.UTF16(mark.endian, unicode.ExpectBOM).NewDecoder().Bytes(b); err == nil {
				return string(out), "utf-16"
			}
		}
	}
	if rest, ok := bytes.CutPrefix(b, []byte("\ufeff")); ok && utf8.Valid(rest) {
		return string(rest), "utf-8"
	}
	if m := encoding.FindSubmatch(declaration.Find(b[:min(len(b), 500)])); m != nil {
		declared = string(m[1])
	}
	utf := utf8.Valid(b)
	if enc, name := charset.Lookup(declared); enc != nil && name != "utf-8" && !(utf && name == "windows-1252") {
		if out, err := enc.NewDecoder().Bytes(b); err == nil && !bytes.ContainsRune(out, utf8.RuneError) {
			return string(out), name
		}
	}
	if utf {
		return string(b), "utf-8"
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\ufffd"), "utf-8 with errors"
	}
	return string(out), "windows-1252"
}
