package private

import (
	"context"
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
)

// kills is how often the tests below kill what they run; `make test` need not
// find the rarest moment every time.
const kills = 9

// Whoever is killed with kill -9 at whatever moment, the owner, the server or
// everything, no committed row is lost and the next start needs no help.
func TestKilledAtRandomMoments(t *testing.T) {
	if testing.Short() {
		t.Skip("kills other processes many times")
	}
	dir := newFolder(t)
	whole := folder{pg: filepath.Join(dir, "pg")}
	var committed int64
	for n := range kills {
		p := launch(t, dir, nil)
		if have := p.owns(true); have < committed {
			t.Fatalf("start %d found %d rows; want at least the %d that were committed", n, have, committed)
		}
		pause(t, rand.N(200*time.Millisecond))
		if n%3 > 0 {
			server, _ := whole.processes()
			for _, pid := range server {
				syscall.Kill(pid, syscall.SIGKILL)
			}
		}
		if n%3 == 1 {
			pause(t, rand.N(20*time.Millisecond)) // the owner sees its server die
		}
		committed = max(committed, p.kill())
	}
	p := launch(t, dir, nil)
	if have := p.owns(true); have < committed {
		t.Errorf("%d rows at the end; want at least %d", have, committed)
	}
	t.Logf("%d rows committed through %d kills", committed, kills)
}

// A first start that is killed at any moment leaves nothing that the next one
// could take for a database.
func TestFirstStartKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("kills other processes many times")
	}
	dir := newFolder(t)
	for range kills {
		p := launch(t, dir, nil)
		pause(t, rand.N(700*time.Millisecond))
		p.kill()
	}
	p := launch(t, dir, nil)
	p.owns(true)
	p.expect("committed")
	p.end()
	noUnfinished(t, dir)
}

// Ctrl-C during the first start cleans up before the command ends.
func TestFirstStartInterrupted(t *testing.T) {
	dir := newFolder(t)
	for range kills / 3 {
		os.RemoveAll(dir)
		p := launch(t, dir, nil)
		pause(t, 50*time.Millisecond+rand.N(400*time.Millisecond))
		p.cmd.Process.Signal(os.Interrupt)
		p.kill9After(t, fastLimit)
		noUnfinished(t, dir)
		if left, _ := (folder{pg: filepath.Join(dir, "pg")}).processes(); len(left) > 0 {
			t.Errorf("after Ctrl-C processes %v are left", left)
		}
	}
	p := launch(t, dir, nil)
	p.owns(true)
}

// Of many processes that start together one gets the server and all get the
// database; when that one is killed, another takes over.
func TestManyStartTogether(t *testing.T) {
	dir := newFolder(t)
	for range 3 {
		var all []*process
		for range 4 {
			all = append(all, launch(t, dir, nil))
		}
		var owner *process
		for _, p := range all {
			if strings.HasPrefix(p.expect("ready"), "true") {
				if owner != nil {
					t.Fatal("two processes own the server")
				}
				owner = p
			}
		}
		owner.kill()
		for _, p := range all {
			if p != owner {
				p.expect("server")
				p.end()
			}
		}
	}
}

// A query that goes on after the server was killed is stopped before anything
// else touches its files.
func TestAQueryThatOutlivesItsServer(t *testing.T) {
	dir := newFolder(t)
	s, err := Open(t.Context(), dir, quiet(t))
	if err != nil {
		t.Fatal(err)
	}
	busy := make(chan error, 1)
	go func() {
		conn, err := pgx.Connect(t.Context(), s.URL())
		if err == nil {
			_, err = conn.Exec(t.Context(), "select sum(a * b) from generate_series(1, 100000) a, generate_series(1, 100000) b")
		}
		busy <- err
	}()
	f := folder{pg: filepath.Join(dir, "pg")}
	waitForQuery(t, s.URL(), "select sum(a * b)%")
	s.child.cmd.Process.Kill()
	<-s.Done()
	s.Close()
	if left, _ := f.processes(); len(left) == 0 {
		t.Fatal("the query ended with its server: this test tests nothing")
	}
	again, err := Open(t.Context(), dir, quiet(t))
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if err := <-busy; err == nil {
		t.Error("the query ended well")
	}
}

