package csw

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/antchfx/xmlquery"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/iso"
	"po-net.prato.it/ponet/harvesters/xmldoc"
)

// take yields the records of a page that were not met before.
func (l *listing) take(a *answer) error {
	for _, n := range a.records {
		if err := l.takeRecord(a.doc, n); err != nil {
			return err
		}
	}
	return nil
}

func (l *listing) takeRecord(d *document, n *xmlquery.Node) error {
	key, nameless := d.key(n)
	if l.seen[key] {
		return nil
	}
	l.seen[key] = true
	var r iso.Record
	switch {
	case iso.Is(n):
		r = iso.Read(n)
	case n.Data == "Record" || n.Data == "SummaryRecord" || n.Data == "BriefRecord":
		r = dublinCore(n)
	default:
		return l.refuse(catalog.Issue{Rule: "record-not-dataset", Key: key, Line: n.LineNumber, Read: what(n), Expected: "the metadata of a dataset, series or service"})
	}
	switch {
	case !r.IsDataset():
		return l.refuse(catalog.Issue{Rule: "record-not-dataset", Key: key, Line: n.LineNumber, Read: r.Level + ": " + catalog.Excerpt(r.Title), Expected: "the metadata of a dataset, series or service"})
	case r.Title == "":
		return l.refuse(catalog.Issue{Rule: "title-missing", Key: key, Line: n.LineNumber, Field: "title", Read: catalog.Excerpt(r.Description), Expected: "a title; what was harvested of it before stays", Listed: true})
	}
	if nameless {
		r.Issues = append(r.Issues, catalog.Issue{Rule: "identifier-missing", Field: "fileIdentifier", Read: catalog.Excerpt(r.Title), Expected: "an identifier of the record; without one, a record that changes looks like a new one"})
	}
	if l.onePage {
		l.onePage = false
		r.Issues = append(r.Issues, catalog.Issue{Rule: "next-page-not-read", Read: catalog.Excerpt(path.Base(l.src.URL)), Expected: "the address of the service as source: of a document, only itself is read"})
	}
	for _, repaired := range d.Found {
		r.Issues = append(r.Issues, catalog.Issue{Rule: "document-repaired", Read: catalog.Excerpt(repaired), Expected: "XML that is right by its standard"})
	}
	d.Found = nil // once a document
	h := r.Dataset.Harvested(l.layer, key, "application/xml", d.record(n, r.Persons))
	h.Line = n.LineNumber
	h.Issues = append(h.Issues, r.Issues...)
	for i := range h.Issues {
		h.Issues[i].Key = key
	}
	if !l.yield(h, nil) {
		return errEnough
	}
	return nil
}

// key identifies a record of d: by its identifier, or else by what it holds.
func (d *document) key(n *xmlquery.Node) (key string, nameless bool) {
	if id := identify(n); id != "" {
		return id, false
	}
	return fmt.Sprintf("sha256-%x", sha256.Sum256(d.Raw(n)))[:39], true
}

func (l *listing) refuse(i catalog.Issue) error {
	i.Refused = true
	if !l.yield(catalog.Harvested{Layer: l.layer, Key: i.Key}, &catalog.RowError{Issue: i}) {
		return errEnough
	}
	return nil
}

// what tells which element stands where a record should.
func what(n *xmlquery.Node) string {
	if n.Data == "FC_FeatureCatalogue" {
		return "a catalogue of feature types (ISO 19110)"
	}
	return "<" + n.Data + ">"
}

// maxKey is how long an identifier may be, in bytes; longer texts are none (spec §4.1).
const maxKey = 300

// identify is the identifier of a record of any sort, "" when it has none.
func identify(n *xmlquery.Node) string {
	id := ""
	switch {
	case iso.Is(n):
		id = iso.ID(n)
	case n.Data == "FC_FeatureCatalogue":
		id = firstOf(xmldoc.Attr(n, "uuid"), xmldoc.Attr(n, "id"))
	default:
		id = xmldoc.Inner(child(n, "identifier"))
	}
	if id = strings.Join(strings.Fields(id), " "); len(id) > maxKey {
		return ""
	}
	return id
}

func sorted(m map[string]int) []string { return slices.Sorted(maps.Keys(m)) }

// recordsIn are the records in a document, wherever they stand; one that is part of
// another is not looked for.
func recordsIn(n *xmlquery.Node) []*xmlquery.Node {
	if slices.Contains(recordNames, n.Data) {
		return []*xmlquery.Node{n}
	}
	var out []*xmlquery.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == xmlquery.ElementNode {
			out = append(out, recordsIn(c)...)
		}
	}
	return out
}
