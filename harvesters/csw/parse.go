package csw

import (
	"bytes"
	"encoding/xml"
	"slices"
	"strings"

	"github.com/antchfx/xmlquery"

	"po-net.prato.it/ponet/harvesters/iso"
	"po-net.prato.it/ponet/harvesters/xmldoc"
)

// A document is one that was read, with the namespaces that it declares before its
// first record.
type document struct {
	*xmldoc.Document
	spaces []xml.Attr // names "xmlns" or "xmlns:prefix"
}

// recordNames are the elements that hold a record.
var recordNames = []string{"MD_Metadata", "MI_Metadata", "FC_FeatureCatalogue", "Record", "SummaryRecord", "BriefRecord"}

// parse reads an XML document, but for the elements in drop.
func parse(doc []byte, charset string, drop []string) (*document, error) {
	if len(bytes.TrimSpace(doc)) == 0 {
		return nil, failed("the answer is empty")
	}
	d, err := xmldoc.ReadWithout(doc, charset, drop, slices.Concat(recordNames, iso.PersonElements)...)
	if err != nil {
		return nil, err
	}
	return &document{d, declared(doc, charset)}, nil
}

// root is the root element.
func (d *document) root() *xmlquery.Node {
	for c := d.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == xmlquery.ElementNode {
			return c
		}
	}
	return nil
}

// declared are the namespaces that are declared before the first record.
func declared(doc []byte, charset string) []xml.Attr {
	text, _, _ := xmldoc.Text(doc, charset)
	var spaces []xml.Attr
	for tokens := xml.NewDecoder(strings.NewReader(text)); ; {
		t, err := tokens.RawToken()
		if err != nil { // nothing is missing that could be said
			return spaces
		}
		start, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		if slices.Contains(recordNames, start.Name.Local) {
			return spaces
		}
		for _, a := range start.Attr {
			if a.Name.Space == "xmlns" || a.Name.Space == "" && a.Name.Local == "xmlns" {
				spaces = append(spaces, a)
			}
		}
	}
}

// record are the bytes of a record as they stand there, without those that name
// persons, and with the namespaces that are declared outside of it.
func (d *document) record(n *xmlquery.Node, persons []*xmlquery.Node) []byte {
	b := d.Raw(n)
	for _, p := range persons {
		if piece := d.Raw(p); len(piece) > 0 {
			b = bytes.ReplaceAll(b, piece, nil)
		}
	}
	end := bytes.IndexAny(b, " \t\r\n/>")
	close := bytes.IndexByte(b, '>')
	if end < 0 || close < 0 {
		return b
	}
	name, tag := b[1:end], b[:close]
	var missing strings.Builder
	for _, s := range slices.Backward(d.spaces) { // the innermost counts
		declaration, used := " xmlns=", !bytes.Contains(name, []byte(":"))
		if s.Name.Space != "" {
			prefix := []byte(s.Name.Local + ":")
			declaration, used = " xmlns:"+s.Name.Local+"=", bytes.Contains(b, append([]byte("<"), prefix...)) || bytes.Contains(b, append([]byte(" "), prefix...)) || bytes.Contains(b, append([]byte("\t"), prefix...))
		}
		if used && !bytes.Contains(tag, []byte(declaration[1:])) && !strings.Contains(missing.String(), declaration) {
			missing.WriteString(declaration + `"` + text(s.Value) + `"`)
		}
	}
	return slices.Concat(b[:end], []byte(missing.String()), b[end:])
}
