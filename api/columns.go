package api

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"po-net.prato.it/ponet/catalog"
)

// A RecordSchema is a JSON Schema of the properties of a collection's records.
type RecordSchema struct {
	Schema     string                    `json:"$schema" doc:"The dialect."`
	ID         string                    `json:"$id" doc:"This document."`
	Type       string                    `json:"type" enum:"object"`
	Title      string                    `json:"title" doc:"Of the collection."`
	Required   []string                  `json:"required,omitempty" doc:"What every record has."`
	Properties map[string]catalog.Schema `json:"properties" doc:"By name."`
	Additional bool                      `json:"additionalProperties" doc:"Whether there may be others."`
}

// ColumnsInput names a collection of which the columns are asked.
type ColumnsInput struct {
	JSONInput
	Collection string `path:"collectionId" maxLength:"200" doc:"Name of a collection." example:"places"`
}

func queryablesOperation(s *server) huma.Operation {
	return huma.Operation{
		OperationID: "getQueryables",
		Summary:     "What a collection can be filtered by",
		Description: "The properties that items and downloads take as parameters of the same name. Equality; the parameter given again adds a value.",
		Tags:        []string{tagCatalogue},
		Responses:   answers("A JSON Schema.", schemaType, schemaOf[RecordSchema](s)),
	}
}

func (s *server) queryables(ctx context.Context, in *ColumnsInput) (*answer, error) {
	c, err := s.findCollection(ctx, in.Collection)
	if err != nil {
		return nil, err
	}
	schema := s.recordSchema(in.http, c)
	schema.Required, schema.Additional = nil, false
	for name := range schema.Properties {
		i := slices.IndexFunc(c.Columns, func(column catalog.Column) bool { return column.Name == name })
		if name != "geometry" && (i < 0 || !filterable(c.Columns[i])) {
			delete(schema.Properties, name)
		}
	}
	return s.sendJSON(in.http, schemaType, schema)
}

func schemaOperation(s *server) huma.Operation {
	return huma.Operation{
		OperationID: "getSchema",
		Summary:     "What the records of a collection have",
		Description: "Every property that records of the kind may have, and those of their sources: type, unit, code list and values " +
			"(OGC API – Features – Part 5: Schemas). A value of a source that is not what its property wants is published as source_ and the name. " +
			"There may be such properties besides, and others of sources.",
		Tags:      []string{tagCatalogue},
		Responses: answers("A JSON Schema.", schemaType, schemaOf[RecordSchema](s)),
	}
}

func (s *server) schema(ctx context.Context, in *ColumnsInput) (*answer, error) {
	c, err := s.findCollection(ctx, in.Collection)
	if err != nil {
		return nil, err
	}
	return s.sendJSON(in.http, schemaType, s.recordSchema(in.http, c))
}

func (s *server) recordSchema(r *http.Request, c catalog.Collection) RecordSchema {
	schema := RecordSchema{
		Schema:   "https://json-schema.org/draft/2020-12/schema",
		ID:       s.here(r, "f", ""),
		Type:     "object",
		Title:    c.Title,
		Required: []string{"id", "title", "kind"},
		Properties: map[string]catalog.Schema{
			"id": {Title: "Our identifier, for ever", TitleIT: "Il nostro identificativo, per sempre", Type: "string", Format: "uuid", Role: "id"},
		},
		Additional: true,
	}
	if c.Extent != nil {
		schema.Properties["geometry"] = catalog.Schema{Title: "Position", TitleIT: "Posizione", Format: "geometry-any", Role: "primary-geometry"}
	}
	for _, column := range c.Columns {
		schema.Properties[column.Name] = catalog.SchemaOfColumn(column)
	}
	kind, ok := catalog.KindOfCollection(c.Name)
	if !ok {
		kind = catalog.KindFeature
	}
	for i, field := range catalog.Fields(kind) {
		property := field.Schema()
		property.PropertySeq = i + 1
		schema.Properties[field.Name] = property
	}
	return schema
}

// filterable reports whether a column can be a parameter: its values are
// compared as a whole, which has no sense for objects and lists.
func filterable(c catalog.Column) bool {
	return c.Type != catalog.ColumnJSON
}
