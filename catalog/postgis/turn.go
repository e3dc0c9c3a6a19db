package postgis

import (
	"context"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// turns are the hosts that this process is asking something of. A lock of the
// session stands for each, so that a process that dies holds none.
type turns struct {
	mu   sync.Mutex
	conn *pgx.Conn // of its own: a turn lasts as long as an answer; nil: not connected
}

const turnTimeout = 5 * time.Second // of a statement

// Turn implements harvesters.Turns.
func (s *Store) Turn(ctx context.Context, host string) (back func(), rest time.Duration, err error) {
	t := &s.turns
	t.mu.Lock()
	defer t.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), turnTimeout) // to break off a statement costs the connection, and the turns of others
	defer cancel()
	if t.conn == nil {
		if t.conn, err = pgx.ConnectConfig(ctx, s.db.Config().ConnConfig.Copy()); err != nil {
			return nil, 0, err
		}
	}
	var ours bool
	var seconds float64
	err = t.conn.QueryRow(ctx, `
		select rest, case when rest > 0 then false else pg_try_advisory_lock(hashtextextended('ponet host ' || $1, 0)) end
		from (select coalesce(max(extract(epoch from until - clock_timestamp())), 0)::float8 as rest from host_rest where host = $1) r`, host).
		Scan(&seconds, &ours)
	if err != nil {
		t.drop()
		return nil, 0, err
	}
	if !ours {
		return nil, time.Duration(max(0, seconds) * float64(time.Second)), nil
	}
	conn := t.conn
	return func() { t.back(conn, host) }, 0, nil
}

// back gives the turn of a host back, on the connection that took it.
func (t *turns) back(conn *pgx.Conn, host string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if conn != t.conn {
		return // the lock went with its session
	}
	ctx, cancel := context.WithTimeout(context.Background(), turnTimeout)
	defer cancel()
	if _, err := conn.Exec(ctx, `select pg_advisory_unlock(hashtextextended('ponet host ' || $1, 0))`, host); err != nil {
		t.drop()
	}
}

// drop ends the connection, and every turn with it.
func (t *turns) drop() {
	if t.conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), turnTimeout)
	defer cancel()
	_ = t.conn.Close(ctx) // what is broken already need not be ended well
	t.conn = nil
}

func (t *turns) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.drop()
}

// Rest implements harvesters.Turns. What is over is forgotten.
func (s *Store) Rest(ctx context.Context, host string, rest time.Duration) error {
	_, err := s.db.Exec(ctx, `
		with over as (delete from host_rest where until < clock_timestamp() and host <> $1)
		insert into host_rest (host, until)
		values ($1, clock_timestamp() + $2)
		on conflict (host) do update set until = excluded.until`, host, max(0, rest))
	return err
}
