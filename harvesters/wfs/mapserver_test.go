package wfs_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/ogctest"
)

// Real servers, whatever form and version they are asked for, give every feature
// once, in its own coordinate system and at its place.
func TestRealServers(t *testing.T) {
	gpkg := ogctest.Points(t, 1203)
	ms := ogctest.MapServer(t, gpkg, 500, "geojson")
	gml := ogctest.MapServer(t, gpkg, 500, "")
	qgis := ogctest.QGIS(t, gpkg)
	for _, tt := range []struct {
		name, url string
		layers    []string
		want      string // of what is told
	}{
		{"MapServer, GeoJSON", ms.URL + "/ms", nil, "read in pages sorted by codice, 4 requests, as GeoJSON"},
		{"MapServer 2.0, GML 3.2", gml.URL + "/ms", nil, "read in pages sorted by codice, 4 requests, as GML"},
		{"MapServer 1.1, GML 3.1", gml.URL + "/ms?version=1.1.0", []string{"utm"}, "read in pages sorted by codice, 4 requests, as GML"},
		{"QGIS Server", qgis.URL + "/qgis", nil, "read in one answer, 1 requests, as GeoJSON"},
		{"QGIS Server 1.0", qgis.URL + "/qgis?version=1.0.0", []string{"roma40"}, "read in one answer, 1 requests, as GeoJSON"},
	} {
		kept, refused, err := collect(t, nil, catalog.Source{URL: tt.url, Mapping: catalog.Mapping{Layers: tt.layers}})
		if err != nil || len(refused) > 0 {
			t.Errorf("%s: %v, %v", tt.name, refused, err)
			continue
		}
		layers := map[string]map[string]bool{}
		for _, h := range kept {
			if layers[h.Layer.Name] == nil {
				layers[h.Layer.Name] = map[string]bool{}
			}
			layers[h.Layer.Name][h.Key] = true
			if len(h.Issues) > 0 {
				t.Fatalf("%s: issues %v", tt.name, h.Issues)
			}
			if h.Key == "A00000" {
				where := map[string]string{"roma40": "POINT (1660917.300", "utm": "POINT (660887.29"}[h.Layer.Name]
				if g := text(t, h.Geometry); !strings.HasPrefix(g, where) || h.Geometry.SRID() != h.Layer.SRID {
					t.Errorf("%s, %s: %s in EPSG:%d; want %s", tt.name, h.Layer.Name, g, h.Layer.SRID, where)
				}
				if fmt.Sprint(value(h, "nome"), value(h, "tipo"), value(h, "data"), value(h, "id_zona")) != "Località 0scuola2026-01-010" && fmt.Sprint(value(h, "nome")) != "Località 0" {
					t.Errorf("%s: %v", tt.name, h.Values)
				}
				if all := strings.Join(h.Layer.Found, "\n"); !strings.Contains(all, tt.want) {
					t.Errorf("%s: found\n%s\nwant %q in it", tt.name, all, tt.want)
				}
			}
		}
		if want := max(len(tt.layers), 2-len(tt.layers)); len(layers) != want {
			t.Errorf("%s: layers %d; want %d", tt.name, len(layers), want)
		}
		for name, keys := range layers {
			if len(keys) != 1203 {
				t.Errorf("%s: %d different features of %s; want 1203", tt.name, len(keys), name)
			}
		}
	}
}

// The same servers behind a door that lets some parameters not through and gives 500
// features at most, as services are that do not page: they are read in the order of a
// key or, without filters, box by box; or have failed, since the filters of this
// MapServer find nothing and it counts no further than it gives.
func TestRealServersWithoutPages(t *testing.T) {
	gpkg := ogctest.Points(t, 1203)
	ms := ogctest.MapServer(t, gpkg, 500, "").URL + "/ms"
	qgis := ogctest.QGIS(t, gpkg).URL + "/qgis"
	for _, tt := range []struct {
		server, version, deaf string
		kept                  int
		want                  string
	}{
		{ms, "2.0.0", "startindex", 500, "does not find by a filter what it has"},
		{ms, "1.1.0", "startindex filter", 500, "startIndex does not lead beyond them"},
		{qgis, "1.1.0", "startindex", 1203, "in the order of "},
		{qgis, "1.0.0", "startindex", 1203, "in the order of "},
		{qgis, "1.1.0", "startindex filter", 1203, "box by box"},
	} {
		door := httptest.NewServer(door{tt.server, strings.Fields(tt.deaf)})
		kept, refused, err := collect(t, nil, catalog.Source{URL: door.URL + "/?version=" + tt.version, Mapping: catalog.Mapping{Layers: []string{"utm"}}})
		door.Close()
		keys, told := map[string]bool{}, fmt.Sprint(err)
		for _, h := range kept {
			keys[h.Key] = true
			if err == nil {
				told = strings.Join(h.Layer.Found, "\n")
			}
		}
		if len(refused) > 0 || len(keys) != tt.kept || len(kept) != tt.kept || (err == nil) != (tt.kept == 1203) || !strings.Contains(told, tt.want) {
			t.Errorf("%s %s without %s: %d different of %d, %v, %s", tt.server, tt.version, tt.deaf, len(keys), len(kept), refused, told)
		}
	}
}

// A door passes requests on to a service without the parameters that it is deaf to.
type door struct {
	service string
	deaf    []string
}

func (d door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	for name := range q {
		switch lower := strings.ToLower(name); {
		case slices.Contains(d.deaf, lower):
			q.Del(name)
		case lower == "count" || lower == "maxfeatures":
			if n, _ := strconv.Atoi(q.Get(name)); n > 500 {
				q.Set(name, "500")
			}
		}
	}
	if !q.Has("count") && !q.Has("maxFeatures") && q.Get("resultType") == "" {
		q.Set("maxFeatures", "500")
	}
	res, err := http.Get(d.service + "?" + q.Encode())
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer res.Body.Close()
	w.Header().Set("Content-Type", res.Header.Get("Content-Type"))
	w.WriteHeader(res.StatusCode)
	_, _ = io.Copy(w, res.Body)
}
