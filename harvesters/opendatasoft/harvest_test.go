package opendatasoft_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/harvesters/harvesttest"
	"po-net.prato.it/ponet/harvesters/opendatasoft"
)

func collect(t *testing.T, src catalog.Source) (kept []catalog.Harvested, refused []catalog.Issue, failure error) {
	t.Helper()
	return harvesttest.Collect(opendatasoft.Harvest(t.Context(), http.DefaultClient, src))
}

func record(t *testing.T, src catalog.Source, h catalog.Harvested) catalog.Record {
	t.Helper()
	n, err := catalog.NewNormalizer(src, h.Layer, "test", datasets.Vocabularies())
	if err != nil {
		t.Fatal(err)
	}
	r, _ := n.Normalize(h)
	return r
}

func property(r catalog.Record, name string) string { return harvesttest.Property(r, name) }

// dataset is one of API 2.1.
func dataset(n int) string {
	return fmt.Sprintf(`{"dataset_id":"d-%03d","dataset_uid":"da_%03d","has_records":true,"data_visible":true,"features":["geo"],"metas":{"default":{"title":"Dataset %d","theme":["Environment"],"license":"CC BY 4.0","modified":"2026-10-%02dT10:00:00+00:00","publisher":"Comune di Prato"}},"attachments":[],"fields":[]}`, n, n, n, n%28+1)
}

// A portal answers as Opendatasoft does; what it lacks is said in the fields.
type portal struct {
	datasets []string
	total    int  // counted; 0: as many as there are
	noExport bool // of the catalogue
	cap      int  // rows of a page, 0: 100
	fault    func(w http.ResponseWriter, r *http.Request) bool
	asked    []string
}

