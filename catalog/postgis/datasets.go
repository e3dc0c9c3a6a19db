package postgis

import (
	"context"
	"fmt"
	"slices"

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
	f, err := newFilter(catalog.Query{Collection: catalog.KindDataset.Collection(), Text: q.Text, Themes: q.Themes, Bodies: q.Bodies}, except...)
	if err != nil {
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
	hasRows       = `exists (select from layer where dataset = published.id)`
)

// datasetFacets are the facets of datasets and the values that each counts:
// expressions on published, or on d, one of its formats.
var datasetFacets = []struct {
	part
	value, from string
}{
	{partTheme, "theme", ""},
	{partBody, "body_id", ""},
	{partFormat, "d.format", ", lateral (select distinct lower(d ->> 'format') as format from jsonb_array_elements(" + distributions + ") d) d"},
	{partLicence, "licence", ""},
	{partRows, "case when " + hasRows + " then 'qui' else 'altri' end", ""},
}

// Datasets finds datasets, with facets: each counted with every filter of q but
// its own.
func (s *Store) Datasets(ctx context.Context, q catalog.DatasetQuery) (catalog.DatasetResults, error) {
	res := catalog.DatasetResults{Facets: map[string][]catalog.Facet{}}
	for _, facet := range datasetFacets {
		if err := s.countDatasets(ctx, q, facet.part, facet.value, facet.from, res.Facets); err != nil {
			return res, fmt.Errorf("datasets by %s: %w", facet.part, err)
		}
	}
	if err := s.Labels(ctx, res.Facets); err != nil {
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

func (s *Store) countDatasets(ctx context.Context, q catalog.DatasetQuery, p part, value, from string, into map[string][]catalog.Facet) error {
	f, err := datasetFilter(q, p)
	if err != nil {
		return err
	}
	rows, _ := s.public.Query(ctx, fmt.Sprintf(`
select coalesce(%s, ''), count(*)
from published%s
where %s
group by 1
order by 2 desc, 1`, value, from, f.where()), f.args...)
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (v catalog.Facet, err error) {
		err = row.Scan(&v.Value, &v.Count)
		return v, err
	})
	into[string(p)] = slices.DeleteFunc(list, func(v catalog.Facet) bool { return v.Value == "" })
	return err
}

// datasetHits is the asked page of the datasets that f selects.
func (s *Store) datasetHits(ctx context.Context, q catalog.DatasetQuery, f *filter) ([]catalog.DatasetHit, error) {
	order := "plain(title), id"
	switch {
	case q.Order == catalog.OrderUpdated:
		order = "updated desc, id"
	case q.Text != "" && q.Order != catalog.OrderTitle:
		order = f.score(q.Text) + " desc, plain(title), id"
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
	hits := make([]catalog.DatasetHit, len(records))
	for i, r := range records {
		hits[i] = catalog.DatasetHit{Record: r, Tables: len(tables[r.ID])}
		for _, t := range tables[r.ID] {
			hits[i].Records += t.Count
		}
	}
	return hits, nil
}
