package sparql

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/ogctest"
)

const (
	virtuosoPlaces = 300
	virtuosoRows   = 170 // that it gives at most, without a word: fewer than a part
)

// virtuoso starts Virtuoso, which most Italian endpoints run, over the first
// places of turtle.
func virtuoso(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("starts Virtuoso")
	}
	server := ogctest.Program(t, "virtuoso-t", "virtuoso-opensource-7-bin")
	client := ogctest.Program(t, "isql-vt", "virtuoso-opensource-7-bin")
	dir := t.TempDir()
	places, _, _ := strings.Cut(strings.NewReplacer(
		"<http://www.opengis.net/def/crs/OGC/1.3/CRS84> ", "", // it knows no such literals
		"ex:where", "geo:asWKT").Replace(turtle()), fmt.Sprintf("ex:p%d ", virtuosoPlaces))
	sql, web := freePort(t), freePort(t)
	for name, text := range map[string]string{
		"luoghi.ttl": places,
		"virtuoso.ini": fmt.Sprintf(`[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = temp.db
TransactionFile = temp.trx
[Parameters]
ServerPort = %d
DisableUnixSocket = 1
DirsAllowed = .
NumberOfBuffers = 2000
MaxDirtyBuffers = 1000
ThreadsPerQuery = 1
[HTTPServer]
ServerPort = %d
ServerRoot = .
[SPARQL]
ResultSetMaxRows = %d
`, sql, web, virtuosoRows),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(server, "-f", "+configfile", "virtuoso.ini")
	cmd.Dir = dir
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	address := fmt.Sprintf("http://127.0.0.1:%d/sparql", web)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // it takes two seconds
	defer cancel()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodHead, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		if r, err := http.DefaultClient.Do(req); err == nil {
			r.Body.Close()
			break
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			log, _ := os.ReadFile(filepath.Join(dir, "virtuoso.log"))
			t.Fatalf("Virtuoso does not answer\n%s", log)
		}
	}
	load := exec.CommandContext(t.Context(), client, fmt.Sprint(sql), "dba", "dba", "errors=stdout", "exec=DB.DBA.TTLP_MT (file_to_string_output ('luoghi.ttl'), '', 'http://example.org/g');")
	if out, err := load.CombinedOutput(); err != nil || strings.Contains(string(out), "Error") {
		t.Fatalf("isql-vt: %v\n%s", err, out)
	}
	return address
}

// freePort is a port that nobody listens at.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// Virtuoso gives fewer rows than it is asked for; what it holds is read whole all
// the same, by SELECT and by CONSTRUCT, and a reader who has enough may stop.
func TestVirtuoso(t *testing.T) {
	address := virtuoso(t)
	for _, query := range []string{
		prefixes + "PREFIX geo: <http://www.opengis.net/ont/geosparql#> SELECT ?s ?label ?seats ?wkt { ?s a ex:Place ; rdfs:label ?label ; ex:seats ?seats ; geo:asWKT ?wkt }",
		prefixes + "PREFIX geo: <http://www.opengis.net/ont/geosparql#> CONSTRUCT { ?s rdfs:label ?label ; ex:seats ?seats ; geo:asWKT ?wkt } WHERE { ?s a ex:Place ; rdfs:label ?label ; ex:seats ?seats ; geo:asWKT ?wkt }",
	} {
		src := catalog.Source{URL: address, Mapping: catalog.Mapping{Query: query}}
		list, refused, _, err := harvested(t, src)
		if err != nil || len(refused) != 0 || len(list) != virtuosoPlaces {
			t.Fatalf("%s: %d of %d, refused %v, %v", query, len(list), virtuosoPlaces, refused, err)
		}
		if p := list["http://example.org/p7"]; p["label"] != `Museo "7"` || p["geometry"] == nil || p["seats"] != int64(7) {
			t.Errorf("%s: p7: %v", query, p)
		}
		for _, err := range Harvest(t.Context(), http.DefaultClient, src) {
			if err != nil {
				t.Error(err)
			}
			break
		}
	}
}
