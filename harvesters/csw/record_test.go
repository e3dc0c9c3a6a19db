package csw_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/csw"
)

// write writes files into a new folder.
func write(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func keysOf(kept []catalog.Harvested) []string {
	var keys []string
	for _, h := range kept {
		keys = append(keys, h.Key)
	}
	slices.Sort(keys)
	return keys
}

// What is no dataset is refused with the reason; a record without title, or without
// identifier, is told.
func TestRecordsThatAreNone(t *testing.T) {
	body := `<csw:GetRecordsResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:gfc="http://www.isotc211.org/2005/gfc" xmlns:gco="http://www.isotc211.org/2005/gco"><csw:SearchResults numberOfRecordsMatched="6" nextRecord="0">` +
		iso("a", "dataset", "2026-01-01").xml + iso("b", "featureType", "2026-01-01").xml + `<gfc:FC_FeatureCatalogue uuid="fc"><gfc:name><gco:CharacterString>Catalogo</gco:CharacterString></gfc:name></gfc:FC_FeatureCatalogue>` +
		strings.ReplaceAll(iso("c", "dataset", "").xml, "Titolo c", " ") + strings.Replace(iso("", "dataset", "").xml, "Titolo ", "Senza codice", 1) + `<other/></csw:SearchResults></csw:GetRecordsResponse>`
	kept, refused, err := collect(t, catalog.Source{URL: filepath.Join(write(t, map[string]string{"a.xml": body}), "a.xml")})
	if err != nil || len(kept) != 2 || kept[0].Key != "a" || !strings.HasPrefix(kept[1].Key, "sha256-") {
		t.Fatalf("%v, %v", keysOf(kept), err)
	}
	if rule := kept[1].Issues[len(kept[1].Issues)-1].Rule; rule != "identifier-missing" {
		t.Errorf("without identifier: %v", kept[1].Issues)
	}
	var got []string
	for _, i := range refused {
		got = append(got, fmt.Sprintf("%s %s %v %s", i.Rule, i.Key, i.Listed, i.Read))
	}
	want := []string{"record-not-dataset b false featureType: Titolo b", "record-not-dataset fc false a catalogue of feature types (ISO 19110)", "title-missing c true ", "record-not-dataset sha256-"}
	for i := range want {
		if i >= len(got) || !strings.HasPrefix(got[i], want[i]) {
			t.Fatalf("refused %q; want %q", got, want)
		}
	}
}

// Dublin Core says little, and that is read.
func TestDublinCore(t *testing.T) {
	body := `<csw:GetRecordByIdResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dct="http://purl.org/dc/terms/" xmlns:ows="http://www.opengis.net/ows"><csw:Record>
		<dc:identifier>c_g999:1</dc:identifier><dc:identifier>urn:x:1</dc:identifier><dc:title>Strade</dc:title><dc:type>http://purl.org/dc/dcmitype/Dataset</dc:type><dc:subject>viabilità</dc:subject><dct:abstract>Grafo</dct:abstract>
		<dct:modified>2026-01-02</dct:modified><dc:date>2020-01-01</dc:date><dc:creator>SIT</dc:creator><dc:publisher>Comune di Prato</dc:publisher><dc:language>it</dc:language><dc:rights>CC BY 4.0</dc:rights>
		<dct:references scheme="OGC:WMS">https://e.it/ows</dct:references><dct:references scheme="WWW:DOWNLOAD-1.0-http--download">https://e.it/strade.zip</dct:references>
		<ows:BoundingBox crs="urn:x-ogc:def:crs:EPSG:6.11:4326"><ows:LowerCorner>43.8 11.0</ows:LowerCorner><ows:UpperCorner>44.1 11.2</ows:UpperCorner></ows:BoundingBox></csw:Record></csw:GetRecordByIdResponse>`
	dir := write(t, map[string]string{"a.xml": body, "b.xml": strings.NewReplacer("43.8 11.0", "11.0 43.8", "44.1 11.2", "11.2 44.1").Replace(body)})
	for _, name := range []string{"a.xml", "b.xml"} { // with either order of axes
		kept, refused, err := collect(t, catalog.Source{URL: filepath.Join(dir, name)})
		if err != nil || len(refused) > 0 || len(kept) != 1 {
			t.Fatalf("%v, %v, %v", keysOf(kept), refused, err)
		}
		h := kept[0]
		got := map[string]string{}
		for i, c := range h.Layer.Columns {
			if s := catalog.Text(h.Values[i]); s != "" {
				got[c.Name] = s
			}
		}
		for name, want := range map[string]string{"name": "Strade", "text": "Grafo", "tags": "viabilità", "modified": "2026-01-02", "issued": "2020-01-01", "licence_declared": "CC BY 4.0", "publisher": `{"name":"Comune di Prato"}`,
			"creators": `[{"name":"SIT"}]`, "language": `["it"]`, "spatial": `[{"bbox":[11,43.8,11.2,44.1]}]`, "identifier": "c_g999:1", "other_identifiers": `[{"notation":"urn:x:1"}]`} {
			if got[name] != want {
				t.Errorf("%s: %s; want %s", name, got[name], want)
			}
		}
		if len(h.Distributions) != 2 || !h.Distributions[0].Service || h.Distributions[1].DownloadURL != "https://e.it/strade.zip" {
			t.Errorf("distributions %+v", h.Distributions)
		}
	}
}

// Documents are read one by one, from a folder, a list or a page that links them;
// one that cannot be read costs only itself, and nothing is withdrawn for it.
func TestDocuments(t *testing.T) {
	one, two, list := iso("uno", "dataset", "2026-01-01").xml, iso("due", "series", "2026-01-01").xml, `<x:metadata xmlns:x="urn:x"><group>`+iso("tre", "dataset", "").xml+iso("quattro", "service", "").xml+`</group></x:metadata>`
	page := `<!DOCTYPE html><html><body><h1>Index of /metadati</h1><a href="?C=N">Name</a> <a href="../">..</a> <a href="uno.xml">uno</a> <a href="/metadati/due.xml">due</a> <a href="http://altrove.example.org/x.xml">x</a></body></html>`
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, ok := map[string]string{"/metadati/": page, "/metadati/uno.xml": one, "/metadati/due.xml": two, "/elenco.txt": "# due schede\nmetadati/uno.xml\nmetadati/manca.xml\n", "/csw": two}[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		fmt.Fprint(w, body)
	}))
	defer s.Close()
	dir := write(t, map[string]string{"uno.xml": one, "due.XML": two, "rotto.xml": "<gmd:MD_Metadata>", "leggimi.md": "x"})
	files := write(t, map[string]string{"elenco.txt": "\ufeffuno.xml\n\n" + s.URL + "/metadati/due.xml\n", "uno.xml": one, "insieme.xml": list, "fuori.txt": "../uno.xml\n", "vuoto.xml": "", "altro.xml": "<rss/>", "capacita.xml": (&server{}).capabilities("2.0.2", ""),
		"eccezione.xml": `<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows"><ows:Exception exceptionCode="NoApplicableCode"><ows:ExceptionText>guasto</ows:ExceptionText></ows:Exception></ows:ExceptionReport>`})
	for _, c := range []struct {
		name, address string
		kept          []string
		refused       int
		want          string
	}{
		{"a folder", dir, []string{"due", "uno"}, 1, ""},
		{"a local list", files + "/elenco.txt", []string{"due", "uno"}, 0, ""},
		{"several in one document", files + "/insieme.xml", []string{"quattro", "tre"}, 0, ""},
		{"a page of a folder", s.URL + "/metadati/", []string{"due", "uno"}, 0, ""},
		{"a list on the web", s.URL + "/elenco.txt", []string{"uno"}, 1, ""},
		{"one record by its identifier", s.URL + "/csw?request=GetRecordById&id=due", []string{"due"}, 0, ""},
		{"a list that leads out of its folder", files + "/fuori.txt", nil, 0, "not XML"},
		{"nothing", files + "/vuoto.xml", nil, 0, "empty"},
		{"something else", files + "/altro.xml", nil, 0, "a document <rss> and holds no metadata record"},
		{"capabilities", files + "/capacita.xml", nil, 0, "give the address of the service"},
		{"an exception", files + "/eccezione.xml", nil, 0, `exception NoApplicableCode: "guasto"`},
	} {
		kept, refused, err := collect(t, catalog.Source{URL: c.address})
		if c.want != "" {
			if err == nil || !strings.Contains(err.Error(), c.want) || !errors.Is(err, catalog.ErrFailedListing) {
				t.Errorf("%s: %v; want %q", c.name, err, c.want)
			}
			continue
		}
		if err != nil || !slices.Equal(keysOf(kept), c.kept) || len(refused) != c.refused {
			t.Errorf("%s: %v, refused %v, %v; want %v", c.name, keysOf(kept), refused, err, c.kept)
		}
		for _, i := range refused {
			if i.Rule != "record-unreadable" || !i.Listed || i.Key != "" {
				t.Errorf("%s: %+v", c.name, i)
			}
		}
	}
}

