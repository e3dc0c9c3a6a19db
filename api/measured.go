package api

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// observationType is what the items of the observations are (OGC API – Common
// leaves the word open; those of Features are "feature").
const observationType = "observation"

// collectionsAndObservations are the collections of records, and apart from them
// the observations, one or none.
func (s *server) collectionsAndObservations(ctx context.Context) (records, measured []catalog.Collection, err error) {
	if records, err = s.store.Collections(ctx); err != nil {
		return nil, nil, err
	}
	c, _, err := s.observationsCollection(ctx)
	if notFound(err) {
		return records, nil, nil
	}
	return slices.Clip(records), []catalog.Collection{c}, err
}

// observationsCollection is all that is measured, as a collection, with its
// datastreams; ErrNotFound when nothing is.
func (s *server) observationsCollection(ctx context.Context) (catalog.Collection, []catalog.Datastream, error) {
	c := catalog.Collection{
		Name: catalog.ObservationsCollection, Kind: catalog.KindObservation, Title: "Misure",
		Description: "Valori misurati dalle stazioni: serie di tempi, non luoghi. Si leggono in " + Prefix + "/observations.",
	}
	streams, err := s.store.DatastreamsOf(ctx, catalog.DatastreamQuery{})
	if err == nil && len(streams) == 0 {
		err = catalog.ErrNotFound
	}
	if err != nil {
		return c, nil, err
	}
	for _, d := range streams {
		c.Count += d.Count
		if d.First != nil && (c.From == nil || d.First.Before(*c.From)) {
			c.From = d.First
		}
		if d.Last != nil && (c.To == nil || d.Last.After(*c.To)) {
			c.To = d.Last
		}
		if d.Updated.After(c.Updated) {
			c.Updated = d.Updated
		}
	}
	c.Mark, err = s.store.Mark(ctx, c.Name)
	return c, streams, err
}

// A measuredProperty is one thing that is measured, at all stations, and the
// addresses of all of its values.
type measuredProperty struct{ Title, Code, CSV, Parquet string }

// measuredProperties are those of streams, each once.
func (s *server) measuredProperties(r *http.Request, streams []catalog.Datastream) []measuredProperty {
	var list []measuredProperty
	seen := map[string]bool{}
	for _, d := range streams {
		code := cmp.Or(d.Code, d.Property)
		if seen[code] {
			continue
		}
		seen[code] = true
		address := s.at(r, "observations") + "?property=" + url.QueryEscape(code) + "&f="
		list = append(list, measuredProperty{d.Title, code, address + datasets.ObservationsCSV.Name, address + datasets.ObservationsParquet.Name})
	}
	return list
}

// observationLinks lead from the observations to what there is of them.
func (s *server) observationLinks(r *http.Request, streams []catalog.Datastream) []Link {
	here := s.at(r, "collections", catalog.ObservationsCollection)
	links := []Link{
		{Href: here, Rel: "self", Type: jsonType, Title: "This collection"},
		{Href: here + "?f=html", Rel: "alternate", Type: htmlType, Title: "This collection as a page"},
		{Href: s.at(r, "observations") + "{?station,datastream,source,property,datetime,interval,f}", Rel: "search", Type: jsonType, Title: "A window of its values", Templated: true},
		{Href: s.at(r, "collections", catalog.KindStation.Collection(), "items"), Rel: "related", Type: geoJSONType, Title: "The stations"},
	}
	for _, p := range s.measuredProperties(r, streams) {
		links = append(links,
			Link{Href: p.CSV, Rel: "enclosure", Type: bareType(datasets.ObservationsCSV.MediaType), Title: p.Title + " at all stations as CSV"},
			Link{Href: p.Parquet, Rel: "enclosure", Type: datasets.ObservationsParquet.MediaType, Title: p.Title + " at all stations as Parquet"})
	}
	return links
}
