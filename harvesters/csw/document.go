package csw

import (
	"bytes"
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
)

// maxDocuments is how many documents of a list are read.
const maxDocuments = 10_000

// documents reads what is no service: a document with records, a folder or page of
// such documents (RNDT accepts a folder of XML files as a catalogue), or a list of
// addresses, one a line.
func (l *listing) documents(ctx context.Context) error {
	if info, err := os.Stat(l.src.URL); err == nil && info.IsDir() {
		files, err := filepath.Glob(filepath.Join(l.src.URL, "*.[xX][mM][lL]"))
		if err != nil {
			return failed("folder %s: %v", l.src.URL, err)
		}
		return l.each(ctx, files)
	}
	doc, err := fetch.Read(ctx, l.client, l.src.URL, accept)
	if err != nil {
		return err
	}
	if list := listed(doc, l.src.URL); len(list) > 0 {
		return l.each(ctx, list)
	}
	return l.document(doc)
}

// listed are the addresses of the documents that a page or list names, none for an
// XML document.
func listed(doc *fetch.Document, at string) []string {
	text := bytes.TrimSpace(bytes.TrimPrefix(doc.Bytes, []byte("\ufeff")))
	switch {
	case fetch.IsPage(text):
		return pageLinks(text, doc.URL)
	case len(text) == 0 || text[0] == '<' || isJSON(text) || bytes.IndexByte(text, 0) >= 0:
		return nil
	}
	var out []string
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		a, ok := beside(line, doc.URL, at)
		if !ok {
			return nil
		}
		out = append(out, a)
	}
	return out
}

// isJSON reports whether a document is JSON, such as the search interfaces of
// geoportals answer with.
func isJSON(text []byte) bool { return len(text) > 0 && (text[0] == '{' || text[0] == '[') }

// beside is an address of a list that lies at an address: one of the web, or, of a
// local list only, a file in its folder.
func beside(line string, list *url.URL, at string) (string, bool) {
	if u, onWeb := fetch.Web(line); onWeb {
		return u.String(), true
	}
	if list == nil {
		return filepath.Join(filepath.Dir(at), line), filepath.IsLocal(line)
	}
	u, err := list.Parse(line)
	if err != nil || strings.ContainsAny(line, " \t<>{}") {
		return "", false
	}
	return u.String(), true
}

// pageLinks are the XML documents that a page of a folder links, on its own host.
func pageLinks(page []byte, at *url.URL) []string {
	var out []string
	if at == nil {
		return nil
	}
	for z := html.NewTokenizer(bytes.NewReader(page)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return out
		case html.StartTagToken:
			t := z.Token()
			for _, a := range t.Attr {
				if t.Data != "a" || a.Key != "href" {
					continue
				}
				u, err := at.Parse(strings.TrimSpace(a.Val))
				if err == nil && u.Host == at.Host && strings.EqualFold(filepath.Ext(u.Path), ".xml") && !slices.Contains(out, u.String()) {
					out = append(out, u.String())
				}
			}
		}
	}
}

// listsDocuments reports whether an address is the page of a folder.
func (l *listing) listsDocuments(ctx context.Context, at *url.URL) bool {
	doc, err := fetch.Read(ctx, l.client, at.String(), accept)
	return err == nil && fetch.IsPage(doc.Bytes) && len(pageLinks(doc.Bytes, doc.URL)) > 0
}

// each reads the documents of a list. One that cannot be read is told; which record
// it holds nobody knows, so that nothing is withdrawn.
func (l *listing) each(ctx context.Context, addresses []string) error {
	if len(addresses) == 0 {
		return failed("%s: there is no XML document in it", l.src.URL)
	}
	if len(addresses) > maxDocuments {
		return failed("%s lists %d documents; at most %d are read", l.src.URL, len(addresses), maxDocuments)
	}
	l.found("documents: %d", len(addresses))
	read := 0
	for _, a := range addresses {
		doc, err := fetch.Read(ctx, l.client, a, accept)
		if err == nil {
			err = l.document(doc)
		}
		if err == nil {
			read++
			continue
		}
		if errors.Is(err, errEnough) || ctx.Err() != nil {
			return err
		}
		if err := l.refuse(catalog.Issue{Rule: "record-unreadable", File: filepath.Base(a), Read: catalog.Excerpt(reason(err)), Expected: "a document with metadata records; what was harvested of it before stays", Listed: true}); err != nil {
			return err
		}
	}
	if read == 0 {
		return failed("none of the %d documents could be read", len(addresses))
	}
	return nil
}

// document yields the records of one document.
func (l *listing) document(doc *fetch.Document) error {
	if isJSON(bytes.TrimSpace(doc.Bytes)) {
		return failed("%s is JSON and not metadata in XML; a source of kind json reads such answers", doc.Name)
	}
	d, err := parse(doc.Bytes, doc.Charset, l.src.Mapping.Drop)
	if err != nil {
		return err
	}
	n := d.root()
	if err := exception(n); err != nil {
		return err
	}
	if n.Data == "Capabilities" {
		return failed("it is the capabilities of a catalogue and not its records; give the address of the service as source")
	}
	a := answer{doc: d, records: recordsIn(n), matched: -1, next: -1}
	if n.Data == "GetRecordsResponse" {
		if a, err = readAnswer(d); err != nil {
			return err
		}
	}
	if len(a.records) == 0 {
		return failed("it is a document <%s> and holds no metadata record", n.Data)
	}
	if left := a.matched - len(a.records); left > 0 {
		l.found("one page of %d records; the other %d are not in it", a.matched, left)
		l.onePage = true
	}
	if l.src.URL != "" && len(l.seen) == 0 {
		l.found("records: %d in a document <%s>%s", len(a.records), n.Data, notes(d))
	}
	return l.take(&a)
}

// notes are what had to be put right, in words.
func notes(d *document) string {
	if len(d.Found) == 0 {
		return ""
	}
	return "; " + strings.Join(d.Found, "; ")
}
