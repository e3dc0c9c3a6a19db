package harvesters_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/harvesters"
)

// processes are stores of one catalogue, with a client of its own each, as processes have them.
func processes(t *testing.T) (stores [2]*postgis.Store, clients [2]*http.Client) {
	t.Helper()
	stores[0] = postgistest.New(t)
	second, err := postgis.Open(t.Context(), stores[0].DB().Config().ConnString(), "ponet test 2")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(second.Close)
	stores[1] = second
	for i, s := range stores {
		clients[i] = harvesters.Client("ponet/test", harvesters.Allow{Nets: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}, s)
	}
	return stores, clients
}

// Two sources of one host, harvested by two processes, never ask at once.
func TestProcessesTakeTurns(t *testing.T) {
	stores, clients := processes(t)
	const pages = 15
	var now, most, requests atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := now.Add(1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		defer now.Add(-1)
		requests.Add(1)
		var page int
		_, _ = fmt.Sscanf(r.URL.Query().Get("pagina"), "%d", &page)
		next := ""
		if page < pages-1 {
			next = fmt.Sprintf(`,"next":"?pagina=%d"`, page+1)
		}
		fmt.Fprintf(w, `{"items":[{"id":"%s%d","nome":"x"}]%s}`, r.URL.Path[1:], page, next)
	}))
	defer server.Close()
	var wg sync.WaitGroup
	for i := range stores {
		src := catalog.Source{ID: fmt.Sprint("s", i), Protocol: "json", URL: server.URL + fmt.Sprint("/s", i), Mapping: catalog.Mapping{Key: []string{"id"}}, Deadline: catalog.Duration(5 * time.Minute), Rhythm: catalog.Duration(time.Hour)}
		if err := stores[i].PutSource(t.Context(), src); err != nil {
			t.Fatal(err)
		}
		wg.Go(func() {
			h, err := stores[i].Begin(t.Context(), src)
			if err != nil {
				t.Error(err)
				return
			}
			defer h.Close()
			r, err := harvesters.Run(t.Context(), clients[i], h, src, datasets.Vocabularies(), harvesters.Options{})
			if err != nil || r.Outcome != catalog.RunCompleted || r.New != pages {
				t.Errorf("%s: %+v, %v", src.ID, r, err)
			}
		})
	}
	wg.Wait()
	if most.Load() != 1 || requests.Load() != 2*pages {
		t.Errorf("%d requests, %d at once; want %d, one at a time", requests.Load(), most.Load(), 2*pages)
	}
}

// What a host says to one process, that it wants to be left alone, holds for all.
func TestRestHoldsForAllProcesses(t *testing.T) {
	stores, clients := processes(t)
	for name, after := range map[string]func() string{
		"seconds": func() string { return "1" },
		"a date":  func() string { return time.Now().Add(2 * time.Second).UTC().Format(http.TimeFormat) },
	} {
		var mu sync.Mutex
		var told, asked time.Time
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			if told.IsZero() {
				w.Header().Set("Retry-After", after())
				w.WriteHeader(http.StatusServiceUnavailable)
				told = time.Now()
				return
			}
			asked = time.Now()
		}))
		for _, c := range clients {
			res, err := c.Get(server.URL)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, res.Body)
			res.Body.Close()
		}
		server.Close()
		if waited := asked.Sub(told); waited < 950*time.Millisecond {
			t.Errorf("%s: another process asked after %s; want a second at least", name, waited)
		}
	}
	// A day is too long to be waited for, by whomever.
	if err := stores[0].Rest(t.Context(), "127.0.0.1", 24*time.Hour); err != nil {
		t.Fatal(err)
	}
	if _, err := clients[1].Get("http://127.0.0.1:1/"); err == nil || !isFailed(err) {
		t.Errorf("a host that rests for a day: %v", err)
	}
}

// A process that dies leaves no turn behind.
func TestDeadProcessesHoldNoHost(t *testing.T) {
	stores, _ := processes(t)
	if back, _, err := stores[0].Turn(t.Context(), "a.example"); back == nil || err != nil {
		t.Fatal(err)
	}
	if back, rest, err := stores[1].Turn(t.Context(), "a.example"); back != nil || rest != 0 || err != nil {
		t.Fatalf("a turn that is taken: %v, %s, %v", back != nil, rest, err)
	}
	if back, _, err := stores[1].Turn(t.Context(), "b.example"); back == nil || err != nil {
		t.Errorf("another host: %v", err)
	}
	if _, err := stores[1].DB().Exec(t.Context(), `select pg_terminate_backend(pid) from pg_locks join pg_stat_activity using (pid) where locktype = 'advisory' and datname = current_database() and application_name <> 'ponet test 2'`); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for ctx.Err() == nil {
		if back, _, err := stores[1].Turn(ctx, "a.example"); back != nil && err == nil {
			back()
			return
		}
	}
	t.Error("the turn of a process that is gone is still taken")
}

func isFailed(err error) bool { return errors.Is(err, catalog.ErrFailedListing) }
