package portal

import (
	"context"
	"errors"
	"html/template"
	"strings"
	"time"

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
	URL   template.URL
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
		o := describer{Title: st.Title, URL: template.URL(webURL(st.URL))}
		if st.Changed != nil {
			o.Day = day(st.Changed.In(catalog.Rome))
		}
		origins = append(origins, o)
	}
	for _, f := range catalog.Facts(rec, list) {
		named := saying{Name: or(s.texts["campo."+f.Field], s.texts["colonna."+f.Field], f.Field), By: titlesOf(f.By)}
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
	for i, v := range list {
		if runes := []rune(v.Text); len(runes) > maxSaidValue {
			list[i].Text = strings.TrimSpace(string(runes[:maxSaidValue])) + "…"
		}
	}
	return list
}

func titlesOf(list []catalog.Claimed) string {
	titles := make([]string, len(list))
	for i, c := range list {
		titles[i] = c.Title
	}
	return strings.Join(titles, ", ")
}

// checked says who has looked whether rec is true, and when, or that nobody has; late: it
// should be done again.
func (s *server) checked(ctx context.Context, rec *catalog.Record) (text string, late bool, err error) {
	if rec.Kind.CheckedEvery() == 0 {
		return "", false, nil
	}
	c, err := s.store.LastCheck(ctx, rec.ID)
	switch {
	case errors.Is(err, catalog.ErrNotFound):
		return s.texts.t("controllo.mai"), false, nil
	case err != nil:
		return "", false, err
	}
	if due := c.Due(rec.Kind); due.Before(time.Now()) {
		return s.texts.t("controllo.scaduto", c.Body, day(c.At.In(catalog.Rome)), day(due.In(catalog.Rome))), true, nil
	}
	return s.texts.t("controllo.fatto", c.Body, day(c.At.In(catalog.Rome))), false, nil
}
