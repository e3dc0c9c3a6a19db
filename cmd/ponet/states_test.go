package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/riverqueue/river/rivertype"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/harvesters"
)

// A stage is a catalogue with one source, whose descriptions the test tells, and
// the queue of its jobs.
type stage struct {
	*testing.T
	store *postgis.Store
	src   catalog.Source
	queue *worker
	keys  []string
	err   error
	reads int
	first func() // called before the first description
}

func newStage(t *testing.T) *stage { return newStageOf(t, &Config{Addr: "127.0.0.1:0"}) }

func newStageOf(t *testing.T, cfg *Config) *stage {
	s := &stage{T: t, store: postgistest.New(t), keys: []string{"1", "2", "3"}}
	s.src = catalog.Source{ID: "fonte", Protocol: "stage", URL: "https://example.org/", Rhythm: catalog.Duration(24 * time.Hour), Deadline: catalog.Duration(time.Minute)}
	harvesters.Protocols["stage"] = s.harvest
	t.Cleanup(func() { delete(harvesters.Protocols, "stage") })
	if err := s.store.PutSource(t.Context(), s.src); err != nil {
		t.Fatal(err)
	}
	var err error
	// the connections of the store have this name, by which a job knows its process
	s.queue, err = startWorker(t.Context(), &shell{ctx: t.Context(), cfg: cfg, stderr: io.Discard, log: slog.New(slog.DiscardHandler)}, &node{Store: s.store, name: "ponet test"}, harvesters.Allow{}, false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.queue.stop)
	return s
}

func (s *stage) harvest(ctx context.Context, _ *http.Client, _ catalog.Source) iter.Seq2[catalog.Harvested, error] {
	s.reads++
	layer := &catalog.Layer{Columns: []catalog.Column{{Name: "codice", Type: catalog.ColumnText}}}
	return func(yield func(catalog.Harvested, error) bool) {
		if s.first != nil {
			s.first()
		}
		for _, k := range s.keys {
			if ctx.Err() != nil { // the deadline has passed
				yield(catalog.Harvested{}, ctx.Err())
				return
			}
			if !yield(catalog.Harvested{Key: k, Layer: layer, MediaType: "text/csv", Raw: []byte(k), Values: []any{k}}, nil) {
				return
			}
		}
		if s.err != nil {
			yield(catalog.Harvested{}, s.err)
		}
	}
}

// job queues the source, waits until its job is in one of the states and returns
// it, and how the last run ended.
func (s *stage) job(states ...rivertype.JobState) (*rivertype.JobRow, catalog.RunState) {
	s.Helper()
	inserted, err := s.queue.Insert(s.Context(), harvestArgs{Source: s.src.ID}, nil)
	if err != nil {
		s.Fatal(err)
	}
	return s.until(inserted.Job.ID, states...), s.last().State
}

func (s *stage) until(id int64, states ...rivertype.JobState) *rivertype.JobRow {
	s.Helper()
	return s.untilIt(fmt.Sprint("is one of ", states), id, func(job *rivertype.JobRow) bool { return slices.Contains(states, job.State) })
}

func (s *stage) untilIt(what string, id int64, is func(*rivertype.JobRow) bool) *rivertype.JobRow {
	s.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		job, err := s.queue.JobGet(s.Context(), id)
		if err != nil {
			s.Fatal(err)
		}
		if is(job) {
			return job
		}
	}
	s.Fatalf("waited a minute until job %d %s", id, what)
	return nil
}

func (s *stage) last() catalog.Run {
	s.Helper()
	runs, err := s.store.Runs(s.Context(), s.src.ID, 1)
	if err != nil || len(runs) != 1 {
		s.Fatalf("%d runs, %v", len(runs), err)
	}
	return runs[0]
}

func (s *stage) published() (n int) {
	s.Helper()
	if err := s.store.DB().QueryRow(s.Context(), `select count(*) from published where source_id = $1 and kind <> 'dataset'`, s.src.ID).Scan(&n); err != nil {
		s.Fatal(err)
	}
	return n
}

func (s *stage) exec(sql string, args ...any) {
	s.Helper()
	if _, err := s.store.DB().Exec(s.Context(), sql, args...); err != nil {
		s.Fatal(err)
	}
}

// due reports whether the source is queued at its next turn.
func (s *stage) due() bool {
	s.Helper()
	due, err := s.store.Due(s.Context(), time.Now().Add(25*time.Hour), slot)
	if err != nil {
		s.Fatal(err)
	}
	return len(due) == 1
}

