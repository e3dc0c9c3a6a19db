package postgis

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// OpenExplained is a Store whose public reads tell the plan they were executed
// with: the server's own auto_explain sends each as a notice, so that what is
// tested is the very statement, prepared, with the pool's own settings.
func OpenExplained(t testing.TB, url string) (*Store, func() string) {
	t.Helper()
	cfg, err := poolConfig(url, "ponet explain", "ponet_public")
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"session_preload_libraries": "auto_explain", "auto_explain.log_min_duration": "0",
		"auto_explain.log_level": "notice", "auto_explain.log_analyze": "on", "auto_explain.log_timing": "off",
	} {
		cfg.ConnConfig.RuntimeParams[name] = value
	}
	var plans strings.Builder
	cfg.ConnConfig.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) {
		plans.WriteString(n.Message + "\n")
	}
	cfg.MaxConns = 1
	public, err := pgxpool.NewWithConfig(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(public.Close)
	return &Store{db: public, public: public}, func() string {
		defer plans.Reset()
		return plans.String()
	}
}
