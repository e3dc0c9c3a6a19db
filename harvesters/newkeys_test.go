package harvesters_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// identities are the published records of a source, datasets too, by what they
// are: title, id and when they came.
func identities(t *testing.T, store *postgis.Store, source string) string {
	t.Helper()
	var s string
	err := store.DB().QueryRow(t.Context(), `
		select coalesce(string_agg(title || ' ' || id || ' ' || created || ' ' || collection, e'\n' order by title, id), '')
		from published where source_id = $1`, source).Scan(&s)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A document is a source of one document that the test writes.
type document struct{ text string }

func (d *document) ServeHTTP(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, d.text) }

func csvOf(rows ...string) string {
	return "codice,nome,lat,lon,posti\n" + strings.Join(rows, "\n") + "\n"
}

// Rows whose keys were all given anew stay the records that they were, whatever
// else changed of some; what is new is new and what is gone is gone.
func TestAKeyColumnIsNumberedAnew(t *testing.T) {
	store := postgistest.New(t)
	d := &document{}
	server := httptest.NewServer(d)
	defer server.Close()
	src := catalog.Source{ID: "sale", Protocol: "file", URL: server.URL + "/sale.csv", Mapping: catalog.Mapping{Key: []string{"codice"}, Fields: map[string]string{"title": "nome"}}}
	d.text = csvOf("1,Sala Rossa,43.88,11.09,100", "2,Sala Verde,43.89,11.08,50", "3,Sala Blu,43.87,11.07,30", "4,Sala Blu,43.87,11.07,30", "5,Sala Piccola,,,10", "6,Sala Nera,43.90,11.05,20")
	first := harvest(t, store, src)
	before := identities(t, store, "sale")
	if first.New != 6 {
		t.Fatalf("%+v", first)
	}
	d.text = csvOf("101,Sala Rossa,43.88,11.09,100", "102,Sala Verde,43.89,11.08,55", "103,Sala Blu,43.87,11.07,30", "104,Sala Blu,43.87,11.07,30", "105,Sala Piccola,,,12", "106,Sala Nera,43.90,11.05,20")
	r := harvest(t, store, src)
	if r.Changed != 6 || r.New+r.Gone != 0 {
		t.Errorf("numbered anew: %+v; want 6 changed", r)
	}
	if after := identities(t, store, "sale"); after != before {
		t.Errorf("the records are\n%s\nthey were\n%s", after, before)
	}
	if got := published(t, store, "sale"); got != "101 102 103 104 105 106" {
		t.Errorf("keys %s", got)
	}
	undone, err := store.Run(t.Context(), r.Run)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.Revert(t.Context(), src, undone, false); err != nil {
		t.Fatal(err)
	}
	if got := published(t, store, "sale"); got != "1 2 3 4 5 6" || identities(t, store, "sale") != before {
		t.Errorf("after the revert: keys %s", got)
	}
	for i := range 4 {
		if r := harvest(t, store, src); i > 0 && r.Unchanged != 6 || r.Gone+r.New != 0 {
			t.Errorf("harvest %d after that: %+v; want the same records", i+1, r)
		}
	}
	if after := identities(t, store, "sale"); after != before {
		t.Errorf("after the revert and a harvest, the records are\n%s\nthey were\n%s", after, before)
	}
	var versions int
	if err := store.DB().QueryRow(t.Context(), `select count(*) from record_version where record ->> 'source_key' in ('1', '2', '3', '4', '5', '6')`).Scan(&versions); err != nil || versions < 6 {
		t.Errorf("%d versions under the old keys, %v; want 6 at least", versions, err)
	}

	d.text = csvOf("101,Sala Rossa,43.88,11.09,100", "202,Sala Verde,43.89,11.08,55", "103,Sala Blu,43.87,11.07,30", "203,Sala Blu,43.87,11.07,30", "207,Sala Piccola,,,14", "106,Sala Nera,43.90,11.05,20")
	r = harvest(t, store, src)
	// 202 is what 102 was; a third Sala Blu, and another small room, may be others.
	if r.Changed != 1 || r.New != 2 || r.Unchanged != 3 {
		t.Errorf("some keys are new: %+v; want 1 changed, 2 new", r)
	}
}

