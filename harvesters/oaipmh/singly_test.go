package oaipmh_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

const identifiers = "metadataPrefix=oai_dc&verb=ListIdentifiers"

func single(id string) string { return "identifier=" + id + "&metadataPrefix=oai_dc&verb=GetRecord" }

func headers(records ...string) string {
	s := "<ListIdentifiers>"
	for _, r := range records {
		_, r, _ = strings.Cut(r, "<record>")
		r, _, _ = strings.Cut(r, "</header>")
		s += r + "</header>"
	}
	return s + "</ListIdentifiers>"
}

func got(record string) string { return "<GetRecord>" + record + "</GetRecord>" }

// A listing that cannot be read to its end is made whole by the list of identifiers
// and by asking for each that is missing; what cannot be had stays as it was.
func TestRecordsOneByOne(t *testing.T) {
	a, b, c, d := record("a", day1), record("b", day2), record("c", day3), gone("d")
	cut := `<?xml version="1.0"?><OAI-PMH><ListRecords>` + b + "<record><header>"
	for _, tt := range []struct {
		name    string
		answers map[string]string
		status  map[string]int
		want    string
		lost    string // key of what is refused
		err     string
	}{
		{"a page that is cut off", map[string]string{
			first: page("<resumptionToken>x</resumptionToken>", a), next("x"): cut, identifiers: headers(a, b, c, d), single("b"): got(b), single("c"): got(c),
		}, nil, "a -d b c", "", ""},
		{"a page that the server cannot make, of which one record is why", map[string]string{
			first: page("<resumptionToken>x</resumptionToken>", a), identifiers: headers(a, b, c), single("b"): got(b), single("c"): strings.Replace(got(c), "Titolo", "Titolo <c", 1),
		}, map[string]int{next("x"): 500}, "a b", "c", ""},
		{"a first page that the server cannot make", map[string]string{identifiers: headers(a, b), single("a"): got(a), single("b"): got(b)}, map[string]int{first: 500}, "a b", "", ""},
		{"an order that shifts, and nothing missing", map[string]string{first: page("<resumptionToken>x</resumptionToken>", a, b), next("x"): page("", b, c), identifiers: headers(a, b, c)}, nil, "a b c", "", ""},
		{"an order that shifts, and one missing", map[string]string{first: page("<resumptionToken>x</resumptionToken>", a, b), next("x"): page("", b), identifiers: headers(a, b, c), single("c"): got(c)}, nil, "a b c", "", ""},
		{"a token that leads back", map[string]string{first: page("<resumptionToken>x</resumptionToken>", a), next("x"): page("<resumptionToken>x</resumptionToken>", b), identifiers: headers(a, b)}, nil, "a b", "", ""},
		{"a token that expires at once", map[string]string{first: page("<resumptionToken>x</resumptionToken>", b, a), next("x"): `<error code="badResumptionToken"/>`, identifiers: headers(a, b, c), single("c"): got(c)}, nil, "b a c", "", ""},
		{"another record than was asked for", map[string]string{first: page("<resumptionToken>x</resumptionToken>", a), next("x"): cut, identifiers: headers(a, b), single("b"): got(a)}, nil, "a", "b", ""},
		{"one that is not there after all", map[string]string{first: page("<resumptionToken>x</resumptionToken>", a), next("x"): cut, identifiers: headers(a, b), single("b"): `<error code="idDoesNotExist"/>`}, nil, "a", "b", ""},
		{"identifiers that cannot be listed either", map[string]string{first: page("<resumptionToken>x</resumptionToken>", a), next("x"): cut, identifiers: page("", a)[:40]}, nil, "a", "", "cut off"},
		{"the last page has the token that led to it", map[string]string{first: page(`<resumptionToken completeListSize="2">x</resumptionToken>`, a), next("x"): page(`<resumptionToken completeListSize="2">x</resumptionToken>`, b)}, nil, "a b", "", ""},
	} {
		f := &fake{answers: tt.answers, status: tt.status}
		l := listed(t, catalog.Source{URL: serve(t, f)}, "")
		if l.String() != tt.want || (l.err != nil) != (tt.err != "") || l.err != nil && (!strings.Contains(l.err.Error(), tt.err) || !errors.Is(l.err, catalog.ErrFailedListing)) {
			t.Errorf("%s: keys = %s, %v; want %s, %q; asked %q", tt.name, l, l.err, tt.want, tt.err, f.asked)
		}
		if lost := len(l.refused) == 1 && l.refused[0].Key == tt.lost && l.refused[0].Listed && l.refused[0].Rule == "record-unreadable"; lost != (tt.lost != "") || len(l.refused) > 1 {
			t.Errorf("%s: refused %+v; want %q", tt.name, l.refused, tt.lost)
		}
		if (l.Cursor == "") != (tt.err != "") {
			t.Errorf("%s: cursor %q", tt.name, l.Cursor)
		}
	}
}

// Of many that are missing, months are listed first, since one record spoils one of them.
func TestMonths(t *testing.T) {
	const n = 300
	f := &fake{answers: map[string]string{}, status: map[string]int{first: 500}}
	var all []string
	months := map[string][]string{}
	for i := range n {
		day := fmt.Sprintf("2026-%02d-%02dT08:00:00Z", 1+i%3, 1+i%28)
		r := record(fmt.Sprintf("r%03d", i), day)
		all = append(all, r)
		months[day[:7]] = append(months[day[:7]], r)
		f.answers[single(fmt.Sprintf("r%03d", i))] = got(r)
	}
	f.answers[identifiers] = headers(all...)
	window := func(from, until string) string {
		return "from=" + from + "T00%3A00%3A00Z&metadataPrefix=oai_dc&until=" + until + "T23%3A59%3A59Z&verb=ListRecords"
	}
	f.answers[window("2026-01-01", "2026-01-31")] = page("", months["2026-01"]...)
	f.status[window("2026-02-01", "2026-02-28")] = 500
	f.answers[window("2026-03-01", "2026-03-31")] = page("", months["2026-03"]...)
	l := listed(t, catalog.Source{URL: serve(t, f)}, "")
	if asked := strings.Count(strings.Join(f.asked, "\n"), "verb=GetRecord"); l.err != nil || len(l.keys) != n || asked != len(months["2026-02"]) {
		t.Errorf("%d records, %v; %d of them one by one; want %d", len(l.keys), l.err, asked, len(months["2026-02"]))
	}
}

// A repository that gives no record by its identifier has failed as it did before.
func TestNoneOneByOne(t *testing.T) {
	var all []string
	for i := range 40 {
		all = append(all, record(fmt.Sprint("r", i), day1))
	}
	f := &fake{answers: map[string]string{identifiers: headers(all...)}, status: map[string]int{first: 500}}
	l := listed(t, catalog.Source{URL: serve(t, f)}, "")
	if !errors.Is(l.err, catalog.ErrFailedListing) || !strings.Contains(l.err.Error(), "cannot be had one by one") || len(l.keys) > 0 || len(f.asked) > 20 {
		t.Errorf("%v, %d keys, %d requests", l.err, len(l.keys), len(f.asked))
	}
}
