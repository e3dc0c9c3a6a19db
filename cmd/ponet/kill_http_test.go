package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// ponet is killed with SIGKILL at random requests of a harvest over HTTP: the run
// that is taken up again leaves the same catalogue, and the same receipt, as one
// that nobody disturbed. PONET_KILLS=100 is the long form, of 20,000 records.
func TestKillsOverHTTP(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	kills, datasets := 4, 5000
	if n, err := strconv.Atoi(os.Getenv("PONET_KILLS")); err == nil && n > 0 {
		kills, datasets = n, 20_000
	}
	portal := newLargePortal(t, datasets)
	program := myself(t)
	calm := newRemote(t, program, postgistest.URL(t), portal.URL)
	want := calm.harvest(t)
	if want.Read != int64(datasets) || want.New != int64(datasets) {
		t.Fatalf("undisturbed: %+v; want %d new", want, datasets)
	}
	hurt := newRemote(t, program, postgistest.URL(t), portal.URL)
	random := rand.New(rand.NewPCG(20261122, 100))
	began, met := time.Now(), 0
	for i := range kills {
		// from the first request to the last, while what was read before is being stored
		portal.plan(1+(i*portal.pages()+random.IntN(portal.pages()))/kills, time.Duration(random.Float64()*want.Seconds*float64(time.Second)))
		if hurt.harvestUntilKilled(t, portal) {
			met++
		} else {
			t.Errorf("kill %d found no harvest to kill", i+1)
		}
	}
	portal.plan(0, 0)
	stored := hurt.count(t)
	if stored == 0 || stored == int64(datasets) {
		t.Errorf("the kills left %d records; want some of %d", stored, datasets)
	}
	got := hurt.harvest(t)
	t.Logf("%d kills in %.0f s left %d of %d records stored; undisturbed %.1f s, the last run %.1f s", met, time.Since(began).Seconds(), stored, datasets, want.Seconds, got.Seconds)
	if got.Read != want.Read || got.New != want.New || got.Changed != 0 || got.Unchanged != 0 || got.Refused != 0 || got.Gone != 0 || got.Outcome != want.Outcome {
		t.Errorf("receipt of the run that was taken up: %+v; want that of the undisturbed one: %+v", got, want)
	}
	if got, want := hurt.hash(t), calm.hash(t); got != want {
		t.Errorf("catalogue after the kills = %s; want %s", got, want)
	}
}

// myself is the test's own program, which is ponet when it is called so (TestMain).
func myself(t *testing.T) string {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ponet := filepath.Join(t.TempDir(), "ponet")
	if err := os.Symlink(program, ponet); err != nil {
		t.Fatal(err)
	}
	return ponet
}

// A largePortal is a CKAN portal that says when a request has come, and leaves it
// without an answer.
type largePortal struct {
	*httptest.Server
	datasets int

	mu      sync.Mutex
	asked   int
	at      int // the request that is told, 0: none
	pause   time.Duration
	reached chan time.Duration
}

func newLargePortal(t *testing.T, datasets int) *largePortal {
	p := &largePortal{datasets: datasets}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	return p
}

// pages of the whole listing, by 100 datasets.
func (p *largePortal) pages() int { return p.datasets / 100 }

// plan tells through the channel reached when the n-th request from now on comes.
func (p *largePortal) plan(n int, pause time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked, p.at, p.pause, p.reached = 0, n, pause, make(chan time.Duration, 1)
}

func (p *largePortal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.asked++
	silent := p.asked == p.at
	if silent {
		p.reached <- p.pause
	}
	p.mu.Unlock()
	if silent {
		<-r.Context().Done() // until the client is dead
		return
	}
	answer := func(result any) {
		_ = json.NewEncoder(w).Encode(map[string]any{"success": true, "result": result}) // a client that was killed does not listen
	}
	switch path.Base(r.URL.Path) {
	case "site_read":
		answer(true)
	case "package_search":
		start, _ := strconv.Atoi(r.FormValue("start"))
		rows, _ := strconv.Atoi(r.FormValue("rows"))
		page := []map[string]any{}
		for i := start; i < min(start+rows, p.datasets); i++ {
			page = append(page, map[string]any{
				"id": fmt.Sprintf("d%05d", i), "name": fmt.Sprintf("dataset-%d", i), "title": fmt.Sprintf("Alberi della via %d", i),
				"notes": fmt.Sprintf("Rilievo numero %d del verde pubblico.", i), "modified": "2026-10-01",
			})
		}
		answer(map[string]any{"count": p.datasets, "results": page})
	default:
		http.NotFound(w, r)
	}
}

// A remote is the program with a database server that others run.
type remote struct{ program, database, data string }

func newRemote(t *testing.T, program, database, portal string) remote {
	r := remote{program, database, t.TempDir()}
	r.run(t, "source", "add", "ckan", portal, "--id", "portale")
	return r
}

func (r remote) command(args ...string) *exec.Cmd {
	cmd := exec.Command(r.program, append(args, "--data", r.data)...)
	cmd.Env = append(os.Environ(), "PONET_DATABASE_URL="+r.database, "PONET_ALLOW_NETS=127.0.0.0/8")
	return cmd
}

func (r remote) run(t *testing.T, args ...string) []byte {
	t.Helper()
	cmd := r.command(args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("ponet %v: %v\n%s", args, err, stderr.Bytes())
	}
	return out
}

func (r remote) harvest(t *testing.T) (receipt catalog.Receipt) {
	t.Helper()
	if err := json.Unmarshal(r.run(t, "harvest", "portale", "--json"), &receipt); err != nil {
		t.Fatal(err)
	}
	return receipt
}

// harvestUntilKilled is false when the harvest ended before it was killed.
func (r remote) harvestUntilKilled(t *testing.T, portal *largePortal) bool {
	t.Helper()
	cmd := r.command("harvest", "portale", "--json")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case pause := <-portal.reached:
		time.Sleep(pause)
		killed := cmd.Process.Kill() == nil
		return <-ended != nil && killed
	case <-ended:
		return false
	}
}

func (r remote) query(t *testing.T, sql string, into ...any) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, r.database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if err := conn.QueryRow(ctx, sql).Scan(into...); err != nil {
		t.Fatal(err)
	}
}

func (r remote) count(t *testing.T) (n int64) {
	t.Helper()
	r.query(t, `select count(*) from record`, &n)
	return n
}

func (r remote) hash(t *testing.T) (hash string) {
	t.Helper()
	r.query(t, contentHash, &hash)
	return hash
}
