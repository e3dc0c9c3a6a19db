package xmldoc

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/antchfx/xmlquery"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
)

// Limits of a document, beside the bytes that package fetch allows.
const (
	MaxDepth = 200       // of elements in elements
	MaxNodes = 1_500_000 // elements, texts and attributes; about 200 bytes of memory each
)

// A Document is one that has been read.
type Document struct {
	*xmlquery.Node          // the document node
	Found          []string // what was put right or is remarkable, in words; nil: nothing

	text         string
	pieces, drop []string
	spans        map[*xmlquery.Node][2]int
	cuts         [][2]int // where dropped elements stand, in order
}

// Parse reads a document into a tree whose names have their namespaces: use
// expressions made by Compile on it. charset is that of the Content-Type, "" for
// none. The second value says what had to be put right. Every error is
// catalog.ErrFailedListing: not XML at all, a web page, not well-formed, cut off, or
// beyond a limit. Lines (xmlquery.Node.LineNumber) count from 1. Text that is only
// indentation is left out.
func Parse(doc []byte, charset string) (*xmlquery.Node, []string, error) {
	d, err := Read(doc, charset)
	if err != nil {
		return nil, nil, err
	}
	return d.Node, d.Found, nil
}

// Read is Parse that remembers where the elements with some local names stand
// in the document, for Raw.
func Read(doc []byte, charset string, pieces ...string) (*Document, error) {
	return ReadWithout(doc, charset, nil, pieces...)
}

// ReadWithout is Read that leaves out what may not be stored: the elements with the
// local names in drop, whose capitals do not matter, are neither in the tree nor in
// what Raw gives.
func ReadWithout(doc []byte, charset string, drop []string, pieces ...string) (*Document, error) {
	if fetch.IsPage(doc) {
		return nil, fetch.PageError(doc, nil, "XML")
	}
	text, name, controls := Text(doc, charset)
	d := &Document{text: text, pieces: pieces, drop: drop}
	if declared := Declared(doc); declared != "" && name == "windows-1252" && strings.HasPrefix(strings.ToLower(declared), "utf") {
		d.Found = append(d.Found, "encoding: declared as "+declared+", but it is not; read as windows-1252")
	}
	if controls > 0 {
		d.Found = append(d.Found, controlsLeftOut(controls))
	}
	if err := d.build(nil); err != nil {
		var syntax *xml.SyntaxError
		if !errors.As(err, &syntax) {
			return nil, err
		}
		repaired, what := Repair([]byte(text), nil)
		again := &Document{text: string(repaired), pieces: pieces, drop: drop, Found: append(d.Found, what)}
		if what == "" || again.build(xml.HTMLEntity) != nil {
			return nil, err // of the document as it came, whose lines people can look up
		}
		return again, nil
	}
	return d, nil
}

// Raw is a piece of the document as it stands there, but for what was dropped;
// nil for elements that Read was not told to remember. Prefixes may be declared by
// what it stands in.
func (d *Document) Raw(n *xmlquery.Node) []byte {
	span, ok := d.spans[n]
	if !ok {
		return nil
	}
	raw, from := make([]byte, 0, span[1]-span[0]), span[0]
	first, _ := slices.BinarySearchFunc(d.cuts, span[0], func(cut [2]int, at int) int { return cut[0] - at })
	for _, cut := range d.cuts[first:] {
		if cut[0] >= span[1] {
			break
		}
		raw, from = append(raw, d.text[from:cut[0]]...), cut[1]
	}
	return append(raw, d.text[from:span[1]]...)
}

// build makes the tree from the text.
func (d *Document) build(entities map[string]string) error {
	d.Node = &xmlquery.Node{Type: xmlquery.DocumentNode}
	d.spans = map[*xmlquery.Node][2]int{}
	b := builder{Document: d, at: d.Node, line: 1, missing: map[string]bool{}}
	b.d = xml.NewDecoder(strings.NewReader(d.text))
	b.d.Entity = entities
	for {
		from := b.d.InputOffset()
		tok, err := b.d.Token()
		switch {
		case errors.Is(err, io.EOF) && b.at == d.Node:
			return failed("it holds no XML; it begins %q", catalog.Excerpt(strings.TrimSpace(d.text)))
		case err != nil:
			return b.wrong(err)
		}
		done, err := b.token(tok, int(from))
		if err != nil {
			return err
		}
		if done {
			return nil
		}
	}
}

type builder struct {
	*Document
	d       *xml.Decoder
	at      *xmlquery.Node // the element that is open
	depth   int
	cut     int // depth of the element that is dropped, 0: none
	nodes   int
	line    int // of the byte counted
	counted int
	missing map[string]bool // prefixes that nobody declares
}

