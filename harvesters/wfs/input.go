package wfs

import (
	"bufio"
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"

	"po-net.prato.it/ponet/harvesters/xmldoc"
)

const headBytes = 1024 // of an answer, from which its encoding and what it is are told

// input is an answer as UTF-8, without byte order mark and without what XML does
// not allow, and how it begins. declared is the charset of its Content-Type. What
// claims to be UTF-8 and is not is read as Windows-1252, byte by byte (spec §3.0,
// rule 6). An answer may be as large as a data file, so it is read as it comes.
func input(r io.Reader, declared string) (in io.Reader, head []byte, err error) {
	b := bufio.NewReaderSize(r, 64<<10)
	head, err = b.Peek(headBytes)
	if err != nil && err != io.EOF {
		return nil, nil, err
	}
	var decode transform.Transformer
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")), bytes.HasPrefix(head, []byte("<\x00")):
		decode = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder()
	default:
		if name := xmldoc.Declared(head); name != "" {
			declared = name
		}
		decode = lenient{}
		if enc, name := charset.Lookup(declared); enc != nil && name != "utf-8" && !strings.HasPrefix(name, "utf-16") && !bytes.HasPrefix(head, []byte("\ufeff")) {
			decode = enc.NewDecoder()
		}
	}
	out := bufio.NewReaderSize(transform.NewReader(b, transform.Chain(decode, runes.Remove(runes.Predicate(illegal)))), 64<<10)
	head, err = out.Peek(headBytes)
	if err != nil && err != io.EOF {
		return nil, nil, err
	}
	return out, bytes.TrimLeft(head, " \t\r\n"), nil
}

// illegal reports whether XML 1.0 §2.2 does not allow a character. The byte order
// mark goes too.
func illegal(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r >= 0xfffe && r <= 0xffff || r == '\ufeff'
}

// lenient passes UTF-8 on and takes every other byte for one of Windows-1252.
type lenient struct{ transform.NopResetter }

// Transform is that of transform.Transformer.
func (lenient) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	for nSrc < len(src) {
		r, size := utf8.DecodeRune(src[nSrc:])
		if r == utf8.RuneError && size == 1 {
			if !atEOF && !utf8.FullRune(src[nSrc:]) {
				return nDst, nSrc, transform.ErrShortSrc
			}
			r = charmap.Windows1252.DecodeByte(src[nSrc])
		}
		if nDst+utf8.RuneLen(r) > len(dst) {
			return nDst, nSrc, transform.ErrShortDst
		}
		nDst += utf8.EncodeRune(dst[nDst:], r)
		nSrc += size
	}
	return nDst, nSrc, nil
}
