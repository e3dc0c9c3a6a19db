package simulate

import (
	"context"
	"crypto/md5"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"slices"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters"
	"po-net.prato.it/ponet/harvesters/fetch"
)

func init() { harvesters.Protocols["scripted"] = harvestScripted }

// An entry of a scripted listing.
type entry struct {
	Key     string `json:"key"`
	Name    string `json:"name"`
	Deleted bool   `json:"deleted,omitempty"` // the source has withdrawn it
	Bad     bool   `json:"bad,omitempty"`     // it is listed and cannot be read
}

type scriptedPage struct {
	Total   int     `json:"total"`
	Entries []entry `json:"entries"`
	Partial bool    `json:"partial"`
	Cursor  string  `json:"cursor"`
}

// harvestScripted is a protocol of the simulator's own. It does all that a protocol
// may: it lists what changed since a cursor, tells deletions, refuses entries and
// leaves it to the run that a key comes twice.
func harvestScripted(ctx context.Context, c *http.Client, src catalog.Source) iter.Seq2[catalog.Harvested, error] {
	return func(yield func(catalog.Harvested, error) bool) {
		if err := listScripted(ctx, c, src, yield); err != nil {
			yield(catalog.Harvested{}, err)
		}
	}
}

func listScripted(ctx context.Context, c *http.Client, src catalog.Source, yield func(catalog.Harvested, error) bool) error {
	layer := &catalog.Layer{Columns: []catalog.Column{{Name: "nome", Type: catalog.ColumnText}}, Guess: catalog.Mapping{Fields: map[string]string{"title": "nome"}}}
	var guard fetch.Guard
	l := src.Listing()
	rows := l.Rows(16)
	for read := 0; ; {
		at := fmt.Sprintf("%s?since=%s&start=%d&rows=%d", src.URL, l.Since, read, rows)
		if err := guard.Ask(at); err != nil {
			return err
		}
		d, err := fetch.Read(ctx, c, at, "application/json")
		if err != nil {
			return err
		}
		if err := guard.Got(d.Bytes); err != nil {
			return err
		}
		var page scriptedPage
		if err := json.Unmarshal(d.Bytes, &page); err != nil {
			return fmt.Errorf("%s: %w: %w", at, err, catalog.ErrFailedListing)
		}
		for _, e := range page.Entries {
			if !yield(e.harvested(layer)) {
				return nil
			}
		}
		read += len(page.Entries)
		switch {
		case read == page.Total:
			l.Partial, l.Cursor = page.Partial, page.Cursor
			return nil
		case len(page.Entries) == 0 || read > page.Total:
			return fmt.Errorf("%d of %d entries: %w", read, page.Total, catalog.ErrFailedListing)
		}
	}
}

func (e entry) harvested(layer *catalog.Layer) (catalog.Harvested, error) {
	if e.Bad {
		return catalog.Harvested{Layer: layer}, &catalog.RowError{Issue: catalog.Issue{Rule: "row", Key: e.Key, Expected: "an entry that can be read", Listed: true}}
	}
	return catalog.Harvested{Key: e.Key, Layer: layer, MediaType: "text/plain", Raw: []byte(e.Name), Values: []any{e.Name}, Deleted: e.Deleted}, nil
}

// answerScripted lists everything or, where the source can and is asked to, what
// changed and what was deleted.
func answerScripted(s *site, req *http.Request, firstPage bool) answer {
	page := scriptedPage{Cursor: fmt.Sprint(s.clock)}
	since := number(req, "since", -1)
	page.Partial = s.incremental && since >= 0 && s.fault != forgets
	var all []entry
	states := map[string]state{}
	for _, r := range s.rows {
		states[r.key] = r.state
		if !page.Partial || s.touched[r.key] > since {
			all = append(all, entry{Key: r.key, Name: title(r.state), Bad: r.key == s.unreadable})
		}
	}
	if page.Partial {
		for _, key := range slices.Sorted(maps.Keys(s.taken)) {
			if s.taken[key] > since {
				all = append(all, entry{Key: key, Deleted: true})
			}
		}
	}
	page.Total = len(all)
	start := number(req, "start", 0)
	if firstPage {
		start = 0
	}
	start = min(start, len(all))
	page.Entries = all[start:min(len(all), start+min(s.cap, number(req, "rows", 1)))]
	a := answer{mediaType: "application/json"}
	s.partial = page.Partial
	for _, e := range page.Entries {
		switch {
		case e.Deleted:
			s.deleted[e.Key] = true
		case !e.Bad:
			a.rows = append(a.rows, row{e.Key, states[e.Key]})
		}
	}
	var err error
	if a.body, err = json.Marshal(page); err != nil {
		panic(err)
	}
	return a
}

// spoil makes one of the entries unreadable.
func (s *site) spoil(n int) {
	if len(s.rows) > 0 {
		s.unreadable, s.struck = s.rows[n%len(s.rows)].key, true
	}
}

// conditional answers 304 to who knows the document already: rightly, or, when the
// server lies, whatever it is now.
func (s *site) conditional(req *http.Request, a answer, lies bool) (etag string, known []row, same bool) {
	if s.kind.paged {
		return "", nil, false
	}
	etag = fmt.Sprintf(`"%x"`, md5.Sum(a.body))
	asked := req.Header.Get("If-None-Match")
	known, had := s.given[asked]
	if asked == etag || lies && had {
		return etag, known, had
	}
	s.given[etag] = slices.Clone(a.rows)
	return etag, nil, false
}
