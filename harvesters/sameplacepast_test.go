package harvesters_test

import (
	"fmt"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
)

// An album holds what the catalogue answered at moments.
type album []snapshot

type snapshot struct {
	what    string
	at      time.Time
	answers map[string]string
}

// keepsPast looks at the pictures taken so far: as of each moment the records that several
// sources make together are what they were, whatever was harvested, decided or
// undone since. Then it takes another.
func (p *portals) keepsPast(what string) {
	p.t.Helper()
	for _, s := range p.past {
		then := given(p.t, p.store, &s.at)
		for key := range s.answers {
			if s.answers[key] != then[key] {
				p.t.Errorf("%s: as of «%s» (%s) %s was\n%s\nand now is\n%s", what, s.what, s.at.Format(time.RFC3339Nano), key, s.answers[key], then[key])
			}
		}
		if len(then) > len(s.answers) {
			p.t.Errorf("%s: as of «%s» there is more: %v", what, s.what, then)
		}
	}
	s := snapshot{what: what, answers: given(p.t, p.store, nil)}
	if err := p.store.DB().QueryRow(p.t.Context(), `select clock_timestamp()`).Scan(&s.at); err != nil {
		p.t.Fatal(err)
	}
	p.past = append(p.past, s)
}

// given are the answers of items, one item, a search and a download, now or as of a moment.
func given(t *testing.T, store *postgis.Store, at *time.Time) map[string]string {
	t.Helper()
	out := map[string]string{}
	q := catalog.Query{Collection: catalog.KindPlace.Collection(), AsOf: at, Limit: 50}
	for r, err := range store.Records(t.Context(), q) {
		if err != nil {
			t.Fatal(err)
		}
		out["download "+r.ID] = string(r.Feature)
		one, err := store.Item(t.Context(), r.ID)
		if at != nil {
			one, err = store.ItemAsOf(t.Context(), r.ID, *at)
		}
		if err != nil {
			t.Fatalf("%s: %v", r.ID, err)
		}
		out["item "+r.ID] = fmt.Sprint(string(one.Feature), one.Title, one.Version, one.Licence, one.SourceID, one.Geometry)
	}
	page, err := store.Items(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range page.Records {
		out["items "+r.ID] = string(r.Feature)
	}
	q.Text = "biblioteca"
	found, err := store.Search(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range found.Hits {
		out["search "+h.Record.ID] = string(h.Record.Feature)
	}
	out["count"] = fmt.Sprint(page.Matched, found.Total)
	return out
}
