package private

import (
	"fmt"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// An account is the user the server runs as. PostgreSQL refuses to run as root.
type account struct {
	name     string
	uid, gid int
	groups   []uint32
	self     bool // it is the user of this process
}

// serverAccount is the user for a server whose folder belongs to the user id
// owner (-1: there is no folder yet): ourselves, or, when we are root, the
// folder's owner or the user postgres that the packages make.
func serverAccount(owner int) (account, error) {
	me := os.Getuid()
	switch {
	case me != 0 && owner >= 0 && owner != me:
		return account{}, fmt.Errorf("it belongs to %s, and this is %s", userName(owner), userName(me))
	case me != 0:
		return newAccount(user.LookupId(strconv.Itoa(me)))
	case owner > 0:
		return newAccount(user.LookupId(strconv.Itoa(owner)))
	}
	return newAccount(user.Lookup("postgres"))
}

func newAccount(u *user.User, err error) (account, error) {
	if err != nil {
		return account{}, err
	}
	a := account{name: u.Username}
	if a.uid, err = strconv.Atoi(u.Uid); err != nil {
		return account{}, err
	}
	if a.gid, err = strconv.Atoi(u.Gid); err != nil {
		return account{}, err
	}
	a.self = a.uid == os.Getuid()
	groups, err := u.GroupIds()
	if err != nil {
		groups = []string{u.Gid}
	}
	for _, g := range groups {
		if n, err := strconv.ParseUint(g, 10, 32); err == nil {
			a.groups = append(a.groups, uint32(n))
		}
	}
	return a, nil
}

// credential makes a child run as a; nil where it does so anyway.
func (a account) credential() *syscall.Credential {
	if a.self {
		return nil
	}
	return &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid), Groups: a.groups}
}

// own gives a file or folder to a; nothing to do where it is ours anyway.
func (a account) own(path string) error {
	if a.self {
		return nil
	}
	return os.Lchown(path, a.uid, a.gid)
}

// open opens a file of a's that only a may read. The folders it lies in belong
// to a, and we may be root: a link there must not lead us to another file.
func (a account) open(path string, flags int) (*os.File, error) {
	file, err := os.OpenFile(path, flags|syscall.O_NOFOLLOW, 0o600)
	if err != nil || a.self {
		return file, err
	}
	if err := file.Chown(a.uid, a.gid); err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

// ownerOf is the user id a file or folder belongs to, -1 if there is none.
func ownerOf(path string) int {
	info, err := os.Lstat(path)
	if err != nil {
		return -1
	}
	return int(info.Sys().(*syscall.Stat_t).Uid)
}

// userName is the name of a user id, or the number where it has none.
func userName(uid int) string {
	if u, err := user.LookupId(strconv.Itoa(uid)); err == nil {
		return "user " + u.Username
	}
	return fmt.Sprintf("user id %d", uid)
}
