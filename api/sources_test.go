package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"po-net.prato.it/ponet/api"
	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
)

// receipts makes a run of the source called id that complained of issues.
func receipts(t testing.TB, store *postgis.Store, id string, outcome catalog.RunState, issues ...catalog.Issue) int64 {
	t.Helper()
	src, err := store.Source(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	h, err := store.Begin(t.Context(), src)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	counts, err := h.Put(t.Context(), catalog.Batch{Layer: &catalog.Layer{}, Refused: issues}, nil, false)
	if err != nil {
		t.Fatal(err)
	}
	r := catalog.Receipt{Run: h.RunID(), Source: id, Read: counts.Refused, Refused: counts.Refused, Rules: counts.Rules, Samples: counts.Samples, Outcome: outcome}
	if outcome == catalog.RunFailed {
		r.Error = "/home/me/agenda.csv: no such file"
	}
	if err := h.Finish(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	return h.RunID()
}

func TestSources(t *testing.T) {
	n := newNode(t, 100)
	local := catalog.Source{ID: "locale", Protocol: "file", URL: "/home/me/agenda.csv", Mapping: catalog.Mapping{Drop: []string{"riservato"}}}
	if err := n.store.PutSource(t.Context(), local); err != nil {
		t.Fatal(err)
	}
	var issues []catalog.Issue
	for i := range 5 {
		issues = append(issues, catalog.Issue{Rule: "date-unreadable", File: "agenda.csv", Line: i + 2, Key: fmt.Sprint(i), Field: "Data", Read: "31/02/2024", Expected: "a date", Refused: true})
	}
	issues = append(issues,
		catalog.Issue{Rule: "value-type", Line: 9, Field: "riservato", Read: "segreto", Refused: true},
		catalog.Issue{Rule: "value-type", Line: 10, Field: "email_referente", Read: "anna@example.it", Refused: true},
		catalog.Issue{Rule: "row-too-long", Line: 11, Read: "1;2;segreto", Refused: true},
		catalog.Issue{Rule: "several-values", Line: 12, Field: "note", Read: "scrivere ad anna@example.it", Refused: true})
	run := receipts(t, n.store, "locale", catalog.RunFailed, issues...)
	var all struct {
		Sources []struct{ ID, Address string }
	}
	read(t, n, "/sources", &all)
	if len(all.Sources) < 2 {
		t.Errorf("%d sources", len(all.Sources))
	}
	whole := text(t, n, "/sources") + text(t, n, "/sources/locale") + text(t, n, "/sources/locale/runs") + text(t, n, fmt.Sprintf("/runs/%d", run)) + text(t, n, fmt.Sprintf("/runs/%d/issues", run))
	for _, secret := range []string{"/home/me", "segreto", "anna@example.it", "samples"} {
		if strings.Contains(whole, secret) {
			t.Errorf("the receipts tell %q", secret)
		}
	}
	var page struct {
		Links  []api.Link
		Issues []api.Issue
	}
	var got []api.Issue
	for at := fmt.Sprintf("/runs/%d/issues?limit=2", run); at != ""; {
		page.Links, page.Issues = nil, nil
		read(t, n, at, &page)
		got = append(got, page.Issues...)
		at = ""
		for _, l := range page.Links {
			if l.Rel == "next" {
				_, at, _ = strings.Cut(l.Href, api.Prefix)
			}
		}
	}
	withheld := 0
	for _, i := range got {
		if i.Withheld {
			withheld++
		}
	}
	if len(got) != len(issues) || got[0].Read != "31/02/2024" || withheld != 3 || got[len(got)-1].Read != "scrivere ad …" {
		t.Errorf("in pages of two: %d issues, %d withheld: %+v", len(got), withheld, got)
	}
	read(t, n, fmt.Sprintf("/runs/%d/issues?rule=value-type", run), &page)
	if len(page.Issues) != 2 {
		t.Errorf("of one rule: %d", len(page.Issues))
	}
	for range 3 {
		receipts(t, n.store, "locale", catalog.RunCompleted)
	}
	var runs struct {
		Links []api.Link
		Runs  []api.Receipt
	}
	read(t, n, "/sources/locale/runs?limit=3", &runs)
	if len(runs.Runs) != 3 || runs.Runs[0].Outcome != "completed" || runs.Links[len(runs.Links)-1].Rel != "next" {
		t.Errorf("runs: %+v", runs)
	}
	for _, path := range []string{"/sources/none", "/sources/none/runs", "/runs/99999", "/runs/99999/issues"} {
		if resp, err := http.Get(n.URL + api.Prefix + path); err != nil || resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %v %v; want 404", path, resp.StatusCode, err)
		}
	}
	if _, err := n.store.RemoveSource(t.Context(), "locale"); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/sources/locale", fmt.Sprintf("/runs/%d", run), fmt.Sprintf("/runs/%d/issues", run)} {
		if resp, err := http.Get(n.URL + api.Prefix + path); err != nil || resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s of a source that was removed: %v %v; want 404", path, resp.StatusCode, err)
		}
	}
}

// text is what the API answers at path.
func text(t testing.TB, n *node, path string) string {
	t.Helper()
	r := n.get(t, path)
	if r.status != http.StatusOK {
		t.Fatalf("%s: %d %s", path, r.status, r.body)
	}
	return string(r.body)
}

func read(t testing.TB, n *node, path string, to any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text(t, n, path)), to); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}
