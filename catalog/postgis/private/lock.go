package private

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// The two locks of a folder; both are flocks, which end with their holders
// whatever happens, on files that are never removed.
const (
	// ownerLock is held by the ponet process whose server it is.
	ownerLock = "owner.lock"
	// clusterLock is held by the server itself: postgres inherits the open file
	// and hands it on to every process it forks, so the lock is free exactly
	// when the last of them has ended.
	clusterLock = "cluster.lock"
)

// lock opens one of the folder's lock files, making it on the first occasion.
func (f folder) lock(name string) (*os.File, error) {
	file, err := f.account.open(filepath.Join(f.pg, name), os.O_CREATE|os.O_RDWR)
	return file, f.explain(err)
}

// errHeld is that another open file has the lock.
var errHeld = errors.New("another process has the lock")

// tryLock takes the lock, or says why not: errHeld, or what is wrong with the disk.
func tryLock(f *os.File) error {
	for {
		switch err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err {
		case nil:
			return nil
		case syscall.EINTR:
		case syscall.EWOULDBLOCK:
			return errHeld
		default:
			return &Problem{"the disk of " + f.Name() + " knows no locks", "Set PONET_DATA to a folder on a disk of this machine.", err}
		}
	}
}

// A notice is what the owner writes into its lock file for those who come
// second. It means nothing once the lock is free.
type notice struct {
	PID int    `json:"pid"`
	URL string `json:"url,omitempty"` // "" while the server is starting
}

func writeNotice(lock *os.File, n notice) error {
	b, err := json.Marshal(n)
	if err != nil {
		return err
	}
	if err := lock.Truncate(0); err != nil {
		return err
	}
	_, err = lock.WriteAt(b, 0)
	return err
}

// readNotice is the zero notice while one is being written.
func readNotice(lock *os.File) (n notice) {
	b, err := io.ReadAll(io.NewSectionReader(lock, 0, 4096))
	if err == nil && json.Unmarshal(b, &n) != nil {
		n = notice{}
	}
	return n
}

// refused reports whether a server answered, and said that we may not come in.
func refused(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && strings.HasPrefix(e.Code, "28") // invalid authorization
}

// answerLimit is how long a server on this machine may take to answer a greeting.
const answerLimit = 5 * time.Second

// answers is nil when the database at url takes a connection.
func answers(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}
