package file

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"po-net.prato.it/ponet/harvesters/table"
)

// languages are the encodings behind the language byte of the header.
var languages = map[byte]string{
	0x01: "cp437", 0x02: "cp850", 0x03: "windows-1252", 0x04: "macintosh", 0x57: "windows-1252", 0x58: "windows-1252", 0x59: "windows-1252",
	0x64: "cp852", 0x65: "ibm866", 0xc8: "windows-1250", 0xc9: "windows-1251", 0xcb: "windows-1253",
}

// dbfEncoding: what the mapping says, else the .cpg unless it says UTF-8 of bytes
// that are not, else UTF-8 if every text is, else the language byte, else Windows-1252.
func dbfEncoding(parts shapeParts, h dbfHeader, mapped string) (decoder, string, string, error) {
	utf, high, err := h.texts(parts.dbf)
	if err != nil {
		return nil, "", "", err
	}
	said := ""
	for _, d := range []struct{ name, why string }{{mapped, "as the mapping says"}, {codePage(parts.cpg), "by the .cpg"}} {
		switch name := strings.ToLower(d.name); {
		case (name == "utf-8" || name == "utf8") && !utf && d.name != mapped:
			said = "; the .cpg says utf-8, which it is not"
		case name == "utf-8" || name == "utf8":
			return nil, "utf-8", "encoding: utf-8, " + d.why, nil
		case name != "" && decoderOf(name) != nil:
			return decoderOf(name), name, "encoding: " + name + ", " + d.why, nil
		}
	}
	if name := languages[h.language]; name != "" && decoderOf(name) != nil && !(utf && high) {
		return decoderOf(name), name, fmt.Sprintf("encoding: %s, by the language byte %#02x%s", name, h.language, said), nil
	}
	if utf {
		return nil, "utf-8", "encoding: utf-8, every byte fits", nil
	}
	return decoderOf("windows-1252"), "windows-1252", "encoding: not declared and not utf-8; read as windows-1252" + said, nil
}

// texts reports whether the texts of a .dbf and the names of its columns are
// UTF-8, and whether any of them is more than ASCII. One that its column's width
// has cut in the middle of a character is UTF-8 if others are: "Citt\xe0", whole in
// Windows-1252, looks the same.
func (h dbfHeader) texts(path string) (utf, high bool, err error) {
	valid, whole := true, false
	judge := func(b []byte) {
		ascii := !slices.ContainsFunc(b, func(c byte) bool { return c >= utf8.RuneSelf })
		if ascii || !valid {
			high = high || !ascii
			return
		}
		high = true
		switch full := bytes.TrimRight(b, "\x00 "); {
		case utf8.Valid(full):
			whole = true
		case len(full) < len(b):
			valid = false
		default:
			valid = utf8.Valid(uncut(full))
		}
	}
	for _, f := range h.fields {
		judge([]byte(f.name))
	}
	in, err := os.Open(path)
	if err != nil {
		return false, false, err
	}
	defer in.Close()
	r := bufio.NewReaderSize(in, 64<<10)
	if _, err := r.Discard(h.length); err != nil {
		return false, false, fmt.Errorf("%w: %w", failed("the .dbf is cut"), err)
	}
	row := make([]byte, h.width)
	for range h.rows {
		if _, err := io.ReadFull(r, row); err != nil {
			return false, false, fmt.Errorf("%w: %w", failed("the .dbf is cut"), err)
		}
		at := 1
		for _, f := range h.fields {
			if f.kind == 'C' {
				judge(row[at : at+f.width])
			}
			at += f.width
		}
	}
	return valid && (whole || !high), high, nil
}

// uncut is a text in UTF-8 without the beginning of a character at its end:
// columns are so many bytes wide, and programs cut their texts there.
func uncut(b []byte) []byte {
	for n := len(b) - 1; n >= 0 && n > len(b)-utf8.UTFMax; n-- {
		if utf8.RuneStart(b[n]) {
			if b[n] >= utf8.RuneSelf && !utf8.FullRune(b[n:]) {
				return b[:n]
			}
			return b
		}
	}
	return b
}

// codePage is the name of an encoding for what a .cpg has: "UTF-8", "1252",
// "ANSI 1252", "ISO 88591".
func codePage(cpg string) string {
	s := strings.ToLower(strings.TrimSpace(cpg))
	s = strings.TrimPrefix(strings.TrimPrefix(s, "ansi "), "cp")
	switch {
	case s == "65001":
		return "utf-8"
	case strings.HasPrefix(s, "iso 8859") || strings.HasPrefix(s, "8859"):
		return "iso-8859-" + strings.TrimLeft(strings.TrimPrefix(strings.TrimPrefix(s, "iso "), "8859"), "-_ ")
	case len(s) == 4 && table.AllDigits(s):
		return "windows-" + s // 1252; three digits are a code page of DOS
	}
	return s
}