// Equal rows are never made one, and a description takes over one record at most.
func TestEqualRowsStayApart(t *testing.T) {
	store := postgistest.New(t)
	d := &document{}
	server := httptest.NewServer(d)
	defer server.Close()
	src := catalog.Source{ID: "panchine", Protocol: "file", URL: server.URL + "/panchine.csv", Mapping: catalog.Mapping{Key: []string{"codice"}}}
	list := func(keys ...int) string {
		text := "codice,tipo\n"
		for _, k := range keys {
			text += fmt.Sprintf("%d,panchina\n", k)
		}
		return text
	}
	for i, c := range []struct {
		keys                  []int
		new, changed, records int64
	}{
		{[]int{1, 2, 3}, 3, 0, 3},
		{[]int{11, 12, 13}, 0, 3, 3},
		{[]int{21, 22, 23, 24}, 1, 3, 4},
		{[]int{31, 32}, 0, 2, 4}, // two more are missed for the first time
	} {
		d.text = list(c.keys...)
		r := harvest(t, store, src)
		if n := int64(len(strings.Fields(published(t, store, src.ID)))); r.New != c.new || r.Changed != c.changed || n != c.records {
			t.Errorf("listing %d: %+v, %d published; want %d new, %d changed, %d published", i+1, r, n, c.new, c.changed, c.records)
		}
	}
}

// Where nothing may be concluded from absence, nothing is taken over: the
// listing is partial, or ends early.
func TestNothingIsTakenOverInTheDark(t *testing.T) {
	store := postgistest.New(t)
	named := func(prefix string, n int) []catalog.Harvested {
		list := rowsOf(numbers(1, n)...)
		for i := range list {
			list[i].Values = []any{prefix + list[i].Key, "Sala " + list[i].Key}
			list[i].Key = prefix + list[i].Key
		}
		return list
	}
	s := &told{list: named("a-", 4), cursor: "1", partial: true}
	src := toldSource(t, s)
	src.Mapping.Fields = map[string]string{"title": "nome"}
	harvest(t, store, src)
	s.list = named("b-", 1)
	if r := harvest(t, store, src); !r.Partial || r.New != 1 {
		t.Errorf("in a partial listing: %+v; want 1 new", r)
	}
	s.partial, s.list, s.err = false, named("c-", 3), fmt.Errorf("broken off: %w", catalog.ErrFailedListing)
	if r := run(t, store, src); r.Outcome != catalog.RunFailed || r.New+r.Changed != 0 || r.Read != 0 {
		t.Errorf("in a listing that fails: %+v; want nothing stored of what may be known", r)
	}
	s.list, s.err = append(named("c-", 3), rowsOf("nuova")...), nil
	s.list[3].Layer = s.list[0].Layer
	r := harvest(t, store, src)
	// Of the first there are two by now, under a- and b-: which of them it is nobody can say.
	if r.New != 1 || r.Changed != 3 {
		t.Errorf("when it is read whole: %+v; want 1 new, 3 changed", r)
	}
}

// A portal that was set up anew has other UUIDs for everything, datasets and
// files: the datasets and their rows stay what they were, where they were.
func TestAPortalIsImportedAnew(t *testing.T) {
	store := postgistest.New(t)
	generation, second := 1, "Anno 2024"
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := func(n int) string { return fmt.Sprintf("%08d-0000-4000-8000-%012d", n, generation) }
		var result any = true
		switch r.URL.Path {
		case "/api/3/action/site_read":
		case "/api/3/action/package_search":
			var list []map[string]any
			for n, title := range []string{"Alberi", "Bilancio", "Scuole"} {
				p := map[string]any{"id": id(n), "name": catalog.Slug(title), "title": title, "modified": fmt.Sprintf("2026-01-0%d", generation), "holder_identifier": "c_g999", "holder_name": "Comune di Prato"}
				if title == "Bilancio" {
					p["resources"] = []map[string]string{
						{"id": id(100), "name": "Anno 2023", "format": "CSV", "url": server.URL + "/dataset/" + id(n) + "/2023.csv"},
						{"id": id(101), "name": second, "format": "CSV", "url": server.URL + "/dataset/" + id(n) + "/2024.csv"}}
				}
				list = append(list, p)
			}
			slices.SortFunc(list, func(a, b map[string]any) int { return strings.Compare(a["id"].(string), b["id"].(string)) })
			result = map[string]any{"count": len(list), "results": list}
		default:
			if strings.HasSuffix(r.URL.Path, ".csv") {
				fmt.Fprintf(w, "voce,euro\nScuole,10\nStrade%s,20\n", strings.TrimSuffix(r.URL.Path[len(r.URL.Path)-8:], ".csv"))
				return
			}
			http.NotFound(w, r)
			return
		}
		b, err := json.Marshal(map[string]any{"success": true, "result": result})
		if err != nil {
			panic(err)
		}
		w.Write(b)
	}))
	defer server.Close()
	src := catalog.Source{ID: "portale", Protocol: "ckan", URL: server.URL}
	first := harvest(t, store, src)
	before := identities(t, store, src.ID)
	if first.New != 7 || first.Read != 7 {
		t.Fatalf("%+v; want 3 datasets and 4 rows", first)
	}
	generation = 2
	for i := range 3 {
		r := harvest(t, store, src)
		if r.Read != 7 || r.New+r.Gone != 0 || i > 0 && r.Unchanged != 7 {
			t.Errorf("harvest %d of the new portal: %+v; want 7 read, none new or gone", i+1, r)
		}
		if after := identities(t, store, src.ID); after != before {
			t.Fatalf("harvest %d: the records are\n%s\nthey were\n%s", i+1, after, before)
		}
	}
	var layers, linked int
	if err := store.DB().QueryRow(t.Context(), `select count(*), count(*) filter (where dataset in (select id from published where title = 'Bilancio')) from layer where name <> ''`).Scan(&layers, &linked); err != nil || layers != 2 || linked != 2 {
		t.Errorf("%d tables, %d of the dataset, %v; want 2", layers, linked, err)
	}
}

