package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"
)

// SuggestInput is the beginning of what someone types.
type SuggestInput struct {
	Request
	F     string `query:"f" enum:"json" doc:"The representation; there is one."`
	Q     string `query:"q" required:"true" minLength:"1" maxLength:"200" doc:"What has been typed so far." example:"bibl"`
	Limit int    `query:"limit" minimum:"1" default:"8"`
}

// Suggestions complete what is being typed.
type Suggestions struct {
	Suggestions []Suggestion `json:"suggestions" nullable:"false" doc:"Best first. None leads to an empty search."`
}

// A Suggestion is one of them.
type Suggestion struct {
	Group string `json:"group" doc:"luoghi, indirizzi, comuni, argomenti or dataset."`
	Text  string `json:"text" doc:"What it completes to."`
	Note  string `json:"note,omitempty" doc:"Kind and municipality."`
	ID    string `json:"id,omitempty" doc:"Of the record, if it is one."`
	Path  string `json:"path" doc:"Of the page in the portal on this host."`
}

// Suggestions given when limit is absent, and at most.
const (
	defaultSuggestions = 8
	maxSuggestions     = 50
)

func suggestOperation(s *server) huma.Operation {
	return huma.Operation{
		OperationID: "suggest",
		Summary:     "Suggestions while typing",
		Description: "Names of records, municipalities, subjects and datasets that begin with, or are nearly, what was typed.",
		Tags:        []string{tagRecords},
		Parameters:  []*huma.Param{limitParameter(defaultSuggestions, maxSuggestions, "Suggestions. More than the maximum is not an error: the maximum is used.")},
		Responses:   answers("The suggestions.", jsonType, schemaOf[Suggestions](s)),
	}
}

func (s *server) suggest(ctx context.Context, in *SuggestInput) (*answer, error) {
	tag, err := s.dataTag(ctx, in.http, "", jsonType)
	if err != nil {
		return nil, err
	}
	if a := unchanged(in.http, tag); a != nil {
		return a, nil
	}
	found, err := s.store.Suggest(ctx, in.Q, min(in.Limit, maxSuggestions))
	if err != nil {
		return nil, err
	}
	list := Suggestions{Suggestions: []Suggestion{}}
	for _, f := range found {
		list.Suggestions = append(list.Suggestions, Suggestion(f))
	}
	body, err := encodeJSON(list)
	if err != nil {
		return nil, err
	}
	return send(jsonType, tag, body), nil
}
