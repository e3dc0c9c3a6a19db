package api

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// Everything is the name under which all collections are downloaded at once.
const Everything = "all"

// DownloadInput chooses records and a format.
type DownloadInput struct {
	Request
	Filters
	Collection string `path:"collectionId" maxLength:"200" doc:"Name of a collection, or all." example:"places"`
	Format     string `path:"format" enum:"csv,geojson,geojsonseq,parquet" doc:"Format of the file." example:"csv"`
}

func downloadOperation(s *server) huma.Operation {
	content := []any{}
	for _, f := range datasets.Formats {
		content = append(content, bareType(f.MediaType), binarySchema)
	}
	op := huma.Operation{
		OperationID: "download",
		Summary:     "A collection or a search as one file",
		Description: "Every record that the filters select, without a cap, streamed. Licence and source are in the file and in the headers. " +
			"A file that could not be finished ends with a broken connection, never as a short file that looks whole. " +
			"all is every collection; its table formats have the properties that every record may have, the others have them all.",
		Tags:       []string{tagDownload},
		Metadata:   map[string]any{openQuery: true},
		Parameters: []*huma.Param{propertiesParameter()},
		Responses:  answers("The file.", content...),
	}
	for name, text := range map[string]string{
		"Content-Disposition": "The name of the file.",
		"Link":                "rel=license: the licence; rel=via: where it was harvested; rel=collection: what it is.",
		attributionHeader:     "Who is to be named, percent-encoded UTF-8.",
	} {
		op.Responses["200"].Headers[name] = &huma.Header{Description: text, Schema: textSchema}
	}
	return op
}

func (s *server) download(ctx context.Context, in *DownloadInput) (*answer, error) {
	r := in.http
	format, ok := datasets.FormatByName(in.Format)
	if !ok {
		return nil, newProblem(http.StatusNotFound, fmt.Sprintf("there is no format %q", cut(in.Format)))
	}
	c, err := s.downloadable(ctx, in.Collection)
	if err != nil {
		return nil, err
	}
	q, err := in.query(c.Name, s.zone)
	if err != nil {
		return nil, err
	}
	if q.Where, err = where(r, c, s.docs.queries["download"]); err != nil {
		return nil, err
	}
	tag, err := s.dataTag(ctx, r, c.Name, format.MediaType)
	if err != nil {
		return nil, err
	}
	if a := unchanged(r, tag); a != nil {
		return a, nil
	}
	a := &answer{func(hc huma.Context) {
		r, w := humago.Unwrap(hc)
		s.stream(w, r, format, c, q)
	}}
	return a.with("Content-Type", format.MediaType).with("ETag", tag).with("Cache-Control", revalidate).
		with("Content-Disposition", disposition(in.Collection, format.Extension)).
		with("Link", s.downloadLinks(r, c)).
		with(attributionHeader, url.PathEscape(datasets.Attribution(c))), nil
}

// downloadable is the collection called name; Everything has no name for the
// store, and the columns that every record may have.
func (s *server) downloadable(ctx context.Context, name string) (catalog.Collection, error) {
	if name == Everything {
		return catalog.Collection{Title: s.cfg.Title, Body: s.cfg.Body, Columns: catalog.EnvelopeColumns()}, nil
	}
	return s.findCollection(ctx, name)
}

// disposition names the file. Names of collections are ASCII words; whatever
// else there is becomes an underscore.
func disposition(name, extension string) string {
	safe := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`"\/;%`, r) {
			return '_'
		}
		return r
	}, name)
	return fmt.Sprintf(`attachment; filename="%s.%s"`, safe, extension)
}

// downloadLinks says in the headers what a file without room for it cannot.
func (s *server) downloadLinks(r *http.Request, c catalog.Collection) string {
	var links []string
	add := func(address, rel string) {
		if u, err := url.Parse(address); err == nil && isWebAddress(address) {
			links = append(links, fmt.Sprintf(`<%s>; rel="%s"`, u.String(), rel))
		}
	}
	if c.Name != "" {
		add(s.at(r, "collections", c.Name), "collection")
	}
	add(c.Licence, "license")
	add(c.SourceURL, "via")
	return strings.Join(links, ", ")
}