// token adds a token to the tree; done: the root element is closed.
func (b *builder) token(tok xml.Token, from int) (done bool, err error) {
	switch t := tok.(type) {
	case xml.StartElement:
		return false, b.start(t, from)
	case xml.EndElement:
		if b.cut > 0 {
			if b.depth == b.cut {
				b.cuts[len(b.cuts)-1][1], b.cut = int(b.d.InputOffset()), 0
			}
			b.depth--
			return false, nil
		}
		n := b.at
		if span, ok := b.spans[n]; ok {
			b.spans[n] = [2]int{span[0], int(b.d.InputOffset())}
		}
		b.at, b.depth = n.Parent, b.depth-1
		if b.depth > 0 {
			return false, nil
		}
		if rest := strings.TrimSpace(b.text[b.d.InputOffset():]); rest != "" && !strings.HasPrefix(rest, "<!--") {
			b.Found = append(b.Found, fmt.Sprintf("%d bytes after the end of the document were not read", len(rest)))
		}
		return true, nil
	case xml.CharData:
		switch {
		case b.depth == 0 && len(bytes.TrimSpace(t)) > 0:
			return false, failed("it is not XML; it begins %q", catalog.Excerpt(strings.TrimSpace(b.text)))
		case b.depth == 0, b.cut > 0, len(bytes.TrimSpace(t)) == 0 && bytes.IndexByte(t, '\n') >= 0:
			return false, nil
		}
		if last := b.at.LastChild; last != nil && last.Type == xmlquery.TextNode { // after a CDATA section or a comment
			last.Data += string(t)
			return false, nil
		}
		return false, b.add(&xmlquery.Node{Type: xmlquery.TextNode, Data: string(t), LineNumber: b.lineAt(from)}, 1)
	}
	return false, nil // comments, processing instructions, document types
}

func (b *builder) start(t xml.StartElement, from int) error {
	if b.depth++; b.depth > MaxDepth {
		return failed("line %d: XML nested deeper than %d", b.lineAt(from), MaxDepth)
	}
	if b.cut == 0 && b.depth > 1 && slices.ContainsFunc(b.drop, func(name string) bool { return strings.EqualFold(name, t.Name.Local) }) {
		b.cut, b.cuts = b.depth, append(b.cuts, [2]int{from, from})
	}
	if b.cut > 0 {
		return nil
	}
	n := &xmlquery.Node{Type: xmlquery.ElementNode, Data: t.Name.Local, NamespaceURI: b.space(t.Name.Space), LineNumber: b.lineAt(from)}
	for _, a := range t.Attr {
		if a.Name.Space == "xmlns" || a.Name.Space == "" && a.Name.Local == "xmlns" {
			continue
		}
		uri := b.space(a.Name.Space)
		a.Name.Space = prefixes[uri] // by which SelectAttr finds it
		n.Attr = append(n.Attr, xmlquery.Attr{Name: a.Name, Value: a.Value, NamespaceURI: uri})
	}
	if slices.Contains(b.pieces, t.Name.Local) {
		b.spans[n] = [2]int{from, from}
	}
	if err := b.add(n, 1+len(n.Attr)); err != nil {
		return err
	}
	b.at = n
	return nil
}

func (b *builder) add(n *xmlquery.Node, count int) error {
	if b.nodes += count; b.nodes > MaxNodes {
		return failed("line %d: XML with more than %d nodes", n.LineNumber, MaxNodes)
	}
	xmlquery.AddChild(b.at, n)
	return nil
}

// space is the namespace of a name. The decoder leaves a prefix that nobody
// declares as it is; what it usually stands for is taken.
func (b *builder) space(s string) string {
	uri, usual := Spaces[s]
	if !usual {
		return s
	}
	if s != "xml" && !b.missing[s] {
		b.missing[s] = true
		b.Found = append(b.Found, fmt.Sprintf("the prefix %q is not declared; read as %s", s+":", uri))
	}
	return uri
}

// lineAt is the line of a byte; the calls come in order.
func (b *builder) lineAt(offset int) int {
	if offset > b.counted {
		b.line += strings.Count(b.text[b.counted:offset], "\n")
		b.counted = offset
	}
	return b.line
}

func (b *builder) wrong(err error) error {
	if errors.Is(err, io.EOF) || strings.Contains(err.Error(), "unexpected EOF") {
		if b.at != b.Node {
			return failedBy(err, "cut off: <%s> of line %d is not closed", b.at.Data, b.at.LineNumber)
		}
	}
	return failedBy(err, "not well-formed XML")
}

func failed(format string, args ...any) error {
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), catalog.ErrFailedListing)
}

func failedBy(cause error, format string, args ...any) error {
	return fmt.Errorf("%s: %w: %w", fmt.Sprintf(format, args...), cause, catalog.ErrFailedListing)
}
