package api

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// CRS84 is longitude, latitude in degrees on WGS 84, the only CRS we send.
const CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"

const gregorian = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"

// Collections lists what there is.
type Collections struct {
	Links       []Link       `json:"links" nullable:"false" doc:"This document in its forms."`
	Collections []Collection `json:"collections" nullable:"false" doc:"Every collection with at least one published record."`
}

// A Collection is the records of a kind, or the rows of a dataset.
type Collection struct {
	ID          string   `json:"id" doc:"Its name in addresses." example:"places"`
	Title       string   `json:"title" doc:"Its name for people."`
	Description string   `json:"description,omitempty" doc:"What is in it."`
	Attribution string   `json:"attribution,omitempty" doc:"Who is to be named."`
	Extent      *Extent  `json:"extent,omitempty" doc:"Where and when its records are."`
	ItemType    string   `json:"itemType" enum:"feature,observation" doc:"What its items are: records, or measured values, which are read in /observations."`
	ItemCount   int64    `json:"itemCount" doc:"How many records or values it has."`
	Updated     string   `json:"updated,omitempty" format:"date-time" doc:"When a record last changed."`
	CRS         []string `json:"crs" nullable:"false" doc:"In which coordinates items are sent."`
	Links       []Link   `json:"links" nullable:"false" doc:"Its items, tiles, downloads and licence."`
}

// An Extent is where and when the records of a collection are.
type Extent struct {
	Spatial  *Spatial  `json:"spatial,omitempty" doc:"Where."`
	Temporal *Temporal `json:"temporal,omitempty" doc:"When."`
}

// Spatial is a box around the records.
type Spatial struct {
	BBox [][]float64 `json:"bbox" nullable:"false" doc:"West, south, east, north."`
	CRS  string      `json:"crs" doc:"Of the box."`
}

// Temporal is the time from the first record to the last.
type Temporal struct {
	Interval [][]*time.Time `json:"interval" nullable:"false" doc:"Start and end; null is open."`
	TRS      string         `json:"trs" doc:"Of the interval."`
}

func collectionsOperation(s *server) huma.Operation {
	return huma.Operation{
		OperationID: "getCollections",
		Summary:     "Collections",
		Description: "Every collection: one for each kind of record and one for each dataset. What is measured is no collection of features: a link related leads to it.",
		Tags:        []string{tagCatalogue},
		Responses:   answers("The collections.", jsonType, schemaOf[Collections](s), "text/html", textSchema),
	}
}

func (s *server) collections(ctx context.Context, in *PageInput) (*answer, error) {
	all, measured, err := s.collectionsAndObservations(ctx)
	if err != nil {
		return nil, err
	}
	r := in.http
	if in.html(r) {
		return s.collectionsPage(r, append(all, measured...))
	}
	list := Collections{Links: s.selfAndPage(r, jsonType), Collections: []Collection{}}
	for _, c := range measured { // GDAL asks every collection in the list for its items
		list.Links = append(list.Links, Link{Href: s.at(r, "collections", c.Name), Rel: "related", Type: jsonType, Title: "What is measured: observations"})
	}
	for _, c := range all {
		d, err := s.describeCollection(ctx, r, c)
		if err != nil {
			return nil, err
		}
		list.Collections = append(list.Collections, d)
	}
	return s.sendJSON(r, jsonType, list)
}

// CollectionInput names a collection.
type CollectionInput struct {
	Request
	Format
	Collection string `path:"collectionId" maxLength:"200" doc:"Name of a collection." example:"places"`
}

func collectionOperation(s *server) huma.Operation {
	return huma.Operation{
		OperationID: "getCollection",
		Summary:     "One collection",
		Description: "What a collection holds, where it comes from and how to get it.",
		Tags:        []string{tagCatalogue},
		Responses:   answers("The collection.", jsonType, schemaOf[Collection](s), "text/html", textSchema),
	}
}

