package file

import (
	"bufio"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/xmldoc"
)

// utf8XML turns a file in another encoding, declared or not, into UTF-8, so
// that byte offsets of the decoder are those of the file that is read.
func (o *opener) utf8XML(b fetch.Blob) (fetch.Blob, error) {
	head, err := firstBytes(b.Path, 1024)
	if err != nil {
		return b, err
	}
	enc, dec, why, err := detectEncoding(b.Path, o.mapping.Encoding, xmldoc.Declared(head))
	if err != nil || dec == nil {
		return b, err
	}
	o.found = append(o.found, why)
	return o.transcode(b, encodingOf(enc))
}

// newXML is a decoder for foreign XML in UTF-8: no DTD is heeded, no external
// entity fetched (encoding/xml does neither); the named entities of HTML,
// which people paste in, are known.
func newXML(r io.Reader) *xml.Decoder {
	d := xml.NewDecoder(r)
	d.Entity = xml.HTMLEntity
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // it is UTF-8 by now
	return d
}

func rootElement(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	d := newXML(io.LimitReader(f, 1<<20))
	for {
		tok, err := d.RawToken()
		if err != nil {
			return "", err
		}
		if e, ok := tok.(xml.StartElement); ok {
			return strings.ToLower(e.Name.Local), nil
		}
	}
}

// An element of a small piece of XML, all of it in memory.
type element struct {
	name     string
	attrs    []xml.Attr
	text     string
	children []element
}

func (e *element) attr(name string) string {
	for _, a := range e.attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// child is the first child with the name, nil if there is none.
func (e *element) child(name string) *element {
	for i := range e.children {
		if e.children[i].name == name {
			return &e.children[i]
		}
	}
	return nil
}

func (e *element) childText(name string) string {
	if c := e.child(name); c != nil {
		return strings.TrimSpace(c.text)
	}
	return ""
}

// A piece is an element that becomes a row, with its bytes and line.
type piece struct {
	element
	raw  []byte
	line int
	path []string // names of the <name> of the folders it lies in
}

// scanXML calls f with every element that has one of the names, wherever it
// is, and its bytes. folder is the element whose <name> is part of the path.
func scanXML(ctx context.Context, path, folder string, names map[string]bool, f func(piece) error) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	raw, err := os.Open(path)
	if err != nil {
		return err
	}
	defer raw.Close()
	lines := &lineCounter{r: bufio.NewReaderSize(raw, 64<<10), line: 1}
	d := newXML(bufio.NewReaderSize(fetch.WithContext(ctx, in), 256<<10))
	s := xmlScan{d: d, folder: folder, names: names}
	for {
		start := d.InputOffset()
		tok, err := d.Token()
		switch {
		case errors.Is(err, io.EOF) && s.depth == 0 && s.some:
			return nil
		case err != nil:
			return fmt.Errorf("%w: %w", failed("XML after byte %d", start), err)
		}
		p, ok, err := s.token(tok)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if p.raw, p.line, err = lines.read(start, d.InputOffset()); err != nil {
			return err
		}
		if err := f(p); err != nil {
			return err
		}
	}
}

type xmlScan struct {
	d      *xml.Decoder
	folder string
	names  map[string]bool
	depth  int
	some   bool
	path   []string // a name for each open folder
	open   []bool   // for each open element, whether it is a folder
}

// token follows the structure and returns a piece where one begins.
func (s *xmlScan) token(tok xml.Token) (piece, bool, error) {
	switch e := tok.(type) {
	case xml.StartElement:
		s.some = true
		if s.names[e.Name.Local] {
			el, err := readElement(s.d, e, s.depth, new(int))
			return piece{element: el, path: s.path}, err == nil, err
		}
		if s.depth++; s.depth > maxDepth {
			return piece{}, false, failed("XML nested deeper than %d", maxDepth)
		}
		isFolder := e.Name.Local == s.folder
		if isFolder {
			s.path = append(s.path, "")
		} else if e.Name.Local == "name" && len(s.open) > 0 && s.open[len(s.open)-1] {
			el, err := readElement(s.d, e, s.depth, new(int))
			s.path[len(s.path)-1] = strings.TrimSpace(el.text)
			s.depth--
			return piece{}, false, err
		}
		s.open = append(s.open, isFolder)
	case xml.EndElement:
		if n := len(s.open); n > 0 {
			if s.open[n-1] {
				s.path = s.path[:len(s.path)-1]
			}
			s.open = s.open[:n-1]
			s.depth--
		}
	}
	return piece{}, false, nil
}

// readElement reads an element to its end; size counts its text and tags
// against maxRow.
func readElement(d *xml.Decoder, start xml.StartElement, depth int, size *int) (element, error) {
	e := element{name: start.Name.Local, attrs: start.Attr}
	if depth > maxDepth {
		return e, failed("XML nested deeper than %d", maxDepth)
	}
	var text strings.Builder
	for {
		tok, err := d.Token()
		if err != nil {
			return e, fmt.Errorf("%w: %w", failed("XML ends inside <%s>", e.name), err)
		}
		switch t := tok.(type) {
		case xml.CharData:
			*size += len(t)
			text.Write(t)
		case xml.StartElement:
			*size += 100
			c, err := readElement(d, t.Copy(), depth+1, size)
			if err != nil {
				return e, err
			}
			e.children = append(e.children, c)
		case xml.EndElement:
			e.text = text.String()
			return e, nil
		}
		if *size > maxRow {
			return e, failed("<%s> has more than %d bytes", e.name, maxRow)
		}
	}
}

// A lineCounter gives the bytes between two offsets, which only grow, and the
// line of the first.
type lineCounter struct {
	r    *bufio.Reader
	at   int64
	line int
}

func (l *lineCounter) read(from, to int64) ([]byte, int, error) {
	for l.at < from {
		chunk, err := l.r.Peek(int(min(from-l.at, 32<<10)))
		if err != nil {
			return nil, 0, err
		}
		l.line += bytes.Count(chunk, []byte{'\n'})
		n, _ := l.r.Discard(len(chunk))
		l.at += int64(n)
	}
	if to-from > 2*maxRow {
		return nil, 0, failed("an element of %d bytes", to-from)
	}
	b := make([]byte, to-from)
	if _, err := io.ReadFull(l.r, b); err != nil {
		return nil, 0, err
	}
	line := l.line
	l.line += bytes.Count(b, []byte{'\n'})
	l.at = to
	return b, line, nil
}
