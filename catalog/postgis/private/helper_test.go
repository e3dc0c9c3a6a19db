package private

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// The tests need processes that can be killed, so the test binary is also a
// small command: it opens the folder in PONET_PRIVATE_TEST, says what it has
// got, and commits one number after another until its standard input ends.
func TestMain(m *testing.M) {
	if dir := os.Getenv("PONET_PRIVATE_TEST"); dir != "" {
		if err := command(dir); err != nil {
			fmt.Println("error", strings.ReplaceAll(err.Error(), "\n", " | "))
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func command(dir string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	s, err := Open(ctx, dir, slog.New(slog.NewTextHandler(os.Stderr, nil)))
	if err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, s.URL())
	if err != nil {
		return err
	}
	var last int64
	if s.Owner() {
		if _, err := conn.Exec(ctx, "create table if not exists counted (n bigint primary key)"); err != nil {
			return err
		}
		if err := conn.QueryRow(ctx, "select coalesce(max(n), 0) from counted").Scan(&last); err != nil {
			return err
		}
	}
	fmt.Println("ready", s.Owner(), last)
	ended := make(chan struct{})
	go func() {
		io.Copy(io.Discard, os.Stdin)
		close(ended)
	}()
	for n := last + 1; s.Owner(); n++ {
		if _, err := conn.Exec(ctx, "insert into counted values ($1)", n); err != nil {
			break
		}
		fmt.Println("committed", n)
		select {
		case <-ended:
			return s.Close()
		default:
		}
	}
	select {
	case <-ended:
	case <-ctx.Done():
	case <-s.Done():
		fmt.Println("server ended")
	}
	return s.Close()
}

// A process is that command, running.
type process struct {
	t     *testing.T
	cmd   *exec.Cmd
	lines *bufio.Scanner
	stdin io.Closer
	log   *strings.Builder // read after wait
}

// launch starts the command on dir as the user of the tests or, when that is
// root, as another.
func launch(t *testing.T, dir string, as *user.User) *process {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), "PONET_PRIVATE_TEST="+dir)
	if as != nil {
		cmd.Path = readable(t, program)
		cmd.Dir = "/"
		cmd.Env = []string{"PONET_PRIVATE_TEST=" + dir, "PATH=" + os.Getenv("PATH")}
		uid, _ := strconv.ParseUint(as.Uid, 10, 32)
		gid, _ := strconv.ParseUint(as.Gid, 10, 32)
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	}
	p := &process{t: t, cmd: cmd, log: &strings.Builder{}}
	cmd.Stderr = p.log
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if p.stdin, err = cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	p.lines = bufio.NewScanner(out)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.kill() })
	return p
}

// expect reads lines until one begins with word, and returns the rest of it.
func (p *process) expect(word string) string {
	p.t.Helper()
	for p.lines.Scan() {
		first, rest, _ := strings.Cut(p.lines.Text(), " ")
		if first == word {
			return rest
		}
		if first == "error" {
			break
		}
	}
	last := p.lines.Text()
	p.kill()
	p.t.Fatalf("process ended before it said %q; last: %s\nlog: %s", word, last, p.log)
	return ""
}

// owns waits until the command is ready and checks which part it plays; it
// returns the last number it found committed.
func (p *process) owns(owner bool) int64 {
	p.t.Helper()
	said := strings.Fields(p.expect("ready"))
	if said[0] != strconv.FormatBool(owner) {
		p.t.Fatalf("owner = %s; want %v", said[0], owner)
	}
	n, err := strconv.ParseInt(said[1], 10, 64)
	if err != nil {
		p.t.Fatal(err)
	}
	return n
}

// kill is kill -9; it returns the last number that was said to be committed.
func (p *process) kill() (last int64) {
	p.cmd.Process.Kill()
	for p.lines.Scan() {
		if n, ok := strings.CutPrefix(p.lines.Text(), "committed "); ok {
			last, _ = strconv.ParseInt(n, 10, 64)
		}
	}
	p.cmd.Wait()
	return last
}

// end lets the command end by itself.
func (p *process) end() {
	p.t.Helper()
	p.stdin.Close()
	for p.lines.Scan() {
	}
	if err := p.cmd.Wait(); err != nil {
		p.t.Errorf("process: %v\n%s", err, p.log)
	}
}

// newFolder is a data folder that every user may reach, with no server left in
// it when the test ends.
func newFolder(t *testing.T) string {
	t.Helper()
	if _, ok := usable(installations(), 0); !ok {
		if os.Getenv("CI") != "" {
			t.Fatal("no PostgreSQL with PostGIS; make test installs it")
		}
		t.Skip("needs PostgreSQL with PostGIS")
	}
	dir, err := os.MkdirTemp("", "ponet-private-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		nothingLeft(t, dir)
		os.RemoveAll(dir)
	})
	return filepath.Join(dir, "data")
}

// nothingLeft waits until no server runs anywhere below dir.
func nothingLeft(t *testing.T, dir string) {
	t.Helper()
	pgs, _ := filepath.Glob(filepath.Join(dir, "*", "pg"))
	deadline := time.After(time.Minute)
	for _, pg := range pgs {
		f := folder{pg: pg}
		for {
			left, _ := f.processes()
			if len(left) == 0 {
				break
			}
			select {
			case <-deadline:
				t.Errorf("processes %v still run in %s", left, pg)
				return
			case <-time.After(leftoverEvery):
			}
		}
	}
}

// readable is a copy of the test binary where another user may run it.
func readable(t *testing.T, program string) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "ponet-private-bin-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	in, err := os.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	name := filepath.Join(dir, "private.test")
	out, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(out, in)
	if err := errors.Join(err, out.Close(), os.Chmod(dir, 0o755)); err != nil {
		t.Fatal(err)
	}
	return name
}

// quiet is a log that the test reads only when it fails.
func quiet(t *testing.T) *slog.Logger {
	return slog.New(slog.NewTextHandler(t.Output(), nil))
}