func (s *server) collection(ctx context.Context, in *CollectionInput) (*answer, error) {
	find := s.findCollection
	if in.Collection == catalog.ObservationsCollection {
		find = func(ctx context.Context, _ string) (catalog.Collection, error) {
			c, _, err := s.observationsCollection(ctx)
			return c, err
		}
	}
	c, err := find(ctx, in.Collection)
	if err != nil {
		return nil, err
	}
	if in.html(in.http) {
		return s.collectionPage(ctx, in.http, c)
	}
	described, err := s.describeCollection(ctx, in.http, c)
	if err != nil {
		return nil, err
	}
	return s.sendJSON(in.http, jsonType, described)
}

// findCollection is the collection called name, or a 404 that says where the
// names are.
func (s *server) findCollection(ctx context.Context, name string) (catalog.Collection, error) {
	c, err := s.store.Collection(ctx, name)
	if name == catalog.ObservationsCollection {
		return c, newProblem(http.StatusNotFound, "observations are no records: their values are in "+Prefix+"/observations")
	}
	if notFound(err) {
		return c, newProblem(http.StatusNotFound, fmt.Sprintf("there is no collection %q: the names are in %s/collections", cut(name), Prefix))
	}
	return c, err
}

func (s *server) describeCollection(ctx context.Context, r *http.Request, c catalog.Collection) (Collection, error) {
	out := Collection{
		ID: c.Name, Title: c.Title, Description: c.Description, Attribution: datasets.Attribution(c),
		ItemType: "feature", ItemCount: c.Count, CRS: []string{CRS84},
		Extent: extentOf(c),
	}
	if c.Kind == catalog.KindObservation {
		_, streams, err := s.observationsCollection(ctx)
		if err != nil {
			return out, err
		}
		out.ItemType, out.CRS, out.Links = observationType, []string{}, s.observationLinks(r, streams)
	} else {
		out.Links = s.collectionLinks(r, c)
	}
	if out.Title == "" {
		out.Title = c.Name
	}
	if !c.Updated.IsZero() {
		out.Updated = c.Updated.UTC().Format(time.RFC3339)
	}
	return out, nil
}

func extentOf(c catalog.Collection) *Extent {
	var e Extent
	if c.Extent != nil {
		e.Spatial = &Spatial{CRS: CRS84, BBox: [][]float64{{c.Extent.Min.Lon(), c.Extent.Min.Lat(), c.Extent.Max.Lon(), c.Extent.Max.Lat()}}}
	}
	if c.From != nil || c.To != nil {
		e.Temporal = &Temporal{TRS: gregorian, Interval: [][]*time.Time{{c.From, c.To}}}
	}
	if e.Spatial == nil && e.Temporal == nil {
		return nil
	}
	return &e
}

func (s *server) collectionLinks(r *http.Request, c catalog.Collection) []Link {
	here := func(rest ...string) string { return s.at(r, append([]string{"collections", c.Name}, rest...)...) }
	links := []Link{
		{Href: here(), Rel: "self", Type: jsonType, Title: "This collection"},
		{Href: here() + "?f=html", Rel: "alternate", Type: "text/html", Title: "This collection as a page"},
		{Href: here("items"), Rel: "items", Type: geoJSONType, Title: "Its records"},
		{Href: here("items") + "?f=html", Rel: "items", Type: "text/html", Title: "Its records as a page"},
		{Href: here("queryables"), Rel: relQueryables, Type: schemaType, Title: "What can be filtered by"},
		{Href: here("schema"), Rel: relSchema, Type: schemaType, Title: "What its records have"},
	}
	if c.Extent != nil {
		links = append(links, Link{Href: here("tiles"), Rel: relTilesetsVector, Type: jsonType, Title: "Its records as vector tiles"})
	}
	if c.DatasetID != "" {
		links = append(links, Link{Href: s.permanent(r, c.DatasetID), Rel: "describedby", Title: "The dataset whose rows these are"})
	}
	links = append(links, s.downloadsOf(r, c.Name, "")...)
	links = withLicence(links, c.Licence)
	if source := datasets.PublicSource(c.SourceURL); source != "" {
		links = append(links, Link{Href: source, Rel: "via", Title: "Where it was harvested"})
	}
	return links
}
