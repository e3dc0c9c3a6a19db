package postgis

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// Tables are the parts of the dataset called id whose rows are records.
func (s *Store) Tables(ctx context.Context, id string) ([]catalog.Table, error) {
	byDataset, err := s.tables(ctx, []string{id})
	if err != nil {
		return nil, err
	}
	list := byDataset[id]
	for i := range list {
		own := list[i].Collection
		c, err := s.Collection(ctx, own.Name)
		if err != nil {
			return nil, err
		}
		if list[i].Source != "" { // a part of a collection: its own columns, name and licence
			c.Title, c.Licence, c.Body, c.SourceID, c.SourceURL = own.Title, own.Licence, own.Body, own.SourceID, own.SourceURL
			c.Columns = append(c.Columns, own.Columns...)
			c.Count = list[i].Count
		}
		list[i].Collection = c
	}
	return list, nil
}

// tables are the parts of datasets, without what takes a look at the rows.
func (s *Store) tables(ctx context.Context, ids []string) (map[string][]catalog.Table, error) {
	rows, _ := s.public.Query(ctx, `
		select l.dataset::text, l.collection, l.source_id, coalesce(nullif(l.title, ''), s.title), l.columns, s.licence, coalesce(b.name, ''), s.url,
			part, case when part
				then (select count(*) from published p where p.collection = l.collection and p.source_id = l.source_id)
				else coalesce(m.count, 0) end
		from layer l
		join source s on s.id = l.source_id
		left join body b on b.id = s.body_id
		left join collection_mark m on m.collection = l.collection,
		lateral (select l.collection = any($2) or (select count(*) from layer o where o.collection = l.collection) > 1 as part) shared
		where l.dataset = any($1) and s.removed is null and not l.folded
		order by l.collection, l.name`, ids, kindCollections())
	byDataset := map[string][]catalog.Table{}
	var dataset string
	var isPart bool
	var t catalog.Table
	c := &t.Collection
	_, err := pgx.ForEachRow(rows, []any{&dataset, &c.Name, &c.SourceID, &c.Title, &c.Columns, &c.Licence, &c.Body, &c.SourceURL, &isPart, &t.Count}, func() error {
		if isPart {
			t.Source = c.SourceID
		}
		same := func(o catalog.Table) bool { return o.Collection.Name == c.Name && o.Source == t.Source }
		if !slices.ContainsFunc(byDataset[dataset], same) {
			byDataset[dataset] = append(byDataset[dataset], t)
		}
		t = catalog.Table{}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("tables of datasets: %w", err)
	}
	return byDataset, nil
}

// kindCollections are the collections that hold the records of a kind, of
// whichever source.
func kindCollections() []string {
	var names []string
	for _, k := range catalog.Kinds() {
		if c := k.Collection(); c != "" {
			names = append(names, c)
		}
	}
	return names
}

// DatasetOf is the dataset called name by its collection, which is not that of a
// kind, or by the source that it is.
func (s *Store) DatasetOf(ctx context.Context, name string) (*catalog.Record, error) {
	if catalog.ReservedCollection(name) {
		return nil, fmt.Errorf("dataset %q: %w", name, catalog.ErrNotFound)
	}
	return s.oneDataset(ctx, `id = (
		select dataset
		from layer
		where (collection = $1 or source_id = $1) and dataset is not null
		order by collection <> $1, source_id, name
		limit 1)`, name)
}

// DatasetBySlug is the first dataset whose title makes the slug.
func (s *Store) DatasetBySlug(ctx context.Context, slug string) (*catalog.Record, error) {
	return s.oneDataset(ctx, `slug = $1`, slug)
}

func (s *Store) oneDataset(ctx context.Context, where, arg string) (*catalog.Record, error) {
	rows, _ := s.public.Query(ctx, "select "+recordColumns+" from published where collection = 'datasets' and "+where+" order by id limit 1", arg)
	r, err := pgx.CollectExactlyOneRow(rows, scanRecord)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil, fmt.Errorf("dataset %.80q: %w", arg, catalog.ErrNotFound)
	case err != nil:
		return nil, fmt.Errorf("dataset %.80q: %w", arg, err)
	}
	return r, nil
}

// DatasetsOf are the datasets in which the record r appears: of which one of its
// descriptions is a row.
func (s *Store) DatasetsOf(ctx context.Context, r *catalog.Record) ([]*catalog.Record, error) {
	rows, _ := s.public.Query(ctx, "select "+recordColumns+` from published
		where collection = 'datasets' and id <> $1 and id in (
			select l.dataset
			from contribution c join layer l on l.source_id = c.source_id and l.name = c.layer
			where c.record_id = $1 and c.missed < $2 and not l.folded)
		order by plain(title), id
		limit 10`, r.ID, missesToWithdraw)
	list, err := pgx.CollectRows(rows, scanRecord)
	if err != nil {
		return nil, fmt.Errorf("datasets of record %s: %w", r.ID, err)
	}
	return list, nil
}
