package postgis

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// write brings the staged rows of one layer into the catalogue.
func (h *Harvest) write(ctx context.Context, tx pgx.Tx, layer string, staged []stagedRow, issues *[]catalog.Issue, counts *catalog.BatchCounts) error {
	if len(staged) > 0 {
		_, err := tx.CopyFrom(ctx, pgx.Identifier{"stage"}, stageColumns, pgx.CopyFromSlice(len(staged), func(i int) ([]any, error) { return staged[i], nil }))
		if err != nil {
			return fmt.Errorf("stage: %w", err)
		}
		if err := h.staged(ctx, tx, layer, issues, counts); err != nil {
			return err
		}
	}
	return h.issues(ctx, tx, *issues)
}

// staged brings what is in the stage into the catalogue.
func (h *Harvest) staged(ctx context.Context, tx pgx.Tx, layer string, issues *[]catalog.Issue, counts *catalog.BatchCounts) error {
	grouped, err := identify(ctx, tx, nil)
	if err != nil {
		return fmt.Errorf("identity: %w", err)
	}
	if err := place(ctx, tx, layer, issues); err != nil {
		return err
	}
	if err := records(ctx, tx, h.run.ID); err != nil {
		return err
	}
	if err := relate(ctx, tx); err != nil {
		return err
	}
	if err := h.remember(ctx, tx, layer); err != nil {
		return err
	}
	if err := announce(ctx, tx, h.run.ID, counts); err != nil {
		return err
	}
	if err := marks(ctx, tx, stagedCollections); err != nil {
		return err
	}
	return grouped.doubt(ctx)
}

// records compares the stage with the catalogue and writes what differs, as a
// change of a run.
func records(ctx context.Context, tx pgx.Tx, run int64) error {
	// What is computed here joins the properties, so that every face has it.
	if _, err := tx.Exec(ctx, `
		update stage set properties = left(properties, -1)
			|| case when properties::jsonb ->> 'istat_code' is null
				then ',"municipality":' || to_jsonb(municipality)::text || ',"istat_code":' || to_jsonb(istat_code)::text else '' end
			|| '}'
		where istat_code <> ''`); err != nil {
		return fmt.Errorf("properties: %w", err)
	}
	if _, err := tx.Exec(ctx, `
		update stage set was = r.status, was_called = case when r.status = 'published' and r.`+calledByName+` then r.title end, was_in = nullif(r.collection, stage.collection), differs = (r.properties - 'updated') is distinct from stage.properties::jsonb
			or r.geom is distinct from stage.geom
			or (r.kind, r.collection, r.title, r.status, r.merged_into, r.shown_source, r.shown_key)
				is distinct from (stage.kind, stage.collection, stage.title, stage.status, stage.merged_into, stage.shown_source, stage.shown_key)
		from record r
		where r.id = stage.id`); err != nil {
		return fmt.Errorf("compare: %w", err)
	}
	if _, err := tx.Exec(ctx, archive+` from record r join stage s on s.id = r.id where s.differs`); err != nil {
		return fmt.Errorf("history: %w", err)
	}
	if _, err := tx.Exec(ctx, `
		insert into record as r (
			id, kind, collection, slug, title, summary, theme, type, municipality, istat_code, body_id, licence,
			source_id, source_key, starts, ends, accessible, properties, feature, geom, mercator, source_geom,
			accuracy_metres, hilbert, words, status, merged_into, shown_source, shown_key, created, updated, run_id)
		select
			id, kind, collection, slug, title, summary, theme, type, municipality, istat_code, nullif(body_id, ''), licence,
			source_id, key, starts, ends, accessible, p.properties::jsonb,
			convert_to('{"type":"Feature","id":"' || id || '","geometry":' || coalesce(ST_AsGeoJSON(geom, 7), 'null')
				|| ',"properties":' || p.properties || '}', 'UTF8'),
			geom, mercator(geom), case when srid <> 4326 or reason is not null or ST_NDims(g.source) > 2 then g.source end,
			accuracy_metres, hilbert(geom),
			`+words+`,
			status, merged_into, shown_source, shown_key, now(), now(), $1
		from stage,
			lateral (select left(properties, -1) || ',"updated":"' || to_char(now() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') || '"}' as properties) p,
			lateral (select ST_GeomFromEWKB(source_ewkb) as source) g
		where differs is null or differs
		on conflict (id) do update set
			kind = excluded.kind, collection = excluded.collection, slug = excluded.slug, title = excluded.title,
			summary = excluded.summary, theme = excluded.theme, type = excluded.type, status = excluded.status,
			merged_into = excluded.merged_into, shown_source = excluded.shown_source, shown_key = excluded.shown_key,
			municipality = excluded.municipality, istat_code = excluded.istat_code, body_id = excluded.body_id,
			licence = excluded.licence, starts = excluded.starts, ends = excluded.ends, accessible = excluded.accessible,
			properties = excluded.properties, feature = excluded.feature, geom = excluded.geom,
			mercator = excluded.mercator, source_geom = excluded.source_geom, accuracy_metres = excluded.accuracy_metres,
			hilbert = excluded.hilbert, words = excluded.words, version = r.version + 1, updated = `+since+`,
			run_id = excluded.run_id`, run); err != nil {
		return fmt.Errorf("records: %w", err)
	}
	if err := occurrences(ctx, tx); err != nil {
		return err
	}
	if err := openings(ctx, tx); err != nil {
		return fmt.Errorf("opening hours: %w", err)
	}
	return nil
}

