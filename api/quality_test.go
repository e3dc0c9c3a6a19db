package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"po-net.prato.it/ponet/api"
	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/harvesters/rdf"
)

// A dataset says how good it is: completeness, warnings, its score and what each
// improvement would give; what was found at its file counts.
func TestQualityOfDataset(t *testing.T) {
	n := newNode(t, 0)
	id := postgistest.Insert(t, n.store, "datasets", "", `{"title":"Alberi","description":"Gli alberi","body":"c_g999","keywords":"verde","themes":["ENVI"],"distributions":[{"download_url":"https://dati.example.org/alberi.csv","format":"csv"}]}`)
	if _, err := n.store.DB().Exec(t.Context(), `
		insert into body (id, name) values ('c_g999', 'Comune di Prato');
		insert into link (address, host, state, reason, at, status, ms, failed_on) values ('https://dati.example.org/alberi.csv', 'dati.example.org', 'broken', 'missing', '2026-11-20T10:00:00Z', 404, 30, '2026-11-19')`); err != nil {
		t.Fatal(err)
	}
	at := "/collections/datasets/items/" + id
	q := decode[api.Quality](t, n.get(t, at+"/quality"))
	if q.Completeness == nil || *q.Completeness < 30 || *q.Completeness > 80 {
		t.Errorf("completeness %v", q.Completeness)
	}
	codes := map[string]string{}
	for _, w := range q.Warnings {
		codes[w.Code+" "+w.Field] = w.By
		if w.Text == "" {
			t.Errorf("%s %s has no words", w.Code, w.Field)
		}
	}
	if codes["missing frequency"] != "publisher" || codes["link-broken "] != "publisher" || codes["advised keywords"] != "" {
		t.Errorf("warnings %v", codes)
	}
	if q.MQA == nil || q.MQA.Max != 405 || q.MQA.Pending != 0 || q.MQA.Gains[0] != (api.MQAGain{Metric: "accessUrlStatusCode", Points: 50, By: "publisher"}) {
		t.Errorf("score %+v", q.MQA)
	}
	sum := q.MQA.Score
	for _, g := range q.MQA.Gains {
		sum += g.Points
	}
	if sum != 405 {
		t.Errorf("%d points and what could be gained are %d; want 405", q.MQA.Score, sum)
	}
	want := []api.Checked{{Address: "https://dati.example.org/alberi.csv", At: time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC), Status: 404, Millis: 30, State: "broken", Reason: "missing"}}
	if diff := cmp.Diff(want, q.LinkChecks); diff != "" {
		t.Error(diff)
	}
	item := decode[api.Feature](t, n.get(t, at))
	if item.Quality == nil || *item.Quality.Completeness != *q.Completeness {
		t.Errorf("quality in the record: %+v; want the completeness of its own address", item.Quality)
	}
	for _, path := range []string{"/collections/places/items/" + id + "/quality", "/collections/datasets/items/01938f00-0000-7000-8000-000000000000/quality"} {
		if r := n.get(t, path); r.status != http.StatusNotFound {
			t.Errorf("GET %s = %d; want 404", path, r.status)
		}
	}
	sameDQV(t, n, at+"/quality")
}

// checks: who has looked whether a record is true stands in its quality, and it waits no
// more for that at its body.
func checks(t *testing.T, n *node, b api.Body) {
	t.Helper()
	if b.Quality.ChecksDue < 180 || len(b.Quality.Due) != 10 || b.Quality.Due[0].Checked != nil {
		t.Fatalf("%d to check, %+v", b.Quality.ChecksDue, b.Quality.Due)
	}
	first, second := b.Quality.Due[0], b.Quality.Due[1]
	long, now := time.Date(2024, time.May, 5, 10, 0, 0, 0, time.UTC), time.Now().UTC().Truncate(time.Second)
	for id, at := range map[string]time.Time{first.ID: now, second.ID: long} {
		if err := n.store.Check(t.Context(), id, catalog.Check{BodyID: "c_g999", By: "Mario", Note: "al telefono", At: at}); err != nil {
			t.Fatal(err)
		}
	}
	path := func(d api.CheckDue) string { return "/collections/places/items/" + d.ID + "/quality" }
	if q := decode[api.Quality](t, n.get(t, path(first))); q.Check == nil || q.Check.Body != "c_g999" || !q.Check.At.Equal(now) || !q.Check.Due.Equal(now.AddDate(1, 0, 0)) || q.Check.Overdue {
		t.Errorf("checked now: %+v", q.Check)
	}
	if r := n.get(t, path(second)); !strings.Contains(string(r.body), `"due":"2025-05-05T10:00:00Z","overdue":true`) || strings.Contains(string(r.body), "Mario") || strings.Contains(string(r.body), "telefono") {
		t.Errorf("checked long ago: %s", r.body)
	}
	if q := decode[api.Quality](t, n.get(t, path(b.Quality.Due[2]))); q.Check != nil {
		t.Errorf("never checked: %+v", q.Check)
	}
	if after := decode[api.Body](t, n.get(t, "/bodies/c_g999")); after.Quality.ChecksDue != b.Quality.ChecksDue-1 {
		t.Errorf("%d to check after one of %d was checked", after.Quality.ChecksDue, b.Quality.ChecksDue)
	}
}

