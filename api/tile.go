package api

import (
	"context"
	"fmt"
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
	q, err := in.query(in.Collection)
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
