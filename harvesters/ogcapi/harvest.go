package ogcapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/table"
)

// Limits.
const (
	maxLayers    = 500 // collections of a server that are read without naming them
	maxListPages = 100 // of the list of collections
	maxLost      = 3   // collections in a row of a server that answers nothing any more
)

// Harvest yields every feature of the collections at src.URL that the mapping
// names, all when it names none, and every record of its catalogues as a dataset. A
// collection that cannot be read whole does not keep the others from being read; it
// ends the listing as failed.
func Harvest(ctx context.Context, c *http.Client, src catalog.Source) iter.Seq2[catalog.Harvested, error] {
	return func(yield func(catalog.Harvested, error) bool) {
		s := &service{src: src, client: c, yield: yield, before: parseCursor(src.Listing().Since), by: map[string]asking{}}
		err := s.harvest(ctx)
		if err == nil {
			s.conclude()
		}
		if err != nil && !errors.Is(err, table.ErrEnough) {
			if !errors.Is(err, catalog.ErrFailedListing) && ctx.Err() == nil {
				err = fmt.Errorf("%w: %w", err, catalog.ErrFailedListing)
			}
			yield(catalog.Harvested{}, err)
		}
	}
}

// A service is one harvest of it.
type service struct {
	src    catalog.Source
	client *http.Client
	yield  func(catalog.Harvested, error) bool
	format string // value of the parameter f, "" where the Accept header does
	title  string
	links  []link // of the list of collections: its licence
	rows   int

	conforms string            // address of the conformance declaration, as far as it is told
	language *string           // in which what changed can be asked for, "" for none; nil: not known yet
	began    time.Time         // by the server's clock
	before   cursor            // of the last run
	by       map[string]asking // for the next
	partial  bool              // of some collection only what changed was listed
}

func (s *service) harvest(ctx context.Context) error {
	d, err := s.read(ctx, s.src.URL)
	if err != nil {
		return err
	}
	for range 2 { // the landing page leads to the list
		switch {
		case d.Features != nil || d.Type == "Feature" || d.Type == "FeatureCollection":
			return s.only(ctx, collection{ID: name(collectionOf(d.at))}, s.src.URL, d.at)
		case d.Collections != nil:
			return s.collections(ctx, d)
		case d.ID != "" && best(d.Links, "items", "item") != nil, d.ID != "" && d.ItemType != "":
			return s.only(ctx, d.collection, "", d.at)
		}
		if d, err = s.list(ctx, d); err != nil {
			return err
		}
	}
	return failed("%s is no landing page, list of collections, collection or items of an OGC API", s.src.URL)
}

// list is the list of collections that a landing page leads to.
func (s *service) list(ctx context.Context, landing *document) (*document, error) {
	s.title = landing.Title
	if l := best(landing.Links, "conformance", "http://www.opengis.net/def/rel/ogc/1.0/conformance"); l != nil {
		s.conforms = follow(landing.at, l.Href)
	}
	at := ""
	if l := best(landing.Links, "data", "http://www.opengis.net/def/rel/ogc/1.0/data"); l != nil {
		at = follow(landing.at, l.Href)
	} else if landing.at != nil && len(landing.Links) > 0 {
		u := *landing.at
		u.Path = strings.TrimSuffix(u.Path, "/") + "/collections"
		at = u.String()
	}
	if at == "" {
		return nil, failed("%s is JSON, but no landing page of an OGC API: it has no link to data", s.src.URL)
	}
	return s.read(ctx, s.formatted(at))
}

// formatted adds the parameter f where the server wants it.
func (s *service) formatted(at string) string {
	if s.format == "" {
		return at
	}
	return with(at, "f", s.format)
}

var inPath = regexp.MustCompile(`/collections/([^/]+)/items/?`)

// collectionOf is the collection that an address of items is of.
func collectionOf(u *url.URL) string {
	if u == nil {
		return ""
	}
	if m := inPath.FindStringSubmatch(u.Path); m != nil {
		return m[1]
	}
	return ""
}

// only reads one collection: items is the address of its items, where that was given.
func (s *service) only(ctx context.Context, c collection, items string, at *url.URL) error {
	if err := s.layer(ctx, c, items, at, nil); err != nil {
		return err
	}
	if s.rows == 0 && !s.partial {
		return failed("it holds no features")
	}
	return nil
}

