// Package api serves the catalogue to programs: OGC API – Features and Tiles,
// search, downloads, and the OpenAPI document that describes them, everything
// under /api/v1. The first pages are also HTML for people who follow a link.
// It knows no SQL: what it needs of the store is the interface Store.
package api

import (
	"cmp"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// Prefix is where the API lies on its host.
const Prefix = "/api/v1"

// A Config is what the API says about the node it runs on.
type Config struct {
	// BaseURL is how the outside reaches the node, "https://po-net.prato.it".
	// Empty: links are made from the Host of each request.
	BaseURL string
	Title   string // of the catalogue; default "Po-net"
	Version string // of the software
	Body    string // the body that runs the node; "" for none
	Contact string // e-mail or address of a page; "" for none
	Licence string // URI of the licence of the catalogue where a collection names none; "" for none
	// Downloads is how many downloads run at once; each holds a connection to
	// the database for as long as its client reads. Default: one a core, at
	// least two, which is half of the store's connections.
	Downloads int
}

// A server answers the requests of one node.
type server struct {
	store Store
	cfg   Config
	log   *slog.Logger
	mux   *http.ServeMux
	api   huma.API
	pages pages
	build string // what changes the bytes of an answer besides the data
	docs  documents
	busy  chan struct{} // a place for each download that runs
}

// An API answers everything under Prefix.
type API struct {
	http.Handler
	document []byte
}

// OpenAPI is the document that describes the API (OpenAPI 3.1, JSON).
func (a *API) OpenAPI() []byte { return a.document }

// New is the API of store, to be mounted at Prefix.
func New(store Store, cfg Config, log *slog.Logger) (*API, error) {
	cfg.BaseURL = strings.TrimRight(cfg.BaseURL, "/")
	cfg.Title = cmp.Or(cfg.Title, "Po-net")
	cfg.Version = cmp.Or(cfg.Version, "dev")
	if cfg.Downloads <= 0 {
		cfg.Downloads = max(2, runtime.NumCPU())
	}
	s := &server{store: store, cfg: cfg, log: log, mux: http.NewServeMux(), busy: make(chan struct{}, cfg.Downloads)}
	var err error
	if s.pages, err = parsePages(); err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	s.build = cfg.Version + " " + s.pages.hash
	useProblems()
	s.api = humago.NewWithPrefix(rootedMux{s.mux}, Prefix, s.config())
	s.routes()
	if err := s.docs.describe(s.api.OpenAPI()); err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	handler, err := s.around(s.mux)
	if err != nil {
		return nil, err
	}
	return &API{handler, s.docs.v31}, nil
}

// routes is everything there is under Prefix.
func (s *server) routes() {
	get(s, "/", landingOperation, s.landing)
	get(s, "/conformance", conformanceOperation, s.conformance)
	get(s, "/collections", collectionsOperation, s.collections)
	get(s, "/collections/{collectionId}", collectionOperation, s.collection)
	get(s, "/collections/{collectionId}/queryables", queryablesOperation, s.queryables)
	get(s, "/collections/{collectionId}/schema", schemaOperation, s.schema)
	get(s, "/collections/{collectionId}/items", itemsOperation, s.items)
	get(s, "/collections/{collectionId}/items/{featureId}", itemOperation, s.item)
	get(s, "/collections/{collectionId}/items/{featureId}/quality", qualityOperation, s.quality)
	get(s, "/collections/{collectionId}/tiles", tilesetsOperation, s.tilesets)
	get(s, "/collections/{collectionId}/tiles/"+webMercatorQuad, tilesetOperation, s.tileset)
	get(s, "/collections/{collectionId}/tiles/"+webMercatorQuad+"/{tileMatrix}/{tileRow}/{tileCol}", tileOperation, s.tile)
	get(s, "/tileMatrixSets", tileMatrixSetsOperation, s.tileMatrixSets)
	get(s, "/tileMatrixSets/"+webMercatorQuad, tileMatrixSetOperation, s.tileMatrixSet)
	get(s, "/records/{recordId}/relations", relationsOperation, s.relations)
	get(s, "/search", searchOperation, s.search)
	get(s, "/suggest", suggestOperation, s.suggest)
	get(s, "/changes", changesOperation, s.changes)
	get(s, "/sources", sourcesOperation, s.sources)
	get(s, "/sources/{sourceId}", sourceOperation, s.source)
	get(s, "/sources/{sourceId}/runs", sourceRunsOperation, s.sourceRuns)
	get(s, "/bodies", bodiesOperation, s.bodies)
	get(s, "/bodies/{bodyId}", bodyOperation, s.body)
	get(s, "/runs/{runId}", runOperation, s.run)
	get(s, "/runs/{runId}/issues", issuesOperation, s.issues)
	get(s, "/stations/{stationId}/datastreams", datastreamsOperation, s.datastreams)
	get(s, "/observations", observationsOperation, s.observations)
	get(s, "/datasets/{collectionId}/download/{format}", downloadOperation, s.download)
	get(s, "/openapi.json", openAPIOperation, s.openAPI)
	get(s, "/openapi-3.0.json", openAPI30Operation, s.openAPI30)
	get(s, "/docs", docsOperation, s.docsPage)
	s.mux.HandleFunc("GET "+Prefix+"/style.css", s.stylesheet)
	s.mux.HandleFunc("/", s.unknownRoute)
}

// get registers handler for GET (and so HEAD) of path. What it returns as an
// error becomes a problem document here and nowhere else.
func get[I any](s *server, path string, describe func(*server) huma.Operation, handler handler[I]) {
	op := describe(s)
	op.Method, op.Path = http.MethodGet, path
	s.docs.paths = append(s.docs.paths, path)
	document[I](s, &op)
	huma.Register(s.api, op, wrap(s, handler))
}

// rootedMux is a ServeMux in which a pattern that ends in "/" is that path
// alone, with and without the slash, and not all that lies below it.
type rootedMux struct{ *http.ServeMux }

func (m rootedMux) HandleFunc(pattern string, handler func(http.ResponseWriter, *http.Request)) {
	if root, ok := strings.CutSuffix(pattern, "/"); ok {
		m.ServeMux.HandleFunc(root, handler)
		pattern += "{$}"
	}
	m.ServeMux.HandleFunc(pattern, handler)
}
