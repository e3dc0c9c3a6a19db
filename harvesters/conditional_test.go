package harvesters_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
	"po-net.prato.it/ponet/harvesters"
)

// A cache is a server of documents that can say whether they have changed.
type cache struct {
	docs     map[string]string
	headers  func(w http.ResponseWriter, doc string) // validators
	gzipMark bool                                    // as Apache does
	lies     bool                                    // it says that nothing ever changes
	asked    []string                                // path and status
}

func (c *cache) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	doc, ok := c.docs[r.URL.Path]
	tag := fmt.Sprintf(`"%x"`, len(doc)*1000+strings.Count(doc, "o"))
	status := http.StatusOK
	none := r.Header.Get("If-None-Match")
	switch {
	case !ok:
		status = http.StatusNotFound
	case strings.HasPrefix(doc, "http"):
		status = http.StatusFound
		w.Header().Set("Location", doc)
	case none != "" && (strings.Contains(none, tag) || c.lies), c.lies && r.Header.Get("If-Modified-Since") != "":
		status = http.StatusNotModified
	}
	c.asked = append(c.asked, fmt.Sprint(r.URL.Path, " ", status))
	if c.headers != nil {
		c.headers(w, doc)
	} else if ok {
		if c.gzipMark {
			tag = strings.TrimSuffix(tag, `"`) + `-gzip"`
		}
		w.Header().Set("ETag", tag)
	}
	w.WriteHeader(status)
	if status == http.StatusOK {
		fmt.Fprint(w, doc)
	}
}

// requests are those since the last call.
func (c *cache) requests() string {
	s := strings.Join(c.asked, ", ")
	c.asked = nil
	return s
}

