package api_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"po-net.prato.it/ponet/api"
	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
	"po-net.prato.it/ponet/datasets"
)

// measuring is a node with one station that has measured two properties every
// hour of some days until the last hour of 2 November 2026, solar time: pm10 is
// the number of the hour, 0 at the first; rain falls 0.5 mm at noon.
func measuring(t testing.TB, days int) (n *node, station string) {
	t.Helper()
	n = newNode(t, 0)
	station = postgistest.Insert(t, n.store, "stations", `{"type":"Point","coordinates":[11.1,43.9]}`, `{"title":"Prato Roma","code":"IT0953A"}`)
	measure(t, n.store, days)
	return n, station
}

func measure(t testing.TB, store *postgis.Store, days int) {
	t.Helper()
	src := catalog.Source{ID: "aria", Protocol: "file", URL: "https://dati.example/aria.csv", Title: "Qualità dell’aria", Licence: datasets.Vocabularies().DefaultLicence().URI}
	if err := store.PutSource(t.Context(), src); err != nil {
		t.Fatal(err)
	}
	h, err := store.Begin(t.Context(), src)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	hour := catalog.Interval{Clock: time.Hour}
	page := catalog.ObservationPage{Reading: "test", Clock: catalog.ClockSolar, Interval: hour, Streams: map[catalog.Stream]catalog.StreamInfo{
		{Station: "IT0953A", Property: "PM10"}:     {Code: "pm10", Title: "PM10", Unit: "ug/m3", Aggregation: catalog.AggregationMean, URI: "http://dd.eionet.europa.eu/vocabulary/aq/pollutant/5"},
		{Station: "IT0953A", Property: "=pioggia"}: {Title: "=pioggia", Unit: "mm", Aggregation: catalog.AggregationSum},
	}}
	first := time.Date(2026, 11, 2, 23, 0, 0, 0, time.UTC).AddDate(0, 0, -days)
	for i := range 24 * days {
		at := first.Add(time.Duration(i) * time.Hour)
		value, rain := float64(i), 0.0
		if at.Hour() == 11 {
			rain = 0.5
		}
		pm := catalog.Observation{Stream: catalog.Stream{Station: "IT0953A", Property: "PM10"}, Start: at, End: at.Add(time.Hour), Value: &value, Quality: catalog.QualityValidated}
		if i == 3 {
			pm.Value, pm.Quality, pm.Reason = nil, catalog.QualityBelowDetection, "<4"
		}
		page.Observations = append(page.Observations, pm,
			catalog.Observation{Stream: catalog.Stream{Station: "IT0953A", Property: "=pioggia"}, Start: at, End: at.Add(time.Hour), Value: &rain, Quality: catalog.QualityRaw})
	}
	if _, err := h.PutObservations(t.Context(), page, false); err != nil {
		t.Fatal(err)
	}
}

type observationsPage struct {
	NumberReturned int
	Links          []struct{ Href, Rel string }
	Datastreams    []struct{ ID string }
	Observations   []struct {
		Datastream, Start, End, Quality, Reason string
		Value, Min, Max                         *float64
		Count, Missing                          *int64
	}
}

func (p observationsPage) next() string {
	for _, l := range p.Links {
		if l.Rel == "next" {
			return l.Href
		}
	}
	return ""
}

