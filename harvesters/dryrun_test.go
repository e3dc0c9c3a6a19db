package harvesters_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/harvesters"
)

// checksums are of every table of the catalogue.
func checksums(t *testing.T, store *postgis.Store) map[string]string {
	t.Helper()
	rows, _ := store.DB().Query(t.Context(), `
		select relname::text from pg_class
		where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition`)
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, name := range names {
		var sum string
		if err := store.DB().QueryRow(t.Context(), fmt.Sprintf(
			`select count(*) || ' ' || coalesce(md5(string_agg(h, '' order by h)), '') from (select md5(x::text) as h from %s x) hashes`, pgx.Identifier{name}.Sanitize())).Scan(&sum); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all[name] = sum
	}
	return all
}

// A dry run tells what is new, changed, missed and gone, and writes nothing.
func TestDryRun(t *testing.T) {
	store := postgistest.New(t)
	body := ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) }))
	defer server.Close()
	src := catalog.Source{ID: "fontane", Protocol: "file", URL: server.URL + "/fontane.csv", Deadline: catalog.Duration(time.Minute),
		Mapping: catalog.Mapping{Kind: catalog.KindPlace, Key: []string{"codice"}, Fields: map[string]string{"title": "nome"}}}
	if err := store.PutSource(t.Context(), src); err != nil {
		t.Fatal(err)
	}
	lines := func(rows ...string) { body = "codice;nome;lat;lon\n" + strings.Join(rows, "\n") + "\n" }
	run := func(begin func() (*postgis.Harvest, error), o harvesters.Options) catalog.Receipt {
		t.Helper()
		h, err := begin()
		if err != nil {
			t.Fatal(err)
		}
		defer h.Close()
		receipt, err := harvesters.Run(t.Context(), http.DefaultClient, h, src, datasets.Vocabularies(), o)
		if err != nil || receipt.Outcome != catalog.RunCompleted {
			t.Fatalf("%+v, %v", receipt, err)
		}
		return receipt
	}
	begin := func() (*postgis.Harvest, error) { return store.Begin(t.Context(), src) }
	lines("1;Bacchino;43,88;11,09", "2;Santa Maria;43,87;11,10", "3;Vasca;43,86;11,11", "4;Getto;43,85;11,12")
	run(begin, harvesters.Options{})
	lines("1;Bacchino;43,88;11,09", "2;Santa Maria;43,87;11,10", "4;Getto;43,85;11,12")
	run(begin, harvesters.Options{})

	lines("1;Fontana del Bacchino;43,89;11,09", "2;Santa Maria;43,87;11,10", "5;Nuova;43,84;11,13")
	before := checksums(t, store)
	var got []string
	receipt := run(func() (*postgis.Harvest, error) { return store.Rehearse(t.Context(), src) }, harvesters.Options{DryRun: true, Differences: func(list []catalog.Difference) {
		for _, d := range list {
			line := fmt.Sprintf("%s %s", d.Class, d.Title)
			for _, f := range d.Fields {
				line += fmt.Sprintf(" | %s %s %s", f.Field, f.Before, f.After)
			}
			got = append(got, line)
		}
	}})
	if receipt.New != 1 || receipt.Changed != 1 || receipt.Unchanged != 1 || receipt.Gone != 1 {
		t.Errorf("the receipt is %+v", receipt)
	}
	want := []string{
		`changed Fontana del Bacchino | geometry {"type": "Point", "coordinates": [11.09, 43.88]} {"type": "Point", "coordinates": [11.09, 43.89]} | title "Bacchino" "Fontana del Bacchino"`,
		"new Nuova",
		"missed Getto",
		"gone Vasca",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("differences (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(before, checksums(t, store)); diff != "" {
		t.Errorf("a dry run wrote (-before +after):\n%s", diff)
	}
}
