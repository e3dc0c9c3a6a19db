package postgis

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// ties are what the description r is called by and what it names, as JSON, nil for
// nothing.
func ties(r *catalog.Record) (handles, refs any, err error) {
	if handles, err = jsonList(r.Handles()); err != nil {
		return nil, nil, err
	}
	refs, err = jsonList(r.References())
	return handles, refs, err
}

// relate keeps what the descriptions on the stage are called by and what they
// name, also of those whose records did not change: the reading of names may have.
// Only what differs is written. Which records are thereby related is found out by
// who asks (see relation.go).
func relate(ctx context.Context, tx pgx.Tx) error {
	if _, err := tx.Exec(ctx, `
		delete from tie using stage
		where own = stage.id and stage.ours and stage.known and handles_said is null and refs_said is null`); err != nil {
		return fmt.Errorf("relations: %w", err)
	}
	// Without a municipality, names and addresses find nothing but the same record.
	_, err := tx.Exec(ctx, `
		insert into tie as t (own, handles, targets, refs)
		select id, h.handles, g.targets, s.refs
		from stage,
			lateral (select ':' || coalesce(nullif(istat_code, ''), id::text) || ':' as town) w,
			lateral (select coalesce(replace(handles_said, $1, w.town), '[]')::jsonb as handles, coalesce(replace(refs_said, $1, w.town), '[]')::jsonb as refs) s,
			lateral (select array(select jsonb_array_elements_text(s.handles)) as handles) h,
			lateral (select array(select distinct jsonb_array_elements_text(f -> 'keys') from jsonb_array_elements(s.refs) f) as targets) g
		where ours and (handles_said is not null or refs_said is not null)
		on conflict (own) do update set handles = excluded.handles, targets = excluded.targets, refs = excluded.refs
		where (t.handles, t.refs) is distinct from (excluded.handles, excluded.refs)`, ":"+catalog.Town+":")
	if err != nil {
		return fmt.Errorf("relations: %w", err)
	}
	return nil
}
