// Package ogctest starts real servers of the OGC's standards in tests: MapServer
// and QGIS Server, with data that the test makes.
package ogctest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// Program is the path of a program; without it the test is skipped, and fails in CI.
func Program(t *testing.T, name, pkg string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("%s is missing: install %s", name, pkg)
		}
		t.Skipf("needs %s of %s: %v", name, pkg, err)
	}
	return path
}

// A Server is one that runs until the test ends.
type Server struct {
	*httptest.Server
	mu    sync.Mutex
	asked []string
}

// Asked are the requests so far.
func (s *Server) Asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.asked...)
}

func serve(t *testing.T, h http.Handler) *Server {
	s := &Server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, r.URL.RequestURI())
		s.mu.Unlock()
		h.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// MapServer serves the layers of a GeoPackage that Points made by WFS at /ms and by
// OGC API Features at /ms/prova/ogcapi. It gives at most limit features at once;
// formats are further ones of GetFeature, "geojson" or "".
func MapServer(t *testing.T, gpkg string, limit int, formats string) *Server {
	t.Helper()
	path := Program(t, "mapserv", "cgi-mapserver")
	dir := t.TempDir()
	file, conf := filepath.Join(dir, "prova.map"), filepath.Join(dir, "mapserver.conf")
	write(t, file, mapFile(gpkg, limit, formats))
	write(t, conf, fmt.Sprintf("CONFIG\n  ENV\n    MS_MAP_PATTERN \".\"\n    OGCAPI_HTML_TEMPLATE_DIRECTORY \"%s\"\n  END\n  MAPS\n    prova \"%s\"\n  END\nEND\n", dir, file))
	return serve(t, start(t, "/ms", path, map[string]string{"MS_MAPFILE": file, "MAPSERVER_CONFIG_FILE": conf}))
}

// QGIS serves the layers of a GeoPackage that Points made by WFS at /qgis and by
// OGC API Features at /qgis/wfs3.
func QGIS(t *testing.T, gpkg string) *Server {
	t.Helper()
	path := Program(t, "/usr/lib/cgi-bin/qgis_mapserv.fcgi", "qgis-server")
	file := filepath.Join(filepath.Dir(gpkg), "prova.qgs")
	write(t, file, project(filepath.Base(gpkg)))
	return serve(t, start(t, "/qgis", path, map[string]string{"QT_QPA_PLATFORM": "offscreen", "QGIS_PROJECT_FILE": file, "QGIS_SERVER_LOG_LEVEL": "2"}))
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Points makes a GeoPackage with the layers roma40 (EPSG:3003) and utm (EPSG:25832)
// of n points near Prato: codice is different in each, id_zona and tipo are not.
func Points(t *testing.T, n int) string {
	t.Helper()
	ogr := Program(t, "ogr2ogr", "gdal-bin")
	dir := t.TempDir()
	var b strings.Builder
	b.WriteString(`{"type":"FeatureCollection","features":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"type":"Feature","properties":{"codice":"A%05d","id_zona":%d,"tipo":"%s","nome":"Località %d","valore":%g,"data":"2026-01-%02d"},"geometry":{"type":"Point","coordinates":[%g,%g]}}`,
			(i*7919)%n, i%7, []string{"scuola", "museo", "parco"}[i%3], i, float64(i)/4, i%28+1, 11.0+float64(i%50)*0.003, 43.8+float64(i/50)*0.002)
	}
	json, file := filepath.Join(dir, "punti.geojson"), filepath.Join(dir, "punti.gpkg")
	write(t, json, b.String()+"]}")
	for i, layer := range [][]string{{"roma40", "EPSG:3003"}, {"utm", "EPSG:25832"}} {
		args := []string{"-f", "GPKG", "-nln", layer[0], "-t_srs", layer[1], file, json}
		if i > 0 {
			args = append([]string{"-update"}, args...)
		}
		if out, err := exec.CommandContext(t.Context(), ogr, args...).CombinedOutput(); err != nil {
			t.Fatalf("ogr2ogr: %v: %s", err, out)
		}
	}
	return file
}

func mapFile(gpkg string, limit int, formats string) string {
	layer := func(name, srs, extra string) string {
		return fmt.Sprintf(`
  LAYER
    NAME "%s"
    TYPE POINT
    STATUS ON
    CONNECTIONTYPE OGR
    CONNECTION "%s"
    DATA "%s"
    TEMPLATE "void"
    PROJECTION "init=epsg:%s" END
    METADATA
      "ows_title" "Punti in %s"
      "ows_abstract" "Punti di prova"
      "ows_keywordlist" "prova,punti"
      "ows_srs" "EPSG:%s EPSG:4326"
      "gml_include_items" "all"
      "gml_types" "auto"
      %s
    END
  END`, name, gpkg, name, srs, name, srs, extra)
	}
	return fmt.Sprintf(`MAP
  NAME "prova"
  EXTENT 0 0 5000000 9000000
  WEB
    METADATA
      "ows_title" "Servizio di prova"
      "ows_fees" "CC BY 4.0"
      "ows_contactorganization" "Comune di Prato"
      "ows_onlineresource" "http://interno:81/cgi-bin/mapserv?"
      "ows_enable_request" "*"
      "oga_enable_request" "*"
      "oga_onlineresource" "http://interno:81/ms/prova/ogcapi"
      "wfs_maxfeatures" "%d"
      "wfs_getfeature_formatlist" "%s"
    END
  END
  OUTPUTFORMAT
    NAME "geojson"
    DRIVER "OGR/GEOJSON"
    MIMETYPE "application/json; subtype=geojson"
    FORMATOPTION "STORAGE=stream"
    FORMATOPTION "FORM=SIMPLE"
  END%s%s
END
`, limit, formats, layer("roma40", "3003", `"gml_featureid" "codice"`), layer("utm", "25832", `"gml_featureid" "codice"`))
}

// project is one of QGIS; it does not know layers whose id has no such end.
func project(gpkg string) string {
	return fmt.Sprintf(`<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis>
  <projectlayers>
    <maplayer type="vector"><id>roma40_662a0d27_241b_4955_8c30_726132f29eb2</id><datasource>./%[1]s|layername=roma40</datasource><layername>roma40</layername></maplayer>
    <maplayer type="vector"><id>utm_5c1e9b5d_7f0a_4f0e_9d2b_3a4b5c6d7e8f</id><datasource>./%[1]s|layername=utm</datasource><layername>utm</layername></maplayer>
  </projectlayers>
  <properties>
    <WFSLayers type="QStringList"><value>roma40_662a0d27_241b_4955_8c30_726132f29eb2</value><value>utm_5c1e9b5d_7f0a_4f0e_9d2b_3a4b5c6d7e8f</value></WFSLayers>
    <WMSServiceTitle type="QString">Servizio di prova</WMSServiceTitle>
  </properties>
</qgis>
`, gpkg)
}
