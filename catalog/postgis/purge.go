package postgis

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// Purge erases for good what the catalogue holds of src: of one record, which is
// then not stored again (see Allow), or with record "" of all of them.
// Descriptions with their bytes, versions, what was kept for undoing, issues and
// what else quotes values, measured values and, of the whole source, its
// layers go; of a record a row without content stays, so that its address answers
// 410. No run of the source can be undone after it. The run that it is has a
// receipt with counts alone; the log of erasures has a line, also of who asked.
func (s *Store) Purge(ctx context.Context, src catalog.Source, record string, asked catalog.Request) (catalog.Receipt, error) {
	line := catalog.ErasureEntry{Act: catalog.ErasedSource, By: asked.By, Why: asked.Why}
	if record != "" {
		line.Act, line.Record = catalog.ErasedRecord, strings.ToLower(record)
	}
	return s.erase(ctx, src, line, func(tx pgx.Tx, receipt *catalog.Receipt) error { return purge(ctx, tx, src.ID, record, receipt) })
}

// erase is a run of src that erases, in one transaction, of which line tells in the
// log. It alone holds the source meanwhile; steps count in the receipt what they do.
func (s *Store) erase(ctx context.Context, src catalog.Source, line catalog.ErasureEntry, steps func(pgx.Tx, *catalog.Receipt) error) (catalog.Receipt, error) {
	receipt := catalog.Receipt{Source: src.ID, Outcome: catalog.RunCompleted}
	conn, err := s.db.Acquire(ctx)
	if err != nil {
		return receipt, fmt.Errorf("purge of %s: %w", src.ID, err)
	}
	h := &Harvest{store: s, conn: conn, src: src}
	defer h.Close()
	if err := h.hold(ctx); err != nil {
		return receipt, fmt.Errorf("purge of %s: %w", src.ID, err)
	}
	started := time.Now()
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if err := tx.QueryRow(ctx, `insert into run (source_id, kind, state) values ($1, 'purge', 'completed') returning id`, src.ID).Scan(&receipt.Run); err != nil {
			return err
		}
		if err := steps(tx, &receipt); err != nil {
			return err
		}
		receipt.Seconds = time.Since(started).Seconds()
		b, err := json.Marshal(receipt)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `update run set receipt = $2, finished = clock_timestamp() where id = $1`, receipt.Run, b); err != nil {
			return err
		}
		line.Source, line.Run, line.Records = src.ID, receipt.Run, receipt.Read
		if err := logErasure(ctx, tx, line); err != nil {
			return err
		}
		return forgetListing(ctx, tx, src.ID)
	})
	if err != nil {
		return receipt, fmt.Errorf("purge of %s: %w", src.ID, err)
	}
	return receipt, h.FoldTables(ctx)
}

func purge(ctx context.Context, tx pgx.Tx, source, record string, receipt *catalog.Receipt) error {
	rows, _ := tx.Query(ctx, `
		select id::text from record where source_id = $1 and ($2 = '' or id::text = lower($2))
		union -- its part of what others describe too
		select r.id::text from record r join same_as m on m.id = r.id where r.source_id = $1 and m.head::text = lower($2)`, source, record)
	ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	if record != "" && len(ids) == 0 {
		return fmt.Errorf("it has no record %s: %w", record, catalog.ErrNotFound)
	}
	if receipt.Gone, err = withdraw(ctx, tx, ids, receipt.Run); err != nil {
		return err
	}
	receipt.Read = int64(len(ids))
	if record != "" {
		if err := block(ctx, tx, source, ids[0]); err != nil {
			return err
		}
	}
	steps := slices.Concat(traces, erases())
	args := []any{ids, source}
	if record == "" { // first what is quick to delete as a whole
		steps = slices.Concat(traces, sourceErasures, erases())
	}
	if _, err := tx.Exec(ctx, called, args...); err != nil {
		return err
	}
	for _, sql := range steps {
		if _, err := tx.Exec(ctx, `with given as (select $1::uuid[] as ids, $2::text as source) `+sql, args...); err != nil {
			return fmt.Errorf("%.60s: %w", sql, err)
		}
	}
	return nil
}

// traces erase what runs of given.source have kept beside the records: what was
// before them, the quotations in receipts and jobs, what was detected.
var traces = []string{
	`update run set undoable = false,
		receipt = receipt - 'samples' - 'again' || case when receipt ? 'error' then jsonb_build_object('error', '` + erasedText + `') else '{}' end
		from given where source_id = given.source`,
	`delete from undo using given, run where run.id = undo.run_id and run.source_id = given.source`,
	`update river_job set errors = null, metadata = metadata - 'output'
		from given where args ->> 'source' = given.source and finalized_at is not null`,
	`update layer set found = '[]', described = described - 'found' from given where source_id = given.source`,
}

// erasedText stands for why a run failed, which may quote what was read.
const erasedText = "erased on request"

