package dcat

import (
	"encoding/json"
	"slices"
	"strings"

	"po-net.prato.it/ponet/harvesters/rdf"
)

// fieldProperties are the properties behind our fields that a source may be told
// not to store.
var fieldProperties = map[string]property{
	"contact_points": contactPoint, "creators": creator, "publisher": publisher, "rights_holder": rightsHolder, "description": description, "keywords": keyword,
	"provenance_text": provenance, "version_notes": versionNotes, "distributions": distribution, "other_identifiers": otherIdentifier, "spatial": spatial, "documentation": documentation,
}

// drop forgets what the source's mapping says is not to be stored: fields of
// ours ("contact_points") or properties ("dcat:contactPoint", "foaf:mbox").
func (p *page) drop(names []string) {
	if len(names) == 0 {
		return
	}
	var dropped []string
	for _, name := range names {
		if q, ok := fieldProperties[name]; ok {
			dropped = append(dropped, q.names...)
		}
		dropped = append(dropped, strings.ToLower(name))
	}
	for n := range p.Nodes() {
		n.Edges = slices.DeleteFunc(n.Edges, func(e rdf.Edge) bool { return slices.Contains(dropped, p.name(e.Predicate)) })
	}
}

// drop is the entry without the fields that are not to be stored, and its bytes.
func (e entry) drop(names []string, raw json.RawMessage) json.RawMessage {
	some := false
	for _, name := range names {
		if name == "contact_points" {
			name = "contactPoint"
		}
		if _, ok := e[name]; ok {
			delete(e, name)
			some = true
		}
	}
	if !some {
		return raw
	}
	rest, err := json.Marshal(e)
	if err != nil {
		return nil // values of JSON always can be written
	}
	return rest
}
