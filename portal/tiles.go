package portal

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"po-net.prato.it/ponet/catalog"
)

const (
	maxZoom     = 22
	tileType    = "application/vnd.mapbox-vector-tile"
	basemapKept = "public, max-age=3600" // the base map changes when somebody imports one
)

// tileOf is the tile of an address.
func tileOf(r *http.Request) (z, x, y uint32, err error) {
	var n [3]uint32
	for i, name := range []string{"z", "x", "y"} {
		v, err := strconv.ParseUint(r.PathValue(name), 10, 32)
		if err != nil {
			return 0, 0, 0, fmt.Errorf("tile: %w", catalog.ErrNotFound)
		}
		n[i] = uint32(v)
	}
	if n[0] > maxZoom || n[1] >= 1<<n[0] || n[2] >= 1<<n[0] {
		return 0, 0, 0, fmt.Errorf("tile: %w", catalog.ErrNotFound)
	}
	return n[0], n[1], n[2], nil
}

// tile answers /tiles/{z}/{x}/{y}: every record of a query, for the live map.
func (s *server) tile(w http.ResponseWriter, r *http.Request) error {
	z, x, y, err := tileOf(r)
	if err != nil {
		return err
	}
	q, _ := parseSearch(r.URL.Query())
	q = q.records()
	mark, err := s.mark(r.Context(), "")
	if err != nil {
		return err
	}
	if fresh(w, r, s.etag("tile", z, x, y, q, s.asOf(q), mark)) {
		return nil
	}
	tile, err := s.store.Tile(r.Context(), q.query(s.now()), z, x, y)
	if err != nil {
		return fmt.Errorf("tile %d/%d/%d: %w", z, x, y, err)
	}
	return writeTile(w, r, tile)
}

// basemapTile answers /basemap/{z}/{x}/{y}: our own base map.
func (s *server) basemapTile(w http.ResponseWriter, r *http.Request) error {
	z, x, y, err := tileOf(r)
	if err != nil {
		return err
	}
	tile, err := s.store.BasemapTile(r.Context(), z, x, y)
	if err != nil {
		return fmt.Errorf("base map tile %d/%d/%d: %w", z, x, y, err)
	}
	w.Header().Set("Cache-Control", basemapKept)
	if fresh(w, r, s.etag("basemap", z, x, y, string(tile))) {
		return nil
	}
	return writeTile(w, r, tile)
}

// writeTile writes a tile; an empty one is 204, which maps take for nothing here.
func writeTile(w http.ResponseWriter, r *http.Request, tile []byte) error {
	w.Header().Set("Content-Type", tileType)
	if len(tile) == 0 {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	if r.Method != http.MethodHead {
		w.Write(tile)
	}
	return nil
}

func writeJSON(w http.ResponseWriter, r *http.Request, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if r.Method != http.MethodHead {
		w.Write(b)
	}
	return nil
}

// validID reports whether text is an identifier of ours.
func validID(text string) bool {
	_, err := uuid.Parse(text)
	return err == nil && len(text) == 36
}
