package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"po-net.prato.it/ponet/catalog"
)

// A PropertySchema is what JSON Schema says about one property.
type PropertySchema struct {
	Title  string `json:"title,omitempty" doc:"In words."`
	Type   string `json:"type,omitempty" doc:"JSON type; absent: anything."`
	Format string `json:"format,omitempty" doc:"date, date-time, uuid or geometry-any."`
	Role   string `json:"x-ogc-role,omitempty" doc:"id or primary-geometry."`
}

// A RecordSchema is a JSON Schema of the properties of a collection's records.
type RecordSchema struct {
	Schema     string                    `json:"$schema" doc:"The dialect."`
	ID         string                    `json:"$id" doc:"This document."`
	Type       string                    `json:"type" enum:"object"`
	Title      string                    `json:"title" doc:"Of the collection."`
	Properties map[string]PropertySchema `json:"properties" doc:"By name."`
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
	delete(schema.Properties, "id")
	for _, column := range c.Columns {
		if !filterable(column) {
			delete(schema.Properties, column.Name)
		}
	}
	return s.sendJSON(in.http, schemaType, schema)
}

func schemaOperation(s *server) huma.Operation {
	return huma.Operation{
		OperationID: "getSchema",
		Summary:     "What the records of a collection have",
		Description: "Every property of the records with its type.",
		Tags:        []string{tagCatalogue},
		Responses:   answers("A JSON Schema.", schemaType, schemaOf[RecordSchema](s)),
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
		Schema: "https://json-schema.org/draft/2020-12/schema",
		ID:     s.here(r, "f", ""),
		Type:   "object",
		Title:  c.Title,
		Properties: map[string]PropertySchema{
			"id": {Title: "Our identifier, for ever", Type: "string", Format: "uuid", Role: "id"},
		},
	}
	if c.Extent != nil {
		schema.Properties["geometry"] = PropertySchema{Title: "Position", Format: "geometry-any", Role: "primary-geometry"}
	}
	for _, column := range c.Columns {
		schema.Properties[column.Name] = columnSchema(column)
	}
	return schema
}

// columnSchema is the type of a column in the words of JSON Schema.
func columnSchema(c catalog.Column) PropertySchema {
	switch c.Type {
	case catalog.ColumnInteger, catalog.ColumnNumber, catalog.ColumnBoolean:
		return PropertySchema{Type: string(c.Type)}
	case catalog.ColumnDate:
		return PropertySchema{Type: "string", Format: "date"}
	case catalog.ColumnDateTime:
		return PropertySchema{Type: "string", Format: "date-time"}
	case catalog.ColumnJSON:
		return PropertySchema{}
	}
	return PropertySchema{Type: "string"}
}

// filterable reports whether a column can be a parameter: its values are
// compared as a whole, which has no sense for objects and lists.
func filterable(c catalog.Column) bool {
	return c.Type != catalog.ColumnJSON
}
