package dcat

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"slices"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/rdf"
)

// errEnough ends a harvest whose caller has enough.
var errEnough = errors.New("enough")

// Harvest yields every dataset of the catalogue src, page after page. A page
// that cannot be read, or comes twice, ends the listing as failed, and so does
// a catalogue without any dataset.
func Harvest(ctx context.Context, c *http.Client, src catalog.Source) iter.Seq2[catalog.Harvested, error] {
	return func(yield func(catalog.Harvested, error) bool) {
		l := &listing{src: src, client: c, layer: catalog.DatasetLayer(), yield: yield, keys: map[string]string{}, total: -1, first: -1}
		if err := l.read(ctx); err != nil && !errors.Is(err, errEnough) {
			if !errors.Is(err, catalog.ErrFailedListing) && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
				err = fmt.Errorf("%w: %w", err, catalog.ErrFailedListing)
			}
			yield(catalog.Harvested{Layer: l.layer}, err)
		}
	}
}

// A listing is one harvest of a catalogue.
type listing struct {
	src      catalog.Source
	client   *http.Client
	layer    *catalog.Layer
	yield    func(catalog.Harvested, error) bool
	keys     map[string]string // key of a dataset that was read: its IRI
	guard    fetch.Guard
	datasets int  // nodes that are a dataset, on all pages, each once
	total    int  // that the catalogue says it has, -1: it does not say
	first    int  // that it said at first
	partial  bool // the source is a page in the middle
}

func (l *listing) read(ctx context.Context) error {
	address, asGiven := l.src.URL, ""
	for n := 1; ; n++ {
		if err := l.guard.Ask(address); err != nil {
			return err
		}
		next, given, err := l.page(ctx, n, address, asGiven)
		if err != nil {
			return fmt.Errorf("page %d, %s: %w", n, address, err)
		}
		if next == "" {
			break
		}
		address, asGiven = next, given
	}
	if l.total > l.datasets {
		return failed("the catalogue says that it has %d datasets, its pages hold %d", l.total, l.datasets)
	}
	if l.total != l.first {
		return failed("the catalogue said that it has %d datasets and then %d: it changed while it was read, and some may have been missed", l.first, l.total)
	}
	return nil
}

// page reads one page and gives the address of the next, as seen from here and
// as it was given, "" after the last.
func (l *listing) page(ctx context.Context, n int, address, asGiven string) (next, given string, err error) {
	d, err := l.open(ctx, address, asGiven)
	if err != nil {
		return "", "", err
	}
	defer d.close()
	if d.isJSON() {
		if done, err := l.json(ctx, d); done || err != nil {
			return "", "", err
		}
	}
	p, err := l.parse(d)
	if err != nil {
		return "", "", err
	}
	if n == 1 {
		l.layer.Found = slices.Concat(d.explain(), p.Repairs)
		l.partial = p.previous()
	}
	next = p.next()
	if err := l.datasetsOf(ctx, p, next != "" && d.at() == nil); err != nil {
		return "", "", err
	}
	if l.datasets == 0 && next == "" {
		return "", "", failed("it holds no dataset: of its %d statements none says that something is a dcat:Dataset", p.Len())
	}
	if d.at() == nil {
		return "", "", nil
	}
	if !l.partial {
		if l.total < 0 {
			l.first = p.total()
		}
		l.total = max(l.total, p.total()) // one that becomes smaller moves what was not read up into what was
	}
	if next == "" {
		return "", "", nil
	}
	given = rdf.Resolve(d.base(), next)
	next, err = fetch.Rebase(d.at(), given)
	if err != nil {
		return "", "", failed("its next page has the address %q: %v", given, err)
	}
	return next, given, nil
}

// open opens a page where it is seen from here, or else where it was given.
func (l *listing) open(ctx context.Context, address, asGiven string) (*document, error) {
	d, err := open(ctx, l.client, address, l.src.Mapping.Format)
	var status *fetch.StatusError
	if errors.As(err, &status) && asGiven != "" && asGiven != address {
		return open(ctx, l.client, asGiven, l.src.Mapping.Format)
	}
	return d, err
}

// parse reads an RDF document, unless it is one that was read before.
func (l *listing) parse(d *document) (*page, error) {
	doc, err := d.read()
	if err != nil {
		return nil, err
	}
	if err := l.guard.Got(doc); err != nil {
		return nil, err
	}
	p, err := d.parse(doc, l.src.Mapping.Drop)
	if err != nil {
		return nil, fmt.Errorf("%s that cannot be read: %w", d.format, err)
	}
	return p, nil
}

// datasetsOf yields the datasets of a page. Nodes that are only mentioned, being
// described on another page, have no title and are left out.
func (l *listing) datasetsOf(ctx context.Context, p *page, continued bool) error {
	notes := slices.Clone(p.Repairs)
	before, repeated := l.datasets, 0
	for n := range p.Nodes() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if !p.isDataset(n) {
			continue
		}
		d := p.dataset(n)
		if d.Title == "" && d.Description == "" && d.Identifier == "" && p.all(n, distribution) == nil {
			continue // a stub
		}
		key, again := l.key(p, n, d)
		if again {
			repeated++ // pages shift while they are read
			continue
		}
		l.datasets++
		if d.Title == "" {
			if err := l.refuse(key, d); err != nil {
				return err
			}
			continue
		}
		for _, note := range notes {
			d.issue("document-repaired", "", note, "a document that is right by its standard")
		}
		notes = nil // once a page
		if continued {
			d.issue("next-page-not-read", "", p.next(), "a web address as source: of a local file, only itself is read")
			continued = false
		}
		if !l.yield(l.harvested(d, key, "application/n-triples", p.describe(n))) {
			return errEnough
		}
	}
	if repeated > 0 && l.datasets == before {
		return failed("all its %d datasets are those of pages before: paging does not work there", repeated)
	}
	return nil
}

func (l *listing) harvested(d *draft, key, mediaType string, raw []byte) (catalog.Harvested, error) {
	h := d.Dataset.Harvested(l.layer, key, mediaType, raw)
	h.Issues = append(h.Issues, d.issues...)
	for i := range h.Issues {
		h.Issues[i].Key = key
	}
	return h, nil
}

func (l *listing) refuse(key string, d *draft) error {
	err := &catalog.RowError{Issue: catalog.Issue{Rule: "title-missing", Key: key, Field: "dct:title", Read: catalog.Excerpt(d.Description), Expected: "a title; what was harvested of it before stays", Refused: true, Listed: true}}
	if !l.yield(catalog.Harvested{Layer: l.layer, Key: key}, err) {
		return errEnough
	}
	return nil
}
