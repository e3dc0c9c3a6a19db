package harvesters

import (
	"cmp"
	"context"
	"errors"
	"iter"

	"golang.org/x/sync/errgroup"

	"po-net.prato.it/ponet/catalog"
)

// pages reads the listing of src and stores it. Reading and storing go side by
// side; at most two pages wait.
func (r *run) pages(ctx context.Context, src catalog.Source, listing iter.Seq2[catalog.Harvested, error]) error {
	g, ctx := errgroup.WithContext(ctx)
	pages := make(chan catalog.Batch, 2)
	var failure error
	g.Go(func() error {
		defer close(pages)
		failure = paginate(listing, cmp.Or(r.options.PageRows, pageRows), func(p catalog.Batch) error {
			select {
			case pages <- p:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
		return nil // what was read before is still stored
	})
	g.Go(func() error {
		for p := range pages {
			if p.Layer != nil {
				p.Layer.Dropped = src.Mapping.Drop
			}
			if err := r.put(ctx, src, p); err != nil {
				return err
			}
		}
		return nil
	})
	if err := g.Wait(); err != nil {
		return err
	}
	return failure
}

// paginate collects descriptions of one layer at a time into pages of so many
// rows for put.
func paginate(listing iter.Seq2[catalog.Harvested, error], rows int, put func(catalog.Batch) error) error {
	var (
		page  catalog.Batch
		bytes int
	)
	flush := func() error {
		if len(page.Items) == 0 && len(page.Refused) == 0 {
			return nil
		}
		p := page
		page, bytes = catalog.Batch{Layer: p.Layer}, 0
		return put(p)
	}
	layers := map[*catalog.Layer]*catalog.Layer{}
	for h, err := range listing {
		issue, refused := Refusal(err)
		h.Key, issue.Key = catalog.BoundedKey(h.Key), catalog.BoundedKey(issue.Key)
		if h.Layer != nil && layers[h.Layer] == nil {
			layers[h.Layer] = h.Layer.Bounded()
		}
		h.Layer = layers[h.Layer]
		if err != nil && !refused {
			return errors.Join(err, flush())
		}
		if page.Layer != nil && h.Layer != nil && page.Layer != h.Layer {
			if err := flush(); err != nil {
				return err
			}
		}
		page.Layer = cmp.Or(h.Layer, page.Layer)
		if refused {
			page.Refused = append(page.Refused, issue)
		} else {
			page.Items = append(page.Items, catalog.BatchItem{Harvested: h})
			bytes += len(h.Raw)
		}
		if len(page.Items)+len(page.Refused) >= rows || bytes >= pageBytes {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// Refusal is the issue of a description that cannot be used, if err is that.
func Refusal(err error) (catalog.Issue, bool) {
	var row *catalog.RowError
	if errors.As(err, &row) {
		issue := row.Issue
		issue.Refused = true
		return issue, true
	}
	if err != nil && errors.Is(err, catalog.ErrInvalid) {
		return catalog.Issue{Rule: "unreadable", Read: catalog.Excerpt(err.Error()), Expected: "a description that can be read", Refused: true}, true
	}
	return catalog.Issue{}, false
}
