package sensorthings_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/harvesttest"
	"po-net.prato.it/ponet/harvesters/sensorthings"
)

// A fake is a service over Things as they are posted to one (OGC 18-088 §10.2.1.1),
// with what real ones do differently.
type fake struct {
	version   string // "/v1.1"
	things    []map[string]any
	words     bool   // ids are texts, with a quote
	noExpand  bool   // $expand is refused
	short     int    // Datastreams that come with a Thing; more have a link
	arrays    bool   // data arrays are offered
	refuse    string // a word of queries of observations that are answered 400
	broken    string // path that is answered 500
	internal  string // the address that links name
	perPage   int
	asked     []string
	endless   bool // every page links itself with another number
	repeating bool // pages link on but hold the same
}

func (f *fake) id(n int) any {
	if f.words {
		return fmt.Sprintf("l'Arno %d", n)
	}
	return n
}

// number is the place of an entity by what stands in the brackets of its address.
func (f *fake) number(path string) int {
	at := path[strings.LastIndexByte(path, '(')+1 : strings.LastIndexByte(path, ')')]
	if f.words {
		at = strings.TrimPrefix(strings.Trim(at, "'"), "l''Arno ")
	}
	n, _ := strconv.Atoi(at)
	return n
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q, _ := url.QueryUnescape(r.URL.RawQuery)
	f.asked = append(f.asked, r.URL.Path+"?"+q)
	path, ok := strings.CutPrefix(r.URL.Path, f.version)
	switch {
	case !ok:
		http.NotFound(w, r)
	case path == f.broken && path != "":
		http.Error(w, "boom", http.StatusInternalServerError)
	case path == "" || path == "/":
		conformance := []string{"http://www.opengis.net/spec/iot_sensing/1.1/req/datamodel"}
		if f.arrays {
			conformance = append(conformance, "http://www.opengis.net/spec/iot_sensing/1.1/req/data-array/data-array")
		}
		write(w, map[string]any{"value": []map[string]string{{"name": "Things", "url": "x"}, {"name": "Datastreams", "url": "x"}}, "serverSettings": map[string]any{"conformance": conformance}})
	case path == "/Things":
		f.listThings(w, r, q)
	case strings.HasSuffix(path, "/Datastreams"):
		f.page(w, r, f.streams(f.number(path)-1))
	case strings.HasSuffix(path, "/Locations"):
		f.page(w, r, list(f.things[f.number(path)-1]["Locations"]))
	case strings.HasSuffix(path, "/Observations"):
		f.observations(w, r, q, f.number(path))
	default:
		http.NotFound(w, r)
	}
}

func (f *fake) listThings(w http.ResponseWriter, r *http.Request, q string) {
	expand := strings.Contains(q, "$expand")
	if expand && f.noExpand {
		http.Error(w, `{"code":501,"message":"$expand not implemented"}`, http.StatusNotImplemented)
		return
	}
	var all []any
	for i, t := range f.things {
		one := map[string]any{"@iot.id": f.id(i + 1)}
		for k, v := range t {
			if k != "Datastreams" && (k != "Locations" || expand) {
				one[k] = v
			}
		}
		if expand {
			streams := f.streams(i)
			if f.short > 0 && len(streams) > f.short {
				streams = streams[:f.short]
				one["Datastreams@iot.nextLink"] = fmt.Sprintf("%s%s/Things%s/Datastreams?$skip=%d", f.internal, f.version, f.literal(i+1), f.short)
			}
			one["Datastreams"] = streams
		}
		all = append(all, one)
	}
	f.page(w, r, all)
}

func (f *fake) literal(n int) string {
	if f.words {
		return fmt.Sprintf("('l''Arno %d')", n)
	}
	return fmt.Sprintf("(%d)", n)
}

// streams are the datastreams of a thing, numbered thing*100 + their place.
func (f *fake) streams(i int) []any {
	var all []any
	for k, d := range list(f.things[i]["Datastreams"]) {
		one := map[string]any{"@iot.id": f.id((i+1)*100 + k), "phenomenonTime": time.Now().Format(time.RFC3339Nano)}
		for name, v := range d.(map[string]any) {
			if name != "Observations" {
				one[name] = v
			}
		}
		all = append(all, one)
	}
	return all
}

