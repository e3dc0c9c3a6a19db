package simulate

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"po-net.prato.it/ponet/catalog"
)

// undone reports whether a revert of d is in force.
func (h *history) undone(d *done) bool {
	return slices.ContainsFunc(h.done, func(u *done) bool { return u.undoes == d && !h.undone(u) })
}

// revert undoes one of the runs that there were, any of them.
func (h *history) revert(ctx context.Context) error {
	if len(h.done) == 0 {
		return nil
	}
	d := h.done[len(h.done)-1]
	if h.random.IntN(2) == 0 {
		d = h.done[h.random.IntN(len(h.done))]
	}
	except := h.random.IntN(3) == 0
	h.say("run %d is reverted (except what was changed since: %v)", d.id, except)
	var receipt catalog.Receipt
	hit, failure := h.under(h.blow(), func() (err error) {
		receipt, err = h.store.Revert(ctx, h.src, catalog.Run{ID: d.id, SourceID: h.src.ID}, except)
		return err
	})
	var made int64 // also when nobody was told that it was
	if err := h.db.QueryRow(ctx, `select coalesce(max(id), 0) from run where source_id = $1 and kind = 'revert'`, h.src.ID).Scan(&made); err != nil {
		return err
	}
	if slices.ContainsFunc(h.done, func(d *done) bool { return d.id == made }) {
		made = 0
	}
	p := planned(h.fates, d)
	var conflict *catalog.ConflictError
	var wrong string
	switch {
	case made == 0 && failure == nil:
		wrong = "it was reverted, and there is no run that did"
	case made == 0 && hit != "":
	case h.open != 0 || h.broken:
		if !errors.Is(failure, catalog.ErrExists) {
			wrong = "a run is not finished"
		}
	case h.undone(d) && failure != nil:
	case d.erased:
		if !errors.Is(failure, catalog.ErrNotFound) {
			wrong = "something was erased since"
		}
	case errors.As(failure, &conflict):
		wrong = p.named(conflict, except)
	case failure != nil && hit == "":
		wrong = "nothing stands in the way"
	case len(p.must) > 0 && !except:
		wrong = fmt.Sprintf("%v were changed again", p.must)
	}
	if wrong != "" {
		return fmt.Errorf("%w: %s: %v", errWrong, wrong, failure)
	}
	if made == 0 {
		h.say("which is refused: %v", failure)
		return h.same(ctx, "a revert that was refused")
	}
	now, bad, err := h.stored(ctx)
	if err != nil {
		return err
	}
	bad = append(bad, p.compare(h.fates, now, h.kind.shared)...)
	if failure == nil {
		bad = append(bad, counted(receipt, h.fates, now)...)
	}
	if len(bad) > 0 {
		return fmt.Errorf("%w: a revert: %v", errWrong, bad)
	}
	h.parked = catalog.Run{}
	h.done = append(h.done, &done{id: made, before: h.fates, after: maps.Clone(now), undoes: d})
	h.fates = now
	return nil
}

// A plan is what undoing a run should come to.
type plan struct {
	want map[string]placedFate // by record
	past map[string]placedFate // what was before the run
	must map[string]bool       // records whose change since is in the way
	may  map[string]bool       // records whose change since may be
}

// A placedFate is a fate with its key.
type placedFate struct {
	key string
	fate
}

func byRecord(f fates) map[string]placedFate {
	records := map[string]placedFate{}
	for key, f := range f {
		records[f.record] = placedFate{key, f}
	}
	return records
}

// planned is what undoing d should make of the catalogue: what it changed is as
// it was before, unless it was changed since.
func planned(now fates, d *done) plan {
	p := plan{want: byRecord(now), must: map[string]bool{}, may: map[string]bool{}}
	befores, afters := byRecord(d.before), byRecord(d.after)
	p.past = befores
	for record, have := range byRecord(now) {
		before, was := befores[record]
		after, is := afters[record]
		if have.state != after.state || have.live != after.live || have.key != after.key || have.known != after.known {
			p.may[record] = true
		}
		if !is || was && before.key == after.key && before.equals(after.fate) {
			continue // it did not touch it, or left it as it was
		}
		other, used := now[before.key] // by what was stored since under the key that it had
		if have.state != after.state || have.live != after.live || was && used && other.known && other.record != record {
			p.must[record], p.may[record] = true, true
			continue
		}
		if !was {
			have.live, have.known = false, false
			p.want[record] = have
		} else {
			p.want[record] = before
		}
	}
	return p
}

// named holds what is said to be in the way against what is.
func (p plan) named(e *catalog.ConflictError, except bool) string {
	if except {
		return "what was changed since was to be left out"
	}
	named := map[string]bool{}
	for _, c := range e.Conflicts {
		named[c.Record] = true
		if _, ours := p.want[c.Record]; ours && !p.may[c.Record] {
			return fmt.Sprintf("%s (%s) is said to be changed by run %d, and was not", c.Record, c.Key, c.Run)
		}
		if c.Run <= e.Run {
			return fmt.Sprintf("%s is said to be changed again by run %d", c.Record, c.Run)
		}
	}
	if e.Total > catalog.MaxConflicts {
		return ""
	}
	for record := range p.must {
		if !named[record] {
			return fmt.Sprintf("%s was changed again, and is not named", record)
		}
	}
	return ""
}

// compare holds what was reverted against the plan, and gives the fates of what
// is now how often they may have been missed. shared: records are made of what sources
// say of them.
func (p plan) compare(before, now fates, shared bool) (wrong []string) {
	was, is := byRecord(before), byRecord(now)
	for record, want := range p.want {
		have, there := is[record]
		old := was[record]
		switch {
		case !there:
			wrong = append(wrong, fmt.Sprintf("the record of %s is lost", old.key))
			continue
		case have.key == want.key && have.equals(want.fate):
		case shared && have.key == want.key && !want.live && !have.live && have.known == want.known:
			// It is made of no description that is still held: its address answers 410, and what it last said nobody sees.
		case p.may[record] && have.key == old.key && have.equals(old.fate): // it stays as later runs left it
		default:
			wrong = append(wrong, fmt.Sprintf("%s %s is %s %s; want %s %s", old.key, old.fate, have.key, have.fate, want.key, want.fate))
		}
		f := have.fate
		f.least, f.most = min(old.least, p.past[record].least), max(old.most, p.past[record].most)
		now[have.key] = f
	}
	for record, f := range is {
		if _, known := p.want[record]; !known {
			wrong = append(wrong, fmt.Sprintf("%s has a record that was not there", f.key))
		}
	}
	return wrong
}

// counted holds the receipt against what happened; the dataset that the source is
// itself may come and go with it.
func counted(r catalog.Receipt, before, now fates) (wrong []string) {
	was := byRecord(before)
	var back, gone int64
	for record, f := range byRecord(now) {
		switch old := was[record]; {
		case f.live && !old.live:
			back++
		case !f.live && old.live:
			gone++
		}
	}
	if r.New < back || r.New > back+1 || r.Gone < gone || r.Gone > gone+1 {
		wrong = append(wrong, fmt.Sprintf("the receipt says %d back and %d gone; it is %d and %d", r.New, r.Gone, back, gone))
	}
	return wrong
}
