package main

import (
	"bytes"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// A run whose process is gone was interrupted; while one harvests, it runs.
func TestInterruptedRuns(t *testing.T) {
	url := postgistest.URL(t)
	listed := func() string {
		t.Helper()
		var out, err bytes.Buffer
		if e := run(t.Context(), []string{"runs", "--database-url", url}, strings.NewReader(""), &out, &err); e != nil {
			t.Fatalf("ponet runs: %v %s", e, &err)
		}
		return out.String()
	}
	killed, err := postgis.Open(t.Context(), url, "test")
	if err != nil {
		t.Fatal(err)
	}
	defer killed.Close()
	src := catalog.Source{ID: "a", Protocol: "file", URL: "/a.csv"}
	if err := killed.PutSource(t.Context(), src); err != nil {
		t.Fatal(err)
	}
	h, err := killed.Begin(t.Context(), src)
	if err != nil {
		t.Fatal(err)
	}
	h.Close()
	if out := listed(); !strings.Contains(out, "interrupted") {
		t.Errorf("nobody harvests: %s", out)
	}
	working, err := postgis.Open(t.Context(), url, "ponet harvest 1-test")
	if err != nil {
		t.Fatal(err)
	}
	defer working.Close()
	if _, err := working.Sources(t.Context()); err != nil { // connects
		t.Fatal(err)
	}
	if out := listed(); !strings.Contains(out, "running") {
		t.Errorf("somebody harvests: %s", out)
	}
}
