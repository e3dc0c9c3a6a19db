package oaipmh

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/antchfx/xmlquery"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/xmldoc"
)

const maxFiles = 100_000 // of a folder

var (
	wrappedRecords = xmldoc.Compile("/*/record[header]")
	staticLists    = xmldoc.Compile("/Repository/ListRecords")
	listedRecords  = xmldoc.Compile("record")
	bareMetadata   = xmldoc.Compile("/lidoWrap | /lido | /mods | /modsCollection | /schede | /dc | /pico:record | /rdf:RDF[edm:ProvidedCHO] | /edm:ProvidedCHO")
	bareRecord     = xmldoc.Compile("/record[header or metadata]")
)

// documents are saved answers, or other files of records, that together are a source.
type documents struct {
	read      int
	records   map[string]bool
	announced int
	open      int // documents that are followed by another
}

// holdsRecords reports whether a document has records in it, without a repository
// having been asked for any.
func holdsRecords(d *xmldoc.Document) bool {
	return len(xmldoc.Nodes(d.Node, pageRecords)) > 0 || xmldoc.Node(d.Node, wrappedRecords) != nil || xmldoc.Node(d.Node, staticLists) != nil ||
		xmldoc.Node(d.Node, bareMetadata) != nil || xmldoc.Node(d.Node, bareRecord) != nil
}

// local reads a file, or a folder of them in the order of their names.
func (h *harvester) local(ctx context.Context, path string) error {
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		return h.file(ctx, path)
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return failed("%s could not be read: %v", path, err)
	}
	var names []string
	for _, e := range entries {
		if name := strings.ToLower(e.Name()); strings.HasSuffix(name, ".xml") || strings.HasSuffix(name, ".xml.gz") {
			names = append(names, e.Name())
		}
	}
	if len(names) == 0 || len(names) > maxFiles {
		return failed("%s holds %d files .xml or .xml.gz; there may be 1 to %d", path, len(names), maxFiles)
	}
	h.begin(fmt.Sprintf("documents: %d in a folder, %d other files", len(names), len(entries)-len(names)))
	all := documents{records: map[string]bool{}}
	for _, name := range names {
		h.reading = name
		a, err := h.open(ctx, filepath.Join(path, name))
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err == nil {
			err = h.take(ctx, a, &all)
		}
		if errors.Is(err, errStopped) || ctx.Err() != nil {
			return err
		}
		if err != nil && !h.yield(catalog.Harvested{Layer: h.heritage}, &catalog.RowError{Issue: catalog.Issue{
			Rule: "document-unreadable", File: name, Read: catalog.Excerpt(err.Error()), Expected: "XML with records of OAI-PMH, LIDO, EDM, MODS or of the national catalogue", Refused: true, Listed: true,
		}}) {
			return errStopped
		}
	}
	return all.end()
}

// open reads a document of whatever kind; what an answer says instead of records is
// its error.
func (h *harvester) open(ctx context.Context, path string) (*answer, error) {
	d, err := fetch.Read(ctx, h.c, path, accept)
	if err != nil {
		return nil, err
	}
	a, err := understand(d, h.drop)
	if a == nil {
		return nil, err
	}
	var told *problem
	if errors.As(err, &told) {
		return nil, fmt.Errorf("%s: %w", d.Name, err)
	}
	if !holdsRecords(a.Document) {
		return nil, failed("%s: it holds no records: its root element is <%s>", d.Name, xmldoc.Node(a.Node, rootPath).Data)
	}
	return a, nil
}

func (h *harvester) file(ctx context.Context, path string) error {
	a, err := h.open(ctx, path)
	if err != nil {
		return err
	}
	return h.document(ctx, a, filepath.Base(path))
}

// document reads one document that is the whole source.
func (h *harvester) document(ctx context.Context, a *answer, name string) error {
	h.begin(append([]string{fmt.Sprintf("document: %s, root element <%s>", name, xmldoc.Node(a.Node, rootPath).Data)}, a.Found...)...)
	all := documents{records: map[string]bool{}}
	if err := h.take(ctx, a, &all); err != nil {
		return err
	}
	return all.end()
}

// take hands on the records of one document.
func (h *harvester) take(ctx context.Context, a *answer, all *documents) error {
	all.read++
	d := a.Document
	for _, r := range a.lost {
		all.records[r.id] = true
		if !h.lost(r) {
			return errStopped
		}
	}
	records := h.recordsIn(d)
	all.continued(d)
	for _, n := range records {
		if err := ctx.Err(); err != nil {
			return err
		}
		head := headerOf(n)
		all.records[head.id] = true
		if !h.record(d, n, head) {
			return errStopped
		}
	}
	if len(records) > 0 {
		return nil
	}
	root := xmldoc.Node(d.Node, rootPath)
	cards, no := read(root)
	if no != nil {
		if !h.refused(no, header{}, root) {
			return errStopped
		}
		return nil
	}
	for _, c := range cards {
		head := header{id: c.id}
		all.records[c.id] = true
		ok := false
		if c.id == "" {
			ok = h.refused(refuse("record-without-id", c.called(), "an identifier of its own: lidoRecID, rdf:about, recordIdentifier or dc:identifier"), head, c.node)
		} else {
			ok = h.card(d, c.card, c.node, head)
		}
		if !ok {
			return errStopped
		}
	}
	return nil
}

// recordsIn are the records of the protocol in a document, none where it holds
// metadata alone. A static repository lists them in each of its formats; one is read.
func (h *harvester) recordsIn(d *xmldoc.Document) []*xmlquery.Node {
	lists := xmldoc.Nodes(d.Node, staticLists)
	if len(lists) == 0 {
		if n := xmldoc.Node(d.Node, bareRecord); n != nil {
			return []*xmlquery.Node{n}
		}
		if list := xmldoc.Nodes(d.Node, pageRecords); len(list) > 0 {
			return list
		}
		return xmldoc.Nodes(d.Node, wrappedRecords)
	}
	var offered []format
	for _, n := range lists {
		offered = append(offered, format{prefix: xmldoc.Attr(n, "metadataPrefix")})
	}
	wanted := h.src.Mapping.Format
	if wanted == "" {
		wanted = chosen(offered)
	}
	i := max(0, slices.Index(offered, format{prefix: wanted}))
	return xmldoc.Nodes(lists[i], listedRecords)
}

// continued notes what a document says of the list that it is a page of.
func (all *documents) continued(d *xmldoc.Document) {
	n := xmldoc.Node(d.Node, tokenPath)
	if n == nil {
		return
	}
	if size, err := strconv.Atoi(xmldoc.Attr(n, "completeListSize")); err == nil {
		all.announced = max(all.announced, size)
	}
	if xmldoc.Inner(n) != "" {
		all.open++
	}
}

// end fails when pages are missing: a page that was saved alone is no whole list.
func (all *documents) end() error {
	switch {
	case all.open == 0, all.announced > 0 && len(all.records) >= all.announced, all.announced == 0 && all.open < all.read:
		return nil
	case all.announced > 0:
		return failed("the documents hold %d of %d records: they are pages of a longer list; give the address of the repository, or a folder with all its pages", len(all.records), all.announced)
	}
	return failed("the list goes on after the last document; give the address of the repository, or a folder with all its pages")
}