// collections reads those of a list, which may have pages.
func (s *service) collections(ctx context.Context, d *document) error {
	s.links = d.Links
	if s.title == "" {
		s.title = d.Title
	}
	all, err := s.pages(ctx, d)
	if err != nil {
		return err
	}
	chosen, err := s.chosen(all)
	if err != nil {
		return err
	}
	var lost []string
	inARow := 0
	for _, c := range chosen {
		err := s.layer(ctx, c.collection, "", c.at, all)
		if err == nil {
			inARow = 0
			continue
		}
		if errors.Is(err, table.ErrEnough) || ctx.Err() != nil {
			return err
		}
		lost = append(lost, fmt.Sprintf("collection %s: %s", c.ID, strings.TrimSuffix(err.Error(), ": "+catalog.ErrFailedListing.Error())))
		if inARow++; inARow == maxLost {
			break
		}
	}
	switch {
	case len(lost) > 0:
		return failed("%d of %d collections could not be read whole: %s", len(lost), len(chosen), strings.Join(lost, "; "))
	case s.rows == 0 && !s.partial:
		return failed("none of the %d collections has a feature", len(chosen))
	}
	return nil
}

// A listed collection and where its list came from.
type listed struct {
	collection
	at *url.URL
}

func (s *service) pages(ctx context.Context, d *document) ([]listed, error) {
	var all []listed
	var guard fetch.Guard
	for range maxListPages {
		for _, c := range d.Collections {
			if c.ID == "" {
				c.ID = c.Name
			}
			all = append(all, listed{c, d.at})
		}
		next := best(d.Links, "next")
		if next == nil || len(d.Collections) == 0 {
			return all, nil
		}
		at := follow(d.at, next.Href)
		if at == "" {
			return all, nil
		}
		err := guard.Ask(at)
		if err == nil {
			d, err = s.read(ctx, s.formatted(at))
		}
		if err != nil {
			return nil, fmt.Errorf("a further page of the list of collections: %w", err)
		}
	}
	return nil, failed("the list of collections has more than %d pages", maxListPages)
}

// chosen are the collections that the source wants and that have items.
func (s *service) chosen(all []listed) ([]listed, error) {
	var names []string
	var kept []listed
	for _, c := range all {
		names = append(names, string(c.ID))
		if wanted := s.src.Mapping.Layers; len(wanted) > 0 && slices.Contains(wanted, string(c.ID)) || len(wanted) == 0 && c.hasItems() {
			kept = append(kept, c)
		}
	}
	for _, wanted := range s.src.Mapping.Layers {
		if !slices.Contains(names, wanted) {
			return nil, failed("the source wants the collection %q; the server has %q", wanted, names[:min(len(names), 40)])
		}
	}
	switch {
	case len(kept) == 0:
		return nil, failed("none of the %d collections has features or records", len(all))
	case len(kept) > maxLayers && len(s.src.Mapping.Layers) == 0:
		return nil, failed("the server has %d collections; at most %d are read, name those that are wanted with --layer", len(kept), maxLayers)
	}
	return kept, nil
}

// hasItems: the collection is one of features or records, and not of coverages,
// maps or tiles only.
func (c collection) hasItems() bool {
	switch strings.ToLower(c.ItemType) {
	case "feature", "record", "features", "records":
		return true
	case "":
		return c.anyItems() || !slices.ContainsFunc(c.Links, func(l link) bool {
			return strings.Contains(l.Rel, "coverage") || strings.Contains(l.Rel, "rel/ogc/1.0/map") || strings.Contains(l.Rel, "tilesets")
		})
	}
	return c.anyItems()
}

func (c collection) anyItems() bool { return best(c.Links, "items", "item") != nil }

// address is where the items of a collection are; QGIS Server calls the link item.
// source is that of the service, whose parameters, such as a key, are kept.
func (c collection) address(at *url.URL, source string) string {
	if l := best(c.Links, "items", "item"); l != nil {
		if a := follow(at, l.Href); a != "" {
			return a
		}
	}
	if at == nil {
		return ""
	}
	u := *at
	if i := strings.Index(u.Path, "/collections"); i >= 0 {
		u.Path = u.Path[:i]
	}
	u.Path = strings.TrimSuffix(u.Path, "/") + "/collections/" + string(c.ID) + "/items"
	u.RawPath, u.RawQuery = "", keptQuery(source)
	return u.String()
}

// keptQuery is what of the source's own query goes with further requests.
func keptQuery(source string) string {
	u, err := url.Parse(source)
	if err != nil {
		return ""
	}
	q := u.Query()
	for _, name := range []string{"limit", "offset", "page", "bbox"} {
		q.Del(name)
	}
	return q.Encode()
}

// words are keywords, which some servers give as objects.
func words(raw json.RawMessage) []string {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		var one string
		if json.Unmarshal(raw, &one) == nil {
			return strings.FieldsFunc(one, func(r rune) bool { return r == ',' || r == ';' })
		}
	}
	var all []string
	for _, v := range list {
		var s string
		var o struct{ Keyword, Value, Label string }
		if json.Unmarshal(v, &s) != nil && json.Unmarshal(v, &o) == nil {
			s = o.Keyword + o.Value + o.Label
		}
		if s = strings.TrimSpace(s); s != "" && !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}
