package portal

import (
	"errors"
	"net/http"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// failurePage tells what went wrong and what to do.
type failurePage struct {
	head
	Heading   string
	Lines     []string
	Successor string
	Retry     string // seconds after which to try again
	Detail    string
	Status    int
	Search    bool // the catalogue answers: a search may help
}

// maxAddress is how long an address may be, in bytes: the longest search of ours
// has less, and what is longer is no search.
const maxAddress = 8 << 10

const retryAfter = "120" // seconds, on a 503

// failure answers with a page; nothing of it may be kept.
func (s *server) failure(w http.ResponseWriter, r *http.Request, status int, p failurePage) {
	p.head = s.head(r, p.Heading, "")
	p.NoIndex, p.Status, p.Search = true, status, status != http.StatusServiceUnavailable
	h := w.Header()
	for _, name := range []string{"ETag", "Content-Disposition", "Access-Control-Allow-Origin"} {
		h.Del(name)
	}
	h.Set("Cache-Control", "no-store")
	if p.Retry != "" {
		h.Set("Retry-After", p.Retry)
	}
	if err := s.render(w, r, status, s.pages["errore"], "base", p); err != nil {
		s.log.ErrorContext(r.Context(), "error page", "err", err)
		http.Error(w, p.Heading, status)
	}
}

func (s *server) notFound(w http.ResponseWriter, r *http.Request) {
	s.failure(w, r, http.StatusNotFound, failurePage{
		Heading: s.texts.t("errore.404"), Lines: []string{s.texts.t("errore.404.testo")},
		Detail: s.texts.t("errore.indirizzo", clip(r.URL.Path, 300)),
	})
}

// wrongMethod says that the page is there, but only to be read.
func (s *server) wrongMethod(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Allow", "GET, HEAD")
	s.failure(w, r, http.StatusMethodNotAllowed, failurePage{
		Heading: s.texts.t("errore.405"), Lines: []string{s.texts.t("errore.405.testo")},
		Detail: s.texts.t("errore.richiesta", clip(r.Method, 20), clip(r.URL.Path, 300)),
	})
}

// tooLong says that nobody reads an address as long as that.
func (s *server) tooLong(w http.ResponseWriter, r *http.Request) {
	s.failure(w, r, http.StatusRequestURITooLong, failurePage{
		Heading: s.texts.t("errore.414"), Lines: []string{s.texts.t("errore.414.testo", number(maxAddress))},
	})
}

// unavailable says that the catalogue cannot be read just now, and when it
// last could.
func (s *server) unavailable(w http.ResponseWriter, r *http.Request) {
	last, key := s.began, "errore.503.mai"
	if t := s.answered.Load(); t != nil {
		last, key = *t, "errore.503.ultimo"
	}
	last = last.In(catalog.Rome)
	s.failure(w, r, http.StatusServiceUnavailable, failurePage{
		Heading: s.texts.t("errore.503"), Lines: []string{s.texts.t("errore.503.testo"), s.texts.t(key, day(last), last.Format("15:04"))}, Retry: retryAfter,
	})
}

// merged leads from the address of a record to that of the one that it is the
// same as.
func (s *server) merged(w http.ResponseWriter, r *http.Request, why *catalog.MergedError) {
	to := *r.URL
	if to.Path = strings.Replace(to.Path, why.ID, why.Into, 1); to.Path == r.URL.Path {
		to.Path = "/id/" + why.Into
	}
	to.RawPath = ""
	http.Redirect(w, r, to.RequestURI(), http.StatusMovedPermanently)
}

// gone answers 410 with the reason.
func (s *server) gone(w http.ResponseWriter, r *http.Request, err error) {
	p := failurePage{Heading: s.texts.t("errore.410"), Lines: []string{s.texts.t("errore.410.testo")}}
	if why, ok := errors.AsType[*catalog.WithdrawnError](err); ok {
		reason := "errore.410.fonte"
		switch {
		case why.Successor != "":
			reason, p.Successor = "errore.410.unita", "/id/"+why.Successor
		case why.SourceRemoved:
			reason = "errore.410.rimossa"
		}
		p.Lines = append(p.Lines, s.texts.t(reason, day(why.At)))
	}
	s.failure(w, r, http.StatusGone, p)
}
