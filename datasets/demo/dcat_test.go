package demo

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
)

const (
	rdfType = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
	dcatNS  = "http://www.w3.org/ns/dcat#"
)

// triples are what an independent parser (raptor) reads in content.
func triples(t *testing.T, syntax string, content []byte) []string {
	t.Helper()
	path, err := exec.LookPath("rapper")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("rapper is missing: apt install raptor2-utils")
		}
		t.Skip("needs rapper: ", err)
	}
	cmd := exec.CommandContext(t.Context(), path, "-q", "-i", syntax, "-o", "ntriples", "-", "http://example.org/")
	cmd.Stdin = bytes.NewReader(content)
	var problems bytes.Buffer
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if err != nil || problems.Len() > 0 {
		t.Fatalf("rapper: %v\n%s", err, problems.String())
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

// typed counts the things of a class of DCAT, and objects are the objects of a
// property.
func typed(lines []string, class string) int {
	n := 0
	for _, l := range lines {
		if strings.Contains(l, rdfType+" <"+dcatNS+class+"> .") {
			n++
		}
	}
	return n
}

func objects(lines []string, property string) []string {
	var found []string
	for _, l := range lines {
		if _, o, ok := strings.Cut(l, " <"+property+"> "); ok {
			found = append(found, strings.Trim(strings.TrimSuffix(o, " ."), `<>`))
		}
	}
	return found
}

func TestTurtlePages(t *testing.T) {
	server := httptest.NewServer(Publisher(opened))
	defer server.Close()
	next, pages, found := server.URL+"/"+turtleName+"/catalog.ttl", 0, 0
	for next != "" {
		res, body := get(t, next, nil)
		if res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/turtle") {
			t.Fatalf("%s: %s, %s", next, res.Status, res.Header.Get("Content-Type"))
		}
		lines := triples(t, "turtle", []byte(body))
		pages++
		found += typed(lines, "Dataset")
		checkDownloads(t, lines)
		next = ""
		if o := objects(lines, "http://www.w3.org/ns/hydra/core#next"); len(o) == 1 {
			next = o[0]
		}
	}
	if all := len(datasetsOf(turtleName)); found != all || pages != (all+turtlePage-1)/turtlePage {
		t.Errorf("%d datasets on %d pages; want %d, %d on each", found, pages, all, turtlePage)
	}
	for _, page := range []string{"0", "9", "x"} {
		if res, _ := get(t, server.URL+"/"+turtleName+"/catalog.ttl?page="+page, nil); res.StatusCode != http.StatusNotFound {
			t.Errorf("page %s: status %d; want 404", page, res.StatusCode)
		}
	}
}

func TestRDFXML(t *testing.T) {
	server := httptest.NewServer(Publisher(opened))
	defer server.Close()
	_, body := get(t, server.URL+"/"+rdfXMLName+"/catalog.rdf", nil)
	lines := triples(t, "rdfxml", []byte(body))
	if n := typed(lines, "Dataset"); n != len(datasetsOf(rdfXMLName)) {
		t.Errorf("%d datasets; want %d", n, len(datasetsOf(rdfXMLName)))
	}
	checkDownloads(t, lines)
}

// checkDownloads gets every file that the catalogue names.
func checkDownloads(t *testing.T, lines []string) {
	t.Helper()
	files := objects(lines, dcatNS+"downloadURL")
	if len(files) != typed(lines, "Distribution") || len(files) == 0 {
		t.Errorf("%d files of %d distributions", len(files), typed(lines, "Distribution"))
	}
	for _, f := range files {
		if res, body := get(t, f, nil); res.StatusCode != http.StatusOK || len(body) < 100 {
			t.Errorf("%s: status %d, %d bytes", f, res.StatusCode, len(body))
		}
	}
}
