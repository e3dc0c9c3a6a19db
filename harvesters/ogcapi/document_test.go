package ogcapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/twpayne/go-geom/encoding/wkt"

	"po-net.prato.it/ponet/catalog"
)

const items = `{"type":"FeatureCollection","features":[{"type":"Feature","id":1,"properties":{"a":"x"},"geometry":{"type":"Point","coordinates":[11.1,43.88]}}]}`

// What may be given as source, and what is no OGC API.
func TestDocuments(t *testing.T) {
	list := `{"collections":[{"id":"a","links":[]}]}`
	for _, tt := range []struct {
		name, path string
		answers    map[string]string
		kept       int
		err        string
	}{
		{"landing page", "/", map[string]string{"/": `{"links":[{"rel":"data","href":"/v1/collections"}]}`, "/v1/collections": list, "/v1/collections/a/items": items}, 1, ""},
		{"landing page without that link", "/api", map[string]string{"/api": `{"links":[{"rel":"self","href":"/api"}]}`, "/api/collections": `{"collections":[{"id":"a","links":[]}]}`, "/api/collections/a/items": items}, 1, ""},
		{"list", "/collections", map[string]string{"/collections": list, "/collections/a/items": items}, 1, ""},
		{"list in pages", "/collections", map[string]string{"/collections": `{"collections":[{"id":"a"}],"links":[{"rel":"next","href":"?p=2"}]}`, "/collections?p=2": `{"collections":[{"id":"b"}]}`, "/collections/a/items": items, "/collections/b/items": items}, 2, ""},
		{"collection", "/collections/a", map[string]string{"/collections/a": `{"id":"a","extent":{},"links":[{"rel":"items","href":"http://interno:5000/collections/a/items"}]}`, "/collections/a/items": items}, 1, ""},
		{"items", "/collections/a/items", map[string]string{"/collections/a/items": items}, 1, ""},
		{"draft before 1.0", "/collections", map[string]string{"/collections": `{"collections":[{"name":"a","links":[{"rel":"item","href":"/collections/a/items","type":"application/geo+json"}]}]}`, "/collections/a/items": items}, 1, ""},
		{"JSON only when told", "/", map[string]string{"/": "<html>x</html>", "/?f=json": `{"links":[{"rel":"data","href":"/collections"}]}`, "/collections": "<html>", "/collections?f=json": list, "/collections/a/items": "<html>", "/collections/a/items?f=json": items}, 1, ""},
		{"a web page", "/", map[string]string{"/": "<html>x</html>", "/?f=json": "<html>x</html>"}, 0, "web page (HTML)"},
		{"nothing", "/", map[string]string{"/": " "}, 0, "the answer is empty"},
		{"other JSON", "/", map[string]string{"/": `{"ciao":1}`}, 0, "no landing page"},
		{"no JSON", "/", map[string]string{"/": `Benvenuti`}, 0, "no JSON of an OGC API"},
		{"only coverages", "/collections", map[string]string{"/collections": `{"collections":[{"id":"a","itemType":"coverage"}]}`}, 0, "none of the 1 collections has features"},
		{"an error with status 200", "/collections", map[string]string{"/collections": list, "/collections/a/items": `{"code":"x","description":"Guasto"}`}, 0, "Guasto"},
		{"cut off", "/collections", map[string]string{"/collections": list, "/collections/a/items": items[:len(items)-1]}, 1, "cut off"},
		{"one of two is broken", "/collections", map[string]string{"/collections": `{"collections":[{"id":"a"},{"id":"b"}]}`, "/collections/b/items": items}, 1, "1 of 2 collections could not be read whole: collection a"},
	} {
		s, asked := serve(t, func(r *http.Request) string {
			q := r.URL.Query()
			q.Del("limit")
			key := r.URL.Path
			if len(q) > 0 {
				key += "?" + q.Encode()
			}
			if a, ok := tt.answers[key]; ok {
				return a
			}
			return tt.answers[r.URL.Path+"?"]
		})
		kept, _, err := collect(t, s.Client(), catalog.Source{URL: s.URL + tt.path})
		if len(kept) != tt.kept || (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
			t.Errorf("%s: %d, %v; want %d, %q; asked %q", tt.name, len(kept), err, tt.kept, tt.err, *asked)
		}
	}
}

// Content-Crs says in which coordinate system an answer is, and its axes are as
// EPSG has them (18-058r1 §6.3); where positions say otherwise, they win.
func TestContentCrs(t *testing.T) {
	for _, tt := range []struct {
		crs, position, want string
		srid                int
	}{
		{"", "[11.1,43.88]", "POINT (11.1 43.88)", 4326},
		{"<http://www.opengis.net/def/crs/OGC/1.3/CRS84>", "[11.1,43.88]", "POINT (11.1 43.88)", 4326},
		{"<http://www.opengis.net/def/crs/EPSG/0/4326>", "[43.88,11.1]", "POINT (11.1 43.88)", 4326},
		{"<http://www.opengis.net/def/crs/EPSG/0/4326>", "[11.1,43.88]", "POINT (11.1 43.88)", 4326},
		{"<http://www.opengis.net/def/crs/EPSG/0/3003>", "[1669000,4860000]", "POINT (1669000 4860000)", 3003},
		{"<http://www.opengis.net/def/crs/EPSG/0/6707>", "[4860000,669000]", "POINT (669000 4860000)", 6707},
	} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if tt.crs != "" {
				w.Header().Set("Content-Crs", tt.crs)
			}
			fmt.Fprint(w, strings.Replace(items, "[11.1,43.88]", tt.position, 1))
		}))
		kept, _, err := collect(t, s.Client(), catalog.Source{URL: s.URL + "/collections/a/items"})
		s.Close()
		if err != nil || len(kept) != 1 {
			t.Errorf("%s: %v, %v", tt.crs, kept, err)
			continue
		}
		if g, _ := wkt.Marshal(kept[0].Geometry); g != tt.want || kept[0].Layer.SRID != tt.srid || value(kept[0], "a") != "x" {
			t.Errorf("%s, %s: %s in EPSG:%d, %v; want %s in EPSG:%d", tt.crs, tt.position, g, kept[0].Layer.SRID, kept[0].Values, tt.want, tt.srid)
		}
	}
}

