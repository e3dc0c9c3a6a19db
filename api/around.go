package api

import (
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/klauspost/compress/gzhttp"
)

// What gzhttp adds to the strong tag of a compressed answer.
const (
	gzipSuffix = "-gzip"
	zstdSuffix = "-zstd"
)

// around is what every request passes through on its way to next: headers that
// all answers have, compression, and the net under panics.
func (s *server) around(next http.Handler) (http.Handler, error) {
	compress, err := gzhttp.NewWrapper(
		gzhttp.SuffixETag(gzipSuffix),
		gzhttp.ContentTypeFilter(compressible),
	)
	if err != nil {
		return nil, err
	}
	inner := compress(s.recovered(next))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Access-Control-Expose-Headers", "Content-Disposition, Content-Length, ETag, Link, "+mementoHeader+", "+attributionHeader)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Add("Vary", "Accept, Accept-Language")
		if r.Method == http.MethodOptions {
			preflight(w)
			return
		}
		inner.ServeHTTP(w, r)
	}), nil
}

// attributionHeader carries who is to be named with a download.
const attributionHeader = "X-Attribution"

// methods are those of every address of the API.
const methods = "GET, HEAD, OPTIONS"

func preflight(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Allow", methods)
	h.Set("Access-Control-Allow-Methods", methods)
	h.Set("Access-Control-Allow-Headers", "Accept, Accept-Language, Cache-Control, If-None-Match")
	h.Set("Access-Control-Max-Age", "86400")
	w.WriteHeader(http.StatusNoContent)
}

// compressible leaves alone what is compressed already.
func compressible(mediaType string) bool {
	return !strings.HasPrefix(mediaType, parquetType) && gzhttp.DefaultContentTypeFilter(mediaType)
}

// recovered turns a panic into a 500, or, when part of the answer has gone out,
// into a broken connection, which the client can tell from a whole answer.
func (s *server) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		started := &startedWriter{ResponseWriter: w}
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v != http.ErrAbortHandler {
				s.log.ErrorContext(r.Context(), "panic", "path", r.URL.Path, "value", fmt.Sprint(v), "stack", string(debug.Stack()))
			}
			if v == http.ErrAbortHandler || started.yes {
				panic(http.ErrAbortHandler)
			}
			for _, name := range []string{"Content-Length", "Content-Disposition", "ETag", "Link", mementoHeader} {
				w.Header().Del(name)
			}
			writeProblem(w, newProblem(http.StatusInternalServerError, "the request could not be served: the fault is ours and has been logged; try again later"))
		}()
		next.ServeHTTP(started, r)
	})
}

// startedWriter knows whether the answer has begun.
type startedWriter struct {
	http.ResponseWriter
	yes bool
}

func (w *startedWriter) WriteHeader(status int) {
	w.yes = true
	if status >= http.StatusBadRequest {
		w.Header().Set("Cache-Control", "no-store") // an error is not to outlive its cause
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *startedWriter) Write(b []byte) (int, error) {
	w.yes = true
	return w.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (w *startedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// unknownRoute answers everything that has no route: a path with a slash too
// many, a method we do not have, and what does not exist.
func (s *server) unknownRoute(w http.ResponseWriter, r *http.Request) {
	if s.hasRoute(r) && r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", methods)
		writeProblem(w, newProblem(http.StatusMethodNotAllowed, fmt.Sprintf("%s is not possible here: this API is for reading, with GET", r.Method)))
		return
	}
	if path, ok := strings.CutSuffix(r.URL.Path, "/"); ok {
		there := r.Clone(r.Context())
		there.URL.Path, there.URL.RawPath = path, strings.TrimSuffix(r.URL.RawPath, "/")
		if s.hasRoute(there) {
			http.Redirect(w, r, there.URL.RequestURI(), http.StatusPermanentRedirect)
			return
		}
	}
	writeProblem(w, newProblem(http.StatusNotFound, fmt.Sprintf("there is nothing at %s: the addresses are listed in %s/openapi.json", cut(r.URL.Path), Prefix)))
}

// hasRoute reports whether GET of the same address would be answered.
func (s *server) hasRoute(r *http.Request) bool {
	asked := r.Clone(r.Context())
	asked.Method = http.MethodGet
	_, pattern := s.mux.Handler(asked)
	return pattern != "/"
}

// writeProblem answers outside huma.
func writeProblem(w http.ResponseWriter, p *Problem) {
	body, err := encodeJSON(p)
	if err != nil {
		panic(err) // a struct of strings and numbers
	}
	w.Header().Set("Content-Type", problemType)
	w.WriteHeader(p.Status)
	w.Write(body)
}
