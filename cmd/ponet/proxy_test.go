package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The page on proxies is right: nginx takes its configuration, and through it
// a real server answers over TLS with one compression, strong tags, whole
// downloads and links with the public name.
func TestBehindNginx(t *testing.T) {
	nginx, err := exec.LookPath("nginx")
	if err != nil {
		if nginx, err = exec.LookPath("/usr/sbin/nginx"); err != nil {
			t.Skip("nginx is not installed: ", err)
		}
	}
	if os.Getenv("PONET_TEST_DATABASE_URL") == "" && os.Getenv("CI") == "" {
		t.Skip("needs PostgreSQL; run make test")
	}
	p := newPonet(t, myself(t))
	schools, err := filepath.Abs("../../datasets/demo/data/scuole.csv")
	if err != nil {
		t.Fatal(err)
	}
	p.run(t, "source", "add", "file", schools, "--id", "scuole", "--as", "place")
	p.run(t, "harvest", "scuole")
	inside, open, plain := freePort(t), freePort(t), freePort(t)
	public := "https://dati.example.org:" + open
	serve := p.command("serve", "--addr", "127.0.0.1:"+inside, "--base-url", public)
	start(t, serve, "http://127.0.0.1:"+inside+"/readyz")
	dir := t.TempDir()
	client := proxy(t, nginx, dir, inside, open, plain)

	res, _ := get(t, client, "http://dati.example.org:"+plain+"/mappa?q=a", "")
	if to := res.Header.Get("Location"); res.StatusCode != http.StatusMovedPermanently || to != "https://dati.example.org/mappa?q=a" {
		t.Errorf("plain HTTP: %s to %s", res.Status, to)
	}
	res, page := get(t, client, public+"/mappa", "")
	if res.StatusCode != http.StatusOK || res.ProtoMajor != 2 || !bytes.Contains(page, []byte("<html")) || res.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("page: %s, HTTP %d, %d bytes", res.Status, res.ProtoMajor, len(page))
	}
	items := public + "/api/v1/collections/places/items?limit=50"
	res, body := get(t, client, items, "gzip")
	tag := res.Header.Get("ETag")
	if res.Header.Get("Content-Encoding") != "gzip" || tag == "" || strings.HasPrefix(tag, "W/") {
		t.Errorf("items: encoding %q, tag %s", res.Header.Get("Content-Encoding"), tag)
	}
	text := gunzip(t, body)
	if !bytes.HasPrefix(text, []byte("{")) || !bytes.Contains(text, []byte(public+"/api/v1/")) || bytes.Contains(text, []byte("127.0.0.1")) {
		t.Errorf("items, unpacked once: %.300s", text)
	}
	again, err := http.NewRequestWithContext(t.Context(), http.MethodGet, items, nil)
	if err != nil {
		t.Fatal(err)
	}
	again.Header.Set("Accept-Encoding", "gzip")
	again.Header.Set("If-None-Match", tag)
	if res, err := client.Do(again); err != nil || res.StatusCode != http.StatusNotModified {
		t.Errorf("items again: %v, %v; want 304", res, err)
	}
	const download = "/api/v1/datasets/all/download/geojsonseq"
	_, through := get(t, client, public+download, "")
	_, direct := get(t, http.DefaultClient, "http://127.0.0.1:"+inside+download, "")
	if len(direct) == 0 || !bytes.Equal(through, direct) {
		t.Errorf("download: %d bytes through nginx, %d without", len(through), len(direct))
	}
}

// proxy runs nginx with the configuration of docs/proxy.md, with ports and
// files of this test, and gives a client that finds the public name there.
func proxy(t *testing.T, nginx, dir, inside, open, plain string) *http.Client {
	t.Helper()
	_, rest, _ := strings.Cut(string(read(t, "../../docs/proxy.md")), "```nginx\n")
	site, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("docs/proxy.md has no configuration of nginx")
	}
	certificate := httptest.NewUnstartedServer(nil)
	certificate.StartTLS()
	defer certificate.Close()
	key, err := x509.MarshalPKCS8PrivateKey(certificate.TLS.Certificates[0].PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir+"/key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}))
	write(t, dir+"/cert.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Certificate().Raw}))
	site = strings.NewReplacer(
		"127.0.0.1:8080", "127.0.0.1:"+inside, "listen 80;", "listen 127.0.0.1:"+plain+";", "listen 443 ssl http2;", "listen 127.0.0.1:"+open+" ssl http2;",
		"    listen [::]:80;\n", "", "    listen [::]:443 ssl http2;\n", "",
		"/etc/letsencrypt/live/dati.example.org/fullchain.pem", dir+"/cert.pem", "/etc/letsencrypt/live/dati.example.org/privkey.pem", dir+"/key.pem",
	).Replace(site)
	paths := ""
	for _, use := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		paths += fmt.Sprintf("%s_temp_path %s/%s; ", use, dir, use)
	}
	write(t, dir+"/nginx.conf", []byte(fmt.Sprintf("daemon off; pid %s/pid; error_log %[1]s/error.log; events {} http { access_log off; %s\n%s }", dir, paths, site)))
	if out, err := exec.Command(nginx, "-t", "-p", dir, "-c", dir+"/nginx.conf").CombinedOutput(); err != nil {
		t.Fatalf("nginx -t: %v\n%s", err, out)
	}
	start(t, exec.Command(nginx, "-p", dir, "-c", dir+"/nginx.conf"), "http://127.0.0.1:"+plain+"/")
	roots := x509.NewCertPool()
	roots.AddCert(certificate.Certificate())
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		_, port, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		var d net.Dialer
		return d.DialContext(ctx, network, "127.0.0.1:"+port)
	}
	return &http.Client{
		Transport:     &http.Transport{DialContext: dial, TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: "example.com"}, ForceAttemptHTTP2: true, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// start runs cmd until the test ends, and waits until address answers.
func start(t *testing.T, cmd *exec.Cmd, address string) {
	t.Helper()
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { defer close(ended); _ = cmd.Wait() }() // it is stopped below
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended
		<-ended
	})
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for deadline := time.After(time.Minute); ; {
		if res, err := client.Get(address); err == nil {
			res.Body.Close()
			return
		}
		select {
		case <-ended:
			t.Fatalf("%s ended:\n%s", cmd.Path, said.Bytes())
		case <-deadline:
			t.Fatalf("%s does not answer", address)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func get(t *testing.T, client *http.Client, address, encoding string) (*http.Response, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if encoding != "" {
		req.Header.Set("Accept-Encoding", encoding)
	}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, body
}

func gunzip(t *testing.T, b []byte) []byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func write(t *testing.T, name string, b []byte) {
	t.Helper()
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
}
