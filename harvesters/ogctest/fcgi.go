package ogctest

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/textproto"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Types of FastCGI records (FastCGI Specification 1.0, §8).
const (
	beginRequest = 1
	endRequest   = 3
	params       = 4
	stdin        = 5
	stdout       = 6
)

// An application is a program that answers by FastCGI, one request after the other.
type application struct {
	socket string
	script string            // path under which it is served
	env    map[string]string // of the program and of each request
	mu     sync.Mutex
}

// start runs a program with a listening socket as its standard input, as FastCGI
// has it, until the test ends.
func start(t *testing.T, script, path string, env map[string]string) *application {
	t.Helper()
	dir, err := os.MkdirTemp("", "fcgi") // the path of a socket must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	a := &application{socket: filepath.Join(dir, "s"), script: script, env: env}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: a.socket, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	l.SetUnlinkOnClose(false)
	f, err := l.File()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	cmd := exec.Command(path)
	cmd.Stdin, cmd.Dir = f, dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "XDG_RUNTIME_DIR=" + dir, "LANG=C.UTF-8"}
	for name, value := range env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return a
}

// ServeHTTP hands a request on.
func (a *application) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.answer(w, r); err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
	}
}

func (a *application) answer(w http.ResponseWriter, r *http.Request) error {
	c, err := net.Dial("unix", a.socket)
	if err != nil {
		return err
	}
	defer c.Close()
	host, port, _ := strings.Cut(r.Host, ":")
	env := map[string]string{
		"REQUEST_METHOD": r.Method, "QUERY_STRING": r.URL.RawQuery, "SCRIPT_NAME": a.script, "PATH_INFO": strings.TrimPrefix(r.URL.Path, a.script),
		"REQUEST_URI": r.URL.RequestURI(), "SERVER_NAME": host, "SERVER_PORT": port, "SERVER_PROTOCOL": r.Proto, "HTTP_HOST": r.Host,
		"GATEWAY_INTERFACE": "CGI/1.1", "HTTP_ACCEPT": r.Header.Get("Accept"), "HTTP_USER_AGENT": r.UserAgent(), "REMOTE_ADDR": "127.0.0.1",
	}
	maps.Copy(env, a.env)
	var list []byte
	for name, value := range env {
		if value == "" && name != "QUERY_STRING" { // an empty PATH_INFO is one for MapServer
			continue
		}
		list = append(append(size(size(list, len(name)), len(value)), name...), value...)
	}
	var out []byte
	out = record(out, beginRequest, []byte{0, 1, 0, 0, 0, 0, 0, 0}) // role: responder
	out = record(record(out, params, list), params, nil)
	out = record(out, stdin, nil)
	if _, err := c.Write(out); err != nil {
		return err
	}
	read, write := io.Pipe()
	go func() { write.CloseWithError(contents(c, write)) }()
	defer read.Close()
	b := bufio.NewReader(read)
	header, err := textproto.NewReader(b).ReadMIMEHeader()
	if err != nil {
		return fmt.Errorf("the program's header: %w", err)
	}
	status := http.StatusOK
	for name, values := range header {
		if name == "Status" {
			if n, err := strconv.Atoi(strings.Fields(values[0])[0]); err == nil {
				status = n
			}
			continue
		}
		w.Header()[name] = values
	}
	w.WriteHeader(status)
	_, err = io.Copy(w, b)
	return err
}

// contents copies what the program writes.
func contents(c io.Reader, w io.Writer) error {
	var head [8]byte
	for {
		if _, err := io.ReadFull(c, head[:]); err != nil {
			return err
		}
		body := make([]byte, int(binary.BigEndian.Uint16(head[4:]))+int(head[6]))
		if _, err := io.ReadFull(c, body); err != nil {
			return err
		}
		switch head[1] {
		case stdout:
			if _, err := w.Write(body[:len(body)-int(head[6])]); err != nil {
				return err
			}
		case endRequest:
			return io.EOF
		}
	}
}

func record(out []byte, kind byte, body []byte) []byte {
	out = append(out, 1, kind, 0, 1, byte(len(body)>>8), byte(len(body)), 0, 0)
	return append(out, body...)
}

func size(out []byte, n int) []byte {
	if n < 128 {
		return append(out, byte(n))
	}
	return binary.BigEndian.AppendUint32(out, uint32(n)|1<<31)
}
