package oaipmh_test

import (
	"errors"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

const day1, day2, day3 = "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z", "2026-11-03T00:00:00Z"

// How lists go on and end, and how servers are known to get that wrong (spec §3.6).
func TestLists(t *testing.T) {
	a, b, c := record("a", day1), record("b", day2), record("c", day3)
	two := map[string]string{first: page(`<resumptionToken completeListSize="3" cursor="0">t/1 +&amp;%</resumptionToken>`, a, b), next("t%2F1+%2B%26%25"): page(`<resumptionToken completeListSize="3" cursor="2"/>`, c)}
	for _, tt := range []struct {
		name    string
		answers map[string]string
		want    string // keys
		err     string
	}{
		{"one page without token", map[string]string{first: page("", a, b)}, "a b", ""},
		{"tokens are encoded once, an empty one ends the list", two, "a b c", ""},
		{"a token of spaces ends the list", map[string]string{first: page("<resumptionToken> \n</resumptionToken>", a)}, "a", ""},
		{"deleted records", map[string]string{first: page("", a, gone("b"))}, "a -b", ""},
		{"a repository without records", map[string]string{first: `<error code="noRecordsMatch"/>`}, "", "noRecordsMatch"},
		{"the same token for ever", map[string]string{first: page("<resumptionToken>x</resumptionToken>", a), next("x"): page("<resumptionToken>x</resumptionToken>", b)}, "a b", "read already"},
		{"the same page for ever", map[string]string{first: page("<resumptionToken>x</resumptionToken>", a), next("x"): page("<resumptionToken>y</resumptionToken>", a)}, "a", "holds the same"},
		{"fewer than announced", map[string]string{first: page(`<resumptionToken completeListSize="3">x</resumptionToken>`, a), next("x"): page("", b)}, "a b", "announced 3 records and gave 2"},
		{"more than announced", map[string]string{first: page(`<resumptionToken completeListSize="1">x</resumptionToken>`, a), next("x"): page("", b)}, "a b", "announced 1 records and gave 2"},
		{"what is announced is corrected on the way", map[string]string{first: page(`<resumptionToken completeListSize="9">x</resumptionToken>`, a), next("x"): page(`<resumptionToken completeListSize="2"/>`, b)}, "a b", ""},
		{"a cursor that goes back", map[string]string{
			first: page(`<resumptionToken cursor="0">x</resumptionToken>`, a), next("x"): page(`<resumptionToken cursor="1">y</resumptionToken>`, b), next("y"): page(`<resumptionToken cursor="0">z</resumptionToken>`, c),
		}, "a b c", "begins before"},
		{"the order shifts while it is read", map[string]string{first: page("<resumptionToken>x</resumptionToken>", a, b), next("x"): page("", b, c)}, "a b c", "on two pages"},
		{"a token too many, then no records", map[string]string{first: page(`<resumptionToken completeListSize="1">x</resumptionToken>`, a), next("x"): `<error code="noRecordsMatch"/>`}, "a", ""},
		{"a token too many, then an invalid one", map[string]string{first: page(`<resumptionToken completeListSize="1">x</resumptionToken>`, a), next("x"): `<error code="badResumptionToken"/>`}, "a", ""},
		{"no records before the end", map[string]string{first: page(`<resumptionToken completeListSize="2">x</resumptionToken>`, a), next("x"): `<error code="noRecordsMatch"/>`}, "a", "noRecordsMatch"},
		{"an empty page in between", map[string]string{first: page("<resumptionToken>x</resumptionToken>", a), next("x"): page("<resumptionToken>y</resumptionToken>"), next("y"): page("", b)}, "a b", ""},
		{"a page that is cut off", map[string]string{first: `<?xml version="1.0"?><OAI-PMH><ListRecords>` + a + "<record><header>"}, "", "cut off"},
		{"a record whose XML is broken", map[string]string{first: page(`<resumptionToken completeListSize="3"/>`, a, strings.Replace(b, "Titolo", "Titolo <b", 1), c)}, "a c", ""},
		{"two of them, and a token", map[string]string{first: page(`<resumptionToken completeListSize="3">x</resumptionToken>`, strings.Replace(a, "Titolo", "1 < 2", 1), strings.Replace(b, "</dc:title>", "", 1)), next("x"): page("", c)}, "", "not well-formed"},
		{"a web page instead of a page", map[string]string{first: page("<resumptionToken>x</resumptionToken>", a), next("x"): "<!DOCTYPE html><html><body>Manutenzione</body></html>"}, "a", "web page"},
		{"an empty answer", map[string]string{first: page("<resumptionToken>x</resumptionToken>", a), next("x"): ""}, "a", "no XML"},
		{"control characters and ampersands", map[string]string{first: page("", strings.Replace(a, "Titolo", "Ti\x0btolo & C.", 1))}, "a", ""},
	} {
		f := &fake{answers: tt.answers}
		l := listed(t, catalog.Source{URL: serve(t, f)}, "")
		if l.String() != tt.want {
			t.Errorf("%s: keys = %s; want %s (asked %q)", tt.name, l, tt.want, f.asked)
		}
		switch {
		case tt.err == "" && l.err != nil:
			t.Errorf("%s: %v", tt.name, l.err)
		case tt.err != "" && (!errors.Is(l.err, catalog.ErrFailedListing) || !strings.Contains(l.err.Error(), tt.err)):
			t.Errorf("%s: error = %v; want a failed listing with %q", tt.name, l.err, tt.err)
		case l.Partial || (l.Cursor == "") != (tt.err != ""):
			t.Errorf("%s: partial %v, cursor %q", tt.name, l.Partial, l.Cursor)
		}
	}
}

// What one record gets wrong costs that record and not its page.
func TestBrokenRecordsAreNamed(t *testing.T) {
	broken := strings.Replace(record("b", day2), "Titolo", "Titolo <b", 1)
	l := listed(t, catalog.Source{URL: serve(t, &fake{answers: map[string]string{first: page("", record("a", day1), broken, record("c", day3))}})}, "")
	if l.err != nil || l.String() != "a c" || strings.Join(l.rules, " ") != "record-unreadable" || l.refused[0].Key != "b" || !l.refused[0].Listed {
		t.Errorf("keys = %s, refused %+v, %v; want a c, and b still listed", l, l.refused, l.err)
	}
	if l := listed(t, catalog.Source{URL: file(t, "a.xml", answer("", page("", record("a", day1), broken)))}, ""); l.err != nil || l.String() != "a" || len(l.rules) != 1 {
		t.Errorf("in a file: keys = %s, refused %v, %v; want a, one refused", l, l.rules, l.err)
	}
}

// With a token there is nothing else but the verb, and what belongs to the address.
func TestRequestsAreThoseOfTheProtocol(t *testing.T) {
	f := &fake{answers: map[string]string{
		"page=oai&verb=Identify": identify("YYYY-MM-DD", "2.0"), "page=oai&verb=ListMetadataFormats": formats("oai_dc"),
		"metadataPrefix=oai_dc&page=oai&set=museo&verb=ListRecords":    page("<resumptionToken>x|1</resumptionToken>", record("a", "2026-11-01")),
		"page=oai&resumptionToken=x%7C1&verb=ListRecords":              page("", record("b", "2026-11-01")),
		"metadataPrefix=oai_dc&page=oai&set=archivio&verb=ListRecords": page("", record("c", "2026-11-01"), record("a", "2026-11-01")),
	}}
	l := listed(t, catalog.Source{URL: serve(t, f) + "/?verb=ListRecords&page=oai&set=museo&metadataPrefix=oai_dc&set=archivio"}, "")
	if l.err != nil || l.String() != "a b c a" {
		t.Fatalf("keys = %s, %v", l, l.err)
	}
	want := []string{
		"page=oai&verb=Identify", "page=oai&verb=ListMetadataFormats", "page=oai&verb=ListRecords&metadataPrefix=oai_dc&set=museo",
		"page=oai&verb=ListRecords&resumptionToken=x%7C1", "page=oai&verb=ListRecords&metadataPrefix=oai_dc&set=archivio",
	}
	if strings.Join(f.asked, "\n") != strings.Join(want, "\n") {
		t.Errorf("asked\n%s\nwant\n%s", strings.Join(f.asked, "\n"), strings.Join(want, "\n"))
	}
}

// A token that expires is no failure: the list is taken up from the last datestamp that
// came, at the granularity of the server, and what came before is not handed on twice.
func TestExpiredTokens(t *testing.T) {
	expired := `<error code="badResumptionToken">expired</error>`
	for _, tt := range []struct {
		name, granularity string
		answers           map[string]string
		status            map[string]int
		want, err         string
	}{
		{"to the second", "YYYY-MM-DDThh:mm:ssZ", map[string]string{
			first: page("<resumptionToken>x</resumptionToken>", record("a", day1), record("b", day2)), next("x"): expired,
			"from=2026-11-02T00%3A00%3A00Z&" + first: page("", record("b", day2), record("c", day3)),
		}, nil, "a b c", ""},
		{"a day before, where only days are told", "YYYY-MM-DD", map[string]string{
			first: page("<resumptionToken>x</resumptionToken>", record("a", "2026-11-01"), record("b", "2026-11-02")), next("x"): expired,
			"from=2026-11-01&" + first: page("", record("a", "2026-11-01"), record("b", "2026-11-02"), record("c", "2026-11-03")),
		}, nil, "a b c", ""},
		{"told by a status", "YYYY-MM-DDThh:mm:ssZ", map[string]string{
			first: page("<resumptionToken>x</resumptionToken>", record("a", day1)), "from=2026-11-01T00%3A00%3A00Z&" + first: page("", record("a", day1), record("b", day1)),
		}, map[string]int{next("x"): 410}, "a b", ""},
		{"records without order: from the beginning", "YYYY-MM-DDThh:mm:ssZ", map[string]string{
			first: page("<resumptionToken>x</resumptionToken>", record("b", day2), record("a", day1)), next("x"): expired,
		}, nil, "b a", "badResumptionToken"},
		{"a restart that brings nothing new", "YYYY-MM-DDThh:mm:ssZ", map[string]string{
			first: page("<resumptionToken>x</resumptionToken>", record("a", day1)), next("x"): expired,
			"from=2026-11-01T00%3A00%3A00Z&" + first: page("<resumptionToken>y</resumptionToken>", record("a", day1)), next("y"): expired,
		}, nil, "a", "badResumptionToken"},
	} {
		tt.answers["verb=Identify"] = identify(tt.granularity, "2.0")
		l := listed(t, catalog.Source{URL: serve(t, &fake{answers: tt.answers, status: tt.status})}, "")
		if l.String() != tt.want || (l.err != nil) != (tt.err != "") || l.err != nil && !strings.Contains(l.err.Error(), tt.err) {
			t.Errorf("%s: keys = %s, error %v; want %s, %q", tt.name, l, l.err, tt.want, tt.err)
		}
	}
}

// The next run asks for what changed since two days before this one began, by the
// server's clock and at its granularity, with one request.
func TestIncremental(t *testing.T) {
	for _, tt := range []struct {
		name, granularity, since, stamp string
		answers                         map[string]string
		want, err                       string
		partial                         bool
	}{
		{"to the second", "YYYY-MM-DDThh:mm:ssZ", "2026-11-18T10:00:00Z", "2026-11-18T10%3A00%3A00Z", nil, "a", "", true},
		{"to the day", "YYYY-MM-DD", "2026-11-18", "2026-11-18", nil, "a", "", true},
		{"nothing changed", "YYYY-MM-DD", "2026-11-18", "2026-11-18", map[string]string{"": `<error code="noRecordsMatch"/>`}, "", "", true},
		{"the server no longer takes it: everything anew", "YYYY-MM-DD", "2026-11-18", "2026-11-18", map[string]string{"": `<error code="badArgument">granularity</error>`}, "old", "", false},
		{"the server is down", "YYYY-MM-DD", "2026-11-18", "2026-11-18", map[string]string{"": "<!DOCTYPE html><html></html>"}, "", "web page", false},
	} {
		f := &fake{answers: map[string]string{"verb=Identify": identify(tt.granularity, "2.0"), first: page("", record("old", day1))}}
		src := catalog.Source{URL: serve(t, f)}
		full := listed(t, src, "")
		if full.err != nil || full.Partial || !strings.Contains(full.Cursor, "from="+tt.stamp+"&") {
			t.Errorf("%s: cursor %q, %v; want from=%s", tt.name, full.Cursor, full.err, tt.stamp)
		}
		f.answers["from="+tt.stamp+"&"+first] = page("", record("a", day3))
		if s, ok := tt.answers[""]; ok {
			f.answers["from="+tt.stamp+"&"+first] = s
		}
		f.asked, f.date = nil, "2026-11-22T10:00:00Z"
		l := listed(t, src, full.Cursor)
		if l.String() != tt.want || (l.err != nil) != (tt.err != "") || l.Partial != tt.partial {
			t.Errorf("%s: keys = %s, partial %v, %v; want %s, partial %v, %q", tt.name, l, l.Partial, l.err, tt.want, tt.partial, tt.err)
		}
		if tt.partial && (len(f.asked) != 1 || !strings.Contains(l.Cursor, "2026-11-20")) {
			t.Errorf("%s: asked %q, then cursor %q", tt.name, f.asked, l.Cursor)
		}
	}
}

// A cursor is for what it was made for.
func TestCursorsDoNotOutliveTheirAddress(t *testing.T) {
	f := &fake{answers: map[string]string{"verb=ListMetadataFormats": formats("oai_dc", "mods"), "metadataPrefix=mods&verb=ListRecords": page("", record("m", day1)), "metadataPrefix=mods&set=x&verb=ListRecords": page("", record("x", day1))}}
	at := serve(t, f)
	src := catalog.Source{URL: at}
	full := listed(t, src, "")
	src.Mapping.Format = "oai_dc"
	f.answers[first] = page("", record("d", day1))
	if l := listed(t, src, full.Cursor); l.String() != "d" || l.Partial {
		t.Errorf("another format: keys = %s, partial %v, %v; want d, a full listing", l, l.Partial, l.err)
	}
	src = catalog.Source{URL: at + "?set=x"}
	if l := listed(t, src, full.Cursor); l.String() != "x" || l.Partial {
		t.Errorf("another set: keys = %s, partial %v, %v; want x, a full listing", l, l.Partial, l.err)
	}
	if l := listed(t, catalog.Source{URL: at}, "2026-11-18"); l.String() != "m" || l.Partial {
		t.Errorf("a cursor of somebody else's: keys = %s, partial %v, %v; want m, a full listing", l, l.Partial, l.err)
	}
}
