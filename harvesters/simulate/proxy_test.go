package simulate

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// A blow is what happens to one statement on its way to PostgreSQL.
type blow string

const (
	cutBefore blow = "the connection breaks before"
	cutAfter  blow = "the connection breaks after"
	killed    blow = "our process is killed before"
	killAfter blow = "our process is killed after"
	diskFull  blow = "the disk is full at"
	stopped   blow = "PostgreSQL is stopped at once before"
)

var blows = []blow{cutBefore, cutAfter, killed, killAfter, diskFull}

// A proxy stands between a store and PostgreSQL and understands as much of the
// protocol (version 3) as it needs to count statements. Where a blow is planned
// the statement does not arrive, or its answer does not, or PostgreSQL is made to
// answer with the error of a full disk, and so is in the state in which it would be.
type proxy struct {
	listener net.Listener
	server   string // the socket of PostgreSQL

	mu    sync.Mutex
	pipes map[*pipe]struct{}
	count int    // statements since arm
	at    int    // the statement that is struck, from 1; 0: none
	blow  blow   // what strikes it
	hit   string // the statement that was struck; "": none yet
	dead  bool   // our process is: nobody is let in
	alive sync.WaitGroup

	stop func() // stops PostgreSQL at once
}

// newProxy stands before the server of databaseURL; url leads through it.
func newProxy(t testing.TB, databaseURL string) (p *proxy, through string) {
	t.Helper()
	u, err := url.Parse(databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	host, port := q.Get("host"), q.Get("port")
	if port == "" {
		port = "5432"
	}
	if !strings.HasPrefix(host, "/") {
		t.Skip("the simulator stands before a server on a Unix socket, as deploy/testdb.sh starts it")
	}
	dir, err := os.MkdirTemp("", "ponet-sim-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	name := ".s.PGSQL." + port
	l, err := net.Listen("unix", filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	q.Set("host", dir)
	u.RawQuery = q.Encode()
	p = &proxy{listener: l, server: filepath.Join(host, name), pipes: map[*pipe]struct{}{}}
	go p.accept()
	t.Cleanup(func() {
		l.Close()
		p.cut()
	})
	return p, u.String()
}

func (p *proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("unix", p.server)
		p.mu.Lock()
		if err != nil || p.dead {
			p.mu.Unlock()
			client.Close()
			if err == nil {
				server.Close()
			}
			continue
		}
		c := &pipe{proxy: p, client: client, server: server}
		p.pipes[c] = struct{}{}
		p.alive.Add(2)
		p.mu.Unlock()
		go c.up()
		go c.down()
	}
}

// arm plans a blow for the n-th statement from now on.
func (p *proxy) arm(n int, b blow) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count, p.at, p.blow, p.hit = 0, n, b, ""
}

// struck is the statement that was hit since arm, "" if none was.
func (p *proxy) struck() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.hit
}

// disarm lets everybody in again.
func (p *proxy) disarm() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at, p.hit, p.dead = 0, "", false
}

// cut breaks every connection and waits until PostgreSQL has let go of them, and
// of the locks and transactions that they held.
func (p *proxy) cut() {
	p.mu.Lock()
	for c := range p.pipes {
		c.client.Close()
		if w, ok := c.server.(*net.UnixConn); ok {
			_ = w.CloseWrite() // PostgreSQL ends the session and closes the other half
		}
	}
	p.mu.Unlock()
	p.alive.Wait()
}

// step counts a statement and says what happens to it.
func (p *proxy) step(sql string) blow {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count++
	if p.at == 0 || p.count != p.at {
		return ""
	}
	p.hit = fmt.Sprintf("statement %d (%s)", p.count, sql)
	if p.blow == killed || p.blow == killAfter {
		p.dead = true
	}
	return p.blow
}

// A pipe is one connection.
type pipe struct {
	proxy          *proxy
	client, server net.Conn

	mu      sync.Mutex
	swallow bool // the answer under way is the last, and is not delivered
}

