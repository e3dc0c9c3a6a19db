package simulate

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/harvesters"
)

// A done is a run that has ended.
type done struct {
	id            int64
	before, after fates
	undoes        *done // of a revert
	erased        bool  // it was before a purge, which nothing is undone behind
}

// act does what an operator may do between two harvests, if anything.
func (h *history) act(ctx context.Context) error {
	switch h.random.IntN(16) {
	case 0, 1:
		return h.dry(ctx)
	case 2, 3, 4:
		return h.revert(ctx)
	case 5, 6:
		return h.remap(ctx)
	case 7:
		return h.purge(ctx)
	case 8, 9, 10, 11:
		return h.reject(ctx)
	}
	return nil
}

// blow is one, or none, that strikes what is about to be done.
func (h *history) blow() blow {
	if h.random.IntN(3) > 0 {
		return ""
	}
	return h.blows[h.random.IntN(len(h.blows))]
}

// same fails unless the catalogue is as it was.
func (h *history) same(ctx context.Context, what string) error {
	now, wrong, err := h.stored(ctx)
	if err != nil {
		return err
	}
	for _, key := range union(h.fates, now) {
		if a, b := h.fates[key], now[key]; !a.equals(b) {
			wrong = append(wrong, fmt.Sprintf("%s was %s, and is %s", key, a, b))
		}
	}
	if len(wrong) > 0 {
		return fmt.Errorf("%w: %s: %v", errWrong, what, wrong)
	}
	return nil
}

// equals compares all but what is not certain from outside.
func (f fate) equals(g fate) bool {
	f.least, f.most, g.least, g.most = 0, 0, 0, 0
	return f == g
}

func (f fate) String() string {
	return fmt.Sprintf("%s (published %v, known %v, record %.13s)", f.state, f.live, f.known, f.record)
}

// dry harvests without writing, whatever becomes of it.
func (h *history) dry(ctx context.Context) error {
	h.say("a dry run")
	f := none
	if all := h.kind.faults(); h.random.IntN(2) == 0 {
		f = all[h.random.IntN(len(all))]
	}
	if f == moves {
		f = none
	}
	h.site.read(h.random, h.living.world, h.living, f, 1+h.random.IntN(8), h.random.IntN(2) == 0)
	before, err := h.everything(ctx)
	if err != nil {
		return err
	}
	strike := h.blow()
	hit, failure := h.under(strike, func() error {
		_, err := h.harvest(ctx, harvesters.Options{DryRun: true, Full: h.random.IntN(3) == 0})
		return err
	})
	if failure != nil && hit == "" {
		return fmt.Errorf("%w: a dry run ended with an error of ours: %v", errWrong, failure)
	}
	after, err := h.everything(ctx)
	if err == nil && before != after {
		err = fmt.Errorf("%w: a dry run wrote: %s became %s", errWrong, before, after)
	}
	return err
}

// reject rejects the parked run, if the last one is.
func (h *history) reject(ctx context.Context) error {
	if h.parked.ID == 0 || h.open != 0 {
		return nil
	}
	h.say("a person rejects run %d", h.parked.ID)
	hit, failure := h.under(h.blow(), func() error { return h.store.Reject(ctx, h.parked) })
	if failure != nil && hit == "" {
		return fmt.Errorf("%w: reject: %v", errWrong, failure)
	}
	run, err := h.store.Run(ctx, h.parked.ID)
	if err != nil {
		return err
	}
	if failure == nil && run.State != catalog.RunRejected {
		return fmt.Errorf("%w: the run was rejected and is %s", errWrong, run.State)
	}
	if err := h.same(ctx, "a rejection"); err != nil || run.State == catalog.RunParked {
		return err
	}
	h.parked, h.rejected, h.perhaps = catalog.Run{}, map[string]bool{}, map[string]bool{}
	for key, due := range h.lacked {
		if f, is := h.fates[key]; is {
			f.least, f.most = 0, 0
			h.fates[key] = f
			h.rejected[key], h.perhaps[key] = due, true
		}
	}
	return nil
}

