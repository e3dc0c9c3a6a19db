package postgis

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/maypok86/otter/v2"

	"po-net.prato.it/ponet/catalog"
)

// maxFacet is the most values one facet lists, those with most results first.
const maxFacet = 100

// facetColumns are the facets, each with its column.
var facetColumns = []struct {
	part
	column string
}{
	{partTheme, "theme"}, {partType, "type"}, {partMunicipality, "municipality"}, {partBody, "body_id"}, {partCollection, "collection"},
}

// A countCache holds what was counted last: pages and orders of one search share
// it, and a million records take a while to count.
type countCache[T any] struct {
	once    sync.Once
	byQuery *otter.Cache[string, T]
}

type facetCache = countCache[map[string][]catalog.Facet]

// maxCachedCounts is how many are kept; a set of facets is a few kilobytes.
const maxCachedCounts = 1000

// facets counts the results by theme, type, municipality, body and collection,
// each with every filter of q but its own, so that one sees what another choice
// would give. What was counted at the same mark is not counted again.
func (s *Store) facets(ctx context.Context, q catalog.Query, mark int64) (map[string][]catalog.Facet, error) {
	q.Order, q.Limit, q.Offset, q.After, q.Before = "", 0, 0, "", ""
	if q.RadiusMetres == 0 {
		q.Near = nil
	}
	return s.facetCache.get(ctx, mark, q, func(ctx context.Context) (map[string][]catalog.Facet, error) { return s.countFacets(ctx, q) })
}

// get is the count of query at mark, counted once.
func (c *countCache[T]) get(ctx context.Context, mark int64, query any, count func(context.Context) (T, error)) (T, error) {
	c.once.Do(func() {
		c.byQuery = otter.Must(&otter.Options[string, T]{MaximumSize: maxCachedCounts})
	})
	key, err := json.Marshal(query)
	if err != nil {
		var none T
		return none, fmt.Errorf("counts: %w", err)
	}
	return c.byQuery.Get(ctx, fmt.Sprintf("%d %T %s", mark, query, key),
		otter.LoaderFunc[string, T](func(ctx context.Context, _ string) (T, error) { return count(ctx) }))
}

// countFacets counts what facets keeps. Facets without a filter share one pass.
func (s *Store) countFacets(ctx context.Context, q catalog.Query) (map[string][]catalog.Facet, error) {
	facets := map[string][]catalog.Facet{}
	chosen := map[part]bool{
		partTheme: len(q.Themes) > 0, partType: len(q.Types) > 0, partMunicipality: len(q.Municipalities) > 0,
		partBody: len(q.Bodies) > 0, partCollection: q.Collection != "",
	}
	var free []string
	for _, c := range facetColumns {
		facets[string(c.part)] = nil
		if !chosen[c.part] {
			free = append(free, c.column)
		} else if err := s.tally(ctx, q, facets, []string{c.column}, c.part); err != nil {
			return nil, err
		}
	}
	if len(free) > 0 {
		if err := s.tally(ctx, q, facets, free); err != nil {
			return nil, err
		}
	}
	for _, list := range facets {
		slices.SortFunc(list, func(a, b catalog.Facet) int {
			return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
		})
	}
	return facets, s.Labels(ctx, facets)
}

// tally counts the values of columns among what q selects without the parts except.
func (s *Store) tally(ctx context.Context, q catalog.Query, into map[string][]catalog.Facet, columns []string, except ...part) error {
	f, err := newFilter(q, except...)
	if err != nil {
		return err
	}
	which := "case"
	for _, c := range facetColumns {
		if slices.Contains(columns, c.column) {
			which += fmt.Sprintf(" when grouping(%s) = 0 then '%s'", c.column, c.part)
		}
	}
	which += " end"
	rows, _ := s.public.Query(ctx, fmt.Sprintf(`
select %s, coalesce(%s, ''), count(*)
from %s published
where %s
group by grouping sets ((%s))`, which, strings.Join(columns, ", "), f.table, f.where(), strings.Join(columns, "), (")), f.args...)
	var name string
	var v catalog.Facet
	_, err = pgx.ForEachRow(rows, []any{&name, &v.Value, &v.Count}, func() error {
		if v.Value != "" {
			into[name] = append(into[name], v)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("facets: %w", err)
	}
	return nil
}

// Labels cuts each facet to what is shown and gives its values their words.
func (s *Store) Labels(ctx context.Context, facets map[string][]catalog.Facet) error {
	var types, bodies, collections []string
	for name, list := range facets {
		list = list[:min(len(list), maxFacet)]
		facets[name] = list
		for i := range list {
			v := &list[i]
			v.Label = v.Value
			switch part(name) {
			case partTheme:
				v.Label = themeLabels[catalog.Theme(v.Value)]
			case partType:
				types = append(types, v.Value)
			case partBody:
				bodies = append(bodies, v.Value)
			case partCollection:
				collections = append(collections, v.Value)
			}
		}
	}
	rows, _ := s.public.Query(ctx, `
		select 'type', t, (
			select properties ->> 'type_label'
			from published
			where type = t and type <> ''
			limit 1)
		from unnest($1::text[]) t
		union all
		select 'body', id, name
		from body
		where id = any($2)
		union all
		select 'collection', l.collection, s.title
		from layer l
		join source s on s.id = l.source_id
		where l.collection = any($3)`, types, bodies, collections)
	var name, value string
	var label *string
	labels := map[[2]string]string{}
	_, err := pgx.ForEachRow(rows, []any{&name, &value, &label}, func() error {
		if label != nil && *label != "" {
			labels[[2]string{name, value}] = *label
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("labels of facets: %w", err)
	}
	for name, list := range facets {
		for i, v := range list {
			if l := labels[[2]string{name, v.Value}]; l != "" {
				list[i].Label = l
			}
			if k, ok := catalog.KindOfCollection(v.Value); ok && part(name) == partCollection {
				list[i].Label = kindTitles[k][0]
			}
		}
	}
	return nil
}

// themeLabels are the portal's names of the four themes.
var themeLabels = map[catalog.Theme]string{
	catalog.ThemeCulture:      "Patrimonio culturale",
	catalog.ThemeEnvironment:  "Ambiente",
	catalog.ThemeTraining:     "Formazione",
	catalog.ThemeInstitutions: "Istituzioni e servizi",
}
