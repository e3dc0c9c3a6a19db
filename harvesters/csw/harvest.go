package csw

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
)

// Harvest yields every dataset, series and service of the catalogue src, or of the
// documents that its address names. A *catalog.RowError concerns one record; any
// other error is the last pair, and catalog.ErrFailedListing.
func Harvest(ctx context.Context, c *http.Client, src catalog.Source) iter.Seq2[catalog.Harvested, error] {
	return func(yield func(catalog.Harvested, error) bool) {
		l := &listing{client: c, src: src, layer: catalog.DatasetLayer(), yield: yield, seen: map[string]bool{}, lostAt: map[int]bool{}}
		if err := l.run(ctx); err != nil && !errors.Is(err, errEnough) {
			if !errors.Is(err, catalog.ErrFailedListing) && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
				err = fmt.Errorf("%w: %w", err, catalog.ErrFailedListing)
			}
			yield(catalog.Harvested{Layer: l.layer}, err)
		}
	}
}

// errEnough: the caller wants no more.
var errEnough = errors.New("enough")

// A listing is one harvest of a source.
type listing struct {
	client *http.Client
	src    catalog.Source
	layer  *catalog.Layer
	yield  func(catalog.Harvested, error) bool
	at     *url.URL // of the service, without the parameters of the protocol
	post   string   // address that takes GetRecords by POST
	d      dialect
	rows   int    // asked for in one page
	since  string // date from which on records are asked for, "": all
	custom custom // constraint that the address has

	seen    map[string]bool // keys that were met
	lost    int             // records whose identifier nobody knows and that cannot be had
	lostAt  map[int]bool    // their positions
	failing int             // those and others that cannot be had
	probes  int             // dialects of which was found out whether a single record is refused
	good    int             // a position whose record the server gave, 0: not known yet
	onePage bool            // the document is a page of several, which its first record tells
}

// run reads what the source's address names.
func (l *listing) run(ctx context.Context) error {
	if _, onWeb := fetch.Web(l.src.URL); !onWeb || isDocument(l.src.URL) {
		return l.documents(ctx)
	}
	c, err := l.locate(ctx)
	if err != nil {
		return err
	}
	if c == nil {
		return l.documents(ctx)
	}
	return l.service(ctx, *c)
}

// found explains something that was detected, before the first record.
func (l *listing) found(format string, args ...any) {
	l.layer.Found = append(l.layer.Found, fmt.Sprintf(format, args...))
}
