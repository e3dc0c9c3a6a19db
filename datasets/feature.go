package datasets

import (
	"errors"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// A feature is what an encoder of tables needs of an encoded GeoJSON Feature:
// the raw JSON of its parts. The store wrote these bytes, so this reads them in
// one pass without decoding what is not asked for; encoding/json would cost
// more than the rest of the export.
type feature struct {
	id         []byte // raw JSON, nil: none
	geometry   []byte
	properties []byte
}

var errFeature = errors.New("not an encoded GeoJSON Feature")

func parseFeature(b []byte) (f feature, err error) {
	err = members(b, func(name, value []byte) error {
		switch string(name) {
		case "id":
			f.id = value
		case "geometry":
			f.geometry = value
		case "properties":
			f.properties = value
		}
		return nil
	})
	if err == nil && f.properties == nil {
		err = errFeature
	}
	return f, err
}

// members calls yield for each member of the JSON object b, the name decoded,
// the value raw. The name is good until yield returns.
func members(b []byte, yield func(name, value []byte) error) error {
	i := space(b, 0)
	if i >= len(b) || b[i] != '{' {
		return fmt.Errorf("%w: expected an object", errFeature)
	}
	i = space(b, i+1)
	if i < len(b) && b[i] == '}' {
		return nil
	}
	var buf []byte
	for {
		end, err := skipString(b, i)
		if err != nil {
			return err
		}
		name := unquote(&buf, b[i:end])
		i = space(b, end)
		if i >= len(b) || b[i] != ':' {
			return fmt.Errorf("%w: expected a colon at byte %d", errFeature, i)
		}
		i = space(b, i+1)
		end, err = skipValue(b, i)
		if err != nil {
			return err
		}
		if err := yield(name, b[i:end]); err != nil {
			return err
		}
		i = space(b, end)
		if i < len(b) && b[i] == '}' {
			return nil
		}
		if i >= len(b) || b[i] != ',' {
			return fmt.Errorf("%w: expected a comma at byte %d", errFeature, i)
		}
		i = space(b, i+1)
	}
}

func space(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\t' || b[i] == '\r') {
		i++
	}
	return i
}

// skipString is where the string that begins at i ends.
func skipString(b []byte, i int) (int, error) {
	if i >= len(b) || b[i] != '"' {
		return 0, fmt.Errorf("%w: expected a string at byte %d", errFeature, i)
	}
	for j := i + 1; j < len(b); j++ {
		switch b[j] {
		case '\\':
			j++
		case '"':
			return j + 1, nil
		}
	}
	return 0, fmt.Errorf("%w: the string at byte %d does not end", errFeature, i)
}

// skipValue is where the value that begins at i ends.
func skipValue(b []byte, i int) (int, error) {
	if i >= len(b) {
		return 0, fmt.Errorf("%w: ends at byte %d", errFeature, i)
	}
	switch b[i] {
	case '"':
		return skipString(b, i)
	case '{', '[':
		return skipNested(b, i)
	}
	j := i
	for j < len(b) && b[j] != ',' && b[j] != '}' && b[j] != ']' && b[j] > ' ' {
		j++
	}
	if j == i {
		return 0, fmt.Errorf("%w: expected a value at byte %d", errFeature, i)
	}
	return j, nil
}

func skipNested(b []byte, i int) (int, error) {
	depth := 0
	for j := i; j < len(b); j++ {
		switch b[j] {
		case '"':
			end, err := skipString(b, j)
			if err != nil {
				return 0, err
			}
			j = end - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return j + 1, nil
			}
		}
	}
	return 0, fmt.Errorf("%w: the value at byte %d does not end", errFeature, i)
}

// unquote is the text of the JSON string raw: a part of it, or in *buf when it
// has escapes.
func unquote(buf *[]byte, raw []byte) []byte {
	s := raw[1 : len(raw)-1]
	plain := 0
	for plain < len(s) && s[plain] != '\\' {
		plain++
	}
	if plain == len(s) {
		return s
	}
	out := append((*buf)[:0], s[:plain]...)
	for i := plain; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			out = append(out, s[i])
			continue
		}
		i++
		switch s[i] {
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		case 'u':
			r := hex4(s[i+1:])
			i += 4
			if utf16.IsSurrogate(r) {
				if low := lowSurrogate(s, i+1); utf16.DecodeRune(r, low) != utf8.RuneError {
					r = utf16.DecodeRune(r, low)
					i += 6
				} else {
					r = utf8.RuneError
				}
			}
			out = utf8.AppendRune(out, r)
		default:
			out = append(out, s[i])
		}
	}
	*buf = out
	return out
}

func lowSurrogate(s []byte, i int) rune {
	if i+6 > len(s) || s[i] != '\\' || s[i+1] != 'u' {
		return utf8.RuneError
	}
	return hex4(s[i+2:])
}

// hex4 is the number that the first four bytes of s write; what is no such
// number gives the replacement rune.
func hex4(s []byte) rune {
	if len(s) < 4 {
		return utf8.RuneError
	}
	var r rune
	for _, c := range s[:4] {
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c >= 'a' && c <= 'f':
			r = r<<4 | rune(c-'a'+10)
		case c >= 'A' && c <= 'F':
			r = r<<4 | rune(c-'A'+10)
		default:
			return utf8.RuneError
		}
	}
	return r
}