// The items of a site that was moved have new guids; the newest take over their
// records, and an item with the title of an old one is another.
func TestANewsSiteIsMoved(t *testing.T) {
	store := postgistest.New(t)
	d := &document{}
	server := httptest.NewServer(d)
	defer server.Close()
	feed := func(host string, items ...int) {
		d.text = `<rss version="2.0"><channel><title>Notizie</title>`
		for _, n := range items {
			d.text += fmt.Sprintf(`<item><guid isPermaLink="false">https://%s/?p=%d</guid><link>https://www.example.org/notizie/%d</link><title>Avviso</title><description>Testo %d</description></item>`, host, 100+n, n, n)
		}
		d.text += `</channel></rss>`
	}
	src := catalog.Source{ID: "notizie", Protocol: "feed", URL: server.URL}
	feed("vecchio.example.org", 1, 2, 3)
	harvest(t, store, src)
	feed("vecchio.example.org", 3, 4)
	harvest(t, store, src)
	before := identities(t, store, src.ID)
	feed("nuovo.example.org", 3, 4)
	if r := harvest(t, store, src); r.New != 0 || identities(t, store, src.ID) != before {
		t.Errorf("moved: %+v; want the same records", r)
	}
	feed("nuovo.example.org", 4, 5)
	if r := harvest(t, store, src); r.New != 1 || r.Unchanged != 1 {
		t.Errorf("another item with the title of old ones: %+v; want it new", r)
	}
}

// A key that a record once had, undone, listed again and renumbered since, is free
// for another thing.
func TestAnOldKeyIsGivenToAnother(t *testing.T) {
	store := postgistest.New(t)
	d := &document{}
	server := httptest.NewServer(d)
	defer server.Close()
	src := catalog.Source{ID: "sale", Protocol: "file", URL: server.URL + "/sale.csv", Mapping: catalog.Mapping{Key: []string{"codice"}, Fields: map[string]string{"title": "nome"}}}
	d.text = csvOf("1,Sala Rossa,43.88,11.09,100", "2,Sala Verde,43.89,11.08,50")
	first, err := store.Run(t.Context(), harvest(t, store, src).Run)
	if err != nil {
		t.Fatal(err)
	}
	before := identities(t, store, "sale")
	if _, err := store.Revert(t.Context(), src, first, false); err != nil {
		t.Fatal(err)
	}
	harvest(t, store, src) // brings both back
	d.text = csvOf("101,Sala Rossa,43.88,11.09,100", "102,Sala Verde,43.89,11.08,50")
	harvest(t, store, src)
	if after := identities(t, store, "sale"); after != before {
		t.Fatalf("the records are\n%s\nthey were\n%s", after, before)
	}
	d.text = csvOf("101,Sala Rossa,43.88,11.09,100", "102,Sala Verde,43.89,11.08,50", "1,Sala Nera,43.90,11.05,20")
	if r := harvest(t, store, src); r.New != 1 || r.Changed != 0 {
		t.Errorf("%+v; want one new", r)
	}
	if after := identities(t, store, "sale"); strings.Count(after, "\n") != strings.Count(before, "\n")+1 {
		t.Errorf("the records are\n%s\nwant one more than\n%s", after, before)
	}
}