// up carries what the client says.
func (c *pipe) up() {
	defer c.proxy.alive.Done()
	defer func() {
		c.client.Close()
		if w, ok := c.server.(*net.UnixConn); ok {
			_ = w.CloseWrite()
		}
	}()
	client := bufio.NewReader(c.client)
	startup, err := readStartup(client)
	if err != nil {
		return
	}
	if _, err := c.server.Write(startup); err != nil {
		return
	}
	var batch []byte
	prepared := map[string]string{} // statements by name
	last, runs := "", false
	for {
		kind, message, err := readMessage(client)
		if err != nil {
			return
		}
		batch = append(batch, message...)
		switch kind {
		case 'P':
			name, sql := parsed(message)
			prepared[name] = sql
			continue
		case 'B':
			last = prepared[bound(message)]
			continue
		case 'D', 'C':
			continue
		case 'E':
			runs = true
			continue
		case 'Q':
			last, runs = strings.TrimRight(string(message[5:]), "\x00"), true
		case 'c':
			last, runs = "end of copy", true
		}
		if runs { // to prepare is no step: it would depend on what was prepared before
			switch c.proxy.step(excerpt(last)) {
			case cutBefore, killed:
				return
			case stopped:
				c.proxy.stop()
				return
			case cutAfter, killAfter:
				c.mu.Lock()
				c.swallow = true
				c.mu.Unlock()
			case diskFull:
				batch = c.full(kind, last)
			}
			last, runs = "", false
		}
		if _, err := c.server.Write(batch); err != nil {
			return
		}
		batch = batch[:0]
	}
}

// noSpace is the error of a full disk, made by PostgreSQL itself.
const noSpace = `do $$ begin raise exception 'could not extend file "base/16384/2619": No space left on device' using errcode = '53100'; end $$`

// full is what PostgreSQL is told instead of a statement that finds the disk full.
func (c *pipe) full(kind byte, sql string) []byte {
	switch {
	case kind == 'c':
		return frame('f', "No space left on device\x00")
	case sql == "commit": // undone by the server itself
		return frame('Q', "rollback; "+noSpace+"\x00")
	}
	return frame('Q', noSpace+"\x00")
}

// down carries what PostgreSQL says.
func (c *pipe) down() {
	defer c.proxy.alive.Done()
	defer func() {
		c.client.Close()
		c.server.Close()
		c.proxy.mu.Lock()
		delete(c.proxy.pipes, c)
		c.proxy.mu.Unlock()
	}()
	server := bufio.NewReader(c.server)
	for {
		kind, message, err := readMessage(server)
		if err != nil {
			return
		}
		c.mu.Lock()
		swallow := c.swallow
		c.mu.Unlock()
		if swallow {
			if kind == 'Z' || kind == 'G' { // it is done: the client is not told
				c.client.Close()
				if w, ok := c.server.(*net.UnixConn); ok {
					_ = w.CloseWrite()
				}
				_, _ = io.Copy(io.Discard, server) // until the session has ended
				return
			}
			continue
		}
		if _, err := c.client.Write(message); err != nil {
			_, _ = io.Copy(io.Discard, server)
			return
		}
	}
}

func readStartup(r io.Reader) ([]byte, error) {
	head := make([]byte, 4)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, err
	}
	message := make([]byte, binary.BigEndian.Uint32(head))
	copy(message, head)
	_, err := io.ReadFull(r, message[4:])
	return message, err
}

func readMessage(r io.Reader) (byte, []byte, error) {
	head := make([]byte, 5)
	if _, err := io.ReadFull(r, head); err != nil {
		return 0, nil, err
	}
	n := binary.BigEndian.Uint32(head[1:])
	if n < 4 || n > 1<<30 {
		return 0, nil, errors.New("not a message of PostgreSQL")
	}
	message := make([]byte, 1+n)
	copy(message, head)
	_, err := io.ReadFull(r, message[5:])
	return head[0], message, err
}

func frame(kind byte, body string) []byte {
	out := append([]byte{kind}, 0, 0, 0, 0)
	binary.BigEndian.PutUint32(out[1:], uint32(4+len(body)))
	return append(out, body...)
}

// parsed is the name of the statement of a Parse message, and the statement.
func parsed(message []byte) (name, sql string) {
	name, rest, _ := strings.Cut(string(message[5:]), "\x00")
	sql, _, _ = strings.Cut(rest, "\x00")
	return name, sql
}

// bound is the name of the statement of a Bind message.
func bound(message []byte) string {
	_, rest, _ := strings.Cut(string(message[5:]), "\x00")
	name, _, _ := strings.Cut(rest, "\x00")
	return name
}

// excerpt is the beginning of a statement, on one line.
func excerpt(sql string) string {
	sql = strings.Join(strings.Fields(sql), " ")
	return sql[:min(len(sql), 48)]
}
