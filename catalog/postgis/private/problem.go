package private

import (
	"errors"
	"io/fs"
	"strings"
	"syscall"
)

// A Problem is a reason why the server cannot be had that a person can put
// right, and how.
type Problem struct {
	What string // what is wrong, and where
	Do   string // one sentence: what to do
	Err  error  // what was seen; nil when What says it all
}

func (p *Problem) Error() string {
	if p.Err == nil {
		return p.What + "\n" + p.Do
	}
	return p.What + ": " + p.Err.Error() + "\n" + p.Do
}

// Unwrap is what was seen.
func (p *Problem) Unwrap() error { return p.Err }

// explain turns an error of the file system into a Problem where we know what
// helps against it.
func (f folder) explain(err error) error {
	var known *Problem
	switch {
	case err == nil, errors.As(err, &known):
		return err
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return &Problem{"the disk of " + f.dir + " is full", makeRoom, err}
	case errors.Is(err, syscall.EROFS):
		return &Problem{f.dir + " is on a disk that can only be read", choosePlace, err}
	case errors.Is(err, syscall.ENOTDIR):
		return &Problem{f.dir + " is not a folder", choosePlace, err}
	case errors.Is(err, fs.ErrPermission):
		return &Problem{f.dir + " cannot be written by this user", choosePlace, err}
	}
	return err
}

// What helps against more than one problem.
const (
	makeRoom    = "Make room on it, or set PONET_DATA to a folder on another disk; what was committed is safe."
	choosePlace = "Set PONET_DATA to a folder that you can write to."
)

// hints are what PostgreSQL says when it cannot start, and what helps.
var hints = []struct{ said, do string }{
	{"No space left on device", makeRoom},
	{"Disk quota exceeded", makeRoom},
	{"wrote only", makeRoom}, // and no number: the last block fitted in part
	{"could not map anonymous shared memory", "Free memory on this machine: the database needs about 400 MB."},
	{"could not resize shared memory segment", "Give this machine or container more shared memory (/dev/shm)."},
	{"No usable system locale", "Install the package locales, or report this with the lines above."},
	{"invalid locale name", "Install the locale C.UTF-8 (Debian and Ubuntu: sudo apt install libc-bin)."},
	{"database files are incompatible with server", "Install the version of PostgreSQL that made this folder, or move the folder away to start anew."},
	{"could not look up effective user ID", "Run as a user that has a name on this machine, or set PONET_DATABASE_URL."},
	{"could not locate a valid checkpoint record", "The folder was damaged from outside: bring it back with ponet restore, or move it away and harvest anew."},
	{"checksum", "The disk gave back other bytes than were written: check it, and bring the folder back from a copy."},
	{"could not access file \"$libdir", "Install PostGIS for this version of PostgreSQL again (ponet doctor names the package)."},
	{"Permission denied", "Give the folder back to the user named by ponet doctor."},
}

// heard turns PostgreSQL's last words into a Problem.
func heard(what, words string, err error) error {
	p := &Problem{What: what, Do: "Look at the lines above; ponet doctor checks everything the database needs.", Err: err}
	for _, h := range hints {
		if strings.Contains(words, h.said) {
			p.Do = h.do
			break
		}
	}
	if p.Do == makeRoom {
		p.What = "the disk is full: " + what
	}
	if words != "" {
		p.What += ":\n" + words
	}
	return p
}
