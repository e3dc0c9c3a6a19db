package portal

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestManifest: every file that is served is in the manifest or names its hash,
// and the works of others are what they were when they were built in.
func TestManifest(t *testing.T) {
	m, err := readManifest()
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	for _, file := range m.Files {
		listed = append(listed, file)
	}
	for _, l := range m.Libraries {
		if l.Name == "" || l.Version == "" || l.Licence == "" || len(l.Files) == 0 {
			t.Errorf("library %+v does not say all", l)
		}
		licence := false
		for _, f := range l.Files {
			listed = append(listed, f.Path)
			b, err := assetFiles.ReadFile("assets/" + f.Path)
			if err != nil {
				t.Error(err)
				continue
			}
			if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != f.SHA256 {
				t.Errorf("%s is not what the manifest says", f.Path)
			}
			licence = licence || strings.Contains(f.Path, "LICENSE") || path.Base(f.Path) == "OFL.txt"
		}
		if !licence {
			t.Errorf("%s comes without its licence", l.Name)
		}
	}
	hashed := regexp.MustCompile(`-[0-9a-f]{10}(\.[a-z]+|/.+)$`)
	err = fs.WalkDir(assetFiles, "assets", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || p == "assets/manifest.json" {
			return err
		}
		if name := strings.TrimPrefix(p, "assets/"); !slices.Contains(listed, name) {
			t.Errorf("%s is in no list", name)
		} else if !hashed.MatchString(name) {
			t.Errorf("%s may be kept for ever and has no hash in its name", name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAssetsAreServed(t *testing.T) {
	a, err := readAssets()
	if err != nil {
		t.Fatal(err)
	}
	ask := func(address, encoding string) *http.Response {
		r := httptest.NewRequest(http.MethodGet, address, nil)
		r.SetPathValue("path", strings.TrimPrefix(address, "/assets/"))
		r.Header.Set("Accept-Encoding", encoding)
		w := httptest.NewRecorder()
		a.ServeHTTP(w, r)
		return w.Result()
	}
	address, err := a.url("app.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ accept, want string }{{"", ""}, {"gzip, deflate, br", "br"}, {"gzip", "gzip"}, {"br;q=0, gzip", "gzip"}, {"identity", ""}} {
		resp := ask(address, tt.accept)
		if got := resp.Header.Get("Content-Encoding"); resp.StatusCode != http.StatusOK || got != tt.want {
			t.Errorf("Accept-Encoding %q: %s, %q; want %q", tt.accept, resp.Status, got, tt.want)
		}
		if !strings.Contains(resp.Header.Get("Cache-Control"), "immutable") || resp.Header.Get("Content-Type") != "text/javascript; charset=utf-8" {
			t.Errorf("headers = %v", resp.Header)
		}
	}
	for _, address := range []string{"/assets/", "/assets/../assets.go", "/assets/app.js", "/assets/no.css"} {
		if resp := ask(address, ""); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", address, resp.Status)
		}
	}
	if _, err := a.url("no.css"); err == nil {
		t.Error("an asset that is not there has an address")
	}
}

// TestBudgets are those of the portal's specification, in bytes after brotli;
// the page itself is measured in TestPageBudget.
func TestBudgets(t *testing.T) {
	m, err := readManifest()
	if err != nil {
		t.Fatal(err)
	}
	size := func(name string) int {
		b, err := assetFiles.ReadFile("assets/" + m.Files[name])
		if err != nil {
			t.Fatal(err)
		}
		if path.Ext(name) == ".woff2" {
			return len(b)
		}
		return len(compress("br", b))
	}
	fonts := 0
	for _, weight := range []string{"400", "600", "700"} {
		fonts += size("titillium-web/titillium-web-latin-" + weight + "-normal.woff2")
	}
	for _, tt := range []struct {
		what       string
		got, limit int
	}{
		{"style", size("portal.css"), 14_000},
		{"script of the first load", size("app.js"), 8_000},
		{"fonts of the first load", fonts, 45_000},
		{"live map", size("mappa.js") + size("maplibre-gl/maplibre-gl.mjs") + size("maplibre-gl/maplibre-gl-worker.mjs") + size("maplibre-gl/maplibre-gl.css"), 420_000},
	} {
		t.Logf("%s: %d of %d bytes", tt.what, tt.got, tt.limit)
		if tt.got > tt.limit {
			t.Errorf("%s: %d bytes; the budget is %d", tt.what, tt.got, tt.limit)
		}
	}
}

// TestStillMapClasses: the classes that Go writes into still maps have rules in
// the style sheet, which is cut to what is used.
func TestStillMapClasses(t *testing.T) {
	m, err := readManifest()
	if err != nil {
		t.Fatal(err)
	}
	css, err := assetFiles.ReadFile("assets/" + m.Files["portal.css"])
	if err != nil {
		t.Fatal(err)
	}
	for _, class := range []string{
		"area", "vicino", "confine", "confine-grande", "verde", "lago", "acqua", "edifici", "strada", "strada-bordo", "grande",
		"grande-bordo", "ferrovia", "ciclabile", "oggetto", "linea", "punto", "t-cultura", "t-ambiente", "t-formazione", "t-istituzioni", "t-altro",
	} {
		if !regexp.MustCompile(`\.` + class + `[\s{,:.]`).Match(css) {
			t.Errorf("no rule for .%s", class)
		}
	}
}