// waitForQuery returns when the server at url is at work on a query like this.
func waitForQuery(t *testing.T, url, like string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	for at := false; !at; pause(t, time.Millisecond) {
		err := conn.QueryRow(t.Context(), `
			select exists (select from pg_stat_activity where state = 'active' and wait_event is null and query like $1)`, like).Scan(&at)
		if err != nil {
			t.Fatal(err)
		}
	}
}

// After a crash of the machine the process ids in the files of the old server
// may belong to anybody, which must not keep the new one from starting.
func TestStaleProcessIDs(t *testing.T) {
	dir := newFolder(t)
	s, err := Open(t.Context(), dir, quiet(t))
	if err != nil {
		t.Fatal(err)
	}
	socket, data := s.run, filepath.Join(dir, "pg", strconv.Itoa(usableMajor(t)))
	f := folder{pg: filepath.Join(dir, "pg")}
	f.account, _ = serverAccount(ownerOf(f.pg))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	stranger := exec.Command("sleep", "60")
	stranger.SysProcAttr = &syscall.SysProcAttr{Credential: f.account.credential()}
	if err := stranger.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		stranger.Process.Kill()
		stranger.Wait()
	}()
	text := strconv.Itoa(stranger.Process.Pid) + "\n" + data + "\n1700000000\n5432\n" + socket + "\n\n"
	for _, name := range []string{filepath.Join(data, "postmaster.pid"), filepath.Join(socket, ".s.PGSQL."+port+".lock")} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := f.account.own(name); err != nil {
			t.Fatal(err)
		}
	}
	again, err := Open(t.Context(), dir, quiet(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

// A server that a person started by hand in our folder is not touched.
func TestAServerStartedByHand(t *testing.T) {
	dir := newFolder(t)
	s, err := Open(t.Context(), dir, quiet(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := settle(dir, quiet(t))
	if err != nil {
		t.Fatal(err)
	}
	c, err := f.choose()
	if err != nil {
		t.Fatal(err)
	}
	byHand, err := spawn(c.command("postgres", "-D", c.data))
	if err != nil {
		t.Fatal(err)
	}
	defer byHand.stop()
	for answers(t.Context(), s.URL()) != nil {
		pause(t, readyEvery)
	}
	_, err = Open(t.Context(), dir, quiet(t))
	wantProblem(t, err, "did not start", "pg_ctl stop")
	if err := answers(t.Context(), s.URL()); err != nil {
		t.Errorf("the server that was started by hand: %v", err)
	}
}

// pause waits for a moment that the test has drawn.
func pause(t *testing.T, d time.Duration) {
	select {
	case <-t.Context().Done():
	case <-time.After(d):
	}
}

// kill9After waits for a process that was asked to end, and fails if it has to
// be killed.
func (p *process) kill9After(t *testing.T, limit time.Duration) {
	t.Helper()
	ended := make(chan struct{})
	go func() {
		for p.lines.Scan() {
		}
		p.cmd.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(limit):
		p.cmd.Process.Kill()
		<-ended
		t.Errorf("did not end by itself in %v", limit)
	}
}

func noUnfinished(t *testing.T, dir string) {
	t.Helper()
	if left, _ := filepath.Glob(filepath.Join(dir, "pg", "*"+unfinished)); len(left) > 0 {
		t.Errorf("%v stayed behind", left)
	}
}

func usableMajor(t *testing.T) int {
	t.Helper()
	in, ok := usable(installations(), 0)
	if !ok {
		t.Fatal("no PostgreSQL")
	}
	return in.major
}
