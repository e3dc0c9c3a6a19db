package harvesters_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/harvesters"
)

// workbook is an XLSX file with two sheets of two rows.
func workbook(t *testing.T) []byte {
	f := excelize.NewFile()
	defer f.Close()
	for _, sheet := range []string{"Sheet1", "Sedi"} {
		if sheet != "Sheet1" {
			if _, err := f.NewSheet(sheet); err != nil {
				t.Fatal(err)
			}
		}
		for i, row := range [][]any{{"codice", "nome"}, {sheet + "1", "Uno"}, {sheet + "2", "Due"}} {
			if err := f.SetSheetRow(sheet, fmt.Sprintf("A%d", i+1), &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The resources of a portal as they are found: what can be read is read once,
// what cannot is told, and nothing of it costs the dataset or another resource.
func TestResourcesOfAPortal(t *testing.T) {
	var mu sync.Mutex
	asked := map[string]int{}
	resources := func(at string) map[string][]map[string]string {
		return map[string][]map[string]string{
			"alberi": { // one table in four forms, the second under the id of the first
				{"id": "r1", "name": "Alberi CSV", "format": "CSV", "url": at + "/alberi.csv"},
				{"id": "r1", "name": "Alberi JSON", "format": "JSON", "url": at + "/export/1.json"},
				{"id": "r2", "name": "Alberi GeoJSON", "format": "GeoJSON", "url": at + "/alberi.geojson"},
				{"id": "r3", "name": "Mappa", "format": "WMS", "url": at + "/ows?service=WMS&request=GetCapabilities"},
			},
			"bilancio": { // two tables under one id, one of them twice
				{"id": "b", "name": "Anno 2023", "format": "CSV", "url": "/2023.csv"},
				{"id": "b", "name": "Anno 2024", "format": "CSV", "url": at + "/2024.csv"},
				{"id": "c", "name": "Anno 2024 (copia)", "format": "CSV", "url": at + "/2024.csv"},
			},
			"sedi": {{"id": "s", "name": "Sedi", "format": "XLSX", "url": at + "/sedi.xlsx"}},
			"rotti": {
				{"id": "x0", "name": "Vuoto", "format": "CSV", "url": at + "/vuoto.csv"},
				{"id": "x1", "name": "Sparito", "format": "CSV", "url": at + "/sparito.csv"},
				{"id": "x2", "name": "Pagina", "format": "CSV", "url": at + "/pagina.csv"},
				{"id": "x3", "name": "Senza fine", "format": "CSV", "url": at + "/giro.csv"},
				{"id": "x4", "name": "Spostato", "format": "CSV", "url": at + "/spostato.csv"},
				{"id": "x5", "name": "Interno", "format": "CSV", "url": "file:///etc/passwd"},
				{"id": "x6", "name": "Sbagliato", "format": "CSV", "url": at + "/sbagliato.csv"},
			},
		}
	}
	sheet := workbook(t)
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked[r.URL.Path]++
		mu.Unlock()
		answer := func(result any) {
			b, err := json.Marshal(map[string]any{"success": true, "result": result})
			if err != nil {
				panic(err)
			}
			w.Write(b)
		}
		switch r.URL.Path {
		case "/api/3/action/site_read":
			answer(true)
		case "/api/3/action/package_search":
			var list []map[string]any
			for name, files := range resources(server.URL) {
				list = append(list, map[string]any{"id": name, "name": name, "title": "Dataset " + name, "modified": "2026-01-01", "resources": files})
			}
			slices.SortFunc(list, func(a, b map[string]any) int { return strings.Compare(a["id"].(string), b["id"].(string)) })
			answer(map[string]any{"count": len(list), "results": list})
		case "/alberi.csv", "/export/1.json":
			t.Errorf("%s was read, the same table as the GeoJSON", r.URL.Path)
		case "/alberi.geojson": // in Monte Mario / Italy zone 1
			fmt.Fprint(w, `{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::3003"}},"features":[
				{"type":"Feature","id":1,"properties":{"codice":"A1"},"geometry":{"type":"Point","coordinates":[1668415,4860696]}},
				{"type":"Feature","id":2,"properties":{"codice":"A2"},"geometry":{"type":"Point","coordinates":[1668515,4860796]}}]}`)
		case "/2023.csv", "/2024.csv", "/altrove.csv":
			fmt.Fprintf(w, "voce,euro\nScuole,%s\nStrade,20\n", strings.Trim(r.URL.Path, "/.csv"))
		case "/sedi.xlsx":
			w.Write(sheet)
		case "/vuoto.csv":
		case "/pagina.csv":
			fmt.Fprint(w, "<!DOCTYPE html>\n<html><head><title>Accesso negato</title></head><body>Chi sei?</body></html>")
		case "/giro.csv":
			http.Redirect(w, r, "/giro.csv", http.StatusFound)
		case "/spostato.csv":
			http.Redirect(w, r, "/altrove.csv", http.StatusMovedPermanently)
		case "/sbagliato.csv": // which is JSON
			fmt.Fprint(w, `[{"codice":"J1","nome":"Uno"},{"codice":"J2","nome":"Due"}]`)
		default:
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	store := postgistest.New(t)
	src := catalog.Source{ID: "portale", Protocol: "ckan", URL: server.URL}
	first := harvest(t, store, src)
	told := map[string]string{}
	for _, i := range first.Samples {
		told[i.Field] = i.Rule + ": " + i.Read
	}
	for field, want := range map[string]string{
		"Vuoto":         "distribution-unreadable: vuoto.csv is empty",
		"Sparito":       "404 Not Found",
		"Pagina":        "distribution-unreadable: pagina.csv is a web page",
		"Senza fine":    "redirects",
		"resources.url": "resource-address: file:///etc/passwd",
	} {
		if !strings.Contains(told[field], want) {
			t.Errorf("%s is told as %q; want %q", field, told[field], want)
		}
	}
	// 4 datasets; 2 trees, 2 × 2 lines of the budget, 2 × 2 seats, 2 that moved, 2 that are JSON.
	if first.Outcome != catalog.RunCompleted || first.Datasets != 4 || first.Read != 4+2+4+4+2+2 || first.New != first.Read {
		t.Errorf("first run: %+v", first)
	}
	for path, n := range asked {
		if n > 1 && path != "/giro.csv" && !strings.HasPrefix(path, "/api/") {
			t.Errorf("%s was asked for %d times", path, n)
		}
	}
	second := harvest(t, store, src)
	if second.Unchanged != first.Read || second.New+second.Changed+second.Gone+second.Refused != 0 {
		t.Errorf("second run: %+v; want everything unchanged", second)
	}
	for collection, want := range map[string]int64{"dataset-alberi": 2, "dataset-bilancio-anno-2023": 2, "dataset-bilancio-anno-2024": 2} {
		if c, err := store.Collection(t.Context(), collection); err != nil || c.Count != want {
			t.Errorf("collection %s: %+v, %v; want %d records", collection, c, err, want)
		}
	}
}

// A catalogue cannot make us read what only we can reach: addresses in its data
// are refused like its own would be (spec §3.0), and that is told.
func TestAddressesInsideDataAreChecked(t *testing.T) {
	secret := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the private server was reached") }))
	defer secret.Close()
	doc := fmt.Sprintf(`{"dataset": [{"identifier": "1", "title": "Alberi", "distribution": [{"downloadURL": "%s/a.csv", "format": "CSV", "title": "diretto"}, {"downloadURL": "SELF/b.csv", "format": "CSV", "title": "rinviato"}]}]}`, secret.URL)
	var open *httptest.Server
	open = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/b.csv" {
			http.Redirect(w, r, secret.URL+"/b.csv", http.StatusFound)
			return
		}
		fmt.Fprint(w, strings.ReplaceAll(doc, "SELF", open.URL))
	}))
	defer open.Close()
	store := postgistest.New(t)
	src := catalog.Source{ID: "catalogo", Protocol: "dcat", URL: open.URL, Deadline: catalog.Duration(time.Minute), Rhythm: catalog.Duration(time.Hour)}
	if err := store.PutSource(t.Context(), src); err != nil {
		t.Fatal(err)
	}
	h, err := store.Begin(t.Context(), src)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	c := harvesters.Client("ponet/test", harvesters.Allow{Hosts: []netip.AddrPort{netip.MustParseAddrPort(strings.TrimPrefix(open.URL, "http://"))}}, nil)
	r, err := harvesters.Run(t.Context(), c, h, src, datasets.Vocabularies(), harvesters.Options{})
	if err != nil || r.Outcome != catalog.RunCompleted || r.Datasets != 1 || r.Rules["distribution-unreadable"] != 2 {
		t.Fatalf("%+v, %v; want the dataset, and both files refused", r, err)
	}
	for _, i := range r.Samples {
		if i.Rule == "distribution-unreadable" && !strings.Contains(i.Read, "not a public address") {
			t.Errorf("told as %q", i.Read)
		}
	}
}
