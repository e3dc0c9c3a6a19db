package simulate

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// judge holds what an attempt left behind against the rules. before is what the
// source held when it began.
func (h *history) judge(ctx context.Context, receipt catalog.Receipt, failure error, hit string, approved int64, before world) error {
	after, wrong, err := h.stored(ctx)
	if err != nil {
		return err
	}
	run, err := h.lastRun(ctx)
	if err != nil {
		return err
	}
	v := verdict{before: h.fates, after: after, wrong: wrong, rejected: h.rejected, perhaps: h.perhaps}
	s := h.site
	v.reading = reading{held: map[string]bool{}, told: s.told, harmless: s.fault.harmless() || !s.struck, partial: s.partial, deleted: s.deleted, unreadable: s.unreadable}
	if s.fault == stale && s.claimed != nil { // nobody can know better
		before = world{}
		for _, r := range s.claimed {
			v.reading.held[r.key] = true
		}
	}
	for key, state := range before {
		if now, still := h.living.world[key]; still && (now == state || s.fault == moves) && key != s.unreadable && !(s.partial && len(v.reading.states(key)) == 0) {
			v.reading.held[key] = true
		}
	}
	h.ended(&v, run, receipt, failure, hit)
	whole := run.State == catalog.RunCompleted || run.State == catalog.RunParked
	v.reading.stored = whole || failure != nil
	v.reading.clean = whole && v.reading.harmless && h.open == 0
	switch {
	case run.ID == h.last && h.open == 0: // it did not get as far as a run
		v.reading.told = nil
		v.broken()
	case whole:
		least, most := v.complete(run.State == catalog.RunParked, approved)
		v.receipt(run.Receipt, h.start, h.others, least, most)
	default:
		v.broken()
		v.receipt(run.Receipt, h.start, h.others, 0, 0)
	}
	if run.ID != h.last || h.open != 0 {
		h.recorded(run, &v)
	}
	h.fates = v.after
	if len(v.wrong) > 0 {
		return fmt.Errorf("%w:\n%s", errWrong, strings.Join(v.wrong, "\n"))
	}
	return nil
}

// recorded keeps how the run is now.
func (h *history) recorded(run catalog.Run, v *verdict) {
	h.open, h.parked, h.last = 0, catalog.Run{}, run.ID
	switch run.State {
	case catalog.RunRunning:
		h.open = run.ID
		maps.Copy(h.others, h.site.told)
		return
	case catalog.RunParked:
		h.parked, h.lacked = run, v.lacked()
		h.parked.SourceID = h.src.ID
		fallthrough
	case catalog.RunCompleted:
		h.rejected, h.perhaps = nil, nil
	}
	h.done = append(h.done, &done{id: run.ID, before: h.start, after: maps.Clone(v.after), erased: h.erased})
	h.erased = false
}

// ended checks how the attempt ended: by itself, unless something struck us, and
// as the diagram of docs/harvest.md has it.
func (h *history) ended(v *verdict, run catalog.Run, receipt catalog.Receipt, failure error, hit string) {
	c := run.Receipt
	switch {
	case failure != nil:
		h.say("interrupted: %v", failure)
	default:
		h.say("%s: read %d, new %d, changed %d, unchanged %d, refused %d, gone %d %s", receipt.Outcome, c.Read, c.New, c.Changed, c.Unchanged, c.Refused, c.Gone, c.Error)
	}
	switch {
	case failure != nil && hit == "":
		v.fault("the harvest ended with an error of ours, and nothing had struck us: %v", failure)
	case failure == nil && (run.State != receipt.Outcome || run.Receipt.Outcome != receipt.Outcome):
		v.fault("the receipt says %s, the run is %s", receipt.Outcome, run.State)
	case h.open != 0 && run.ID != h.open:
		v.fault("the run that was left is not taken up")
	case failure == nil && run.ID == h.last && h.open == 0:
		v.fault("there is no run")
	case failure == nil && v.reading.harmless && run.State == catalog.RunFailed && len(h.site.rows) > 0:
		v.fault("the run failed although nothing was wrong")
	case failure == nil && len(h.site.rows) == 0 && !v.reading.partial && v.reading.harmless && run.State != catalog.RunFailed:
		v.fault("nothing at all was listed, and the run is %s", run.State)
	}
}

// lastRun is the newest harvest of the source; the zero Run before the first.
func (h *history) lastRun(ctx context.Context) (catalog.Run, error) {
	rows, _ := h.db.Query(ctx, `select id, state, receipt from run where source_id = $1 and kind = 'harvest' order by id desc limit 1`, h.src.ID)
	runs, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r catalog.Run, err error) {
		err = row.Scan(&r.ID, &r.State, &r.Receipt)
		return r, err
	})
	if len(runs) == 0 {
		return catalog.Run{}, err
	}
	return runs[0], err
}
