package private

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// A folder is where the database of one data folder lives: its locks and, one
// for each major version of PostgreSQL, the clusters.
type folder struct {
	dir     string // the data folder, absolute
	pg      string // dir/pg, symbolic links resolved; belongs to account, mode 0700
	account account
}

// elsewhere is where root's database goes when its data folder lies in a place
// that the user of the server may not enter, such as /root.
const elsewhere = "/var/lib/ponet"

// settle finds the folder of a data folder, making it on the first occasion.
func settle(dir string, log *slog.Logger) (folder, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return folder{}, err
	}
	f := folder{dir: abs}
	if err := os.MkdirAll(abs, 0o755); err != nil {
		return f, f.explain(err)
	}
	link := filepath.Join(abs, "pg")
	switch _, err := os.Lstat(link); {
	case errors.Is(err, fs.ErrNotExist):
		err = f.create(link, log)
		return f, err
	case err != nil:
		return f, f.explain(err)
	}
	err = f.enter(link)
	return f, err
}

// enter takes a folder that is there.
func (f *folder) enter(link string) error {
	pg, err := filepath.EvalSymlinks(link)
	if errors.Is(err, fs.ErrNotExist) {
		to, _ := os.Readlink(link)
		return &Problem{link + " points to " + to + ", which is not there",
			"Mount the disk it lies on; or, to start with an empty catalogue, remove " + link + ".", nil}
	}
	if err != nil {
		return f.explain(err)
	}
	f.pg = pg
	if f.account, err = serverAccount(ownerOf(pg)); err != nil {
		return f.noAccount(err)
	}
	if !f.account.mayEnter(pg) {
		return mayNotEnter(f.account, *f)
	}
	return f.explain(f.account.own(pg))
}

func mayNotEnter(a account, f folder) *Problem {
	return &Problem{"user " + a.name + ", who runs the database, may not enter " + f.pg,
		"Move the folder " + f.dir + " to where that user may go, for instance " + elsewhere + ", and set PONET_DATA to it.", nil}
}

// create makes the folder, below the data folder where that can be.
func (f *folder) create(link string, log *slog.Logger) error {
	var err error
	if f.account, err = serverAccount(-1); err != nil {
		return f.noAccount(err)
	}
	f.pg = link
	if !f.account.mayEnter(f.dir) {
		return f.createElsewhere(link, log)
	}
	if f.pg, err = filepath.EvalSymlinks(f.dir); err != nil {
		return f.explain(err)
	}
	f.pg = filepath.Join(f.pg, "pg")
	return f.mkdir()
}

// createElsewhere makes it where the user of the server may go, with a link to
// it in the data folder.
func (f *folder) createElsewhere(link string, log *slog.Logger) error {
	sum := sha256.Sum256([]byte(link))
	f.pg = filepath.Join(elsewhere, "pg-"+hex.EncodeToString(sum[:6]))
	if err := os.MkdirAll(elsewhere, 0o755); err != nil {
		return f.explain(err)
	}
	if _, err := os.Lstat(f.pg); err == nil {
		log.Warn("taking back the database that was made for this folder", "folder", f.dir, "database", f.pg)
	}
	if err := f.mkdir(); err != nil {
		return err
	}
	if !f.account.mayEnter(f.pg) {
		return &Problem{"user " + f.account.name + ", who runs the database, may enter neither " + f.dir + " nor " + f.pg,
			"Set PONET_DATA to a folder that this user may enter.", nil}
	}
	log.Info("database placed where its user may go", "folder", f.dir, "database", f.pg, "user", f.account.name)
	err := os.Symlink(f.pg, link)
	if errors.Is(err, fs.ErrExist) {
		return f.enter(link) // another process was quicker
	}
	return f.explain(err)
}

func (f *folder) mkdir() error {
	if err := os.Mkdir(f.pg, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return f.explain(err)
	}
	return f.explain(f.account.own(f.pg))
}

func (f *folder) noAccount(err error) error {
	if os.Getuid() != 0 {
		return &Problem{"the folder " + f.dir + " cannot be used", "Run as that user, or set PONET_DATA to a folder of your own.", err}
	}
	return &Problem{"root may not run PostgreSQL, and the user postgres, whom its packages make, is missing", "Run " + install(0) + ".", err}
}

// mayEnter asks the system, and not the mode bits, because there are more
// rules than those. Where the server runs as ourselves the answer comes with
// the next call.
func (a account) mayEnter(path string) bool {
	if a.self {
		return true
	}
	cmd := exec.Command("/bin/sh", "-c", `cd "$0"`, path)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: a.credential()}
	return cmd.Run() == nil
}
