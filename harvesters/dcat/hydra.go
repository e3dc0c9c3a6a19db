package dcat

import (
	"net/url"
	"strconv"
	"strings"

	"po-net.prato.it/ponet/harvesters/dcat/rdf"
)

var (
	nextPage   = named("hydra:next", "hydra:nextPage")
	prevPage   = named("hydra:previous", "hydra:previousPage")
	totalItems = named("hydra:totalItems")
)

// next is the address of the page after this one, "" when it is the last:
// hydra:next of a PartialCollectionView, hydra:nextPage of the older
// PagedCollection, or either of any node, as CKAN says both.
func (p *page) next() string {
	var any string
	for n := range p.Nodes() {
		t := p.all(n, nextPage)
		if len(t) == 0 || t[0].Kind == rdf.Blank {
			continue
		}
		if p.is(n, "hydra:partialcollectionview", "hydra:pagedcollection") {
			return strings.TrimSpace(t[0].Value)
		}
		any = strings.TrimSpace(t[0].Value)
	}
	return any
}

// total is how many datasets the catalogue says it has, -1 when it does not.
func (p *page) total() int {
	for n := range p.Nodes() {
		for _, t := range p.all(n, totalItems) {
			if v, err := strconv.Atoi(strings.TrimSpace(t.Value)); err == nil {
				return v
			}
		}
	}
	return -1
}

// previous reports whether there are pages before this one.
func (p *page) previous() bool {
	for n := range p.Nodes() {
		if p.all(n, prevPage) != nil {
			return true
		}
	}
	return false
}

// rebase is next as seen from the page at: relative references are resolved,
// and the host is that of at, since catalogues behind a proxy know themselves by
// an internal name or by http. Where the host differed, the path of at wins over
// an end of itself: /catalog.rdf behind /opendata/catalog.rdf.
func rebase(at *url.URL, next string) (string, error) {
	ref, err := url.Parse(rdf.Resolve(at.String(), next))
	if err != nil {
		return "", err
	}
	if ref.Host != at.Host {
		if strings.HasSuffix(at.Path, ref.Path) {
			ref.Path, ref.RawPath = at.Path, at.RawPath
		}
		ref.Host = at.Host
	}
	ref.Scheme, ref.User = at.Scheme, nil
	return ref.String(), nil
}