// recordErasures erase what there is of the records given.ids of given.source, in
// an order in which what tells where to look goes last.
var recordErasures = []string{
	`delete from issue using given, run
		where run.id = issue.run_id and run.source_id = given.source and (
			issue.key = '' or issue.file in (select title from called)
			or exists (select from called c where c.key <> '' and (issue.key = c.key or starts_with(issue.key, c.key || '/'))
				or length(c.title) > 3 and (position(c.title in issue.read) > 0 or position(c.title in issue.field) > 0)))`,
	`delete from rating using given where substring(page from '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}') in (select id::text from called)
		or regexp_replace(page, '^.*/', '') in (select slug from called where slug <> '')`,
	`update layer set title = '', described = described - 'title' #- '{as,title}', dataset = null from given where dataset = any(given.ids)`,
	`delete from observation_revision using given, datastream d where d.number = datastream and d.source_id = given.source and d.station_id = any(given.ids)`,
	`delete from observation using given, datastream d where d.number = datastream and d.source_id = given.source and d.station_id = any(given.ids)`,
	`delete from datastream using given where source_id = given.source and station_id = any(given.ids)`,
	`update datastream set station_id = null from given where station_id = any(given.ids)`,
	`delete from undo using given where record_id = any(given.ids)`,
	`delete from parked using given where record_id = any(given.ids)`,
	`delete from former using given where record_id = any(given.ids)`,
	`delete from harvested using given where record_id = any(given.ids)`,
	`delete from tie using given where own = any(given.ids)`,
	`delete from relation using given where from_id = any(given.ids) or to_id = any(given.ids)`,
	`delete from body b using given
		where b.id in (select body_id from called where body_id <> '') and ` + unused + `
		  and not exists (select from record where body_id = b.id and status = 'published')`,
	`delete from record_version using given where record_id = any(given.ids)`,
	`delete from link using given, record_link l where l.record_id = any(given.ids) and link.address = l.address
		and not exists (select from record_link o where o.address = link.address and o.record_id <> all(given.ids))`,
	`delete from record_link using given where record_id = any(given.ids)`,
	`delete from quality using given where record_id = any(given.ids)`,
	toldBeside,
	`delete from identifier using given where own = any(given.ids)`,
	`delete from subject using given where own = any(given.ids)`,
	`delete from compared using given where a = any(given.ids) or b = any(given.ids)`,
	`delete from checked using given where record_id = any(given.ids)`,
	`delete from doubt using given where a = any(given.ids) or b = any(given.ids)`,
	`update change set bbox = null from given where record_id = any(given.ids) and bbox is not null`,
	emptied + `, source_key = '' from given where id = any(given.ids)`,
}

// toldBeside erases the versions of records of other sources in which
// given.source had a part.
const toldBeside = `delete from record_version using given
	where record ->> 'shown_source' = given.source
		or record -> 'properties' -> 'also_published_on' @> jsonb_build_array(jsonb_build_object('source', given.source))
		or record -> 'properties' -> 'provenance' @> jsonb_build_array(jsonb_build_object('source', given.source))`

// emptied leaves of a record nothing but that it was there.
const emptied = `
	update record set slug = '', title = '', summary = '', theme = '', type = '', municipality = '', istat_code = '', body_id = null,
		licence = '', starts = null, ends = null, accessible = false, properties = '{}', feature = '',
		geom = null, mercator = null, source_geom = null, accuracy_metres = 0, hilbert = 0, words = ''`

// unused says of a body b that nobody has entered it, and nothing but records
// refers to it.
const unused = `(b.kind, b.website, b.phone, b.email) = ('', '', '', '')
		  and not exists (select from source where body_id = b.id) and not exists (select from editorial_team where body_id = b.id)`

// called are the names under which the records given.ids have been known.
const called = `
	create temporary table called on commit drop as
	with given as (select $1::uuid[] as ids, $2::text as source)
	select id, source_key as key, title, slug, coalesce(body_id, '') as body_id from record, given where id = any(given.ids)
	union
	select record_id, coalesce(record ->> 'source_key', ''), coalesce(record ->> 'title', ''), coalesce(record ->> 'slug', ''), coalesce(record ->> 'body_id', '')
		from record_version, given where record_id = any(given.ids)
	union
	select record_id, key, '', '', '' from harvested, given where record_id = any(given.ids) and source_id = given.source
	union
	select record_id, key, '', '', '' from former, given where record_id = any(given.ids) and source_id = given.source`

// sourceErasures erase what else there is of given.source.
var sourceErasures = []string{
	`delete from issue using given, run where run.id = issue.run_id and run.source_id = given.source`,
	`delete from run_change using given, run where run.id = run_change.run_id and run.source_id = given.source`,
	`delete from observation_revision using given, datastream d where d.number = datastream and d.source_id = given.source`,
	`delete from observation using given, datastream d where d.number = datastream and d.source_id = given.source`,
	`delete from datastream using given where source_id = given.source`,
	`delete from former using given where source_id = given.source`,
	`delete from layer using given where source_id = given.source`,
	`delete from reading using given where source_id = given.source`,
}
