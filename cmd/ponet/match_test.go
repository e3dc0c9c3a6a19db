package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// Two records that are stored are compared by their ids.
func TestMatchExplain(t *testing.T) {
	url := postgistest.URL(t)
	command := func(args ...string) (string, error) {
		var out, err bytes.Buffer
		e := run(t.Context(), append(args, "--database-url", url), strings.NewReader(""), &out, &err)
		return out.String() + err.String(), e
	}
	must := func(args ...string) string {
		t.Helper()
		out, err := command(args...)
		if err != nil {
			t.Fatalf("ponet %v: %v %s", args, err, out)
		}
		return out
	}
	file := filepath.Join(t.TempDir(), "a.csv")
	rows := "codice,denominazione,indirizzo,comune\n1,Biblioteca Roncioniana,Piazza San Francesco 27,Prato\n2,BIBLIOTECA RONCIONIANA,P.ZZA S.FRANCESCO 27,PRATO\n"
	if err := os.WriteFile(file, []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	must("source", "add", "file", file, "--id", "biblioteche", "--as", "place", "--type", "biblioteca")
	must("harvest", "biblioteche")
	ids := regexp.MustCompile(`"id":"([0-9a-f-]{36})"`).FindAllStringSubmatch(must("export", "places", "--format", "geojsonseq", "-o", "-"), -1)
	if len(ids) != 2 {
		t.Fatalf("%d records; want 2", len(ids))
	}
	a, b := ids[0][1], ids[1][1]
	if out := must("match", "explain", a, b); !strings.Contains(out, "One thing, with a probability of 9") || !strings.Contains(out, "the names agree") {
		t.Errorf("explain: %s", out)
	}
	var answer struct {
		A, B, Decision string
		Score          float64
		Reasons        []struct{ Code, Text string }
	}
	if err := json.Unmarshal([]byte(must("match", "explain", a, b, "--json")), &answer); err != nil || answer.Decision != "same" || answer.A != a || answer.B != b || len(answer.Reasons) == 0 {
		t.Errorf("explain --json: %v, %+v", err, answer)
	}
	if out, err := command("match", "explain", a, "nobody"); err == nil || !strings.Contains(err.Error(), "not found") {
		t.Errorf("an id that there is not: %v %s", err, out)
	}
}
