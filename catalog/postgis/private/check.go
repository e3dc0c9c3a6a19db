package private

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// A Finding is one thing that ponet doctor looked at.
type Finding struct {
	Subject string `json:"subject"`      // what was looked at: "PostgreSQL with PostGIS"
	OK      bool   `json:"ok"`           // it is as it should be
	Found   string `json:"found"`        // what was there
	Do      string `json:"do,omitempty"` // what to do, one sentence; "" when OK
}

// Check looks at everything a server in the folder dir needs, and changes
// nothing. The findings are in the order in which Open would meet them.
func Check(ctx context.Context, dir string) []Finding {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return []Finding{found("data folder", "", err)}
	}
	f := folder{dir: abs, pg: filepath.Join(abs, "pg")}
	findings := []Finding{checkPrograms(), f.checkWritable()}
	if pg, err := filepath.EvalSymlinks(f.pg); err == nil {
		f.pg = pg
	}
	var name string
	f.account, name, err = f.checkAccount()
	findings = append(findings, found("user of the server", name, err), f.checkRoom())
	if err != nil {
		return findings
	}
	return append(findings, f.checkClusters(), f.checkSocket(), f.checkRunning(ctx))
}

// found is a Finding that is right unless err says something else.
func found(subject, text string, err error) Finding {
	p, isProblem := errors.AsType[*Problem](err)
	switch {
	case err == nil:
		return Finding{Subject: subject, OK: true, Found: text}
	case isProblem && p.Err != nil:
		return Finding{Subject: subject, Found: p.What + ": " + p.Err.Error(), Do: p.Do}
	case isProblem:
		return Finding{Subject: subject, Found: p.What, Do: p.Do}
	}
	return Finding{Subject: subject, Found: err.Error(), Do: "Put this right and run ponet doctor again."}
}

func checkPrograms() Finding {
	all := installations()
	in, ok := usable(all, 0)
	if !ok {
		return found("PostgreSQL with PostGIS", "", missing(all))
	}
	return found("PostgreSQL with PostGIS", in.version+" in "+in.bin, nil)
}

// checkWritable asks for the data folder, or for the nearest one above it that
// is there, in which it would be made.
func (f folder) checkWritable() Finding {
	dir := f.nearest()
	const write, enter = 2, 1 // W_OK, X_OK of access(2)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return found("data folder", "", f.explain(syscall.ENOTDIR))
	}
	if err := syscall.Access(dir, write|enter); err != nil {
		return found("data folder", "", f.explain(err))
	}
	if dir != f.dir {
		return found("data folder", f.dir+" will be made", nil)
	}
	return found("data folder", f.dir, nil)
}

func (f folder) nearest() string {
	dir := f.dir
	for dir != "/" {
		if _, err := os.Lstat(dir); err == nil {
			break
		}
		dir = filepath.Dir(dir)
	}
	return dir
}

func (f folder) checkAccount() (account, string, error) {
	a, err := serverAccount(ownerOf(f.pg))
	if err != nil {
		return a, "", f.noAccount(err)
	}
	if ownerOf(f.pg) >= 0 && !a.mayEnter(f.pg) {
		return a, "", mayNotEnter(a, f)
	}
	if ownerOf(f.pg) < 0 && !a.mayEnter(f.nearest()) {
		return a, a.name + ", who may not enter " + f.dir + ": the database will be placed in " + elsewhere, nil
	}
	return a, a.name, nil
}

func (f folder) checkRoom() Finding {
	dir := f.nearest()
	if _, err := os.Lstat(f.pg); err == nil {
		dir = f.pg
	}
	free, err := freeBytes(dir)
	if err != nil {
		return found("room on the disk", "", f.explain(err))
	}
	if free < roomToBegin {
		return found("room on the disk", "", f.explain(noRoom(free)))
	}
	return found("room on the disk", fmt.Sprintf("%d MB free", free>>20), nil)
}

func (f folder) checkClusters() Finding {
	majors, err := f.majors()
	if errors.Is(err, os.ErrNotExist) || err == nil && len(majors) == 0 {
		return found("database", "none yet: the first start makes it", nil)
	}
	c, err := f.choose()
	if err != nil {
		return found("database", "", err)
	}
	text := fmt.Sprintf("made by PostgreSQL %d, in %s", c.major, c.data)
	if in, ok := usable(installations(), 0); ok && in.major > c.major {
		text += fmt.Sprintf(" (kept in use although %s is here: keep the packages of %d installed)", in.version, c.major)
	}
	return found("database", text, nil)
}

// checkSocket names the first place whose name is short enough.
func (f folder) checkSocket() Finding {
	c := cluster{folder: f}
	for _, dir := range c.socketFolders() {
		if fitsSocket(dir) {
			return found("socket", dir, nil)
		}
	}
	return found("socket", "", noSocketPlace(nil))
}

// Running is the address of the server that runs in the folder dir, "" when none does
// or it does not answer yet.
func Running(dir string) string {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	file, err := os.Open(filepath.Join(abs, "pg", ownerLock))
	if err != nil {
		return ""
	}
	defer file.Close()
	if tryLock(file) == nil {
		return ""
	}
	return readNotice(file).URL
}

func (f folder) checkRunning(ctx context.Context) Finding {
	file, err := os.Open(filepath.Join(f.pg, ownerLock))
	if errors.Is(err, os.ErrNotExist) {
		return found("server", "not running", nil)
	}
	if err != nil {
		return found("server", "", f.explain(err))
	}
	defer file.Close()
	left, _ := f.processes()
	if tryLock(file) == nil {
		if len(left) > 0 {
			return found("server", "", &Problem{fmt.Sprintf("not running, but processes of an earlier or of a foreign one are: %v", left),
				"Wait a few seconds and look again; if they stay, end them with kill -QUIT.", nil})
		}
		return found("server", "not running", nil)
	}
	n := readNotice(file)
	if n.URL == "" {
		return found("server", fmt.Sprintf("starting, by process %d", n.PID), nil)
	}
	if err := answers(ctx, n.URL); err != nil {
		return found("server", "", &Problem{fmt.Sprintf("started by process %d, but it does not answer", n.PID), "Look at " + filepath.Join(f.pg, "postgres.log") + ", then stop that process.", err})
	}
	return found("server", fmt.Sprintf("running, started by process %d", n.PID), nil)
}
