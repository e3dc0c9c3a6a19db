package dcat

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/dcat/rdf"
	"po-net.prato.it/ponet/harvesters/fetch"
)

// maxPages ends a catalogue that never does (spec §3.0).
const maxPages = 10_000

// errEnough ends a harvest whose caller has enough.
var errEnough = errors.New("enough")

// Harvest yields every dataset of the catalogue src, page after page. A page
// that cannot be read, or comes twice, ends the listing as failed, and so does
// a catalogue without any dataset.
func Harvest(ctx context.Context, c *http.Client, src catalog.Source) iter.Seq2[catalog.Harvested, error] {
	return func(yield func(catalog.Harvested, error) bool) {
		l := &listing{src: src, client: c, layer: catalog.DatasetLayer(), yield: yield, keys: map[string]string{}, pages: map[[32]byte]bool{}, addresses: map[string]bool{}, total: -1}
		if err := l.read(ctx); err != nil && !errors.Is(err, errEnough) {
			if !errors.Is(err, catalog.ErrFailedListing) && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
				err = fmt.Errorf("%w: %w", err, catalog.ErrFailedListing)
			}
			yield(catalog.Harvested{Layer: l.layer}, fmt.Errorf("dcat %s: %w", src.ID, err))
		}
	}
}

// A listing is one harvest of a catalogue.
type listing struct {
	src       catalog.Source
	client    *http.Client
	layer     *catalog.Layer
	yield     func(catalog.Harvested, error) bool
	keys      map[string]string // key of a dataset that was read: its IRI
	pages     map[[32]byte]bool // hashes of the pages that were read
	addresses map[string]bool
	datasets  int // nodes that are a dataset, on all pages, each once
	total     int // that the catalogue says it has, -1: it does not say
}

func (l *listing) read(ctx context.Context) error {
	address, asGiven := l.src.URL, ""
	for n := 1; ; n++ {
		if n > maxPages {
			return failed("more than %d pages", maxPages)
		}
		l.addresses[address] = true
		next, given, err := l.page(ctx, n, address, asGiven)
		if err != nil {
			return fmt.Errorf("page %d, %s: %w", n, address, err)
		}
		if next == "" {
			break
		}
		if l.addresses[next] {
			return failed("page %d, %s: its next page is %s, which was read already", n, address, next)
		}
		address, asGiven = next, given
	}
	if l.total > l.datasets {
		return failed("the catalogue says that it has %d datasets, its pages hold %d", l.total, l.datasets)
	}
	return nil
}

// page reads one page and gives the address of the next, as seen from here and
// as it was given, "" after the last.
func (l *listing) page(ctx context.Context, n int, address, asGiven string) (next, given string, err error) {
	d, err := open(ctx, l.client, address, l.src.Mapping.Format)
	var status *fetch.StatusError
	if errors.As(err, &status) && asGiven != "" && asGiven != address {
		d, err = open(ctx, l.client, asGiven, l.src.Mapping.Format) // the host was right as it stood
	}
	if err != nil {
		return "", "", err
	}
	defer d.close()
	if d.isJSON() {
		done, err := l.json(ctx, d)
		if done || err != nil {
			return "", "", err
		}
	}
	doc, err := d.read()
	if err != nil {
		return "", "", err
	}
	hash := sha256.Sum256(doc)
	if l.pages[hash] {
		return "", "", failed("it holds the same as a page before: paging does not work there")
	}
	l.pages[hash] = true
	p, err := d.parse(doc, l.src.Mapping.Drop)
	if err != nil {
		return "", "", fmt.Errorf("%s that cannot be read: %w", d.format, err)
	}
	if n == 1 {
		l.layer.Found = slices.Concat(d.explain(), p.Repairs)
	}
	next = p.next()
	if err := l.datasetsOf(ctx, p, next != "" && d.at() == nil); err != nil {
		return "", "", err
	}
	if l.datasets == 0 && next == "" {
		return "", "", failed("it holds no dataset: of its %d statements none says that something is a dcat:Dataset", p.Len())
	}
	if next == "" || d.at() == nil {
		return "", "", nil
	}
	l.total = p.total()
	given = rdf.Resolve(d.base(), next)
	next, err = rebase(d.at(), next)
	if err != nil {
		return "", "", failed("its next page has the address %q: %v", given, err)
	}
	return next, given, nil
}

// datasetsOf yields the datasets of a page. Nodes that are only mentioned, being
// described on another page, have no title and are left out.
func (l *listing) datasetsOf(ctx context.Context, p *page, continued bool) error {
	notes := slices.Clone(p.Repairs)
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
			continue // pages shift while they are read
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
	err := &catalog.RowError{Issue: catalog.Issue{Rule: "title-missing", Key: key, Field: "dct:title", Read: catalog.Excerpt(d.Description), Expected: "a title", Refused: true}}
	if !l.yield(catalog.Harvested{Layer: l.layer, Key: key}, err) {
		return errEnough
	}
	return nil
}

// key identifies a dataset inside its catalogue: by dct:identifier, unless
// several have the same or it says nothing; by IRI; or by page and title.
// again: the dataset was read on a page before.
func (l *listing) key(p *page, n *rdf.Node, d *draft) (key string, again bool) {
	address := ""
	if n.Kind == rdf.IRI {
		address = local(n.Value)
	}
	shared := d.Identifier != "" && p.used[d.Identifier] > 1
	for _, candidate := range []string{d.Identifier, address} {
		if candidate == "" || junk(candidate) || len(candidate) > maxKey || candidate == d.Identifier && shared && address != "" {
			continue
		}
		owner, known := l.keys[candidate]
		if known && owner == address && address != "" {
			return candidate, true
		}
		if !known {
			if shared && candidate == address {
				d.issue("identifier-shared", identifier.String, d.Identifier, "an identifier that no other dataset has; its address was taken instead")
			}
			l.keys[candidate] = address
			return candidate, false
		}
		d.issue("identifier-shared", identifier.String, candidate, "an identifier that no other dataset has")
	}
	key = strings.TrimSpace(d.LandingPage + " " + d.Title)
	if d.LandingPage == "" {
		for _, x := range d.Distributions {
			key = x.Address() + " " + d.Title
			break
		}
	}
	if d.Identifier == "" || junk(d.Identifier) {
		d.issue("identifier-missing", identifier.String, d.Title, "dct:identifier, or an address as its name; page and title were taken, so a new title makes a new dataset")
	}
	if len(key) > maxKey {
		key = key[:maxKey]
	}
	key = strings.ToValidUTF8(key, "")
	_, again = l.keys[key]
	l.keys[key] = address
	return key, again
}

const maxKey = 300 // bytes; longer texts are no identifiers (spec §4.1)
