package portal

import (
	"encoding/json"
	"html/template"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// A detail is a fact of a record's kind, by its name in spec/metadata.md §1 put
// into words.
type detail struct {
	Name   string
	Values []detailValue
	Long   bool // a text for which a column is too narrow
}

// longText is how many bytes a detail has that stands across the page, after the
// short ones.
const longText = 240

func newDetail(name string, values []detailValue) detail {
	return detail{name, values, slices.ContainsFunc(values, func(v detailValue) bool { return len(v.Text) > longText })}
}

// A detailValue is one line of it.
type detailValue struct {
	Text string
	URL  template.URL // made by webURL, telURL or mailURL
}

// shownElsewhere are properties that pages show in their own way, or that
// people need not see.
var shownElsewhere = []string{
	"occurrences", "distributions", "instances", "keywords", "url", "code", "identifier", "modified",
	"rights_holder", "publisher", "fields", "also_published_on", "provenance", "federated_nationally", "uri", "copy_of", "origin", "origin_name", "is_spatial", "rrule", "exdates", "event_type", "geometry_source",
	"same_as", "serves_datasets", "place_type", "poi_category", "channel_types", "input_types", "output_types",
}

// declaredSuffix ends the names of properties that keep the source's words beside
// ours.
const declaredSuffix = "_declared"

// details are the facts of rec that have a name of ours, and the rest: the
// source's own columns.
func (s *server) details(rec *catalog.Record) (known []detail, rest []fact) {
	for _, p := range rec.Properties {
		if name, said := strings.CutSuffix(p.Name, declaredSuffix); said && catalog.FieldScheme(name) != "" && rec.Properties.Get(name) == nil {
			p.Name = name // no term could be told: the source's own words are better than none
		}
		elsewhere := slices.Contains(shownElsewhere, p.Name) || strings.HasSuffix(p.Name, declaredSuffix)
		if slices.Contains(ourProperties, p.Name) || elsewhere && rec.Kind != catalog.KindFeature {
			continue
		}
		label, named := s.texts["campo."+p.Name]
		if !named || rec.Kind == catalog.KindFeature {
			if f, ok := s.columnFact(p); ok {
				rest = append(rest, f)
			}
			continue
		}
		if s.inBrief(p) {
			continue
		}
		if values := s.detailValues(p.Name, p.Value); len(values) > 0 {
			known = append(known, newDetail(label, values))
		}
	}
	return shortFirst(known), rest
}

// shortFirst is list with its long texts at the end.
func shortFirst(list []detail) []detail {
	var short, long []detail
	for _, d := range list {
		if d.Long {
			long = append(long, d)
		} else {
			short = append(short, d)
		}
	}
	return append(short, long...)
}

// inBrief reports whether a property is already in «In breve».
func (s *server) inBrief(p catalog.Property) bool {
	for _, f := range briefProperties {
		if f.property == p.Name {
			return s.oneLine(p.Name, p.Value) != ""
		}
	}
	return false
}

// columnFact is a column of the source: its name in words, with the one that the
// source gives it, and its value as people read it. Texts stay as they are unless
// they are a date or an address: what a code of the source means, only it knows.
func (s *server) columnFact(p catalog.Property) (fact, bool) {
	f := fact{Name: readable(p.Name), Original: p.Name}
	f.Told = !strings.EqualFold(f.Name, f.Original)
	switch v := p.Value.(type) {
	case string:
		f.Value = dayOf(strings.TrimSpace(v))
		if isWeb(v) {
			f.Value, f.URL, f.External = shortURL(v), template.URL(v), true
		} else if u := mailURL(v); u != "" {
			f.URL = template.URL(u)
		}
	case json.RawMessage:
		f.Value = s.wordsOf(p.Name, v)
	default:
		f.Value = s.valueText(v)
	}
	f.Value = clip(f.Value, maxColumnText)
	return f, f.Value != ""
}

const maxColumnText = 2000 // bytes of a column's value on a page

// detailValues puts a property into words, a line for each of its values.
func (s *server) detailValues(name string, value any) []detailValue {
	if texts, ok := value.(json.RawMessage); !ok || listsTexts(texts) {
		if known, ok := s.conceptValues(name, value); ok {
			return known
		}
	}
	switch v := value.(type) {
	case []string:
		var out []detailValue
		for _, each := range v {
			out = append(out, s.detailText(each)...)
		}
		return out
	case string:
		return s.detailText(v)
	case json.RawMessage:
		var any any
		if json.Unmarshal(v, &any) != nil {
			return nil
		}
		return s.detailJSON(name, any)
	}
	text := s.valueText(value)
	if text == "" {
		return nil
	}
	if unit, ok := s.texts["misura."+name]; ok {
		text += " " + unit
	}
	return []detailValue{{Text: text}}
}

// listsTexts reports whether a list holds texts, and not structures.
func listsTexts(list json.RawMessage) bool {
	var texts []string
	return json.Unmarshal(list, &texts) == nil
}

// detailText is a text in words: a code of ours, a date, a duration or an
// address become what people say; anything else stays.
func (s *server) detailText(v string) []detailValue {
	v = strings.TrimSpace(v)
	if v == "" {
		return nil
	}
	if words, ok := s.texts["valore."+strings.ToLower(v)]; ok {
		return []detailValue{{Text: words}}
	}
	if isWeb(v) {
		return []detailValue{{Text: shortURL(v), URL: template.URL(v)}}
	}
	if u := mailURL(v); u != "" {
		return []detailValue{{Text: v, URL: template.URL(u)}}
	}
	if catalog.IsE164(v) {
		return []detailValue{{Text: catalog.SpokenPhone(v)}}
	}
	if words, ok := s.duration(v); ok {
		return []detailValue{{Text: words}}
	}
	return []detailValue{{Text: dayOf(v)}}
}

// detailJSON is a structure in words: each object a line, its parts in the order
// in which people say them.
func (s *server) detailJSON(name string, value any) []detailValue {
	switch v := value.(type) {
	case []any:
		var out []detailValue
		for _, each := range v {
			out = append(out, s.detailJSON(name, each)...)
		}
		return out
	case map[string]any:
		if line := s.objectLine(name, v); line.Text != "" {
			return []detailValue{line}
		}
		return nil
	case string:
		return s.detailText(v)
	case nil:
		return nil
	}
	return s.detailValues(name, value)
}
