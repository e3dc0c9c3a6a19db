package postgis

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// maxRelated is the most records that one Related gives.
const maxRelated = 60

// Related are the published records that r names by their key, and those that
// name r by its own: of the same source only, since a key means nothing in
// another. What is named by r comes first.
func (s *Store) Related(ctx context.Context, r *catalog.Record) ([]catalog.Relation, error) {
	named := r.Named()
	var keys []string
	for _, k := range named {
		keys = append(keys, k...)
	}
	naming, err := naming(r.SourceKey)
	if err != nil {
		return nil, err
	}
	rows, _ := s.public.Query(ctx, `
		select `+recordColumns+`
		from published
		where source_id = $1 and id <> $4 and (source_key = any($2) or properties @> any($3::jsonb[]))
		order by plain(title), id
		limit $5`, r.SourceID, keys, naming, r.ID, maxRelated)
	records, err := pgx.CollectRows(rows, scanRecord)
	if err != nil {
		return nil, fmt.Errorf("record %s: related: %w", r.ID, err)
	}
	var forth, back []catalog.Relation
	for _, other := range records {
		theirs := other.Named()
		for _, property := range catalog.References {
			if slices.Contains(named[property], other.SourceKey) {
				forth = append(forth, catalog.Relation{Property: property, Key: other.SourceKey, Record: other})
			}
			if slices.Contains(theirs[property], r.SourceKey) {
				back = append(back, catalog.Relation{Property: property, Inverse: true, Key: r.SourceKey, Record: other})
			}
		}
	}
	return append(forth, back...), nil
}

// naming are what properties contain that name a record by its key.
func naming(key string) ([]string, error) {
	if key == "" {
		return nil, nil
	}
	var list []string
	for _, property := range catalog.References {
		for _, one := range []any{key, map[string]any{"id": key}, map[string]any{"code": key}} {
			for _, value := range []any{one, []any{one}} {
				b, err := json.Marshal(map[string]any{property: value})
				if err != nil {
					return nil, err
				}
				list = append(list, string(b))
			}
		}
	}
	return list, nil
}