// Every end of a run and of a job leads to the next harvest without a person.
func TestEveryStateIsLeft(t *testing.T) {
	s := newStage(t)
	if job, state := s.job(rivertype.JobStateCompleted); state != catalog.RunCompleted || len(job.Output()) == 0 || !s.due() {
		t.Errorf("completed: the run is %s, due %v", state, s.due())
	}

	s.err = fmt.Errorf("broken off: %w", catalog.ErrFailedListing)
	if job, state := s.job(rivertype.JobStateCompleted); state != catalog.RunFailed || job.Attempt != 1 || !s.due() {
		t.Errorf("failed: the run is %s after %d attempts of the job, due %v", state, job.Attempt, s.due())
	}

	s.keys, s.err = nil, nil
	for i := range 60 {
		s.keys = append(s.keys, fmt.Sprint(i))
	}
	s.job(rivertype.JobStateCompleted)
	s.keys = s.keys[:10]
	s.job(rivertype.JobStateCompleted)
	for range 3 { // nobody answers
		if _, state := s.job(rivertype.JobStateCompleted); state != catalog.RunParked || s.published() != 60 || !s.due() {
			t.Errorf("parked: the run is %s, %d published, due %v", state, s.published(), s.due())
		}
	}
	for i := 10; i < 60; i++ {
		s.keys = append(s.keys, fmt.Sprint(i))
	}
	s.keys = append(s.keys, "nuova")
	if _, state := s.job(rivertype.JobStateCompleted); state != catalog.RunCompleted || s.published() != 61 {
		t.Errorf("after parked runs: %s, %d published; want completed, 61", state, s.published())
	}

	s.src.Deadline = catalog.Duration(time.Nanosecond)
	if err := s.store.PutSource(t.Context(), s.src); err != nil {
		t.Fatal(err)
	}
	if _, state := s.job(rivertype.JobStateCompleted); state != catalog.RunFailed || !s.due() {
		t.Errorf("deadline: the run is %s, due %v", state, s.due())
	}
	s.src.Deadline = catalog.Duration(time.Minute)

	s.src.Paused = true
	if err := s.store.PutSource(t.Context(), s.src); err != nil {
		t.Fatal(err)
	}
	paused := s.due()
	s.src.Paused = false
	if err := s.store.PutSource(t.Context(), s.src); err != nil {
		t.Fatal(err)
	}
	if paused || !s.due() {
		t.Errorf("paused: due %v, resumed: due %v", paused, s.due())
	}

	for _, state := range []string{"discarded", "cancelled"} { // jobs that are over keep none from being queued
		s.exec(`insert into river_job (kind, args, max_attempts, priority, queue, state, attempt, finalized_at) values ('harvest', '{"source":"fonte"}', 5, 1, 'harvest', $1, 5, now())`, state)
		before := s.reads
		if s.job(rivertype.JobStateCompleted); s.reads != before+1 {
			t.Errorf("after a job that was %s: read %d times; want once", state, s.reads-before)
		}
	}
}

// A run whose process died is taken up by the next, whoever it is, and ends as if
// nothing had happened.
func TestAnInterruptedRunIsTakenUp(t *testing.T) {
	s := newStage(t)
	dead, stop := context.WithCancel(t.Context())
	s.first = stop
	_, err := harvest(dead, http.DefaultClient, s.store, s.src, datasets.Vocabularies(), harvesters.Options{})
	if !errors.Is(err, context.Canceled) || s.last().State != catalog.RunRunning {
		t.Fatalf("%v, the run is %s; want it left running", err, s.last().State)
	}
	interrupted := s.last().ID
	s.first = nil
	if _, state := s.job(rivertype.JobStateCompleted); state != catalog.RunCompleted || s.last().ID != interrupted || s.last().Receipt.New != 3 {
		t.Errorf("run %d is %s: %+v; want run %d completed", s.last().ID, state, s.last().Receipt, interrupted)
	}
}

