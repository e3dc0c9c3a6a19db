package rest_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/harvesters/harvesttest"
	"po-net.prato.it/ponet/harvesters/rest"
)

func collect(t *testing.T, src catalog.Source) (kept []catalog.Harvested, refused []catalog.Issue, failure error) {
	t.Helper()
	harvest := rest.HarvestJSON
	if src.Protocol == "xml" {
		harvest = rest.HarvestXML
	}
	return harvesttest.Collect(harvest(t.Context(), http.DefaultClient, src))
}

// records are what becomes of descriptions.
func records(t *testing.T, src catalog.Source, kept []catalog.Harvested) map[string]catalog.Record {
	t.Helper()
	all := map[string]catalog.Record{}
	for _, h := range kept {
		n, err := catalog.NewNormalizer(src, h.Layer, "test", datasets.Vocabularies())
		if err != nil {
			t.Fatal(err)
		}
		all[h.Key], _ = n.Normalize(h)
	}
	return all
}

func property(r catalog.Record, name string) string { return harvesttest.Property(r, name) }

// serve answers requests by their URI; "Header NAME: VALUE" lines come first.
func serve(t *testing.T, answers map[string]string) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, ok := answers[r.URL.RequestURI()]
		if !ok {
			http.NotFound(w, r)
			return
		}
		for strings.HasPrefix(body, "Header ") {
			line, rest, _ := strings.Cut(body, "\n")
			name, value, _ := strings.Cut(strings.TrimPrefix(line, "Header "), ": ")
			w.Header().Set(name, value)
			body = rest
		}
		fmt.Fprint(w, strings.ReplaceAll(body, "SERVER", "http://"+r.Host))
	}))
	t.Cleanup(s.Close)
	return s
}

const shared = "../../../shared/data/json-api"

// served is a file of ../shared as an interface answers it.
func served(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(shared, name))
	if err != nil {
		t.Skip("the files of ../shared are not here")
	}
	return serve(t, map[string]string{"/" + name: string(b)}).URL + "/" + name
}

