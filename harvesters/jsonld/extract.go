package jsonld

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"

	"po-net.prato.it/ponet/catalog"
)

// Limits of a page.
const (
	maxElements = 500_000 // of HTML
	maxDepth    = 500     // elements in elements that are looked into
	maxRoots    = 5_000   // things of one page
)

// A page is what was found on one.
type page struct {
	graph
	blocks   int // of JSON-LD
	repaired int // of them
	broken   []broken
	others   int    // things in microdata and RDFa
	items    int    // of microdata, those in others too
	canon    string // the address that the page says is its own
}

// A broken block is one that is not even nearly JSON. Ours: it names a type that
// becomes a record.
type broken struct {
	text string
	ours bool
}

// read takes a document apart: a web page, or JSON-LD alone.
func read(doc []byte, declared string, base *url.URL) (*page, error) {
	p := &page{graph: graph{base: base}}
	if begins := bytes.TrimLeft(bytes.TrimPrefix(doc, []byte("\ufeff")), " \t\r\n"); len(begins) > 0 && (begins[0] == '{' || begins[0] == '[') {
		p.block(doc)
		if len(p.broken) > 0 {
			return nil, failed("not valid JSON-LD: %s", p.broken[0].text)
		}
		return p, nil
	}
	r, err := charset.NewReader(bytes.NewReader(doc), "text/html"+parameter(declared))
	if err != nil {
		r = bytes.NewReader(doc)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	if err := nesting(text); err != nil {
		return nil, err
	}
	root, err := html.Parse(bytes.NewReader(text))
	if err != nil {
		return nil, failed("HTML that cannot be read: %v", err)
	}
	p.walk(root)
	p.microdata(root)
	p.rdfa(root)
	if len(p.roots) > maxRoots {
		p.roots = p.roots[:maxRoots]
	}
	return p, nil
}

func parameter(charset string) string {
	if charset == "" {
		return ""
	}
	return "; charset=" + charset
}

// nesting refuses a page whose tree would be too large or too deep, before it is
// made.
func nesting(text []byte) error {
	elements := 0
	for z := html.NewTokenizer(bytes.NewReader(text)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return nil
		case html.StartTagToken:
			if elements++; elements > maxElements {
				return failed("a page with more than %d elements", maxElements)
			}
		}
	}
}

// walk looks for blocks of JSON-LD, and for what the page says of its own address.
func (p *page) walk(n *html.Node) {
	var base string
	each(n, func(e *html.Node) {
		switch e.Data {
		case "script":
			media, _, _ := mime.ParseMediaType(attr(e, "type"))
			if media == "application/ld+json" && e.FirstChild != nil {
				p.block([]byte(e.FirstChild.Data))
			}
		case "base":
			if base == "" {
				base = attr(e, "href")
			}
		case "link":
			if strings.EqualFold(attr(e, "rel"), "canonical") && p.canon == "" {
				p.canon = p.absolute(attr(e, "href"))
			}
		}
	})
	if u, err := url.Parse(base); err == nil && base != "" && p.base != nil {
		p.base = p.base.ResolveReference(u)
	}
}

func (p *page) block(text []byte) {
	p.blocks++
	v, repaired, ok := decode(text)
	if !ok {
		p.broken = append(p.broken, broken{catalog.Excerpt(strings.TrimSpace(string(text))), namesOurs(string(text))})
		return
	}
	if repaired {
		p.repaired++
	}
	p.add(v)
}

// each calls f with every element, in the order of the page. It does not
// recurse, since pages nest as deep as they like.
func each(root *html.Node, f func(*html.Node)) {
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			f(n)
		}
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return strings.TrimSpace(a.Val)
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// inside is the text in an element, white space as one space.
func inside(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode && (c.Parent == nil || c.Parent.Data != "script" && c.Parent.Data != "style") {
			b.WriteString(c.Data)
		} else if c.Type == html.ElementNode && (c.Data == "br" || c.Data == "p" || c.Data == "li" || c.Data == "div") {
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func failed(format string, args ...any) error {
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), catalog.ErrFailedListing)
}
