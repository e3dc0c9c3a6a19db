package ponet

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

// A scripted node answers requests for paths below its API with a body, or with
// a status that stands in its place; what is not there is 404.
type scripted map[string]string

func (s scripted) serve(t *testing.T) (address string, asked *[]string) {
	t.Helper()
	asked = new([]string)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := strings.TrimPrefix(r.URL.RequestURI(), prefix)
		*asked = append(*asked, path)
		body, ok := s[path]
		if code, err := strconv.Atoi(body); err == nil {
			http.Error(w, "no", code)
			return
		}
		if !ok {
			http.NotFound(w, r)
			return
		}
		_, _ = fmt.Fprint(w, strings.ReplaceAll(body, "HERE", "http://internal.example:8080"+prefix))
	}))
	t.Cleanup(server.Close)
	return server.URL, asked
}

const landing = `{"title":"Nodo di prova","links":[{"rel":"changes","href":"HERE/changes"}]}`

// featureJSON is a record; more are further properties, as JSON members.
func featureJSON(id, kind, title, more string) string {
	return fmt.Sprintf(`{"type":"Feature","id":%q,"geometry":{"type":"Point","coordinates":[11.1,43.88]},"properties":{"title":%q,"kind":%q%s}}`, id, title, kind, more)
}

func collectionsJSON(items ...string) string {
	return `{"collections":[` + strings.Join(items, ",") + `,{"id":"observations","itemType":"observation"}]}`
}

func pageJSON(matched int, next string, features ...string) string {
	links := ""
	if next != "" {
		links = `{"rel":"next","href":"HERE` + next + `"}`
	}
	return fmt.Sprintf(`{"numberMatched":%d,"links":[%s],"features":[%s]}`, matched, links, strings.Join(features, ","))
}

// read harvests a node: what came, by key, and how it ended.
func read(t *testing.T, address string, l *catalog.Listing) (map[string]catalog.Harvested, error) {
	t.Helper()
	got := map[string]catalog.Harvested{}
	for h, err := range Harvest(t.Context(), http.DefaultClient, catalog.Source{ID: "nodo", URL: address}.WithListing(l)) {
		if err != nil {
			return got, err
		}
		if _, twice := got[h.Key]; twice {
			t.Errorf("%s comes twice", h.Key)
		}
		got[h.Key] = h
	}
	return got, nil
}

func whole() scripted {
	return scripted{
		"/": landing, "/changes": `{"next":"7-7","more":false,"changes":[]}`,
		"/collections": collectionsJSON(`{"id":"places","itemType":"feature"}`, `{"id":"alberi","title":"Alberi","itemType":"feature","links":[{"rel":"describedby","href":"HERE/id/d1"}]}`, `{"id":"datasets","itemType":"feature"}`),
		"/collections/places/items?limit=1000": pageJSON(3, "/collections/places/items?after=x&limit=1000",
			featureJSON("p1", "place", "Museo", `,"type":"museo","type_label":"Museo","body":"c_g999","source":"luoghi","accuracy_metres":200,"prices":[{"amount":0}],"where":{"floor":2}`),
			featureJSON("p2", "place", "Altrove", `,"origin":"https://firenze.example/id/1"`)),
		"/collections/places/items?after=x&limit=1000": pageJSON(3, "", featureJSON("p3", "place", "Biblioteca", `,"url":"https://biblioteca.example"`)),
		"/collections/alberi/items?limit=1000":         pageJSON(1, "", featureJSON("a1", "feature", "Cedro", `,"altezza":12.5`)),
		"/collections/datasets/items?limit=1000":       pageJSON(1, "", featureJSON("d1", "dataset", "Alberi", `,"identifier":"alberi","themes":["ENVI"],"rights_holder":{"id":"c_g999","name":"Comune"},"distributions":[{"title":"csv","download_url":"https://x.example/a.csv","format":"csv"}]`)),
	}
}

