package ogcapi

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"net/url"
	"strconv"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/geo"
	"po-net.prato.it/ponet/geo/gml"
	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/table"
)

// pageRows is how many items to ask for at once; servers give fewer if they like.
const pageRows = 1000

// A layer is a collection that is being read. What was read by one way stays
// when another is tried.
type layer struct {
	*service
	collection
	items   string // address, without limit
	limit   int    // items to ask for in a page; 0: the server's own number
	matched int    // items by the server's count, -1: not told
	spool   *table.Spool
	seen    map[uint64]int // what tells items apart: the way by which it was met last
	way     int
	got     int // different items met by this way
	pages   int
	guard   fetch.Guard
	srs     string // Content-Crs, or the member crs
	found   []string

	datasets *catalog.Layer // of a catalogue; nil: rows
	decided  bool
	at       *url.URL  // of its description
	from     time.Time // only what changed since is asked for; zero: everything
	newest   newest
}

var seed = maphash.MakeSeed()

// layer reads a collection whole and yields its items. What was read of one that
// could not be is yielded too.
func (s *service) layer(ctx context.Context, c collection, items string, at *url.URL, all []listed) error {
	l := &layer{service: s, collection: c, limit: s.src.Listing().Rows(pageRows), matched: -1, seen: map[uint64]int{}, at: at}
	if l.items = items; items == "" {
		l.items = c.address(at, s.src.URL)
	}
	if l.items == "" {
		return failed("the file names no address of its items")
	}
	spool, err := table.NewSpool()
	if err != nil {
		return err
	}
	defer spool.Close()
	l.spool = spool
	done, failure := l.changes(ctx)
	if !done && failure == nil {
		if failure = l.whole(ctx); failure == nil {
			failure = l.promise(ctx)
		}
	}
	if errors.Is(failure, table.ErrEnough) || ctx.Err() != nil {
		return failure
	}
	return errors.Join(l.harvest(ctx), failure)
}

// harvest yields the rows that were read.
func (l *layer) harvest(ctx context.Context) error {
	if l.spool.Len() == 0 {
		return nil
	}
	l.rows += l.spool.Len()
	t := l.spool.Table(string(l.ID))
	t.Title, t.CRS, t.SRID = l.Title, l.srs, geo.Recognise(l.srs)
	count := "which the server does not count"
	if l.matched >= 0 {
		count = fmt.Sprintf("the server counts %d", l.matched)
	}
	t.Found = append(t.Found, fmt.Sprintf("features: %d, %s; %d requests", l.spool.Len(), count, l.pages))
	t.Found = append(t.Found, l.found...)
	about := l.about()
	return t.Harvest(ctx, l.src.Mapping, -1, func(h catalog.Harvested, err error) bool {
		if h.Layer != nil {
			h.Layer.About = about
		}
		return l.yield(h, err)
	})
}

// A page is an answer to a request for items.
type page struct {
	features int
	fresh    int // that were not met by this way before
	next     string
	matched  int // -1: not told
}

// page asks for items and keeps them.
func (l *layer) page(ctx context.Context, at string) (page, error) {
	p := page{matched: -1}
	if err := l.guard.Ask(strconv.Itoa(l.way), at); err != nil {
		return p, err
	}
	l.pages++
	r, err := fetch.Open(ctx, l.client, at, accept, maxAnswer)
	if err != nil {
		return p, reported(err)
	}
	defer r.Body.Close()
	l.answered(r.Header)
	flip := l.system(r.Header.Get("Content-Crs"))
	ids := sha256.New()
	c, err := table.ReadCollection(r.Body, func(raw []byte) error {
		identity := l.identity(raw)
		fmt.Fprintf(ids, "%d %s", len(identity), identity)
		p.features++
		return l.take(raw, identity, flip, &p)
	})
	if err != nil {
		return p, err
	}
	if !c.Listed {
		return p, failed("%s: the answer has no features: %s", at, catalog.Excerpt(string(c.Members["detail"])+string(c.Members["description"])+string(c.Members["title"])))
	}
	if n, err := strconv.Atoi(string(c.Members["numberMatched"])); err == nil && n >= 0 {
		p.matched = n
	}
	var links []link
	if json.Unmarshal(c.Members["links"], &links) == nil {
		if next := best(links, "next"); next != nil && r.URL != nil {
			p.next = follow(r.URL, next.Href)
		} else if next != nil {
			l.found = append(l.found, "features: the file is one page, the server had more")
			p.matched = -1
		}
	}
	l.oldCRS(c.Members["crs"])
	return p, nil
}

// system notes the coordinate system that an answer says it is in, and reports
// whether its axes have north first (18-058r1 §6.3: as EPSG has them).
func (l *layer) system(header string) bool {
	srs := strings.Trim(strings.TrimSpace(header), "<>")
	if srs == "" {
		return false
	}
	l.srs = srs
	return l.src.Mapping.SwapAxes == nil && geo.NorthFirst(srs)
}

// oldCRS notes the member crs of GeoJSON before RFC 7946.
func (l *layer) oldCRS(raw json.RawMessage) {
	var crs struct{ Properties struct{ Name string } }
	if l.srs == "" && len(raw) > 0 && json.Unmarshal(raw, &crs) == nil {
		l.srs = crs.Properties.Name
	}
}

// identity is what tells an item from the others: its id, else all of it.
func (l *layer) identity(raw []byte) string {
	if id := itemID(raw); id != "" {
		return id
	}
	return string(raw)
}

// itemID is the member id, or @id as one server writes it; "" for none.
func itemID(raw []byte) string {
	for _, name := range []string{"id", "@id"} {
		if v := table.Member(raw, name); len(v) > 0 && string(v) != "null" {
			return table.Unquote(v)
		}
	}
	return ""
}

// take keeps an item that is met for the first time.
func (l *layer) take(raw []byte, identity string, flip bool, p *page) error {
	if !l.decided {
		l.decided = true
		if l.isCatalogue(raw) {
			l.datasets = catalog.DatasetLayer()
		}
	}
	if err := l.dated(raw); err != nil {
		return err
	}
	sum := maphash.String(seed, identity)
	before, met := l.seen[sum]
	l.seen[sum] = l.way
	if !met || before != l.way {
		l.got++
		p.fresh++
	}
	if met {
		return nil
	}
	if l.datasets != nil {
		return l.dataset(raw)
	}
	f := table.Feature{Raw: raw, Media: "application/geo+json", ID: itemID(raw)}
	if flip {
		if g, err := table.GeoJSON(table.Member(raw, "geometry")); err == nil {
			gml.Flip(g)
			f.Geometry = g
			if f.Properties = table.Member(raw, "properties"); len(f.Properties) == 0 || f.Properties[0] != '{' {
				f.Properties = []byte("{}")
			}
		}
	}
	return l.spool.Add(f)
}
