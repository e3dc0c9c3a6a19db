package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"text/tabwriter"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/datasets/demo"
	"po-net.prato.it/ponet/harvesters"
)

// What the demonstration territory has to hold, whatever else is written for it.
const (
	leastRecords      = 300 // without the areas of the municipalities and the datasets
	leastTitles       = 200
	leastOfTheme      = 50
	leastMunicipality = 15
	leastBodies       = 25
	leastServices     = 40      // with hours
	leastEvents       = 20      // in the month after the first start
	leastReadings     = 200_000 // a year of them, by the hour
)

// The territory is harvested over HTTP, and what then stands in the catalogue
// is counted. The log has a line for every source. When the publisher has
// stopped, every harvest fails and nothing is lost.
func TestTerritory(t *testing.T) {
	store := postgistest.New(t)
	publisher := harvestTerritory(t, store)
	const things = "from record join source on source.id = source_id where status = 'published' and kind not in ('admin_area', 'dataset')"
	validateRecords(t, store)
	records := ask[int64](t, store, "select count(*) "+things)
	t.Logf("%d records", records)
	if records < leastRecords {
		t.Errorf("%d records; want at least %d", records, leastRecords)
	}
	if n := ask[int64](t, store, "select count(distinct record.title) "+things); n < leastTitles {
		t.Errorf("%d distinct titles; want at least %d", n, leastTitles)
	}
	if n := ask[int64](t, store, "select count(*) from body where id ~ '^[a-z0-9_]+$'"); n < leastBodies {
		t.Errorf("%d bodies with a code of the national index; want at least %d", n, leastBodies)
	}
	for _, theme := range catalog.Themes {
		n := ask[int64](t, store, "select count(*) "+things+" and theme = $1", theme)
		protocols := ask[string](t, store, "select coalesce(string_agg(distinct protocol, ' ' order by protocol), '') "+things+" and theme = $1", theme)
		t.Logf("theme %s: %d records by %s", theme, n, protocols)
		if n < leastOfTheme || len(strings.Fields(protocols)) < 2 {
			t.Errorf("theme %s: %d records by %q; want at least %d by two protocols", theme, n, protocols, leastOfTheme)
		}
	}
	for _, name := range []string{"Cantagallo", "Carmignano", "Montemurlo", "Poggio a Caiano", "Prato", "Vaiano", "Vernio"} {
		n := ask[int64](t, store, "select count(*) "+things+" and municipality = $1", name)
		t.Logf("%s: %d records", name, n)
		if n < leastMunicipality {
			t.Errorf("%s: %d records; want at least %d", name, n, leastMunicipality)
		}
	}
	for _, kind := range []catalog.Kind{catalog.KindPlace, catalog.KindHeritageItem, catalog.KindEvent, catalog.KindCourse, catalog.KindStation,
		catalog.KindService, catalog.KindOffice, catalog.KindOrganization, catalog.KindFeature} {
		n := ask[int64](t, store, "select count(*) "+things+" and kind = $1", kind)
		t.Logf("kind %s: %d records", kind, n)
		if n == 0 {
			t.Errorf("no record of kind %s", kind)
		}
	}
	if got, want := ask[string](t, store, "select string_agg(distinct protocol, ', ' order by protocol) from source"), "ckan, dcat, feed, file, ical, json, jsonld, xml"; got != want {
		t.Errorf("published by %s; want %s", got, want)
	}
	if n := ask[int64](t, store, "select count(*) "+things+" and kind = 'office' and properties ->> 'opening_hours' is null"); n > 0 {
		t.Errorf("%d offices without hours", n)
	}
	if n := ask[int64](t, store, "select count(*) "+things+" and kind = 'service' and properties ->> 'opening_hours' is not null"); n < leastServices {
		t.Errorf("%d services with hours; want at least %d", n, leastServices)
	}
	if n := ask[int64](t, store, "select count(*) from opening where record_id in (select record.id "+things+" and kind in ('service', 'office'))"); n == 0 {
		t.Error("no hours of services and offices can be read")
	}
	if n := ask[int64](t, store, "select count(*) "+things+" and kind = 'station' and properties::text not ilike '%dimostrativ%'"); n > 0 {
		t.Errorf("%d stations do not say that they are demonstration", n)
	}
	n := ask[int64](t, store, "select count(*) from occurrence where starts between now() and now() + interval '30 days'")
	if n < leastEvents {
		t.Errorf("%d dates in the month to come; want at least %d", n, leastEvents)
	}
	if n := ask[int64](t, store, "select count(*) from observation"); n < leastReadings && !testing.Short() {
		t.Errorf("%d readings; want at least %d", n, leastReadings)
	}
	if n := ask[int64](t, store, `
		select count(*)
		from (select c.record_id from published r join contribution c on c.record_id = r.id where r.kind = 'place' group by 1 having count(distinct c.source_id) = 4) x`); n != 10 {
		t.Errorf("%d places are described by four sources; want the ten libraries", n)
	}
	if doubts, _, err := store.Doubts(t.Context(), 10); err != nil || !slices.ContainsFunc(doubts, func(d catalog.Doubt) bool { return strings.Contains(d.Titles[0]+d.Titles[1], "DATINI") }) {
		t.Errorf("for a person are %+v, %v; want the region's eleventh library among them", doubts, err)
	}
	publisher.Close()
	for _, src := range demo.Sources(publisher.URL) {
		if src.Mapping.Kind == catalog.KindObservation {
			continue
		}
		if r := harvestOnce(t, store, src.ID); r.Outcome != catalog.RunFailed || status(r) != 3 {
			t.Errorf("%s, whose publisher has stopped: %s, exit status %d; want failed, 3", src.ID, r.Outcome, status(r))
		}
	}
	if after := ask[int64](t, store, "select count(*) "+things); after != records {
		t.Errorf("%d records after failed harvests; want all %d", after, records)
	}
}