// Everything that the node has at home is read, each as what it is there.
func TestEverything(t *testing.T) {
	address, _ := whole().serve(t)
	l := &catalog.Listing{}
	got, err := read(t, address+"/api/v1/collections/places", l)
	if err != nil || len(got) != 4 {
		t.Fatalf("%d records, %v; want 4: what is at home elsewhere stays there", len(got), err)
	}
	if l.Cursor != "7-7" || l.Partial {
		t.Errorf("cursor %q, partial %v", l.Cursor, l.Partial)
	}
	p, a, d := got["p1"], got["a1"], got["d1"]
	values := map[string]any{}
	for i, c := range p.Layer.Columns {
		values[c.Name] = p.Values[i]
	}
	if values["origin"] != address+"/id/p1" || values["origin_name"] != "Nodo di prova" || values["url"] != address+"/id/p1" || values["source"] != nil || values["kind"] != nil ||
		string(values["prices"].(json.RawMessage)) != `[{"amount":0}]` || string(values["where"].(json.RawMessage)) != `{"floor":2}` {
		t.Errorf("p1: %v", values)
	}
	if f := p.Layer.Guess.Fields; p.Layer.Guess.Kind != catalog.KindPlace || !p.Layer.Ours || f["title"] != "title" || f["type"] != "type_label" || f["accuracy"] != "accuracy_metres" || p.Geometry == nil {
		t.Errorf("places: %+v", p.Layer)
	}
	if a.Layer.Dataset != "d1" || a.Layer.Wanted != "alberi" || a.Layer.Title != "Alberi" || a.Layer.Guess.Kind != catalog.KindFeature {
		t.Errorf("alberi: %+v", a.Layer)
	}
	if !d.Layer.RowsApart || len(d.Distributions) != 1 {
		t.Errorf("dataset: %+v", d)
	}
}

// The second time only the log is asked.
func TestOnlyWhatChanged(t *testing.T) {
	node := whole()
	node["/changes?limit=1000&since=7-7"] = `{"next":"9-12","more":true,"changes":[{"op":"update","collection":"places","id":"p1"},{"op":"withdraw","collection":"places","id":"p3"},
		{"op":"update","collection":"places","id":"p1","record":` + featureJSON("p1", "place", "Museo civico", "") + `}]}`
	node["/collections/places/items?limit=1000"] = pageJSON(2, "", featureJSON("p1", "place", "Museo civico", ""), featureJSON("p4", "place", "Teatro", `,"seats":300`))
	node["/changes?limit=1000&since=9-12"] = `{"next":"9-13","more":false,"changes":[{"op":"withdraw","collection":"alberi","id":"a1"}]}`
	node["/changes?limit=1000&since=9-13"] = `{"next":"9-13","more":false,"changes":[]}`
	address, asked := node.serve(t)
	l := &catalog.Listing{Since: "7-7"}
	got, err := read(t, address, l)
	if err != nil || len(got) != 4 || !got["p3"].Deleted || !got["a1"].Deleted || got["a1"].Layer.Name != "alberi" || got["p1"].Deleted || got["p1"].Layer.Name != "places" {
		t.Fatalf("%+v, %v", got, err)
	}
	if len(got["p1"].Layer.Columns) < 5 || got["p1"].Layer != got["p4"].Layer {
		t.Errorf("the columns of places are %v; want those of all its rows", got["p1"].Layer.Columns)
	}
	if !l.Partial || l.Cursor != "9-13" {
		t.Errorf("cursor %q, partial %v", l.Cursor, l.Partial)
	}
	*asked = nil
	if got, err := read(t, address, &catalog.Listing{Since: "9-13"}); err != nil || len(got) != 0 || len(*asked) != 2 {
		t.Errorf("nothing changed: %v, %v after %q", got, err, *asked)
	}
}

// A log that does not reach so far back is no reason to stop: everything is read.
func TestLogThatBeganAnew(t *testing.T) {
	node := whole()
	node["/changes?limit=1000&since=99-1"] = "410"
	address, _ := node.serve(t)
	l := &catalog.Listing{Since: "99-1"}
	if got, err := read(t, address, l); err != nil || len(got) != 4 || l.Partial || l.Cursor != "7-7" {
		t.Errorf("%d records, %v, cursor %q, partial %v", len(got), err, l.Cursor, l.Partial)
	}
}

