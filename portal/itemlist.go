package portal

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/http"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// ldBatch is how many records are read whole at a time for an ItemList: enough
// to ask seldom, few enough to hold.
const ldBatch = 200

// encodeItemList writes records as an ItemList of schema.org, each item what the
// page of its record says of itself. After an error the list has no end.
func (s *server) encodeItemList(r *http.Request) datasets.Encoder {
	return func(w io.Writer, c catalog.Collection, records iter.Seq2[*catalog.Record, error]) error {
		head, err := json.Marshal(map[string]string{"@context": "https://schema.org", "@type": "ItemList", "name": c.Title, "url": s.absolute(r, r.URL.RequestURI())})
		if err != nil {
			return err
		}
		list := itemList{w: w}
		if _, err := fmt.Fprintf(w, "%s,\"itemListElement\":[", head[:len(head)-1]); err != nil {
			return err
		}
		var ids []string
		whole := func() error {
			full, err := s.store.RecordsByID(r.Context(), ids)
			byID := map[string]*catalog.Record{}
			for _, rec := range full {
				byID[rec.ID] = rec
			}
			for _, id := range ids {
				if rec := byID[id]; rec != nil && err == nil { // nil: withdrawn since
					err = list.add(s.jsonLD(r, rec))
				}
			}
			ids = ids[:0]
			return err
		}
		for rec, err := range records {
			if err != nil {
				return fmt.Errorf("export after %d records: %w", list.n, err)
			}
			if ids = append(ids, rec.ID); len(ids) == ldBatch {
				if err := whole(); err != nil {
					return err
				}
			}
		}
		if err := whole(); err != nil {
			return err
		}
		_, err = fmt.Fprintf(w, "\n],\"numberOfItems\":%d}\n", list.n)
		return err
	}
}

// An itemList is being written to w.
type itemList struct {
	w io.Writer
	n int
}

// add writes item, which is in the context of the list, as its next element.
func (l *itemList) add(item map[string]any) error {
	delete(item, "@context")
	b, err := json.Marshal(map[string]any{"@type": "ListItem", "position": l.n + 1, "item": item})
	if err != nil {
		return err
	}
	separator := ",\n"
	if l.n == 0 {
		separator = "\n"
	}
	l.n++
	_, err = l.w.Write(append([]byte(separator), b...))
	return err
}
