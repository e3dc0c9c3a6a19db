package search

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/typesense/typesense-go/v2/typesense/api"
	"github.com/typesense/typesense-go/v2/typesense/api/pointer"

	"po-net.prato.it/ponet/catalog"
)

const (
	// DefaultHits and MaxHits are how many hits an answer has when the query does
	// not say, and at most: Typesense gives no more than 250 at a time.
	DefaultHits, MaxHits = 20, 250
	// maxFacet is the most values one facet lists.
	maxFacet = 100
	// fewResults is how many results are so few that another spelling is looked for.
	fewResults = 3
)

var facetFields = []string{"theme", "type", "municipality", "body", "collection"}

// Search finds records by text, place and filters, with facets.
func (t *Typesense) Search(ctx context.Context, q catalog.Query) (catalog.Results, error) {
	var res catalog.Results
	var err error
	if res.Mark, err = t.records.Mark(ctx, ""); err != nil {
		return res, err
	}
	searches, err := searchesFor(q)
	if err != nil {
		return res, err
	}
	answers, err := t.perform(ctx, searches)
	if err != nil {
		return res, err
	}
	main := answers[0]
	res.Total, res.Exact = int64(value(main.Found)), !value(main.SearchCutoff)
	if res.Facets, err = t.facets(ctx, q, answers); err != nil {
		return res, err
	}
	if res.Hits, err = t.hits(ctx, main); err != nil {
		return res, err
	}
	if q.Text != "" && res.Total <= fewResults {
		res.Spelling, err = t.spelling(ctx, q, searches[0], res.Total)
	}
	return res, err
}

// searchesFor is the search itself and, for each facet that is filtered, one
// without its own filter to count it.
func searchesFor(q catalog.Query) ([]api.MultiSearchCollectionParameters, error) {
	filter, err := filterBy(q, "")
	if err != nil {
		return nil, err
	}
	main := newSearch(q.Text, filter)
	limit := q.Limit
	if limit <= 0 {
		limit = DefaultHits
	}
	main.Limit, main.Offset = pointer.Int(min(limit, MaxHits)), pointer.Int(max(0, q.Offset))
	main.SortBy = pointer.String(sortBy(q))
	main.FacetBy = pointer.String(strings.Join(facetFields, ","))
	searches := []api.MultiSearchCollectionParameters{main}
	for _, field := range filtered(q) {
		without, err := filterBy(q, field)
		if err != nil {
			return nil, err
		}
		s := newSearch(q.Text, without)
		s.Limit, s.FacetBy = pointer.Int(0), pointer.String(field)
		searches = append(searches, s)
	}
	return searches, nil
}

// newSearch asks for every word of text, the last as the beginning of one, with
// no typing errors: those are told as a spelling, not silently forgiven.
func newSearch(text, filter string) api.MultiSearchCollectionParameters {
	if strings.TrimSpace(text) == "" {
		text = "*"
	}
	s := api.MultiSearchCollectionParameters{
		Collection: Index, Q: pointer.String(text),
		QueryBy: pointer.String("title,codes,text"), QueryByWeights: pointer.String("9,9,3"),
		MaxFacetValues: pointer.Int(maxFacet), IncludeFields: pointer.String("id"),
		NumTypos: pointer.String("0"), DropTokensThreshold: pointer.Int(0), TypoTokensThreshold: pointer.Int(0),
	}
	if filter != "" {
		s.FilterBy = pointer.String(filter)
	}
	return s
}

// sortBy is the order of the results: the one asked for, if it can be had.
func sortBy(q catalog.Query) string {
	near := ""
	if q.Near != nil {
		near = fmt.Sprintf("location(%s, %s):asc", number(q.Near.Lat()), number(q.Near.Lon()))
	}
	switch {
	case q.Order == catalog.OrderTitle:
		return "title_order:asc"
	case q.Order == catalog.OrderUpdated:
		return "dataset_row:asc,hour:desc,mixed:asc"
	case near != "" && (q.Order == catalog.OrderDistance || q.Text == ""):
		return near
	case q.Text != "" && near != "":
		return "_text_match:desc,dataset_row:asc," + near // last, so that the distance is told
	case q.Text != "":
		return "_text_match:desc,dataset_row:asc"
	}
	return "dataset_row:asc,hour:desc,mixed:asc"
}

// filtered lists the facets that q filters.
func filtered(q catalog.Query) []string {
	var fields []string
	for field, on := range map[string]bool{
		"theme": len(q.Themes) > 0, "type": len(q.Types) > 0, "municipality": len(q.Municipalities) > 0,
		"body": len(q.Bodies) > 0, "collection": q.Collection != "",
	} {
		if on {
			fields = append(fields, field)
		}
	}
	slices.Sort(fields)
	return fields
}

