package portal

import (
	"context"
	"html/template"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// A saying is a fact of a record that several sources describe: who says so, and who
// says otherwise.
type saying struct {
	Name   string
	Values []detailValue // none: see catalog.Fact
	By     string
	Others []otherSaying
}

// An otherSaying is what another source says instead.
type otherSaying struct {
	Values []detailValue
	By     string
}

// A describer is a source of a record that several describe: who gave it, and when it last changed there.
type describer struct {
	Title string
	URL   template.URL // of its page there, or of what it said
	There bool         // URL is its page there
	Day   string
}

// says are who describes rec, and who says what; nothing where one source alone does.
func (s *server) says(ctx context.Context, rec *catalog.Record) (origins []describer, facts []saying, err error) {
	if rec.Provenance() == nil {
		return nil, nil, nil
	}
	list, err := s.store.Statements(ctx, rec.ID)
	if err != nil {
		return nil, nil, err
	}
	for _, st := range list {
		there := webURL(st.URL)
		o := describer{Title: st.Title, URL: template.URL(or(there, s.recordReceiptPath(st.Source, rec.ID))), There: there != ""}
		if st.Changed != nil {
			o.Day = romeDay(*st.Changed)
		}
		origins = append(origins, o)
	}
	for _, f := range catalog.Facts(rec, list) {
		named := saying{Name: or(s.texts["campo."+f.Field], s.texts["colonna."+f.Field], f.Field), By: s.agreed(f, len(list))}
		if f.Value != nil {
			named.Values = s.saidValues(f.Field, f.Value)
		}
		for _, o := range f.Others {
			named.Others = append(named.Others, otherSaying{s.saidValues(f.Field, o.Value), o.Title})
		}
		facts = append(facts, named)
	}
	return origins, facts, nil
}

// maxSaidValue is how many characters of a value are told beside those of others.
const maxSaidValue = 200

// saidValues are the lines of a value, shortened.
func (s *server) saidValues(field string, value any) []detailValue {
	list := s.detailValues(field, value)
	if text, ok := value.(string); ok && field == "opening_hours" {
		list = []detailValue{{Text: hoursText(text)}}
	}
	for i, v := range list {
		if runes := []rune(v.Text); len(runes) > maxSaidValue {
			list[i].Text = strings.TrimSpace(string(runes[:maxSaidValue])) + "…"
		}
	}
	return list
}

// agreed says who says what is shown, of so many sources; "" when nobody does.
func (s *server) agreed(f catalog.Fact, sources int) string {
	switch len(f.By) {
	case 0:
		return ""
	case sources:
		return s.texts.t("dice.tutte")
	}
	titles := make([]string, len(f.By))
	for i, c := range f.By {
		titles[i] = c.Title
	}
	return s.texts.t("dice.secondo", strings.Join(titles, "; "))
}
