package bench

import (
	"bufio"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/harvesters"
)

// TestObservations harvests hourly values from a table, new, unchanged and
// corrected, and prints the median and the 95th percentile of windows of them:
// PONET_BENCH_OBSERVATIONS=1000000 go test ./bench -run Observations -v
func TestObservations(t *testing.T) {
	n, err := strconv.Atoi(os.Getenv("PONET_BENCH_OBSERVATIONS"))
	if err != nil || n <= 0 {
		n = 20_000 // that it works; the figures need more
	}
	store := postgistest.New(t)
	station := postgistest.Insert(t, store, "stations", `{"type":"Point","coordinates":[11.1,43.9]}`, `{"title":"Stazione 0","code":"ST000"}`)
	for _, step := range []struct {
		name   string
		change int // every so many values; 0: none
	}{{"new", 0}, {"unchanged", 0}, {"a tenth corrected", 10}} {
		r := harvestObservations(t, store, observationFile(t, n, step.change))
		t.Logf("%-18s %8d read, %8d new, %8d changed, %8d unchanged, %6.1f s, %7.0f a second", step.name, r.Read, r.New, r.Changed, r.Unchanged, r.Seconds, float64(r.Read)/r.Seconds)
	}
	for _, sql := range []string{"vacuum (analyze) observation", "analyze"} {
		if _, err := store.DB().Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	var size, months int64
	if err := store.DB().QueryRow(t.Context(), `select sum(pg_total_relation_size(inhrelid)), count(*) from pg_inherits where inhparent = 'observation'::regclass`).Scan(&size, &months); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d observations in %d partitions: %d MB", n, months, size>>20)
	streams, err := store.Datastreams(t.Context(), station)
	if err != nil || len(streams) == 0 {
		t.Fatalf("%d datastreams, %v", len(streams), err)
	}
	windows(t, store, station, streams)
}

// observationFile is a table of n hourly values of 20 stations with 6 properties
// each, station by station, as networks publish them; every change-th value is
// one more.
func observationFile(t *testing.T, n, change int) catalog.Source {
	t.Helper()
	path := filepath.Join(t.TempDir(), "orari.csv")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "stazione;inquinante;data;ora;valore;unita;stato")
	properties := []string{"PM10", "PM2.5", "NO2", "O3", "SO2", "C6H6"}
	solar := time.FixedZone("", 3600)
	hours := n/120 + 1
	last := time.Date(2026, 11, 21, 0, 0, 0, 0, solar)
	for i := range n {
		series, hour := i/hours, i%hours
		value := 25 + 10*math.Sin(float64(i)/24)
		if change > 0 && i%change == 0 {
			value++
		}
		at := last.Add(time.Duration(hour-hours) * time.Hour)
		fmt.Fprintf(w, "ST%03d;%s;%s;%d;%.1f;µg/m³;v\n", series/6, properties[series%6], at.Format("02/01/2006"), at.Hour()+1, value)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return catalog.Source{ID: "aria", Protocol: "file", URL: path, Rhythm: catalog.Duration(time.Hour), Deadline: catalog.Duration(time.Hour), Mapping: catalog.Mapping{
		Kind:        catalog.KindObservation,
		Fields:      map[string]string{"station": "stazione", "property": "inquinante", "time": "data+ora", "value": "valore", "unit": "unita", "quality": "stato"},
		Observation: &catalog.ObservationMapping{Clock: catalog.ClockSolar, Hours: catalog.Hours1to24, Interval: catalog.Interval{Clock: time.Hour}},
	}}
}

func harvestObservations(t *testing.T, store *postgis.Store, src catalog.Source) catalog.Receipt {
	t.Helper()
	if err := store.PutSource(t.Context(), src); err != nil {
		t.Fatal(err)
	}
	h, err := store.Begin(t.Context(), src)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	r, err := harvesters.Run(t.Context(), http.DefaultClient, h, src, datasets.Vocabularies(), harvesters.Options{})
	if err != nil || r.Outcome != catalog.RunCompleted || r.Refused > 0 {
		t.Fatalf("%v: %+v", err, r)
	}
	return r
}

func windows(t *testing.T, store *postgis.Store, station string, streams []catalog.Datastream) {
	t.Helper()
	window := func(days int, step catalog.Step, limit int) func(context.Context, *rand.Rand) error {
		return func(ctx context.Context, r *rand.Rand) error {
			d := streams[r.IntN(len(streams))]
			room := int(d.Last.Sub(*d.First).Hours()) - 24*days
			from := d.First.Add(time.Duration(r.IntN(max(1, room))) * time.Hour)
			to := from.AddDate(0, 0, days)
			for _, err := range store.Observations(ctx, catalog.ObservationQuery{Datastream: d, From: &from, To: &to, Step: step, Limit: limit}) {
				if err != nil {
					return err
				}
			}
			return nil
		}
	}
	for _, b := range []struct {
		name string
		read func(context.Context, *rand.Rand) error
	}{
		{"datastreams and latest", func(ctx context.Context, _ *rand.Rand) error {
			_, err := store.Datastreams(ctx, station)
			return err
		}},
		{"a day, raw", window(1, catalog.StepRaw, 1000)},
		{"a month, raw", window(30, catalog.StepRaw, 1000)},
		{"a year, first 1000 raw", window(365, catalog.StepRaw, 1000)},
		{"a year, raw", window(365, catalog.StepRaw, 10000)},
		{"a week by hour", window(7, catalog.StepHour, 1000)},
		{"a month by day", window(30, catalog.StepDay, 1000)},
		{"a year by day", window(365, catalog.StepDay, 1000)},
		{"a year by month", window(365, catalog.StepMonth, 1000)},
	} {
		measure(t, b.name, b.read)
	}
}