func (p *portal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.asked = append(p.asked, r.URL.RequestURI())
	if p.fault != nil && p.fault(w, r) {
		return
	}
	total := p.total
	if total == 0 {
		total = len(p.datasets)
	}
	q := r.URL.Query()
	limit, offset := number(q.Get("limit"), 10), number(q.Get("offset"), 0)
	most := 100
	if p.cap > 0 {
		most = p.cap
	}
	switch {
	case strings.HasSuffix(r.URL.Path, "/catalog/exports/json") && !p.noExport:
		fmt.Fprint(w, "["+strings.Join(p.datasets, ",")+"]")
	case strings.HasSuffix(r.URL.Path, "/catalog/datasets"):
		if limit > 100 || limit+offset > 10_000 {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"error_code":"InvalidRESTParameterError","message":"Invalid value for limit API parameter"}`)
			return
		}
		page := p.datasets[min(offset, len(p.datasets)):min(offset+min(limit, most), len(p.datasets))]
		fmt.Fprintf(w, `{"total_count":%d,"results":[%s]}`, total, strings.Join(page, ","))
	default:
		http.NotFound(w, r)
	}
}

func number(s string, otherwise int) int {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	return otherwise
}

func many(n int) []string {
	var list []string
	for i := range n {
		list = append(list, dataset(i+1))
	}
	return list
}

// All datasets are listed by the export of the catalogue, else in pages of 100,
// whatever the portal's own limit is.
func TestListing(t *testing.T) {
	for name, p := range map[string]*portal{
		"export":            {datasets: many(230)},
		"pages":             {datasets: many(230), noExport: true},
		"pages cut shorter": {datasets: many(45), noExport: true, cap: 10},
		"exactly a page":    {datasets: many(100), noExport: true},
		"no order by id": {datasets: many(120), noExport: true, fault: func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Query().Has("order_by") {
				w.WriteHeader(http.StatusBadRequest)
			}
			return r.URL.Query().Has("order_by")
		}},
	} {
		s := httptest.NewServer(p)
		kept, refused, err := collect(t, catalog.Source{URL: s.URL})
		s.Close()
		if err != nil || len(kept) != len(p.datasets) || len(refused) > 0 {
			t.Errorf("%s: %d datasets, %v, %v", name, len(kept), refused, err)
		}
	}
}

// A dataset with its exports, in our terms.
func TestDataset(t *testing.T) {
	p := &portal{datasets: []string{`{"dataset_id":"alberi","dataset_uid":"da_1","has_records":true,"features":["geo","analyze"],
		"attachments":[{"id":"guida_pdf","title":"guida.pdf","mimetype":"application/pdf","url":"odsfile://guida.pdf"}],"alternative_exports":[{"id":"gtfs_zip","title":"gtfs.zip","mimetype":"application/zip","url":"odsfile://gtfs.zip"}],
		"metas":{"default":{"title":"Alberi","description":"<p>Gli <b>alberi</b></p>","theme":["Environment"],"keyword":["verde","alberi"],"license":"CC BY 4.0","license_url":"https://creativecommons.org/licenses/by/4.0/","language":"it","modified":"2026-10-01T10:00:00+00:00","publisher":"Comune di Prato","references":"https://www.comune.example.it/verde",
			"bbox":{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[11.0,43.8],[11.2,43.8],[11.2,43.95],[11.0,43.8]]]}},"source_domain_address":"dati.toscana.example","source_dataset":"alberi-po"},
			"dcat":{"creator":"Ufficio Verde","contact_name":"Mario Rossi","contact_email":"m.rossi@example.it","accrualperiodicity":"annual","temporal":"2020-01-01/2020-12-31"}}}`}}
	s := httptest.NewServer(p)
	defer s.Close()
	src := catalog.Source{ID: "test", URL: s.URL + "/explore/?q=alberi&refine.theme=Environment"}
	kept, _, err := collect(t, src)
	if err != nil || len(kept) != 1 || kept[0].Key != "da_1" {
		t.Fatalf("%v, %v", kept, err)
	}
	if !slices.Contains(p.asked, "/api/explore/v2.1/catalog/exports/json?refine=theme%3A%22Environment%22&where=%22alberi%22") {
		t.Errorf("asked %v", p.asked)
	}
	r := record(t, src, kept[0])
	for name, want := range map[string]string{
		"title": "Alberi", "description": "Gli alberi", "themes": `["ENVI"]`, "frequency": "ANNUAL", "url": s.URL + "/explore/dataset/alberi/", "copy_of": "https://dati.toscana.example/explore/dataset/alberi-po/",
		"contact_points": "", "licence": "https://w3id.org/italia/controlled-vocabulary/licences/A21_CCBY40", "body_name": "Comune di Prato",
	} {
		if got := property(r, name); got != want {
			t.Errorf("%s: %q; want %q", name, got, want)
		}
	}
	var files []string
	for _, d := range r.Distributions {
		files = append(files, d.Format+" "+strings.TrimPrefix(d.DownloadURL, s.URL))
	}
	api := "/api/explore/v2.1/catalog/datasets/alberi/"
	if want := []string{"geojson " + api + "exports/geojson", "csv " + api + "exports/csv", "json " + api + "exports/json", "xlsx " + api + "exports/xlsx", "pdf " + api + "attachments/guida_pdf", "zip " + api + "alternative_exports/gtfs_zip"}; !slices.Equal(files, want) {
		t.Errorf("%v; want %v", files, want)
	}
}

// What goes wrong makes a listing a failed one.
func TestFailedListings(t *testing.T) {
	twice := append(many(150), dataset(3))
	for name, c := range map[string]struct {
		p    *portal
		want string
	}{
		"fewer than counted": {&portal{datasets: many(120), total: 130, noExport: true}, "counts 130 datasets; the listing ended after 120"},
		"one comes twice":    {&portal{datasets: twice[1:], total: 150, noExport: true}, "1 came twice: the order changes"},
		"a short export":     {&portal{datasets: many(120), total: 130}, "counts 130 datasets; the listing ended after 120"},
		"too many for pages": {&portal{datasets: many(5), total: 20_000, noExport: true}, "gives 10000 at most in pages; narrow the address"},
		"no portal": {&portal{fault: func(w http.ResponseWriter, r *http.Request) bool {
			fmt.Fprint(w, "<!DOCTYPE html><html>")
			return true
		}}, "it is a web page (HTML)"},
		"another API": {&portal{fault: func(w http.ResponseWriter, r *http.Request) bool {
			fmt.Fprint(w, `{"results":[]}`)
			return true
		}}, "it is none of Opendatasoft's API"},
		"an error with 200": {&portal{fault: func(w http.ResponseWriter, r *http.Request) bool {
			fmt.Fprint(w, `{"error_code":"Quota","message":"Too many requests today"}`)
			return true
		}}, "the portal says Quota: Too many requests today"},
		"a broken server is not taken for an old one": {&portal{fault: func(w http.ResponseWriter, r *http.Request) bool {
			if strings.Contains(r.URL.Path, "/explore/") {
				w.WriteHeader(http.StatusInternalServerError)
				return true
			}
			fmt.Fprint(w, `{"nhits":1,"datasets":[{"datasetid":"a","metas":{"title":"A"}}]}`)
			return true
		}}, "500 Internal Server Error"},
		"the same page again": {&portal{total: 300, noExport: true, datasets: many(100), fault: func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.HasSuffix(r.URL.Path, "/catalog/datasets") {
				return false
			}
			fmt.Fprintf(w, `{"total_count":300,"results":[%s]}`, strings.Join(many(100), ","))
			return true
		}}, "holds the same as page"},
		"empty": {&portal{}, "lists no dataset"},
	} {
		s := httptest.NewServer(c.p)
		_, _, err := collect(t, catalog.Source{URL: s.URL})
		s.Close()
		if err == nil || !strings.Contains(err.Error(), c.want) || !errors.Is(err, catalog.ErrFailedListing) {
			t.Errorf("%s: %v; want %q", name, err, c.want)
		}
	}
}

// A run that follows another one asks for what changed, two days earlier.
func TestChanged(t *testing.T) {
	p := &portal{datasets: many(3)}
	s := httptest.NewServer(p)
	defer s.Close()
	l := &catalog.Listing{Since: "2026-10-20T00:00:00Z"}
	kept, _, err := collect(t, catalog.Source{URL: s.URL}.WithListing(l))
	if err != nil || len(kept) != 3 || !l.Partial || l.Cursor != "2026-10-20T00:00:00Z" {
		t.Errorf("%d, %+v, %v", len(kept), l, err)
	}
	if len(p.asked) != 1 || !strings.Contains(p.asked[0], "where=modified+%3E%3D+date%272026-10-18T00%3A00%3A00Z%27") {
		t.Errorf("asked %v", p.asked)
	}
	l = &catalog.Listing{}
	if _, _, err := collect(t, catalog.Source{URL: s.URL}.WithListing(l)); err != nil || l.Partial || l.Cursor != "2026-10-04T10:00:00Z" {
		t.Errorf("%+v, %v", l, err)
	}
}

const shared = "../../../shared/data/opendatasoft"

// The real answers of API 1.0 as a portal that has only that, and as files.
func TestRealDatasets(t *testing.T) {
	var list []string
	for _, name := range []string{"udata-ods-inspire.json", "udata-ods-test-a.json", "udata-ods-with-attachments.json"} {
		b, err := os.ReadFile(filepath.Join(shared, name))
		if err != nil {
			t.Skip("the files of ../shared are not here")
		}
		list = append(list, string(b))
		kept, refused, err := collect(t, catalog.Source{URL: filepath.Join(shared, name)})
		if err != nil || len(kept) != 1 || len(refused) > 0 || len(kept[0].Distributions) > 0 {
			t.Errorf("%s alone: %v, %v, %v", name, kept, refused, err)
		}
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/datasets/1.0/search/" {
			http.NotFound(w, r)
			return
		}
		start, rows := number(r.URL.Query().Get("start"), 0), min(2, number(r.URL.Query().Get("rows"), 10))
		fmt.Fprintf(w, `{"nhits":3,"parameters":{},"datasets":[%s]}`, strings.Join(list[start:min(start+rows, 3)], ","))
	}))
	defer s.Close()
	src := catalog.Source{ID: "test", URL: s.URL}
	kept, refused, err := collect(t, src)
	if err != nil || len(kept) != 3 || len(refused) > 0 {
		t.Fatalf("%d, %v, %v", len(kept), refused, err)
	}
	for i, want := range []struct{ key, title, themes, keywords, modified, files string }{
		{"inspire", "inspire", "", "", "2015-04-10T09:39:13Z", "geojson csv json xlsx"},
		{"test-a", "test-a", `["EDUC","ENVI"]`, "keyword1, keyword2", "2015-04-09T10:28:45Z", "csv json xlsx"},
		{"with-attachments", "test attachments", `["REGI"]`, "keyword1", "2015-04-09T10:29:11Z", "pdf zip"},
	} {
		r := record(t, src, kept[i])
		var files []string
		for _, d := range r.Distributions {
			files = append(files, d.Format)
		}
		got := struct{ key, title, themes, keywords, modified, files string }{kept[i].Key, r.Title, property(r, "themes"), property(r, "keywords"), property(r, "modified"), strings.Join(files, " ")}
		if got != want {
			t.Errorf("%+v; want %+v", got, want)
		}
	}
	if raw := string(kept[0].Raw); strings.Contains(raw, "contact_individual_name") {
		t.Errorf("kept: %s", raw)
	}
	if box := property(record(t, src, kept[0]), "spatial"); box != `[{"bbox":[0.1568,46.4944,0.5084,46.6848]}]` {
		t.Error(box)
	}
	if d := kept[2].Distributions[0]; d.DownloadURL != s.URL+"/api/datasets/1.0/with-attachments/attachments/documentation_pdf/" {
		t.Error(d.DownloadURL)
	}
}

// The real records are rows, in longitude and latitude.
func TestRealRecords(t *testing.T) {
	for _, name := range []string{"doc-v1-records_api-0.json", "doc-v2-dataset-4.json"} {
		path := filepath.Join(shared, name)
		if _, err := os.Stat(path); err != nil {
			t.Skip("the files of ../shared are not here")
		}
		src := catalog.Source{ID: "test", URL: path}
		kept, refused, err := collect(t, src)
		if err != nil || len(kept) != 1 || len(refused) > 0 {
			t.Fatalf("%s: %v, %v, %v", name, kept, refused, err)
		}
		h := kept[0]
		if h.Key != "d087227c3595eb1e5b7d09dacfdfd6cafb86562a" || h.Geometry == nil || h.Geometry.FlatCoords()[0] != 2.3488 || h.Geometry.FlatCoords()[1] != 48.85341 {
			t.Errorf("%s: key %s at %v", name, h.Key, h.Geometry)
		}
		if r := record(t, src, h); r.Title != "Paris" || property(r, "population") != "2138551" {
			t.Errorf("%s: %s, %s", name, r.Title, property(r, "population"))
		}
	}
}

func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{dataset(1), `{"nhits":2,"datasets":[{"datasetid":"a","metas":{"theme":"x","keyword":["a",1]}},3]}`, `{"record":{"id":"1","fields":{"p":{"lat":1,"lon":2}}}}`, `[{}]`, `{"metas":{"default":{"bbox":{"coordinates":[[[]]]}}},"dataset_id":"x"}`} {
		f.Add([]byte(seed))
	}
	if files, err := filepath.Glob(filepath.Join(shared, "*.json")); err == nil {
		for _, name := range files {
			if b, err := os.ReadFile(name); err == nil {
				f.Add(b)
			}
		}
	}
	path := filepath.Join(f.TempDir(), "a.json")
	f.Fuzz(func(t *testing.T, doc []byte) {
		if err := os.WriteFile(path, doc, 0o600); err != nil {
			t.Fatal(err)
		}
		kept, _, _ := collect(t, catalog.Source{ID: "test", URL: path})
		for _, h := range kept {
			if h.Key == "" || len(h.Values) != len(h.Layer.Columns) {
				t.Errorf("%+v", h)
			}
		}
	})
}
