package catalog

import (
	"encoding/json"
	"strings"
)

// words are what the source said: one text, or a list of texts or objects.
func (t termColumn) words(value any) []string {
	switch v := value.(type) {
	case nil:
		return nil
	case json.RawMessage:
		return t.listed(v)
	case string:
		if text := strings.TrimSpace(v); strings.HasPrefix(text, "[") {
			if words := t.listed(json.RawMessage(text)); words != nil {
				return words
			}
		}
		if _, one := t.scheme.Recognise(v); t.many() && !one {
			return splitWords(v)
		}
	}
	if said := clean(Text(value)); said != "" {
		return []string{said}
	}
	return nil
}

// listed are the words of a list in JSON, or of one value.
func (f *Field) listed(raw json.RawMessage) []string {
	var doc any
	if json.Unmarshal(raw, &doc) != nil {
		return nil
	}
	list, ok := doc.([]any)
	if !ok {
		list = []any{doc}
	}
	var words []string
	for _, each := range list {
		if object, ok := each.(map[string]any); ok {
			each = nil
			for _, name := range f.Member {
				if each == nil || each == "" {
					each = object[name]
				}
			}
		}
		if said := clean(Text(each)); said != "" {
			words = append(words, said)
		}
	}
	return words
}

// splitWords parts the terms that a table has in one cell: "anagrafe; tributi".
// A comma may be part of a term, and parts them only where nothing else does.
func splitWords(text string) []string {
	by := ","
	for _, sign := range []string{"|", ";", "\n"} {
		if strings.Contains(text, sign) {
			by = sign
		}
	}
	var words []string
	for part := range strings.SplitSeq(text, by) {
		if said := clean(part); said != "" {
			words = append(words, said)
		}
	}
	return words
}

// value is codes as the property holds them: a list, or the only one.
func (f *Field) value(codes []string) any {
	switch {
	case len(codes) == 0:
		return nil
	case f.many():
		return jsonOf(codes)
	}
	return strings.Join(codes, "; ")
}
