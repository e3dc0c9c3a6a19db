package recognise

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What an address holds is told by its first bytes, and services are found by
// asking in their own ways.
func TestAddress(t *testing.T) {
	const xml = `<?xml version="1.0"?>`
	answers := map[string]string{
		"/wfs?service=WFS&request=GetCapabilities": xml + `<wfs:WFS_Capabilities xmlns:wfs="http://www.opengis.net/wfs/2.0"/>`,
		"/csw?service=CSW&request=GetCapabilities": xml + `<csw:Capabilities xmlns:csw="http://www.opengis.net/cat/csw/2.0.2"/>`,
		"/wms":                       xml + `<WMS_Capabilities version="1.3.0"/>`,
		"/oai?set=a&verb=Identify":   xml + `<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"/>`,
		"/notizie":                   "\ufeff" + xml + `<rss version="2.0"><channel/></rss>`,
		"/notizie.html":              `<!DOCTYPE html><link rel="alternate" type="application/rss+xml" href="/notizie">`,
		"/agenda":                    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n",
		"/rdf":                       xml + `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>`,
		"/ttl":                       "@prefix dcat: <http://www.w3.org/ns/dcat#> .",
		"/punti":                     `{"type":"FeatureCollection","features":[]}`,
		"/collections/punti/items":   `{"type":"FeatureCollection","features":[],"numberReturned":0,"links":[]}`,
		"/servizio?f=json":           `{"currentVersion":11.2,"layers":[]}`,
		"/v1.1":                      `{"value":[{"name":"Things","url":"x"},{"name":"Datastreams","url":"y"}]}`,
		"/musei":                     `[{"nome":"Museo"}]`,
		"/api/json":                  `[{"nome":"Museo"},{"nome":"Villa"}]`,
		"/elenco/json":               `{"success":true,"result":[{"nome":"Museo"}]}`,
		"/datastore/json":            `{"help":"x","success":true,"result":{"total":1,"records":[{"nome":"Museo"}],"_links":{}}}`,
		"/pacchetti/json":            `{"success":true,"result":[{"name":"a","metadata_modified":"2026-01-01","resources":[]}]}`,
		"/museo":                     xml + `<museo/>`,
		"/tabella":                   "nome;via\nMuseo;Via Roma\n",
		"/timetable":                 "PK\x03\x04............agency.txt",
		"/sito":                      `<html><body><script type="application/ld+json">{}</script>`,
		"/login":                     `<html><body><form><input type="password">`,
		"/pdf":                       "%PDF-1.7",
		"/chiave":                    `{"error":{"code":499,"message":"Token Required"}}`,
		"/api/3/action/site_read":    `{"help":"x","success":true,"result":true}`,
		"/altro/api/explore/nessuno": "",
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, ok := answers[r.URL.RequestURI()]
		if !ok {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write([]byte(body))
	}))
	defer s.Close()
	for address, want := range map[string]string{
		"/wfs": "wfs", "/csw": "csw", "/oai?set=a": "oaipmh", "/notizie": "feed", "/agenda": "ical", "/rdf": "dcat", "/ttl": "dcat", "/punti": "file",
		"/collections/punti/items": "ogcapi", "/servizio": "arcgis", "/v1.1": "sensorthings", "/timetable": "gtfs", "/sito": "jsonld", "/nessuno": "ckan",
		"/api/json": "json", "/elenco/json": "json", "/datastore/json": "json", // on the host of a CKAN portal
	} {
		kind, at, what := Address(t.Context(), s.Client(), s.URL+address)
		if kind != want || what == "" || want != "ckan" && at != s.URL+address || want == "ckan" && at != s.URL {
			t.Errorf("%s is %q, %q, at %s; want %s", address, kind, what, at, want)
		}
	}
	if kind, at, _ := Address(t.Context(), s.Client(), s.URL+"/pacchetti/json"); kind != "ckan" || at != s.URL+"/pacchetti/json" {
		t.Errorf("packages are %q at %s; want ckan", kind, at)
	}
	delete(answers, "/api/3/action/site_read")
	for address, want := range map[string]string{
		"/musei": "json: a list in JSON", "/museo": "xml: XML that begins with <museo>", "/tabella": "file: a table in text",
		"/wms": ": a map service (WMS)", "/login": ": a page that wants a login", "/pdf": ": a PDF document", "/chiave": ": an error of a service: Token Required",
		"/notizie.html": ": a web page; it names a feed, /notizie", "/nessuno": ": ",
	} {
		if kind, _, what := Address(t.Context(), s.Client(), s.URL+address); !strings.HasPrefix(kind+": "+what, want) || want == ": " && what != "" {
			t.Errorf("%s is %q, %q; want %q", address, kind, what, want)
		}
	}
	path := filepath.Join(t.TempDir(), "agenda.ics")
	if err := os.WriteFile(path, []byte(answers["/agenda"]), 0o600); err != nil {
		t.Fatal(err)
	}
	if kind, _, _ := Address(t.Context(), s.Client(), path); kind != "ical" {
		t.Errorf("a file is %q; want ical", kind)
	}
}

// FuzzRecognised: no document stops the program, and only what has a word has a kind.
func FuzzRecognised(f *testing.F) {
	for _, s := range []string{"<rss/>", `{"value":[{"name":"Things"}]}`, "PK\x03\x04stops.txt", "[", "<!doctype html><link rel=alternate type=application/rss+xml href=a>", "a;b\n1;2\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		if kind, what := recognised(doc, ""); kind != "" && what == "" {
			t.Errorf("%q is %q, %q", doc, kind, what)
		}
	})
}
