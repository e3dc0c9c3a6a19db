package private

import (
	"context"
	"errors"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Each of these ends in a message that says what is wrong and what to do.

func TestPackagesMissing(t *testing.T) {
	dir := newFolder(t)
	noPackages(t)
	_, err := Open(t.Context(), dir, quiet(t))
	wantProblem(t, err, "PostgreSQL with PostGIS is missing", "postgresql")
	wantFinding(t, dir, "PostgreSQL with PostGIS", "missing", "postgresql")
}

func noPackages(t *testing.T) {
	was := places
	places = nil
	t.Cleanup(func() { places = was })
	t.Setenv("PATH", "/nowhere")
}

func TestPostGISMissingOrOld(t *testing.T) {
	for _, c := range []struct {
		name     string
		have     installation
		what, do string
	}{
		{"no PostGIS", installation{bin: "/x", major: 16, version: "16.3"}, "PostGIS for it is missing", "postgresql-16-postgis-3"},
		{"too old", installation{bin: "/x", major: 13, version: "13.9", postgis: true}, "too old", "newer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if in, ok := usable([]installation{c.have}, 0); ok {
				t.Errorf("usable = %v", in)
			}
			wantProblem(t, missing([]installation{c.have}), c.what, c.do)
		})
	}
}

func TestNewestWithPostGISIsUsed(t *testing.T) {
	all := []installation{{major: 17}, {major: 16, postgis: true}, {major: 15, postgis: true}}
	if in, ok := usable(all, 0); !ok || in.major != 16 {
		t.Errorf("usable = %v, %v; want 16", in, ok)
	}
	if in, ok := usable(all, 15); !ok || in.major != 15 {
		t.Errorf("usable of 15 = %v, %v; want 15", in, ok)
	}
	if in, ok := usable(all, 17); ok {
		t.Errorf("usable of 17 = %v; want none, it lacks PostGIS", in)
	}
}

// A folder made by a version that is not here keeps its data and says so.
func TestOtherMajorVersion(t *testing.T) {
	for _, major := range []int{9, 99} {
		t.Run(strconv.Itoa(major), func(t *testing.T) {
			dir := newFolder(t)
			n := strconv.Itoa(major)
			if _, err := settle(dir, quiet(t)); err != nil {
				t.Fatal(err)
			}
			if err := os.Mkdir(filepath.Join(dir, "pg", n), 0o700); err != nil {
				t.Fatal(err)
			}
			_, err := Open(t.Context(), dir, quiet(t))
			wantProblem(t, err, "was made by PostgreSQL "+n, "move that folder away")
			wantFinding(t, dir, "database", "was made by PostgreSQL "+n, "move that folder away")
		})
	}
}

func TestFolderThatIsNoDatabase(t *testing.T) {
	dir := newFolder(t)
	f, err := settle(dir, quiet(t))
	if err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(f.pg, strconv.Itoa(usableMajor(t)))
	if err := errors.Join(os.MkdirAll(filepath.Join(data, "photos"), 0o700), f.account.own(data)); err != nil {
		t.Fatal(err)
	}
	_, err = Open(t.Context(), dir, quiet(t))
	wantProblem(t, err, "no database of PostgreSQL", "Move that folder away")
	if _, err := os.Stat(filepath.Join(data, "photos")); err != nil {
		t.Errorf("what was in it: %v", err)
	}
}

func TestDataFolderIsAFile(t *testing.T) {
	dir := newFolder(t)
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), dir, quiet(t))
	wantProblem(t, err, "not a folder", "PONET_DATA")
	wantFinding(t, dir, "data folder", "not a folder", "PONET_DATA")
}

func TestDiskOfTheDatabaseNotMounted(t *testing.T) {
	dir := newFolder(t)
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/nowhere/pg", filepath.Join(dir, "pg")); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), dir, quiet(t))
	wantProblem(t, err, "/nowhere/pg", "Mount the disk")
}

// Sockets have short names; folders may have long and odd ones.
func TestLongAndOddFolderNames(t *testing.T) {
	for _, name := range []string{strings.Repeat("long", 40), "l'altra cartella, àèì", "100%", "[ab]*?"} {
		t.Run(name[:4], func(t *testing.T) {
			dir := filepath.Join(newFolder(t), name)
			if _, err := settle(dir, quiet(t)); err != nil {
				t.Fatal(err)
			}
			half := filepath.Join(dir, "pg", strconv.Itoa(usableMajor(t))+unfinished)
			if err := os.MkdirAll(filepath.Join(half, "base"), 0o700); err != nil {
				t.Fatal(err)
			}
			s, err := Open(t.Context(), dir, quiet(t))
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if err := answers(t.Context(), s.URL()); err != nil {
				t.Error(err)
			}
			if info, err := os.Stat(s.run); err != nil || info.Mode().Perm() != 0o700 {
				t.Errorf("folder of the socket: %v, %v; want only its user to enter", info, err)
			}
		})
	}
}

// In /tmp anybody could have been there first.
func TestSocketFolderOfSomebodyElse(t *testing.T) {
	c := cluster{folder: folder{pg: "/" + strings.Repeat("long", 40)}}
	var err error
	if c.account, err = serverAccount(-1); err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_RUNTIME_DIR", "")
	dirs := c.socketFolders()
	last := dirs[len(dirs)-1]
	if err := os.Mkdir(last, 0o777); err != nil {
		t.Fatal(err)
	}
	defer os.Remove(last)
	if err := c.account.own(last); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(last, 0o777); err != nil {
		t.Fatal(err)
	}
	_, err = c.socketFolder()
	wantProblem(t, err, last, "Remove that folder")
}

