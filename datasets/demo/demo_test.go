package demo

import (
	"encoding/json"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/planar"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// boundaries are Istat's, as given for development.
const boundaries = "../../../shared/data/boundaries/prato-provincia-comuni-istat.geojson"

func TestCounts(t *testing.T) {
	municipalities := map[string]int{}
	all := rows(t)
	for _, r := range all {
		municipalities[r.values["comune"]]++
	}
	if len(all) < 130 {
		t.Errorf("%d places; want at least 130", len(all))
	}
	if len(municipalities) != 7 {
		t.Errorf("municipalities = %v; want seven", municipalities)
	}
	for name, n := range municipalities {
		if n < 8 {
			t.Errorf("%s has %d places; want at least 8", name, n)
		}
	}
}

func TestTitlesAndKeysAreDistinct(t *testing.T) {
	titles, keys := map[string]string{}, map[string]bool{}
	for _, r := range rows(t) {
		if r.title() == "" {
			t.Errorf("%s: a place without a name", r.file)
		}
		if f, twice := titles[r.title()]; twice {
			t.Errorf("%q stands in %s and %s", r.title(), f, r.file)
		}
		titles[r.title()] = r.file
		key := r.file + " " + r.values["codice"]
		if r.values["codice"] == "" || keys[key] {
			t.Errorf("%s: key %q of %q is empty or not its own", r.file, r.values["codice"], r.title())
		}
		keys[key] = true
	}
}

// TestThemes reads the sources' mappings the way the catalogue does.
func TestThemes(t *testing.T) {
	count := map[catalog.Theme]int{}
	for _, p := range publishedFiles() {
		for _, r := range rowsOf(t, p.file) {
			if p.mapping.Kind != catalog.KindPlace {
				continue
			}
			theme := p.mapping.Theme
			if given := catalog.Theme(r.values["tema"]); p.mapping.Fields["theme"] == "tema" {
				theme = given
			}
			if code, mapped := p.mapping.TypeMap[r.values["tipologia"]]; mapped {
				known, ok := datasets.Vocabularies().PlaceType(code)
				if !ok {
					t.Errorf("%s: type %q is not in the vocabulary", r.title(), code)
				}
				if theme == "" {
					theme = known.Theme
				}
			}
			count[theme]++
		}
	}
	for _, theme := range catalog.Themes {
		if count[theme] < 25 {
			t.Errorf("theme %s has %d places; want at least 25", theme, count[theme])
		}
		delete(count, theme)
	}
	if len(count) > 0 {
		t.Errorf("places outside the four themes: %v", count)
	}
}

func TestStatedAccuracy(t *testing.T) {
	for _, r := range rows(t) {
		metres, err := strconv.Atoi(r.values["accuratezza_m"])
		position := r.values["posizione"]
		switch {
		case err != nil || metres < 20 || metres > 1500:
			t.Errorf("%s: accuracy %q; want 20 to 1500 metres", r.title(), r.values["accuratezza_m"])
		case position == "verificata" && metres > 200:
			t.Errorf("%s is checked, so not %d metres off", r.title(), metres)
		case position != "verificata" && position != "approssimata":
			t.Errorf("%s: position %q", r.title(), position)
		}
	}
}

func TestTextsAndLinks(t *testing.T) {
	for _, r := range rows(t) {
		if d := r.values["descrizione"]; len(d) < 20 || !strings.HasSuffix(d, ".") {
			t.Errorf("%s: description %q is not a sentence", r.title(), d)
		}
		if site := r.values["sito_web"]; site != "" {
			u, err := url.Parse(site)
			if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
				t.Errorf("%s: website %q", r.title(), site)
			}
		}
		if cap := r.values["cap"]; cap != "" && (len(cap) != 5 || !strings.HasPrefix(cap, "59")) {
			t.Errorf("%s: postcode %q", r.title(), cap)
		}
	}
}

func TestBodiesOfSources(t *testing.T) {
	bodies := map[string]bool{}
	for _, b := range Bodies() {
		bodies[b.ID] = true
	}
	used, ids := map[string]bool{}, map[string]bool{}
	for _, s := range Sources("http://127.0.0.1:8081/") {
		if !bodies[s.BodyID] {
			t.Errorf("source %s belongs to %q, which is not among the bodies", s.ID, s.BodyID)
		}
		if ids[s.ID] || catalog.ReservedCollection(s.ID) {
			t.Errorf("source id %s is taken", s.ID)
		}
		if !strings.HasPrefix(s.URL, "http://127.0.0.1:8081/") || strings.Contains(s.URL[8:], "//") {
			t.Errorf("source %s at %s", s.ID, s.URL)
		}
		used[s.BodyID], ids[s.ID] = true, true
	}
	for _, name := range []string{"servizi-altri", "corsi", "beni"} {
		for _, e := range table(name) {
			if !bodies[e["ente"]] {
				t.Errorf("%s: %q belongs to %q, which is not among the bodies", name, e["titolo"], e["ente"])
			}
			used[e["ente"]] = true
		}
	}
	ipas := 0
	for id := range bodies {
		if ipa(id) != "" {
			ipas++
		}
	}
	if ipas < 25 {
		t.Errorf("%d bodies with a code of the national index; want at least 25", ipas)
	}
	t.Logf("%d bodies, %d with a code of the national index, %d with sources or records of their own", len(bodies), ipas, len(used))
}

// TestInsideMunicipality holds every place against the outline of the
// municipality it says it is in, ours and, where it is at hand, Istat's.
func TestInsideMunicipality(t *testing.T) {
	ours, err := data.ReadFile("data/comuni.geojson")
	if err != nil {
		t.Fatal(err)
	}
	outlines := map[string]map[string]orb.Geometry{"comuni.geojson": outlinesOf(t, ours, "denominazione")}
	if istat, err := os.ReadFile(boundaries); err == nil {
		outlines["Istat"] = outlinesOf(t, istat, "name")
	} else if os.Getenv("CI") == "" {
		t.Logf("only our own outlines are checked: %v", err)
	} else if _, err := os.Stat("../../../shared"); err == nil {
		t.Error("the boundaries of Istat are missing from ../shared")
	}
	for source, areas := range outlines {
		if len(areas) != 7 {
			t.Errorf("%s has %d municipalities", source, len(areas))
		}
		for _, r := range positioned(t) {
			if !contains(areas[r.values["comune"]], orb.Point{r.lon, r.lat}) {
				t.Errorf("%s, %g %g, is not in %s by the outlines of %s", r.title(), r.lon, r.lat, r.values["comune"], source)
			}
		}
	}
}

func outlinesOf(t *testing.T, b []byte, name string) map[string]orb.Geometry {
	t.Helper()
	c := geojson.NewFeatureCollection()
	if err := json.Unmarshal(b, c); err != nil {
		t.Fatal(err)
	}
	areas := map[string]orb.Geometry{}
	for _, f := range c.Features {
		areas[f.Properties.MustString(name)] = f.Geometry
	}
	return areas
}

func contains(area orb.Geometry, p orb.Point) bool {
	switch a := area.(type) {
	case orb.Polygon:
		return planar.PolygonContains(a, p)
	case orb.MultiPolygon:
		return planar.MultiPolygonContains(a, p)
	}
	return false
}
