package portal

import (
	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// conceptLabel is what people read for a code that the property called name
// holds; false when it is no concept of its vocabulary.
func (s *server) conceptLabel(name, code string) (string, bool) {
	scheme, ok := datasets.Vocabularies().Scheme(catalog.FieldScheme(name))
	if !ok {
		return "", false
	}
	c, ok := scheme.Concept(code)
	if !ok || c.Label == "" {
		return "", false
	}
	if c.Withdrawn == "" {
		return c.Label, true
	}
	if next, ok := scheme.Concept(c.Successor); ok {
		return s.texts.t("voce.sostituita", c.Label, next.Label), true
	}
	return s.texts.t("voce.ritirata", c.Label), true
}

// conceptValues are the codes of a property in words, false when it has no
// vocabulary. A code that the vocabulary lacks stays.
func (s *server) conceptValues(name string, value any) ([]detailValue, bool) {
	if catalog.FieldScheme(name) == "" {
		return nil, false
	}
	var out []detailValue
	for _, code := range words(value) {
		if label, ok := s.conceptLabel(name, code); ok {
			out = append(out, detailValue{Text: label})
			continue
		}
		out = append(out, s.detailText(code)...)
	}
	return out, true
}

// aboutProperties are those whose concepts say of what a record is about, and
// typeProperties those that say of what type it is.
var (
	aboutProperties = map[catalog.Kind][]string{
		catalog.KindDataset: {"themes", "subthemes", "hvd_categories"},
		catalog.KindService: {"subject_matter", "life_events", "business_events"},
		catalog.KindCourse:  {"fields_of_study"},
	}
	typeProperties = map[catalog.Kind][]string{
		catalog.KindPlace:        {"place_type", "accommodation_type"},
		catalog.KindEvent:        {"event_type"},
		catalog.KindOrganization: {"category", "legal_status"},
	}
)

// ldConcepts adds the concepts of rec under their addresses, by which other
// catalogues know them (schema.org/about, schema.org/additionalType).
func ldConcepts(out map[string]any, rec *catalog.Record) {
	var types, about []any
	for _, name := range typeProperties[rec.Kind] {
		for _, code := range words(rec.Properties.Get(name)) {
			if c := conceptOf(name, code); c.URI != "" {
				types = append(types, c.URI)
			}
		}
	}
	for _, name := range aboutProperties[rec.Kind] {
		for _, code := range words(rec.Properties.Get(name)) {
			if c := conceptOf(name, code); c.URI != "" {
				about = append(about, map[string]any{"@type": "DefinedTerm", "name": c.Label, "url": c.URI})
			}
		}
	}
	setList(out, "additionalType", types)
	setList(out, "about", about)
}

// conceptOf is the concept that a property of a record holds. The types of places
// and events are published as addresses already.
func conceptOf(name, code string) catalog.Concept {
	if name == "place_type" || name == "event_type" {
		return catalog.Concept{URI: string(webURL(code))}
	}
	scheme, ok := datasets.Vocabularies().Scheme(catalog.FieldScheme(name))
	if !ok {
		return catalog.Concept{}
	}
	c, _ := scheme.Concept(code)
	return c
}
