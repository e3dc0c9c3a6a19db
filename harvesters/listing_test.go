package harvesters_test

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/harvesters"
	"po-net.prato.it/ponet/harvesters/fetch"
)

// A told source is a protocol of the test: what it lists, and what it and the
// run say to each other.
type told struct {
	list    []catalog.Harvested
	err     error
	cursor  string
	since   []string // that it was asked for, run by run
	rows    int      // of a page, 0: it has no pages
	asked   []int
	partial bool
	second  []catalog.Harvested // what a second walk gives
}

func (s *told) harvest(_ context.Context, _ *http.Client, src catalog.Source) iter.Seq2[catalog.Harvested, error] {
	return func(yield func(catalog.Harvested, error) bool) {
		l := src.Listing()
		s.since = append(s.since, l.Since)
		list, err := s.list, s.err
		if s.rows > 0 {
			s.asked = append(s.asked, l.Rows(s.rows))
			if l.PageRows > 0 && s.second != nil {
				list, err = s.second, nil
			}
		}
		l.Cursor, l.Partial = s.cursor, l.Since != "" && s.partial
		for _, h := range list {
			if !yield(h, nil) {
				return
			}
		}
		if err != nil {
			yield(catalog.Harvested{}, err)
		}
	}
}

// toldSource is a source of the protocol s for the time of the test.
func toldSource(t *testing.T, s *told) catalog.Source {
	name := catalog.Slug(t.Name())
	harvesters.Protocols[name] = s.harvest
	t.Cleanup(func() { delete(harvesters.Protocols, name) })
	return catalog.Source{ID: "detto", Protocol: name, URL: "https://example.org/"}
}

// rowsOf are descriptions with these keys, all of one layer.
func rowsOf(keys ...string) []catalog.Harvested {
	layer := &catalog.Layer{Columns: []catalog.Column{{Name: "codice", Type: catalog.ColumnText}, {Name: "nome", Type: catalog.ColumnText}}}
	list := make([]catalog.Harvested, len(keys))
	for i, k := range keys {
		list[i] = catalog.Harvested{Key: k, Layer: layer, MediaType: "text/csv", Raw: []byte(k), Line: i + 1, Values: []any{k, "Riga " + k}}
	}
	return list
}

func numbers(from, to int) (keys []string) {
	for i := from; i <= to; i++ {
		keys = append(keys, fmt.Sprintf("%04d", i))
	}
	return keys
}

func deleted(list []catalog.Harvested) []catalog.Harvested {
	for i := range list {
		list[i] = catalog.Harvested{Key: list[i].Key, Layer: list[i].Layer, Deleted: true}
	}
	return list
}

func published(t *testing.T, store *postgis.Store, source string) string {
	t.Helper()
	var keys string
	if err := store.DB().QueryRow(t.Context(), `select coalesce(string_agg(source_key, ' ' order by source_key), '') from published where source_id = $1 and kind <> 'dataset'`, source).Scan(&keys); err != nil {
		t.Fatal(err)
	}
	return keys
}

// harvestWith is run with options, and the clock of the last listing turned back by age.
func harvestWith(t *testing.T, store *postgis.Store, src catalog.Source, c *http.Client, o harvesters.Options) catalog.Receipt {
	t.Helper()
	src.Deadline, src.Rhythm = catalog.Duration(time.Minute), catalog.Duration(time.Hour)
	if err := store.PutSource(t.Context(), src); err != nil {
		t.Fatal(err)
	}
	h, err := store.Begin(t.Context(), src)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	r, err := harvesters.Run(t.Context(), c, h, src, datasets.Vocabularies(), o)
	if err != nil {
		t.Fatal(err)
	}
	if r.Read != r.New+r.Changed+r.Unchanged+r.Refused {
		t.Errorf("the receipt does not add up: %+v", r)
	}
	return r
}

func age(t *testing.T, store *postgis.Store, by string) {
	t.Helper()
	if _, err := store.DB().Exec(t.Context(), `update listing set listed = listed - $1::interval`, by); err != nil {
		t.Fatal(err)
	}
}

