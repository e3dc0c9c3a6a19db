package postgis

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// Parts of a DatasetQuery that have a facet beside those of a Query.
const (
	partFormat  part = "format"
	partLicence part = "licence"
	partRows    part = "rows"
)

// datasetFilter collects what q asks of the datasets, without the parts named
// in except.
func datasetFilter(q catalog.DatasetQuery, except ...part) (*filter, error) {
	f := &filter{clauses: []string{"collection = 'datasets'"}} // spelled out: its own index is limited to it
	if err := f.apply(catalog.Query{Text: q.Text, Themes: q.Themes, Bodies: q.Bodies}, except...); err != nil {
		return nil, err
	}
	if len(q.Formats) > 0 && !slices.Contains(except, partFormat) {
		f.add("exists (select from jsonb_array_elements("+distributions+") d where lower(d ->> 'format') = any(%s))", q.Formats)
	}
	if len(q.Licences) > 0 && !slices.Contains(except, partLicence) {
		f.among("licence", q.Licences)
	}
	if !slices.Contains(except, partRows) {
		switch q.Rows {
		case catalog.RowsHere:
			f.clauses = append(f.clauses, hasRows)
		case catalog.RowsLink:
			f.clauses = append(f.clauses, "not "+hasRows)
		}
	}
	return f, nil
}

const (
	// distributions are those of a dataset, none when a source has a column of
	// that name that holds something else.
	distributions = `case jsonb_typeof(properties -> 'distributions') when 'array' then properties -> 'distributions' else '[]' end`
	hasRows       = `(exists (select from layer where dataset = published.id) or exists (select from published_datastream d where ` + measures + `))`
	// measures ties a dataset to the datastreams of the source that it is.
	measures = `d.source_id = published.source_id and d.count > 0 and (published.source_key = d.source_id or starts_with(published.source_key, d.source_id || '/'))`
)

// datasetFacets are the facets of datasets and the values that each counts,
// expressions on published; formats are several of each and have a count of their own.
var datasetFacets = []struct {
	part
	value  string
	chosen func(catalog.DatasetQuery) bool
}{
	{partTheme, "theme", func(q catalog.DatasetQuery) bool { return len(q.Themes) > 0 }},
	{partBody, "body_id", func(q catalog.DatasetQuery) bool { return len(q.Bodies) > 0 }},
	{partLicence, "licence", func(q catalog.DatasetQuery) bool { return len(q.Licences) > 0 }},
	{partRows, "case when " + hasRows + " then 'qui' else 'altri' end", func(q catalog.DatasetQuery) bool { return q.Rows != "" }},
}

// Datasets finds datasets, with facets: each counted with every filter of q but
// its own, and not again at the same mark.
func (s *Store) Datasets(ctx context.Context, q catalog.DatasetQuery) (catalog.DatasetResults, error) {
	var res catalog.DatasetResults
	mark, err := s.Mark(ctx, "") // rows that come in change a facet too
	if err != nil {
		return res, err
	}
	counted := q
	counted.Order, counted.Limit, counted.Offset = "", 0, 0
	if res.Facets, err = s.facetCache.get(ctx, mark, counted, func(ctx context.Context) (map[string][]catalog.Facet, error) { return s.countDatasets(ctx, counted) }); err != nil {
		return res, err
	}
	f, err := datasetFilter(q)
	if err != nil {
		return res, err
	}
	if err := s.public.QueryRow(ctx, "select count(*) from published where "+f.where(), f.args...).Scan(&res.Total); err != nil {
		return res, fmt.Errorf("datasets: %w", err)
	}
	res.Hits, err = s.datasetHits(ctx, q, f)
	return res, err
}

