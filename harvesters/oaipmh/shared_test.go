package oaipmh_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

// shared is the path of a real file; the test is skipped where they are not.
func shared(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join("../../../shared/data", name)
	if _, err := os.Stat(path); err != nil {
		if _, err := os.Stat("../../../shared"); err == nil && os.Getenv("CI") != "" {
			t.Fatalf("%s is missing from ../shared/data", name)
		}
		t.Skipf("%s is not there: this test reads real data in ../shared/data", name)
	}
	return path
}

// realListings are the listings of real files, each read once.
var realListings = map[string]*listing{}

func listedReal(t *testing.T, name string) *listing {
	t.Helper()
	path := shared(t, name)
	if realListings[name] == nil {
		realListings[name] = listed(t, catalog.Source{URL: path}, "")
	}
	return realListings[name]
}

// counts are how often each rule refused a record.
func counts(rules []string) string {
	n, order := map[string]int{}, []string{}
	for _, r := range rules {
		if n[r]++; n[r] == 1 {
			order = append(order, r)
		}
	}
	for i, r := range order {
		order[i] = fmt.Sprintf("%s %d", r, n[r])
	}
	return strings.Join(order, ", ")
}

func TestRealFiles(t *testing.T) {
	for _, tt := range []struct {
		name    string
		kept    int
		refused string
		err     string
	}{
		{"oai/iccd", 30, "card-no-thing 15", ""},
		{"lido/lido-extended-example.xml", 3, "", ""},
		{"lido/lido-inp-clasate-stiinta-tehnica.xml.gz", 486, "", ""},
		{"oai/oai-listrecords-single-page.xml", 162, "", ""},
		{"oai/pyoai-listrecords-50k.xml", 16, "", ""},
		{"oai/kata-helda_oai_dc.xml", 1, "", ""},
		{"oai/kata-oai-pmh.xml", 1, "", ""},
		{"oai/sickle-GetRecord_utf8test.xml", 1, "", ""},
		{"oai/europeana-getrecord-edm.xml", 1, "", ""},
		{"oai/oai-listrecords-page-1.xml", 0, "metadata-missing 200", "hold 200 of 733 records"},
		{"oai/oai-listrecords-page-4.xml", 0, "metadata-missing 133", ""}, // the last page does not tell that others were before
		{"oai/oai-identify.xml", 0, "", "holds no records"},
		{"oai/sickle-ListMetadataFormats.xml", 0, "", "holds no records"},
		{"oai/sickle-ListSets.xml", 0, "", "holds no records"},
		{"oai/sickle-badResumptionToken.xml", 0, "", "badResumptionToken"},
		{"oai/sickle-noRecordsMatch.xml", 0, "", "noRecordsMatch"},
	} {
		l := listedReal(t, tt.name)
		if len(l.keys) != tt.kept || counts(l.rules) != tt.refused {
			t.Errorf("%s: kept %d, refused %s; want %d, %s", tt.name, len(l.keys), counts(l.rules), tt.kept, tt.refused)
		}
		if (l.err != nil) != (tt.err != "") || l.err != nil && !strings.Contains(l.err.Error(), tt.err) {
			t.Errorf("%s: error = %v; want %q", tt.name, l.err, tt.err)
		}
	}
}

