package ogcapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/table"
)

const (
	maxAtOnce = 500_000 // items that are asked for in one request when paging does not work
	maxBoxes  = 4_000   // requests of a collection that is read box by box
	maxHalves = 20      // times that a box is halved, of the world to some 40 m
)

// whole reads the collection in the first way that comes out even.
func (l *layer) whole(ctx context.Context) error {
	var problems []string
	for _, way := range []struct {
		name string
		read func(context.Context) error
	}{{"in pages", l.walk}, {"in one answer", l.atOnce}, {"box by box", l.boxes}} {
		l.way++
		l.got = 0
		err := way.read(ctx)
		if err == nil {
			if len(problems) > 0 {
				l.found = append(l.found, "features: read "+way.name+", since "+strings.Join(problems, "; "))
			}
			return nil
		}
		var uneven *unevenError
		if ctx.Err() != nil || !errors.As(err, &uneven) || errors.Is(err, table.ErrEnough) {
			if len(problems) > 0 && !errors.Is(err, table.ErrEnough) && ctx.Err() == nil {
				err = fmt.Errorf("%s: %w", strings.Join(problems, "; "), err)
			}
			return err
		}
		problems = append(problems, way.name+": "+strings.TrimSuffix(err.Error(), ": "+catalog.ErrFailedListing.Error()))
	}
	return failed("%s", strings.Join(problems, "; "))
}

// An unevenError says that a way did not give all items: another may.
type unevenError struct{ error }

// Unwrap is what it says.
func (e *unevenError) Unwrap() error { return e.error }

func uneven(format string, args ...any) error { return &unevenError{failed(format, args...)} }

// request is the address of items with the parameters of this way.
func (l *layer) request(limit int, bbox string) string {
	at := l.items
	if _, web := fetch.Web(at); !web {
		return at
	}
	if limit > 0 {
		at = with(at, "limit", strconv.Itoa(limit))
	}
	if bbox != "" {
		at = with(at, "bbox", bbox)
	}
	return l.formatted(at)
}

// walk follows the links from page to page.
func (l *layer) walk(ctx context.Context) error {
	p, err := l.first(ctx)
	if err != nil {
		return err
	}
	for {
		if p.matched >= 0 {
			l.matched = p.matched
		}
		switch {
		case p.features == 0, p.next == "" && !l.asFull(p):
			return l.even()
		case p.fresh < p.features && l.matched >= 0 && l.got == l.matched:
			return l.even() // a last page that comes again
		case p.fresh < p.features:
			return uneven("%d of the %d items of page %d had come before", p.features-p.fresh, p.features, l.pages)
		case p.next == "":
			return l.last(ctx, p)
		}
		p, err = l.page(ctx, l.next(p.next))
		if err == nil {
			continue
		}
		// Some servers have a link beyond the end.
		if complete := l.matched >= 0 && l.got >= l.matched; isClientError(err) && (complete || l.matched < 0) || complete && p.features == 0 && ctx.Err() == nil {
			return l.even()
		}
		if isClientError(err) || strings.Contains(err.Error(), "read already") {
			return &unevenError{err}
		}
		return err
	}
}

// next is the address of the next page. QGIS Server garbles the crs that it was
// asked for, %3A becoming 1000A.
func (l *layer) next(at string) string {
	if strings.Contains(at, "crs=") && strings.Contains(l.items, "crs=") {
		if u, err := url.Parse(l.items); err == nil {
			at = with(at, "crs", u.Query().Get("crs"))
		}
	}
	return l.formatted(at)
}

// first asks for the first page, with fewer parameters when the server does not
// want those that we like.
func (l *layer) first(ctx context.Context) (page, error) {
	if strings.Contains(l.items, "limit=") && l.src.Listing().PageRows == 0 {
		l.limit = 0
	}
	base := l.items
	if len(l.CRS) > 1 && slices.Contains(l.CRS, crs84) && !strings.Contains(base, "crs=") {
		l.items = with(base, "crs", crs84)
	}
	p, err := l.page(ctx, l.request(l.limit, ""))
	if isClientError(err) && l.items != base {
		l.items = base
		p, err = l.page(ctx, l.request(l.limit, ""))
	}
	for _, fewer := range []int{100, 10, 0} {
		if isClientError(err) && l.limit > fewer {
			l.limit = fewer
			p, err = l.page(ctx, l.request(l.limit, ""))
		}
	}
	return p, err
}

