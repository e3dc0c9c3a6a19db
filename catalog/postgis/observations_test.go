package postgis_test

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

var pm10 = catalog.Stream{Station: "IT1", Property: "PM10"}

// hours is a page of n hourly values of PM10 from start.
func hours(start time.Time, values ...float64) catalog.ObservationPage {
	page := catalog.ObservationPage{Reading: "test", Clock: catalog.ClockSolar, Interval: catalog.Interval{Clock: time.Hour},
		Streams: map[catalog.Stream]catalog.StreamInfo{pm10: {Code: "pm10", Title: "PM10", Unit: "ug/m3", Aggregation: catalog.AggregationMean}}}
	for i, v := range values {
		at := start.Add(time.Duration(i) * time.Hour)
		page.Observations = append(page.Observations, catalog.Observation{Stream: pm10, Start: at, End: at.Add(time.Hour), Value: &v, Quality: catalog.QualityRaw})
	}
	return page
}

// putHours stores a page in a run of the source called id, which is ended unless it
// is left, as by a process that was killed.
func putHours(t *testing.T, store *postgis.Store, id string, page catalog.ObservationPage, dry, left bool) string {
	t.Helper()
	src := catalog.Source{ID: id, Protocol: "file", URL: "https://dati.example/" + id}
	if err := store.PutSource(t.Context(), src); err != nil {
		t.Fatal(err)
	}
	h, err := store.Begin(t.Context(), src)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	c, err := h.PutObservations(t.Context(), page, dry)
	if err != nil {
		t.Fatal(err)
	}
	if !left {
		if err := h.Finish(t.Context(), catalog.Receipt{Outcome: catalog.RunCompleted}); err != nil {
			t.Fatal(err)
		}
	}
	return fmt.Sprintf("%d %d %d", c.New, c.Changed, c.Unchanged)
}

var november = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

// A run that is taken up again counts what it had stored as what it was then.
func TestObservationsOfAnInterruptedRun(t *testing.T) {
	store := postgistest.New(t)
	for i, step := range []struct {
		page      catalog.ObservationPage
		dry, left bool
		want      string // new, changed, unchanged
	}{
		{hours(november, 1, 2, 3), true, false, "3 0 0"},
		{hours(november, 1, 2), false, true, "2 0 0"},
		{hours(november, 1, 2, 3), false, false, "3 0 0"},
		{hours(november, 1, 2, 3), false, false, "0 0 3"},
		{hours(november, 1, 5, 3), true, false, "0 1 2"},
		{hours(november, 1, 5, 3), false, true, "0 1 2"},
		{hours(november, 1, 5, 3, 4), false, false, "1 1 2"},
	} {
		if got := putHours(t, store, "aria", step.page, step.dry, step.left); got != step.want {
			t.Errorf("step %d: new, changed, unchanged %s; want %s", i, got, step.want)
		}
	}
	var revisions int
	if err := store.DB().QueryRow(t.Context(), `select count(*) from observation_revision`).Scan(&revisions); err != nil || revisions != 1 {
		t.Errorf("%d revisions, %v; want 1", revisions, err)
	}
}

// What was published later wins, whichever comes first.
func TestObservationsByResultTime(t *testing.T) {
	store := postgistest.New(t)
	published := func(v float64, at time.Time) catalog.ObservationPage {
		page := hours(november, v)
		page.Observations[0].ResultTime = &at
		return page
	}
	for _, step := range []struct {
		value float64
		days  int
		want  string
	}{{1, 2, "1 0 0"}, {2, 1, "0 0 1"}, {3, 3, "0 1 0"}} {
		if got := putHours(t, store, "aria", published(step.value, november.AddDate(0, 0, step.days)), false, false); got != step.want {
			t.Errorf("%v published on day %d: %s; want %s", step.value, step.days, got, step.want)
		}
	}
}

