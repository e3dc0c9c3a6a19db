package private

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// role is the one role that logs in and owns the database of the same name.
// What the public reads goes through ponet_public, which cannot log in.
const role = "ponet"

// port is part of the socket's name only.
const port = "5432"

// settings is the server's own configuration, written anew at each start. The
// memory is modest: it shall also run beside other things on a small machine.
const settings = `# Written by ponet at each start. Your own settings go into local.conf beside this file.
listen_addresses = ''
unix_socket_directories = '%s'
unix_socket_permissions = 0700
port = %s
max_connections = 100
shared_buffers = 128MB
effective_cache_size = 1GB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
random_page_cost = 1.1
wal_compression = %s
fsync = on
full_page_writes = on
synchronous_commit = on
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
log_line_prefix = '%%m [%%p] '
# no statements, rows or values in the log: they may be about persons
log_error_verbosity = terse
log_min_error_statement = panic
log_checkpoints = off
log_autovacuum_min_duration = -1
include = 'local.conf'
`

// ownSettings is what local.conf says at first; it is never written again.
const ownSettings = "# Your own settings of this database, over those of postgresql.conf; ponet leaves this file alone.\n"

// configure writes the three files that say how the cluster runs and who may
// connect: only users of this machine, known by the kernel, through the socket.
func (c cluster) configure() error {
	compression := "pglz"
	if c.knows("wal_compression", "lz4") {
		compression = "lz4"
	}
	var users strings.Builder
	for _, name := range []string{"root", "postgres", c.account.name} {
		fmt.Fprintf(&users, "ponet \"%s\" %s\n", strings.ReplaceAll(name, `"`, `""`), role)
	}
	for name, text := range map[string]string{
		"postgresql.conf": fmt.Sprintf(settings, c.socket, port, compression),
		"pg_hba.conf":     "local all " + role + " peer map=ponet\n",
		"pg_ident.conf":   users.String(),
	} {
		if err := c.write(filepath.Join(c.data, name), text); err != nil {
			return err
		}
	}
	return c.keepOwnSettings()
}

// keepOwnSettings makes local.conf unless it is there.
func (c cluster) keepOwnSettings() error {
	name := filepath.Join(c.data, "local.conf")
	if _, err := os.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return c.write(name, ownSettings)
}

// knows reports whether this build of PostgreSQL takes a value for a setting.
func (c cluster) knows(setting, value string) bool {
	return c.command("postgres", "-D", c.data, "-c", "config_file=/dev/null", "-c", "data_directory="+c.data, "-c", setting+"="+value, "-C", setting).Run() == nil
}

// write replaces a file of the cluster in one step.
func (c cluster) write(path, text string) error {
	temp := path + unfinished
	if err := os.Remove(temp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	file, err := c.account.open(temp, os.O_CREATE|os.O_EXCL|os.O_WRONLY)
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Rename(temp, path)
}

// url is the address of the database for pgx.
func (c cluster) url() string { return address(c.socket, role) }

func address(socket, database string) string {
	q := url.Values{"host": {socket}, "port": {port}, "user": {role}, "sslmode": {"disable"}}
	return "postgres:///" + database + "?" + q.Encode()
}
