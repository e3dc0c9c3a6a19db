package private

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
)

// socketLimit is the length that the path of a socket may have: the 108 bytes
// of sockaddr_un on Linux with their zero; other systems have 104.
const socketLimit = 103 // bytes

// plainPath is a path that needs no quotes in a configuration or an address.
var plainPath = regexp.MustCompile(`^[A-Za-z0-9/._-]+$`)

// socketFolder is where the server puts its socket: below its folder or, where
// that has too long a name, in a private folder of the user's with a short one.
func (c cluster) socketFolder() (string, error) {
	var err error
	for _, dir := range c.socketFolders() {
		if !fitsSocket(dir) {
			continue
		}
		if err = c.privateFolder(dir); err == nil {
			return dir, nil
		}
	}
	return "", noSocketPlace(err)
}

// fitsSocket reports whether a socket can be named in dir.
func fitsSocket(dir string) bool {
	return len(filepath.Join(dir, ".s.PGSQL."+port)) <= socketLimit && plainPath.MatchString(dir)
}

func noSocketPlace(err error) *Problem {
	return &Problem{"there is no place for the socket of the database", "Remove that folder, or set PONET_DATA to one with a shorter path.", err}
}

func (c cluster) socketFolders() []string {
	sum := sha256.Sum256([]byte(c.pg))
	name := "ponet-" + hex.EncodeToString(sum[:8])
	dirs := []string{filepath.Join(c.pg, "run")}
	// not a setting of ours: where this system keeps a user's sockets
	if run := os.Getenv("XDG_RUNTIME_DIR"); run != "" && c.account.self {
		dirs = append(dirs, filepath.Join(run, name))
	}
	return append(dirs, filepath.Join("/tmp", name))
}

// privateFolder makes a folder that only the server's user may enter, or takes
// one that is so: in /tmp anybody could have been there before us.
func (c cluster) privateFolder(dir string) error {
	err := os.Mkdir(dir, 0o700)
	if err == nil {
		return c.account.own(dir)
	}
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	owner := ownerOf(dir)
	if owner == 0 && os.Getuid() == 0 && info.IsDir() {
		owner = c.account.uid // made by us just before we were killed
		if err := c.account.own(dir); err != nil {
			return err
		}
	}
	if !info.IsDir() || owner != c.account.uid || info.Mode().Perm() != 0o700 {
		return fmt.Errorf("%s is no private folder of user %s (it belongs to %s, mode %v)", dir, c.account.name, userName(owner), info.Mode())
	}
	return nil
}
