package arcgis_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

// A site is a server with folders and services, one of which may be broken, and a Hub.
type site struct {
	broken  bool
	edited  string // of every layer; "": not told
	matched int
}

func (s site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	at := "http://" + r.Host
	switch path := r.URL.Path; {
	case path == "/arcgis/rest/services":
		fmt.Fprint(w, `{"currentVersion":11,"folders":["Utilities","Verde Pubblico","Riservato"],"services":[{"name":"Strade","type":"MapServer"},{"name":"Strade","type":"FeatureServer"},{"name":"Geocodifica","type":"GeocodeServer"}]}`)
	case path == "/arcgis/rest/services/Verde Pubblico":
		fmt.Fprint(w, `{"services":[{"name":"Verde Pubblico/Alberi","type":"MapServer"},{"name":"Verde Pubblico/Foto","type":"MapServer"}]}`)
	case path == "/arcgis/rest/services/Riservato":
		fmt.Fprint(w, `{"error":{"code":499,"message":"Token Required"}}`)
	case strings.HasSuffix(path, "/Foto/MapServer"):
		fmt.Fprint(w, `{"layers":[{"id":0,"name":"ortofoto"}]}`)
	case strings.HasSuffix(path, "/Foto/MapServer/0"):
		fmt.Fprint(w, `{"id":0,"name":"ortofoto","type":"Raster Layer","capabilities":"Map"}`)
	case strings.HasSuffix(path, "Server"):
		fmt.Fprint(w, `{"layers":[{"id":0,"name":"linee"},{"id":1,"name":"punti"}]}`)
	case strings.HasSuffix(path, "/0"), strings.HasSuffix(path, "/1"):
		if s.broken && strings.Contains(path, "Alberi") {
			http.Error(w, "guasto", http.StatusInternalServerError)
			return
		}
		name := map[string]string{"0": "Linee", "1": "Punti"}[path[len(path)-1:]]
		editing := ""
		if s.edited != "" {
			editing = `,"editingInfo":{"lastEditDate":` + s.edited + `}`
		}
		fmt.Fprintf(w, `{"id":%s,"name":"%s","type":"Feature Layer","description":"del servizio","geometryType":"esriGeometryPoint","objectIdField":"OBJECTID","maxRecordCount":10,"supportedQueryFormats":"JSON","fields":[{"name":"OBJECTID","type":"esriFieldTypeOID"},{"name":"NOME","type":"esriFieldTypeString"}]%s}`, path[len(path)-1:], name, editing)
	case strings.HasSuffix(path, "/query") && r.Form.Get("returnCountOnly") != "":
		fmt.Fprint(w, `{"count":1}`)
	case strings.HasSuffix(path, "/query") && r.Form.Get("returnIdsOnly") != "":
		fmt.Fprint(w, `{"objectIds":[7]}`)
	case strings.HasSuffix(path, "/query"):
		fmt.Fprintf(w, `{"spatialReference":{"wkid":4326},"features":[{"attributes":{"OBJECTID":7,"NOME":%q},"geometry":{"x":11.1,"y":43.9}}]}`, strings.TrimSuffix(path, "/query"))
	case path == "/api/search/v1/collections/dataset/items" && r.Form.Get("startindex") == "":
		fmt.Fprintf(w, `{"numberMatched":%d,"features":[{"id":"0123456789abcdef0123456789abcdef_1","properties":{"title":"Fontanelle","type":"Feature Service","url":"%s/arcgis/rest/services/Strade/FeatureServer","description":"<p>Tutte</p>","tags":["acqua"],"licenseInfo":"CC BY 4.0","modified":1700000000000}},
			{"id":"1","properties":{"title":"Una mappa","type":"Web Map","url":null}}],"links":[{"rel":"next","href":"http://interno/api/search/v1/collections/dataset/items?limit=100&startindex=3"}]}`, s.matched, at)
	case path == "/api/search/v1/collections/dataset/items":
		fmt.Fprintf(w, `{"numberMatched":%d,"features":[{"id":"2","properties":{"title":"Fontanelle","type":"Map Service","url":"%s/arcgis/rest/services/Verde%%20Pubblico/Alberi/MapServer/0"}}],"links":[]}`, s.matched, at)
	default:
		http.NotFound(w, r)
	}
}

func layerNames(h harvest) string {
	var names []string
	for _, r := range h.rows {
		names = append(names, r.Layer.Name)
	}
	return strings.Join(names, " | ")
}

