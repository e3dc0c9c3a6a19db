package catalog

import (
	"slices"
)

// Fed is what of the records of a source comes from one of its fields.
type Fed struct {
	Columns    bool     // it is a column of a table; else only the reader of its protocol knows it
	Key        bool     // descriptions are named by it
	Columnar   bool     // more than properties come from it: title, place, time, body …
	Properties []string // published names
}

// only are the fields of ours that nothing but a property is made of.
var only = []string{"address", "postcode", "phone", "email", "certified_email", "website", "image", "keywords", "url", "code", "modified", "province"}

// beside are the properties that are made of a field besides its own.
var beside = map[string][]string{
	"phone": {"phones", "phone_declared"}, "email": {"emails", "certified_email", "certified_emails", "email_declared"},
	"certified_email": {"certified_emails", "email_declared"}, "website": {"website_declared"},
}

// Feed adds to f what comes from field in a layer of s.
func (s Source) Feed(f *Fed, layer *Layer, field string) {
	mine := map[int]bool{}
	add := func(name string) {
		if !slices.Contains(f.Properties, name) {
			f.Properties = append(f.Properties, name)
		}
	}
	for i, c := range layer.Columns {
		if PartOf(c.Name, field) {
			mine[i], f.Columns = true, true
			add(c.Name)
			add("source_" + c.Name)
			add(c.Name + declared)
		}
	}
	mapping := s.Mapping.over(layer.Guess)
	for ours, text := range mapping.Fields {
		e, err := parseExpression(text, layer)
		if err != nil || !slices.ContainsFunc(e, func(t term) bool { return mine[t.column] }) {
			continue
		}
		add(ours)
		for _, name := range beside[ours] {
			add(name)
		}
		f.Columnar = f.Columnar || !slices.Contains(only, ours)
	}
	f.Key = f.Key || len(mine) > 0 && slices.ContainsFunc(append(slices.Clone(mapping.Key), layer.Guess.Key...), func(k string) bool { return PartOf(k, field) })
}

// LeavingOut is the mapping m, of which a field is stored no more: it drops it,
// and maps nothing to it.
func (m Mapping) LeavingOut(field string, layers []*Layer) Mapping {
	fields := map[string]string{}
	for ours, text := range m.Fields {
		uses := slices.ContainsFunc(layers, func(l *Layer) bool {
			e, err := parseExpression(text, l)
			return err == nil && slices.ContainsFunc(e, func(t term) bool { return t.column >= 0 && PartOf(l.Columns[t.column].Name, field) })
		})
		if !uses {
			fields[ours] = text
		}
	}
	m.Fields = fields
	if !slices.ContainsFunc(m.Drop, func(d string) bool { return SameName(d, field) }) {
		m.Drop = append(slices.Clone(m.Drop), field)
	}
	return m
}
