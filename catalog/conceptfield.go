package catalog

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// fieldSchemes are the vocabularies of the properties whose words become codes by
// rules of their own, and of those of files, as issues name them.
var fieldSchemes = map[string]string{
	"type": "place-types", "event_type": "event-types", "themes": "data-themes", "frequency": "frequencies", "language": "languages", "licence": "licences",
	"distributions.format": "file-types", "distributions.licence": "licences", "distributions.availability": "availabilities", "distributions.dist_status": "distribution-statuses",
}

// conceptSchemes are the vocabularies of all properties that have one.
var conceptSchemes = func() map[string]string {
	schemes := maps.Clone(fieldSchemes)
	for _, f := range model {
		if f.Scheme != "" {
			schemes[cmp.Or(f.Gives, f.Name)] = f.Scheme
		}
	}
	return schemes
}()

// FieldScheme is the vocabulary whose concepts the property called name holds
// ("life_events"), "" when it has none. What a concept gives besides
// ("channel_types") is a property too.
func FieldScheme(name string) string { return conceptSchemes[name] }

// A termColumn is a column of the layer that holds concepts.
type termColumn struct {
	*Field
	index  int // of Layer.Columns
	scheme *Scheme
}

// findTerms notes which columns of the layer hold concepts, and which
// properties they give besides.
func (n *Normalizer) findTerms(taken map[string]bool) {
	for _, rest := range n.rest {
		if rest.index < 0 || rest.field == nil || rest.field.Scheme == "" || n.mapping.Kind == KindFeature {
			continue
		}
		f := rest.field
		scheme, ok := n.vocab.Scheme(f.Scheme)
		if !ok {
			continue
		}
		n.terms = append(n.terms, termColumn{f, rest.index, scheme})
		extra := Column{Name: cmp.Or(f.Gives, f.Name+declared), Type: ColumnText, Nulls: true}
		if f.many() {
			extra.Type = ColumnJSON
		}
		if !taken[extra.Name] {
			taken[extra.Name] = true
			n.beside = append(n.beside, extra)
		}
	}
}

// declared ends the names of the properties that keep the source's own words.
const declared = "_declared"

// published is column as it is published: one of concepts holds their codes, which
// are text, or a list of them.
func (n *Normalizer) published(c Column) Column {
	if c.Name == "language" && n.dataset == nil && n.mapping.Kind != KindFeature {
		c.Type, c.Notation, c.Nulls = ColumnJSON, "", true
	}
	for _, t := range n.terms {
		if t.Name == c.Name && t.Gives == "" {
			c.Type, c.Notation, c.Nulls = ColumnText, "", true
			if t.many() {
				c.Type = ColumnJSON
			}
		}
	}
	return c
}

// concepts replaces the words of h by the codes of the concepts they say; what is
// returned is published besides.
func (n *Normalizer) concepts(h *Harvested, report reporter) (besides Properties) {
	cloned := false
	for _, t := range n.terms {
		if t.index >= len(h.Values) {
			continue
		}
		words := t.words(h.Values[t.index])
		if len(words) == 0 {
			continue
		}
		if !cloned {
			h.Values, cloned = slices.Clone(h.Values), true
		}
		codes := n.codes(t, words, report)
		switch {
		case t.Gives != "" && len(codes) > 0:
			besides = append(besides, Property{t.Gives, t.value(codes)})
		case t.Gives == "":
			if !slices.Equal(codes, words) {
				besides = append(besides, Property{t.Name + declared, t.value(words)})
			}
			h.Values[t.index] = t.value(codes)
		}
	}
	return besides
}

// codes are those of the concepts that words say, each once. A word that says
// none is reported, with what it may mean.
func (n *Normalizer) codes(t termColumn, words []string, report reporter) []string {
	codes := []string{}
	for _, said := range words {
		c, ok := t.scheme.Recognise(said)
		switch {
		case ok:
			n.old(t.scheme, c, t.Name, said, report)
		case t.Gives != "":
			continue
		case t.finer(said):
			c.Code = said
		default:
			report("term-unknown", t.Name, said, "a term of "+t.scheme.Title+n.vocab.Perhaps(t.Name, said))
			continue
		}
		if !slices.Contains(codes, c.Code) {
			codes = append(codes, c.Code)
		}
	}
	return codes
}

// finer reports whether said is an address of a concept inside those of the
// vocabulary, which is kept as it is: dct:subject may be any concept of EuroVoc
// or a topic category of ISO 19115 (spec §2.7), of which subthemes are some.
func (t termColumn) finer(said string) bool {
	if t.Name == "level" && len(said) == 2 && strings.ContainsAny(said[:1], "ABC") && strings.ContainsAny(said[1:], "12") {
		return true // of a language, by the framework of the Council of Europe
	}
	rest := uriKey(said)
	return t.Name == "subthemes" && (strings.HasPrefix(rest, "//eurovoc.europa.eu/") || strings.HasPrefix(rest, "//inspire.ec.europa.eu/metadata-codelist/TopicCategory/"))
}

// old reports a concept that its vocabulary has withdrawn; the record keeps it.
func (n *Normalizer) old(s *Scheme, c Concept, field, said string, report reporter) {
	if c.Withdrawn == "" {
		return
	}
	expected := "a term that " + s.Title + " still has; this one is kept"
	if next, ok := s.Concept(c.Successor); ok {
		expected += "; perhaps: " + next.Label
	}
	report("term-withdrawn", field, said, expected)
}

// oldCode is old for a code of the vocabulary called scheme.
func (n *Normalizer) oldCode(scheme, code, field, said string, report reporter) {
	s, ok := n.vocab.Scheme(scheme)
	if !ok || !s.withdrawn {
		return
	}
	if c, ok := s.Concept(code); ok {
		n.old(s, c, field, said, report)
	}
}

// Proposal is the concept that was probably meant by words that the vocabulary
// of a field does not have: the nearest by its trigrams.
func (v *Vocabularies) Proposal(field, said string) (Concept, bool) {
	s, ok := v.Scheme(FieldScheme(field))
	if !ok {
		return Concept{}, false
	}
	return s.Nearest(said)
}

// Perhaps is the proposal for said as the end of a sentence, "; perhaps:
// Biblioteca", or "".
func (v *Vocabularies) Perhaps(field, said string) string {
	c, ok := v.Proposal(field, said)
	if !ok {
		return ""
	}
	return "; perhaps: " + c.Label
}

// otherFormat sets a format that the EU's table has and ours does not: nothing
// more is known of it.
func (n *Normalizer) otherFormat(d *Distribution, said string) bool {
	s, ok := n.vocab.Scheme("other-file-types")
	if !ok || said == "" {
		return false
	}
	c, ok := s.Recognise(said)
	if ok {
		d.Format, d.FormatURI = strings.ToLower(c.Code), c.URI
	}
	return ok
}

// term is the code of the concept that a field of a distribution says, and what
// it says where that is something else.
func (n *Normalizer) term(field, said string, report reporter) (code, declared string) {
	s, ok := n.vocab.Scheme(FieldScheme(field))
	if said = clean(said); said == "" || !ok {
		return said, ""
	}
	c, ok := s.Recognise(said)
	if !ok {
		report("term-unknown", field, said, "a term of "+s.Title+n.vocab.Perhaps(field, said))
		return "", said
	}
	n.old(s, c, field, said, report)
	if c.Code == said {
		return said, ""
	}
	return c.Code, said
}
