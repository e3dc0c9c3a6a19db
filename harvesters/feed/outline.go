package feed

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// Limits of a feed.
const (
	maxDepth = 100    // of elements in elements
	maxItems = 20_000 // feeds have tens
)

// A piece is an item of a feed as it stands in the document.
type piece struct {
	text  string
	line  int // from 1
	about string
	base  *url.URL // xml:base that holds for it, nil: none
}

// An outline is a feed taken apart.
type outline struct {
	root     string // "rss", "rdf:RDF", "feed"
	head     string // the document without its items
	opening  string // start tags of the elements that items stand in
	closing  string
	pieces   []piece
	dropped  int
	finished bool  // the root element is closed
	broken   error // why not
}

// takeApart finds the items of an XML feed. Elements of items called drop, by
// their local names, are left out. An error says that it is none, or cannot be
// read.
func takeApart(text string, drop []string) (*outline, error) {
	s := scanner{text: text, decoder: xml.NewDecoder(strings.NewReader(text)), drop: drop, outline: &outline{}}
	s.decoder.Strict = false
	s.decoder.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // it is UTF-8 by now
	for !s.outline.finished {
		from := int(s.decoder.InputOffset())
		token, err := s.decoder.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			s.broken = fmt.Errorf("line %d: %w", s.line(from), err)
			break
		}
		switch t := token.(type) {
		case xml.StartElement:
			err = s.start(t, from, int(s.decoder.InputOffset()))
		case xml.EndElement:
			s.end(t, from, int(s.decoder.InputOffset()))
		}
		if err != nil {
			return nil, err
		}
	}
	if s.item == 0 {
		s.head += text[s.copied:]
	}
	if s.root == "" {
		return nil, fmt.Errorf("no feed: it has no element at all: %w", catalog.ErrFailedListing)
	}
	return s.outline, nil
}

// A scanner reads the tags of a feed.
type scanner struct {
	*outline
	text    string
	decoder *xml.Decoder
	drop    []string
	open    []element
	copied  int // bytes of text that are in head or in an item
	lines   int // line ends before counted
	counted int
	item    int // depth of the item that is open, 0: none
	from    int // where it, or its part after what was dropped, begins
	cut     int // depth of the element that is dropped, 0: none
	kept    strings.Builder
	piece   piece // the item that is open
}

// An element is one that is open.
type element struct {
	name string // with its prefix
	tag  string
	base *url.URL
}

func local(name string) string {
	if i := strings.IndexByte(name, ':'); i >= 0 {
		name = name[i+1:]
	}
	return strings.ToLower(name)
}

func qualified(n xml.Name) string {
	if n.Space != "" {
		return n.Space + ":" + n.Local
	}
	return n.Local
}

func (s *scanner) start(t xml.StartElement, from, to int) error {
	e := element{name: qualified(t.Name), tag: s.text[from:to]}
	if strings.HasSuffix(e.tag, "/>") && to > from { // RawToken closes it by itself next
		e.tag = strings.TrimSuffix(e.tag, "/>") + ">"
	}
	if n := len(s.open); n > 0 {
		e.base = s.open[n-1].base
	} else if err := s.begin(e.name); err != nil {
		return err
	}
	about := ""
	for _, a := range t.Attr {
		switch {
		case a.Name.Space == "xml" && a.Name.Local == "base":
			if u, err := url.Parse(strings.TrimSpace(a.Value)); err == nil && e.base != nil {
				e.base = e.base.ResolveReference(u)
			} else if err == nil && u.IsAbs() {
				e.base = u
			}
		case a.Name.Local == "about":
			about = strings.TrimSpace(a.Value)
		}
	}
	s.open = append(s.open, e)
	depth := len(s.open)
	if depth > maxDepth {
		return fmt.Errorf("line %d: more than %d elements in each other: %w", s.line(from), maxDepth, catalog.ErrFailedListing)
	}
	switch {
	case s.item == 0 && s.isItem(e.name):
		if len(s.pieces) == maxItems {
			return fmt.Errorf("line %d: more than %d items: %w", s.line(from), maxItems, catalog.ErrFailedListing)
		}
		s.head += s.text[s.copied:from]
		s.item, s.from = depth, from
		s.piece = piece{line: s.line(from), about: about, base: e.base}
		if s.opening == "" {
			s.enclose()
		}
	case s.item > 0 && s.cut == 0 && slices.ContainsFunc(s.drop, func(d string) bool { return strings.EqualFold(d, local(e.name)) }):
		s.kept.WriteString(s.text[s.from:from])
		s.cut = depth
		s.dropped++
	}
	return nil
}

// begin checks the root element.
func (s *scanner) begin(name string) error {
	switch local(name) {
	case "rss", "rdf", "feed":
		s.root = name
		return nil
	}
	return fmt.Errorf("no feed: its root element is <%s>, not <rss>, <rdf:RDF> or <feed>: %w", name, catalog.ErrFailedListing)
}

// isItem reports whether an element that has just been opened is an item: <item>
// in <channel> or <rdf:RDF>, <entry> in <feed>.
func (s *scanner) isItem(name string) bool {
	n := len(s.open)
	if n < 2 || n > 3 {
		return false
	}
	parent := local(s.open[n-2].name)
	if local(name) == "entry" {
		return n == 2 && parent == "feed"
	}
	return local(name) == "item" && (parent == "channel" || n == 2 && (parent == "rdf" || parent == "rss"))
}

// enclose notes the tags around the items, so that each can be read alone.
func (s *scanner) enclose() {
	for i, e := range s.open[:len(s.open)-1] {
		s.opening += e.tag
		s.closing = "</" + s.open[i].name + ">" + s.closing
	}
}

func (s *scanner) end(t xml.EndElement, from, to int) {
	name := qualified(t.Name)
	depth := len(s.open)
	for depth > 0 && s.open[depth-1].name != name { // others were never closed
		depth--
	}
	if depth == 0 {
		return // it was never opened
	}
	if s.item > 0 && depth < s.item { // what the item stands in is closed, and the item not
		s.close(from, "</"+s.open[s.item-1].name+">")
	}
	s.open = s.open[:depth-1]
	if s.cut > 0 && depth <= s.cut {
		s.cut, s.from = 0, to
	}
	if s.item == depth {
		s.close(to, "")
	}
	s.finished = len(s.open) == 0
}

// close ends the item at byte to of the document; tag closes it if that does not.
func (s *scanner) close(to int, tag string) {
	if s.cut == 0 {
		s.kept.WriteString(s.text[s.from:to])
	}
	s.piece.text = s.kept.String() + tag
	s.pieces = append(s.pieces, s.piece)
	s.kept.Reset()
	s.item, s.cut, s.copied = 0, 0, to
}

// line is the line that byte at stands in; the calls come in order.
func (s *scanner) line(at int) int {
	if at > s.counted {
		s.lines += strings.Count(s.text[s.counted:at], "\n")
		s.counted = at
	}
	return s.lines + 1
}