// What the real files say, field by field, as somebody would read it in them.
func TestRealValues(t *testing.T) {
	for _, tt := range []struct{ file, key, layer, point, values string }{
		{"oai/iccd", "oai:oaicat.iccd.org:@ICCD14703645@", "heritage", "16.7846 41.0836", `name: Lapide (Chiesa di S. Giuseppe, gia' S. Maria della Purita')
heritage_type: artistic
definition: lapide
dating: {"label":"sec. XVIII (1765)","from_year":1765,"to_year":1765}
materials: ["marmo bianco/ incisione"]
measures: [{"name":"altezza","value":"80","unit":"cm"},{"name":"larghezza","value":"126","unit":"cm"}]
holder_place: Chiesa di S. Giuseppe, gia' S. Maria della Purita'
town: Modugno
province_said: BA
nct: {"region":"16","number":"00168546"}
iccd_card: {"type":"OA","level":"I","version":"3.00"}
geometry_source: centroid
conservation_status: discreto`},
		{"oai/iccd", "oai:oaicat.iccd.org:@ICCD14711365@", "heritage", "", `name: Lancia yari
dating: {"label":"sec. XIX (1800-1868)","from_year":1800,"to_year":1868}
materials: ["legno","lacca","metallo","raden"]
holder_place: Museo di Antropologia dell'Università degli Studi di Padova
subject: 
street: Via Giotto, 1`},
		{"oai/iccd", "oai:oaicat.iccd.org:@ICCD14721796@", "heritage", "16.0131 38.3532", `name: Palazzo degli Uffici
heritage_type: architectural
dating: {"label":"sec. XX (post 1908)","from_year":1908}
protection: [{"act":"revoca DLgs n. 490/1999, art. 6, co. 2","date":"2004/02/20"}]
geometry_source: harvested
precision: exact`},
		{"oai/iccd", "oai:oaicat.iccd.org:@ICCD14200217@", "heritage", "8.9973 45.4732", `name: Viale della Rimembranza di Bareggio
heritage_type: architectural
dating: {"label":"sec. XX, prima metà","from_year":1901,"to_year":1950}
street: viale Don Fracassi`},
		{"oai/iccd", "oai:oaicat.iccd.org:@ICCD12368838@", "places", "", `name: Chiesa di Santa Maria delle Grazie
kind_said: chiesa
town: Settefrati
precision: municipality
street: `},
		{"oai/iccd", "oai:oaicat.iccd.org:@ICCD13057300@", "places", "7.7083 45.0580", `name: Villa della Regina
kind_said: villa
street: Strada Comunale Santa Margherita, 79
site: http://polomusealepiemonte.beniculturali.it/index.php/musei-e-luoghi-della-cultura/villa-della-regina/visita-villa-della-regina/`},
		{"lido/lido-extended-example.xml", "DE-Mb112/lido-obj20344012,T,001", "heritage", "", `name: Fontana del Moro — fountain basin with four tritons and masks
creators: [{"name":"Porta, Giacomo della","role":"sculptor"}]
dating: {"label":"1575-1576","from_year":1575,"to_year":1576}
subject: ["triton(s)","mask, mascaron ~ornament"]
part_of: ["Fontana del Moro - fountain"]
town: Rome
picture: `},
		{"lido/lido-inp-clasate-stiinta-tehnica.xml.gz", "00F9478BE8AC401DBB7092A46ECE160F", "heritage", "", `name: Vagon de tramvai cu cai
heritage_type: scientific
rights: CC0
holder_place: Muzeul Național Tehnic "Prof. ing. Dimitrie Leonida" - BUCUREȘTI
link: http://clasate.cimec.ro/detaliu.asp?k=00F9478BE8AC401DBB7092A46ECE160F
digital_objects: [{"url":"http://clasate.cimec.ro/medium/STT_7520100_10-6.jpg","licence":"http://www.europeana.eu/rights/rr-f/"}]
picture: `},
		{"oai/europeana-getrecord-edm.xml", "http://data.europeana.eu/item/90402/BK_1978_399", "heritage", "", `name: Beurs van beschilderd creme-wit fluweel, met gouden beugel
definition: beurs
dating: {"label":"1835","from_year":1835,"to_year":1835}
holder_place: Rijksmuseum
rights: http://creativecommons.org/publicdomain/mark/1.0/
measures: [{"name":"length 14.5 cm"},{"name":"width 7.8 cm"},{"name":"height 3 cm"}]
place: Genève
link: http://hdl.handle.net/10934/RM0001.COLLECT.12801`},
		{"oai/kata-helda_oai_dc.xml", "oai:helda.helsinki.fi:10138/1074", "heritage", "", `heritage_type: library
creators: [{"name":"Khriachtchev, Leonid"},{"name":"Lignell, Antti"},{"name":"Räsänen, Markku"}]
external_ids: [{"scheme":"uri","value":"http://link.aip.org/link/?jcp/123/064507"},{"scheme":"handle","value":"10138/1074"},{"scheme":"oai","value":"oai:helda.helsinki.fi:10138/1074"}]
changed: 2010-09-29T21:00:17Z`},
		{"oai/pyoai-listrecords-50k.xml", "hdl:1765/308", "heritage", "", `name: Kijken in het brein: Over de mogelijkheden van neuromarketing
link: http://hdl.handle.net/1765/308
dating: `},
	} {
		for _, h := range listedReal(t, tt.file).harvests {
			if h.Key != tt.key {
				continue
			}
			point := ""
			if h.Geometry != nil {
				point = fmt.Sprintf("%.4f %.4f", h.Geometry.FlatCoords()[0], h.Geometry.FlatCoords()[1])
			}
			if h.Layer.Name != tt.layer || point != tt.point {
				t.Errorf("%s: layer %s, point %q; want %s, %q", tt.key, h.Layer.Name, point, tt.layer, tt.point)
			}
			for line := range strings.SplitSeq(tt.values, "\n") {
				column, want, _ := strings.Cut(line, ": ")
				if got := value(h, column); got != want {
					t.Errorf("%s: %s = %s; want %s", tt.key, column, got, want)
				}
			}
			tt.key = ""
			break
		}
		if tt.key != "" {
			t.Errorf("%s: %s was not kept", tt.file, tt.key)
		}
	}
}