// A saved page of several says that the others are not in it.
func TestSavedPage(t *testing.T) {
	body := `<csw:GetRecordsResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2"><csw:SearchResults numberOfRecordsMatched="18" nextRecord="2">` + iso("a", "dataset", "").xml + `</csw:SearchResults></csw:GetRecordsResponse>`
	kept, _, err := collect(t, catalog.Source{URL: filepath.Join(write(t, map[string]string{"a.xml": body}), "a.xml")})
	if err != nil || len(kept) != 1 || len(kept[0].Issues) != 1 || kept[0].Issues[0].Rule != "next-page-not-read" {
		t.Errorf("%v, %v", kept, err)
	}
}

// The service is found from the addresses that people have, and asked where it is
// seen from here; a constraint of the address is kept.
func TestAddresses(t *testing.T) {
	inner := &server{records: numbered(3)}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/portale/csw", r.URL.Path == "/csw":
			r.URL.Path = "/csw"
			inner.ServeHTTP(w, r)
		case r.URL.Path == "/vecchio/csw":
			http.Redirect(w, r, "/csw?"+r.URL.RawQuery, http.StatusMovedPermanently)
		case r.URL.Path == "/sito":
			fmt.Fprint(w, "<!DOCTYPE html><html><a href='/x'>x</a></html>")
		default:
			http.NotFound(w, r)
		}
	}))
	defer s.Close()
	for _, a := range []string{"/csw", "/csw?service=CSW&request=GetCapabilities&version=2.0.2", "/csw?", "/portale", "/portale/", "/vecchio/csw", "/csw?SERVICE=CSW&REQUEST=GetRecords&maxRecords=1"} {
		if kept, _, err := collect(t, catalog.Source{URL: s.URL + a}); err != nil || len(kept) != 3 {
			t.Errorf("%s: %v, %v", a, keysOf(kept), err)
		}
	}
	if _, _, err := collect(t, catalog.Source{URL: s.URL + "/sito"}); err == nil || !strings.Contains(err.Error(), "no catalogue service (CSW) was found; tried "+s.URL+"/sito (") {
		t.Errorf("a site without: %v", err)
	}
	inner.asked = nil
	if _, _, err := collect(t, catalog.Source{URL: s.URL + "/csw?request=GetRecords&constraintLanguage=CQL_TEXT&constraint=" + "apiso:OrganisationName+%3D+'Prato'"}); err != nil {
		t.Error(err)
	}
	for _, q := range inner.asked {
		if q.request == "GetRecords" && (q.method != "GET" || q.constraint != "apiso:OrganisationName = 'Prato'") {
			t.Errorf("asked %+v", q)
		}
	}
}