func TestDatastreamsOfAStation(t *testing.T) {
	n, station := measuring(t, 2)
	type list struct {
		Datastreams []struct {
			ID, Unit, UnitSymbol, Aggregation, Interval, Clock, First, Last, Attribution string
			ObservedProperty                                                             struct{ Code, Label, URI string }
			Count                                                                        int64
			Latest                                                                       struct {
				Start string
				Value float64
			}
			Links []struct{ Href, Rel string }
		}
	}
	got := decode[list](t, n.get(t, "/stations/"+station+"/datastreams")).Datastreams
	if len(got) != 2 {
		t.Fatalf("%d datastreams; want 2", len(got))
	}
	pm := got[1]
	told := fmt.Sprint(pm.ObservedProperty.Code, pm.Unit, pm.UnitSymbol, pm.Aggregation, pm.Interval, pm.Clock, " ", pm.First, " ", pm.Last, " ", pm.Count, " ", pm.Latest.Value, " ", pm.Latest.Start, " ", pm.Attribution)
	if want := "pm10ug/m3µg/m³meanPT1Hsolar 2026-10-31T23:00:00Z 2026-11-02T23:00:00Z 48 47 2026-11-02T22:00:00Z Qualità dell’aria (https://dati.example/aria.csv), CC BY 4.0"; told != want {
		t.Errorf("%s; want %s", told, want)
	}
	for _, l := range pm.Links {
		if l.Rel == "items" && decode[observationsPage](t, n.get(t, l.Href)).NumberReturned != 48 {
			t.Errorf("%s does not lead to its observations", l.Href)
		}
	}
	if item := n.get(t, "/collections/stations/items/"+station); !strings.Contains(string(item.body), "/stations/"+station+"/datastreams\"") {
		t.Errorf("the station does not lead to its datastreams: %s", item.body)
	}
	place := postgistest.Insert(t, n.store, "places", "", `{"title":"Castello"}`)
	for _, id := range []string{place, "x", "00000000-0000-7000-8000-000000000000"} {
		if r := n.get(t, "/stations/"+id+"/datastreams"); r.status != http.StatusNotFound {
			t.Errorf("%s: %d; want 404", id, r.status)
		}
	}
}

func TestObservationsInAWindow(t *testing.T) {
	n, station := measuring(t, 3)
	for _, tt := range []struct{ query, want string }{
		{"property=pm10&datetime=2026-11-02T10:00:00Z/2026-11-02T12:00:00Z", "10:00 59 11:00 60"},
		{"property=pm10&datetime=2026-11-02T10:30:00Z", "10:00 59"},
		{"property=pm10&datetime=2026-11-02T10:00:00Z/..&limit=2", "10:00 59 11:00 60"},
		{"property=pm10&datetime=../2026-10-31T00:30:00Z", "23:00 0 00:00 1"},
		{"property=PM10&interval=hour&datetime=2026-10-31T02:00:00Z/2026-10-31T04:00:00Z", "02:00 null 03:00 4"},
		{"property=pm10&interval=day", "23:00 11.869565217391305 23:00 35.5 23:00 59.5"},
		{"property=pm10&interval=month", "23:00 11.869565217391305 23:00 47.5"},
		{"property=%3Dpioggia&interval=day", "23:00 0.5 23:00 0.5 23:00 0.5"},
		{"property=pm10&datetime=2020-01-01", ""},
	} {
		page := decode[observationsPage](t, n.get(t, "/observations?station="+station+"&"+tt.query))
		var told []string
		for _, o := range page.Observations {
			value := "null"
			if o.Value != nil {
				value = fmt.Sprint(*o.Value)
			}
			told = append(told, o.Start[11:16], value)
		}
		if got := strings.Join(told, " "); got != tt.want {
			t.Errorf("%s: %s; want %s", tt.query, got, tt.want)
		}
	}
	page := decode[observationsPage](t, n.get(t, "/observations?station="+station+"&property=pm10&interval=day&limit=1"))
	first := page.Observations[0]
	if *first.Count != 23 || *first.Missing != 1 || *first.Min != 0 || *first.Max != 23 {
		t.Errorf("the first day: %+v", first)
	}
	page = decode[observationsPage](t, n.get(t, "/observations?station="+station+"&property=pm10&limit=4"))
	if o := page.Observations[3]; o.Value != nil || o.Quality != "below_detection" || o.Reason != "<4" {
		t.Errorf("below detection: %+v", o)
	}
}

// Pages neither skip nor repeat, whatever their size and step.
func TestObservationsPageByPage(t *testing.T) {
	n, station := measuring(t, 3)
	if _, err := n.store.DB().Exec(t.Context(), `delete from observation where phenomenon_start between '2026-10-31T05:00:00Z' and '2026-11-01T20:00:00Z'`); err != nil {
		t.Fatal(err)
	}
	for _, step := range []string{"raw", "hour", "day"} {
		base := "/observations?station=" + station + "&interval=" + step + "&limit="
		whole := decode[observationsPage](t, n.get(t, base+"10000"))
		if whole.next() != "" || whole.NumberReturned == 0 {
			t.Errorf("%s: %d on one page, next %q", step, whole.NumberReturned, whole.next())
		}
		for _, limit := range []int{1, 7, whole.NumberReturned / 2, whole.NumberReturned} {
			var all observationsPage
			pages := 0
			for address := base + fmt.Sprint(limit); address != ""; pages++ {
				p := decode[observationsPage](t, n.get(t, address))
				if p.NumberReturned > limit || pages > 200 {
					t.Fatalf("%s by %d: %d on page %d", step, limit, p.NumberReturned, pages)
				}
				all.Observations = append(all.Observations, p.Observations...)
				address = p.next()
			}
			if diff := cmp.Diff(whole.Observations, all.Observations); diff != "" {
				t.Errorf("%s by %d (-whole +pages):\n%s", step, limit, diff)
			}
		}
	}
}

