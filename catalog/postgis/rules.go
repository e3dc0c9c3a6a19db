//go:build !mutants

package postgis

import (
	"context"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// The rules of a harvest that the store keeps. With the build tag mutants
// rules_mutants.go takes the place of this file, with bugs that the simulator must
// find (harvesters/simulate).

// enough reports whether a record goes whose description this complete listing
// lacks, and so many complete listings in a row before it.
func enough(missed int16) bool { return missed+1 >= missesToWithdraw }

// since is when a new version of the record r begins: now, but after the version
// before it, whatever a clock that was set back says. Else a record stored under
// a wrong clock could not be changed until that time has come.
const since = `greatest(now(), r.updated + interval '1 microsecond')`

// still reports whether a description is as it was stored. One that was missed has
// to be stored anew: its count begins again.
func (k known) still(hash []byte) bool { return k.missed == 0 && string(k.hash[:]) == string(hash) }

// add counts a description that is as it was: if this very run stored it before
// it was interrupted, as what it was then.
func add(c *catalog.BatchCounts, old known, run int64) {
	switch run {
	case old.firstRun:
		c.New++
	case old.lastRun:
		c.Changed++
	default:
		c.Unchanged++
	}
}

// mayWait reports whether a description whose key is new may be an old one under
// another key. What we describe ourselves has keys of our own.
func mayWait(found, own bool) bool { return !found && !own }

// ends is what the transaction of a page ends with: a dry one is undone.
func ends(dry bool) error {
	if dry {
		return errDry
	}
	return nil
}

// restores reports whether a revert puts this table back, or makes it anew: all of them.
func restores(string) bool { return true }

// refuses reports whether a revert is refused for so many that later runs have
// changed again.
func refuses(changed int64, exceptChanged bool) bool { return changed > 0 && !exceptChanged }

// sees reports whether storing a description means that its source holds it;
// reading anew what is stored does not.
func sees(anew bool) bool { return !anew }

// holds reports whether a source is ours alone.
func holds(free bool) bool { return free }

// stays reports whether a rejected difference is known when it comes again.
func stays(rejected bool) bool { return rejected }

// publishedAt is the table of what was published at a moment, an argument.
func publishedAt(moment string) string { return "published_at(" + moment + ")" }

// erases are the statements by which a purge erases records.
func erases() []string { return recordErasures }

// Together makes what f does with h one transaction: what a run withdraws, leaves
// to the next one and says in its receipt is there whole or not at all. A process
// that died in between would count the same miss twice.
func (h *Harvest) Together(ctx context.Context, f func() error) error {
	return pgx.BeginFunc(ctx, h.conn, func(tx pgx.Tx) error {
		h.end = tx
		defer func() { h.end = nil }()
		return f()
	})
}