// A source that is one document and has not changed costs one request. The
// receipt and the absences are those of a listing that was read.
func TestAnUnchangedDocumentCostsOneRequest(t *testing.T) {
	store := postgistest.New(t)
	c := &cache{docs: map[string]string{"/a.csv": "codice,nome\n1,Uno\n2,Due\n3,Tre\n"}}
	server := httptest.NewServer(c)
	defer server.Close()
	src := catalog.Source{ID: "tabella", Protocol: "file", URL: server.URL + "/a.csv", Mapping: catalog.Mapping{Key: []string{"codice"}}}
	step := func(what, requests string, o harvesters.Options) catalog.Receipt {
		t.Helper()
		r := harvestWith(t, store, src, http.DefaultClient, o)
		if got := c.requests(); got != requests || r.Requests != int64(strings.Count(requests, "/")) {
			t.Errorf("%s: asked %s (%d); want %s", what, got, r.Requests, requests)
		}
		return r
	}
	const whole, same = "/a.csv 200", "/a.csv 304"
	first := step("first", whole, harvesters.Options{})
	before := written(t, store)
	for range 3 {
		r := step("unchanged", same, harvesters.Options{})
		if r.Outcome != catalog.RunCompleted || r.Read != 3 || r.Unchanged != 3 || r.Datasets != first.Datasets || fmt.Sprint(r.Layers) != fmt.Sprint(first.Layers) {
			t.Errorf("unchanged: %+v; want what the first run read: %+v", r, first)
		}
	}
	if after := written(t, store); after != before {
		t.Errorf("an unchanged run wrote rows: %s, before %s", after, before)
	}
	step("dry", same, harvesters.Options{DryRun: true})
	step("in full", whole, harvesters.Options{Full: true})
	step("again", same, harvesters.Options{})
	age(t, store, "8 days")
	step("after a week", whole, harvesters.Options{})

	c.docs["/a.csv"] = "codice,nome\n1,Uno\n2,Due\n"
	if r := step("one is missing", whole, harvesters.Options{}); r.Gone != 0 || r.Read != 2 {
		t.Errorf("%+v", r)
	}
	if r := step("and is again", same, harvesters.Options{}); r.Gone != 1 || r.Read != 2 || r.Unchanged != 2 {
		t.Errorf("missed for the second time: %+v; want one gone", r)
	}
	if got := published(t, store, src.ID); got != "1 2" {
		t.Errorf("published %s; want 1 2", got)
	}

	c.docs["/a.csv"] = "codice,nome\n1,Uno\n2,Due\n4,Quattro\n<html>"
	src.Mapping.Format = "geojson"
	step("it cannot be read", whole, harvesters.Options{})
	src.Mapping.Format = ""
	c.docs["/a.csv"] = "codice,nome\n1,Uno\n2,Due\n"
	step("after a failed run", whole, harvesters.Options{})
	step("again", same, harvesters.Options{})
	src.Mapping.Fields = map[string]string{"title": "nome"}
	step("another mapping", whole, harvesters.Options{})
	if _, err := store.DB().Exec(t.Context(), `delete from harvested where key = '2'`); err != nil {
		t.Fatal(err)
	}
	step("the catalogue has lost what it had", same+", "+whole, harvesters.Options{})
	h, err := store.Begin(t.Context(), src) // and is killed
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Listing(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	h.Close()
	step("a run that was killed", whole, harvesters.Options{})
}

// Servers that are wrong about it, or whose word proves nothing.
func TestValidatorsThatProveNothing(t *testing.T) {
	store := postgistest.New(t)
	now := time.Now()
	for name, tt := range map[string]struct {
		cache
		want string // the second run's requests
	}{
		"no validators": {cache{headers: func(http.ResponseWriter, string) {}}, "/a.csv 200"},
		"modified just now": {cache{lies: true, headers: func(w http.ResponseWriter, _ string) {
			w.Header().Set("Last-Modified", now.UTC().Format(http.TimeFormat))
		}}, "/a.csv 200"},
		"modified long ago": {cache{lies: true, headers: func(w http.ResponseWriter, _ string) {
			w.Header().Set("Last-Modified", now.AddDate(-1, 0, 0).UTC().Format(http.TimeFormat))
		}}, "/a.csv 304"},
		"modified nonsense":  {cache{lies: true, headers: func(w http.ResponseWriter, _ string) { w.Header().Set("Last-Modified", "ieri") }}, "/a.csv 200"},
		"the mark of Apache": {cache{gzipMark: true}, "/a.csv 304"},
	} {
		c := &tt.cache
		c.docs = map[string]string{"/a.csv": "codice,nome\n1,Uno\n2,Due\n"}
		server := httptest.NewServer(c)
		src := catalog.Source{ID: catalog.Slug(name), Protocol: "file", URL: server.URL + "/a.csv"}
		harvest(t, store, src)
		c.requests()
		r := harvest(t, store, src)
		if got := c.requests(); got != tt.want || r.Unchanged != 2 {
			t.Errorf("%s: asked %s, %+v; want %s", name, got, r, tt.want)
		}
		server.Close()
	}
}

// The files of datasets are asked for one by one; a catalogue that lists files is
// read, since they change without it, and what is redirected is asked for where it is.
func TestFilesOfDatasetsAreAskedForByTheirValidators(t *testing.T) {
	store := postgistest.New(t)
	c := &cache{docs: map[string]string{"/a.csv": "codice,nome\n1,Uno\n2,Due\n", "/b.csv": "codice,nome\n1,Uno\n"}}
	server := httptest.NewServer(c)
	defer server.Close()
	catalogue := func(title string) {
		b, err := json.Marshal(map[string]any{"conformsTo": "https://project-open-data.cio.gov/v1.1/schema", "dataset": []any{
			map[string]any{"identifier": "alberi", "title": title, "distribution": []any{
				map[string]string{"downloadURL": server.URL + "/alberi", "format": "CSV", "title": "Anno 2023"},
				map[string]string{"downloadURL": server.URL + "/b.csv", "format": "CSV", "title": "Anno 2024"}}},
		}})
		if err != nil {
			t.Fatal(err)
		}
		c.docs["/data.json"] = string(b)
	}
	catalogue("Alberi")
	c.docs["/alberi"] = server.URL + "/a.csv"
	src := catalog.Source{ID: "catalogo", Protocol: "dcat", URL: server.URL + "/data.json"}
	step := func(what, requests string, read, unchanged, gone int64) {
		t.Helper()
		r := harvest(t, store, src)
		if got := c.requests(); got != requests || r.Read != read || r.Unchanged != unchanged || r.Gone != gone {
			t.Errorf("%s: asked %s, %+v; want %s, %d read, %d unchanged, %d gone", what, got, r, requests, read, unchanged, gone)
		}
	}
	step("first", "/data.json 200, /alberi 302, /a.csv 200, /b.csv 200", 4, 0, 0)
	step("again", "/data.json 200, /alberi 302, /a.csv 304, /b.csv 304", 4, 4, 0)
	c.docs["/b.csv"] += "2,Due\n"
	step("one has more", "/data.json 200, /alberi 302, /a.csv 304, /b.csv 200", 5, 4, 0)
	c.docs["/a.csv"] = "codice,nome\n1,Uno\n"
	step("one has less", "/data.json 200, /alberi 302, /a.csv 200, /b.csv 304", 4, 4, 0)
	catalogue("Gli alberi")                                                                     // whose rows say whose they are
	step("the dataset changes", "/data.json 200, /alberi 302, /a.csv 200, /b.csv 200", 4, 3, 1) // the row that was missed before
	step("again", "/data.json 200, /alberi 302, /a.csv 304, /b.csv 304", 4, 4, 0)
	delete(c.docs, "/b.csv")
	step("one is away", "/data.json 200, /alberi 302, /a.csv 304, /b.csv 404", 2, 2, 0)
}
