package postgis

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

const (
	// minTyped is the letters after which suggestions begin.
	minTyped = 2
	// maxTyped is the characters of the text that are looked at.
	maxTyped = 100
	// maxNames is how many names that match are weighed against each other.
	maxNames = 200
)

// Suggest completes what is being typed: names of records, municipalities,
// types and themes, none of which leads to an empty page. Accents, apostrophes
// and one typing error do not matter.
func (s *Store) Suggest(ctx context.Context, text string, limit int) ([]catalog.Suggestion, error) {
	if limit <= 0 || limit > catalog.MaxSuggestions {
		limit = catalog.MaxSuggestions
	}
	words := catalog.Words(string([]rune(text)[:min(maxTyped, len([]rune(text)))]))
	if len([]rune(strings.Join(words, ""))) < minTyped {
		return nil, nil
	}
	terms, err := s.terms(ctx)
	if err != nil {
		return nil, fmt.Errorf("suggestions: %w", err)
	}
	names, err := s.names(ctx, words, limit)
	if err != nil {
		return nil, fmt.Errorf("suggestions: %w", err)
	}
	sides := terms.matching(words, 0)
	if len(names)+len(sides) == 0 {
		sides = terms.matching(words, 1)
		if names, err = s.mistyped(ctx, words, limit); err != nil {
			return nil, fmt.Errorf("suggestions: %w", err)
		}
	}
	found := append(names, sides...)
	if len(found) < limit { // there is room behind all else
		streets, err := s.streets(ctx, text)
		if err != nil {
			return nil, fmt.Errorf("suggestions: %w", err)
		}
		found = append(found, streets...)
	}
	return catalog.Suggestions(limit, found), nil
}

// streets are those whose name has the words of text, and a word more than "via".
func (s *Store) streets(ctx context.Context, text string) ([]catalog.Suggestion, error) {
	if !catalog.NamesStreet(text) {
		return nil, nil
	}
	f, err := newFilter(catalog.Query{Text: text, Collection: catalog.KindStreet.Collection()})
	if err != nil {
		return nil, err
	}
	rows, _ := s.public.Query(ctx, fmt.Sprintf(`
		select title, municipality, id, kind, slug
		from published
		where %s
		order by length(title), title, id
		limit %s`, f.where(), f.arg(catalog.MaxSuggestions)), f.args...)
	return pgx.CollectRows(rows, scanSuggestion)
}

// scanSuggestion reads title, note, id, kind and slug of a record.
func scanSuggestion(row pgx.CollectableRow) (catalog.Suggestion, error) {
	var g catalog.Suggestion
	var id uuid.UUID
	var kind catalog.Kind
	var slug string
	err := row.Scan(&g.Text, &g.Note, &id, &kind, &slug)
	g.Group, g.ID = catalog.GroupOf(kind), id.String()
	g.Path = "/" + kind.Path() + "/" + strings.TrimPrefix(slug+"-"+g.ID, "-")
	return g, err
}

// mistyped are the names for words with their typing errors put right.
func (s *Store) mistyped(ctx context.Context, words []string, limit int) ([]catalog.Suggestion, error) {
	better, err := s.correct(ctx, words, true)
	if err != nil || better == nil {
		return nil, err
	}
	return s.names(ctx, better, limit)
}

// names are the records whose name has a word for each of words, as its
// beginning; those whose name begins so come first.
func (s *Store) names(ctx context.Context, words []string, limit int) ([]catalog.Suggestion, error) {
	typed := " " + strings.Join(words, " ")
	// From where such names begin, in order: a range would be guessed to be small,
	// and read as a whole.
	f := &filter{}
	f.add("typed ~>=~ %s", typed)
	list, err := s.readNames(ctx, f, "order by typed using ~<~", typed, limit)
	if err != nil || len(list) >= limit || len([]rune(typed)) <= minTyped+1 {
		return list, err
	}
	f = &filter{}
	for _, w := range words {
		f.add("typed like %s", "% "+w+"%")
	}
	more, err := s.readNames(ctx, f, "", typed, limit)
	for _, m := range more {
		if len(list) < limit && !slices.Contains(list, m) {
			list = append(list, m)
		}
	}
	return list, err
}

func (s *Store) readNames(ctx context.Context, f *filter, order, typed string, limit int) ([]catalog.Suggestion, error) {
	begins := "true"
	if order != "" {
		begins = "starts_with(n.typed, " + f.arg(typed) + ")"
	}
	rows, _ := s.public.Query(ctx, fmt.Sprintf(`
		select n.text, n.note, r.id, r.kind, r.slug
		from (
			select record_id, text, note, weight, typed
			from name
			where %s
			%s
			limit %d) n
		cross join lateral (
			select id, kind, slug
			from published
			where id = n.record_id and kind <> 'feature'
			offset 0) r
		where %s
		order by starts_with(n.typed, %s) desc, n.weight desc, length(n.text), n.text, r.id
		limit %s`, f.where(), order, maxNames, begins, f.arg(typed), f.arg(limit)), f.args...)
	return pgx.CollectRows(rows, scanSuggestion)
}

