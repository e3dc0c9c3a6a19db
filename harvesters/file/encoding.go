package file

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"po-net.prato.it/ponet/harvesters/fetch"
)

// A decoder turns the bytes of a cell into text; nil where they are UTF-8.
type decoder func([]byte) string

// detectEncoding reads the whole file and says how its text is encoded: a
// declared encoding if the bytes decode by it, else UTF-8 if they are, else
// one of the 8-bit encodings of the west.
func detectEncoding(path string, declared ...string) (name string, dec decoder, why string, err error) {
	stats, err := countBytes(path, 0)
	if err != nil {
		return "", nil, "", err
	}
	for _, d := range declared {
		d = strings.ToLower(strings.TrimSpace(d))
		switch {
		case d == "", (d == "utf-8" || d == "utf8") && !stats.utf8:
		case d == "utf-8" || d == "utf8":
			return "utf-8", nil, "encoding: utf-8, as declared", nil
		case stats.utf8 && stats.high > 0 && d != declared[0]:
			// A server's default charset does not outweigh bytes that are UTF-8.
		default:
			if dec := decoderOf(d); dec != nil {
				return d, dec, "encoding: " + d + ", as declared", nil
			}
		}
	}
	switch {
	case stats.high == 0:
		return "utf-8", nil, "encoding: only ASCII, read as utf-8", nil
	case stats.utf8:
		return "utf-8", nil, "encoding: utf-8, every byte fits", nil
	case stats.mac > stats.windows:
		return "macintosh", decoderOf("macintosh"), fmt.Sprintf("encoding: not utf-8 (byte %d); accented letters are those of macintosh", stats.firstBad), nil
	}
	return "windows-1252", decoderOf("windows-1252"), fmt.Sprintf("encoding: not utf-8 (byte %d); read as windows-1252", stats.firstBad), nil
}

// byteStats are what the bytes beyond ASCII look like.
type byteStats struct {
	utf8         bool
	high         int
	firstBad     int64 // offset of the first byte that is not UTF-8, from 1
	mac, windows int   // à è é ì ò ù after a letter, in either encoding
}

// countBytes looks at a file from an offset on.
func countBytes(path string, from int64) (byteStats, error) {
	f, err := os.Open(path)
	if err != nil {
		return byteStats{}, err
	}
	defer f.Close()
	if _, err := f.Seek(from, io.SeekStart); err != nil {
		return byteStats{}, err
	}
	s := byteStats{utf8: true}
	r := bufio.NewReaderSize(f, 256<<10)
	var at int64
	var before byte
	for {
		chunk, err := r.Peek(r.Size())
		if len(chunk) == 0 {
			if err == io.EOF {
				err = nil
			}
			return s, err
		}
		whole := len(chunk)
		if len(chunk) == r.Size() && len(chunk) > utf8.UTFMax {
			whole = lastRune(chunk)
		}
		if ascii := bytes.IndexFunc(chunk[:whole], func(r rune) bool { return r >= utf8.RuneSelf }) < 0; !ascii {
			s.count(chunk[:whole], before, at)
		}
		before = chunk[whole-1]
		at += int64(whole)
		if _, err := r.Discard(whole); err != nil {
			return s, err
		}
	}
}

// lastRune is the length of b without a rune that its end cuts.
func lastRune(b []byte) int {
	for n := len(b) - 1; n > len(b)-utf8.UTFMax; n-- {
		if utf8.RuneStart(b[n]) {
			if utf8.FullRune(b[n:]) {
				return len(b)
			}
			return n
		}
	}
	return len(b)
}

func (s *byteStats) count(chunk []byte, before byte, at int64) {
	if s.utf8 && !utf8.Valid(chunk) {
		s.utf8 = false
		for i := 0; i < len(chunk); {
			r, n := utf8.DecodeRune(chunk[i:])
			if r == utf8.RuneError && n == 1 {
				s.firstBad = at + int64(i) + 1
				break
			}
			i += n
		}
	}
	for _, b := range chunk {
		if b >= utf8.RuneSelf {
			s.high++
			if before|0x20 >= 'a' && before|0x20 <= 'z' {
				switch b {
				case 0x88, 0x8e, 0x8f, 0x93, 0x98, 0x9d:
					s.mac++
				case 0xe0, 0xe8, 0xe9, 0xec, 0xf2, 0xf9:
					s.windows++
				}
			}
		}
		before = b
	}
}

// decoderOf is the decoder of an encoding by any of its WHATWG names; nil when
// there is none or it is UTF-8. Latin-1 is read as Windows-1252, which it
// nearly always is.
func decoderOf(name string) decoder {
	enc := encodingOf(name)
	if enc == nil {
		return nil
	}
	if m, ok := enc.(*charmap.Charmap); ok {
		return func(b []byte) string {
			var s strings.Builder
			s.Grow(len(b) + 8)
			for _, c := range b {
				s.WriteRune(m.DecodeByte(c))
			}
			return s.String()
		}
	}
	return func(b []byte) string {
		out, err := enc.NewDecoder().Bytes(b)
		if err != nil {
			return strings.ToValidUTF8(string(b), "\ufffd")
		}
		return string(out)
	}
}

// fromUTF16 turns a file with a UTF-16 byte order mark into UTF-8.
func (o *opener) fromUTF16(b fetch.Blob, bigEndian bool) (fetch.Blob, error) {
	endian := unicode.LittleEndian
	if bigEndian {
		endian = unicode.BigEndian
	}
	o.found = append(o.found, "encoding: utf-16, turned into utf-8")
	return o.transcode(b, unicode.UTF16(endian, unicode.ExpectBOM))
}

func (o *opener) transcode(b fetch.Blob, enc encoding.Encoding) (fetch.Blob, error) {
	in, err := os.Open(b.Path)
	if err != nil {
		return b, err
	}
	defer in.Close()
	f, out, err := o.Create(b.Name)
	if err != nil {
		return b, err
	}
	_, err = io.Copy(f, enc.NewDecoder().Reader(in))
	if err := firstError(err, f.Close()); err != nil {
		return b, fmt.Errorf("%w: %w", failed("%s cannot be decoded", b.Name), err)
	}
	out.Charset = "utf-8"
	return out, nil
}

// encodingOf is the encoding with a name that decoderOf knows; nil for UTF-8
// and for what is none.
func encodingOf(name string) encoding.Encoding {
	if enc := dos[dosName.Replace(strings.ToLower(strings.TrimSpace(name)))]; enc != nil {
		return enc
	}
	enc, canonical := charset.Lookup(name)
	if canonical == "utf-8" {
		return nil
	}
	return enc
}

// dos are the code pages of DOS, which the web never had and dBASE still has:
// read as Windows-1252, "Forlì" comes out as "Forl\u008d".
var (
	dos     = map[string]encoding.Encoding{"437": charmap.CodePage437, "850": charmap.CodePage850, "852": charmap.CodePage852, "858": charmap.CodePage858}
	dosName = strings.NewReplacer("ibm", "", "cp", "", "oem", "", "dos", "", "-", "", " ", "", "_", "")
)
