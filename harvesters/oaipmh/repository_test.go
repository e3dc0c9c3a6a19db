package oaipmh_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

func TestFormats(t *testing.T) {
	for _, tt := range []struct {
		offered    []string
		set, asked string
		err        string
	}{
		{[]string{"oai_dc", "mods", "lido"}, "", "lido", ""},
		{[]string{"oai_dc", "edm", "pico"}, "", "edm", ""},
		{[]string{"oai_dc", "mag", "pico"}, "", "pico", ""},
		{[]string{"oai_dc", "mag"}, "", "mag", ""},
		{[]string{"MODS", "oai_dc"}, "", "MODS", ""},
		{[]string{"oai_dc", "lido"}, "oai_dc", "oai_dc", ""},
		{[]string{"oai_dc", "marc21"}, "lido", "", `does not offer the format "lido"; it offers oai_dc, marc21`},
		{[]string{"epicur"}, "", "", "only formats that are not read (epicur)"},
	} {
		f := &fake{answers: map[string]string{"verb=ListMetadataFormats": formats(tt.offered...), "metadataPrefix=" + tt.asked + "&verb=ListRecords": page("", record("a", day1))}}
		l := listed(t, catalog.Source{URL: serve(t, f), Mapping: catalog.Mapping{Format: tt.set}}, "")
		if tt.err == "" && l.String() != "a" || tt.err != "" && (l.err == nil || !strings.Contains(l.err.Error(), tt.err)) {
			t.Errorf("%v, set %q: keys = %s, %v; want %s asked for, %q", tt.offered, tt.set, l, l.err, tt.asked, tt.err)
		}
	}
}

// What is no repository says so, and what it is instead.
func TestNoRepository(t *testing.T) {
	for _, tt := range []struct{ name, body, err string }{
		{"a web page", "<!DOCTYPE html><html><body>Benvenuti</body></html>", "web page"},
		{"a feed", `<?xml version="1.0"?><rss version="2.0"><channel/></rss>`, "root element is <rss>"},
		{"nothing", "", "no XML"},
		{"an old version", identify("YYYY-MM-DD", "1.1"), "version 1.1"},
		{"an error", `<error code="badVerb">Illegal verb</error>`, "badVerb: Illegal verb"},
		{"another verb", "<ListSets/>", "did not answer Identify"},
	} {
		l := listed(t, catalog.Source{URL: serve(t, &fake{answers: map[string]string{"verb=Identify": tt.body}})}, "")
		if l.err == nil || !strings.Contains(l.err.Error(), tt.err) {
			t.Errorf("%s: error = %v; want %q", tt.name, l.err, tt.err)
		}
	}
}

// A server that is busy says when to come back; that is no failure.
func TestBusyServer(t *testing.T) {
	f := &fake{answers: map[string]string{first: page("", record("a", day1))}}
	busy := 2
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if busy--; busy >= 0 {
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		f.ServeHTTP(w, r)
	}))
	defer s.Close()
	if l := listed(t, catalog.Source{URL: s.URL}, ""); l.err != nil || l.String() != "a" {
		t.Errorf("keys = %s, %v; want a", l, l.err)
	}
}

func TestRecordsThatAreRefused(t *testing.T) {
	const head = `<header><identifier>x</identifier><datestamp>2026-11-01</datestamp></header>`
	for _, tt := range []struct{ name, record, rule string }{
		{"no identifier", `<record><header><datestamp>2026-11-01</datestamp></header><metadata><dc:dc><dc:title>T</dc:title></dc:dc></metadata></record>`, "record-without-id"},
		{"no metadata", `<record>` + head + `</record>`, "metadata-missing"},
		{"empty metadata", `<record>` + head + `<metadata/></record>`, "metadata-missing"},
		{"another format", `<record>` + head + `<metadata><marc:record xmlns:marc="urn:marc"><leader/></marc:record></metadata></record>`, "metadata-unknown"},
		{"Dublin Core that says nothing", `<record>` + head + `<metadata><oai_dc:dc><dc:identifier>1</dc:identifier></oai_dc:dc></metadata></record>`, "card-empty"},
		{"a wrap of nothing", `<record>` + head + `<metadata><lidoWrap/></metadata></record>`, "metadata-unknown"},
	} {
		l := listed(t, catalog.Source{URL: serve(t, &fake{answers: map[string]string{first: page("", tt.record, record("good", day1))}})}, "")
		if l.err != nil || l.String() != "good" || strings.Join(l.rules, " ") != tt.rule {
			t.Errorf("%s: keys = %s, refused %v, %v; want good, %s", tt.name, l, l.rules, l.err, tt.rule)
		}
	}
}

// A format that is offered and then refused for everything is not the end.
func TestFormatOnPaper(t *testing.T) {
	f := &fake{answers: map[string]string{
		"verb=ListMetadataFormats":               formats("mods", "oai_dc"),
		"metadataPrefix=mods&verb=ListRecords":   `<error code="cannotDisseminateFormat">not for this item</error>`,
		"metadataPrefix=oai_dc&verb=ListRecords": page("", record("a", day1)),
	}}
	if l := listed(t, catalog.Source{URL: serve(t, f)}, ""); l.String() != "a" || l.err != nil {
		t.Errorf("keys %s, %v; want a, in oai_dc", l, l.err)
	}
	if l := listed(t, catalog.Source{URL: serve(t, f), Mapping: catalog.Mapping{Format: "mods"}}, ""); l.err == nil {
		t.Error("the format that was asked for is replaced by another")
	}
}
