package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"
)

// DocsInput takes nothing: there is only the page.
type DocsInput struct {
	Request
	F string `query:"f" enum:"html" doc:"The representation; there is one."`
}

func docsOperation(s *server) huma.Operation {
	return huma.Operation{
		OperationID: "getDocs",
		Summary:     "This API explained",
		Description: "The operations and their parameters as a page, from our own origin and without script.",
		Tags:        []string{tagCatalogue},
		Responses:   answers("The page.", "text/html", textSchema),
	}
}

// docsPage says for people what the OpenAPI document says for programs.
func (s *server) docsPage(_ context.Context, in *DocsInput) (*answer, error) {
	type operation struct {
		ID, Path, Summary, Description string
		Parameters                     []*huma.Param
	}
	content := struct {
		Description string
		Operations  []operation
	}{Description: s.api.OpenAPI().Info.Description}
	for _, path := range s.docs.paths {
		op := s.api.OpenAPI().Paths[path].Get
		content.Operations = append(content.Operations, operation{op.OperationID, path, op.Summary, op.Description, op.Parameters})
	}
	page := s.newPage(in.http, phrases[language(in.http)]["api"], content, s.toRoot(in.http))
	page.Data = ""
	return s.sendPage(in.http, "docs", "", page)
}
