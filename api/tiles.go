package api

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// Web Mercator, cut in squares of 256 pixels, as every web map does.
const (
	webMercatorQuad    = "WebMercatorQuad"
	webMercatorQuadURI = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
	webMercatorCRS     = "http://www.opengis.net/def/crs/EPSG/0/3857"
	// maxTileMatrix is the deepest zoom: 4 cm a pixel.
	maxTileMatrix = 22
)

// TileInput names a tile. Row is y, counted from the north, and column is x.
type TileInput struct {
	Request
	Filters
	Collection string `path:"collectionId" maxLength:"200" doc:"Name of a collection." example:"places"`
	Matrix     string `path:"tileMatrix" maxLength:"2" pattern:"^[0-9]+$" doc:"Zoom, 0 to 22." example:"14"`
	Row        string `path:"tileRow" maxLength:"8" pattern:"^[0-9]+$" doc:"Row from the north: y." example:"5954"`
	Col        string `path:"tileCol" maxLength:"8" pattern:"^[0-9]+$" doc:"Column from the west: x." example:"8697"`
}

func tileOperation(s *server) huma.Operation {
	op := huma.Operation{
		OperationID: "getTile",
		Summary:     "A vector tile",
		Description: "Records as a Mapbox Vector Tile with one layer, records. Note the order: row (y) before column (x). A tile with nothing in it is a 204.",
		Tags:        []string{tagTiles},
		Responses:   answers("The tile.", tileType, binarySchema),
	}
	op.Responses["204"] = &huma.Response{Description: "Nothing lies in this tile."}
	return op
}

func (s *server) tile(ctx context.Context, in *TileInput) (*answer, error) {
	r := in.http
	z, x, y, err := tileAddress(in.Matrix, in.Col, in.Row)
	if err != nil {
		return nil, err
	}
	q, err := in.query(in.Collection, s.zone)
	if err != nil {
		return nil, err
	}
	tag, err := s.dataTag(ctx, r, in.Collection, tileType)
	if err != nil && !notFound(err) {
		return nil, err
	}
	if a := unchanged(r, tag); a != nil && err == nil {
		return a, nil
	}
	body, err := s.store.Tile(ctx, q, z, x, y)
	if err != nil && !notFound(err) {
		return nil, err
	}
	if len(body) > 0 {
		return send(tileType, tag, body), nil
	}
	if _, err := s.findCollection(ctx, in.Collection); err != nil {
		return nil, err // an empty tile of what does not exist is a 404
	}
	return &answer{func(ctx huma.Context) {
		ctx.SetHeader("ETag", tag)
		ctx.SetHeader("Cache-Control", revalidate)
		ctx.SetStatus(http.StatusNoContent)
	}}, nil
}

// tileAddress reads the three numbers of a tile and says when there is none.
func tileAddress(matrix, col, row string) (z, x, y uint32, err error) {
	numbers := [3]uint64{}
	for i, text := range []string{matrix, col, row} {
		if numbers[i], err = strconv.ParseUint(text, 10, 32); err != nil {
			return 0, 0, 0, newProblem(http.StatusNotFound, fmt.Sprintf("there is no tile %s/%s/%s: %q is not a number", matrix, row, col, text))
		}
	}
	if numbers[0] > maxTileMatrix {
		return 0, 0, 0, newProblem(http.StatusNotFound, fmt.Sprintf("there is no tile matrix %s: the deepest is %d", matrix, maxTileMatrix))
	}
	if n := uint64(1) << numbers[0]; numbers[1] >= n || numbers[2] >= n {
		return 0, 0, 0, newProblem(http.StatusNotFound, fmt.Sprintf("there is no tile %s/%s/%s: rows and columns of matrix %s go from 0 to %d; the order is matrix/row/column", matrix, row, col, matrix, n-1))
	}
	return uint32(numbers[0]), uint32(numbers[1]), uint32(numbers[2]), nil
}

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