// downloadsOf are the links to everything that query selects in a collection
// ("": in all), in every format.
func (s *server) downloadsOf(r *http.Request, collection, query string) []Link {
	if collection == "" {
		collection = Everything
	}
	if query != "" {
		query = "?" + query
	}
	var links []Link
	for _, f := range datasets.Formats {
		links = append(links, Link{
			Href: s.at(r, "datasets", collection, "download", f.Name) + query, Rel: "enclosure",
			Type: bareType(f.MediaType), Title: "All of it as " + f.Label,
		})
	}
	return links
}

// bareType is a media type without parameters.
func bareType(mediaType string) string {
	bare, _, _ := strings.Cut(mediaType, ";")
	return bare
}

// stream sends what q selects. An error before the first bytes are out is a
// problem document; after them the connection is broken, for nothing else
// tells the client that the file is not whole.
func (s *server) stream(w http.ResponseWriter, r *http.Request, format datasets.Format, c catalog.Collection, q catalog.Query) {
	if r.Method == http.MethodHead {
		w.WriteHeader(http.StatusOK)
		return
	}
	late := &lateWriter{w: w}
	err := s.whenFree(r.Context(), func() error {
		if err := format.Encode(late, c, s.store.Records(r.Context(), q)); err != nil {
			return err
		}
		return late.flush()
	})
	switch {
	case err == nil:
	case late.sent:
		if r.Context().Err() == nil {
			s.log.ErrorContext(r.Context(), "download broken off", "path", r.URL.Path, "err", err)
		}
		breakOff(w, r)
	default:
		for _, name := range []string{"Content-Disposition", "ETag", "Link", attributionHeader} {
			w.Header().Del(name)
		}
		if errors.Is(err, errBusy) {
			w.Header().Set("Retry-After", "30")
		}
		writeProblem(w, s.problem(r.Context(), err).(*Problem))
	}
}

// patience is how long a download waits for its turn.
const patience = 10 * time.Second

var errBusy = newProblem(http.StatusServiceUnavailable, "too many downloads are running: try again in half a minute, or page through items")

// whenFree does work when fewer downloads run than may.
func (s *server) whenFree(ctx context.Context, work func() error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errBusy)
	defer cancel()
	select {
	case s.busy <- struct{}{}:
		defer func() { <-s.busy }()
		return work()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// breakOff ends the connection so that the client sees an error. In HTTP/1.0,
// which some proxies still speak to us, closing is also how a whole answer
// ends: there the connection is reset.
func breakOff(w http.ResponseWriter, r *http.Request) {
	if !r.ProtoAtLeast(1, 1) {
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			if tcp, ok := conn.(*net.TCPConn); ok {
				tcp.SetLinger(0)
			}
			conn.Close()
		}
	}
	panic(http.ErrAbortHandler)
}

const (
	// lateBytes is how much of a file is held back, so that what fails at once
	// can still be told as a problem.
	lateBytes = 256 << 10
	// stalledAfter is how long a client may take nothing before it is given up:
	// it holds a connection to the database.
	stalledAfter = time.Minute
)

// lateWriter keeps the first bytes until there are many, or all.
type lateWriter struct {
	w    http.ResponseWriter
	held []byte
	sent bool // something has gone out
}

func (l *lateWriter) Write(b []byte) (int, error) {
	if !l.sent && len(l.held)+len(b) <= lateBytes {
		l.held = append(l.held, b...)
		return len(b), nil
	}
	if err := l.flush(); err != nil {
		return 0, err
	}
	return l.send(b)
}

func (l *lateWriter) flush() error {
	held := l.held
	l.held = nil
	_, err := l.send(held)
	return err
}

// send gives the client its time anew with every write.
func (l *lateWriter) send(b []byte) (int, error) {
	l.sent = true
	http.NewResponseController(l.w).SetWriteDeadline(time.Now().Add(stalledAfter)) // not every server has one
	return l.w.Write(b)
}