// A protocol that can list what changed is asked for that from where the last
// completed run ended; everything is listed when that says nothing.
func TestIncrementalListing(t *testing.T) {
	store := postgistest.New(t)
	s := &told{list: rowsOf("1", "2", "3"), cursor: "c1", partial: true}
	src := toldSource(t, s)
	step := func(what, since string, o harvesters.Options) catalog.Receipt {
		t.Helper()
		r := harvestWith(t, store, src, http.DefaultClient, o)
		if got := s.since[len(s.since)-1]; got != since {
			t.Errorf("%s: asked since %q; want %q", what, got, since)
		}
		return r
	}
	step("first", "", harvesters.Options{})
	s.list, s.cursor = rowsOf("3", "4"), "c2"
	for range 3 { // what a partial listing lacks is not missing
		if r := step("second", map[bool]string{true: "c1", false: "c2"}[len(s.since) == 1], harvesters.Options{}); !r.Partial || r.Gone != 0 {
			t.Errorf("a partial run: %+v", r)
		}
	}
	if got := published(t, store, src.ID); got != "1 2 3 4" {
		t.Errorf("published %s; want 1 2 3 4", got)
	}
	s.list, s.cursor = nil, "c3"
	if r := step("nothing new", "c2", harvesters.Options{}); r.Outcome != catalog.RunCompleted || r.Read != 0 {
		t.Errorf("a partial listing of nothing: %+v; want completed", r)
	}
	s.cursor, s.err = "c4", fmt.Errorf("broken off: %w", catalog.ErrFailedListing)
	if r := step("fails", "c3", harvesters.Options{}); r.Outcome != catalog.RunFailed {
		t.Errorf("%+v; want failed", r)
	}
	s.err = nil
	step("after a failure", "c3", harvesters.Options{})
	step("dry", "c4", harvesters.Options{DryRun: true})
	s.list = rowsOf("1", "2", "3", "4")
	step("in full", "", harvesters.Options{Full: true})
	age(t, store, "6 days 23 hours")
	step("in the week", "c4", harvesters.Options{})
	age(t, store, "2 hours")
	step("after a week", "", harvesters.Options{})
	age(t, store, "-1 year")
	step("a clock that was wrong", "", harvesters.Options{})
	src.Mapping.Theme = catalog.Themes[0]
	step("another mapping", "", harvesters.Options{})
	src.URL += "altro"
	step("another address", "", harvesters.Options{})
	step("the same", "c4", harvesters.Options{})
	if _, err := store.RemoveSource(t.Context(), src.ID); err != nil {
		t.Fatal(err)
	}
	step("removed and added again", "", harvesters.Options{})
}

// What the source says it has withdrawn goes at once, with the rows of what was
// a dataset, unless it is more than can be believed.
func TestDeletedDescriptions(t *testing.T) {
	store := postgistest.New(t)
	s := &told{list: rowsOf(numbers(1, 100)...), cursor: "c1", partial: true}
	src := toldSource(t, s)
	harvestWith(t, store, src, http.DefaultClient, harvesters.Options{})
	all := rowsOf(numbers(1, 100)...)
	s.list = append(deleted(slices.Clone(all[:20])), deleted(rowsOf("never seen"))...)
	for i := range s.list {
		s.list[i].Layer = all[0].Layer
	}
	s.list = append(s.list, all[0]) // deleted and made again
	if r := harvestWith(t, store, src, http.DefaultClient, harvesters.Options{}); r.Gone != 19 || r.Read != 1 || r.Unchanged != 1 || r.Outcome != catalog.RunCompleted {
		t.Errorf("%+v; want 19 gone, 1 unchanged", r)
	}
	if n := len(strings.Fields(published(t, store, src.ID))); n != 81 {
		t.Errorf("%d are published; want 81", n)
	}
	if r := harvestWith(t, store, src, http.DefaultClient, harvesters.Options{}); r.Gone != 0 || r.Outcome != catalog.RunCompleted {
		t.Errorf("told once more: %+v; want none gone", r)
	}
	s.list, s.cursor = deleted(all[20:60]), "c2"
	for range 2 {
		r := harvestWith(t, store, src, http.DefaultClient, harvesters.Options{})
		if r.Outcome != catalog.RunParked || r.Gone != 40 || s.since[len(s.since)-1] != "c1" {
			t.Errorf("40 deletions of 81: %+v, since %s; want parked, and asked from where it was", r, s.since[len(s.since)-1])
		}
	}
	s.list = slices.Concat(deleted(rowsOf(numbers(21, 60)...)), rowsOf(numbers(61, 100)...), rowsOf(numbers(1, 1)...))
	for i := range s.list {
		s.list[i].Layer = s.list[0].Layer
	}
	if r := harvestWith(t, store, src, http.DefaultClient, harvesters.Options{Approved: 40}); r.Gone != 40 || r.Outcome != catalog.RunCompleted || r.Partial {
		t.Errorf("approved: %+v; want 40 gone after a full listing", r)
	}
}

