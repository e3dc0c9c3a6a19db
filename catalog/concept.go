package catalog

import (
	"fmt"
	"strings"
	"sync"
)

// A Concept is a term of a controlled vocabulary.
type Concept struct {
	Code    string   `json:"code"` // what records carry
	Label   string   `json:"label_it"`
	LabelEN string   `json:"label_en,omitempty"`
	URI     string   `json:"uri,omitempty"`
	Broader []string `json:"broader,omitempty"` // codes of the wider concepts; of subthemes, of the data themes they stand under
	Same    []string `json:"same,omitempty"`    // other ways of saying it
	// Withdrawn is the version of the vocabulary that has it no more, Successor the
	// code of what stands in its place. Records that have it keep it.
	Withdrawn string `json:"withdrawn,omitempty"`
	Successor string `json:"successor,omitempty"`
}

// A Scheme is a controlled vocabulary, its concepts in the order in which they
// are shown, wider ones first. Its index does not change after NewScheme.
type Scheme struct {
	Name, Title string // "life-events", "Eventi della vita (OntoPiA)"
	Version     string // as its publisher says: a date, a year or a number
	Concepts    []Concept
	codes       map[string]int // by code and URI
	found       terms
	withdrawn   bool // some of its concepts are
	nearest     func() *nearIndex
}

// NewScheme indexes the concepts of s. Two with one code are an error; of several
// that are called the same the first, which is the widest, is meant.
func NewScheme(s Scheme) (*Scheme, error) {
	s.codes, s.found = map[string]int{}, terms{}
	for i, c := range s.Concepts {
		if err := put(s.codes, i, c.Code); err != nil {
			return nil, fmt.Errorf("%s: %w", s.Name, err)
		}
		s.withdrawn = s.withdrawn || c.Withdrawn != ""
	}
	for i, c := range s.Concepts { // of several rows with one address, which are spellings of one concept, the first has it
		if _, taken := s.codes[uriKey(c.URI)]; c.URI != "" && !taken {
			s.codes[uriKey(c.URI)] = i
		}
	}
	for _, texts := range []func(Concept) []string{
		func(c Concept) []string { return []string{c.Code, c.URI} },
		func(c Concept) []string { return append([]string{c.Label, c.LabelEN}, c.Same...) },
	} {
		for i, c := range s.Concepts {
			for _, text := range texts(c) {
				if key := termKey(text); key != "" {
					if j, taken := s.found[key]; !taken || s.Concepts[j].Withdrawn != "" && c.Withdrawn == "" {
						s.found[key] = i
					}
				}
			}
		}
	}
	s.nearest = sync.OnceValue(func() *nearIndex { return newNearIndex(s.Concepts) })
	return &s, nil
}

// uriKey makes equal the addresses of a concept that differ in their scheme or
// a slash at the end.
func uriKey(uri string) string {
	if _, rest, ok := strings.Cut(uri, "://"); ok {
		return "//" + strings.TrimRight(rest, "/")
	}
	return uri
}

// Concept is the one with the code or URI given, withdrawn ones included.
func (s *Scheme) Concept(code string) (Concept, bool) {
	i, ok := s.codes[code]
	if !ok {
		i, ok = s.codes[uriKey(code)]
	}
	if !ok {
		return Concept{}, false
	}
	return s.Concepts[i], true
}

// Recognise is the concept that text says: its code, address, label, or another
// way of saying it, in any spelling.
func (s *Scheme) Recognise(text string) (Concept, bool) {
	if c, ok := s.Concept(strings.TrimSpace(text)); ok {
		return c, true
	}
	i, ok := s.found.find(text)
	if !ok {
		return Concept{}, false
	}
	return s.Concepts[i], true
}

// Nearest is the concept whose name is most like text, for a proposal to people;
// none when nothing is like it.
func (s *Scheme) Nearest(text string) (Concept, bool) {
	i, ok := s.nearest().find(text)
	if !ok {
		return Concept{}, false
	}
	return s.Concepts[i], true
}

// Scheme is the vocabulary called name ("life-events").
func (v *Vocabularies) Scheme(name string) (*Scheme, bool) {
	s, ok := v.schemes[name]
	return s, ok
}
