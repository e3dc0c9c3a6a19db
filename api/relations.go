package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"po-net.prato.it/ponet/catalog"
)

// Relations are what has to do with a record.
type Relations struct {
	Links     []Link          `json:"links" nullable:"false" doc:"This document, the record and the next page."`
	Relations []RelationGroup `json:"relations" nullable:"false" doc:"One for each way in which something has to do with the record; none: nothing has."`
	Unknown   []Unresolved    `json:"unresolved,omitempty" nullable:"false" doc:"What the record names and nothing in the catalogue is, or more than one thing may be."`
}

// A RelationGroup is one way in which records have to do with it.
type RelationGroup struct {
	Type    string    `json:"type" doc:"The relation, from this record to the others." example:"hosts"`
	Inverse string    `json:"inverse" doc:"The same from the others to this one." example:"takes_place_in"`
	Label   string    `json:"label" doc:"In words, English."`
	LabelIT string    `json:"labelIt" doc:"In words, Italian."`
	Count   int64     `json:"count" doc:"How many there are; what lies in an area or is in a dataset is counted up to 10000, unless its type is asked for."`
	Records []Related `json:"records" nullable:"false" doc:"The first of them: events to come before those that are over. With type, in the order of their id."`
}

// Related is a record that has to do with another.
type Related struct {
	ID         string     `json:"id" format:"uuid"`
	Kind       string     `json:"kind" example:"event"`
	Collection string     `json:"collection" example:"events"`
	Title      string     `json:"title"`
	Place      *orb.Point `json:"point,omitempty" doc:"Longitude and latitude of a point of it."`
	Found      string     `json:"found" enum:"key,identifier,title,name,address,position,table" doc:"How it was found: by the key of their source, an identifier such as ISIL or IPA code, the title of a record of the same source, the name, when it is the only one in the municipality (of bodies and offices: in the catalogue), street and number likewise, its position, the table that it is a row of."`
	Property   string     `json:"property,omitempty" doc:"The property in which one names the other."`
	Href       string     `json:"href" doc:"The record."`
}

// Unresolved is something that a record names.
type Unresolved struct {
	Type     string `json:"type" example:"takes_place_in"`
	Property string `json:"property" example:"place"`
	Text     string `json:"text" doc:"As the source wrote it."`
}

// RelationsInput names a record and the relation that is wanted of it.
type RelationsInput struct {
	JSONInput
	Record string `path:"recordId" maxLength:"100" doc:"Identifier of a record, a UUID."`
	Type   string `query:"type" maxLength:"60" doc:"Only this relation, paged." example:"hosts"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"10" doc:"Records of each relation."`
	After  string `query:"after" maxLength:"100" doc:"With type, where the page begins: taken from the link next."`
}

func relationsOperation(s *server) huma.Operation {
	op := huma.Operation{
		OperationID: "getRelations",
		Summary:     "What has to do with a record",
		Description: "Records that a record names, and those that name it: the events of a place, the offices of a body, the dataset that it is a row of. As it is now: of the past nothing is known.",
		Tags:        []string{tagRecords},
		Responses:   answers("The relations.", jsonType, schemaOf[Relations](s)),
	}
	op.Responses["301"] = &huma.Response{Description: "The record is the same as another, which Location names."}
	op.Responses["410"] = &huma.Response{Description: "The record was withdrawn."}
	return op
}

func (s *server) relations(ctx context.Context, in *RelationsInput) (*answer, error) {
	r := in.http
	missing := newProblem(http.StatusNotFound, fmt.Sprintf("there is no record %q: identifiers are the id of the features in %s/collections/{collectionId}/items", cut(in.Record), Prefix))
	if _, err := uuid.Parse(in.Record); err != nil || len(in.Record) != 36 {
		return nil, missing
	}
	if _, ok := catalog.ReadDirection(in.Type); !ok && in.Type != "" {
		return nil, badQuery("type", in.Type, fmt.Sprintf("is not one of %v", catalog.DirectionNames()))
	}
	if in.After != "" && in.Type == "" {
		return nil, badQuery("after", in.After, "needs type")
	}
	if _, err := uuid.Parse(in.After); err != nil && in.After != "" {
		return nil, badQuery("after", in.After, "is not from a link next of this API")
	}
	rec, err := s.store.Item(ctx, in.Record)
	if notFound(err) {
		return nil, missing
	}
	if merged, ok := errors.AsType[*catalog.MergedError](err); ok {
		return movedTo(s.at(r, "records", merged.Into, "relations") + query(r)), nil
	}
	if err != nil {
		return nil, err
	}
	groups, err := s.store.Relations(ctx, rec.ID, catalog.RelationQuery{Direction: in.Type, Limit: in.Limit, After: in.After})
	if err != nil {
		return nil, err
	}
	return s.sendJSON(r, jsonType, s.describeRelations(r, rec, in.Type, groups))
}

func (s *server) describeRelations(r *http.Request, rec *catalog.Record, direction string, groups []catalog.RelationGroup) Relations {
	out := Relations{Relations: []RelationGroup{}, Links: []Link{
		{Href: s.here(r, "f", ""), Rel: "self", Type: jsonType, Title: "This document"},
		{Href: s.at(r, "collections", rec.Collection, "items", rec.ID), Rel: "about", Type: geoJSONType, Title: "The record"},
	}}
	for _, g := range groups {
		group := RelationGroup{Type: g.Name(), Inverse: catalog.Direction{RelationType: g.RelationType, Back: !g.Back}.Name(), Label: g.Words("en"), LabelIT: g.Words("it"), Count: g.Count, Records: []Related{}}
		for _, o := range g.Related {
			one := Related{ID: o.Record.ID, Kind: string(o.Record.Kind), Collection: o.Record.Collection, Title: o.Record.Title, Found: o.How, Property: o.Property,
				Href: s.at(r, "collections", o.Record.Collection, "items", o.Record.ID)}
			if o.Record.Geometry != nil {
				p := o.Record.Geometry.Bound().Center()
				one.Place = &p
			}
			group.Records = append(group.Records, one)
		}
		if g.Next != "" {
			out.Links = append(out.Links, Link{Href: s.here(r, "after", g.Next), Rel: "next", Type: jsonType, Title: "The next page"})
		}
		out.Relations = append(out.Relations, group)
	}
	if direction == "" {
		out.Unknown = unresolved(rec, groups)
	}
	return out
}

// unresolved is what rec names in ways in which nothing was found.
func unresolved(rec *catalog.Record, groups []catalog.RelationGroup) []Unresolved {
	found := map[string]bool{}
	for _, g := range groups {
		for _, o := range g.Related {
			found[o.Property] = true
		}
	}
	var list []Unresolved
	seen := map[Unresolved]bool{}
	for _, f := range rec.References() {
		u := Unresolved{Property: f.Property, Text: f.Said}
		if found[f.Property] || seen[u] || f.Said == "" {
			continue
		}
		seen[u] = true
		if t, ok := catalog.RelationTypeOf(f.Type); ok {
			u.Type = catalog.Direction{RelationType: t, Back: f.Back}.Name()
		}
		list = append(list, u)
	}
	return list
}