// A listing that failed is walked once more with pages half as long, when that
// may help; the counts are those of the second walk.
func TestFailedListingIsWalkedAgain(t *testing.T) {
	failure := fmt.Errorf("page 2 repeats page 1: %w", catalog.ErrFailedListing)
	store := postgistest.New(t)
	for i, c := range []struct {
		name  string
		s     told
		asked string
		want  catalog.RunState
		read  int64
	}{
		{"helps", told{list: rowsOf("1", "2"), err: failure, rows: 100, second: rowsOf("1", "2", "3")}, "[100 50]", catalog.RunCompleted, 3},
		{"helps where nothing came", told{rows: 100, second: rowsOf("1", "2", "3")}, "[100 50]", catalog.RunCompleted, 3},
		{"does not help", told{list: rowsOf("1", "2"), err: failure, rows: 100}, "[100 50]", catalog.RunFailed, 2},
		{"no pages", told{list: rowsOf("1", "2"), err: failure}, "[]", catalog.RunFailed, 2},
		{"one a page", told{list: rowsOf("1", "2"), err: failure, rows: 1}, "[1]", catalog.RunFailed, 2},
		{"not wanted there", told{list: rowsOf("1"), err: &fetch.StatusError{Code: 403}, rows: 100}, "[100]", catalog.RunFailed, 1},
		{"too much at once", told{list: rowsOf("1"), err: &fetch.StatusError{Code: 500}, rows: 100, second: rowsOf("1")}, "[100 50]", catalog.RunCompleted, 1},
		{"completed", told{list: rowsOf("1"), rows: 100}, "[100]", catalog.RunCompleted, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			src := toldSource(t, &c.s)
			src.ID = fmt.Sprint("detto-", i)
			r := harvestWith(t, store, src, http.DefaultClient, harvesters.Options{})
			if got := fmt.Sprint(c.s.asked); got != c.asked || r.Outcome != c.want || r.Read != c.read || r.New != c.read {
				t.Errorf("asked for %s a page, %+v; want %s, %s, %d new", got, r, c.asked, c.want, c.read)
			}
			if (r.Again != "") != (len(c.s.asked) == 2) {
				t.Errorf("the receipt says of the first walk: %q", r.Again)
			}
		})
	}
}

// A calendar or feed that is whole and holds nothing is an answer: what is to
// come and is not listed goes at its second absence, what is over stays. The
// same without its frame is a server that has lost its data.
func TestEmptyCalendarsAndFeeds(t *testing.T) {
	var doc string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, doc) }))
	defer server.Close()
	event := func(uid string, day time.Time) string {
		return "BEGIN:VEVENT\r\nUID:" + uid + "\r\nSUMMARY:Evento " + uid + "\r\nDTSTART;VALUE=DATE:" + day.Format("20060102") + "\r\nEND:VEVENT\r\n"
	}
	calendar := func(events ...string) string {
		return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-CALNAME:Agenda\r\n" + strings.Join(events, "") + "END:VCALENDAR\r\n"
	}
	rss := func(items string) string {
		return `<?xml version="1.0"?><rss version="2.0"><channel><title>Notizie</title><link>https://example.org</link>` + items + `</channel></rss>`
	}
	now := time.Now()
	store := postgistest.New(t)
	for _, c := range []struct {
		kind, full, empty string
		broken            []string
		left              string
	}{
		{"ical", calendar(event("ieri", now.AddDate(0, 0, -3)), event("poi", now.AddDate(0, 0, 30))), calendar(),
			[]string{"", " \r\n", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "<html><body>Errore</body></html>"}, "ieri"},
		{"feed", rss(`<item><guid>a</guid><title>A</title></item>`), rss(""),
			[]string{"", "<rss version='2.0'><channel>", "<rss version='2.0'></rss>", "{}", "<!doctype html><title>Notizie</title>"}, "a"},
	} {
		t.Run(c.kind, func(t *testing.T) {
			src := catalog.Source{ID: "fonte-" + c.kind, Protocol: c.kind, URL: server.URL}
			doc = c.empty
			if r := run(t, store, src); r.Outcome != catalog.RunCompleted || r.Read != 0 {
				t.Errorf("empty from the beginning: %+v; want completed", r)
			}
			doc = c.full
			harvest(t, store, src)
			for _, doc = range c.broken {
				if r := run(t, store, src); r.Outcome != catalog.RunFailed || r.Gone != 0 {
					t.Errorf("%q: %+v; want a failed listing", doc, r)
				}
			}
			doc = c.empty
			for range 3 {
				if r := run(t, store, src); r.Outcome != catalog.RunCompleted || r.Read != 0 {
					t.Errorf("empty: %+v; want completed, 0 read", r)
				}
			}
			if got := published(t, store, src.ID); got != c.left {
				t.Errorf("published %q; want %q", got, c.left)
			}
			var sets int
			if err := store.DB().QueryRow(t.Context(), `select count(*) from published where kind = 'dataset' and source_id = $1`, src.ID).Scan(&sets); err != nil || sets != 1 {
				t.Errorf("%d datasets, %v; want that of the source", sets, err)
			}
		})
	}
}