// sameDQV: Turtle and JSON-LD make the same statements, which a parser of RDF reads.
func sameDQV(t *testing.T, n *node, path string) {
	t.Helper()
	var all []map[string]bool
	for _, f := range []struct {
		format rdf.Format
		accept string
	}{{rdf.Turtle, "text/turtle"}, {rdf.JSONLD, "application/ld+json"}} {
		r := n.get(t, path, "Accept", f.accept)
		if !strings.HasPrefix(r.header.Get("Content-Type"), f.accept) || r.header.Get("ETag") == "" {
			t.Fatalf("%s: %s", f.accept, r.header)
		}
		graph, err := rdf.Parse(f.format, r.body, "https://example.org/")
		if err != nil {
			t.Fatalf("%s: %v\n%s", f.accept, err, r.body)
		}
		statements := map[string]bool{}
		measurements, values := 0, 0
		for node := range graph.Nodes() {
			for _, e := range node.Edges {
				s := node.String() + " " + e.Predicate + " " + e.Object.String()
				statements[s] = true
				if strings.HasSuffix(e.Predicate, "dqv#isMeasurementOf") {
					measurements++
					if strings.HasSuffix(e.Object.Value, "voc#scoring") {
						values++
					}
				}
			}
		}
		if measurements < 25 || values != 1 {
			t.Errorf("%s: %d measurements, %d scores\n%s", f.accept, measurements, values, r.body)
		}
		all = append(all, statements)
	}
	if diff := cmp.Diff(all[0], all[1]); diff != "" {
		t.Errorf("Turtle and JSON-LD do not say the same: -turtle +JSON-LD\n%s", diff)
	}
}

// A body says how good its records are and which have most to gain.
func TestBodies(t *testing.T) {
	n := newNode(t, 300)
	for {
		read, err := n.store.Measure(t.Context(), datasets.Vocabularies())
		if err != nil {
			t.Fatal(err)
		}
		if read == 0 {
			break
		}
	}
	list := decode[api.Bodies](t, n.get(t, "/bodies"))
	if len(list.Bodies) != 3 {
		t.Fatalf("%d bodies; want 3", len(list.Bodies))
	}
	b := decode[api.Body](t, n.get(t, "/bodies/c_g999"))
	if b.Quality == nil || len(b.Quality.Kinds) != 2 || b.Quality.Kinds[0].Kind != string(catalog.KindPlace) || b.Quality.Kinds[0].Records != 180 || *b.Quality.Kinds[0].Completeness < 50 {
		t.Fatalf("quality %+v", b.Quality)
	}
	if len(b.Quality.Worst) != 10 || len(b.Quality.Worst[0].Missing) == 0 || b.Quality.Worst[0].Completeness > b.Quality.Worst[9].Completeness {
		t.Errorf("worst %+v", b.Quality.Worst)
	}
	checks(t, n, b)
	if empty := decode[api.Body](t, n.get(t, "/bodies/c_l537")); empty.Quality == nil || len(empty.Quality.Kinds)+len(empty.Quality.Worst) != 0 {
		t.Errorf("a body without records: %+v", empty.Quality)
	}
	if r := n.get(t, "/bodies/c_nessuno"); r.status != http.StatusNotFound {
		t.Errorf("no body = %d; want 404", r.status)
	}
}
