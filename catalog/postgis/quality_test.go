package postgis_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
	"po-net.prato.it/ponet/datasets"
)

// measureAll follows the change log to its end.
func measureAll(t *testing.T, store *postgis.Store) {
	t.Helper()
	postgistest.Settle(t, store)
	for {
		n, err := store.Measure(t.Context(), datasets.Vocabularies())
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
}

// held is how many rows a table has.
func held(t *testing.T, store *postgis.Store, table string) (n int) {
	t.Helper()
	if err := store.DB().QueryRow(t.Context(), "select count(*) from "+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// What is kept of the quality of records follows them: it is what the assessment
// says, also after they change and go.
func TestMeasureFollowsRecords(t *testing.T) {
	store := postgistest.New(t)
	point := `{"type":"Point","coordinates":[11.09,43.88]}`
	library := postgistest.Insert(t, store, "places", point, `{"title":"Biblioteca","type":"biblioteca","municipality":"Prato","body":"c_g999","website":"https://biblio.example.org/"}`)
	postgistest.Insert(t, store, "alberi", "", `{"title":"Tiglio","body":"c_g999"}`)
	set := postgistest.Insert(t, store, "datasets", "", `{"title":"Alberi","description":"Gli alberi","body":"c_g999","keywords":"verde","distributions":[{"download_url":"https://dati.example.org/alberi.csv","format":"csv"}]}`)
	measureAll(t, store)
	got, err := store.BodyQuality(t.Context(), "c_g999")
	if err != nil {
		t.Fatal(err)
	}
	v, now := datasets.Vocabularies(), time.Now()
	kinds := map[catalog.Kind]catalog.KindQuality{}
	for _, k := range got.Kinds {
		kinds[k.Kind] = k
	}
	for id, kind := range map[string]catalog.Kind{library: catalog.KindPlace, set: catalog.KindDataset} {
		rec, err := store.Item(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		want := v.Assess(rec, catalog.Findings{}, now)
		if k := kinds[kind]; k.Records != 1 || k.Completeness == nil || int(*k.Completeness) != want.Completeness || want.MQA != nil && int(*k.MQA) != want.MQA.Score {
			t.Errorf("%s: %+v; the assessment says %d, %+v", kind, k, want.Completeness, want.MQA)
		}
	}
	if k := kinds[catalog.KindFeature]; k.Records != 1 || k.Completeness != nil || k.MQA != nil {
		t.Errorf("rows: %+v; want one without completeness", k)
	}
	if len(got.Worst) != 2 {
		t.Errorf("worst records %v; want the place and the dataset", got.Worst)
	}
	if n := held(t, store, "link"); n != 2 {
		t.Errorf("%d links; want those of the library and of the file", n)
	}
	if _, err := store.DB().Exec(t.Context(), `
		with w as (update record set status = 'withdrawn' where id = $1 returning id, collection, kind)
		insert into change (record_id, collection, kind, op) select id, collection, kind, 'withdraw' from w`, library); err != nil {
		t.Fatal(err)
	}
	measureAll(t, store)
	if q, l := held(t, store, "quality"), held(t, store, "record_link"); q != 2 || l != 1 {
		t.Errorf("after it went: %d rows of quality, %d links given; want 2 and 1", q, l)
	}
	if due, err := store.DueLinks(t.Context(), now.Add(48*time.Hour), 10, 10, nil); err != nil || len(due) != 1 || due[0].Address != "https://dati.example.org/alberi.csv" || !due[0].File {
		t.Errorf("links due: %+v, %v; want that of the file", due, err)
	}
	if n := held(t, store, "link"); n != 1 {
		t.Errorf("%d links are kept; want that which a record gives", n)
	}
}

// What is found at a link is shown where it is given; two failures on different
// days change the score of the dataset.
func TestLinksAreKept(t *testing.T) {
	store := postgistest.New(t)
	id := postgistest.Insert(t, store, "datasets", "", `{"title":"Alberi","body":"c_g999","distributions":[{"access_url":"https://dati.example.org/alberi","download_url":"https://dati.example.org/alberi.csv","format":"csv"}]}`)
	for _, path := range []string{"a", "b", "c"} {
		postgistest.Insert(t, store, "places", "", `{"title":"`+path+`","website":"https://altrove.example.org/`+path+`"}`)
	}
	measureAll(t, store)
	ctx, v := t.Context(), datasets.Vocabularies()
	now := time.Date(2026, 11, 20, 10, 0, 0, 0, catalog.Rome)
	if _, err := store.DB().Exec(ctx, `update link set due = $1`, now); err != nil {
		t.Fatal(err)
	}
	due, err := store.DueLinks(ctx, now, 10, 2, nil)
	if err != nil || len(due) != 4 {
		t.Fatalf("due with two of each host: %+v, %v; want 4", due, err)
	}
	if due, err := store.DueLinks(ctx, now, 10, 9, []string{"dati.example.org"}); err != nil || len(due) != 2 {
		t.Errorf("due of one host: %+v, %v; want 2", due, err)
	}
	mqa := func() int {
		t.Helper()
		q, err := store.BodyQuality(ctx, "c_g999")
		if err != nil || len(q.Kinds) != 1 {
			t.Fatal(q, err)
		}
		return int(*q.Kinds[0].MQA)
	}
	before := mqa()
	look := func(address string, day int, fault catalog.LinkFault) {
		t.Helper()
		l, err := store.Link(ctx, address)
		if err != nil {
			t.Fatal(err)
		}
		after := l.After(catalog.LinkFinding{Address: address, At: now.AddDate(0, 0, day), Status: 200, Millis: 12, Fault: fault, ETag: `"1"`}, 0)
		if err := store.PutLink(ctx, v, l, after); err != nil {
			t.Fatal(err)
		}
		kept, err := store.Link(ctx, address)
		kept.At, kept.Due = kept.At.In(catalog.Rome), kept.Due.In(catalog.Rome)
		if diff := cmp.Diff(after, kept, cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })); err != nil || diff != "" {
			t.Errorf("kept: %v, -put +kept\n%s", err, diff)
		}
	}
	look("https://dati.example.org/alberi", 0, "")
	look("https://dati.example.org/alberi.csv", 0, catalog.LinkMissing)
	if got := mqa(); got != before+80 {
		t.Errorf("%d points when one works and one has failed once; want %d", got, before+80)
	}
	look("https://dati.example.org/alberi.csv", 1, catalog.LinkSoftMissing)
	if got := mqa(); got != before+50 {
		t.Errorf("%d points when the file is broken; want %d", got, before+50)
	}
	q, err := store.BodyQuality(ctx, "c_g999")
	if err != nil || q.BrokenLinks != 1 || len(q.Broken) != 1 || q.Broken[0].Record.ID != id || q.Broken[0].Reason != catalog.LinkSoftMissing {
		t.Errorf("broken links: %+v, %v; want that of the file", q, err)
	}
	rec, err := store.Item(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	found, err := store.Findings(ctx, rec, v.Links(rec))
	if err != nil || len(found.Links) != 2 || found.Links["https://dati.example.org/alberi.csv"].State != catalog.LinkBroken {
		t.Errorf("findings: %+v, %v", found, err)
	}
	if counts, err := store.LinkCounts(ctx); err != nil || counts[catalog.LinkBroken] != 1 || counts[catalog.LinkWorks] != 1 || counts[catalog.LinkNew] != 3 {
		t.Errorf("counts: %v, %v", counts, err)
	}
}

// Records of one name at one place are told as perhaps one.
func TestTwins(t *testing.T) {
	store := postgistest.New(t)
	at := func(lon string) string { return `{"type":"Point","coordinates":[` + lon + `,43.88]}` }
	a := postgistest.Insert(t, store, "places", at("11.09"), `{"title":"Biblioteca Lazzerini"}`)
	b := postgistest.Insert(t, store, "places", at("11.0901"), `{"title":"Bibliotéca lazzerini"}`)
	postgistest.Insert(t, store, "places", at("11.2"), `{"title":"Biblioteca Lazzerini"}`)
	postgistest.Insert(t, store, "places", at("11.09"), `{"title":"Archivio Lazzerini"}`)
	postgistest.Insert(t, store, "offices", at("11.09"), `{"title":"Biblioteca Lazzerini"}`)
	rec, err := store.Item(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	found, err := store.Findings(t.Context(), rec, nil)
	if diff := cmp.Diff([]string{b}, found.Twins); err != nil || diff != "" {
		t.Errorf("twins: %v, -want +got\n%s", err, diff)
	}
}