// asFull: the page has as many items as were asked for, or not all that are counted, so that there may be more.
func (l *layer) asFull(p page) bool {
	return l.limit > 0 && p.features >= l.limit && l.matched < 0
}

// last looks whether a full page without a link to the next, of a server that does
// not count, is the last: one that asks for fewer must then have such a link.
func (l *layer) last(ctx context.Context, p page) error {
	if l.pages > 1 {
		return l.even() // there were links before
	}
	before := l.got
	fewer, err := l.page(ctx, l.request(max(1, p.features-1), ""))
	if err != nil {
		return err
	}
	if fewer.next == "" && fewer.features < before {
		return uneven("the server gave %d items, as many as it was asked for, and neither counts them nor links a next page", before)
	}
	return l.even()
}

// even compares what was read with the server's count.
func (l *layer) even() error {
	if l.matched >= 0 && l.got < l.matched {
		return uneven("the server counts %d items and gave %d", l.matched, l.got)
	}
	return nil
}

// atOnce asks for everything in one request.
func (l *layer) atOnce(ctx context.Context) error {
	limit := l.matched
	if limit < 0 {
		limit = 10 * max(l.limit, 100)
	}
	if limit > maxAtOnce || limit == 0 {
		return uneven("%d items are too many", limit)
	}
	for {
		p, err := l.page(ctx, l.request(limit, ""))
		switch {
		case isClientError(err):
			return &unevenError{err}
		case err != nil:
			return err
		case l.matched < 0 && p.features >= limit && 10*limit <= maxAtOnce:
			limit *= 10
			continue
		case l.matched < 0 && (p.features >= limit || p.features <= l.limit):
			return uneven("it gave %d items of up to %d", p.features, limit)
		case p.fresh < p.features:
			return uneven("%d items came twice", p.features-p.fresh)
		}
		return l.even()
	}
}

// boxes reads the collection by the places of its items: a box in which there are
// more than the server gives at once is halved. Items on an edge come more
// than once; those without geometry do not come at all, and are missed in the count.
func (l *layer) boxes(ctx context.Context) error {
	extent := l.box()
	if l.matched < 0 || extent == nil {
		return uneven("the server does not count its items, or not say where they are")
	}
	type cut struct {
		box    [4]float64
		halved int
	}
	todo := []cut{{[4]float64(extent), 0}}
	for asked := 0; len(todo) > 0; asked++ {
		if asked == maxBoxes {
			return uneven("more than %d boxes", maxBoxes)
		}
		c := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		p, err := l.page(ctx, l.request(l.limit, fmt.Sprintf("%.9g,%.9g,%.9g,%.9g", c.box[0], c.box[1], c.box[2], c.box[3])))
		switch {
		case isClientError(err):
			return &unevenError{err}
		case err != nil:
			return err
		case p.matched < 0:
			return uneven("the server does not count the items in a box")
		case p.matched <= p.features:
			continue
		case c.halved == maxHalves:
			return uneven("more than %d items at one place", p.features)
		}
		a, b := halves(c.box)
		todo = append(todo, cut{a, c.halved + 1}, cut{b, c.halved + 1})
	}
	return l.even()
}

// halves parts a box across its longer side.
func halves(b [4]float64) (one, other [4]float64) {
	one, other = b, b
	side := 0
	if b[3]-b[1] > b[2]-b[0] {
		side = 1
	}
	middle := (b[side] + b[side+2]) / 2
	one[side+2], other[side] = middle, middle
	return one, other
}

// box is where the collection says that its items are: west, south, east, north in
// degrees; nil when it does not say. It is widened by a little, since extents are rounded.
func (c collection) box() []float64 {
	var boxes [][]float64
	if json.Unmarshal(c.Extent.Spatial.BBox, &boxes) != nil || len(boxes) == 0 {
		var one []float64 // as QGIS Server and drafts before 1.0 write it
		if json.Unmarshal(c.Extent.Spatial.BBox, &one) != nil {
			return nil
		}
		boxes = [][]float64{one}
	}
	b := boxes[0]
	if len(b) == 6 {
		b = []float64{b[0], b[1], b[3], b[4]}
	}
	if len(b) != 4 || !(b[0] <= b[2] && b[1] <= b[3] && b[0] >= -180 && b[2] <= 180 && b[1] >= -90 && b[3] <= 90) {
		return nil
	}
	const little = 0.001 // degrees, some 100 m
	return []float64{max(-180, b[0]-little), max(-90, b[1]-little), min(180, b[2]+little), min(90, b[3]+little)}
}
