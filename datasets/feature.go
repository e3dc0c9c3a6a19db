package datasets

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

var errFeature = errors.New("not an encoded GeoJSON Feature")

// object reads the JSON object that begins at i and calls member for each
// member, its name decoded and good until member returns, and at standing on its value;
// member says where the value ends. The store wrote these bytes, so nothing is
// decoded that is not asked for and little is checked: encoding/json would
// cost more than the rest of an export.
func object(b []byte, i int, member func(name []byte, at int) (end int, err error)) (end int, err error) {
	if i = space(b, i); i >= len(b) || b[i] != '{' {
		return 0, fmt.Errorf("%w: expected an object at byte %d", errFeature, i)
	}
	if i = space(b, i+1); i < len(b) && b[i] == '}' {
		return i + 1, nil
	}
	var buf []byte
	for {
		end, err := skipString(b, i)
		if err != nil {
			return 0, err
		}
		name := unquote(&buf, b[i:end])
		if i = space(b, end); i >= len(b) || b[i] != ':' {
			return 0, fmt.Errorf("%w: expected a colon at byte %d", errFeature, i)
		}
		if end, err = member(name, space(b, i+1)); err != nil {
			return 0, err
		}
		i = space(b, end)
		if i < len(b) && b[i] == '}' {
			return i + 1, nil
		}
		if i >= len(b) || b[i] != ',' {
			return 0, fmt.Errorf("%w: expected a comma at byte %d", errFeature, i)
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
	for j := i + 1; ; j++ {
		next := bytes.IndexByte(b[j:], '"')
		if next < 0 {
			break
		}
		j += next
		backslashes := 0
		for b[j-1-backslashes] == '\\' { // ends at the first quote at the latest
			backslashes++
		}
		if backslashes%2 == 0 {
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
	plain := bytes.IndexByte(s, '\\')
	if plain < 0 {
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
