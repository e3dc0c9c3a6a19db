package harvesters_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

// An anyOrder holds that neither the order in which four sources are harvested nor how often,
// nor what was undone meanwhile, changes what comes out. T is what a source lists.
type anyOrder[T any] struct {
	draw     func(random *rand.Rand, source string) []T // all that a source says in the end
	change   func(random *rand.Rand, x *T)              // to something else that it said once
	known    func(t *testing.T, ids ...string) *portals // the sources, in an empty catalogue
	harvest  func(p *portals, id string, list ...T) catalog.Receipt
	records  func(p *portals) string // what came out
	merged   func(records string) bool
	harvests int // before everything is harvested once more
}

func (o anyOrder[T]) test(t *testing.T, stream uint64) {
	seeds := uint64(8)
	if testing.Short() {
		seeds = 1 // with the race detector
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { o.once(t, rand.New(rand.NewPCG(seed, stream))) })
	}
}

func (o anyOrder[T]) once(t *testing.T, random *rand.Rand) {
	ids := []string{"a", "b", "c", "d"}
	universe := map[string][]T{}
	for _, id := range ids {
		universe[id] = o.draw(random, id)
	}
	straight := o.known(t, ids...)
	for _, id := range ids {
		o.harvest(straight, id, universe[id]...)
	}
	crooked := o.known(t, ids...)
	for range o.harvests { // parts of the sources, changed and in any order
		id := ids[random.IntN(len(ids))]
		part := slices.Clone(universe[id])
		random.Shuffle(len(part), func(i, j int) { part[i], part[j] = part[j], part[i] })
		part = part[:1+random.IntN(len(part))]
		o.change(random, &part[0])
		r := o.harvest(crooked, id, part...)
		if random.IntN(2) == 0 {
			crooked.undo(id, r.Run)
		}
	}
	for _, i := range random.Perm(len(ids)) {
		o.harvest(crooked, ids[i], universe[ids[i]]...)
	}
	want := o.records(straight)
	if !o.merged(want) {
		t.Error("nothing was recognised: the test says nothing")
	}
	if got := o.records(crooked); got != want {
		t.Errorf("in another order:\n%s\nwant\n%s", got, want)
	}
	crooked.sound()
	crooked.keepsPast("at the end")
	straight.sound()
}

// undo undoes a run.
func (p *portals) undo(id string, number int64) {
	p.t.Helper()
	run, err := p.store.Run(p.t.Context(), number)
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := p.store.Revert(p.t.Context(), p.list[id], run, true); err != nil {
		p.t.Fatal(err)
	}
	p.sound()
	p.keepsPast("undone")
}
