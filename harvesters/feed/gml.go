package feed

import (
	"encoding/xml"
	"maps"
	"slices"
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/geo/gml"
)

// gmlShape reads a Point, LineString, Polygon or Envelope, with longitude first.
func gmlShape(x ext.Extension) geom.T {
	g, err := gml.New(gmlElement(x, 0), 0)
	if err != nil {
		return nil
	}
	c := flat(g)
	if !strings.Contains(g.SRS, "CRS84") {
		for i := 0; i+1 < len(c); i += 2 {
			c[i], c[i+1] = c[i+1], c[i]
		}
	}
	if !onEarth(c) {
		return nil
	}
	switch g := g.T.(type) {
	case *geom.Point:
		return pointOf(c)
	case *geom.LineString:
		return lineOf(c)
	case *geom.Polygon:
		if x.Name == "Envelope" {
			return boxOf([]float64{c[0], c[1], c[4], c[5]})
		}
		ends := g.Ends()
		for i := range ends {
			ends[i] = ends[i] / g.Stride() * 2
		}
		return geom.NewPolygonFlat(geom.XY, c, ends).SetSRID(4326)
	}
	return nil
}

const maxElementDepth = 20 // a polygon has four

// gmlElement is an extension of gofeed as an element of XML.
func gmlElement(x ext.Extension, depth int) *gml.Element {
	e := &gml.Element{Name: x.Name, Text: x.Value}
	for name, value := range x.Attrs {
		e.Attrs = append(e.Attrs, xml.Attr{Name: xml.Name{Local: name}, Value: value})
	}
	if depth > maxElementDepth {
		return e
	}
	for _, name := range slices.Sorted(maps.Keys(x.Children)) {
		for _, c := range x.Children[name] {
			e.Children = append(e.Children, gmlElement(c, depth+1))
		}
	}
	return e
}

// flat is the pairs of coordinates of g, without heights.
func flat(g gml.Geometry) []float64 {
	var pairs []float64
	if _, several := g.T.(*geom.GeometryCollection); several {
		return nil
	}
	all := g.FlatCoords()
	for i := 0; i+1 < len(all); i += g.Stride() {
		pairs = append(pairs, all[i], all[i+1])
	}
	return pairs
}
