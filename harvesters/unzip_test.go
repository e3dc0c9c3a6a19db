package harvesters

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"testing"
)

// A packed answer is whole when its checksum and its end say so, also where the
// length of what was packed is announced; cut off anywhere, it is an error.
func TestPackedAnswers(t *testing.T) {
	text := strings.Repeat("titolo;luogo\n", 500)
	pack := func(s string) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = z.Write([]byte(s))
		_ = z.Close()
		return b.Bytes()
	}
	whole := pack(text)
	for name, c := range map[string]struct {
		body      []byte
		announced int // 0: not
		fails     bool
	}{
		"whole":                      {whole, len(whole), false},
		"no length":                  {whole, 0, false},
		"length of what was packed":  {whole, len(text), false},
		"two parts":                  {append(pack(text[:1300]), pack(text[1300:])...), 0, false},
		"the second part is missing": {pack(text[:1300]), len(pack(text[:1300])) + len(pack(text[1300:])), true},
		"cut off":                    {whole[:len(whole)-9], len(whole), true},
		"cut off, no length":         {whole[:len(whole)-9], 0, true},
		"no checksum":                {whole[:len(whole)-4], len(text), true},
		"a header alone":             {whole[:8], 0, true},
	} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Accept-Encoding") != "gzip" {
				t.Errorf("%s: Accept-Encoding %q", name, r.Header.Get("Accept-Encoding"))
			}
			conn, buf, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			_, _ = buf.WriteString("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n")
			if c.announced > 0 {
				_, _ = buf.WriteString("Content-Length: " + strconv.Itoa(c.announced) + "\r\n")
			}
			_, _ = buf.WriteString("\r\n")
			_, _ = buf.Write(c.body)
			_ = buf.Flush()
		}))
		r, err := Client("test", Allow{Nets: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}, nil).Get(s.URL)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r.Body)
		r.Body.Close()
		s.Close()
		switch {
		case c.fails && !errors.Is(err, io.ErrUnexpectedEOF):
			t.Errorf("%s: %d bytes, %v; want an unexpected end", name, len(b), err)
		case !c.fails && (err != nil || string(b) != text):
			t.Errorf("%s: %d of %d bytes, %v", name, len(b), len(text), err)
		}
	}
}