// perform asks for several searches at once, and is as many answers.
func (t *Typesense) perform(ctx context.Context, searches []api.MultiSearchCollectionParameters) ([]api.SearchResult, error) {
	answer, err := t.client.MultiSearch.Perform(ctx, &api.MultiSearchParams{EnableOverrides: pointer.False()}, api.MultiSearchSearchesParameter{Searches: searches})
	if err != nil {
		return nil, fmt.Errorf("typesense: search: %w", err)
	}
	if len(answer.Results) != len(searches) {
		return nil, fmt.Errorf("typesense: %d answers to %d searches", len(answer.Results), len(searches))
	}
	for _, r := range answer.Results {
		if r.Found == nil { // one search of several that failed answers with an error in its place
			return nil, fmt.Errorf("typesense: a search was refused; is %s the index of this release?", Index)
		}
	}
	return answer.Results, nil
}

// facets reads each facet from the answer that did not filter by it.
func (t *Typesense) facets(ctx context.Context, q catalog.Query, answers []api.SearchResult) (map[string][]catalog.Facet, error) {
	facets := map[string][]catalog.Facet{}
	for _, field := range facetFields {
		facets[field] = counts(answers[0], field)
	}
	for i, field := range filtered(q) {
		facets[field] = counts(answers[i+1], field)
	}
	return facets, t.records.Labels(ctx, facets)
}

// counts is one facet of an answer, those with most results first.
func counts(r api.SearchResult, field string) []catalog.Facet {
	var list []catalog.Facet
	for _, f := range value(r.FacetCounts) {
		if value(f.FieldName) != field {
			continue
		}
		for _, c := range value(f.Counts) {
			list = append(list, catalog.Facet{Value: value(c.Value), Label: value(c.Value), Count: int64(value(c.Count))})
		}
	}
	slices.SortFunc(list, func(a, b catalog.Facet) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
	})
	return list
}

// hits reads the records found from the database, in the order of the answer.
func (t *Typesense) hits(ctx context.Context, r api.SearchResult) ([]catalog.Hit, error) {
	var ids []string
	for _, h := range value(r.Hits) {
		id, _ := value(h.Document)["id"].(string)
		ids = append(ids, id)
	}
	byID, err := t.byID(ctx, ids)
	if err != nil {
		return nil, err
	}
	var hits []catalog.Hit
	for i, h := range value(r.Hits) {
		record := byID[ids[i]]
		if record == nil {
			continue // withdrawn since it was indexed
		}
		hit := catalog.Hit{Record: record, DistanceMetres: -1, Score: float64(value(h.TextMatch))}
		if metres, ok := value(h.GeoDistanceMeters)["location"]; ok && record.Geometry != nil {
			hit.DistanceMetres = float64(metres)
		}
		hits = append(hits, hit)
	}
	return hits, nil
}

func (t *Typesense) byID(ctx context.Context, ids []string) (map[string]*catalog.Record, error) {
	byID := map[string]*catalog.Record{}
	if len(ids) == 0 {
		return byID, nil
	}
	records, err := t.records.RecordsByID(ctx, ids)
	for _, r := range records {
		byID[r.ID] = r
	}
	return byID, err
}

// spelling is q's text as Typesense reads it when it may forgive two typing
// errors a word, if that finds more.
func (t *Typesense) spelling(ctx context.Context, q catalog.Query, s api.MultiSearchCollectionParameters, total int64) (string, error) {
	s.NumTypos, s.TypoTokensThreshold, s.FacetBy, s.Limit, s.Offset = pointer.String("2"), pointer.Int(fewResults+1), nil, pointer.Int(1), nil
	s.IncludeFields = pointer.String("id,title,text")
	answers, err := t.perform(ctx, []api.MultiSearchCollectionParameters{s})
	if err != nil || int64(value(answers[0].Found)) <= total || len(value(answers[0].Hits)) == 0 {
		return "", err
	}
	tokens := matched(value(answers[0].Hits)[0])
	words := catalog.Words(q.Text)
	for i, w := range words {
		best := 3
		for _, token := range tokens {
			if d := catalog.TypingErrors(w, token); d < best {
				words[i], best = token, d
			}
		}
	}
	if better := strings.Join(words, " "); better != strings.Join(catalog.Words(q.Text), " ") {
		return better, nil
	}
	return "", nil
}

// matched is the words of a hit that were taken for those of the text.
func matched(h api.SearchResultHit) []string {
	var tokens []string
	for _, l := range value(h.Highlights) {
		for _, token := range value(l.MatchedTokens) {
			if b, err := json.Marshal(token); err == nil { // a text, or a list of texts for a list
				tokens = append(tokens, catalog.Words(string(b))...)
			}
		}
	}
	return tokens
}

// value is what p points to, or nothing: the client's types are all pointers.
func value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