// The file has everything, says source and licence, and starts no formula.
func TestObservationsAsCSV(t *testing.T) {
	n, station := measuring(t, 2)
	r := n.get(t, "/observations?f=csv&station="+station)
	rows, err := csv.NewReader(strings.NewReader(string(r.body))).ReadAll()
	if err != nil || len(rows) != 97 {
		t.Fatalf("%d rows, %v; want a header and 96", len(rows), err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	last := rows[len(rows)-1]
	for name, want := range map[string]string{"station": station, "station_code": "IT0953A", "start": "2026-11-02T22:00:00Z", "end": "2026-11-02T23:00:00Z",
		"interval": "PT1H", "source": "aria", "source_title": "Qualità dell’aria", "licence": datasets.Vocabularies().DefaultLicence().URI} {
		if last[column[name]] != want {
			t.Errorf("%s = %q; want %q", name, last[column[name]], want)
		}
	}
	if strings.Contains(string(r.body), ",=pioggia") || !strings.Contains(string(r.body), ",'=pioggia") {
		t.Error("a text that begins with = is not guarded")
	}
	if got := n.get(t, "/observations?f=csv&limit=5&station="+station); strings.Count(string(got.body), "\n") != 6 {
		t.Errorf("limit=5: %s", got.body)
	}
	tag := r.header.Get("ETag")
	if again := n.get(t, "/observations?f=csv&station="+station, "If-None-Match", tag); again.status != http.StatusNotModified {
		t.Errorf("asked again with %s: %d; want 304", tag, again.status)
	}
	measure(t, n.store, 3)
	if again := n.get(t, "/observations?f=csv&station="+station, "If-None-Match", tag); again.status != http.StatusOK {
		t.Errorf("after more measurements: %d; want 200", again.status)
	}
}

func TestObservationsRefuseWhatIsWrong(t *testing.T) {
	n, station := measuring(t, 1)
	for query, want := range map[string]int{
		"":                                       400,
		"station=" + station + "&datastream=x":   400,
		"station=" + station + "&datetime=ieri":  400,
		"station=" + station + "&interval=week":  400,
		"station=" + station + "&property=o3":    400,
		"station=" + station + "&after=%20%20":   400,
		"station=" + station + "&limit=0":        400,
		"station=" + station + "&f=xml":          400,
		"station=x":                              404,
		"datastream=x":                           404,
		"datastream=" + station:                  404,
		"station=" + station + "&limit=99999":    200,
		"station=" + station + "&after=MDAw":     200,
		"station=" + station + "&datetime=../..": 200,
	} {
		if r := n.get(t, "/observations?"+query); r.status != want {
			t.Errorf("%q: %d %s; want %d", query, r.status, r.body, want)
		}
	}
}

// What was removed, or is read in another way now, is not shown.
func TestRemovedObservationsAreGone(t *testing.T) {
	n, station := measuring(t, 1)
	before, err := n.store.Mark(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.store.RemoveSource(t.Context(), "aria"); err != nil {
		t.Fatal(err)
	}
	page := decode[observationsPage](t, n.get(t, "/observations?station="+station))
	if page.NumberReturned != 0 || len(page.Datastreams) != 0 {
		t.Errorf("after the source was removed: %+v", page)
	}
	if after, err := n.store.Mark(t.Context(), ""); err != nil || after == before {
		t.Errorf("the mark is %d as before, %v: pages would not be asked for again", after, err)
	}
}

// The mean direction of two winds from north-west and north-east is north.
func TestMeanOfDirections(t *testing.T) {
	n, station := measuring(t, 1)
	if _, err := n.store.DB().Exec(t.Context(), `
		update datastream set unit = 'deg' where code = 'pm10';
		update observation o set value = case when extract(hour from phenomenon_start)::int % 2 = 0 then 350 else 10 end, quality = 'raw' from datastream d where d.number = o.datastream and code = 'pm10'`); err != nil {
		t.Fatal(err)
	}
	page := decode[observationsPage](t, n.get(t, "/observations?station="+station+"&property=pm10&interval=day"))
	if v := *page.Observations[0].Value; math.Min(v, 360-v) > 0.001 || page.Observations[0].Max != nil {
		t.Errorf("mean direction %v; want 0", v)
	}
}

// A year of one property of all stations is one file, in both formats; nothing
// more can be asked for than has sense.
func TestObservationsOfAllStations(t *testing.T) {
	n, station := measuring(t, 3)
	var sizes []int
	for _, query := range []string{"property=pm10&datetime=2026-01-01/2026-12-31", "source=aria", "source=aria&property=pm10", "property=nessuna", "source=nessuna"} {
		r := n.get(t, "/observations?f=csv&"+query)
		if r.status == http.StatusNotFound {
			sizes = append(sizes, 0)
			continue
		}
		rows, err := csv.NewReader(strings.NewReader(string(r.body))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, len(rows)-1)
	}
	if diff := cmp.Diff([]int{72, 144, 72, 0, 0}, sizes); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	r := n.get(t, "/observations?f=parquet&property=pm10")
	if f, err := parquet.OpenFile(bytes.NewReader(r.body), int64(len(r.body))); err != nil || f.NumRows() != 72 {
		t.Errorf("Parquet: %d %v; want 72 rows", r.status, err)
	}
	if page := decode[observationsPage](t, n.get(t, "/observations?property=pm10&limit=5")); page.NumberReturned != 5 || page.next() == "" {
		t.Errorf("a page of them has %d; want 5 and a next one", page.NumberReturned)
	}
	for _, query := range []string{"f=csv", "source=aria&station=" + station, "property=pm10&datastream=" + station} {
		if r := n.get(t, "/observations?"+query); r.status != http.StatusBadRequest {
			t.Errorf("%s: %d; want 400", query, r.status)
		}
	}
	if got := n.store.DownloadsCounted(); got != 4 {
		t.Errorf("%d downloads counted; want 4", got)
	}
}

// The observations are a collection as what they are: no client of Features takes
// them for records, and the list leads to them.
func TestObservationsAmongTheCollections(t *testing.T) {
	n, _ := measuring(t, 3)
	type described struct {
		ID, ItemType string
		ItemCount    int
		Links        []struct{ Href, Rel, Type string }
	}
	one := decode[described](t, n.get(t, "/collections/observations"))
	if one.ItemType != "observation" || one.ItemCount != 144 {
		t.Errorf("%+v; want 144 observations", one)
	}
	var files int
	for _, l := range one.Links {
		if l.Rel == "items" {
			t.Errorf("a link items leads to %s", l.Href)
		}
		if l.Rel == "enclosure" {
			files++
			if r := n.get(t, l.Href); r.status != http.StatusOK || len(r.body) < 1000 {
				t.Errorf("%s: %d, %d bytes", l.Href, r.status, len(r.body))
			}
		}
	}
	if files != 4 {
		t.Errorf("%d files; want two of each property", files)
	}
	all := decode[struct {
		Collections []described
		Links       []struct{ Href, Rel string }
	}](t, n.get(t, "/collections"))
	for _, c := range all.Collections {
		if c.ItemType != "feature" {
			t.Errorf("%s in the list has items of type %s", c.ID, c.ItemType)
		}
	}
	if last := all.Links[len(all.Links)-1]; last.Rel != "related" || last.Href != n.URL+api.Prefix+"/collections/observations" {
		t.Errorf("the list leads to %+v", last)
	}
	if page := n.get(t, "/collections?f=html"); !strings.Contains(string(page.body), "/collections/observations") {
		t.Error("the page of the collections does not have the observations")
	}
	if page := n.get(t, "/collections/observations?f=html"); !strings.Contains(string(page.body), "property=pm10&amp;f=parquet") {
		t.Errorf("the page: %d %s", page.status, page.body)
	}
	if r := n.get(t, "/collections/observations/items"); r.status != http.StatusNotFound || !strings.Contains(string(r.body), "/observations") {
		t.Errorf("items: %d %s", r.status, r.body)
	}
	if r := newNode(t, 0).get(t, "/collections/observations"); r.status != http.StatusNotFound {
		t.Errorf("where nothing is measured: %d; want 404", r.status)
	}
}