// terms are the municipalities and subjects that have records at a mark.
type terms struct {
	mark int64
	list []term
}

// A term is a suggestion with the words by which it is found.
type term struct {
	catalog.Suggestion
	words []string
}

// termCache keeps the terms of the newest mark.
type termCache struct {
	mu sync.Mutex
	terms
	again time.Time // before this they are not read again
}

// terms reads the municipalities, types and themes of published records that a
// search without more finds, which datasets are not, when something was
// published since the last time. The recursive queries step from
// one value to the next in the index.
func (s *Store) terms(ctx context.Context) (terms, error) {
	mark, err := s.Mark(ctx, "")
	if err != nil {
		return terms{}, err
	}
	s.termCache.mu.Lock()
	defer s.termCache.mu.Unlock()
	began := time.Now()
	if s.termCache.mark == mark && mark > 0 || began.Before(s.termCache.again) {
		return s.termCache.terms, nil
	}
	rows, _ := s.public.Query(ctx, `
		with recursive town as (
			(select municipality, istat_code from published where municipality <> '' and kind not in ('dataset', 'street', 'address') order by plain(municipality) limit 1)
			union all
			select n.* from town t, lateral (
				select municipality, istat_code
				from published
				where municipality <> '' and kind not in ('dataset', 'street', 'address') and plain(municipality) > plain(t.municipality)
				order by plain(municipality)
				limit 1) n
		), sort as (
			(select type, properties ->> 'type_label' as label, theme from published where type <> '' and kind not in ('dataset', 'street', 'address') order by type limit 1)
			union all
			select n.* from sort t, lateral (
				select type, properties ->> 'type_label', theme
				from published
				where type <> '' and kind not in ('dataset', 'street', 'address') and type > t.type
				order by type
				limit 1) n
		)
		select 'comune', municipality, municipality, '' from town
		union all
		select 'tipo', type, coalesce(label, type), theme from sort
		union all
		select 'tema', t, t, '' from unnest($1::text[]) t where exists (select from published where theme = t and kind not in ('dataset', 'street', 'address'))`, texts(catalog.Themes))
	var list []term
	var parameter, value, label, theme string
	_, err = pgx.ForEachRow(rows, []any{&parameter, &value, &label, &theme}, func() error {
		t := term{Suggestion: catalog.Suggestion{Group: catalog.GroupSubjects, Text: label, Path: "/mappa?" + parameter + "=" + url.QueryEscape(value)}}
		switch parameter {
		case "comune":
			t.Group, t.Note = catalog.GroupMunicipalities, "comune"
		case "tipo":
			t.Note = themeLabels[catalog.Theme(theme)]
		case "tema":
			t.Text, t.Note = themeLabels[catalog.Theme(value)], "tema"
		}
		t.words = catalog.Words(t.Text)
		list = append(list, t)
		return nil
	})
	if err != nil {
		return terms{}, err
	}
	s.termCache.terms = terms{mark: mark, list: list}
	s.termCache.again = time.Now().Add(10 * time.Since(began)) // a harvest changes them many times a second
	return s.termCache.terms, nil
}

// matching are the terms with a word for each of words as its beginning, give
// or take that many typing errors, the shortest first.
func (t terms) matching(words []string, errors int) []catalog.Suggestion {
	var out []catalog.Suggestion
	for _, term := range t.list {
		if term.begins(words, errors) {
			out = append(out, term.Suggestion)
		}
	}
	slices.SortStableFunc(out, func(a, b catalog.Suggestion) int { return len(a.Text) - len(b.Text) })
	return out
}

// begins reports whether each of words is the beginning of a word of t; only
// words of four letters may hold an error.
func (t term) begins(words []string, errors int) bool {
	for _, w := range words {
		if !slices.ContainsFunc(t.words, func(of string) bool {
			return strings.HasPrefix(of, w) || errors > 0 && len(w) > minPrefix && alike(w, of) && catalog.PrefixErrors(w, of) <= errors
		}) {
			return false
		}
	}
	return true
}

// alike reports whether a may begin b with one typing error, from the first two
// letters: it spares counting the errors of almost all of thousands of names.
func alike(a, b string) bool {
	return len(a) > 1 && len(b) > 1 && (a[0] == b[0] || a[1] == b[1] || a[0] == b[1] || a[1] == b[0])
}