// An answer with status 200 that is a page, cut off, or of another protocol is a
// failed listing.
func TestAnswersThatAreNone(t *testing.T) {
	for body, want := range map[string]string{
		"<!DOCTYPE html><html><body>Accesso negato</body></html>": "web page (HTML)",
		"": "empty",
		`<csw:GetRecordsResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2"><csw:SearchResults numberOfRecordsMatched="2"><gmd:MD_Meta`:                               "cut off",
		"<wfs:FeatureCollection xmlns:wfs='http://www.opengis.net/wfs'/>":                                                                                                   "<FeatureCollection> and not the GetRecordsResponse",
		`<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope"><soap:Body><soap:Fault><faultstring>no</faultstring></soap:Fault></soap:Body></soap:Envelope>`: "SOAP fault",
	} {
		_, _, err := replay(t, func(asked) []byte { return []byte(body) })
		if err == nil || !strings.Contains(err.Error(), want) || !errors.Is(err, catalog.ErrFailedListing) {
			t.Errorf("%.40q: %v; want %q", body, err, want)
		}
	}
}

// What may not be stored is neither read nor kept.
func TestDrop(t *testing.T) {
	dir := write(t, map[string]string{"a.xml": strings.Replace(iso("a", "dataset", "2026-01-01").xml, "<gmd:identificationInfo>", "<gmd:contact><gmd:CI_ResponsibleParty><gmd:organisationName><gco:CharacterString>Ente</gco:CharacterString></gmd:organisationName></gmd:CI_ResponsibleParty></gmd:contact><gmd:identificationInfo>", 1)})
	for drop, want := range map[string]bool{"": true, "contact": false} {
		kept, _, err := collect(t, catalog.Source{URL: dir + "/a.xml", Mapping: catalog.Mapping{Drop: []string{drop}}})
		if err != nil || len(kept) != 1 || strings.Contains(string(kept[0].Raw), "Ente") != want {
			t.Errorf("drop %q: %v, %s", drop, err, kept[0].Raw)
		}
	}
}

