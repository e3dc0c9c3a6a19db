package dcat

import (
	"strings"

	"po-net.prato.it/ponet/harvesters/rdf"
)

const maxKey = 300 // bytes; longer texts are no identifiers (spec §4.1)

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

// entryKey identifies an entry: by its identifier, else by page and title.
func (l *listing) entryKey(x *draft) string {
	key := x.Identifier
	if key == "" || len(key) > maxKey || junk(key) {
		key = strings.TrimSpace(x.LandingPage + " " + x.Title)
		x.issue("identifier-missing", "identifier", x.Title, "an identifier; page and title were taken, so a new title makes a new dataset")
	}
	return strings.ToValidUTF8(key[:min(len(key), maxKey)], "")
}
