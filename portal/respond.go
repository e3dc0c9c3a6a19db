package portal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// policy is the Content-Security-Policy of every page: nothing from elsewhere,
// nothing inline.
const policy = "default-src 'self'; img-src 'self' data: blob:; worker-src 'self'; script-src 'self'; style-src 'self'; " +
	"object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"

// safe answers with h, and turns its error into a page; a fault of ours is
// logged and not told.
func (s *server) safe(h func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", policy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "strict-origin-when-cross-origin")
		header.Set("Permissions-Policy", "geolocation=(self), camera=(), microphone=()")
		if len(r.RequestURI) > maxAddress {
			s.tooLong(w, r)
			return
		}
		if err := h(w, r); err != nil && r.Context().Err() == nil {
			s.fail(w, r, err)
		}
	})
}

// fail answers with the page that tells of err.
func (s *server) fail(w http.ResponseWriter, r *http.Request, err error) {
	merged, isMerged := errors.AsType[*catalog.MergedError](err)
	switch {
	case isMerged:
		s.merged(w, r, merged)
	case errors.Is(err, catalog.ErrWithdrawn):
		s.gone(w, r, err)
	case errors.Is(err, catalog.ErrNotFound):
		s.notFound(w, r)
	default:
		s.log.ErrorContext(r.Context(), "page failed", "path", r.URL.Path, "err", err)
		s.unavailable(w, r)
	}
}

// etag is a validator for what is made of parts and of this build. It is weak:
// the same page may be sent in several encodings.
func (s *server) etag(parts ...any) string {
	h := sha256.New()
	fmt.Fprintln(h, s.assets.names, s.cfg)
	for _, p := range parts {
		fmt.Fprintf(h, "%v\x00", p)
	}
	return `W/"` + hex.EncodeToString(h.Sum(nil)[:12]) + `"`
}

// fresh sets the validator and answers 304 if the client has just that.
func fresh(w http.ResponseWriter, r *http.Request, etag string) bool {
	w.Header().Set("ETag", etag)
	if w.Header().Get("Cache-Control") == "" {
		w.Header().Set("Cache-Control", "public, max-age=0, must-revalidate")
	}
	for have := range strings.SplitSeq(r.Header.Get("If-None-Match"), ",") {
		have = strings.TrimSpace(have)
		if have == "*" || strings.TrimPrefix(have, "W/") == strings.TrimPrefix(etag, "W/") {
			w.WriteHeader(http.StatusNotModified)
			return true
		}
	}
	return false
}

// render writes a template whole or not at all.
func (s *server) render(w http.ResponseWriter, r *http.Request, status int, t *template.Template, name string, data any) error {
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, name, data); err != nil {
		return fmt.Errorf("template %s: %w", name, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", s.texts.t("lingua"))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		w.Write(b.Bytes())
	}
	return nil
}

// mark is the newest change of a collection ("": of all). Every page asks for it
// first, so that it also tells when the catalogue could last be read.
func (s *server) mark(ctx context.Context, collection string) (int64, error) {
	mark, err := s.store.Mark(ctx, collection)
	if now := s.now(); err == nil {
		s.answered.Store(&now)
	}
	return mark, err
}

// drawn is the state of all that a page with a map draws: the mark of the
// catalogue and the sources of the base map.
func (s *server) drawn(ctx context.Context) (mark int64, sources string, err error) {
	if mark, err = s.mark(ctx, ""); err == nil {
		sources, err = s.basemapSources(ctx)
	}
	return mark, sources, err
}
