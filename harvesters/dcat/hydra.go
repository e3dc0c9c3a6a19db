package dcat

import (
	"strconv"
	"strings"

	"po-net.prato.it/ponet/harvesters/rdf"
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
