package rest_test

import (
	"errors"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

// Elements that are repeated become rows, whatever is around them.
func TestXMLRows(t *testing.T) {
	for name, c := range map[string]struct {
		doc     string
		mapping catalog.Mapping
		rows    int
		want    map[string]string
	}{
		"detected": {`<?xml version="1.0" encoding="ISO-8859-1"?><risposta><numero>2</numero><musei><museo id="M1"><nome>Museo della citt` + "\xe0" + `</nome><foto>a.jpg</foto><foto>b.jpg</foto><lat>43,88</lat><lon>11,09</lon></museo><museo id="M2"><nome>Pinacoteca</nome><lat>43,89</lat><lon>11,10</lon></museo></musei></risposta>`,
			catalog.Mapping{}, 2, map[string]string{"title": "Museo della città", "foto": `["a.jpg","b.jpg"]`, "@id": "M1"}},
		"by XPath": {`<r xmlns="urn:x"><altri><v a="1" b="2"/><v a="1" b="2"/><v a="1" b="2"/></altri><museo><codice>1</codice><nome lang="de">Stadtmuseum</nome><nome lang="it">Museo civico</nome></museo></r>`,
			catalog.Mapping{Path: "//museo", Fields: map[string]string{"title": "./nome[@lang='it']"}}, 1, map[string]string{"title": "Museo civico"}},
		"prefixes and CDATA": {`<x:r xmlns:x="urn:x"><x:p><x:codice>1</x:codice><x:nome><![CDATA[A & B]]></x:nome></x:p><x:p><x:codice>2</x:codice><x:nome>C</x:nome></x:p></x:r>`,
			catalog.Mapping{Path: "/r/p"}, 2, map[string]string{"title": "A & B"}},
		"attributes only": {`<r><p codice="1" nome="A"/><p codice="2" nome="B"/></r>`, catalog.Mapping{}, 2, map[string]string{"code": "1"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, map[string]string{"/a": c.doc})
			src := catalog.Source{ID: "test", Protocol: "xml", URL: s.URL + "/a", Mapping: c.mapping}
			kept, refused, err := collect(t, src)
			if err != nil || len(kept) != c.rows || len(refused) > 0 {
				t.Fatalf("%+v, %v, %v", kept, refused, err)
			}
			if kept[0].MediaType != "application/xml" || !strings.HasPrefix(string(kept[0].Raw), "<") {
				t.Errorf("kept as %s: %s", kept[0].MediaType, kept[0].Raw)
			}
			r := records(t, src, kept)[kept[0].Key]
			for name, want := range c.want {
				if got := property(r, name); got != want {
					t.Errorf("%s: %q; want %q\n%s", name, got, want, strings.Join(kept[0].Layer.Found, "\n"))
				}
			}
		})
	}
}

// Pages in XML, and what goes wrong with them.
func TestXMLPages(t *testing.T) {
	page := func(rest string, ids ...string) string {
		return `<r total="3">` + rest + `<p><id>` + strings.Join(ids, `</id><n>x</n></p><p><id>`) + `</id><n>x</n></p></r>`
	}
	for name, c := range map[string]struct {
		at      string
		paging  *catalog.Paging
		answers map[string]string
		want    string // of the error
	}{
		"a link":        {"/a", nil, map[string]string{"/a": page(`<link rel="next" href="/a?p=2"/>`, "1", "2"), "/a?p=2": page("", "3")}, ""},
		"by XPath":      {"/a", &catalog.Paging{Next: "/r/poi/@u", Total: "/r/@total"}, map[string]string{"/a": page(`<poi u="?p=2"/>`, "1", "2"), "/a?p=2": page("", "3")}, ""},
		"a number":      {"/a?page=1", nil, map[string]string{"/a?page=1": page("", "1", "2"), "/a?page=2": page("", "3")}, ""},
		"a count":       {"/a?page=1", &catalog.Paging{Total: "count(//nothing) + 3"}, map[string]string{"/a?page=1": page("", "1", "2"), "/a?page=2": page("", "3")}, ""},
		"ends early":    {"/a", nil, map[string]string{"/a": page(`<link rel="next" href="/a?p=2"/>`, "1", "2"), "/a?p=2": `<r total="3"></r>`}, "counts 3 rows; the listing ended after 2"},
		"an error":      {"/a", nil, map[string]string{"/a": `<error><code>9</code><message>Non disponibile</message></error>`}, "the server says 9 Non disponibile"},
		"a fault later": {"/a", nil, map[string]string{"/a": page(`<link rel="next" href="/a?p=2"/>`, "1", "2"), "/a?p=2": `<Fault>giù</Fault>`}, "the server says giù"},
		"JSON":          {"/a", nil, map[string]string{"/a": `{"a":1}`}, "it is not XML"},
		"HTML":          {"/a", nil, map[string]string{"/a": `<!DOCTYPE html><html><body>`}, "web page (HTML) and not XML"},
		"no rows":       {"/a", nil, map[string]string{"/a": `<r><a/></r>`}, "no element is repeated"},
		"cut off":       {"/a", nil, map[string]string{"/a": page("", "1", "2")[:30]}, "cut off"},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, c.answers)
			kept, _, err := collect(t, catalog.Source{Protocol: "xml", URL: s.URL + c.at, Mapping: catalog.Mapping{Paging: c.paging}})
			if c.want == "" && (err != nil || len(kept) != 3) {
				t.Errorf("%d rows, %v", len(kept), err)
			}
			if c.want != "" && (len(kept) > 0 || err == nil || !strings.Contains(err.Error(), c.want) || !errors.Is(err, catalog.ErrFailedListing)) {
				t.Errorf("%d rows, %v; want %q", len(kept), err, c.want)
			}
		})
	}
}
