//go:build mutants

package postgis

import (
	"context"
	"os"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// The rules of rules.go, one of them broken: that which PONET_MUTANT names.
var mutant = os.Getenv("PONET_MUTANT")

var since = sinceNow()

func sinceNow() string {
	if mutant == "the clock only goes forward" {
		return "now()"
	}
	return `greatest(now(), r.updated + interval '1 microsecond')`
}

func enough(missed int16) bool {
	return missed+1 >= missesToWithdraw || mutant == "one miss is enough"
}

func (k known) still(hash []byte) bool {
	switch mutant {
	case "changes are not seen":
		return k.missed == 0
	case "a sighting does not count":
		return string(k.hash[:]) == string(hash)
	}
	return k.missed == 0 && string(k.hash[:]) == string(hash)
}

func add(c *catalog.BatchCounts, old known, run int64) {
	switch {
	case mutant == "a run taken up counts anew":
		c.Unchanged++
	case run == old.firstRun:
		c.New++
	case run == old.lastRun:
		c.Changed++
	default:
		c.Unchanged++
	}
}

func mayWait(found, own bool) bool { return !found && !own && mutant != "new keys are new things" }

func ends(dry bool) error {
	if dry && mutant != "a dry run writes" {
		return errDry
	}
	return nil
}

func restores(table string) bool {
	return !(table == "record" && mutant == "a revert forgets the records") && !(table == "harvested" && mutant == "a revert forgets what the source said")
}

func refuses(changed int64, exceptChanged bool) bool {
	return changed > 0 && !exceptChanged && mutant != "a revert overwrites"
}

func sees(anew bool) bool { return !anew || mutant == "reading anew is a sighting" }

func holds(free bool) bool { return free || mutant == "two may harvest at once" }

func stays(rejected bool) bool { return rejected && mutant != "a rejection is forgotten" }

func publishedAt(moment string) string {
	switch mutant {
	case "the past forgets what is gone":
		return "(select * from published_at(" + moment + ") where id in (select id from published))"
	case "the past shows what is there now":
		return "(select p.* from published_at('infinity') p where id in (select id from published_at(" + moment + ")))"
	case "the past is a little earlier":
		return "published_at(" + moment + "::timestamptz - interval '1 second')"
	}
	return "published_at(" + moment + ")"
}

func erases() []string {
	if mutant == "a purge leaves the versions" {
		return slices.DeleteFunc(slices.Clone(recordErasures), func(sql string) bool { return strings.Contains(sql, "record_version") })
	}
	return recordErasures
}

func (h *Harvest) Together(ctx context.Context, f func() error) error {
	if mutant == "a run ends in two transactions" {
		return f()
	}
	return pgx.BeginFunc(ctx, h.conn, func(tx pgx.Tx) error {
		h.end = tx
		defer func() { h.end = nil }()
		return f()
	})
}