func ask[T any](t *testing.T, store *postgis.Store, sql string, args ...any) T {
	t.Helper()
	var v T
	if err := store.DB().QueryRow(t.Context(), sql, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}

// harvestTerritory harvests every source and logs a line for each. The publisher
// goes on until it is closed.
func harvestTerritory(t *testing.T, store *postgis.Store) *httptest.Server {
	t.Helper()
	var requests atomic.Int64
	publisher := demo.Publisher(time.Now())
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		publisher.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	for _, b := range demo.Bodies() {
		if err := store.PutBody(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "source\tprotocol\trequests\tread\tkept\tissues\tseconds\t")
	for _, src := range demo.Sources(server.URL) {
		if testing.Short() && src.Mapping.Kind == catalog.KindObservation {
			continue // 200,000 readings
		}
		if err := store.PutSource(t.Context(), src); err != nil {
			t.Fatal(err)
		}
		before := requests.Load()
		r := harvestOnce(t, store, src.ID)
		if r.Outcome != catalog.RunCompleted {
			t.Errorf("%s: %s %s", src.ID, r.Outcome, r.Error)
		}
		for _, i := range r.Samples {
			t.Errorf("%s: %+v", src.ID, i)
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%d\t%.2f\t\n", src.ID, src.Protocol, requests.Load()-before, r.Read, r.Read-r.Refused, r.Issues, r.Seconds)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	t.Logf("\n%s", table.String())
	return server
}

func harvestOnce(t *testing.T, store *postgis.Store, id string) catalog.Receipt {
	t.Helper()
	src, err := store.Source(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	run, err := store.Begin(t.Context(), src)
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	r, err := harvesters.Run(t.Context(), http.DefaultClient, run, src, datasets.Vocabularies(), harvesters.Options{})
	if err != nil {
		t.Fatalf("%s: %v", id, err)
	}
	return r
}
