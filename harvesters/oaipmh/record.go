package oaipmh

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/antchfx/xmlquery"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/iso"
	"po-net.prato.it/ponet/harvesters/xmldoc"
)

// pieces are the elements whose bytes are kept.
var pieces = append([]string{"record", "header", "lido", "mods", "ProvidedCHO", "RDF", "dc"}, iso.PersonElements...)

// persons are the elements about those who made the card and not the thing: who
// compiled, checked, typed and photographed, owners by name, how to reach them. They
// are not stored at all, names of authors are.
var persons = []string{
	"contributor", "adminEmail", // Dublin Core: whoever helped; Identify
	"mbox", "phone", "Person", // FOAF
	"CMP", "CMPN", "FUR", "RSR", "RVM", "RVMN", "AGG", "AGGN", "ISP", "ISPN", "CMR", "CMC", // ICCD: who compiled, checked, revised
	"FTAA", "DRAA", "VDCA", "REGA", "FNTA", // who photographed, drew, filmed, recorded, copied
	"CTS", "CDGS", "CDGI", // cadastre, owners
}

var mail = regexp.MustCompile(`[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+\.[A-Za-z0-9.-]+`)

// withoutMail are the bytes of a record without addresses of mail.
func withoutMail(b []byte) []byte {
	if !bytes.ContainsRune(b, '@') {
		return b
	}
	return mail.ReplaceAll(b, []byte("[e-mail]"))
}

func isMail(s string) bool { return strings.ContainsRune(s, '@') }

// refuse is why a record is not kept.
func refuse(rule, read, expected string) *catalog.RowError {
	return &catalog.RowError{Issue: catalog.Issue{Rule: rule, Read: catalog.Excerpt(read), Expected: expected, Refused: true}}
}

// refused hands on why a record is not kept.
func (h *harvester) refused(no *catalog.RowError, head header, n *xmlquery.Node) bool {
	no.Issue.File, no.Issue.Key, no.Issue.Line = h.reading, head.id, n.LineNumber
	return h.yield(catalog.Harvested{Layer: h.main()}, no)
}

// lost hands on that a record cannot be read; what was stored of it before stays.
func (h *harvester) lost(r lostRecord) bool {
	no := refuse("record-unreadable", r.why, "a record in well-formed XML; < and & in texts are written &lt; and &amp;")
	no.Issue.File, no.Issue.Key, no.Issue.Listed = h.reading, r.id, true
	return h.yield(catalog.Harvested{Layer: h.main()}, no)
}

// record hands on what one record says; false when the caller has enough.
func (h *harvester) record(d *xmldoc.Document, n *xmlquery.Node, head header) bool {
	switch metadata := metadataOf(n); {
	case head.id == "":
		return h.refused(refuse("record-without-id", xmldoc.Inner(n), "a header with an identifier, which every record must have (OAI-PMH 2.0 §2.5)"), head, n)
	case head.deleted:
		return h.deleted(head.id)
	case metadata == nil:
		no := refuse("metadata-missing", head.id, "metadata in the record; the repository gave its header only")
		no.Issue.Listed = true
		return h.refused(no, head, n)
	case iso.Is(metadata):
		h.data = true
		return h.dataset(d, n, iso.Read(metadata), head)
	default:
		return h.described(d, n, metadata, head)
	}
}

// described hands on the cards in the metadata of one record: one, or as many as a
// LIDO wrap holds.
func (h *harvester) described(d *xmldoc.Document, n, metadata *xmlquery.Node, head header) bool {
	cards, no := read(metadata)
	if no != nil {
		return h.refused(no, head, n)
	}
	for i, c := range cards {
		key, raw := head, n
		if i > 0 { // the others of a wrap
			key.id += "#" + c.id
			raw = c.node
		}
		if !h.card(d, c.card, raw, key) {
			return false
		}
	}
	return true
}

// card hands on one card.
func (h *harvester) card(d *xmldoc.Document, c *card, n *xmlquery.Node, head header) bool {
	layer := h.heritage
	if c.place {
		layer, h.place = h.places, true
	}
	if !h.wanted(layer.Name) {
		return true
	}
	if c.called() == "" && c.text == "" {
		return h.refused(refuse("card-empty", head.id, "a title, a definition or a description"), head, n)
	}
	out := catalog.Harvested{
		Key: head.id, Layer: layer, MediaType: "application/xml", Line: n.LineNumber, Geometry: c.point, Issues: c.issues,
		Raw: withoutMail(d.Raw(n)),
	}
	if strings.HasPrefix(head.id, "oai:") {
		c.identify("oai", head.id)
	}
	for _, column := range columns {
		out.Values = append(out.Values, column.value(c, head))
	}
	return h.yield(out, nil)
}

// A found card, its own identifier and element.
type foundCard struct {
	*card
	id   string
	node *xmlquery.Node
}

// ownID is what a card calls itself, where no header and no element of its format is
// for that.
func (c *card) ownID() string {
	switch {
	case c.nct != nil:
		return c.nct.Region + c.nct.Number + c.nct.Suffix
	case len(c.identifiers) > 0:
		return c.identifiers[0].Value
	}
	return c.page
}

// read is what the metadata of one record say, or why nothing of it is kept.
func read(metadata *xmlquery.Node) ([]foundCard, *catalog.RowError) {
	one := func(c *card) ([]foundCard, *catalog.RowError) {
		return []foundCard{{c, c.ownID(), metadata}}, nil
	}
	switch name := metadata.Data; {
	case name == "lidoWrap", name == "lido":
		return lidoCards(metadata)
	case name == "RDF", name == "ProvidedCHO":
		return edmCards(metadata)
	case name == "mods", name == "modsCollection":
		return modsCards(metadata)
	case name == "schede":
		c, no := iccdOf(metadata)
		if no != nil {
			return nil, no
		}
		return one(c)
	case xmldoc.Node(metadata, anyDC) != nil:
		return one(dcOf(metadata))
	}
	return nil, refuse("metadata-unknown", fmt.Sprintf("<%s> of %s", metadata.Data, metadata.NamespaceURI), "Dublin Core, EDM, LIDO, MODS, PICO, ISO 19115 or a card of the national catalogue")
}
