package csw_test

import (
	"errors"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

// Whatever a server says of the next record, and however few it gives at once, all
// of them are read, each once (spec §3.3).
func TestPaging(t *testing.T) {
	for name, s := range map[string]*server{
		"as the standard says":  {records: numbered(60)},
		"ten whatever is asked": {records: numbered(60), limit: 10},
		"one a page":            {records: numbered(7), limit: 1},
		"one after the end":     {records: numbered(60), next: func(start, given, matched int) int { return start + given }},
		"always 1":              {records: numbered(60), next: func(start, given, matched int) int { return 1 }},
		"always 0":              {records: numbered(60), next: func(start, given, matched int) int { return 0 }},
		"the same as before":    {records: numbered(60), next: func(start, given, matched int) int { return start }},
		"0 before the last record": {records: numbered(51), next: func(start, given, matched int) int { // GeoNetwork's issue 2861
			if start+given >= matched {
				return 0
			}
			return start + given
		}},
		"it counts nothing":               {records: numbered(60), matched: func(int) int { return -1 }},
		"status 400 with the exceptions":  {records: numbered(60), status: 400, refuse: func(q asked) string { return map[bool]string{true: "constraint"}[q.constraint != ""] }},
		"unsorted, and then in one order": {records: numbered(60), refuse: func(q asked) string { return map[bool]string{true: "sortby"}[q.sorted] }},
	} {
		kept, refused, err := harvest(t, s)
		if err != nil || len(refused) > 0 || len(kept) != len(s.records) {
			t.Errorf("%s: %d of %d, refused %v, %v", name, len(kept), len(s.records), refused, err)
		}
		for i, h := range kept {
			if h.Key != s.records[i].id {
				t.Errorf("%s: record %d is %s", name, i, h.Key)
				break
			}
		}
	}
}

// A listing that ends too early, goes in circles or holds nothing has failed.
func TestFailedListings(t *testing.T) {
	unsorted := func(q asked) string { return map[bool]string{true: "sortby"}[q.sorted] }
	for name, c := range map[string]struct {
		s    *server
		want string
	}{
		"more are counted than come":           {&server{records: numbered(30), matched: func(int) int { return 40 }}, "the listing ends after 30 records, the server counts 40"},
		"the same page for ever":               {&server{records: numbered(60), refuse: unsorted, matched: func(int) int { return 60 }, order: func(n int, r []record) []record { return slices.Concat(r[:25], r[:25], r[:25]) }}, "holds the same as page 1"},
		"another order, and never one of them": {&server{records: numbered(60), refuse: unsorted, order: func(n int, r []record) []record { return slices.Concat(r[1:], r[1:2]) }}, "it refuses to sort"},
		"a count that goes no further":         {&server{records: numbered(1003), matched: func(int) int { return 1000 }}, "counts 1000 records and has more"},
		"nothing":                              {&server{}, "the catalogue holds no record"},
		"everything is refused":                {&server{records: numbered(3), refuse: func(asked) string { return "service" }}, `exception InvalidParameterValue service: "not here"`},
		"records that are counted only": {&server{records: numbered(3), hidden: map[string]bool{"r001": true, "r002": true, "r003": true}, refuse: func(q asked) string {
			return map[bool]string{true: "outputSchema"}[!strings.Contains(q.schema, "isotc211")]
		}}, "counts records and gives none"},
		"ISO 19115 fails, and nobody refuses it": {&server{records: numbered(5), spoiled: spoil(numbered(5))}, "NullPointerException"},
		"most records cannot be had":             {&server{records: numbered(90), spoiled: spoil(numbered(90)[5:]), nameless: true}, "more than 50 records cannot be had"},
	} {
		_, _, err := harvest(t, c.s)
		if err == nil || !strings.Contains(err.Error(), c.want) || !errors.Is(err, catalog.ErrFailedListing) {
			t.Errorf("%s: %v; want %q", name, err, c.want)
		}
	}
}

func spoil(records []record) map[string]bool {
	m := map[string]bool{}
	for _, r := range records {
		m[r.id] = true
	}
	return m
}

// What a server counts may change while it is read: what was put in is met, and
// what is deleted pushes nothing past the reader.
func TestChangesWhileItIsRead(t *testing.T) {
	s := &server{records: numbered(60)}
	s.refuse = func(q asked) string {
		if q.start == 26 && len(s.records) == 60 {
			s.records = s.records[1:] // r026 is now in a position that was read
		}
		return ""
	}
	kept, refused, err := harvest(t, s)
	if err != nil || len(kept) != 60 || len(refused) > 0 {
		t.Errorf("a deletion: %d, %v, %v; want all 60, r026 among them", len(kept), refused, err)
	}
	s = &server{records: numbered(60)}
	s.refuse = func(q asked) string {
		if q.start == 26 && len(s.records) == 60 {
			s.records = append([]record{iso("r000", "dataset", "2026-01-01")}, s.records...)
		}
		return ""
	}
	if kept, refused, err := harvest(t, s); err != nil || len(kept) != 61 || len(refused) > 0 {
		t.Errorf("an insertion: %d, %v, %v; want all 61", len(kept), refused, err)
	}
}

// A record over which the server fails costs only itself: its page is taken apart
// until it stands alone. With its identifier it stays as it was; while nobody knows
// that, Listed without a key keeps everything.
func TestSpoiledPages(t *testing.T) {
	for _, c := range []struct {
		name     string
		bad      []string
		nameless bool
		hidden   bool
		want     []string // keys of what was refused
	}{
		{"one of the second page", []string{"r030"}, false, false, []string{"r030"}},
		{"the very first", []string{"r001"}, false, false, []string{"r001"}},
		{"two neighbours and the last", []string{"r040", "r041", "r060"}, false, false, []string{"r040", "r041", "r060"}},
		{"nobody knows which", []string{"r030"}, true, false, []string{""}},
		{"left out of its page without a word", []string{"r012", "r047"}, false, true, []string{"r012", "r047"}},
	} {
		s := &server{records: numbered(60), nameless: c.nameless, status: 500}
		if c.hidden {
			s.hidden = spoil(recordsOf(c.bad))
		} else {
			s.spoiled = spoil(recordsOf(c.bad))
		}
		kept, refused, err := harvest(t, s)
		var keys []string
		for _, i := range refused {
			keys = append(keys, i.Key)
			if i.Rule != "record-unreadable" || !i.Listed || !i.Refused || !c.hidden && i.Line == 0 {
				t.Errorf("%s: %+v", c.name, i)
			}
		}
		if err != nil || len(kept) != 60-len(c.bad) || !slices.Equal(keys, c.want) {
			t.Errorf("%s: %d kept, refused %q, %v; want %d and %q", c.name, len(kept), keys, err, 60-len(c.bad), c.want)
		}
		if n := len(s.asked); n > 40 {
			t.Errorf("%s: %d requests", c.name, n)
		}
	}
}

func recordsOf(ids []string) []record {
	var out []record
	for _, id := range ids {
		out = append(out, record{id: id})
	}
	return out
}

// Identifiers that several records have are told, and do not end the listing.
func TestSharedIdentifiers(t *testing.T) {
	s := &server{records: numbered(60)}
	s.records[30] = iso("r030", "dataset", "2020-01-01")
	kept, refused, err := harvest(t, s)
	if err != nil || len(kept) != 59 || len(refused) != 1 || refused[0].Rule != "identifier-shared" || refused[0].Key != "r030" {
		t.Errorf("%d, %v, %v", len(kept), refused, err)
	}
}

// The best dialect that a server understands is found, and told.
func TestDialects(t *testing.T) {
	refused := func(when bool, locator string) string { return map[bool]string{true: locator}[when] }
	for name, c := range map[string]struct {
		s     *server
		found string
	}{
		"all that is wanted":    {&server{}, "CSW 2.0.2 by POST, datasets, series and services in http://www.isotc211.org/2005/gmd, sorted by identifier"},
		"no POST":               {&server{refuse: func(q asked) string { return refused(q.method == "POST", "request") }}, "CSW 2.0.2 by GET, datasets, series and services in http://www.isotc211.org/2005/gmd, sorted by identifier"},
		"no filter":             {&server{refuse: func(q asked) string { return refused(q.constraint != "", "constraint") }}, "by POST, all records in http://www.isotc211.org/2005/gmd, sorted"},
		"no type among those":   {&server{queryables: []string{"apiso:Title", "apiso:Modified"}}, "by POST, all records in http://www.isotc211.org/2005/gmd, sorted"},
		"core types only":       {&server{refuse: func(q asked) string { return refused(q.types != "csw:Record", "typeNames") }}, "in http://www.isotc211.org/2005/gmd, sorted"},
		"no order":              {&server{refuse: func(q asked) string { return refused(q.sorted, "sortby") }}, "in http://www.isotc211.org/2005/gmd, unsorted"},
		"no ISO 19139":          {&server{refuse: func(q asked) string { return refused(strings.Contains(q.schema, "isotc211"), "outputSchema") }}, "all records in http://www.opengis.net/cat/csw/2.0.2, sorted"},
		"version 3.0 only":      {&server{version: "3.0.0"}, "CSW 3.0.0 by POST"},
		"Dublin Core is listed": {&server{schemas: []string{"http://www.opengis.net/cat/csw/2.0.2"}}, "all records in http://www.opengis.net/cat/csw/2.0.2, sorted"},
	} {
		c.s.records = numbered(30)
		kept, _, err := harvest(t, c.s)
		if err != nil || len(kept) != 30 {
			t.Errorf("%s: %d, %v", name, len(kept), err)
			continue
		}
		if found := strings.Join(kept[0].Layer.Found, "\n"); !strings.Contains(found, c.found) {
			t.Errorf("%s: %s\nwant %s", name, found, c.found)
		}
		for _, q := range c.s.asked {
			if c.s.version != "" && q.request == "GetRecords" && q.version != c.s.version {
				t.Errorf("%s: asked in version %s", name, q.version)
			}
		}
	}
}

// Only what changed is listed after the first time, from 48 hours before on; such a
// listing is Partial, and one of a server that does not understand is not.
func TestIncremental(t *testing.T) {
	for _, c := range []struct {
		name    string
		s       *server
		since   string
		kept    int
		partial bool
	}{
		{"what changed", &server{}, "2026-11-03T10:00:00Z", 4, true},
		{"nothing changed", &server{}, "2027-02-01T10:00:00Z", 0, true},
		{"the first time", &server{}, "", 30, false},
		{"the server refuses", &server{refuse: func(q asked) string {
			return map[bool]string{true: "constraint"}[strings.Contains(q.constraint, "odified")]
		}}, "2026-11-03T10:00:00Z", 30, false},
		{"it does not have that property", &server{queryables: []string{"apiso:Title", "apiso:Type"}}, "2026-11-03T10:00:00Z", 30, false},
		{"it has no dates and says that nothing changed", &server{records: undated(30)}, "2026-11-03T10:00:00Z", 30, false},
	} {
		if c.s.records == nil {
			c.s.records = numbered(30)
		}
		h := httptest.NewServer(c.s)
		listing := &catalog.Listing{Since: c.since}
		kept, refused, err := collect(t, catalog.Source{URL: h.URL + "/csw"}.WithListing(listing))
		h.Close()
		if err != nil || len(refused) > 0 || len(kept) != c.kept || listing.Partial != c.partial {
			t.Errorf("%s: %d kept, %v, partial %v, %v; want %d, %v", c.name, len(kept), refused, listing.Partial, err, c.kept, c.partial)
		}
		if !strings.HasPrefix(listing.Cursor, "2026-11-20T10:") {
			t.Errorf("%s: cursor %q; want the time of the server", c.name, listing.Cursor)
		}
	}
}

func undated(n int) []record {
	records := numbered(n)
	for i := range records {
		records[i].modified = ""
	}
	return records
}

// The page is as long as the engine asks for.
func TestPageRows(t *testing.T) {
	s := &server{records: numbered(30)}
	h := httptest.NewServer(s)
	defer h.Close()
	if kept, _, err := collect(t, catalog.Source{URL: h.URL + "/csw"}.WithListing(&catalog.Listing{PageRows: 7})); err != nil || len(kept) != 30 {
		t.Errorf("%d, %v", len(kept), err)
	}
	for _, q := range s.asked {
		if q.request == "GetRecords" && q.rows != 7 {
			t.Errorf("asked for %d rows", q.rows)
		}
	}
}
