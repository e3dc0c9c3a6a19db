package catalog

import (
	"encoding/json"
	"slices"
	"strings"
)

// languages publishes the languages that a description names as codes of the EU's table, and
// what it says where that is something else. (Datasets: describe.)
func (n *Normalizer) languages(p Properties, v any, report reporter) Properties {
	var said []string
	if list, ok := v.([]string); ok {
		said = list
	} else if text := Text(v); json.Unmarshal([]byte(text), &said) != nil {
		said = strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",;|/", r) })
	}
	codes, words := []string{}, []string{}
	for _, word := range said {
		if word = clean(word); word == "" {
			continue
		}
		words = append(words, word)
		l, ok := n.vocab.Language(word)
		if !ok {
			report("language-unknown", "language", word, "a language such as ITA"+n.vocab.Perhaps("language", word))
			continue
		}
		n.oldCode("languages", l.Code, "language", word, report)
		codes = with1(codes, l.Code)
	}
	if len(codes) > 0 {
		p = append(p, Property{"language", jsonOf(codes)})
	}
	if !slices.Equal(codes, words) {
		p = append(p, Property{"language" + declared, jsonOf(words)})
	}
	return p
}
