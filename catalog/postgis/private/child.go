package private

import (
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

// How long a server that was told to stop may take for each way of stopping.
const (
	fastLimit      = 30 * time.Second // ends sessions, writes what is in memory to disk
	immediateLimit = 10 * time.Second // leaves that to the recovery at the next start
)

// A child is a process of ours that ends with us.
type child struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended
	err  error         // how, once done
}

// command is one of the installation's programs, run as the server's user, in
// its own session, so that Ctrl-C at the terminal reaches us and not it, and
// without our environment, of which PostgreSQL would read much.
func (c cluster) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(c.bin, name), args...)
	cmd.Dir = "/"
	cmd.Env = []string{"LC_ALL=C.UTF-8", "PATH=/usr/local/bin:/usr/bin:/bin"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.account.credential(), Setsid: true}
	return cmd
}

// spawn starts cmd and waits for its end beside us. The kernel ends a child
// when the thread that made it ends, so one thread stays with it for its life.
func spawn(cmd *exec.Cmd) (*child, error) {
	c := &child{cmd: cmd, done: make(chan struct{})}
	endWithUs(cmd.SysProcAttr)
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			c.err = cmd.Wait()
			close(c.done)
		}
	}()
	return c, <-started
}

// stop ends a server in the gentlest way that works, and waits until it has.
func (c *child) stop() error {
	if c.endsAfter(syscall.SIGINT, fastLimit) || c.endsAfter(syscall.SIGQUIT, immediateLimit) {
		return c.err
	}
	return c.kill()
}

// kill ends the child and everything it started.
func (c *child) kill() error {
	syscall.Kill(-c.cmd.Process.Pid, syscall.SIGKILL)
	<-c.done
	return c.err
}

func (c *child) endsAfter(sig syscall.Signal, limit time.Duration) bool {
	c.cmd.Process.Signal(sig)
	select {
	case <-c.done:
		return true
	case <-time.After(limit):
		return false
	}
}

func (c *child) pid() string { return strconv.Itoa(c.cmd.Process.Pid) }