// A process may die when its run is finished and its job is not: the next attempt
// tells what the run did, and does not harvest once more.
func TestAFinishedRunIsNotRepeated(t *testing.T) {
	s := newStage(t)
	s.job(rivertype.JobStateCompleted)
	run := s.last()
	var id int64
	if err := s.store.DB().QueryRow(t.Context(), `
		insert into river_job (kind, args, max_attempts, priority, queue, state, attempt, attempted_at, attempted_by, created_at)
		values ('harvest', '{"source":"fonte"}', 5, 1, 'harvest', 'running', 1, now(), '{"ponet work 1-dead"}', now() - interval '1 hour')
		returning id`).Scan(&id); err != nil {
		t.Fatal(err)
	}
	if err := s.store.FreeOrphans(t.Context()); err != nil {
		t.Fatal(err)
	}
	job := s.until(id, rivertype.JobStateCompleted)
	if s.reads != 1 || s.last().ID != run.ID || len(job.Output()) == 0 {
		t.Errorf("the source was read %d times, its last run is %d; want once, and %d", s.reads, s.last().ID, run.ID)
	}
}

// Two processes never harvest one source at once; the second waits and is no failure.
func TestASourceThatIsHeld(t *testing.T) {
	s := newStage(t)
	other, err := s.store.Begin(t.Context(), s.src)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.store.Begin(t.Context(), s.src); !errors.Is(err, catalog.ErrExists) {
		t.Errorf("a second process: %v; want it kept away", err)
	}
	job, _ := s.job(rivertype.JobStateScheduled)
	if s.reads != 0 || len(job.Errors) != 0 {
		t.Errorf("the job read %d times, errors %v; want it to wait", s.reads, job.Errors)
	}
	other.Close()
	s.exec(`update river_job set scheduled_at = now(), state = 'available' where id = $1`, job.ID)
	s.until(job.ID, rivertype.JobStateCompleted)
	if s.reads != 1 || s.published() != 3 {
		t.Errorf("read %d times, %d published; want once, 3", s.reads, s.published())
	}
}

// A source that is removed while it is harvested leaves nothing behind, and can be
// added again at once.
func TestASourceIsRemovedWhileItIsHarvested(t *testing.T) {
	s := newStage(t)
	s.first = func() {
		if _, err := s.store.RemoveSource(t.Context(), s.src.ID); err != nil {
			t.Error(err)
		}
	}
	if _, state := s.job(rivertype.JobStateCompleted); state != catalog.RunFailed || s.published() != 0 {
		t.Errorf("the run is %s, %d published; want failed, none", state, s.published())
	}
	s.first = nil
	if job, _ := s.job(rivertype.JobStateCancelled); job.State != rivertype.JobStateCancelled {
		t.Errorf("a job of a source that is no more is %s", job.State)
	}
	var left int
	if err := s.store.DB().QueryRow(t.Context(), `select (select count(*) from harvested) + (select count(*) from listing) + (select count(*) from run where state = 'running')`).Scan(&left); err != nil || left != 0 {
		t.Errorf("%d rows are left, %v", left, err)
	}
	if err := s.store.PutSource(t.Context(), s.src); err != nil {
		t.Fatal(err)
	}
	if _, state := s.job(rivertype.JobStateCompleted); state != catalog.RunCompleted || s.published() != 3 {
		t.Errorf("added again: the run is %s, %d published; want completed, 3", state, s.published())
	}

	h, err := s.store.Begin(t.Context(), s.src) // and its process dies
	if err != nil {
		t.Fatal(err)
	}
	h.Close()
	if _, err := s.store.RemoveSource(t.Context(), s.src.ID); err != nil {
		t.Fatal(err)
	}
	if s.last().State != catalog.RunFailed {
		t.Errorf("an interrupted run of a removed source is %s; want failed", s.last().State)
	}
}

// When our own database refuses, the job is tried again and the run taken up.
func TestTheDatabaseFails(t *testing.T) {
	s := newStage(t)
	s.exec(`alter table record add constraint no_room check (false) not valid`)
	inserted, err := s.queue.Insert(t.Context(), harvestArgs{Source: s.src.ID}, nil)
	if err != nil {
		t.Fatal(err)
	}
	job := s.untilIt("has failed once", inserted.Job.ID, func(job *rivertype.JobRow) bool { return len(job.Errors) > 0 })
	if s.last().State != catalog.RunRunning {
		t.Errorf("the run is %s; want it open", s.last().State)
	}
	run := s.last().ID
	s.exec(`alter table record drop constraint no_room`)
	if _, err := s.queue.JobRetry(t.Context(), job.ID); err != nil {
		t.Fatal(err)
	}
	s.until(job.ID, rivertype.JobStateCompleted)
	if s.last().ID != run || s.last().State != catalog.RunCompleted || s.published() != 3 {
		t.Errorf("run %d is %s, %d published; want run %d completed, 3", s.last().ID, s.last().State, s.published(), run)
	}
}
