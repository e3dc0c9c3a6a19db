package oaipmh_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

// Whatever a document holds, each description of it has a key and a value for each
// column, a point has two numbers, and an error is a failed listing.
func FuzzDocument(f *testing.F) {
	for _, s := range []string{
		answer("", page(`<resumptionToken completeListSize="9">x</resumptionToken>`, record("a", day1), gone("b"))), static,
		iccd(`<A><CD><TSK>A</TSK><NCT><NCTR>9</NCTR><NCTN>1</NCTN></NCT></CD><GP><GPD><GPDP><GPDPX>8.59502</GPDPX><GPDPY>45.28234</GPDPY></GPDP></GPD></GP><DT><DTS><DTSI>1500</DTSI></DTS></DT></A><harvesting><geocoding><x>9</x><y>45.4</y></geocoding></harvesting>`),
		`<lidoWrap>` + lido("1", "Uno") + `</lidoWrap>`, `<mods><titleInfo><title>T</title></titleInfo><identifier>1</identifier></mods>`,
		`<rdf:RDF><edm:ProvidedCHO rdf:about="a"><dc:title>T</dc:title></edm:ProvidedCHO></rdf:RDF>`, `<dc><dc:title>T</dc:title><dc:identifier>1</dc:identifier><dc:date>sec. XVI</dc:date></dc>`,
		answer("", page("", record("a", day1), strings.Replace(record("b", day2), "Titolo", "<", 1))), `<OAI-PMH><error code="badVerb"/></OAI-PMH>`, "<schede/>", "",
	} {
		f.Add([]byte(s))
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, doc []byte) {
		path := filepath.Join(dir, "d.xml")
		if err := os.WriteFile(path, doc, 0o600); err != nil {
			t.Fatal(err)
		}
		l := listed(t, catalog.Source{URL: path}, "")
		if l.err != nil && !errors.Is(l.err, catalog.ErrFailedListing) {
			t.Fatalf("error %v is no failed listing", l.err)
		}
		for _, h := range l.harvests {
			if h.Key == "" || len(h.Values) != len(h.Layer.Columns) {
				t.Fatalf("key %q, %d values of %d columns", h.Key, len(h.Values), len(h.Layer.Columns))
			}
			if h.Geometry != nil && len(h.Geometry.FlatCoords()) != 2 {
				t.Fatalf("a point of %v", h.Geometry.FlatCoords())
			}
		}
	})
}
