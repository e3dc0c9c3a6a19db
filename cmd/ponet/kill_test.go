package main

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis/private"
)

const (
	textbooks = "../../../shared/data/csv/mim-libri-testo-toscana-2023.csv.gz"
	kills     = 20
)

// Everything is killed at 20 random moments of a harvest of 40,000 rows: no
// committed row is lost, and the run that is taken up again ends as if nothing
// had happened. With PONET_KILLS it is the whole file, of 216,351.
func TestKillOfEverything(t *testing.T) {
	if testing.Short() {
		t.Skip("takes minutes")
	}
	if os.Getenv("PONET_TEST_DATABASE_URL") == "" && os.Getenv("CI") == "" {
		t.Skip("needs PostgreSQL; run make test")
	}
	file, err := filepath.Abs(textbooks)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(file); err != nil {
		t.Skip("needs ../shared/data: ", err)
	}
	textbooksRows := int64(216_351)
	if os.Getenv("PONET_KILLS") == "" {
		textbooksRows = 40_000
		file = beginning(t, file, textbooksRows)
	}
	ponet := build(t)

	calm := newPonet(t, ponet)
	calm.run(t, "source", "add", "file", file, "--id", "libri")
	started := time.Now()
	want, memory := calm.harvestWatched(t, "libri")
	whole := time.Since(started)
	if memory > 300<<20 {
		t.Errorf("peak memory %d MB; want less than 300", memory>>20)
	}
	if want.New != textbooksRows || want.Refused != 0 {
		t.Fatalf("undisturbed run: %+v; want %d new", want, textbooksRows)
	}
	wantHash := calm.hash(t)
	t.Logf("undisturbed: %d rows in %.1f s, %.0f rows/s, peak memory %d MB", want.New, want.Seconds, float64(want.New)/want.Seconds, memory>>20)
	if again := calm.harvest(t, "libri"); again.Unchanged != textbooksRows {
		t.Errorf("second run: %+v; want %d unchanged", again, textbooksRows)
	} else {
		t.Logf("again: %.0f rows/s compared", float64(again.Unchanged)/again.Seconds)
	}

	hurt := newPonet(t, ponet)
	hurt.run(t, "source", "add", "file", file, "--id", "libri")
	random := rand.New(rand.NewPCG(20261121, 7))
	var committed int64
	for i := range kills {
		// the first moments of start-up as well as the middle of the run
		delay := time.Duration(random.Float64() * float64(whole) / 8)
		kept := hurt.harvestAndKill(t, delay, "libri")
		if kept < committed {
			t.Fatalf("after kill %d at %s: %d rows in the catalogue; %d were committed before", i+1, delay, kept, committed)
		}
		committed = kept
	}
	t.Logf("%d kills left %d rows committed", kills, committed)
	got := hurt.harvest(t, "libri")
	if got.Read != want.Read || got.New != want.New || got.Changed != 0 || got.Unchanged != 0 || got.Refused != 0 || got.Gone != 0 {
		t.Errorf("receipt of the resumed run: %+v; want that of the undisturbed one: %+v", got, want)
	}
	if gotHash := hurt.hash(t); gotHash != wantHash {
		t.Errorf("catalogue after the kills = %s; want %s", gotHash, wantHash)
	}
}

// beginning is a table with the header and the first rows of the one in the
// gzipped file, none of which has a line break in it.
func beginning(t *testing.T, file string, rows int64) string {
	t.Helper()
	packed, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	in, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	lines := bufio.NewReader(in)
	for range rows + 1 {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			t.Fatal(err)
		}
		out.Write(line)
	}
	path := filepath.Join(t.TempDir(), "libri.csv")
	if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// build makes the program as it is delivered; the other tests are the program themselves (myself).
