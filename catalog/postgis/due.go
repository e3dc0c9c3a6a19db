package postgis

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Due are the sources whose slot has passed since they were last harvested.
// slot says where in its rhythm a source's turn comes. A run that began in a far
// future was begun under a wrong clock, and nobody waits for that time to come.
func (s *Store) Due(ctx context.Context, now time.Time, slot func(id string, rhythm time.Duration) time.Duration) ([]string, error) {
	rows, err := s.db.Query(ctx, `
		select s.id, s.rhythm, coalesce((select started from run where source_id = s.id and kind = 'harvest' order by id desc limit 1), s.added)
		from source s
		where not s.paused and s.removed is null
		order by s.id`)
	if err != nil {
		return nil, fmt.Errorf("due sources: %w", err)
	}
	var (
		due    []string
		id     string
		rhythm time.Duration
		last   time.Time
	)
	_, err = pgx.ForEachRow(rows, []any{&id, &rhythm, &last}, func() error {
		turn := now.Truncate(rhythm).Add(slot(id, rhythm))
		if turn.After(now) {
			turn = turn.Add(-rhythm)
		}
		if last.Before(turn) || last.After(now.Add(rhythm)) {
			due = append(due, id)
		}
		return nil
	})
	return due, err
}

// FreeOrphans makes the running jobs of processes that are no longer connected
// available again. A process is its connections: their application_name is the
// name it works under, and PostgreSQL ends them with it.
func (s *Store) FreeOrphans(ctx context.Context) error {
	_, err := s.db.Exec(ctx, `
		update river_job set state = 'available', scheduled_at = now()
		where state = 'running'
		  and not exists (
			select from pg_stat_activity
			where datname = current_database() and application_name = left(attempted_by[array_length(attempted_by, 1)], 63))`)
	if err != nil {
		return fmt.Errorf("jobs of ended processes: %w", err)
	}
	return nil
}

// Processes is how many processes of the verbs given are connected.
func (s *Store) Processes(ctx context.Context, verbs []string) (int, error) {
	var n int
	err := s.db.QueryRow(ctx, `
		select count(distinct application_name)
		from pg_stat_activity
		where datname = current_database() and split_part(application_name, ' ', 1) = 'ponet' and split_part(application_name, ' ', 2) = any($1)`, verbs).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("processes: %w", err)
	}
	return n, nil
}
