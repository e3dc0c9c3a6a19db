package oaipmh

import (
	"bytes"

	"github.com/antchfx/xmlquery"

	"po-net.prato.it/ponet/harvesters/iso"
	"po-net.prato.it/ponet/harvesters/xmldoc"
)

// dataset hands on what a record in ISO 19115 describes, as the kind csw does: its
// distributions are read with those of all catalogues, the persons in it are not kept.
func (h *harvester) dataset(d *xmldoc.Document, n *xmlquery.Node, r iso.Record, head header) bool {
	switch {
	case !h.wanted(datasetsLayer):
		return true
	case !r.IsDataset():
		return h.refused(refuse("record-not-dataset", r.Level+": "+r.Title, "the metadata of a dataset, series or service"), head, n)
	case r.Title == "":
		no := refuse("title-missing", r.Description, "a title; what was harvested of it before stays")
		no.Issue.Field, no.Issue.Listed = "title", true
		return h.refused(no, head, n)
	}
	raw := d.Raw(n)
	for _, p := range r.Persons {
		if piece := d.Raw(p); len(piece) > 0 {
			raw = bytes.ReplaceAll(raw, piece, nil)
		}
	}
	out := r.Dataset.Harvested(h.datasets, head.id, "application/xml", raw)
	out.Line = n.LineNumber
	for _, i := range r.Issues {
		i.Key = head.id
		out.Issues = append(out.Issues, i)
	}
	return h.yield(out, nil)
}
