package ckan

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
)

// fields are the values of a package, resource or organisation by name: those
// of the schema, and the extras, in which portals without a schema of their
// own keep everything that CKAN does not know.
type fields struct {
	top, extras map[string]json.RawMessage
}

// parseFields reads a JSON object. Extras come as [{"key", "value"}], or as an
// object in old versions of CKAN.
func parseFields(raw json.RawMessage) (fields, error) {
	f := fields{extras: map[string]json.RawMessage{}}
	if err := json.Unmarshal(raw, &f.top); err != nil {
		return f, err
	}
	if f.top == nil {
		return f, errors.New("null")
	}
	var pairs []struct {
		Key   string          `json:"key"`
		Value json.RawMessage `json:"value"`
	}
	if extras := f.top["extras"]; json.Unmarshal(extras, &pairs) == nil {
		for _, p := range pairs {
			f.extras[p.Key] = p.Value
		}
	} else if err := json.Unmarshal(extras, &f.extras); err != nil {
		f.extras = map[string]json.RawMessage{}
	}
	return f, nil
}

// text is the first of the values called names that says something, in Italian
// where it comes in several languages.
func (f fields) text(names ...string) string {
	for _, name := range names {
		if s := textOf(f.top[name]); s != "" {
			return s
		}
		if s := textOf(f.extras[name]); s != "" {
			return s
		}
	}
	return ""
}

// flag reports whether the value called name is true, however it is written.
func (f fields) flag(name string) bool { return strings.EqualFold(f.text(name), "true") }

// list is the values of the first of names that has any.
func (f fields) list(names ...string) []string {
	for _, name := range names {
		for _, raw := range []json.RawMessage{f.top[name], f.extras[name]} {
			if list := listOf(raw); len(list) > 0 {
				return list
			}
		}
	}
	return nil
}

// objects is the objects of the first of names that has any.
func (f fields) objects(names ...string) []fields {
	for _, name := range names {
		for _, raw := range []json.RawMessage{f.top[name], f.extras[name]} {
			if list := objectsOf(raw); len(list) > 0 {
				return list
			}
		}
	}
	return nil
}

// textOf is a value as text: a string, number or boolean; of texts by language
// the Italian one; of a list the first.
func textOf(raw json.RawMessage) string {
	if len(raw) == 0 {
		return ""
	}
	switch raw[0] {
	case '"':
		var s string
		if json.Unmarshal(raw, &s) != nil {
			return ""
		}
		if inner, ok := inside(s); ok {
			return textOf(inner)
		}
		return strings.TrimSpace(s)
	case '{':
		var texts map[string]string
		if json.Unmarshal(raw, &texts) != nil {
			return ""
		}
		return inItalian(texts)
	case '[':
		for _, s := range listOf(raw) {
			return s
		}
		return ""
	case 'n':
		return ""
	}
	return string(raw)
}

// inside is the JSON list or object that is written in a text, as extras have
// it: nothing else fits into them.
func inside(s string) (json.RawMessage, bool) {
	s = strings.TrimSpace(s)
	if !strings.HasPrefix(s, "[") && !strings.HasPrefix(s, `{"`) && s != "{}" || !json.Valid([]byte(s)) {
		return nil, false
	}
	return json.RawMessage(s), true
}

// inItalian is the Italian one of texts by language ("it", "it_IT"), else the
// English one, else the first that there is.
func inItalian(texts map[string]string) string {
	languages := slices.Sorted(maps.Keys(texts))
	for _, want := range []string{"it", "en", ""} {
		for _, l := range languages {
			if len(l) != 2 && !strings.ContainsAny(l, "-_") || !strings.HasPrefix(l, want) {
				continue
			}
			if s := strings.TrimSpace(texts[l]); s != "" {
				return s
			}
		}
	}
	return ""
}

// listOf is a list of texts: a JSON list, also one written in a text, a list
// as PostgreSQL writes it ({DEU,ITA}), or codes parted by commas.
func listOf(raw json.RawMessage) []string {
	var items []json.RawMessage
	if json.Unmarshal(raw, &items) == nil {
		var list []string
		for _, item := range items {
			if len(item) > 0 && item[0] == '[' {
				continue // lists of lists mean nothing here
			}
			if s := textOf(item); s != "" {
				list = append(list, s)
			}
		}
		return list
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return nil
	}
	if inner, ok := inside(s); ok {
		return listOf(inner)
	}
	return codes(strings.TrimSpace(s))
}

// codes parts "{DEU,ITA}" or "en,es,ca"; a text with spaces is one value.
func codes(s string) []string {
	braced := strings.HasPrefix(s, "{") && strings.HasSuffix(s, "}")
	if braced {
		s = s[1 : len(s)-1]
	}
	parts := strings.Split(s, ",")
	if !braced && strings.ContainsAny(strings.ReplaceAll(s, ", ", ","), " \t\n") {
		parts = []string{s}
	}
	var list []string
	for _, p := range parts {
		if p = strings.Trim(p, " \t\r\n\""); p != "" {
			list = append(list, p)
		}
	}
	return list
}

// objectsOf is a list of objects, or one, also when it is written in a text.
func objectsOf(raw json.RawMessage) []fields {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		inner, ok := inside(s)
		if !ok {
			return nil
		}
		raw = inner
	}
	if len(raw) > 0 && raw[0] == '{' {
		raw = slices.Concat(json.RawMessage("["), raw, json.RawMessage("]"))
	}
	var items []json.RawMessage
	if json.Unmarshal(raw, &items) != nil {
		return nil
	}
	var list []fields
	for _, item := range items {
		if f, err := parseFields(item); err == nil && len(f.top) > 0 {
			list = append(list, f)
		}
	}
	return list
}
