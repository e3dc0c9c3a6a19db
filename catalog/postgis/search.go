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
	maxSort = 5000
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
	if res.Mark, err = s.Mark(ctx, q.Collection); err != nil {
		return res, err
	}
	few, err := s.atMost(ctx, f, maxSort)
	if err != nil {
		return res, fmt.Errorf("search: %w", err)
	}
	if res.Facets, err = s.facets(ctx, q); err != nil {
		return res, fmt.Errorf("search: %w", err)
	}
	if few <= maxSort {
		res.Total, res.Exact = few, true
	} else if res.Total, res.Exact, err = s.total(ctx, q, f, res.Facets); err != nil {
		return res, fmt.Errorf("search: %w", err)
	}
	if res.Hits, err = s.hits(ctx, q, f, few > maxSort); err != nil {
		return res, fmt.Errorf("search: %w", err)
	}
	if q.Text != "" && res.Total <= fewResults {
		if res.Spelling, err = s.spelling(ctx, q, res.Total); err != nil {
			return res, fmt.Errorf("search: spelling: %w", err)
		}
	}
	return res, nil
}

// atMost counts what f selects, up to n+1.
func (s *Store) atMost(ctx context.Context, f *filter, n int) (int64, error) {
	c := f.clone()
	var got int64
	err := s.public.QueryRow(ctx, fmt.Sprintf("select count(*) from (select from published where %s limit %s) s", c.where(), c.arg(n+1)), c.args...).Scan(&got)
	return got, err
}

// total is how many of very many match: the facet of collections has counted
// them, as every record is in one; unless a collection was asked for.
func (s *Store) total(ctx context.Context, q catalog.Query, f *filter, facets map[string][]catalog.Facet) (int64, bool, error) {
	if q.Collection == "" {
		var sum int64
		for _, c := range facets[string(partCollection)] {
			sum += c.Count
		}
		return sum, true, nil
	}
	for _, c := range facets[string(partCollection)] {
		if c.Value == q.Collection {
			return c.Count, true, nil
		}
	}
	n, err := s.estimate(ctx, f)
	return n, false, err
}