// The real answers, configured as docs/sources.md shows.
func TestRealFiles(t *testing.T) {
	museum := func(lang string) catalog.Mapping {
		return catalog.Mapping{Path: lang, Kind: catalog.KindPlace, Type: "museo", Key: []string{"system.id"}, Fields: map[string]string{
			"title": "elements.title.value", "description": "elements.description.value", "address": "elements.street.value", "postcode": "elements.zip_code.value",
			"municipality": "elements.municipality.value", "phone": "elements.phone.value", "website": "elements.web.value", "image": "$.elements.main_image.value[0].url",
		}}
	}
	for _, c := range []struct {
		file    string
		mapping catalog.Mapping
		rows    int
		placed  int
		key     string
		want    map[string]string
	}{
		{"suedtirol-musei.json", museum("it"), 160, 160, "ec4a4788-28d0-41b2-b5ec-d0cfa352f0b0", map[string]string{
			"title": "Al Plan Dolomites Hotel Museo", "address": "via Ciasè, 11", "postcode": "39030", "municipality": "San Vigilio di Marebbe", "phone": "+390474501025", "website": "https://www.alplan.it", "type": "museo",
			"image": "https://assets-eu-01.kc-usercontent.com:443/8a6432cf-178a-0187-1f9c-fbc60d24042f/597750fd-d3ad-42e9-9f97-53bbbc4eeda9/1564_id_1305.JPG"}},
		{"suedtirol-musei.json", museum("de"), 160, 160, "ec4a4788-28d0-41b2-b5ec-d0cfa352f0b0", map[string]string{"municipality": "St. Vigil in Enneberg"}},
		{"suedtirol-musei.json", museum("en"), 160, 160, "ec4a4788-28d0-41b2-b5ec-d0cfa352f0b0", map[string]string{"postcode": "39030"}},
		{"meteo-stazioni-it.json", catalog.Mapping{Kind: catalog.KindStation}, 601, 601, "00140f3e-551b-4162-9a61-fa5b72f9698e", map[string]string{"title": "Passo Lusia", "elevation": "2051"}},
		{"bike-ecocounter.json", catalog.Mapping{Kind: catalog.KindStation, Drop: []string{"measurements"}}, 19, 19, "100025000", map[string]string{"title": "Brixen / Bressanone", "granularity": "PT1H", "measurements": ""}},
		{"bike-ecocounter.json", catalog.Mapping{Path: "$[*].measurements[*].data[*]", Key: []string{"id", "flowID", "timestamp"}}, 5031, 0, "100024999|101024999|2026-01-09T11:00:00+01:00", map[string]string{"counts": "2", "flowName": "Sterzing Radweg Richtung Brixen", "name": "Sterzing / Vipiteno"}},
		{"bike-boxes.json", catalog.Mapping{Path: "$.it[*].stations[*]"}, 13, 13, "1930", map[string]string{"title": "Bicibox collettivo", "locationName": "Bressanone, stazione di Bressanone", "countFreePlacesAvailable": "146"}},
		{"bike-boxes.json", catalog.Mapping{Path: "it"}, 10, 0, "307", map[string]string{"title": "Bressanone, stazione di Bressanone"}},
		{"parcheggi-skidata.json", catalog.Mapping{Fields: map[string]string{"title": "Description"}}, 2, 0, "608612", map[string]string{"title": "Parcheggio Stazione Brunico", "municipality": "Bolzano"}},
		{"parcheggi-skidata.json", catalog.Mapping{Path: "$[*].FacilityDetails[*]", Key: []string{"FacilityID", "CountingCategoryNo"}}, 12, 0, "608612|1", map[string]string{"FreePlaces": "207", "City": "Bolzano"}},
	} {
		t.Run(c.file+" "+c.mapping.Path, func(t *testing.T) {
			src := catalog.Source{ID: "test", URL: served(t, c.file), Mapping: c.mapping}
			kept, refused, err := collect(t, src)
			if err != nil || len(kept) != c.rows || len(refused) > 0 {
				t.Fatalf("%d rows, refused %v, %v; want %d", len(kept), refused, err, c.rows)
			}
			placed := 0
			for _, h := range kept {
				if h.Geometry != nil {
					placed++
				}
			}
			if placed != c.placed {
				t.Errorf("%d have a position; want %d", placed, c.placed)
			}
			all := records(t, src, kept)
			if len(all) != c.rows {
				t.Errorf("%d keys for %d rows", len(all), c.rows)
			}
			for name, want := range c.want {
				if got := property(all[c.key], name); got != want {
					t.Errorf("%s %s: %q; want %q", c.key, name, got, want)
				}
			}
		})
	}
}

// A list cut into pages, as the interfaces behind the files give them, is the
// same as the whole.
func TestRealFileInPages(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(shared, "meteo-stazioni-it.json"))
	if err != nil {
		t.Skip("the files of ../shared are not here")
	}
	rows := strings.Split(strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(string(b)), "["), "]"), "\n  },")
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var offset int
		_, _ = fmt.Sscan(r.URL.Query().Get("$skip"), &offset) // 0 when it is not there
		page := rows[min(offset, len(rows)):min(offset+100, len(rows))]
		var parts []string
		for _, p := range page {
			parts = append(parts, strings.TrimSuffix(strings.TrimSpace(p), "}")+"}")
		}
		next := ""
		if offset+100 < len(rows) {
			next = fmt.Sprintf(`,"@odata.nextLink":"http://interno:8080/stazioni?$skip=%d"`, offset+100)
		}
		fmt.Fprintf(w, `{"@odata.count":%d,"value":[%s]%s}`, len(rows), strings.Join(parts, ","), next)
	}))
	defer s.Close()
	kept, refused, err := collect(t, catalog.Source{URL: s.URL + "/stazioni"})
	if err != nil || len(kept) != 601 || len(refused) > 0 {
		t.Fatalf("%d rows, %v, %v", len(kept), refused, err)
	}
	if found := strings.Join(kept[0].Layer.Found, "\n"); !strings.Contains(found, "601 rows on 7 pages; it counts 601") {
		t.Error(found)
	}
}

