package private

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// What is done about processes of a server whose owner was killed.
const (
	leftoverEvery   = 20 * time.Millisecond
	leftoverPatient = 5 * time.Second  // the kernel has told the server to stop: let it save
	leftoverLimit   = 60 * time.Second // then tell a person
)

// waitForLeftovers returns with the cluster's lock, which means that no process
// of a former server is left: a second server on the same files would destroy
// them. Ours are waited for, then stopped, then a person is asked. Those that
// somebody started by hand have no lock and are that person's to stop.
func (f folder) waitForLeftovers(ctx context.Context, lock *os.File, log *slog.Logger) error {
	began, told := time.Now(), false
	for {
		err := tryLock(lock)
		if err != nil && !errors.Is(err, errHeld) {
			return err
		}
		free := err == nil
		left, sure := f.processes()
		if !sure && !free {
			left = f.pidFiles()
		}
		if free && len(left) == 0 {
			return nil
		}
		waited := time.Since(began)
		if free && waited > leftoverPatient {
			return &Problem{fmt.Sprintf("a PostgreSQL that ponet did not start runs in %s (process %v)", f.pg, left), "Stop it with pg_ctl stop, then try again.", nil}
		}
		if waited > leftoverLimit {
			return &Problem{fmt.Sprintf("processes of an earlier server still use %s (process %v)", f.pg, left), "End them with kill -QUIT, then try again.", nil}
		}
		if waited > leftoverPatient && !told {
			log.Warn("stopping what is left of an earlier server", "pids", left)
			for _, pid := range left {
				syscall.Kill(pid, syscall.SIGQUIT)
			}
			told = true
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(leftoverEvery):
		}
	}
}

// processes are those that run PostgreSQL in one of the folder's clusters: each
// has its cluster as working folder, which Linux shows. Elsewhere sure is false.
func (f folder) processes() (pids []int, sure bool) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, false
	}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		cwd, err := os.Readlink(filepath.Join("/proc", e.Name(), "cwd"))
		if err != nil || filepath.Dir(cwd) != f.pg {
			continue
		}
		if comm, err := os.ReadFile(filepath.Join("/proc", e.Name(), "comm")); err == nil && strings.TrimSpace(string(comm)) == "postgres" {
			pids = append(pids, pid)
		}
	}
	return pids, true
}

// pidFiles are the servers that the clusters' pid files name. Such a file may
// outlive its server, so it is only asked while the cluster's lock is held.
func (f folder) pidFiles() []int {
	var pids []int
	majors, _ := f.majors()
	for _, n := range majors {
		b, err := os.ReadFile(filepath.Join(f.pg, strconv.Itoa(n), "postmaster.pid"))
		if err != nil {
			continue
		}
		first, _, _ := strings.Cut(string(b), "\n")
		if pid, err := strconv.Atoi(first); err == nil && syscall.Kill(pid, 0) == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}
