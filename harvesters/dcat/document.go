package dcat

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/encoding/unicode"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/rdf"

	"po-net.prato.it/ponet/harvesters/xmldoc"
)

const (
	// accept asks for what is read with least doubt (spec §3.2).
	accept = "text/turtle, application/rdf+xml;q=0.9, application/ld+json;q=0.8, application/json;q=0.5, */*;q=0.1"
	// maxDataJSON is how many bytes a data.json file may have, which is streamed;
	// an RDF document may have rdf.MaxDocument, since it is understood as a whole.
	maxDataJSON = 1 << 30
	headBytes   = 4096    // looked at to tell the format
	pageBytes   = 1 << 20 // of a web page, looked at for the address of its RDF
)

// dataJSON is the format beside those of rdf.
const dataJSON rdf.Format = "datajson"

// formatNames are the formats that can be set for a source.
var formatNames = map[string]rdf.Format{
	"rdfxml": rdf.XML, "rdf": rdf.XML, "xml": rdf.XML, "turtle": rdf.Turtle, "ttl": rdf.Turtle, "ntriples": rdf.NTriples, "nt": rdf.NTriples,
	"jsonld": rdf.JSONLD, "json-ld": rdf.JSONLD, "datajson": dataJSON, "data.json": dataJSON,
}

// A document is an open page, its format told.
type document struct {
	res       *fetch.Response
	body      *bufio.Reader // unpacked, without byte order mark
	format    rdf.Format    // "" when it is JSON of either kind
	why       string        // how the format was told
	charset   string
	found     []string
	temporary *os.File // where JSON waits to be read twice, nil for none
}

func open(ctx context.Context, c *http.Client, address, override string) (*document, error) {
	res, err := fetch.Open(ctx, c, address, accept, maxDataJSON)
	if err != nil {
		return nil, err
	}
	d := &document{res: res, body: bufio.NewReaderSize(res.Body, headBytes), charset: res.Charset}
	if err := d.tell(override); err != nil {
		res.Body.Close()
		return nil, err
	}
	return d, nil
}

// tell finds the format: what was set, else what the content looks like, else
// the content type, else the extension.
func (d *document) tell(override string) error {
	head, err := d.body.Peek(headBytes)
	if len(head) == 0 {
		if err != io.EOF {
			return err
		}
		return failed("it is empty")
	}
	if head[0] == 0x1f && len(head) > 1 && head[1] == 0x8b {
		z, err := gzip.NewReader(d.body)
		if err != nil {
			return fmt.Errorf("%w: %w", failed("gzip"), err)
		}
		d.body = bufio.NewReaderSize(z, headBytes)
		head, _ = d.body.Peek(headBytes)
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		_, _ = d.body.Discard(3) // they are there
		head, _ = d.body.Peek(headBytes)
		d.charset = "utf-8"
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		d.body = bufio.NewReaderSize(unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Reader(d.body), headBytes)
		head, _ = d.body.Peek(headBytes)
		d.charset = "utf-8"
	}
	if override != "" {
		f, ok := formatNames[strings.ToLower(override)]
		if !ok {
			return failed("format %q is not one of rdfxml, turtle, ntriples, jsonld, datajson", override)
		}
		d.format, d.why = f, "as set"
		return nil
	}
	if page, ok := looksLike(head, &d.format); ok {
		if page {
			return d.page()
		}
		d.why = "by its content"
		return nil
	}
	if f, ok := byMediaType[d.res.MediaType]; ok {
		d.format, d.why = f, "by its content type"
		return nil
	}
	if f, ok := formatNames[strings.TrimPrefix(strings.ToLower(path.Ext(strings.TrimSuffix(d.res.Name, ".gz"))), ".")]; ok {
		d.format, d.why = f, "by its extension"
		return nil
	}
	return failed("it is neither RDF/XML, Turtle, N-Triples, JSON-LD nor data.json; it begins %q", catalog.Excerpt(string(head[:min(len(head), 40)])))
}

// page is the error of a web page, with the addresses of RDF that it names.
func (d *document) page() error {
	b, err := io.ReadAll(io.LimitReader(d.body, pageBytes))
	if err != nil {
		return err
	}
	return fetch.PageError(b, d.res.URL, "a catalogue in RDF or a data.json file",
		"text/turtle", "application/rdf+xml", "application/ld+json", "application/n-triples")
}

