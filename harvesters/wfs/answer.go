package wfs

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/geo/gml"
	"po-net.prato.it/ponet/harvesters/fetch"
)

// A feature is one of an answer.
type feature struct {
	layer      string // local name of its type; "" in GeoJSON that does not say
	id         string // gml:id, fid or the id of GeoJSON; "": it has none
	raw        []byte
	media      string // of raw
	properties []byte // a JSON object
	geometry   geom.T // in the order of the document; nil: none
	srs        string // of the geometry, as declared by it; "": by nothing
	unread     error  // why the geometry could not be read
}

// An answer is what GetFeature gave, beside the features.
type answer struct {
	matched int    // features in all, -1: not said
	got     int    // features in it
	srs     string // declared for all of it
	json    bool
	reached bool // the service did answer
}

// An exception is an error report of the service (OWS Common §8, WFS 1.0 §7.7),
// whatever the status it came with.
type exception struct{ code, text string }

// Error is what the service says.
func (e *exception) Error() string {
	if e.code == "" {
		return "the service says: " + e.text
	}
	return fmt.Sprintf("the service says: %s (%s)", e.text, e.code)
}

// Unwrap makes an exception a catalog.ErrFailedListing.
func (e *exception) Unwrap() error { return catalog.ErrFailedListing }

// readAnswer reads an answer to GetFeature, GML or GeoJSON, and calls f with each
// of its features as it comes; kinds tells how values are to be read.
func readAnswer(r io.Reader, charset string, kinds schema, f func(feature) error) (answer, error) {
	in, head, err := input(r, charset)
	switch {
	case err != nil:
		return answer{}, err
	case len(head) == 0:
		return answer{}, failed("the answer is empty")
	case fetch.IsPage(head):
		return answer{}, fetch.PageError(head, nil, "an answer of a WFS")
	case head[0] == '{':
		return readJSON(in, f)
	case head[0] == '<':
		return readGML(in, kinds, f)
	}
	return answer{}, failed("the answer is neither GML nor GeoJSON; it begins %q", catalog.Excerpt(string(head)))
}

// readGML reads a feature collection. What XML does not forgive, such as bare
// ampersands, is put up with; an answer that ends early is not.
func readGML(in io.Reader, kinds schema, f func(feature) error) (answer, error) {
	g := &gmlReader{kinds: kinds, each: f, answer: answer{matched: -1}}
	g.d = xml.NewDecoder(io.TeeReader(in, &g.seen))
	g.d.Strict, g.d.Entity = false, xml.HTMLEntity
	g.d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // it is UTF-8 by now
	err := g.read()
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		err = fmt.Errorf("%w after %d features", failedBy(err, "the answer is cut off or no XML"), g.got)
	}
	return g.answer, err
}

type gmlReader struct {
	answer
	d     *xml.Decoder
	seen  window
	kinds schema
	each  func(feature) error
}

// A window keeps what was read of a stream from some byte on.
type window struct {
	from  int64
	bytes []byte
}

// Write is what a TeeReader calls.
func (w *window) Write(p []byte) (int, error) {
	w.bytes = append(w.bytes, p...)
	return len(p), nil
}

// forget drops what is before a byte.
func (w *window) forget(before int64) {
	if n := before - w.from; n > 0 {
		w.bytes = append(w.bytes[:0], w.bytes[n:]...)
		w.from = before
	}
}

func (g *gmlReader) read() error {
	start, err := g.next()
	if err != nil || start == nil {
		return errors.Join(err, io.ErrUnexpectedEOF)
	}
	if strings.HasSuffix(start.Name.Local, "ExceptionReport") {
		return g.exception(*start)
	}
	for _, a := range start.Attr {
		switch a.Name.Local {
		case "numberMatched", "numberOfFeatures":
			if n, err := strconv.Atoi(a.Value); err == nil && n >= 0 {
				g.matched = n
			}
		}
	}
	n, err := g.collection(start.Name.Local)
	if err == nil && n == 0 && g.matched < 0 && !strings.HasSuffix(start.Name.Local, "Collection") {
		if start.Name.Local == "feed" || start.Name.Local == "rss" {
			return failed("it is a feed, no answer of a WFS; add it as source of kind feed")
		}
		return failed("the answer is <%s>, no collection of features", start.Name.Local)
	}
	return err
}

// next is the next element that begins before the open one ends; nil when that ends.
func (g *gmlReader) next() (*xml.StartElement, error) {
	for {
		token, err := g.d.Token()
		if err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			return &t, nil
		case xml.EndElement:
			return nil, nil
		}
	}
}

// collection reads what is in the open collection and counts its properties.
func (g *gmlReader) collection(name string) (members int, err error) {
	for {
		start, err := g.next()
		if err != nil || start == nil {
			return members, err
		}
		switch start.Name.Local {
		case "featureMember", "featureMembers", "member":
			members++
			err = g.members()
		case "boundedBy":
			var e *gml.Element
			if e, err = gml.Read(g.d, *start); err == nil && len(e.Children) > 0 && g.srs == "" {
				g.srs = e.Children[0].Attr("srsName")
			}
		case "truncatedResponse":
			if start, err = g.next(); err == nil && start != nil {
				err = g.exception(*start)
			}
		default:
			err = g.d.Skip()
		}
		if err != nil {
			return members, err
		}
	}
}

// members reads the features in the open property; collections may be among them.
func (g *gmlReader) members() error {
	for {
		before := g.d.InputOffset()
		start, err := g.next()
		if err != nil || start == nil {
			return err
		}
		switch start.Name.Local {
		case "FeatureCollection", "SimpleFeatureCollection":
			_, err = g.collection(start.Name.Local)
		case "Tuple":
			err = failed("the answer joins several layers")
		default:
			g.seen.forget(before)
			err = g.feature(*start)
		}
		if err != nil {
			return err
		}
	}
}

func (g *gmlReader) feature(start xml.StartElement) error {
	e, err := gml.Read(g.d, start)
	if err != nil {
		if errors.Is(err, gml.ErrGML) {
			err = failedBy(err, "feature %d", g.got+1)
		}
		return err
	}
	raw := g.seen.bytes[:g.d.InputOffset()-g.seen.from]
	if i := bytes.IndexByte(raw, '<'); i > 0 {
		raw = raw[i:]
	}
	g.got++
	return g.each(ofElement(e, raw, g.kinds))
}

// exception makes an error of a report, and has read all of it.
func (g *gmlReader) exception(start xml.StartElement) error {
	e, err := gml.Read(g.d, start)
	if err != nil {
		return err
	}
	var x exception
	var walk func(*gml.Element)
	walk = func(e *gml.Element) {
		for _, name := range []string{"exceptionCode", "code"} {
			if x.code == "" {
				x.code = e.Attr(name)
			}
		}
		if s := strings.Join(strings.Fields(e.Text), " "); s != "" && x.text == "" {
			x.text = catalog.Excerpt(s)
		}
		for _, c := range e.Children {
			walk(c)
		}
	}
	walk(e)
	return &x
}

func failed(format string, args ...any) error {
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), catalog.ErrFailedListing)
}

func failedBy(cause error, format string, args ...any) error {
	return fmt.Errorf("%s: %w: %w", fmt.Sprintf(format, args...), cause, catalog.ErrFailedListing)
}
