// Package postgis is the catalogue's store: the only SQL of the project and,
// beside it, the migrations. Everything the public reads goes through the role
// ponet_public, which cannot see what is not published.
package postgis

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// A Store is the catalogue in PostGIS. db writes; public reads what is
// published, as the role ponet_public.
type Store struct {
	db     *pgxpool.Pool
	public *pgxpool.Pool

	summaries  summaries  // of collections, see summary.go
	termCache  termCache  // of suggestions, see suggest.go
	facetCache facetCache // of searches, see facets.go
	pastCounts countCache[int64]
	downloads  downloads // not yet written, see download.go
	turns      turns     // of hosts, see turn.go
}

// Open connects to the database at url, which must be at the schema of this
// release (see Migrate). name says who we are in pg_stat_activity.
func Open(ctx context.Context, url, name string) (*Store, error) {
	db, err := pool(ctx, url, name, "")
	if err != nil {
		return nil, err
	}
	public, err := pool(ctx, url, name, "ponet_public")
	if err != nil {
		db.Close()
		return nil, err
	}
	return &Store{db: db, public: public}, nil
}

// flushTimeout is how long Close tries to write the last downloads.
const flushTimeout = 3 * time.Second

// Close writes what is counted in memory and ends every connection.
func (s *Store) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), flushTimeout)
	defer cancel()
	_ = s.FlushDownloads(ctx) // a database that is gone has already been told of
	s.turns.close()
	s.public.Close()
	s.db.Close()
}

// DB is the pool that writes, for the job engine, which shares its transactions.
func (s *Store) DB() *pgxpool.Pool { return s.db }

// pool opens connections that act as role ("": the one in url). By default a
// dense bbox with a LIMIT is planned as a parallel bitmap scan, ten times the
// work of the plain plan; hence the settings.
func pool(ctx context.Context, url, name, role string) (*pgxpool.Pool, error) {
	cfg, err := poolConfig(url, name, role)
	if err != nil {
		return nil, err
	}
	p, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	return p, nil
}

func poolConfig(url, name, role string) (*pgxpool.Config, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("database address: %w", err)
	}
	cfg.MaxConns = int32(max(4, 2*runtime.NumCPU()))
	set := cfg.ConnConfig.RuntimeParams
	set["application_name"] = name
	set["jit"] = "off"
	set["timezone"] = "Europe/Rome"
	// a machine that vanished gives up its locks after two minutes, not two hours
	set["tcp_keepalives_idle"], set["tcp_keepalives_interval"], set["tcp_keepalives_count"] = "60", "10", "6"
	if role != "" {
		set["max_parallel_workers_per_gather"] = "0"
		set["plan_cache_mode"] = "force_generic_plan"
		set["statement_timeout"] = "30s"
		set["default_transaction_read_only"] = "on"
		set["pg_trgm.similarity_threshold"] = "0.2" // half a word with an error in it is still found
		cfg.AfterConnect = func(ctx context.Context, c *pgx.Conn) error {
			_, err := c.Exec(ctx, "set role "+pgx.Identifier{role}.Sanitize())
			return err
		}
	} else {
		set["idle_in_transaction_session_timeout"] = "60s"
		// a harvest outgrows a plan that was made when its tables were empty long before they are analyzed
		set["plan_cache_mode"] = "force_custom_plan"
	}
	return cfg, nil
}