// What a page does not say can be said: each way of paging, named by hand.
func TestConfiguredPaging(t *testing.T) {
	zero := 0
	for name, c := range map[string]struct {
		at      string
		path    string
		paging  catalog.Paging
		answers map[string]string
	}{
		"next by JSONPath": {"/a", "$.body.rows[*]", catalog.Paging{Next: "$.nav[?(@.k=='avanti')].u", Total: "$.nav[0].n"}, map[string]string{
			"/a": `{"nav":[{"n":3},{"k":"avanti","u":"?z=2"}],"body":{"rows":[{"id":1},{"id":2}]}}`, "/a?z=2": `{"nav":[{"n":3}],"body":{"rows":[{"id":3}]}}`}},
		"page from 0": {"/a?lang=it", "", catalog.Paging{PageParam: "pagina", FirstPage: &zero, LimitParam: "n", PageRows: 2}, map[string]string{
			"/a?lang=it&n=2&pagina=0": `[{"id":1},{"id":2}]`, "/a?lang=it&n=2&pagina=1": `[{"id":3}]`, "/a?lang=it&n=2&pagina=2": `[]`}},
		"offset": {"/a?da=0", "", catalog.Paging{OffsetParam: "da", Total: "Header: X-Quanti"}, map[string]string{
			"/a?da=0": "Header X-Quanti: 3\n[{\"id\":1},{\"id\":2}]", "/a?da=2": "Header X-Quanti: 3\n[{\"id\":3}]"}},
		"token": {"/a", "r", catalog.Paging{TokenParam: "t", Token: "info.poi"}, map[string]string{
			"/a": `{"info":{"poi":"x&y"},"r":[{"id":1},{"id":2}]}`, "/a?t=x%26y": `{"info":{"poi":null},"r":[{"id":3}]}`}},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, c.answers)
			kept, _, err := collect(t, catalog.Source{URL: s.URL + c.at, Mapping: catalog.Mapping{Path: c.path, Paging: &c.paging}})
			var keys []string
			for _, h := range kept {
				keys = append(keys, h.Key)
			}
			if err != nil || !slices.Equal(keys, []string{"1", "2", "3"}) {
				t.Errorf("%v, %v", keys, err)
			}
		})
	}
}

// A failed listing hands on nothing, and the size of pages can be changed for a
// second walk.
func TestNothingOfAFailedListing(t *testing.T) {
	s := serve(t, map[string]string{"/a?limit=2&offset=0": `{"total":9,"items":[{"id":1},{"id":2}]}`, "/a?limit=2&offset=2": `{"total":9,"items":[]}`})
	kept, _, err := collect(t, catalog.Source{URL: s.URL + "/a?limit=2&offset=0"})
	if len(kept) > 0 || !errors.Is(err, catalog.ErrFailedListing) {
		t.Errorf("%d rows, %v", len(kept), err)
	}
	s = serve(t, map[string]string{"/a": `{"data":{"total":9,"items":[{"id":1},{"id":2}]}}`}) // counted beside the rows
	if kept, _, err := collect(t, catalog.Source{URL: s.URL + "/a"}); len(kept) > 0 || err == nil || !strings.Contains(err.Error(), "counts 9 rows and gave 2") {
		t.Errorf("%d rows, %v", len(kept), err)
	}
	s = serve(t, map[string]string{"/a?limit=7&offset=0": `{"total":2,"items":[{"id":1},{"id":2}]}`})
	src := catalog.Source{URL: s.URL + "/a?limit=100&offset=0"}.WithListing(&catalog.Listing{PageRows: 7})
	if kept, _, err := collect(t, src); err != nil || len(kept) != 2 {
		t.Errorf("%d rows, %v", len(kept), err)
	}
}