// words are what a staged record is found by.
const words = `setweight(to_tsvector('italian', words_a), 'A') || setweight(to_tsvector('italian', words_b), 'B') || setweight(to_tsvector('simple', key), 'C')`

// occurrences keeps when the events of the stage take place. Whole days are
// days of Italy: they end with the midnight after the last one.
func occurrences(ctx context.Context, tx pgx.Tx) error {
	// In one statement the old ones would still stand in the way of the new.
	if _, err := tx.Exec(ctx, `delete from occurrence using stage where record_id = stage.id and differs`); err != nil {
		return fmt.Errorf("occurrences: %w", err)
	}
	_, err := tx.Exec(ctx, `
		insert into occurrence (record_id, n, starts, ends, all_day, status)
		select id, o.n, o.starts, greatest(o.starts, o.ends), o.all_day, o.status
		from stage, lateral (
			select n, length(o ->> 'start') = 10 as all_day, coalesce(o ->> 'status', '') as status,
				case when length(o ->> 'start') = 10
					then (o ->> 'start')::timestamp at time zone 'Europe/Rome'
					else (o ->> 'start')::timestamptz end as starts,
				case when length(o ->> 'start') = 10
					then (left(coalesce(o ->> 'end', o ->> 'start'), 10)::timestamp + interval '1 day') at time zone 'Europe/Rome'
					else coalesce(o ->> 'end', o ->> 'start')::timestamptz end as ends
			from jsonb_array_elements(occurrences::jsonb) with ordinality as t(o, n)
		) o
		where (differs is null or differs) and stage.status = 'published' and occurrences is not null`)
	if err != nil {
		return fmt.Errorf("occurrences: %w", err)
	}
	return nil
}

// archive moves the present version of records into history; a from clause follows.
var archive = `
	insert into record_version (record_id, version, during, run_id, status, record, feature, geom, source_geom, words)
	select r.id, r.version, tstzrange(r.updated, ` + since + `), r.run_id, r.status,
		(select to_jsonb(n) from (select ` + archived + `) n), r.feature, r.geom, r.source_geom, r.words`

// archived are the columns of record r that a version keeps by name: all that
// are neither kept apart nor computed from those.
const archived = `r.id, r.kind, r.collection, r.slug, r.status, r.title, r.summary, r.theme, r.type, r.municipality, r.istat_code, r.body_id,
	r.licence, r.source_id, r.source_key, r.starts, r.ends, r.accessible, r.properties, r.accuracy_metres, r.version, r.created, r.updated, r.run_id, r.merged_into, r.shown_source, r.shown_key`

// remember keeps what the source said; when that is only read anew, not by its
// source, nobody has seen it there either. A description whose record did not
// change keeps its last run: for the reader nothing has changed.
func (h *Harvest) remember(ctx context.Context, tx pgx.Tx, layer string) error {
	_, err := tx.Exec(ctx, `
		insert into harvested (source_id, layer, key, hash, media_type, raw, parsed, reading, record_id, first_run, last_run, content, alike, firm, said, shape)
		select $1, $2, key, hash, media_type, raw, parsed, reading, id, $3, $3, content, alike, firm, convert_to(said, 'UTF8'), case when said is not null then own_ewkb end
		from stage
		where ours
		on conflict (source_id, layer, key) do update set
			hash = excluded.hash,
			media_type = excluded.media_type,
			raw = excluded.raw,
			content = excluded.content,
			alike = excluded.alike,
			firm = excluded.firm,
			said = excluded.said,
			shape = excluded.shape,
			parsed = excluded.parsed,
			reading = excluded.reading,
			missed = case when $4 then harvested.missed else 0 end,
			last_run = case when (select differs from stage where id = excluded.record_id) then excluded.last_run else harvested.last_run end
		where not $4 or harvested.hash <> excluded.hash`,
		h.src.ID, layer, h.run.ID, !sees(h.anew))
	if err != nil {
		return fmt.Errorf("harvested: %w", err)
	}
	if !h.former {
		return nil
	}
	// It is known again: were it to go under another key later, this one would be free.
	if _, err := tx.Exec(ctx, `delete from former using stage where ours and former.source_id = $1 and layer = $2 and former.key = stage.key`, h.src.ID, layer); err != nil {
		return fmt.Errorf("former: %w", err)
	}
	return nil
}

// issues stores what was wrong, once for a run that is taken up again.
func (h *Harvest) issues(ctx context.Context, tx pgx.Tx, issues []catalog.Issue) error {
	if len(issues) == 0 || h.run.ID == 0 { // a rehearsal has no run that they could belong to
		return nil
	}
	batch := &pgx.Batch{}
	for _, i := range issues {
		batch.Queue(`
			insert into issue (run_id, rule, file, line, key, field, read, expected, refused)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
			on conflict do nothing`,
			h.run.ID, i.Rule, noNUL(catalog.Excerpt(i.File)), i.Line, noNUL(catalog.BoundedKey(i.Key)), noNUL(catalog.Excerpt(i.Field)), noNUL(i.Read), noNUL(i.Expected), i.Refused)
	}
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("issues: %w", err)
	}
	return nil
}