func (f *fake) observations(w http.ResponseWriter, r *http.Request, q string, n int) {
	if f.refuse != "" && strings.Contains(q, f.refuse) {
		http.Error(w, `{"code":400,"message":"not understood"}`, http.StatusBadRequest)
		return
	}
	d := list(f.things[n/100-1]["Datastreams"])[n%100].(map[string]any)
	var kept []any
	measured, published := after(q, "phenomenonTime gt "), after(q, "resultTime gt ")
	for _, o := range list(d["Observations"]) {
		one := o.(map[string]any)
		m, _ := one["phenomenonTime"].(string)
		p, _ := one["resultTime"].(string)
		if measured == "" || later(m, measured) || published != "" && later(p, published) {
			kept = append(kept, one)
		}
	}
	if strings.Contains(q, "$resultFormat=dataArray") {
		array := map[string]any{"components": []string{"phenomenonTime", "result", "resultTime"}, "dataArray@iot.count": len(kept)}
		rows := [][]any{}
		for _, o := range kept {
			rows = append(rows, []any{o.(map[string]any)["phenomenonTime"], o.(map[string]any)["result"], o.(map[string]any)["resultTime"]})
		}
		array["dataArray"] = rows
		kept = []any{array}
	}
	f.page(w, r, kept)
}

// later compares two times, of intervals their starts.
func later(a, b string) bool {
	a, _, _ = strings.Cut(a, "/")
	x, errX := time.Parse(time.RFC3339, a)
	y, errY := time.Parse(time.RFC3339, b)
	return errX == nil && errY == nil && x.After(y)
}

func after(q, word string) string {
	_, rest, ok := strings.Cut(q, word)
	if !ok {
		return ""
	}
	rest, _, _ = strings.Cut(rest, " ")
	rest, _, _ = strings.Cut(rest, "&")
	return rest
}

func list(v any) []any { l, _ := v.([]any); return l }

// page writes a part of a collection.
func (f *fake) page(w http.ResponseWriter, r *http.Request, all []any) {
	skip, _ := strconv.Atoi(r.URL.Query().Get("$skip"))
	size := f.perPage
	if size == 0 {
		size = 1000
	}
	part := all[min(skip, len(all)):min(skip+size, len(all))]
	if f.repeating {
		part = all[:min(size, len(all))]
	}
	if part == nil {
		part = []any{}
	}
	out := map[string]any{"value": part}
	if skip+size < len(all) || f.endless || f.repeating {
		q := r.URL.Query()
		q.Set("$skip", fmt.Sprint(skip+size))
		next, _ := url.QueryUnescape(q.Encode())
		if f.endless {
			next = "$skip=0"
		}
		out["@iot.nextLink"] = f.internal + r.URL.Path + "?" + next
	}
	write(w, out)
}