// One source reads the layers of all public services of a server, of a folder, or of a Hub.
func TestDirectories(t *testing.T) {
	for _, tt := range []struct {
		name, path string
		site
		layers, err string
	}{
		{"a server", "/arcgis/rest/services", site{}, "Strade Linee | Strade Punti | Verde Pubblico/Alberi Linee | Verde Pubblico/Alberi Punti", ""},
		{"a folder", "/arcgis/rest/services/Verde%20Pubblico/?f=html", site{}, "Verde Pubblico/Alberi Linee | Verde Pubblico/Alberi Punti", ""},
		{"a service that fails keeps no other back", "/arcgis/rest/services", site{broken: true}, "Strade Linee | Strade Punti", "1 of the services could not be read: service Verde Pubblico/Alberi"},
		{"a Hub", "/", site{matched: 3}, "Fontanelle Punti | Fontanelle Linee", ""},
		{"a Hub that lists fewer than it counts", "", site{matched: 4}, "", "counts 4 datasets and listed 3"},
		{"a folder that wants a login", "/arcgis/rest/services/Riservato", site{}, "", "Token Required"},
	} {
		h := run(t, tt.site, tt.path, &catalog.Listing{}, catalog.Mapping{})
		if got := layerNames(h); got != tt.layers || (h.failure != nil) != (tt.err != "") || h.failure != nil && (!strings.Contains(h.failure.Error(), tt.err) || !errors.Is(h.failure, catalog.ErrFailedListing)) || h.listing.Cursor != "" {
			t.Errorf("%s: %s, %v, cursor %q; want %s, %q", tt.name, got, h.failure, h.listing.Cursor, tt.layers, tt.err)
		}
	}
}

func TestDirectoryUnchanged(t *testing.T) {
	s := site{edited: "1700000000000"}
	first := run(t, s, "/arcgis/rest/services", &catalog.Listing{}, catalog.Mapping{})
	if first.failure != nil || len(first.rows) != 4 || strings.Count(first.listing.Cursor, "=1700000000000") != 4 {
		t.Fatalf("%d rows, %v, cursor %q", len(first.rows), first.failure, first.listing.Cursor)
	}
	h := run(t, s, "/arcgis/rest/services", &catalog.Listing{Since: first.listing.Cursor}, catalog.Mapping{})
	if h.failure != nil || len(h.rows) != 0 || !h.listing.Partial || h.listing.Cursor != first.listing.Cursor {
		t.Errorf("%d rows, %v, partial %v, cursor %q", len(h.rows), h.failure, h.listing.Partial, h.listing.Cursor)
	}
}

// What a Hub says of a dataset stands beside what its service says.
func TestHubDataset(t *testing.T) {
	h := run(t, site{matched: 3}, "", &catalog.Listing{}, catalog.Mapping{Layers: []string{"Fontanelle Punti"}})
	if h.failure != nil || len(h.rows) != 1 {
		t.Fatalf("%d rows, %v", len(h.rows), h.failure)
	}
	d := h.rows[0].Layer.About
	if d == nil || d.Title != "Fontanelle" || d.Description != "<p>Tutte</p>" || d.Licence != "CC BY 4.0" || strings.Join(d.Keywords, " ") != "acqua" || d.Modified != "2023-11-14T22:13:20Z" || !strings.HasSuffix(d.LandingPage, "/datasets/0123456789abcdef0123456789abcdef_1") {
		t.Errorf("%+v", d)
	}
}

// A real layer of a server that does not page, replayed from its real answers: the ids
// of its objects first, then the objects.
func TestRealIDs(t *testing.T) {
	const dir = "../../../shared/data/arcgis/us-esri-test--us-esri-test-"
	ids, err := os.ReadFile(dir + "ids-only.json")
	if err != nil {
		t.Skip("this test reads real data in ../shared/data")
	}
	var meta map[string]any
	if b, err := os.ReadFile(dir + "metadata.json"); err != nil || json.Unmarshal(b, &meta) != nil {
		t.Fatal(err)
	}
	meta["advancedQueryCapabilities"] = map[string]any{"supportsPagination": false}
	f := realFake(t, "us-esri-test--us-esri-test-0.json", meta)
	h := run(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("returnIdsOnly") == "true" {
			_, _ = w.Write(ids)
			return
		}
		f.ServeHTTP(w, r)
	}), layerPath, &catalog.Listing{}, catalog.Mapping{})
	keys := map[string]bool{}
	for _, r := range h.rows {
		keys[r.Key] = true
	}
	posts := strings.Count(strings.Join(f.asked, "\n"), "objectIds=")
	if h.failure != nil || len(h.refused) > 0 || len(h.rows) != 1000 || len(keys) != 1000 || posts != 5 || value(h.rows[0], "objectid") != int64(306120) {
		t.Errorf("%d rows, %d keys, %d requests for objects, refused %v, %v", len(h.rows), len(keys), posts, h.refused, h.failure)
	}
}