// The interfaces behind municipal sites (spec §3.14), as docs/sources.md shows.
func TestInterfacesOfMunicipalSites(t *testing.T) {
	for name, c := range map[string]struct {
		at      string
		mapping catalog.Mapping
		answers map[string]string
		want    map[string]string
	}{
		"WordPress": {"/wp-json/wp/v2/luogo?modified_after=2026-01-01T00:00:00", catalog.Mapping{Kind: catalog.KindPlace, Key: []string{"id"}, Fields: map[string]string{
			"title": "title.rendered", "description": "content.rendered", "url": "link", "modified": "modified", "address": "meta._dci_luogo_indirizzo", "lat": "meta._dci_luogo_gps_lat", "lon": "meta._dci_luogo_gps_lng"}}, map[string]string{
			"/wp-json/wp/v2/luogo?modified_after=2026-01-01T00:00:00&orderby=id&page=1&per_page=100": "Header X-WP-Total: 1\nHeader X-WP-TotalPages: 1\n" +
				`[{"id":7,"link":"https://www.comune.example.it/luoghi/museo/","modified":"2026-03-01T10:00:00","title":{"rendered":"Museo &#8220;Civico&#8221;"},"content":{"rendered":"<p>Il museo.</p>","protected":false},"meta":{"_dci_luogo_indirizzo":"Piazza del Comune 1","_dci_luogo_gps_lat":"43.8803","_dci_luogo_gps_lng":"11.0966"}}]`},
			map[string]string{"title": "Museo “Civico”", "description": "Il museo.", "address": "Piazza del Comune 1", "url": "https://www.comune.example.it/luoghi/museo/", "type": "museo"}},
		"Plone": {"/++api++/@search?portal_type=Event&fullobjects=1&b_size=50", catalog.Mapping{Kind: catalog.KindEvent, Key: []string{"UID"}, Fields: map[string]string{"title": "title", "url": "@id", "start": "start", "end": "end", "summary": "description", "type": ""}}, map[string]string{
			"/++api++/@search?portal_type=Event&fullobjects=1&b_size=50": `{"@id":"SERVER/++api++/@search","items_total":1,"items":[{"@id":"https://www.comune.example.it/eventi/festa","@type":"Event","UID":"7a","title":"Festa patronale","description":"In piazza","start":"2026-12-26T09:00:00+01:00","end":"2026-12-26T18:00:00+01:00"}]}`},
			map[string]string{"title": "Festa patronale", "start": "2026-12-26T09:00:00+01:00", "url": "https://www.comune.example.it/eventi/festa", "type": "festa-patronale"}},
		"Socrata": {"/resource/abcd-1234.json?$limit=2", catalog.Mapping{}, map[string]string{
			"/resource/abcd-1234.json?$limit=2&$offset=0&$order=%3Aid": `[{"codice":"P1","denominazione":"Piscina","posizione":{"type":"Point","coordinates":[11.09,43.88]}},{"codice":"P2","denominazione":"Palestra"}]`,
			"/resource/abcd-1234.json?$limit=2&$offset=2&$order=%3Aid": `[{"codice":"P3","denominazione":"Pista"}]`,
			"/resource/abcd-1234.json?$limit=2&$offset=3&$order=%3Aid": `[]`},
			map[string]string{"title": "Piscina", "code": "P1"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, c.answers)
			src := catalog.Source{ID: "test", URL: s.URL + c.at, Mapping: c.mapping}
			kept, refused, err := collect(t, src)
			if err != nil || len(refused) > 0 || len(kept) == 0 {
				t.Fatalf("%v, %v, %v", kept, refused, err)
			}
			r := records(t, src, kept)[kept[0].Key]
			for name, want := range c.want {
				if got := property(r, name); got != want {
					t.Errorf("%s: %q; want %q", name, got, want)
				}
			}
		})
	}
}

// Features of GeoJSON have their own ids and geometry, in the CRS that is declared.
func TestGeoJSONPages(t *testing.T) {
	s := serve(t, map[string]string{
		"/a":     `{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::3003"}},"features":[{"type":"Feature","id":"x.1","geometry":{"type":"Point","coordinates":[1668415,4860696]},"properties":{"nome":"A"}}],"links":[{"rel":"next","href":"/a?p=2"}]}`,
		"/a?p=2": `{"type":"FeatureCollection","features":[{"type":"Feature","id":"x.2","geometry":{"type":"Point","coordinates":[1668420,4860700]},"properties":{"nome":"B"}}],"links":[]}`})
	kept, _, err := collect(t, catalog.Source{URL: s.URL + "/a"})
	if err != nil || len(kept) != 2 || kept[1].Key != "x.2" || kept[0].Layer.SRID != 3003 {
		t.Fatalf("%+v, %v", kept, err)
	}
}