func write(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func parse(t testing.TB, texts ...string) []map[string]any {
	t.Helper()
	var all []map[string]any
	for _, s := range texts {
		var v map[string]any
		if err := json.Unmarshal([]byte(s), &v); err != nil {
			t.Fatal(err)
		}
		all = append(all, v)
	}
	return all
}

const arno = `{"name":"Idrometro Ponte alla Vittoria","description":"sul Bisenzio","properties":{"comune":"Prato","gestore":{"nome":"Consorzio"}},
 "Locations":[{"name":"ponte","encodingType":"application/geo+json","location":{"type":"Feature","geometry":{"type":"Point","coordinates":[11.1,43.88]}}}],
 "Datastreams":[
  {"name":"livello","unitOfMeasurement":{"name":"metre","symbol":"m","definition":"x"},"ObservedProperty":{"name":"Livello idrometrico","definition":"http://x"},
   "Observations":[{"phenomenonTime":"2026-11-20T10:00:00Z","resultTime":"2026-11-20T10:01:00Z","result":0.42},{"phenomenonTime":"2026-11-20T11:00:00.000Z","result":"0.43","resultTime":null},{"phenomenonTime":"2026-11-20T12:00:00+01:00","result":null}]},
  {"name":"pioggia oraria","unitOfMeasurement":{"name":"millimetre","symbol":"mm"},"ObservedProperty":{"name":"Precipitazione"},
   "Observations":[{"phenomenonTime":"2026-11-20T10:00:00Z/2026-11-20T11:00:00Z","result":1.2,"resultQuality":"provisional"},{"phenomenonTime":"2026-11-20T11:00:00Z/2026-11-20T12:00:00Z","result":true}]},
  {"name":"pioggia giornaliera","unitOfMeasurement":{"symbol":"","name":"mm"},"ObservedProperty":{"name":"Precipitazione"},
   "Observations":[{"phenomenonTime":"2026-11-20T00:00:00Z/2026-11-21T00:00:00Z","result":{"valore":7}}]}]}`

const silent = `{"name":"Pluviometro","description":"spento","Locations":[],"Datastreams":[]}`

// A harvest is what a service gives.
type harvest struct {
	stations, values []catalog.Harvested
	refused          []catalog.Issue
	failure          error
	listing          *catalog.Listing
}

func run(t *testing.T, f *fake, path, since string) harvest {
	t.Helper()
	server := httptest.NewServer(f)
	defer server.Close()
	if f.version == "" {
		f.version = "/v1.1"
	}
	if f.internal == "" {
		f.internal = server.URL
	}
	f.asked = nil
	h := harvest{listing: &catalog.Listing{Since: since}}
	src := catalog.Source{ID: "t", URL: server.URL + path}.WithListing(h.listing)
	kept, refused, failure := harvesttest.Collect(sensorthings.Harvest(t.Context(), http.DefaultClient, src))
	h.refused, h.failure = refused, failure
	for _, row := range kept {
		if src.Kind(row.Layer) == catalog.KindObservation {
			h.values = append(h.values, row)
		} else {
			h.stations = append(h.stations, row)
		}
	}
	return h
}

func told(rows []catalog.Harvested) []string {
	var all []string
	for _, h := range rows {
		var one []string
		for _, v := range h.Values {
			one = append(one, fmt.Sprint(v))
		}
		all = append(all, strings.Join(one, "|"))
	}
	return all
}

var arnoValues = []string{
	"1|Livello idrometrico|2026-11-20T10:00:00Z|2026-11-20T10:00:00Z|0.42|m||2026-11-20T10:01:00Z",
	"1|Livello idrometrico|2026-11-20T11:00:00.000Z|2026-11-20T11:00:00.000Z|0.43|m||",
	"1|Livello idrometrico|2026-11-20T12:00:00+01:00|2026-11-20T12:00:00+01:00||m||",
	"1|Precipitazione|2026-11-20T10:00:00Z|2026-11-20T11:00:00Z|1.2|mm|provisional|",
	"1|Precipitazione|2026-11-20T11:00:00Z|2026-11-20T12:00:00Z|1|mm||",
	`1|Precipitazione (pioggia giornaliera)|2026-11-20T00:00:00Z|2026-11-21T00:00:00Z|{"valore":7}|mm||`,
}

// What services do differently gives the same stations and values.
func TestServices(t *testing.T) {
	for name, tt := range map[string]struct {
		fake fake
		path string
	}{
		"1.1":                           {fake{}, "/v1.1"},
		"a slash at the end":            {fake{}, "/v1.1/"},
		"1.0, not said":                 {fake{version: "/v1.0"}, ""},
		"1.1, not said":                 {fake{}, "/"},
		"behind a path":                 {fake{version: "/FROST-Server/v1.1"}, "/FROST-Server"},
		"the Things":                    {fake{}, "/v1.1/Things?$top=5"},
		"ids that are texts":            {fake{words: true}, "/v1.1"},
		"small pages, internal host":    {fake{perPage: 1, internal: "http://frost:8080"}, "/v1.1"},
		"many datastreams in a thing":   {fake{short: 1, internal: "http://frost:8080"}, "/v1.1"},
		"no expand":                     {fake{noExpand: true}, "/v1.1"},
		"data arrays":                   {fake{arrays: true}, "/v1.1"},
		"data arrays in pages":          {fake{arrays: true, perPage: 1}, "/v1.1"},
		"no select and order":           {fake{refuse: "$select"}, "/v1.1"},
		"data arrays said, but refused": {fake{arrays: true, refuse: "dataArray"}, "/v1.1"},
	} {
		f := tt.fake
		f.things = parse(t, arno, silent)
		h := run(t, &f, tt.path, "")
		if h.failure != nil || len(h.refused) > 0 || len(h.stations) != 2 {
			t.Errorf("%s: %v, refused %v, %d stations", name, h.failure, h.refused, len(h.stations))
			continue
		}
		want := slices.Clone(arnoValues)
		for i := range want {
			if f.words {
				want[i] = "l'Arno 1" + strings.TrimPrefix(want[i], "1")
			}
			if f.arrays && f.refuse == "" {
				want[i] = strings.Replace(want[i], "provisional", "", 1) // the fake's arrays leave it out
			}
		}
		if got := told(h.values); !slices.Equal(got, want) {
			t.Errorf("%s:\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		first := h.stations[0]
		if c := first.Geometry.FlatCoords(); first.Layer.Guess.Kind != catalog.KindStation || first.Geometry.SRID() != 4326 || c[0] != 11.1 || first.Key != fmt.Sprint(f.id(1)) {
			t.Errorf("%s: station %s at %v", name, first.Key, first.Geometry)
		}
		if n := len(first.Layer.Columns); n != 6 {
			t.Errorf("%s: columns %v", name, first.Layer.Columns)
		}
		if h.stations[1].Geometry != nil || h.listing.Cursor == "" || h.listing.Partial {
			t.Errorf("%s: %+v, listing %+v", name, h.stations[1], h.listing)
		}
	}
}

// A station whose datastreams have new times has not changed.
func TestStationsAreSteady(t *testing.T) {
	f := &fake{things: parse(t, arno)}
	if a, b := run(t, f, "/v1.1", ""), run(t, f, "/v1.1", ""); string(a.stations[0].Raw) != string(b.stations[0].Raw) || strings.Contains(string(a.stations[0].Raw), "phenomenonTime") {
		t.Errorf("%s\n%s", a.stations[0].Raw, b.stations[0].Raw)
	}
}

// After the first time only what is newer than the newest of its datastream is
// asked for, and what was published in the last two days or since.
func TestNewObservations(t *testing.T) {
	f := &fake{things: parse(t, arno)}
	first := run(t, f, "/v1.1", "")
	streams := list(f.things[0]["Datastreams"])
	level := streams[0].(map[string]any)
	level["Observations"] = append(list(level["Observations"]),
		map[string]any{"phenomenonTime": "2026-11-21T10:00:00Z", "result": 1},
		map[string]any{"phenomenonTime": "2026-11-01T10:00:00Z", "result": 2, "resultTime": time.Now().UTC().Format(time.RFC3339)},
		map[string]any{"phenomenonTime": "2026-11-01T11:00:00Z", "result": 3, "resultTime": "2026-11-01T11:00:00Z"})
	streams = append(streams, map[string]any{"name": "nuovo", "ObservedProperty": map[string]any{"name": "Portata"}, "Observations": []any{map[string]any{"phenomenonTime": "2020-01-01T00:00:00Z", "result": 4}}})
	f.things[0]["Datastreams"] = streams
	for name, refuse := range map[string]string{"": "", "no or": " or ", "no filter": "$filter"} {
		f.refuse = refuse
		got := told(run(t, f, "/v1.1", first.listing.Cursor).values)
		var results []string
		for _, line := range got {
			results = append(results, strings.Split(line, "|")[4])
		}
		want := map[string]string{"": "1 2 4", "no or": "1 4", "no filter": `0.42 0.43  1 2 3 1.2 1 {"valore":7} 4`}[name]
		if strings.Join(results, " ") != want {
			t.Errorf("%s: %q; want %s\n%s", name, results, want, strings.Join(f.asked, "\n"))
		}
	}
}

// One datastream that cannot be read costs itself, and is read whole next time.
func TestBrokenDatastream(t *testing.T) {
	f := &fake{things: parse(t, arno), broken: "/Datastreams(101)/Observations"}
	h := run(t, f, "/v1.1", "")
	if h.failure != nil || len(h.values) != 4 || len(h.refused) != 1 || h.refused[0].Rule != "datastream-unreadable" || !h.refused[0].Listed {
		t.Fatalf("%v, %d values, refused %+v", h.failure, len(h.values), h.refused)
	}
	f.broken = ""
	if again := run(t, f, "/v1.1", h.listing.Cursor); len(again.values) != 2 {
		t.Errorf("the second time: %v", told(again.values))
	}
}

// Answers that are none are failed listings that say why.
func TestFailures(t *testing.T) {
	for want, handler := range map[string]http.Handler{
		"a web page came": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") }),
		"no Things":       http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { write(w, map[string]string{"message": "not here"}) }),
		"not valid JSON":  http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"value":[`) }),
		"404":             http.NotFoundHandler(),
		"holds the same":  &fake{version: "/v1.1", things: parse(t, arno, silent), repeating: true, perPage: 1},
		"read already":    &fake{version: "/v1.1", things: parse(t, silent), endless: true},
		"without entities": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "Things") {
				write(w, map[string]any{"code": 200, "message": "database gone"})
				return
			}
			write(w, map[string]any{"value": []map[string]string{{"name": "Things"}}})
		}),
	} {
		server := httptest.NewServer(handler)
		var failure error
		for _, err := range sensorthings.Harvest(t.Context(), http.DefaultClient, catalog.Source{ID: "t", URL: server.URL + "/v1.1"}) {
			failure = err
		}
		server.Close()
		if !errors.Is(failure, catalog.ErrFailedListing) || !strings.Contains(fmt.Sprint(failure), want) {
			t.Errorf("%v; want a failed listing that says %q", failure, want)
		}
	}
}

// The entities of the conformance tests and of FROST, served as they are.
func TestRealEntities(t *testing.T) {
	const dir = "../../../shared/data/sensorthings"
	var things []map[string]any
	for _, name := range []string{"ets-thing-complete.json", "frost-entities-default.json"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Skip("this test reads real data in ../shared/data")
		}
		things = append(things, parse(t, string(b))...)
	}
	h := run(t, &fake{things: things}, "/v1.1", "")
	if h.failure != nil || len(h.refused) > 0 || len(h.stations) != 2 || len(h.values) != 8 {
		t.Fatalf("%v, refused %v, %d stations, %d values; want 2 and 8", h.failure, h.refused, len(h.stations), len(h.values))
	}
	if h.stations[0].Values[0] != "Office Building" && !slices.Contains(h.stations[0].Values, any("Office Building")) {
		t.Errorf("a Thing of 1.0 without a name: %v", h.stations[0].Values)
	}
	want := []string{"1|Luminous Flux|2015-03-01T00:10:00Z|2015-03-01T00:10:00Z|10|lm||", "2|Tempretaure|2015-03-06T00:00:00Z|2015-03-06T00:00:00Z|6|C||"}
	if got := told(h.values); got[0] != want[0] || got[7] != want[1] {
		t.Errorf("%s\n%s", got[0], got[7])
	}
	for _, s := range h.stations {
		if s.Geometry == nil || s.Geometry.FlatCoords()[0] != -117.05 {
			t.Errorf("%s: %v", s.Key, s.Geometry)
		}
	}
}

// Whatever the entities are, a listing ends, and errors are of the two kinds.
func FuzzThings(f *testing.F) {
	f.Add([]byte(`{"value":[{"@iot.id":1,"name":"x","Locations":[{"location":{"type":"Point","coordinates":[11,43]}}],"Datastreams":[{"@iot.id":"a'b","ObservedProperty":{"name":"p"}}]}]}`),
		[]byte(`{"value":[{"phenomenonTime":"2026-01-01T00:00:00Z/2026-01-02T00:00:00Z","result":[1]},{"components":["result"],"dataArray":[[1],[]]}]}`))
	f.Add([]byte(`{"value":[{"id":null},3,{"@iot.id":{},"Datastreams":[null,{"@iot.id":1}]}],"@iot.nextLink":"%zz"}`), []byte(`{"value":[null]}`))
	f.Fuzz(func(t *testing.T, things, observations []byte) {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case strings.HasSuffix(r.URL.Path, "Observations"):
				_, _ = w.Write(observations)
			case strings.Contains(r.URL.Path, "Things"):
				_, _ = w.Write(things)
			default:
				fmt.Fprint(w, `{"value":[{"name":"Things"}]}`)
			}
		}))
		defer server.Close()
		for h, err := range sensorthings.Harvest(t.Context(), http.DefaultClient, catalog.Source{ID: "t", URL: server.URL + "/v1.1"}) {
			if err != nil && !errors.Is(err, catalog.ErrInvalid) && !errors.Is(err, catalog.ErrFailedListing) {
				t.Fatal(err)
			}
			if err == nil && len(h.Values) != len(h.Layer.Columns) {
				t.Fatalf("%d values, %d columns", len(h.Values), len(h.Layer.Columns))
			}
		}
	})
}

// A station with 100,000 observations, in pages of 1,000, over HTTP.
func BenchmarkObservations(b *testing.B) {
	var all []any
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range 100_000 {
		all = append(all, map[string]any{"phenomenonTime": at.Add(time.Duration(i) * time.Minute).Format(time.RFC3339), "result": i % 50})
	}
	f := &fake{version: "/v1.1", things: []map[string]any{{"name": "x", "Datastreams": []any{map[string]any{"ObservedProperty": map[string]any{"name": "PM10"}, "Observations": all}}}}}
	server := httptest.NewServer(f)
	defer server.Close()
	f.internal = server.URL
	rows := 0
	for b.Loop() {
		for _, err := range sensorthings.Harvest(b.Context(), http.DefaultClient, catalog.Source{ID: "t", URL: server.URL + "/v1.1"}) {
			if err != nil {
				b.Fatal(err)
			}
			rows++
		}
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}
