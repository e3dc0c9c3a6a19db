package postgis

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"po-net.prato.it/ponet/catalog"
)

// A Harvest is a run under way. It holds one connection, whose session lock
// keeps a second process from running the same source; the lock ends with the
// process, however it ends.
type Harvest struct {
	store       *Store
	conn        *pgxpool.Conn
	src         catalog.Source
	run         catalog.Run
	end         pgx.Tx                   // that Together has begun, nil outside
	collections map[string]string        // of layers
	anew        bool                     // what is stored is read again, changed or not
	former      bool                     // there are descriptions whose run was undone, see known
	areas       []byte                   // identifies the municipalities that places are told to be in; of 16 bytes
	listing     *catalog.ListingState    // for the next run, nil: nothing
	pending     []string                 // layers of which descriptions wait for Settle
	passing     []string                 // those of them that list only the newest
	deferred    likenesses               // of those descriptions, nil while there are none
	about       likenesses               // of what earlier runs stored, nil until it is needed
	erased      *erasures                // what is not to be stored again
	noted       map[int64]bool           // readings that the run stores under
	stored      map[storedAs]storedLayer // of a remap

	streams         map[streamKey]*knownStream // of observations, nil until there are any
	newStreams      int
	unknownStations map[string]bool
	months          map[time.Time]bool // that have a partition
}

// Begin starts a run of src, or takes up the one that a process left
// unfinished: what that one has stored is found unchanged and counted as it
// was.
func (s *Store) Begin(ctx context.Context, src catalog.Source) (*Harvest, error) {
	conn, err := s.db.Acquire(ctx)
	if err != nil {
		return nil, fmt.Errorf("run of %s: %w", src.ID, err)
	}
	h := &Harvest{store: s, conn: conn, src: src, collections: map[string]string{}}
	if err := h.begin(ctx); err != nil {
		h.Close()
		return nil, fmt.Errorf("run of %s: %w", src.ID, err)
	}
	return h, nil
}

// sourceLock is the number of the lock of the source $1.
const sourceLock = `hashtextextended('ponet harvest ' || $1, 0)`

// hold takes the source, so that nobody else changes what is stored of it. A moment
// is waited for: another source's run may be folding a table of it.
func (h *Harvest) hold(ctx context.Context) error {
	var free bool
	for try := 0; try < 5 && !free && ctx.Err() == nil; try++ {
		if try > 0 {
			time.Sleep(100 * time.Millisecond)
		}
		if err := h.conn.QueryRow(ctx, `select pg_try_advisory_lock(`+sourceLock+`)`, h.src.ID).Scan(&free); err != nil {
			return err
		}
	}
	if !holds(free) {
		return fmt.Errorf("another process is harvesting this source: %w", catalog.ErrExists)
	}
	return nil
}

// Rehearse is Begin for a dry run: there is no run in the catalogue, neither
// before nor after, and Put and PutObservations must be dry.
func (s *Store) Rehearse(ctx context.Context, src catalog.Source) (*Harvest, error) {
	conn, err := s.db.Acquire(ctx)
	if err != nil {
		return nil, fmt.Errorf("dry run of %s: %w", src.ID, err)
	}
	h := &Harvest{store: s, conn: conn, src: src, collections: map[string]string{}}
	if err := h.prepare(ctx); err != nil {
		h.Close()
		return nil, fmt.Errorf("dry run of %s: %w", src.ID, err)
	}
	return h, nil
}

// prepare takes the source and gets ready what every page needs.
func (h *Harvest) prepare(ctx context.Context) error {
	if err := h.hold(ctx); err != nil {
		return err
	}
	if err := openStage(ctx, h.conn); err != nil {
		return err
	}
	if err := h.loadErasures(ctx); err != nil {
		return err
	}
	return h.conn.QueryRow(ctx, `
		select decode(md5(coalesce(string_agg(a.code || ' ' || r.version, ' ' order by a.code), '')), 'hex'),
			exists (select from former where source_id = $1)
		from area a join record r on r.id = a.record_id
		where a.level = 'municipality' and r.source_id <> $1`, h.src.ID).Scan(&h.areas, &h.former)
}

func (h *Harvest) begin(ctx context.Context) error {
	if err := h.prepare(ctx); err != nil {
		return err
	}
	if err := h.endInterrupted(ctx); err != nil {
		return err
	}
	if err := h.conn.QueryRow(ctx, `
		with old as (
			select id, started from run where source_id = $1 and state = 'running'
		), new as (
			insert into run (source_id, undoable)
			select $1, true where not exists (select from old)
			returning id, started
		)
		select * from old union all select * from new`, h.src.ID).Scan(&h.run.ID, &h.run.Started); err != nil {
		return err
	}
	return h.keepUndo(ctx)
}