// purge erases one record for good.
func (h *history) purge(ctx context.Context) error {
	keys := slices.Sorted(maps.Keys(h.fates))
	if len(keys) == 0 {
		return nil
	}
	key := keys[h.random.IntN(len(keys))]
	record := h.fates[key].record
	h.say("the record of %s is purged", key)
	hit, failure := h.under(h.blow(), func() error {
		_, err := h.store.Purge(ctx, h.src, record, catalog.Request{})
		return err
	})
	if failure != nil && hit == "" {
		return fmt.Errorf("%w: purge: %v", errWrong, failure)
	}
	var erased bool
	if err := h.db.QueryRow(ctx, `select title = '' from record where id = $1`, record).Scan(&erased); err != nil {
		return err
	}
	if !erased {
		if failure == nil {
			return fmt.Errorf("%w: %s was purged and is there", errWrong, key)
		}
		return h.same(ctx, "a purge that was broken off")
	}
	// Of what is not allowed to come back the tests of erasures tell.
	if err := h.rival.Allow(ctx, h.src.ID, record); err != nil {
		return err
	}
	h.purged[record] = true
	h.parked = catalog.Run{} // the last run is another one
	delete(h.fates, key)
	delete(h.start, key)
	maps.DeleteFunc(h.others, func(r row, _ bool) bool { return r.key == key })
	h.erased = h.open != 0
	for _, d := range h.done {
		d.erased = true
	}
	return h.same(ctx, "a purge")
}

// remap makes the records anew out of what is stored, mostly after the mapping was
// changed.
func (h *history) remap(ctx context.Context) error {
	if h.kind.mapped && h.random.IntN(3) > 0 {
		h.site.mapped = 1 - h.site.mapped
		h.src.Mapping = h.kind.mappingAs(h.site.mapped)
		h.say("the mapping is now %v", h.src.Mapping.Fields)
		if err := h.rival.PutSource(ctx, h.src); err != nil {
			return err
		}
		if h.random.IntN(3) == 0 {
			return nil // and is left to the next harvest
		}
	}
	h.say("what is stored is read anew")
	start := maps.Clone(h.fates)
	var receipt catalog.Receipt
	hit, failure := h.under(h.blow(), func() error {
		run, err := h.store.BeginRemap(ctx, h.src)
		if err != nil {
			return err
		}
		defer run.Close()
		receipt, err = harvesters.Remap(ctx, run, h.src, datasets.Vocabularies(), harvesters.Options{})
		return err
	})
	if hit != "" {
		h.say("which is broken off: %s", hit)
	}
	if h.open != 0 {
		if failure == nil || hit == "" && !errors.Is(failure, catalog.ErrExists) {
			return fmt.Errorf("%w: remap over an interrupted run: %v", errWrong, failure)
		}
		return h.same(ctx, "a remap that was refused")
	}
	complete := failure == nil && receipt.Outcome == catalog.RunCompleted
	if !complete && hit == "" {
		return fmt.Errorf("%w: remap: %s %s %v", errWrong, receipt.Outcome, receipt.Error, failure)
	}
	now, wrong, err := h.stored(ctx)
	if err != nil {
		return err
	}
	for _, key := range union(h.fates, now) {
		old, f := h.fates[key], now[key]
		want := old
		if f.live && h.kind.mapped {
			want.state = old.state.as(h.site.mapped)
		}
		switch {
		case f.equals(want):
		case !f.equals(old):
			wrong = append(wrong, fmt.Sprintf("%s was %s, and is %s", key, old, f))
		case complete:
			wrong = append(wrong, fmt.Sprintf("%s is %s; not as the mapping has it", key, f))
		}
		f.least, f.most = old.least, old.most
		now[key] = f
	}
	if len(wrong) > 0 {
		return fmt.Errorf("%w: a remap: %v", errWrong, wrong)
	}
	h.fates = now
	var last int64
	var state string
	err = h.db.QueryRow(ctx, `select id, state from run where source_id = $1 order by id desc limit 1`, h.src.ID).Scan(&last, &state)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	if last > h.last && !slices.ContainsFunc(h.done, func(d *done) bool { return d.id == last }) && (failure == nil || state == "running") {
		h.parked = catalog.Run{}
		h.broken = state == "running"
		h.done = append(h.done, &done{id: last, before: start, after: maps.Clone(now)})
	}
	return nil
}

// intrusion is what another process tries while we harvest: it is told that the
// source is held, and nothing comes of it.
func (h *history) intrusion() func(context.Context) error {
	one := h.random.IntN(5)
	return func(ctx context.Context) error {
		h.say("another process comes in between")
		var run *postgis.Harvest
		var err error
		switch s := h.rival; one {
		case 0:
			run, err = s.Begin(ctx, h.src)
		case 1:
			run, err = s.Rehearse(ctx, h.src)
		case 2:
			run, err = s.BeginRemap(ctx, h.src)
		case 3:
			_, err = s.Revert(ctx, h.src, catalog.Run{ID: h.last}, false)
		case 4:
			_, err = s.Purge(ctx, h.src, "", catalog.Request{})
		}
		if run != nil {
			run.Close()
		}
		if !errors.Is(err, catalog.ErrExists) {
			return fmt.Errorf("%w: another process came in between: %v", errWrong, err)
		}
		return nil
	}
}
