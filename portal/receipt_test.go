package portal

import (
	"testing"

	"po-net.prato.it/ponet/catalog"
)

// Errors of listings, as the harvesters write them, are told in plain words.
func TestFaultsInPlainWords(t *testing.T) {
	it, err := readTexts("it")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{texts: it}
	for said, want := range map[string]string{
		"source a: x.xml: no feed: its root element is <dati>, not <rss>, <rdf:RDF> or <feed>: listing failed":                                           "guasto.tipo",
		"source a: agenda: it is a web page (HTML) and not a calendar; give the address that it names for that: https://x.example/a.ics: listing failed": "guasto.pagina",
		"source a: package_search: a web page and not JSON: \"Chi sei?\": listing failed":                                                                "guasto.pagina",
		"source a: pagina.csv is a web page, not data: an error page, or a page about the file: listing failed":                                          "guasto.pagina",
		"source a: no CKAN action API was found; tried https://x.example/api/3/action/ (GET …: the server answered 404 Not Found): listing failed":       "guasto.tipo",
		"source a: x.example could not be reached: tls: failed to verify certificate: x509: certificate has expired: listing failed":                     "guasto.certificato",
		"source a: x.example could not be reached: dial tcp: 10.0.0.1 is not a public address; an administrator can allow …: listing failed":             "guasto.privato",
		"source a: x.example could not be reached: more than 10 redirects: listing failed":                                                               "guasto.giro",
		"source a: x.example could not be reached: EOF: listing failed":                                                                                  "guasto.irraggiungibile",
		"source a: GET https://x.example/a.csv: ended after 3 bytes: the server is too slow, or has stopped answering: listing failed":                   "guasto.fermo",
		"source a: GET https://x.example/a.csv: ended after 3 bytes: unexpected EOF: listing failed":                                                     "guasto.interrotto",
		"source a: a.ics: END:VCALENDAR is missing, so the calendar is cut off after 3 events: listing failed":                                           "guasto.interrotto",
		"source a: package_search: the listing ends at row 3, the portal counts 10 packages: listing failed":                                             "guasto.incompleto",
		"source a: package_search cannot give more than 50 packages: GET …: HTTP 200 and no JSON: listing failed":                                        "guasto.incompleto",
		"source a: GET https://x.example/api/3/action/package_search?rows=100: the server answered 500 Internal Server Error: listing failed":            "guasto.rotto",
		"dcat a: page 2, https://x.example/2: it holds the same as a page before: paging does not work there: listing failed":                            "guasto.incompleto",
		"dcat a: page 1, https://x.example/: it holds no dataset: of its 3 statements none says that something is a dcat:Dataset: listing failed":        "guasto.vuoto",
		"the source holds no description at all: listing failed":                                                                                         "guasto.vuoto",
		"not finished within its deadline of 30m0s; raise it with: ponet source set a --deadline":                                                        "guasto.lento",
		"source a: address /a.json: the address of a service on the web is due: listing failed":                                                          "guasto.tipo",
		"source a: a.parquet is a Parquet file, which is not read: listing failed":                                                                       "guasto.tipo",
		"source a: no event, place, course or service is described; what there is: JobPosting 1: listing failed":                                         "guasto.tipo",
		"source a: the documents hold 200 of 733 records: they are pages of a longer list; give the address of the repository: listing failed":           "guasto.incompleto",
		"something else": "guasto.altro",
	} {
		if got := s.fault(catalog.Receipt{Error: said}).What; got != it.t(want) {
			t.Errorf("%q is told as %q; want %q", said, got, it.t(want))
		}
	}
}

// What a file could not be read for is told in words, and our own fields by their names.
func TestSpotsInPlainWords(t *testing.T) {
	it, err := readTexts("it")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{texts: it}
	for want, i := range map[string]catalog.Issue{
		"Alberi, file «Alberi CSV»: il suo server non risponde":            {Rule: "distribution-unreadable", File: "Alberi", Field: "Alberi CSV", Read: "x.example could not be reached: dial tcp: lookup x.example: no such host"},
		"Alberi, file «CSV»: a quell’indirizzo non c’è più":                {Rule: "distribution-unreadable", File: "Alberi", Field: "CSV", Read: "GET https://x.example/a.csv: the server answered 404 Not Found"},
		"Alberi, file «CSV»: letto «a.rar is of no known kind»":            {Rule: "distribution-unreadable", File: "Alberi", Field: "CSV", Read: "a.rar is of no known kind"},
		"a.csv, riga 3, campo «Comune»: letto «Prato ≠ Vaiano»":            {Rule: "municipality-mismatch", File: "a.csv", Line: 3, Field: "municipality", Read: "Prato ≠ Vaiano"},
		"a.csv, campo «formato del file»: letto «https://x.example/?id=1»": {Rule: "format-missing", File: "a.csv", Field: "distributions.format", Read: "https://x.example/?id=1"},
		"a.csv, campo «nome»: letto «could not be reached»":                {Rule: "date-unreadable", File: "a.csv", Field: "nome", Read: "could not be reached"},
	} {
		if got := s.spot("", catalog.Complaint{Issue: i}).Text; got != want {
			t.Errorf("%+v is told as %q; want %q", i, got, want)
		}
	}
}
