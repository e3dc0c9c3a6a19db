// Package basemap holds the project's own figures for the base map: the
// municipal outlines of Istat, generalised, and the main rivers, roads,
// railways and place names around Prato as lines and points drawn by us. They
// give a map where nothing better has been imported; data/README.md says how
// they were drawn and how far off they may be.
package basemap

import (
	"embed"
	"encoding/json"
	"fmt"
	"iter"
	"strings"

	"github.com/paulmach/orb/geojson"

	"po-net.prato.it/ponet/catalog"
)

//go:embed data/*.geojson
var data embed.FS

// A Part is one source of the base map and its shapes.
type Part struct {
	Source catalog.BasemapSource
	Shapes iter.Seq2[catalog.BasemapShape, error]
}

// Own are our own figures. Each layer is a source of its own, whose id starts
// with catalog.OwnBasemap: what an administrator imports takes its place.
func Own() ([]Part, error) {
	entries, err := data.ReadDir("data")
	if err != nil {
		return nil, fmt.Errorf("own base map: %w", err)
	}
	var parts []Part
	for _, e := range entries {
		b, err := data.ReadFile("data/" + e.Name())
		if err != nil {
			return nil, fmt.Errorf("own base map: %w", err)
		}
		p, err := part(b)
		if err != nil {
			return nil, fmt.Errorf("own base map, %s: %w", e.Name(), err)
		}
		parts = append(parts, p)
	}
	return parts, nil
}

// part reads one of the files: a GeoJSON FeatureCollection that says about
// itself what a BasemapSource holds.
func part(b []byte) (Part, error) {
	var about struct{ ID, Title, Licence, Attribution, Accuracy string }
	if err := json.Unmarshal(b, &about); err != nil {
		return Part{}, err
	}
	if !strings.HasPrefix(about.ID, catalog.OwnBasemap) {
		return Part{}, fmt.Errorf("id %q does not start with %q", about.ID, catalog.OwnBasemap)
	}
	collection, err := geojson.UnmarshalFeatureCollection(b)
	if err != nil {
		return Part{}, err
	}
	return Part{catalog.BasemapSource(about), shapes(collection)}, nil
}

func shapes(c *geojson.FeatureCollection) iter.Seq2[catalog.BasemapShape, error] {
	return func(yield func(catalog.BasemapShape, error) bool) {
		for _, f := range c.Features {
			s := catalog.BasemapShape{
				Layer:    f.Properties.MustString("layer", ""),
				Class:    f.Properties.MustString("class", ""),
				Name:     f.Properties.MustString("name", ""),
				Geometry: f.Geometry,
			}
			if !yield(s, nil) {
				return
			}
		}
	}
}
