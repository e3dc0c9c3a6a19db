package api

import (
	"cmp"
	"context"
	"net/http"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// landingPage is the landing page for people: what it says, and the collections.
func (s *server) landingPage(ctx context.Context, r *http.Request, landing Landing) (*answer, error) {
	all, measured, err := s.collectionsAndObservations(ctx)
	if err != nil {
		return nil, err
	}
	content := struct {
		Landing
		Collections []catalog.Collection
	}{landing, titled(append(all, measured...))}
	return s.sendPage(r, "landing", "", s.newPage(r, s.cfg.Title, content))
}

func (s *server) collectionsPage(r *http.Request, all []catalog.Collection) (*answer, error) {
	title := phrases[language(r)]["collections"]
	return s.sendPage(r, "collections", "", s.newPage(r, title, titled(all), s.toRoot(r)))
}

func (s *server) collectionPage(ctx context.Context, r *http.Request, c catalog.Collection) (*answer, error) {
	content := struct {
		catalog.Collection
		Attribution string
		Downloads   []datasets.Format
		Measured    []measuredProperty // of the observations
	}{c, datasets.Attribution(c), datasets.Formats, nil}
	if c.Kind == catalog.KindObservation {
		_, streams, err := s.observationsCollection(ctx)
		if err != nil {
			return nil, err
		}
		content.Measured = s.measuredProperties(r, streams)
	}
	return s.sendPage(r, "collection", "", s.newPage(r, cmp.Or(c.Title, c.Name), content, s.toRoot(r), s.toCollections(r)))
}

// titled gives every collection a title: its name where it has none.
func titled(all []catalog.Collection) []catalog.Collection {
	out := make([]catalog.Collection, len(all))
	for i, c := range all {
		c.Title = cmp.Or(c.Title, c.Name)
		out[i] = c
	}
	return out
}

func (s *server) toRoot(r *http.Request) crumb {
	return crumb{s.cfg.Title, s.base(r) + "?f=html"}
}

func (s *server) toCollections(r *http.Request) crumb {
	return crumb{phrases[language(r)]["collections"], s.at(r, "collections") + "?f=html"}
}

func (s *server) toCollection(r *http.Request, c catalog.Collection) crumb {
	return crumb{cmp.Or(c.Title, c.Name), s.at(r, "collections", c.Name) + "?f=html"}
}

func (s *server) toItems(r *http.Request, c catalog.Collection) crumb {
	return crumb{phrases[language(r)]["records"], pastly(r, s.at(r, "collections", c.Name, "items")+"?f=html")}
}
