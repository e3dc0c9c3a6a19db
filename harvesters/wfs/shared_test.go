package wfs_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/twpayne/go-geom"
	"github.com/twpayne/go-geom/encoding/wkt"

	"po-net.prato.it/ponet/catalog"
)

const shared = "../../../shared/data/wfs/"

func needShared(t *testing.T) {
	t.Helper()
	if _, err := os.Stat(shared); err != nil {
		t.Skip("needs the real files of ../shared: ", err)
	}
}

func text(t *testing.T, g geom.T) string {
	t.Helper()
	if g == nil {
		return ""
	}
	s, err := wkt.Marshal(g)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Every answer among the real files, of seven makes of server, is read to its last feature.
func TestRealFiles(t *testing.T) {
	needShared(t)
	for _, tt := range []struct {
		file     string
		features int
		key      string // of the first
		column   string
		value    string
		srid     int
		geometry string // its beginning
		found    string
	}{
		{"gml2-states.xml", 49, "states.1", "STATE_NAME", "Illinois", 4326, "MULTIPOLYGON (((-88.071564 37.51099, -88.087883 37.476273", ""},
		{"wfs-geoserver-100-states.xml", 3, "states.1", "STATE_NAME", "Illinois", 4326, "MULTIPOLYGON (((0 0, 0 10, 10 10, 10 0, 0 0), (3.5 3.5, 3.5 6.5", ""},
		{"wfs-geoserver-110-states.xml", 2, "states.1", "STATE_NAME", "Illinois", 4326, "MULTIPOLYGON (((0 0, 10 0, 10 10, 0 10, 0 0), (3 3", ""},
		{"wfs-geoserver-200-roads.xml", 3, "roads.1", "label", "unimproved road", 26713, "MULTILINESTRING ((598566 4914058", "used outside Italy"},
		{"wfs-getfeature-pigma-200.xml", 10, "471d3e4beb3e15d65e831081351a5eb2-1", "axe", "D941", 0, "", "the service had 1693 in all"},
		{"wfs-kartverket-sted.xml", 1, "1", "stedsnavn.skrivemåte.komplettskrivemåte", "Stornesodden", 4258, "POINT (7.397043 58.710778)", ""},
		{"wfs-mapserver-governmentalunit.xml", 3, "CWFID.GOVUNIT_CE.0.0", "instanceName", "Kauai", 4269, "POLYGON Z ((-159", ""},
		{"wfs-tinyows-getfirstfeatures.xml", 20, "comuni11.1", "nome", "Brossasco", 25832, "MULTIPOLYGON (((442187 4971521, 442200 4971460", "axes swapped"},
	} {
		kept, refused, err := collect(t, nil, catalog.Source{URL: shared + tt.file})
		if err != nil || len(kept) != tt.features || len(refused) > 0 {
			t.Errorf("%s: %d features, refused %v, %v; want %d", tt.file, len(kept), refused, err, tt.features)
			continue
		}
		h := kept[0]
		if h.Key != tt.key || fmt.Sprint(value(h, tt.column)) != tt.value || h.Layer.SRID != tt.srid || len(h.Issues) > 0 {
			t.Errorf("%s: key %q, %s %v, EPSG:%d, issues %v; want %q, %s, EPSG:%d", tt.file, h.Key, tt.column, value(h, tt.column), h.Layer.SRID, h.Issues, tt.key, tt.value, tt.srid)
		}
		if g := text(t, h.Geometry); !strings.HasPrefix(g, tt.geometry) || tt.geometry == "" && g != "" {
			t.Errorf("%s: geometry %.80s; want %s…", tt.file, g, tt.geometry)
		}
		if all := strings.Join(h.Layer.Found, "\n"); !strings.Contains(all, tt.found) {
			t.Errorf("%s: found %s; want %q in it", tt.file, all, tt.found)
		}
		if len(h.Raw) == 0 || h.Raw[0] != '<' || !strings.HasSuffix(strings.TrimSpace(string(h.Raw)), ">") {
			t.Errorf("%s: raw %.40q", tt.file, h.Raw)
		}
	}
	_, _, err := collect(t, nil, catalog.Source{URL: filepath.Join(shared, "wfs-getfeature-100entries.xml")})
	if err == nil || !strings.Contains(err.Error(), "it is a feed") {
		t.Errorf("a feed: %v", err)
	}
}

// The layers of the real capabilities are asked for where these say, each by its
// own name, in a form and a coordinate system that it has.
func TestRealCapabilities(t *testing.T) {
	needShared(t)
	for _, tt := range []struct {
		file   string
		layers int
		last   string // name of a layer
		host   string
		asks   string // that some request has
	}{
		{"wfs-capabilities-dov-200.xml", 1, "meetnetten", "www.dov.vlaanderen.be:443", "outputFormat=application%2Fjson"},
		{"wfs-capabilities-koeln-arcgis-110.xml", 86, "Zündorf", "geoportal.stadt-koeln.de", "version=1.1.0"},
		{"wfs-capabilities-pigma-200.xml", 3, "hierarchisation_l", "www.pigma.org", "typeNames=cd16%3Ahierarchisation_l"},
	} {
		var asked []string
		c := &http.Client{Transport: transport(func(r *http.Request) string {
			asked = append(asked, r.URL.String())
			if r.URL.Host != tt.host {
				t.Fatalf("%s: asked %s", tt.file, r.URL)
			}
			if strings.Contains(r.URL.RawQuery, "hits") {
				return `<FeatureCollection numberMatched="1" numberOfFeatures="1"/>`
			}
			return `<FeatureCollection><member><x fid="x.1"><nome>a</nome></x></member></FeatureCollection>`
		})}
		kept, _, err := collect(t, c, catalog.Source{URL: shared + tt.file})
		names := map[string]bool{}
		for _, h := range kept {
			names[h.Layer.Name] = true
		}
		if err != nil || len(kept) != tt.layers || len(names) != tt.layers || !names[tt.last] || !strings.Contains(strings.Join(asked, "\n"), tt.asks) {
			t.Errorf("%s: %d of %d layers, %v; want %d with %q; asked %.600q", tt.file, len(kept), len(names), err, tt.layers, tt.last, asked)
		}
		if about := kept[len(kept)-1].Layer.About; about == nil || about.Title == "" || len(about.Distributions) != 1 {
			t.Errorf("%s: about %+v", tt.file, about)
		}
	}
}

type transport func(*http.Request) string

// RoundTrip answers with what the function gives.
func (f transport) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	_, _ = w.WriteString(f(r))
	res := w.Result()
	res.Request = r
	return res, nil
}