// The records of a catalogue are datasets; services are left out, persons too. What a record
// conforms to are extensions of the record, and nothing that its data conform to (Trap of spec §1.1).
func TestRecords(t *testing.T) {
	record := func(id, typ, more string) string {
		return fmt.Sprintf(`{"type":"Feature","conformsTo":["http://www.opengis.net/spec/ogcapi-records-1/1.0/req/record-core"],"id":%q,"geometry":{"type":"Polygon","coordinates":[[[11,43.7],[11.2,43.7],[11.2,44],[11,44],[11,43.7]]]},
			"time":{"interval":["2020-01-01",".."]},"links":[{"rel":"enclosure","href":"https://e.it/a.csv","type":"text/csv","title":"CSV"},{"rel":"alternate","href":"https://e.it/a","type":"text/html"}],
			"properties":{"type":%q,%s"description":"Alberi del comune","keywords":["alberi",{"keyword":"verde"}],"created":"2021-01-01","updated":"2026-02-03T10:00:00Z","language":{"code":"it"},"license":"CC-BY-4.0",
			"themes":[{"scheme":"x","concepts":[{"id":"ENVI"}]}],
			"contacts":[{"name":"Mario Rossi","organization":"Comune di Prato","roles":["publisher"],"emails":[{"value":"mario.rossi@e.it"}]},{"name":"Anna Bianchi","emails":[{"value":"anna@e.it"}]},{"name":"Ufficio statistica","emails":[{"value":"statistica@e.it"}]}]}}`, id, typ, more)
	}
	s, _ := serve(t, func(r *http.Request) string {
		switch r.URL.Path {
		case "/collections":
			return `{"collections":[{"id":"catalogo","itemType":"record","links":[{"rel":"items","href":"/collections/catalogo/items"}]}]}`
		case "/collections/catalogo/items":
			if r.URL.Query().Get("p") == "2" {
				return `{"features":[` + record("b", "series", `"title":"Serie",`) + `],"links":[],"numberMatched":4}`
			}
			return `{"features":[` + record("a", "dataset", `"title":"Alberi",`) + "," + record("s", "service", `"title":"WMS",`) + "," + record("n", "dataset", "") + `],"links":[{"rel":"next","href":"?p=2"}],"numberMatched":4}`
		}
		return ""
	})
	kept, refused, err := collect(t, s.Client(), catalog.Source{URL: s.URL + "/collections"})
	if err != nil || len(kept) != 2 || len(refused) != 1 || refused[0].Rule != "title-missing" || refused[0].Key != "n" {
		t.Fatalf("%d, %v, %v", len(kept), refused, err)
	}
	h := kept[0]
	all := strings.Join([]string{fmt.Sprint(h.Key), texts(h)}, " ")
	for _, want := range []string{"Alberi del comune", "alberi, verde", "ENVI", "2026-02-03T10:00:00Z", "2020-01-01", "Comune di Prato", "statistica@e.it", "CC-BY-4.0", "https://e.it/a", "11.2"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not in %s", want, all)
		}
	}
	for _, person := range []string{"Rossi", "Bianchi", "anna@e.it", "record-core"} {
		if strings.Contains(all, person) {
			t.Errorf("%q is in %s", person, all)
		}
	}
	if len(h.Distributions) != 1 || h.Distributions[0].DownloadURL != "https://e.it/a.csv" || h.Distributions[0].Title != "CSV" {
		t.Errorf("distributions %+v", h.Distributions)
	}
}

func texts(h catalog.Harvested) string {
	var all []string
	for _, v := range h.Values {
		if raw, ok := v.(json.RawMessage); ok {
			v = string(raw)
		}
		all = append(all, fmt.Sprint(v))
	}
	return strings.Join(all, " | ")
}

// Whatever a server says, the harvest ends, and not with a record that is none.
func FuzzDocument(f *testing.F) {
	for _, doc := range []string{items, `{"collections":[{"id":"a","itemType":"record","extent":{"spatial":{"bbox":[[1,2,3,4]]}},"links":[{"rel":"items","href":"/i"}]}]}`,
		`{"links":[{"rel":"data","href":"/"}]}`, `{"type":"Feature","id":1,"conformsTo":["ogcapi-records"],"properties":{"title":"x","themes":[{"concepts":[{}]}]}}`} {
		f.Add([]byte(doc))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		c := &http.Client{Transport: always(doc)}
		kept, _, err := collect(t, c, catalog.Source{URL: "http://e.it/collections/a/items"})
		if len(kept) == 0 && err == nil {
			t.Skip()
		}
	})
}

type always []byte

// RoundTrip answers everything with the same.
func (a always) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	_, _ = w.Write(a)
	res := w.Result()
	res.Request = r
	return res, nil
}
