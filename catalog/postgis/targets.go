package postgis

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// name fills in what each of records, which are published, names, and the datasets
// whose rows they are. What only lies around it is no part of what a record says.
func name(ctx context.Context, tx pgx.Tx, records []*catalog.Record) error {
	byID := make(map[string]*catalog.Record, len(records))
	ids := make([]string, 0, len(records))
	for _, r := range records {
		byID[r.ID] = r
		ids = append(ids, r.ID)
	}
	rows, _ := tx.Query(ctx, `
		with asked as materialized (
			select unnest($1::uuid[]) as id
		), own as materialized (
			select k.own, a.id from asked a, lateral (select k.own from known_as k where k.id = a.id offset 0) k
		), told (id, type, back, target) as (
			select o.id, f.type, coalesce(f.back, false), x.id
			from own o join tied t on t.own = o.own and t.id = o.id, `+named+`, `+one+`
			where x.id <> o.id
			union
			select c.record_id, 'documented_by', false, l.dataset
			from asked a, lateral (select * from contribution c where c.record_id = a.id offset 0) c join layer l on l.source_id = c.source_id and l.name = c.layer
			where c.missed < 2 and l.dataset <> a.id and not l.folded
		)
		select t.id::text, t.type, t.back, p.id::text, p.title, p.licence
		from told t, lateral (select id, title, licence from published p where p.id = t.target offset 0) p
		order by t.id, p.title, p.id`, ids)
	var id, kind string
	var back bool
	var target catalog.Target
	_, err := pgx.ForEachRow(rows, []any{&id, &kind, &back, &target.ID, &target.Title, &target.Licence}, func() error {
		if t, ok := catalog.RelationTypeOf(kind); ok {
			target.Direction = catalog.Direction{RelationType: t, Back: back}.Name()
			byID[id].Targets = append(byID[id].Targets, target)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("what records name: %w", err)
	}
	return nil
}
