package portal

import (
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/geo"
)

// maxDownloads is how many downloads run at a time. Each holds a connection
// for as long as its reader takes. The public pool has twice as many as there
// are processors; with the API's own downloads one is always left for pages.
var maxDownloads = max(1, runtime.NumCPU()-1)

const (
	patience      = 10 * time.Second // how long a download waits for its turn
	retryDownload = "30"             // seconds, when there was none
)

// formats are those in which a search can be taken away: those of collections,
// and what search engines read.
var formats = append(slices.Clip(datasets.Formats), datasets.Format{Name: "jsonld", MediaType: "application/ld+json", Extension: "jsonld", Label: "JSON-LD (schema.org)"})

// download answers /mappa.csv and the like: every record of the query, as a
// stream. What fails on the way breaks the connection, so that nobody takes a
// short file for a whole one.
func (s *server) download(f datasets.Format) func(http.ResponseWriter, *http.Request) error {
	return s.downloadOf(f, func(q search) search { return q })
}

// downloadOf is a download of what become makes of the search.
func (s *server) downloadOf(f datasets.Format, become func(search) search) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		q, _ := parseSearch(r.URL.Query())
		q = become(q.records())
		mark, err := s.mark(r.Context(), "")
		if err != nil {
			return err
		}
		if fresh(w, r, s.etag("download", f.Name, q, s.asOf(q), mark)) {
			return nil
		}
		c, err := s.downloadCollection(r, q)
		if err != nil {
			return err
		}
		h := w.Header()
		h.Set("Content-Type", f.MediaType)
		h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s.%s"`, or(q.Collection, "mappa"), f.Extension))
		h.Set("Access-Control-Allow-Origin", "*")
		if r.Method == http.MethodHead {
			return nil
		}
		release, err := s.turn(w, r)
		if release == nil {
			return err
		}
		defer release()
		out := &counted{w: w}
		query := q.query(s.now())
		query.Order = catalog.OrderKey
		err = s.encoder(r, f)(out, c, s.store.Records(r.Context(), query))
		if err != nil && out.n == 0 && r.Context().Err() == nil {
			return err // nothing sent yet: a page can still say so
		}
		if err != nil {
			s.log.ErrorContext(r.Context(), "download broken off", "format", f.Name, "bytes", out.n, "err", err)
			panic(http.ErrAbortHandler)
		}
		if q.Collection != "" && datasets.CountsAsDownload(r.Method, r.UserAgent(), r.Header.Get("Range")) {
			taken := catalog.Taken{Collection: q.Collection}
			if len(q.Sources) == 1 {
				taken.Source = q.Sources[0]
			}
			s.store.CountDownload(taken)
		}
		return nil
	}
}

// encoder writes records as f.
func (s *server) encoder(r *http.Request, f datasets.Format) datasets.Encoder {
	if f.Name == "jsonld" {
		return s.encodeItemList(r)
	}
	return f.Encode
}

// turn waits for a place among the downloads and gives what frees it. Without
// one it has answered, or the client has gone.
func (s *server) turn(w http.ResponseWriter, r *http.Request) (release func(), err error) {
	select {
	case s.busy <- struct{}{}:
		return func() { <-s.busy }, nil
	case <-r.Context().Done():
		return nil, r.Context().Err()
	case <-time.After(s.patience):
		w.Header().Del("Content-Type")
		s.failure(w, r, http.StatusServiceUnavailable, failurePage{
			Heading: s.texts.t("errore.attesa"), Lines: []string{s.texts.t("errore.attesa.testo")}, Retry: retryDownload,
		})
		return nil, nil
	}
}

// downloadCollection describes the columns of a search: those of its
// collection, or the ones that every record has.
func (s *server) downloadCollection(r *http.Request, q search) (catalog.Collection, error) {
	if q.Collection != "" {
		return s.store.Collection(r.Context(), q.Collection)
	}
	c := catalog.Collection{Name: "mappa", Title: s.cfg.Name, SourceURL: s.absolute(r, q.URL("/mappa"))}
	for _, name := range append([]string{}, ourProperties...) {
		c.Columns = append(c.Columns, catalog.Column{Name: name, Type: catalog.ColumnText, Nulls: true})
	}
	return c, nil
}

// counted counts what is written.
type counted struct {
	w http.ResponseWriter
	n int64
}

func (c *counted) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// apiURL is the same search as a call of the API, whose names are English and
// whose lists are separated by commas.
func apiURL(q search, now time.Time) string {
	p := apiParameters(q, now)
	if len(p) == 0 {
		return "/api/v1/search"
	}
	return "/api/v1/search?" + strings.Join(p, "&")
}

// apiParameters are the parameters of the API that ask for what q does.
func apiParameters(q search, now time.Time) []string {
	var p []string
	add := func(name string, values ...string) {
		if v := strings.Join(values, ","); v != "" {
			p = append(p, name+"="+escape(v))
		}
	}
	add("q", q.Text)
	if q.BBox != nil {
		add("bbox", geo.FormatBBox(*q.BBox))
	}
	if q.Near != nil {
		add("near", number4(q.Near.Lon()), number4(q.Near.Lat()))
		if q.RadiusKM > 0 {
			add("radius", strconv.FormatFloat(q.RadiusKM*1000, 'f', -1, 64))
		}
	}
	var themes []string
	for _, t := range q.Themes {
		themes = append(themes, string(t))
	}
	add("theme", themes...)
	add("type", q.Types...)
	add("municipality", q.Municipalities...)
	add("body", q.Bodies...)
	add("source", q.Sources...)
	if q.Open {
		add("openAt", apiTime(q.query(now).OpenAt))
	}
	if q.Accessible {
		add("accessible", "true")
	}
	add("collection", q.Collection)
	if from, to := q.span(now).bounds(); from != nil || to != nil {
		add("datetime", apiTime(from)+"/"+apiTime(to))
	}
	return p
}

// apiTime is one end of an interval, ".." when it is open.
func apiTime(t *time.Time) string {
	if t == nil {
		return ".."
	}
	return t.UTC().Format(time.RFC3339)
}

// number4 writes degrees with the decimals that they have.
func number4(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