// keepUndo makes the database keep, from now on, every row as it was before
// this run touches it (table undo).
func (h *Harvest) keepUndo(ctx context.Context) error {
	_, err := h.conn.Exec(ctx, `select set_config('ponet.run', $1::bigint::text, false)`, h.run.ID)
	return err
}

// page is one transaction of the run. It is refused when the source has been
// removed meanwhile: what it wrote would be published and belong to nobody.
func (h *Harvest) page(ctx context.Context, f func(pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, h.conn, func(tx pgx.Tx) error {
		var removed bool
		if err := tx.QueryRow(ctx, `select removed is not null from source where id = $1 for share`, h.src.ID).Scan(&removed); err != nil {
			return err
		}
		if removed {
			return fmt.Errorf("source %s was removed while it was harvested: %w", h.src.ID, catalog.ErrWithdrawn)
		}
		return f(tx)
	})
}

// RunID is the number of the run.
func (h *Harvest) RunID() int64 { return h.run.ID }

// Close lets go of the run: the connection goes back, its lock and staging
// table with it. A run that has not been finished can be taken up again.
func (h *Harvest) Close() {
	if h.conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if _, err := h.conn.Exec(ctx, `select pg_advisory_unlock_all(), set_config('ponet.run', '', false)`); err != nil {
		_ = h.conn.Conn().Close(ctx) // ends the session and the lock with it
	}
	h.conn.Release()
	h.conn = nil
}

// at is where statements go that may be part of Together.
func (h *Harvest) at() interface {
	Begin(ctx context.Context) (pgx.Tx, error)
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
} {
	if h.end != nil {
		return h.end
	}
	return h.conn
}

// Finish ends the run as its receipt says and, when it is completed, writes what
// was to be remembered for the next one.
func (h *Harvest) Finish(ctx context.Context, receipt catalog.Receipt) error {
	b, err := json.Marshal(receipt)
	if err != nil {
		return err
	}
	err = pgx.BeginFunc(ctx, h.at(), func(tx pgx.Tx) error {
		if receipt.Outcome == catalog.RunCompleted && h.listing != nil {
			if err := h.remembered(ctx, tx); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, `update run set state = $2, finished = now(), receipt = $3 where id = $1`, h.run.ID, string(receipt.Outcome), b)
		return err
	})
	if err != nil {
		return fmt.Errorf("run %d: %w", h.run.ID, err)
	}
	return nil
}

// Progress notes how far the run has come, for those who watch.
func (h *Harvest) Progress(ctx context.Context, pages int, receipt catalog.Receipt) error {
	b, err := json.Marshal(receipt)
	if err != nil {
		return err
	}
	_, err = h.conn.Exec(ctx, `update run set pages = $2, receipt = $3 where id = $1`, h.run.ID, pages, b)
	return err
}

const runColumns = `id, source_id, kind, coalesce(undoes, 0), state, started, finished, pages, receipt`

// Runs are the newest runs of a source, or of all sources when sourceID is "".
func (s *Store) Runs(ctx context.Context, sourceID string, limit int) ([]catalog.Run, error) {
	rows, _ := s.db.Query(ctx, `
		select `+runColumns+`
		from run
		where $1 = '' or source_id = $1
		order by id desc
		limit $2`, sourceID, limit)
	return pgx.CollectRows(rows, scanRun)
}

// Run is one run; catalog.ErrNotFound if there is none.
func (s *Store) Run(ctx context.Context, id int64) (catalog.Run, error) {
	rows, _ := s.db.Query(ctx, `select `+runColumns+` from run where id = $1`, id)
	run, err := pgx.CollectExactlyOneRow(rows, scanRun)
	if errors.Is(err, pgx.ErrNoRows) {
		err = catalog.ErrNotFound
	}
	if err != nil {
		return run, fmt.Errorf("run %d: %w", id, err)
	}
	return run, nil
}

func scanRun(row pgx.CollectableRow) (catalog.Run, error) {
	var r catalog.Run
	err := row.Scan(&r.ID, &r.SourceID, &r.Kind, &r.Undoes, &r.State, &r.Started, &r.Finished, &r.Pages, &r.Receipt)
	return r, err
}

// Issues are what was wrong in a run, refusals first, in the order found.
func (s *Store) Issues(ctx context.Context, run int64, limit int) ([]catalog.Issue, error) {
	rows, _ := s.db.Query(ctx, `
		select rule, file, line, key, field, read, expected, refused
		from issue
		where run_id = $1
		order by refused desc, n
		limit $2`, run, limit)
	return pgx.CollectRows(rows, pgx.RowToStructByPos[catalog.Issue])
}

// Discard forgets the run, as if it had not been: the end of a dry one that was
// begun and not rehearsed.
func (h *Harvest) Discard(ctx context.Context) error {
	_, err := h.conn.Exec(ctx, `delete from run where id = $1`, h.run.ID)
	return err
}