func build(t *testing.T) string {
	t.Helper()
	ponet := filepath.Join(t.TempDir(), "ponet")
	if out, err := exec.Command("go", "build", "-ldflags=-s -w", "-o", ponet, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return ponet
}

// A ponetIn is the program with a data folder of its own.
type ponetIn struct{ program, data string }

func newPonet(t *testing.T, program string) ponetIn {
	t.Helper()
	// below a folder that the user postgres may enter when the tests run as root
	data, err := os.MkdirTemp("", "ponet-kill-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(data, 0o755); err != nil {
		t.Fatal(err)
	}
	p := ponetIn{program, data}
	t.Cleanup(func() {
		p.killAll()
		os.RemoveAll(data)
	})
	return p
}

func (p ponetIn) command(args ...string) *exec.Cmd {
	cmd := exec.Command(p.program, append(args, "--data", p.data)...)
	cmd.Env = append(os.Environ(), "PONET_DATABASE_URL=")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd
}

func (p ponetIn) run(t *testing.T, args ...string) []byte {
	t.Helper()
	cmd := p.command(args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("ponet %s: %v\n%s", strings.Join(args, " "), err, stderr.Bytes())
	}
	return out
}

func (p ponetIn) harvest(t *testing.T, id string) catalog.Receipt {
	t.Helper()
	var r catalog.Receipt
	if err := json.Unmarshal(p.run(t, "harvest", id, "--json"), &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// harvestWatched is harvest, with the peak memory of the process in bytes.
func (p ponetIn) harvestWatched(t *testing.T, id string) (catalog.Receipt, int64) {
	t.Helper()
	cmd := p.command("harvest", id, "--json")
	var out bytes.Buffer
	cmd.Stdout = &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	var peak int64
	for {
		select {
		case err := <-ended:
			var r catalog.Receipt
			if err = cmp.Or(err, json.Unmarshal(out.Bytes(), &r)); err != nil {
				t.Fatal(err)
			}
			return r, peak
		case <-time.After(100 * time.Millisecond):
			peak = max(peak, peakMemory(cmd.Process.Pid))
		}
	}
}

// harvestAndKill starts a harvest, kills every process after delay, and counts
// what is in the catalogue then.
func (p ponetIn) harvestAndKill(t *testing.T, delay time.Duration, id string) int64 {
	t.Helper()
	cmd := p.command("harvest", id)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { defer close(ended); _ = cmd.Wait() }() // killed: its error is what we made
	select {
	case <-time.After(delay):
	case <-ended:
	}
	p.killAll()
	<-ended
	return p.count(t)
}

// killAll sends SIGKILL to every process that has the data folder as its own:
// ponet by its arguments, PostgreSQL and its children by their folder.
func (p ponetIn) killAll() {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return
	}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		args, _ := os.ReadFile("/proc/" + e.Name() + "/cmdline")
		cwd, _ := os.Readlink("/proc/" + e.Name() + "/cwd")
		if bytes.Contains(args, []byte(p.data)) || strings.HasPrefix(cwd, p.data) {
			_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended meanwhile
		}
	}
}

// query runs sql on the private database of p.
func (p ponetIn) query(t *testing.T, sql string, into ...any) {
	t.Helper()
	p.queries(t, func(ctx context.Context, conn *pgx.Conn) error { return conn.QueryRow(ctx, sql).Scan(into...) })
}

// queries starts the private database of p for f, and stops it.
func (p ponetIn) queries(t *testing.T, f func(context.Context, *pgx.Conn) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	server, err := private.Open(ctx, p.data, logger(os.Stderr, 8))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	conn, err := pgx.Connect(ctx, server.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if err := f(ctx, conn); err != nil {
		t.Fatal(err)
	}
}

// count is how many records there are; none before the first start got as far as the tables.
func (p ponetIn) count(t *testing.T) (n int64) {
	t.Helper()
	p.queries(t, func(ctx context.Context, conn *pgx.Conn) error {
		var exists bool
		if err := conn.QueryRow(ctx, `select to_regclass('record') is not null`).Scan(&exists); err != nil || !exists {
			return err
		}
		return conn.QueryRow(ctx, `select count(*) from record`).Scan(&n)
	})
	return n
}

// hash stands for the content of the catalogue, without ids and times.
func (p ponetIn) hash(t *testing.T) string {
	t.Helper()
	var hash string
	p.query(t, contentHash, &hash)
	return hash
}

const contentHash = `
	select count(*) || ' records ' || md5(string_agg(md5(source_key || title || (properties - 'updated')::text || version), '' order by source_key))
		|| ', ' || (select count(*) from harvested) || ' harvested, ' || (select count(*) from change) || ' changes, '
		|| (select count(*) from record_version) || ' older'
	from record`

// peakMemory is the VmHWM of a process in bytes, 0 once it has ended.
func peakMemory(pid int) int64 {
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if value, ok := strings.CutPrefix(s.Text(), "VmHWM:"); ok {
			kb, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")), 10, 64)
			return kb << 10
		}
	}
	return 0
}
