package postgis

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"

	"po-net.prato.it/ponet/catalog"
)

// errFeature is the error of a feature that is not what we encode.
var errFeature = errors.New("not a feature as we encode it")

// featureProperties reads the properties of an encoded Feature, keys in their
// order. encoding/json takes an order of magnitude longer to keep it, and an export reads
// millions. The feature is one of ours, so that only what is read is checked.
func featureProperties(feature []byte) (catalog.Properties, error) {
	s := scanner{b: feature}
	var out catalog.Properties
	found := false
	err := s.object(func(name string) error {
		if name != "properties" {
			_, err := s.value()
			return err
		}
		found = true
		return s.object(func(name string) error {
			raw, err := s.value()
			if err != nil {
				return err
			}
			v, err := propertyValue(raw)
			out = append(out, catalog.Property{Name: name, Value: v})
			return err
		})
	})
	if err == nil && !found {
		err = errFeature
	}
	return out, err
}

// propertyValue is a JSON value as catalog.Property holds it.
func propertyValue(raw []byte) (any, error) {
	switch raw[0] {
	case '"':
		return unquote(raw)
	case 't', 'f':
		return raw[0] == 't', nil
	case 'n':
		return nil, nil
	case '{':
		return json.RawMessage(bytes.Clone(raw)), nil
	case '[':
		var list []string
		if bytes.IndexByte(raw, '"') >= 0 && json.Unmarshal(raw, &list) == nil && !bytes.Contains(raw, []byte("null")) {
			return list, nil
		}
		return json.RawMessage(bytes.Clone(raw)), nil
	}
	if n, err := strconv.ParseInt(string(raw), 10, 64); err == nil {
		return n, nil
	}
	n, err := strconv.ParseFloat(string(raw), 64)
	if err != nil {
		return nil, fmt.Errorf("%w: number %.40q", errFeature, raw)
	}
	return n, nil
}

// unquote is the text of a JSON string.
func unquote(raw []byte) (string, error) {
	if bytes.IndexByte(raw, '\\') < 0 && utf8.Valid(raw) {
		return string(raw[1 : len(raw)-1]), nil
	}
	var s string
	err := json.Unmarshal(raw, &s)
	return s, err
}

// A scanner goes through JSON value by value.
type scanner struct {
	b []byte
	i int
}

func (s *scanner) space() {
	for s.i < len(s.b) && (s.b[s.i] == ' ' || s.b[s.i] == '\n' || s.b[s.i] == '\t' || s.b[s.i] == '\r') {
		s.i++
	}
}

// take steps over c, if it is next.
func (s *scanner) take(c byte) bool {
	s.space()
	if s.i < len(s.b) && s.b[s.i] == c {
		s.i++
		return true
	}
	return false
}

// object calls each with the name of every member; each must step over its value.
func (s *scanner) object(each func(name string) error) error {
	if !s.take('{') {
		return errFeature
	}
	if s.take('}') {
		return nil
	}
	for {
		raw, err := s.value()
		if err != nil {
			return err
		}
		if raw[0] != '"' || !s.take(':') {
			return errFeature
		}
		name, err := unquote(raw)
		if err != nil {
			return err
		}
		if err := each(name); err != nil {
			return err
		}
		if s.take('}') {
			return nil
		}
		if !s.take(',') {
			return errFeature
		}
	}
}

// value steps over the next value and is its bytes. Inside objects and lists
// only strings and brackets are looked at.
func (s *scanner) value() ([]byte, error) {
	s.space()
	start, depth := s.i, 0
	for s.i < len(s.b) {
		switch c := s.b[s.i]; c {
		case '"':
			if !s.str() {
				return nil, errFeature
			}
			s.i--
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return s.bare(start)
			}
			depth--
		case ',', ':', ' ', '\n', '\t', '\r':
			if depth == 0 {
				return s.bare(start)
			}
		}
		s.i++
		if depth == 0 && (s.b[start] == '"' || s.b[start] == '{' || s.b[start] == '[') {
			return s.b[start:s.i], nil
		}
	}
	return s.bare(start)
}

// bare is the number, true, false or null that ends here; at depth 0 nothing
// else may be open.
func (s *scanner) bare(start int) ([]byte, error) {
	raw := s.b[start:s.i]
	if len(raw) == 0 || raw[0] == '"' || raw[0] == '{' || raw[0] == '[' {
		return nil, errFeature
	}
	switch raw[0] {
	case 't', 'f', 'n':
		if t := string(raw); t != "true" && t != "false" && t != "null" {
			return nil, errFeature
		}
	}
	return raw, nil
}

// str steps over a string.
func (s *scanner) str() bool {
	for i := s.i + 1; i < len(s.b); i++ {
		switch s.b[i] {
		case '\\':
			i++
		case '"':
			s.i = i + 1
			return true
		}
	}
	return false
}