var byMediaType = map[string]rdf.Format{
	"application/rdf+xml": rdf.XML, "application/xml": rdf.XML, "text/xml": rdf.XML, "text/turtle": rdf.Turtle, "application/x-turtle": rdf.Turtle,
	"application/n-triples": rdf.NTriples, "application/ld+json": rdf.JSONLD,
}

var (
	htmlHead   = regexp.MustCompile(`(?i)^(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)?(<!doctype html|<html)`)
	xmlHead    = regexp.MustCompile(`^<(\?xml|!--|!DOCTYPE|[A-Za-z_][\w.-]*(:[A-Za-z_][\w.-]*)?(\s|/>|>\s*<))`)
	iriHead    = regexp.MustCompile(`^<(https?|urn|tag|info|doi|ark|did|mailto|ftp|file):`) // which could be the name of an element
	turtleHead = regexp.MustCompile(`(?i)^(@prefix|@base|prefix\s|base\s|<[^>\n]*>|_:|#|\[\s*(\]|a\s|[\w-]*:)|[\w-]*:[\w-]+\s)`)
	jsonHead   = regexp.MustCompile(`^(\{|\[\s*(\{|\[|"|\]\s*$))`)
)

// looksLike tells the format from the first bytes, "" for JSON of either kind;
// page: it is a web page.
func looksLike(head []byte, f *rdf.Format) (page, ok bool) {
	head = bytes.TrimLeft(head, " \t\r\n")
	switch {
	case htmlHead.Match(head):
		return true, true
	case jsonHead.Match(head):
		*f = ""
	case xmlHead.Match(head) && !iriHead.Match(head):
		*f = rdf.XML
	case turtleHead.Match(head):
		*f = rdf.Turtle
	default:
		return false, false
	}
	return false, true
}

// isJSON reports whether it is JSON whose kind is still to be told.
func (d *document) isJSON() bool { return d.format == "" || d.format == dataJSON }

// read is the rest of an RDF document, as UTF-8.
func (d *document) read() ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(d.body, rdf.MaxDocument+1))
	if err == nil && len(b) > rdf.MaxDocument {
		err = failed("more than %d bytes; a catalogue this large must be paged", rdf.MaxDocument)
	}
	if err != nil {
		if !errors.Is(err, catalog.ErrFailedListing) {
			err = fmt.Errorf("%w: %w", failed("%s", d.res.Name), err)
		}
		return nil, err
	}
	text, name := xmldoc.Decode(b, d.charset)
	if name != "utf-8" {
		d.found = append(d.found, "encoding: not utf-8; read as "+name)
	}
	return []byte(text), nil
}

// parse reads an RDF document. A local file with relative references that says
// nothing of its base has that of the catalogue in it, if it names one.
func (d *document) parse(doc []byte, drop []string) (*page, error) {
	g, err := rdf.Parse(d.format, doc, d.base())
	if err != nil {
		return nil, err
	}
	p := newPage(g, drop)
	if base := p.catalogue(); d.at() == nil && base != "" && p.relative() {
		if again, err := rdf.Parse(d.format, doc, base); err == nil {
			d.found = append(d.found, "relative references: resolved against the catalogue, "+base)
			return newPage(again, drop), nil
		}
	}
	return p, nil
}

// base is what relative references are resolved against.
func (d *document) base() string {
	if d.res.URL == nil {
		return noBase
	}
	u := *d.res.URL
	u.User = nil
	return u.String()
}

// at is where a page came from after redirects, nil for a local file.
func (d *document) at() *url.URL { return d.res.URL }

func (d *document) explain() []string {
	name := map[rdf.Format]string{rdf.XML: "RDF/XML", rdf.Turtle: "Turtle", rdf.NTriples: "N-Triples", rdf.JSONLD: "JSON-LD", dataJSON: "data.json (Project Open Data)"}[d.format]
	return slices.Concat([]string{"format: " + name + ", " + d.why}, d.found)
}

func failed(format string, args ...any) error {
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), catalog.ErrFailedListing)
}
