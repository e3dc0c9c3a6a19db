package search

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/typesense/typesense-go/v2/typesense/api"
	"github.com/typesense/typesense-go/v2/typesense/api/pointer"

	"po-net.prato.it/ponet/catalog"
)

const (
	// minTyped is the letters after which suggestions begin.
	minTyped = 2
	// maxTyped is the characters of the text that are looked at.
	maxTyped = 100
	// maxLabels is how many subjects are looked for by their label.
	maxLabels = 4
	// notDatasets leaves out what a search without more does not find.
	notDatasets = "collection:!=datasets && " + notGazetteer
	// notGazetteer leaves out streets and street numbers.
	notGazetteer = "collection:!=[streets,addresses]"
)

// Suggest completes what is being typed: names of records, municipalities,
// types and themes, none of which leads to an empty page.
func (t *Typesense) Suggest(ctx context.Context, text string, limit int) ([]catalog.Suggestion, error) {
	if limit <= 0 || limit > catalog.MaxSuggestions {
		limit = catalog.MaxSuggestions
	}
	words := catalog.Words(string([]rune(text)[:min(maxTyped, len([]rune(text)))]))
	if len([]rune(strings.Join(words, ""))) < minTyped {
		return nil, nil
	}
	names := newSearch(strings.Join(words, " "), "dataset_row:=false")
	names.QueryBy, names.QueryByWeights, names.NumTypos = pointer.String("title"), nil, pointer.String("1")
	names.TypoTokensThreshold = pointer.Int(1) // only when there is nothing else
	names.Limit, names.SortBy = pointer.Int(limit), pointer.String("_text_match:desc,hour:desc")
	answers, err := t.perform(ctx, []api.MultiSearchCollectionParameters{
		names, values("municipality", words), values("type_label", words), values("theme", nil),
	})
	if err != nil {
		return nil, err
	}
	places, err := t.places(ctx, answers[0])
	if err != nil {
		return nil, err
	}
	sides := begin(counts(answers[1], "municipality"), words, catalog.GroupMunicipalities, "comune")
	subjects, err := t.subjects(ctx, begin(counts(answers[2], "type_label"), words, catalog.GroupSubjects, "tipo"))
	if err != nil {
		return nil, err
	}
	themes := map[string][]catalog.Facet{"theme": counts(answers[3], "theme")}
	if err := t.records.Labels(ctx, themes); err != nil {
		return nil, err
	}
	sides = append(append(sides, subjects...), begin(themes["theme"], words, catalog.GroupSubjects, "tema")...)
	return catalog.Suggestions(limit, append(places, sides...)), nil
}

// values asks for the values of a facet that words begin; nil: for all.
func values(field string, words []string) api.MultiSearchCollectionParameters {
	s := newSearch("*", notDatasets)
	s.Limit, s.FacetBy = pointer.Int(0), pointer.String(field)
	if words != nil {
		s.FacetQuery = pointer.String(field + ":" + strings.Join(words, " "))
	}
	return s
}

// places are the records whose names were found.
func (t *Typesense) places(ctx context.Context, r api.SearchResult) ([]catalog.Suggestion, error) {
	hits, err := t.hits(ctx, r)
	var out []catalog.Suggestion
	for _, h := range hits {
		note := strings.Trim(h.Record.TypeLabel+" · "+h.Record.Municipality, " ·")
		out = append(out, catalog.Suggestion{Group: catalog.GroupOf(h.Record.Kind), Text: h.Record.Title, Note: note, ID: h.Record.ID,
			Path: "/" + h.Record.Kind.Path() + "/" + strings.TrimPrefix(h.Record.Slug+"-"+h.Record.ID, "-")})
	}
	return out, err
}

// begin are the values that have a word for each of words, as its beginning
// or with one typing error, as a filter of the portal.
func begin(facet []catalog.Facet, words []string, group, parameter string) []catalog.Suggestion {
	var out []catalog.Suggestion
	for _, f := range facet {
		of := catalog.Words(f.Label)
		missing := slices.ContainsFunc(words, func(w string) bool {
			return !slices.ContainsFunc(of, func(o string) bool {
				return strings.HasPrefix(o, w) || len(w) > 3 && catalog.PrefixErrors(w, o) <= 1
			})
		})
		if !missing {
			note := map[string]string{"comune": "comune", "tema": "tema"}[parameter]
			out = append(out, catalog.Suggestion{Group: group, Text: f.Label, Note: note, Path: "/mappa?" + parameter + "=" + url.QueryEscape(f.Value)})
		}
	}
	return out
}

// subjects puts the codes of types, which the filter wants, in the place of
// their labels.
func (t *Typesense) subjects(ctx context.Context, labels []catalog.Suggestion) ([]catalog.Suggestion, error) {
	labels = labels[:min(len(labels), maxLabels)]
	if len(labels) == 0 {
		return nil, nil
	}
	var searches []api.MultiSearchCollectionParameters
	for _, l := range labels {
		s := newSearch("*", notDatasets+" && type_label:="+list([]string{l.Text}))
		s.Limit, s.FacetBy = pointer.Int(0), pointer.String("type")
		searches = append(searches, s)
	}
	answers, err := t.perform(ctx, searches)
	if err != nil {
		return nil, err
	}
	var out []catalog.Suggestion
	for i, l := range labels {
		if types := counts(answers[i], "type"); len(types) > 0 {
			l.Path = "/mappa?tipo=" + url.QueryEscape(types[0].Value)
			out = append(out, l)
		}
	}
	return out, nil
}
