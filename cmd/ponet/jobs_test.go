package main

import (
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// Each source has its own moment of the day, and is due once after it.
func TestEverySourceIsDueOnceADay(t *testing.T) {
	store := postgistest.New(t)
	src := catalog.Source{ID: "biblioteche", Protocol: "file", URL: "/x", Rhythm: catalog.Duration(24 * time.Hour), Deadline: catalog.Duration(time.Hour)}
	if err := store.PutSource(t.Context(), src); err != nil {
		t.Fatal(err)
	}
	midnight := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	for hour := range 24 { // whenever in the day it was added
		added := midnight.Add(time.Duration(hour) * time.Hour)
		if _, err := store.DB().Exec(t.Context(), `with r as (delete from run) update source set added = $1`, added); err != nil {
			t.Fatal(err)
		}
		var times int
		for after := range 24 {
			at := added.Add(time.Duration(after+1) * time.Hour)
			due, err := store.Due(t.Context(), at, slot)
			if err != nil {
				t.Fatal(err)
			}
			if len(due) == 1 {
				times++
				if _, err := store.DB().Exec(t.Context(), `insert into run (source_id, state, started, finished) values ('biblioteche', 'completed', $1, $1)`, at); err != nil {
					t.Fatal(err)
				}
			}
		}
		if times != 1 {
			t.Errorf("added at %s: due %d times in the 24 hours after; want once", added.Format("15:04"), times)
		}
	}
	if a, b := slot("biblioteche", 24*time.Hour), slot("musei", 24*time.Hour); a == b || a != slot("biblioteche", 24*time.Hour) {
		t.Errorf("slots %s and %s; want two different ones, always the same", a, b)
	}
}

// The job of a process that died is free as soon as its connections are gone;
// that of one that lives is not.
func TestOrphanedJobsAreFreed(t *testing.T) {
	store := postgistest.New(t) // its connections are called "ponet test"
	_, err := store.DB().Exec(t.Context(), `
		insert into river_job (kind, args, max_attempts, priority, queue, state, attempt, attempted_at, attempted_by) values
			('harvest', '{"source":"dead"}', 5, 1, 'harvest', 'running', 1, now(), '{"ponet work 1-dead"}'),
			('harvest', '{"source":"alive"}', 5, 1, 'harvest', 'running', 1, now(), '{"ponet test"}')`)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.FreeOrphans(t.Context()); err != nil {
		t.Fatal(err)
	}
	var dead, alive string
	err = store.DB().QueryRow(t.Context(), `
		select max(state::text) filter (where args ->> 'source' = 'dead'), max(state::text) filter (where args ->> 'source' = 'alive') from river_job`).Scan(&dead, &alive)
	if err != nil {
		t.Fatal(err)
	}
	if dead != "available" || alive != "running" {
		t.Errorf("jobs are %s and %s; want available and running", dead, alive)
	}
}
