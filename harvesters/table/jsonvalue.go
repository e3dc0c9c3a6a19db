package table

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// The functions here walk over bytes that json.Valid has found to be JSON.

// Members calls f with every member of an object, in order.
func Members(object []byte, f func(name string, value []byte)) {
	i := space(object, 0)
	if i >= len(object) || object[i] != '{' {
		return
	}
	for i = space(object, i+1); i < len(object) && object[i] == '"'; i = space(object, i+1) {
		end := valueEnd(object, i)
		name := Unquote(object[i:end])
		i = space(object, space(object, end)+1) // the colon
		end = valueEnd(object, i)
		f(name, object[i:end])
		if i = space(object, end); i >= len(object) || object[i] != ',' {
			return
		}
	}
}

// Elements calls f with every element of an array until it returns false.
func Elements(array []byte, f func(value []byte) bool) {
	i := space(array, 0)
	if i >= len(array) || array[i] != '[' {
		return
	}
	for i = space(array, i+1); i < len(array) && array[i] != ']'; i = space(array, i+1) {
		end := valueEnd(array, i)
		if !f(array[i:end]) {
			return
		}
		if i = space(array, end); i >= len(array) || array[i] != ',' {
			return
		}
	}
}

// Member is the value of one member, nil when there is none.
func Member(object []byte, name string) []byte {
	var found []byte
	Members(object, func(n string, v []byte) {
		if n == name {
			found = v
		}
	})
	return found
}

func space(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\r' || b[i] == '\t') {
		i++
	}
	return i
}

// valueEnd is where the value that begins at i ends.
func valueEnd(b []byte, i int) int {
	depth := 0
	for ; i < len(b); i++ {
		switch b[i] {
		case '"':
			for i++; i < len(b) && b[i] != '"'; i++ {
				if b[i] == '\\' {
					i++
				}
			}
			if depth == 0 {
				return min(i+1, len(b))
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case ',', ' ', '\n', '\r', '\t', ':':
			if depth == 0 {
				return i
			}
		}
	}
	return i
}

// Unquote is the text of a JSON string.
func Unquote(s []byte) string {
	if len(s) < 2 || s[0] != '"' {
		return string(s)
	}
	inner := s[1 : len(s)-1]
	if strings.IndexByte(string(inner), '\\') < 0 && utf8.Valid(inner) {
		return string(inner)
	}
	var out string
	if json.Unmarshal(s, &out) != nil {
		return strings.ToValidUTF8(string(inner), "\ufffd")
	}
	return out
}

// CellOf is a JSON value as a cell; what holds nothing is null.
func CellOf(v []byte) Cell {
	switch v[0] {
	case '"':
		return Cell{Text, Unquote(v)}
	case 'n':
		return Cell{}
	case 't', 'f':
		return Cell{Boolean, string(v)}
	case '{', '[':
		if i := space(v, 1); v[i] == '}' || v[i] == ']' {
			return Cell{}
		}
		return Cell{JSON, string(v)}
	}
	return Cell{Number, string(v)}
}