// As an ordinary user everything runs under that user's name; root may come
// in, other users not.
func TestOrdinaryUser(t *testing.T) {
	someone, other := ordinaryUsers(t)
	dir := newFolder(t)
	give(t, filepath.Dir(dir), someone)
	p := launch(t, dir, someone)
	p.owns(true)
	if owner := ownerOf(filepath.Join(dir, "pg")); strconv.Itoa(owner) != someone.Uid {
		t.Errorf("the database belongs to %s; want %s", userName(owner), someone.Username)
	}
	root, err := Open(t.Context(), dir, quiet(t))
	if err != nil {
		t.Fatalf("root: %v", err)
	}
	if root.Owner() {
		t.Error("root owns a server that was running")
	}
	if err := root.Close(); err != nil {
		t.Error(err)
	}
	if said := launch(t, dir, other).expect("error"); !strings.Contains(said, "belongs to user "+someone.Username) || !strings.Contains(said, "PONET_DATA") {
		t.Errorf("another user is told: %s", said)
	}
	p.end()

	// root's own start on that folder leaves it to its user
	s, err := Open(t.Context(), dir, quiet(t))
	if err != nil {
		t.Fatalf("root: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	again := launch(t, dir, someone)
	if n := again.owns(true); n == 0 {
		t.Error("the user's rows are gone")
	}
	again.end()
}

func TestOrdinaryUserMayNotWrite(t *testing.T) {
	someone, _ := ordinaryUsers(t)
	dir := newFolder(t)
	if said := launch(t, dir, someone).expect("error"); !strings.Contains(said, "cannot be written") || !strings.Contains(said, "PONET_DATA") {
		t.Errorf("said %s", said)
	}
}

// Root's data folder may lie where the user of the server may not go.
func TestFolderThatPostgresMayNotEnter(t *testing.T) {
	ordinaryUsers(t)
	newFolder(t) // skips without PostgreSQL
	dir := filepath.Join(t.TempDir(), "data")
	if err := os.Chmod(filepath.Dir(filepath.Dir(dir)), 0o700); err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), dir, quiet(t))
	if err != nil {
		t.Fatal(err)
	}
	place, err := os.Readlink(filepath.Join(dir, "pg"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		os.RemoveAll(place)
		os.Remove(elsewhere) // only if it is empty now
	})
	if !strings.HasPrefix(place, elsewhere) {
		t.Errorf("placed in %s; want below %s", place, elsewhere)
	}
	for range 2 { // again: through the link
		if err := answers(t.Context(), s.URL()); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if s, err = Open(t.Context(), dir, quiet(t)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// A copy that root made belongs to root, whom PostgreSQL will not serve.
func TestClusterOfTheWrongUser(t *testing.T) {
	ordinaryUsers(t)
	dir := newFolder(t)
	s, err := Open(t.Context(), dir, quiet(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(filepath.Join(dir, "pg", strconv.Itoa(usableMajor(t))), 0, 0); err != nil {
		t.Fatal(err)
	}
	_, err = Open(t.Context(), dir, quiet(t))
	wantProblem(t, err, "belongs to user root", "chown -R postgres")
}

func TestCheckOfARunningServer(t *testing.T) {
	dir := newFolder(t)
	for _, f := range Check(t.Context(), dir) {
		if !f.OK || f.Do != "" || f.Found == "" {
			t.Errorf("before the first start: %+v", f)
		}
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Error("Check made the data folder")
	}
	s, err := Open(t.Context(), dir, quiet(t))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	last := ""
	for _, f := range Check(t.Context(), dir) {
		if !f.OK {
			t.Errorf("while running: %+v", f)
		}
		last = f.Found
	}
	if want := "running, started by process " + strconv.Itoa(os.Getpid()); last != want {
		t.Errorf("Check says %q; want %q", last, want)
	}
}

// ordinaryUsers are two users that are neither root nor the packages' own.
func ordinaryUsers(t *testing.T) (*user.User, *user.User) {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("needs root, to become others")
	}
	a, errA := user.Lookup("nobody")
	b, errB := user.Lookup("daemon")
	if err := errors.Join(errA, errB); err != nil {
		t.Skip(err)
	}
	return a, b
}

func give(t *testing.T, path string, u *user.User) {
	t.Helper()
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	if err := os.Chown(path, uid, gid); err != nil {
		t.Fatal(err)
	}
}

func wantProblem(t *testing.T, err error, what, do string) {
	t.Helper()
	p, ok := errors.AsType[*Problem](err)
	if !ok {
		t.Fatalf("err = %v; want a Problem", err)
	}
	if !strings.Contains(p.What+" "+errorText(p.Err), what) || !strings.Contains(p.Do, do) {
		t.Errorf("problem: %v\nwant it to say %q and %q", p, what, do)
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func wantFinding(t *testing.T, dir, subject, text, do string) {
	t.Helper()
	for _, f := range Check(context.WithoutCancel(t.Context()), dir) {
		if f.Subject == subject {
			if f.OK || !strings.Contains(f.Found, text) || !strings.Contains(f.Do, do) {
				t.Errorf("finding: %+v\nwant it to say %q and %q", f, text, do)
			}
			return
		}
	}
	t.Errorf("no finding about %s", subject)
}
