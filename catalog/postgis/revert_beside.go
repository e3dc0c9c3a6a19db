package postgis

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// besides are the tables that follow the records of a run, with the condition by
// which a row t is the one that undo u is about.
var besides = []struct{ name, is string }{
	{"harvested", `t.source_id = u.key ->> 0 and t.layer = u.key ->> 1 and t.key = u.key ->> 2`},
	{"tie", `t.own = (u.key ->> 0)::uuid`},
	{"occurrence", `t.record_id = (u.key ->> 0)::uuid and t.n = (u.key ->> 1)::smallint`},
	{"opening", `t.record_id = (u.key ->> 0)::uuid and t.opens = (u.key ->> 1)::smallint and t.closes = (u.key ->> 2)::smallint and t.n = (u.key ->> 3)::smallint`},
	{"name", `t.record_id = (u.key ->> 0)::uuid and t.plain = u.key ->> 1`},
	{"relation", `t.from_id = (u.key ->> 0)::uuid and t.type = u.key ->> 1 and t.to_id = (u.key ->> 2)::uuid`},
	{"area", `t.level = u.key ->> 0 and t.code = u.key ->> 1`},
}

// unclashed keeps what belongs to a record that is not in the way.
const unclashed = `not exists (select from clash c where c.record_id = u.record_id)`

// beside puts back the rows of those tables.
func (r *revert) beside(ctx context.Context) error {
	// A description that will be known no more leaves behind whose it was; and
	// what later listings have counted as missed stays counted, unless it was gone before.
	if _, err := r.tx.Exec(ctx, `
		insert into former (source_id, layer, key, record_id)
		select t.source_id, t.layer, t.key, t.record_id
		from undo u join harvested t on `+besides[0].is+`
		where u.run_id = $1 and u.relation = 'harvested' and u.before is null and `+unclashed+`
		on conflict (source_id, layer, key) do update set record_id = excluded.record_id`, r.run); err != nil {
		return fmt.Errorf("former: %w", err)
	}
	if _, err := r.tx.Exec(ctx, `create temporary table still_missed (source_id text, layer text, key text, missed smallint) on commit drop`); err != nil {
		return err
	}
	if _, err := r.tx.Exec(ctx, `
		insert into still_missed
		select t.source_id, t.layer, t.key, t.missed
		from undo u join harvested t on `+besides[0].is+`
		join lateral (
			select n.before from undo n where n.relation = 'harvested' and n.key = u.key and n.run_id > $1 order by n.run_id limit 1
		) n on (n.before ->> 'missed')::smallint <> t.missed
		where u.run_id = $1 and u.relation = 'harvested' and (u.before ->> 'missed')::smallint < $2 and `+unclashed, r.run, missesToWithdraw); err != nil {
		return fmt.Errorf("missed: %w", err)
	}
	for _, t := range besides {
		if !restores(t.name) {
			continue
		}
		// what follows from several descriptions is made anew of them
		undo := `(select u.* from undo u where u.run_id = $1 and u.relation = '` + t.name + `' and ` + unclashed
		if t.name != "harvested" && t.name != "tie" {
			undo += ` and not exists (select from record where id = u.record_id and kind = any($2))`
		} else {
			undo += ` and $2::text[] is not null`
		}
		undo += ` offset 0) u`
		columns, err := r.columns(ctx, t.name)
		if err != nil {
			return err
		}
		if _, err := r.tx.Exec(ctx, `
			delete from `+t.name+` t using `+undo+` where `+t.is, r.run, catalog.RecognisedKinds()); err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
		if _, err := r.tx.Exec(ctx, `
			insert into `+t.name+` (`+columns+`)
			select `+columns+`
			from (
				select p.*
				from `+undo+`, lateral jsonb_populate_record(null::public.`+t.name+`, u.before) p
				where u.before is not null
			) p
			on conflict do nothing`, r.run, catalog.RecognisedKinds()); err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
	}
	if _, err := r.tx.Exec(ctx, `
		update harvested h set missed = s.missed
		from still_missed s
		where h.source_id = s.source_id and h.layer = s.layer and h.key = s.key and h.missed <> s.missed`); err != nil {
		return fmt.Errorf("missed: %w", err)
	}
	return r.keys(ctx)
}

// keys gives the records that a new key had taken over back to the old one,
// which alone may know them: the next listing decides anew.
func (r *revert) keys(ctx context.Context) error {
	for _, sql := range []string{
		`delete from former f using harvested h where f.source_id = $1 and h.source_id = $1 and h.record_id = f.record_id`,
		`update record r set source_key = h.key from harvested h where h.source_id = $1 and r.id = h.record_id and r.source_key <> h.key`,
	} {
		if _, err := r.tx.Exec(ctx, sql, r.src.ID); err != nil {
			return fmt.Errorf("keys: %w", err)
		}
	}
	return nil
}