// nowhere reaches no address, whatever a list names.
var nowhere = &http.Client{Transport: http.NewFileTransport(http.FS(os.DirFS("testdata/none")))}

// Whatever a document is, the harvest ends; every dataset has a key, a title and a
// value for each column.
func FuzzHarvest(f *testing.F) {
	f.Add([]byte(iso("a", "dataset", "2026-01-01").xml))
	f.Add([]byte(`<csw:GetRecordsResponse><csw:SearchResults numberOfRecordsMatched="x" nextRecord="-1"><csw:Record><dc:title>T</dc:title><ows:BoundingBox><ows:LowerCorner>1 2</ows:LowerCorner><ows:UpperCorner>x</ows:UpperCorner></ows:BoundingBox></csw:Record><FC_FeatureCatalogue/></csw:SearchResults></csw:GetRecordsResponse>`))
	f.Add([]byte("uno.xml\n# x\n../due.xml"))
	f.Add([]byte("<html><a href=uno.xml>"))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, doc []byte) {
		path := filepath.Join(dir, "c")
		if err := os.WriteFile(path, doc, 0o600); err != nil {
			t.Fatal(err)
		}
		ended := false
		for h, err := range csw.Harvest(context.Background(), nowhere, catalog.Source{ID: "x", URL: path}) {
			if ended {
				t.Fatal("it goes on after its end")
			}
			if err != nil {
				ended = !errors.Is(err, catalog.ErrInvalid)
				if ended && !errors.Is(err, catalog.ErrFailedListing) {
					t.Fatalf("an error of no kind: %v", err)
				}
				continue
			}
			if h.Key == "" || !utf8.ValidString(h.Key) || len(h.Values) != len(h.Layer.Columns) || h.Values[0] == "" || len(h.Raw) == 0 {
				t.Fatalf("not whole: %+v", h)
			}
		}
	})
}
