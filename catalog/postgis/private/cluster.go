package private

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// A cluster is one PostgreSQL data folder with the programs that run it.
type cluster struct {
	folder
	installation
	data   string // pg/<major>
	socket string // folder of the socket
}

// roomToBegin is what a new cluster takes on disk with its first log segments.
const roomToBegin = 200 << 20 // bytes

// prepare finds or makes the cluster and writes its configuration. We hold the
// folder's lock and no server is running.
func (f folder) prepare(ctx context.Context, lock *os.File, log *slog.Logger) (cluster, error) {
	if err := f.removeUnfinished(); err != nil {
		return cluster{}, err
	}
	c, err := f.choose()
	if err != nil {
		return c, err
	}
	if _, err := os.Stat(filepath.Join(c.data, "PG_VERSION")); errors.Is(err, fs.ErrNotExist) {
		if there, _ := os.ReadDir(c.data); len(there) > 0 {
			return c, &Problem{c.data + " is there, but it is no database of PostgreSQL", "Move that folder away.", nil}
		}
		if err := c.init(ctx, lock, log); err != nil {
			return c, err
		}
	}
	if c.socket, err = c.socketFolder(); err != nil {
		return c, err
	}
	return c, f.explain(c.configure())
}

// choose pairs the newest cluster of the folder with the programs that made
// it; without a cluster it is the newest programs.
func (f folder) choose() (cluster, error) {
	c := cluster{folder: f}
	all := installations()
	majors, err := f.majors()
	if err != nil {
		return c, f.explain(err)
	}
	var ok bool
	if len(majors) == 0 {
		if c.installation, ok = usable(all, 0); !ok {
			return c, missing(all)
		}
	} else if c.installation, ok = usable(all, majors[0]); !ok {
		n := strconv.Itoa(majors[0])
		p := &Problem{"the database in " + filepath.Join(f.pg, n) + " was made by PostgreSQL " + n + ", which is not installed here with PostGIS",
			"Run " + install(majors[0]) + "; or move that folder away to start with an empty catalogue.", nil}
		if in, have := usable(all, 0); have {
			p.What += " (version " + in.version + " is)"
		}
		return c, p
	}
	c.data = filepath.Join(f.pg, strconv.Itoa(c.major))
	if owner := ownerOf(c.data); owner >= 0 && owner != f.account.uid {
		return c, &Problem{c.data + " belongs to " + userName(owner) + " and not to " + f.account.name + ", who runs the database",
			"Run chown -R " + f.account.name + " " + f.pg + ".", nil}
	}
	return c, nil
}

// majors are the versions that the folder has clusters of, newest first.
func (f folder) majors() ([]int, error) {
	entries, err := os.ReadDir(f.pg)
	var majors []int
	for _, e := range entries {
		if n, err := strconv.Atoi(e.Name()); err == nil && e.IsDir() {
			majors = append(majors, n)
		}
	}
	slices.Sort(majors)
	slices.Reverse(majors)
	return majors, err
}

// unfinished marks the folder of a cluster that is still being made.
const unfinished = ".new"

func (f folder) removeUnfinished() error {
	entries, err := os.ReadDir(f.pg)
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), unfinished) {
			err = errors.Join(err, os.RemoveAll(filepath.Join(f.pg, e.Name())))
		}
	}
	return f.explain(err)
}

// init makes the cluster under another name, so that a folder with the right
// name is always a whole one.
func (c cluster) init(ctx context.Context, lock *os.File, log *slog.Logger) error {
	if free, err := freeBytes(c.pg); err == nil && free < roomToBegin {
		return c.explain(noRoom(free))
	}
	log.Info("making the database", "version", c.version, "folder", c.data)
	temp := c.data + unfinished
	defer os.RemoveAll(temp)
	var out bytes.Buffer
	initdb := c.command("initdb", "-D", temp, "-U", role, "--auth=peer", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums", "--no-instructions")
	initdb.Stdout, initdb.Stderr = &out, &out
	initdb.ExtraFiles = []*os.File{lock} // until the last of its helpers has ended
	child, err := spawn(initdb)
	if err != nil {
		return c.explain(err)
	}
	select {
	case <-child.done:
	case <-ctx.Done():
		child.kill()
		return ctx.Err()
	}
	if child.err != nil {
		return heard("a new database could not be made in "+c.pg, lastLines(out.String(), 8), child.err)
	}
	if err := os.Rename(temp, c.data); err != nil {
		return c.explain(fmt.Errorf("a whole folder is needed: %w", err))
	}
	return syncFolder(c.pg)
}

// freeBytes is the room left for an ordinary user on the disk of path.
func freeBytes(path string) (uint64, error) {
	var disk syscall.Statfs_t
	err := syscall.Statfs(path, &disk)
	return uint64(disk.Bavail) * uint64(disk.Bsize), err
}

func noRoom(free uint64) error {
	return fmt.Errorf("%d MB free, %d needed to begin: %w", free>>20, roomToBegin>>20, syscall.ENOSPC)
}

// syncFolder makes a rename last through a power failure.
func syncFolder(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}

// lastLines are the last n lines of a text, without empty ones.
func lastLines(text string, n int) string {
	lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' })
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