// columns are the columns of a table that can be written, as a list.
func (r *revert) columns(ctx context.Context, table string) (string, error) {
	rows, _ := r.tx.Query(ctx, `
		select attname::text
		from pg_attribute
		where attrelid = ('public.' || quote_ident($1))::regclass and attnum > 0 and not attisdropped and attgenerated = ''
		order by attnum`, table)
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return "", fmt.Errorf("columns of %s: %w", table, err)
	}
	return columnList(names), nil
}

// untouched selects the rows of a table as they were before the run (undo u),
// where nobody has changed them since, or what was changed was put back; computed
// are the columns that do not count.
func untouched(table, is, computed string) string {
	return `
		select u.key, u.before
		from undo u
		left join ` + table + ` t on ` + is + `
		left join lateral (
			select n.before from undo n where n.relation = u.relation and n.key = u.key and n.run_id > $1 order by n.run_id limit 1
		) n on true
		where u.run_id = $1 and u.relation = '` + table + `'
		  and (not exists (select from undo n where n.relation = u.relation and n.key = u.key and n.run_id > $1 and n.run_id <> $2)
			or n.before - '` + computed + `'::text[] is not distinct from to_jsonb(t) - '` + computed + `'::text[])`
}

// layers puts back the tables of the source; those that a later run has read stay
// as that left them.
func (r *revert) layers(ctx context.Context) error {
	if err := r.putBack(ctx, "layer", `t.source_id = u.key ->> 0 and t.name = u.key ->> 1`, "{}", "true"); err != nil {
		return fmt.Errorf("layers: %w", err)
	}
	return nil
}

// putBack puts the untouched rows of a table back. What was not there is
// deleted, under a condition.
func (r *revert) putBack(ctx context.Context, table, is, computed, deleted string) error {
	columns, err := r.columns(ctx, table)
	if err != nil {
		return err
	}
	back := "back_" + table
	if _, err := r.tx.Exec(ctx, `create temporary table `+back+` (key jsonb, before jsonb) on commit drop`); err != nil {
		return err
	}
	if _, err := r.tx.Exec(ctx, `insert into `+back+untouched(table, is, computed), r.run, r.receipt.Run); err != nil {
		return err
	}
	if _, err := r.tx.Exec(ctx, `delete from `+table+` t using `+back+` u where `+is+` and (u.before is not null or `+deleted+`)`); err != nil {
		return err
	}
	// A list without anything was once stored as a JSON null, which would come back as no value.
	_, err = r.tx.Exec(ctx, `
		insert into `+table+` (`+columns+`) overriding system value
		select `+columns+`
		from (
			select p.*
			from `+back+` u,
				lateral (
					select coalesce(jsonb_object_agg(attname, '[]'::jsonb), '{}') as lists
					from pg_attribute
					where attrelid = 'public.`+table+`'::regclass and atttypid = 'jsonb'::regtype and attnotnull and u.before -> attname = 'null'
				) l,
				lateral jsonb_populate_record(null::public.`+table+`, u.before || l.lists) p
			where u.before is not null
		) p`)
	return err
}

// bodies puts back the names of bodies, and takes out those that the run named
// and nobody refers to.
func (r *revert) bodies(ctx context.Context) error {
	const is = `t.id = u.key ->> 0`
	if _, err := r.tx.Exec(ctx, `create temporary table back_body (key jsonb, before jsonb) on commit drop`); err != nil {
		return err
	}
	if _, err := r.tx.Exec(ctx, `insert into back_body`+untouched("body", is, "{}"), r.run, r.receipt.Run); err != nil {
		return fmt.Errorf("bodies: %w", err)
	}
	if _, err := r.tx.Exec(ctx, `
		update body t set name = p.name, kind = p.kind, website = p.website, phone = p.phone, email = p.email
		from back_body u, lateral jsonb_populate_record(null::public.body, u.before) p
		where u.before is not null and `+is); err != nil {
		return fmt.Errorf("bodies: %w", err)
	}
	if _, err := r.tx.Exec(ctx, `
		insert into body
		select p.*
		from back_body u, lateral jsonb_populate_record(null::public.body, u.before) p
		where u.before is not null
		on conflict do nothing`); err != nil {
		return fmt.Errorf("bodies: %w", err)
	}
	_, err := r.tx.Exec(ctx, `
		delete from body t using back_body u
		where u.before is null and `+is+`
		  and not exists (select from record where body_id = t.id and status = 'published')
		  and not exists (select from source where body_id = t.id)
		  and not exists (select from editorial_team where body_id = t.id)`)
	if err != nil {
		return fmt.Errorf("bodies: %w", err)
	}
	return nil
}
