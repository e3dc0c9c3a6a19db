package api

import (
	"context"
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"
)

// documents is what is known of the API once all routes are there.
type documents struct {
	v31, v30 []byte
	paths    []string            // in the order of the routes
	queries  map[string][]string // query parameters by operation
}

func (d *documents) describe(o *huma.OpenAPI) error {
	d.queries = map[string][]string{}
	for _, path := range o.Paths {
		d.queries[path.Get.OperationID] = queryNames(path.Get)
	}
	var err error
	if d.v31, err = json.Marshal(o); err != nil {
		return err
	}
	d.v30, err = o.Downgrade()
	return err
}

func openAPIOperation(s *server) huma.Operation {
	return huma.Operation{
		OperationID: "getOpenAPI",
		Summary:     "This API in OpenAPI 3.1",
		Tags:        []string{tagCatalogue},
		Responses:   answers("The document.", openAPIType+";version=3.1", &huma.Schema{Type: huma.TypeObject}),
	}
}

func (s *server) openAPI(_ context.Context, in *JSONInput) (*answer, error) {
	return s.sendSmall(in.http, openAPIType+";version=3.1", s.docs.v31), nil
}

func openAPI30Operation(s *server) huma.Operation {
	return huma.Operation{
		OperationID: "getOpenAPI30",
		Summary:     "This API in OpenAPI 3.0",
		Description: "The same for tools that do not read 3.1.",
		Tags:        []string{tagCatalogue},
		Responses:   answers("The document.", openAPIType+";version=3.0", &huma.Schema{Type: huma.TypeObject}),
	}
}

func (s *server) openAPI30(_ context.Context, in *JSONInput) (*answer, error) {
	return s.sendSmall(in.http, openAPIType+";version=3.0", s.docs.v30), nil
}
