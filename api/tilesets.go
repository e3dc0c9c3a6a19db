package api

import (
	"context"
	"math"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// Tilesets lists the tile sets of a collection.
type Tilesets struct {
	Links    []Link    `json:"links" nullable:"false" doc:"This document."`
	Tilesets []Tileset `json:"tilesets" nullable:"false" doc:"There is one."`
}

// A Tileset is a collection cut into tiles (OGC 20-057).
type Tileset struct {
	Title            string      `json:"title" doc:"Of the collection."`
	DataType         string      `json:"dataType" enum:"vector"`
	CRS              string      `json:"crs" doc:"Of the tiles."`
	TileMatrixSetURI string      `json:"tileMatrixSetURI" doc:"How it is cut."`
	BoundingBox      *TileBounds `json:"boundingBox,omitempty" doc:"Where there is something."`
	Layers           []TileLayer `json:"layers,omitempty" nullable:"false" doc:"What is in a tile."`
	Links            []Link      `json:"links" nullable:"false" doc:"The tiles, as a template."`
}

// TileBounds is a box in longitude, latitude.
type TileBounds struct {
	LowerLeft  [2]float64 `json:"lowerLeft" nullable:"false" doc:"West, south."`
	UpperRight [2]float64 `json:"upperRight" nullable:"false" doc:"East, north."`
	CRS        string     `json:"crs" doc:"Of the box."`
}

// TileLayer is the layer of the tiles.
type TileLayer struct {
	ID       string `json:"id" doc:"Its name in the tile."`
	DataType string `json:"dataType" enum:"vector"`
}

func tilesetsOperation(s *server) huma.Operation {
	return huma.Operation{
		OperationID: "getTilesets",
		Summary:     "Tile sets of a collection",
		Tags:        []string{tagTiles},
		Responses:   answers("The tile sets.", jsonType, schemaOf[Tilesets](s)),
	}
}

func (s *server) tilesets(ctx context.Context, in *ColumnsInput) (*answer, error) {
	set, err := s.tilesetOf(ctx, in)
	if err != nil {
		return nil, err
	}
	set.BoundingBox, set.Layers = nil, nil // those are in the set's own document
	return s.sendJSON(in.http, jsonType, Tilesets{
		Links:    []Link{{Href: s.here(in.http, "f", ""), Rel: "self", Type: jsonType, Title: "This document"}},
		Tilesets: []Tileset{set},
	})
}

func tilesetOperation(s *server) huma.Operation {
	return huma.Operation{
		OperationID: "getTileset",
		Summary:     "The tile set of a collection",
		Tags:        []string{tagTiles},
		Responses:   answers("The tile set.", jsonType, schemaOf[Tileset](s)),
	}
}

func (s *server) tileset(ctx context.Context, in *ColumnsInput) (*answer, error) {
	set, err := s.tilesetOf(ctx, in)
	if err != nil {
		return nil, err
	}
	return s.sendJSON(in.http, jsonType, set)
}

func (s *server) tilesetOf(ctx context.Context, in *ColumnsInput) (Tileset, error) {
	c, err := s.findCollection(ctx, in.Collection)
	if err != nil {
		return Tileset{}, err
	}
	address := s.at(in.http, "collections", c.Name, "tiles", webMercatorQuad)
	set := Tileset{
		Title: c.Title, DataType: "vector", CRS: webMercatorCRS, TileMatrixSetURI: webMercatorQuadURI,
		Layers: []TileLayer{{ID: "records", DataType: "vector"}},
		Links: []Link{
			{Href: address, Rel: "self", Type: jsonType, Title: "This tile set"},
			{Href: address + "/{tileMatrix}/{tileRow}/{tileCol}", Rel: "item", Type: tileType, Title: "A tile: zoom, row (y), column (x)", Templated: true},
			{Href: s.at(in.http, "tileMatrixSets", webMercatorQuad), Rel: relTilingScheme, Type: jsonType, Title: "How it is cut"},
			{Href: s.at(in.http, "collections", c.Name), Rel: "http://www.opengis.net/def/rel/ogc/1.0/geodata", Type: jsonType, Title: "The collection"},
		},
	}
	if c.Extent != nil {
		set.BoundingBox = &TileBounds{LowerLeft: c.Extent.Min, UpperRight: c.Extent.Max, CRS: CRS84}
	}
	return set, nil
}

// TileMatrixSets lists the ways in which tiles are cut.
type TileMatrixSets struct {
	TileMatrixSets []TileMatrixSetRef `json:"tileMatrixSets" nullable:"false" doc:"There is one."`
}

// TileMatrixSetRef names one of them.
type TileMatrixSetRef struct {
	ID    string `json:"id" doc:"Its name." example:"WebMercatorQuad"`
	Title string `json:"title" doc:"In words."`
	URI   string `json:"uri" doc:"Its name for machines."`
	CRS   string `json:"crs" doc:"Its coordinates."`
	Links []Link `json:"links" nullable:"false" doc:"Its definition."`
}

func tileMatrixSetsOperation(s *server) huma.Operation {
	return huma.Operation{
		OperationID: "getTileMatrixSets",
		Summary:     "How tiles are cut",
		Tags:        []string{tagTiles},
		Responses:   answers("The list.", jsonType, schemaOf[TileMatrixSets](s)),
	}
}

func (s *server) tileMatrixSets(_ context.Context, in *JSONInput) (*answer, error) {
	return s.sendJSON(in.http, jsonType, TileMatrixSets{[]TileMatrixSetRef{{
		ID: webMercatorQuad, Title: "Web Mercator, 256 pixels", URI: webMercatorQuadURI, CRS: webMercatorCRS,
		Links: []Link{{Href: s.at(in.http, "tileMatrixSets", webMercatorQuad), Rel: "self", Type: jsonType, Title: "Its definition"}},
	}}})
}

// TileMatrixSet is the definition of one (OGC 17-083r4).
type TileMatrixSet struct {
	ID           string       `json:"id" doc:"Its name."`
	Title        string       `json:"title" doc:"In words."`
	URI          string       `json:"uri" doc:"Its name for machines."`
	CRS          string       `json:"crs" doc:"Its coordinates, in metres."`
	OrderedAxes  []string     `json:"orderedAxes" nullable:"false" doc:"East, then north."`
	TileMatrices []TileMatrix `json:"tileMatrices" nullable:"false" doc:"From the whole world down."`
}

// A TileMatrix is one zoom.
type TileMatrix struct {
	ID               string     `json:"id" doc:"The zoom."`
	ScaleDenominator float64    `json:"scaleDenominator" doc:"At 0.28 mm a pixel."`
	CellSize         float64    `json:"cellSize" doc:"Metres a pixel at the equator."`
	PointOfOrigin    [2]float64 `json:"pointOfOrigin" nullable:"false" doc:"North-west corner."`
	TileWidth        int        `json:"tileWidth" doc:"Pixels."`
	TileHeight       int        `json:"tileHeight" doc:"Pixels."`
	MatrixWidth      int        `json:"matrixWidth" doc:"Columns."`
	MatrixHeight     int        `json:"matrixHeight" doc:"Rows."`
}

func tileMatrixSetOperation(s *server) huma.Operation {
	return huma.Operation{
		OperationID: "getTileMatrixSet",
		Summary:     "WebMercatorQuad",
		Tags:        []string{tagTiles},
		Responses:   answers("The definition.", jsonType, schemaOf[TileMatrixSet](s)),
	}
}

func (s *server) tileMatrixSet(_ context.Context, in *JSONInput) (*answer, error) {
	set := TileMatrixSet{
		ID: webMercatorQuad, Title: "Web Mercator, 256 pixels", URI: webMercatorQuadURI, CRS: webMercatorCRS,
		OrderedAxes: []string{"E", "N"},
	}
	const half = 20037508.342789244 // metres from the middle of the world to its edge
	for z := range maxTileMatrix + 1 {
		n := 1 << z
		cell := 2 * half / 256 / float64(n)
		set.TileMatrices = append(set.TileMatrices, TileMatrix{
			ID: strconv.Itoa(z), ScaleDenominator: round(cell/0.00028, 1e6), CellSize: round(cell, 1e12),
			PointOfOrigin: [2]float64{-half, half}, TileWidth: 256, TileHeight: 256, MatrixWidth: n, MatrixHeight: n,
		})
	}
	return s.sendJSON(in.http, jsonType, set)
}

// round keeps so many parts of one, to be free of the last binary digits.
func round(n, parts float64) float64 { return math.Round(n*parts) / parts }