func TestFailedListings(t *testing.T) {
	with := func(change func(scripted)) scripted {
		s := whole()
		change(s)
		return s
	}
	for _, c := range []struct {
		name string
		node scripted
		want string
	}{
		{"no node", scripted{}, "no Po-net node was found"},
		{"a web page", scripted{"/": "<!DOCTYPE html><html><body>Benvenuti</body></html>"}, "a web page and not JSON"},
		{"another OGC API", with(func(s scripted) { s["/"] = `{"title":"x","links":[{"rel":"data","href":"HERE/collections"}]}` }), "not of a Po-net node"},
		{"a page that repeats itself", with(func(s scripted) {
			s["/collections/places/items?after=x&limit=1000"] = pageJSON(3, "/collections/places/items?after=x&limit=1000", featureJSON("p3", "place", "x", ""))
		}), "read already"},
		{"a page of what came before", with(func(s scripted) {
			s["/collections/places/items?after=x&limit=1000"] = pageJSON(3, "", featureJSON("p1", "place", "x", ""))
		}), "came before"},
		{"fewer than counted", with(func(s scripted) {
			s["/collections/places/items?after=x&limit=1000"] = pageJSON(3, "")
		}), "counts 3 records, its pages hold 2"},
		{"half a page", with(func(s scripted) {
			s["/collections/alberi/items?limit=1000"] = s["/collections/alberi/items?limit=1000"][:60]
		}), "is not the JSON of a Po-net node"},
		{"no list", with(func(s scripted) { s["/collections/alberi/items?limit=1000"] = `{"error":"x"}` }), "holds no list of records"},
		{"a collection that fails", with(func(s scripted) { s["/collections/alberi/items?limit=1000"] = "500" }), "500"},
		{"no Feature", with(func(s scripted) { s["/collections/alberi/items?limit=1000"] = pageJSON(1, "", `{"id":"x"}`) }), "no Feature"},
		{"no position in the log", with(func(s scripted) { s["/changes"] = `{}` }), "says no position"},
	} {
		address, _ := c.node.serve(t)
		l := &catalog.Listing{}
		if _, err := read(t, address, l); !errors.Is(err, catalog.ErrFailedListing) || !strings.Contains(err.Error(), c.want) || l.Cursor != "" {
			t.Errorf("%s: %v, cursor %q; want a failed listing with %q", c.name, err, l.Cursor, c.want)
		}
	}
	for _, log := range []string{`{}`, `{"next":"8-1","more":true,"changes":[]}`, `[]`} {
		address, _ := with(func(s scripted) { s["/changes?limit=1000&since=7-7"] = log }).serve(t)
		l := &catalog.Listing{Since: "7-7"}
		if _, err := read(t, address, l); !errors.Is(err, catalog.ErrFailedListing) || l.Cursor != "" {
			t.Errorf("log %s: %v, cursor %q", log, err, l.Cursor)
		}
	}
	if _, err := read(t, "nodo.json", &catalog.Listing{}); !errors.Is(err, catalog.ErrFailedListing) {
		t.Errorf("a path: %v", err)
	}
}

// FuzzFeature: no record of a node stops the program.
func FuzzFeature(f *testing.F) {
	f.Add([]byte(featureJSON("p1", "place", "Museo", `,"occurrences":[{"start":"2026-11-22"}]`)))
	f.Add([]byte(featureJSON("d1", "dataset", "Alberi", `,"scale":"1:10000","keywords":"a, b"`)))
	f.Fuzz(func(t *testing.T, b []byte) {
		n := &node{home: "https://x.example", yield: func(catalog.Harvested, error) bool { return true }}
		record, err := parseFeature(b)
		if err != nil {
			return
		}
		for _, name := range []string{"places", "datasets"} {
			k, err := n.keep(collection{ID: name})
			if err != nil {
				t.Fatal(err)
			}
			if k.add(record) == nil {
				_ = k.hand(t.Context()) // an error is one of the record
			}
			k.close()
		}
	})
}
