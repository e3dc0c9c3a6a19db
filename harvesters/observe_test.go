package harvesters_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// A place on disk for what a source says now.
func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func airSource(path string, m catalog.ObservationMapping) catalog.Source {
	return catalog.Source{ID: "aria", Title: "Qualità dell’aria", URL: path, Mapping: catalog.Mapping{
		Kind: catalog.KindObservation, Observation: &m,
		Fields: map[string]string{"station": "stazione", "property": "inquinante", "time": "data+ora", "value": "valore", "unit": "unita", "quality": "stato"},
	}}
}

var solarHours = catalog.ObservationMapping{Clock: catalog.ClockSolar, Hours: catalog.Hours1to24, Interval: catalog.Interval{Clock: time.Hour}}

const airHeader = "stazione;inquinante;data;ora;valore;unita;stato\n"

func counts(r catalog.Receipt) string {
	return fmt.Sprintf("read %d new %d changed %d unchanged %d refused %d", r.Read, r.New, r.Changed, r.Unchanged, r.Refused)
}

// stored is every observation that is shown, a line each.
func stored(t *testing.T, store *postgis.Store) string {
	t.Helper()
	var s string
	err := store.DB().QueryRow(t.Context(), `
		select coalesce(string_agg(d.station || ' ' || d.title || ' ' || to_char(o.phenomenon_start at time zone 'utc', 'MM-DD"T"HH24') || ' '
			|| coalesce(o.value::text, 'null') || ' ' || o.quality || coalesce(' ' || o.reason, ''), E'\n' order by d.station, d.title, o.phenomenon_start), '')
		from published_observation o join published_datastream d on d.number = o.datastream`).Scan(&s)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// observationsWritten identifies every version of every row that holds
// observations or follows them: a row that is written again has another.
func observationsWritten(t *testing.T, store *postgis.Store) string {
	t.Helper()
	var s string
	err := store.DB().QueryRow(t.Context(), `
		select string_agg(name || ' ' || rows || ' ' || versions, ', ' order by name)
		from (
			select tableoid::regclass::text as name, count(*) as rows, md5(string_agg(at::text || ' ' || by::text, ',' order by at)) as versions
			from (
				select tableoid, ctid as at, xmin as by from observation
				union all select tableoid, ctid, xmin from observation_revision
				union all select tableoid, ctid, xmin from datastream
				union all select tableoid, ctid, xmin from change
				union all select tableoid, ctid, xmin from collection_mark
				union all select tableoid, ctid, xmin from record
			) v
			group by tableoid
		) t`).Scan(&s)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A file of hourly readings: twice the same writes nothing, a corrected value
// moves the old one to the revisions, a value that is gone from the file stays.
func TestObservationsAreKeptWithRevisions(t *testing.T) {
	store := postgistest.New(t)
	path := filepath.Join(t.TempDir(), "orari.csv")
	src := airSource(path, solarHours)
	writeFile(t, path, airHeader+
		"IT1;PM10;20/11/2026;23;31,5;µg/m³;p\n"+
		"IT1;PM10;20/11/2026;24;-999;µg/m³;p\n"+
		"IT1;NO2;20/11/2026;24;<5;µg/m³;p\n"+
		"IT2;PM10;21/11/2026;1;12;µg/m³;v\n"+
		"IT2;PM10;21/11/2026;1;13;µg/m³;v\n"+
		"IT2;PM10;21/11/2026;2;13;mg/m³;v\n"+
		"IT2;PM10;domani;1;13;µg/m³;v\n")
	first := harvest(t, store, src)
	if got, want := counts(first), "read 7 new 4 changed 0 unchanged 0 refused 3"; got != want {
		t.Errorf("first: %s; want %s", got, want)
	}
	if diff := cmp.Diff(map[string]int64{"observation-repeated": 1, "unit-changed": 1, "time-unreadable": 1, "station-unknown": 2}, first.Rules); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
	want := "IT1 Biossido di azoto (NO2) 11-20T22 null below_detection <5\nIT1 PM10 11-20T21 31.5 provisional\nIT1 PM10 11-20T22 null invalid -999\nIT2 PM10 11-20T23 12 validated"
	if diff := cmp.Diff(want, stored(t, store)); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}

	before := observationsWritten(t, store)
	if got, want := counts(harvest(t, store, src)), "read 7 new 0 changed 0 unchanged 4 refused 3"; got != want {
		t.Errorf("again: %s; want %s", got, want)
	}
	if after := observationsWritten(t, store); after != before {
		t.Errorf("an unchanged run wrote: %s, before %s", after, before)
	}

	writeFile(t, path, airHeader+"IT1;PM10;20/11/2026;23;30;µg/m³;v\nIT1;PM10;21/11/2026;1;20;µg/m³;v\n")
	if got, want := counts(harvest(t, store, src)), "read 2 new 1 changed 1 unchanged 0 refused 0"; got != want {
		t.Errorf("corrected: %s; want %s", got, want)
	}
	if now := stored(t, store); !strings.Contains(now, "IT1 PM10 11-20T21 30 validated") || !strings.Contains(now, "IT2 PM10 11-20T23 12") {
		t.Errorf("after the correction: %s", now)
	}
	var revision string
	if err := store.DB().QueryRow(t.Context(), `select string_agg(value || ' ' || quality || ' by ' || run_id || ', replaced by ' || replaced_by, '; ') from observation_revision`).Scan(&revision); err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("31.5 provisional by %d, replaced by %d", first.Run, first.Run+2); revision != want {
		t.Errorf("revisions: %s; want %s", revision, want)
	}
}

// Observations wait for their station, and find it when it is harvested; with two
// of one code they do not guess.
func TestObservationsFindTheirStation(t *testing.T) {
	store := postgistest.New(t)
	dir := t.TempDir()
	air := airSource(filepath.Join(dir, "orari.csv"), solarHours)
	writeFile(t, air.URL, airHeader+"IT0953A;PM10;20/11/2026;23;31,5;µg/m³;p\n")
	linked := func() (id string) {
		if err := store.DB().QueryRow(t.Context(), `select coalesce(max(r.title), '') from published_datastream d left join published r on r.id = d.station_id`).Scan(&id); err != nil {
			t.Fatal(err)
		}
		return id
	}
	if r := harvest(t, store, air); r.Rules["station-unknown"] != 1 || linked() != "" {
		t.Errorf("without a station: %v, linked to %q", r.Rules, linked())
	}
	stations := catalog.Source{ID: "centraline", URL: filepath.Join(dir, "centraline.csv"), Mapping: catalog.Mapping{Kind: catalog.KindStation, Key: []string{"codice"}, Fields: map[string]string{"title": "nome", "code": "codice"}}}
	writeFile(t, stations.URL, "codice;nome;lat;lon\nit0953a;Prato Roma;43.873;11.092\nIT2;Prato Ferrucci;43.88;11.1\n")
	harvest(t, store, stations)
	if got := linked(); got != "Prato Roma" {
		t.Errorf("after the stations: linked to %q; want Prato Roma", got)
	}
	if r := harvest(t, store, air); r.Rules["station-unknown"] != 0 {
		t.Errorf("after the stations: %v", r.Rules)
	}

	if _, err := store.DB().Exec(t.Context(), `update datastream set station_id = null`); err != nil {
		t.Fatal(err)
	}
	twins := stations
	twins.ID, twins.URL = "altre", filepath.Join(dir, "altre.csv")
	writeFile(t, twins.URL, "codice;nome;lat;lon\nIT0953A;Un’altra;43.9;11.0\nIT3;Terza;43.88;11.1\n")
	harvest(t, store, twins)
	if r := harvest(t, store, air); r.Rules["station-unknown"] != 1 || linked() != "" {
		t.Errorf("with two stations of one code: %v, linked to %q; want none", r.Rules, linked())
	}
}

// Another clock makes other datastreams of the same file; the old ones are no
// longer shown, and come back with it.
func TestObservationsFollowTheirClock(t *testing.T) {
	store := postgistest.New(t)
	path := filepath.Join(t.TempDir(), "orari.csv")
	writeFile(t, path, airHeader+"IT1;PM10;01/07/2026;12;31,5;µg/m³;p\n")
	legal := solarHours
	legal.Clock = catalog.ClockLegal
	for _, step := range []struct {
		m    catalog.ObservationMapping
		want string
	}{{legal, "07-01T09"}, {solarHours, "07-01T10"}, {legal, "07-01T09"}} {
		harvest(t, store, airSource(path, step.m))
		if got := stored(t, store); strings.Count(got, "PM10") != 1 || !strings.Contains(got, step.want) {
			t.Errorf("%s: %s; want one at %s", step.m.Clock, got, step.want)
		}
	}
}

// The night in which legal clocks show two o'clock twice, forwards and backwards.
func TestObservationsOfTheLongNight(t *testing.T) {
	for name, hours := range map[string][]string{"forwards": {"01", "02", "02", "03"}, "backwards": {"03", "02", "02", "01"}} {
		store := postgistest.New(t)
		path := filepath.Join(t.TempDir(), "orari.csv")
		text := airHeader
		for i, h := range hours {
			text += fmt.Sprintf("IT1;PM10;25/10/2026;%s;%d;;\n", h, i+1)
		}
		writeFile(t, path, text)
		src := airSource(path, catalog.ObservationMapping{Clock: catalog.ClockLegal, Interval: catalog.Interval{Clock: time.Hour}})
		r := harvest(t, store, src)
		want := map[string]string{
			"forwards":  "IT1 PM10 10-24T23 1 raw\nIT1 PM10 10-25T00 2 raw\nIT1 PM10 10-25T01 3 raw\nIT1 PM10 10-25T02 4 raw",
			"backwards": "IT1 PM10 10-24T23 4 raw\nIT1 PM10 10-25T00 3 raw\nIT1 PM10 10-25T01 2 raw\nIT1 PM10 10-25T02 1 raw",
		}[name]
		if diff := cmp.Diff(want, stored(t, store)); diff != "" || r.Refused > 0 {
			t.Errorf("%s: refused %d (-want +got):\n%s", name, r.Refused, diff)
		}
	}
}

// A wide table: an empty cell is no observation, but takes back a value that
// was there.
func TestObservationsOfAWideTable(t *testing.T) {
	store := postgistest.New(t)
	path := filepath.Join(t.TempDir(), "largo.csv")
	src := catalog.Source{ID: "meteo", URL: path, Mapping: catalog.Mapping{Kind: catalog.KindObservation,
		Fields:      map[string]string{"station": "'TOS01'", "time": "istante"},
		Observation: &catalog.ObservationMapping{Clock: catalog.ClockUTC, Series: map[string]string{"*": ""}}}}
	writeFile(t, path, "istante,temperatura [°C],pioggia (mm),livello idrometrico\n2026-11-21T10:00:00Z,12.5,0.2,\n2026-11-21T10:15:00Z,12.7,,1.234\n2026-11-21T10:30:00Z,12.6,,1.235\n")
	if got, want := counts(harvest(t, store, src)), "read 9 new 6 changed 0 unchanged 3 refused 0"; got != want {
		t.Errorf("first: %s; want %s", got, want)
	}
	var units string
	if err := store.DB().QueryRow(t.Context(), `select string_agg(code || ' ' || unit || ' ' || aggregation, ', ' order by code) from published_datastream`).Scan(&units); err != nil {
		t.Fatal(err)
	}
	if want := "precipitation mm sum, river_level m instant, temperature Cel instant"; units != want {
		t.Errorf("datastreams: %s; want %s", units, want)
	}
	writeFile(t, path, "istante,temperatura [°C],pioggia (mm),livello idrometrico\n2026-11-21T10:00:00Z,,0.2,\n2026-11-21T10:15:00Z,12.7,,1.234\n2026-11-21T10:30:00Z,12.6,,1.235\n")
	if got, want := counts(harvest(t, store, src)), "read 9 new 0 changed 1 unchanged 8 refused 0"; got != want {
		t.Errorf("taken back: %s; want %s", got, want)
	}
}