// The latest value follows corrections, and is never an invalid one.
func TestLatestObservation(t *testing.T) {
	store := postgistest.New(t)
	station := postgistest.Insert(t, store, "stations", "", `{"title":"Prato Roma","code":"it1"}`)
	latest := func() string {
		list, err := store.Datastreams(t.Context(), station)
		if err != nil || len(list) != 1 {
			t.Fatalf("%d datastreams, %v", len(list), err)
		}
		d := list[0]
		if d.Latest == nil {
			return fmt.Sprint("none of ", d.Count)
		}
		return fmt.Sprint(*d.Latest.Value, " at ", d.Latest.Start.UTC().Hour(), " of ", d.Count)
	}
	invalid := hours(november, 1, 2, 3)
	invalid.Observations[2].Quality = catalog.QualityInvalid
	gone := hours(november.Add(2*time.Hour), 0)
	gone.Observations[0].Value, gone.Observations[0].Quality, gone.Observations[0].Reason = nil, catalog.QualityInvalid, "-999"
	for _, step := range []struct {
		page catalog.ObservationPage
		want string
	}{{gone, "none of 1"}, {invalid, "2 at 1 of 3"}, {hours(november, 1, 2, 3), "3 at 2 of 3"}, {gone, "2 at 1 of 3"}, {hours(november.AddDate(-1, 0, 0), 9), "2 at 1 of 4"}} {
		if putHours(t, store, "aria", step.page, false, false); latest() != step.want {
			t.Errorf("latest %s; want %s", latest(), step.want)
		}
	}
}

// Two sources that begin a month at once make it once; what is older than
// partitions lies in one of its own.
func TestMonthsOfObservations(t *testing.T) {
	store := postgistest.New(t)
	var wait sync.WaitGroup
	for _, id := range []string{"aria", "meteo", "fiumi"} {
		wait.Go(func() {
			putHours(t, store, id, hours(november, 1), false, false)
			putHours(t, store, id, hours(time.Date(1901, 5, 1, 0, 0, 0, 0, time.UTC), 1), false, false)
		})
	}
	wait.Wait()
	var tables string
	if err := store.DB().QueryRow(t.Context(), `select string_agg(t || ' ' || n, ', ' order by t) from (select tableoid::regclass::text as t, count(*) as n from observation group by 1) s`).Scan(&tables); err != nil {
		t.Fatal(err)
	}
	if want := "observation_2026_11 3, observation_before_1990 3"; tables != want {
		t.Errorf("tables %s; want %s", tables, want)
	}
}

// A source whose column for the station is another does not fill the catalogue
// with datastreams.
func TestDatastreamsAreBounded(t *testing.T) {
	store := postgistest.New(t)
	page := hours(november)
	for i := range 20_001 {
		page.Streams[catalog.Stream{Station: fmt.Sprint(i), Property: "PM10"}] = catalog.StreamInfo{Title: "PM10", Aggregation: catalog.AggregationMean}
	}
	src := catalog.Source{ID: "aria", Protocol: "file", URL: "https://dati.example/aria"}
	if err := store.PutSource(t.Context(), src); err != nil {
		t.Fatal(err)
	}
	h, err := store.Begin(t.Context(), src)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	if _, err := h.PutObservations(t.Context(), page, false); !errors.Is(err, catalog.ErrFailedListing) {
		t.Errorf("20,001 datastreams: %v; want ErrFailedListing", err)
	}
}

// A window is read by the index of its months, and of no others.
func TestWindowsAreReadByTheirMonths(t *testing.T) {
	url := postgistest.URL(t)
	store, err := postgis.Open(t.Context(), url, "ponet test")
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	station := postgistest.Insert(t, store, "stations", "", `{"title":"Prato Roma","code":"IT1"}`)
	values := make([]float64, 18*30*24)
	putHours(t, store, "aria", hours(november.AddDate(-1, -6, 0), values...), false, false)
	streams, err := store.Datastreams(t.Context(), station)
	if err != nil || len(streams) != 1 {
		t.Fatalf("%d datastreams, %v", len(streams), err)
	}
	explained, plan := postgis.OpenExplained(t, url)
	from := november.AddDate(0, -3, 10)
	to := from.AddDate(0, 0, 5)
	for _, step := range catalog.Steps {
		n := 0
		for _, err := range explained.Observations(t.Context(), catalog.ObservationQuery{Datastream: streams[0], From: &from, To: &to, Step: step, Limit: 1000}) {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		if want := map[catalog.Step]int{catalog.StepRaw: 120, catalog.StepHour: 120, catalog.StepDay: 6, catalog.StepMonth: 1}[step]; n != want {
			t.Errorf("%s: %d readings; want %d", step, n, want)
		}
		text := plan()
		months := map[string]bool{}
		for _, m := range regexp.MustCompile(`(Index|Bitmap)[a-zA-Z ]*Scan using (observation_\d{4}_\d\d)`).FindAllStringSubmatch(text, -1) {
			months[m[2]] = true
		}
		if len(months) != 1 || !months["observation_2026_08"] || strings.Contains(text, "Seq Scan on observation") {
			t.Errorf("%s reads %v; want observation_2026_08 alone by index:\n%s", step, months, text)
		}
	}
}
