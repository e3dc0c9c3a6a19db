package postgis

import (
	"context"
	"fmt"

	"po-net.prato.it/ponet/catalog"
)

const (
	// DefaultHits is how many hits a search gives when the query does not say.
	DefaultHits = 20
	// MaxHits is the most hits one answer may have.
	MaxHits = 1000
	// MaxOffset is how far into the results numbered pages lead.
	MaxOffset = 10_000
	// maxSort is how many records are sorted or ranked to answer a search. When
	// more match, the order comes from an index, and relevance is judged among
	// those whose title matches.
	maxSort = 3000
	// fewResults is how many results are so few that another spelling is looked for.
	fewResults = 3
)

// Search finds records by text, place and filters, with facets.
func (s *Store) Search(ctx context.Context, q catalog.Query) (catalog.Results, error) {
	var res catalog.Results
	var err error
	if q.Offset < 0 || q.Offset > MaxOffset {
		return res, fmt.Errorf("search: offset %d is not in 0..%d: %w", q.Offset, MaxOffset, catalog.ErrInvalid)
	}
	f, err := newFilter(q)
	if err != nil {
		return res, err
	}
	// Facets count in other collections too, hence the mark of all.
	if res.Mark, err = s.markOf(ctx, q, ""); err != nil {
		return res, err
	}
	if res.Facets, err = s.facets(ctx, q, res.Mark); err != nil {
		return res, fmt.Errorf("search: %w", err)
	}
	res.Total, res.Exact = total(q, res.Facets), true
	if res.Hits, err = s.hits(ctx, q, f, res.Total > maxSort); err != nil {
		return res, fmt.Errorf("search: %w", err)
	}
	if q.Text != "" && res.Total <= fewResults && q.AsOf == nil { // the words are those of now
		if res.Spelling, err = s.spelling(ctx, q, res.Total); err != nil {
			return res, fmt.Errorf("search: spelling: %w", err)
		}
	}
	return res, nil
}

// total is how many match: the facet of collections has counted them, as every
// record is in one.
func total(q catalog.Query, facets map[string][]catalog.Facet) int64 {
	var sum int64
	for _, c := range facets[string(partCollection)] {
		if q.Collection == "" || c.Value == q.Collection {
			sum += c.Count
		}
	}
	return sum
}