// No name of who compiled a card, or took a photograph for it, is in what is stored.
func TestRealCardsHaveNoCompilers(t *testing.T) {
	l := listedReal(t, "oai/iccd")
	for _, h := range l.harvests {
		for _, name := range []string{"Picca F", "Caliandro", "Perchiazzi", "Minnucci", "Bentivoglio Ravasio", "Milanesi, Federico", "Bellomo, Giorgia", "Majoli", "Spanò", "Panzani", "Agenzia Demanio"} {
			if strings.Contains(string(h.Raw)+fmt.Sprint(h.Values...), name) {
				t.Errorf("%s: %q is stored", h.Key, name)
			}
		}
	}
	p := listedReal(t, "oai/kata-oai-pmh.xml")
	for _, h := range p.harvests {
		if raw := string(h.Raw) + fmt.Sprint(h.Values...); strings.Contains(raw, "csc.fi\"") || strings.Contains(raw, "@csc") || strings.Contains(raw, "Jaska") {
			t.Errorf("%s: addresses of mail, or names of who keeps the record, are stored: %s", h.Key, raw)
		}
	}
}

// The list of 733 records in four pages that a repository gave, replayed with its tokens.
// It lists headers; with metadata in each, they are a list of records.
func TestRealPages(t *testing.T) {
	var pages [4]string
	for i := range pages {
		b, err := os.ReadFile(shared(t, fmt.Sprintf("oai/oai-listrecords-page-%d.xml", i+1)))
		if err != nil {
			t.Fatal(err)
		}
		pages[i] = string(b)
	}
	header := regexp.MustCompile(`(?s)<header>.*?</header>`)
	token := regexp.MustCompile(`>([^<>]+)</resumptionToken>`)
	withMetadata := func(s string) string {
		return strings.ReplaceAll(header.ReplaceAllStringFunc(s, func(h string) string {
			return "<record>" + h + `<metadata><dc xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>T</dc:title></dc></metadata></record>`
		}), "ListIdentifiers", "ListRecords")
	}
	for _, tt := range []struct {
		name  string
		page  func(string) string
		order []int
		kept  int
		rules string
		err   string
	}{
		{"records", withMetadata, []int{0, 1, 2, 3}, 733, "", ""},
		{"headers", func(s string) string { return s }, []int{0, 1, 2, 3}, 0, "metadata-missing 733", ""},
		{"a page that comes twice", withMetadata, []int{0, 1, 1}, 400, "", "holds the same"},
		{"a page that is left out", withMetadata, []int{0, 1, 3}, 533, "", "announced 733 records and gave 533"},
	} {
		served := map[string]string{"": tt.page(pages[tt.order[0]])}
		for i, n := range tt.order[1:] {
			if m := token.FindStringSubmatch(pages[tt.order[i]]); m != nil {
				served[m[1]] = tt.page(pages[n])
			}
		}
		f := &fake{answers: map[string]string{"verb=ListMetadataFormats": formats("nsdl_dc", "oai_dc")}}
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if q := r.URL.Query(); q.Get("verb") == "ListRecords" {
				fmt.Fprint(w, served[q.Get("resumptionToken")])
				return
			}
			f.ServeHTTP(w, r)
		}))
		l := listed(t, catalog.Source{URL: s.URL}, "")
		s.Close()
		if len(l.keys) != tt.kept || counts(l.rules) != tt.rules || (l.err != nil) != (tt.err != "") || l.err != nil && !strings.Contains(l.err.Error(), tt.err) {
			t.Errorf("%s: kept %d, refused %s, %v; want %d, %s, %q", tt.name, len(l.keys), counts(l.rules), l.err, tt.kept, tt.rules, tt.err)
		}
		if tt.err == "" && !strings.Contains(l.Cursor, "from=2012-08-04T20%3A58%3A40Z") {
			t.Errorf("%s: cursor = %s; want two days before the first answer", tt.name, l.Cursor)
		}
	}
}