// countDatasets counts the facets of q. Those without a filter share one pass.
func (s *Store) countDatasets(ctx context.Context, q catalog.DatasetQuery) (map[string][]catalog.Facet, error) {
	facets := map[string][]catalog.Facet{}
	var free []string
	for _, facet := range datasetFacets {
		facets[string(facet.part)] = nil
		if !facet.chosen(q) {
			free = append(free, fmt.Sprintf("('%s', %s)", facet.part, facet.value))
		} else if err := s.tallyDatasets(ctx, q, fmt.Sprintf("select '%s', %s as value from published", facet.part, facet.value), facets, facet.part); err != nil {
			return nil, err
		}
	}
	formats := fmt.Sprintf("select '%s', d.value from published, lateral (select distinct lower(d ->> 'format') as value from jsonb_array_elements(%s) d) d", partFormat, distributions)
	if err := s.tallyDatasets(ctx, q, formats, facets, partFormat); err != nil {
		return nil, err
	}
	if len(free) > 0 {
		if err := s.tallyDatasets(ctx, q, "select v.name, v.value from published, lateral (values "+strings.Join(free, ", ")+") v(name, value)", facets); err != nil {
			return nil, err
		}
	}
	return facets, s.Labels(ctx, facets)
}

// tallyDatasets counts the pairs of facet and value that from gives, of what q
// selects without the parts except.
func (s *Store) tallyDatasets(ctx context.Context, q catalog.DatasetQuery, from string, into map[string][]catalog.Facet, except ...part) error {
	f, err := datasetFilter(q, except...)
	if err != nil {
		return err
	}
	rows, _ := s.public.Query(ctx, fmt.Sprintf(`
		select name, value, count(*)
		from (%s where %s) t(name, value)
		where value <> ''
		group by name, value
		order by count(*) desc, value`, from, f.where()), f.args...)
	var name string
	var v catalog.Facet
	if _, err := pgx.ForEachRow(rows, []any{&name, &v.Value, &v.Count}, func() error {
		into[name] = append(into[name], v)
		return nil
	}); err != nil {
		return fmt.Errorf("datasets by facet: %w", err)
	}
	return nil
}

// datasetHits is the asked page of the datasets that f selects.
func (s *Store) datasetHits(ctx context.Context, q catalog.DatasetQuery, f *filter) ([]catalog.DatasetHit, error) {
	order := "left(plain(title), 80), id"
	switch {
	case q.Order == catalog.OrderUpdated:
		order = "updated desc, id"
	case q.Text != "" && q.Order != catalog.OrderTitle:
		order = f.score(q.Text) + " desc, left(plain(title), 80), id"
	}
	limit := hitLimit(catalog.Query{Limit: q.Limit})
	rows, _ := s.public.Query(ctx, fmt.Sprintf("select %s from published where %s order by %s limit %s offset %s",
		recordColumns, f.where(), order, f.arg(limit), f.arg(max(0, min(q.Offset, MaxOffset)))), f.args...)
	records, err := pgx.CollectRows(rows, scanRecord)
	if err != nil {
		return nil, fmt.Errorf("datasets: %w", err)
	}
	ids := make([]string, len(records))
	for i, r := range records {
		ids[i] = r.ID
	}
	tables, err := s.tables(ctx, ids)
	if err != nil {
		return nil, err
	}
	measured, err := s.measuredIn(ctx, ids)
	if err != nil {
		return nil, err
	}
	hits := make([]catalog.DatasetHit, len(records))
	for i, r := range records {
		if n := measured[r.ID]; n > 0 && len(tables[r.ID]) == 0 {
			hits[i] = catalog.DatasetHit{Record: r, Tables: 1, Records: n}
			continue
		}
		hits[i] = catalog.DatasetHit{Record: r, Tables: len(tables[r.ID])}
		for _, t := range tables[r.ID] {
			hits[i].Records += t.Count
		}
	}
	return hits, nil
}

// measuredIn is how many measured values each of the datasets has.
func (s *Store) measuredIn(ctx context.Context, ids []string) (map[string]int64, error) {
	rows, _ := s.public.Query(ctx, `
		select published.id::text, sum(d.count)::bigint
		from published
		join published_datastream d on `+measures+`
		where published.id = any($1::uuid[])
		group by published.id`, ids)
	counts := map[string]int64{}
	var id string
	var n int64
	if _, err := pgx.ForEachRow(rows, []any{&id, &n}, func() error { counts[id] = n; return nil }); err != nil {
		return nil, fmt.Errorf("measurements of datasets: %w", err)
	}
	return counts, nil
}
