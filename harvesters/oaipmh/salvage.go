package oaipmh

import (
	"encoding/xml"
	"errors"
	"regexp"
	"strings"

	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/xmldoc"
)

// A lostRecord is one whose XML is broken, which would take its whole page with it.
type lostRecord struct{ id, why string }

var (
	recordBegins = regexp.MustCompile(`<(?:[A-Za-z][\w.-]*:)?record(?:\s[^<>]*)?>\s*<(?:[A-Za-z][\w.-]*:)?header[\s>/]`)
	recordEnds   = regexp.MustCompile(`</(?:[A-Za-z][\w.-]*:)?record\s*>`)
	answerEnds   = regexp.MustCompile(`</(?:[A-Za-z][\w.-]*:)?OAI-PMH\s*>\s*$`)
	idInHeader   = regexp.MustCompile(`<(?:[A-Za-z][\w.-]*:)?identifier[^<>]*>\s*([^<>]*?)\s*</`)
)

// salvage reads a page that is not well-formed without the records that make it so:
// repositories hand on what somebody typed into a field, "<" included. It gives up when
// the page is not whole, or no record of it can be read.
func salvage(d *fetch.Document, drop []string, err error) (*xmldoc.Document, []lostRecord, error) {
	var syntax *xml.SyntaxError
	text, _, _ := xmldoc.Text(d.Bytes, d.Charset)
	begins := recordBegins.FindAllStringIndex(text, -1)
	if !errors.As(err, &syntax) || len(begins) < 2 || !answerEnds.MatchString(text) {
		return nil, nil, err
	}
	head, tail := text[:begins[0][0]], ""
	kept, lost := "", []lostRecord(nil)
	for i, b := range begins {
		piece := text[b[0]:]
		if i+1 < len(begins) {
			piece = text[b[0]:begins[i+1][0]]
		} else if ends := recordEnds.FindAllStringIndex(piece, -1); len(ends) > 0 {
			piece, tail = piece[:ends[len(ends)-1][1]], piece[ends[len(ends)-1][1]:]
		}
		if broken := alone(head, piece); broken != nil {
			id := ""
			if m := idInHeader.FindStringSubmatch(piece); m != nil {
				id = m[1]
			}
			lost = append(lost, lostRecord{id, broken.Error()})
			continue
		}
		kept += piece
	}
	if kept == "" || len(lost) == 0 {
		return nil, nil, err
	}
	doc, again := xmldoc.ReadWithout([]byte(head+kept+tail), "utf-8", drop, pieces...)
	if again != nil {
		return nil, nil, err
	}
	return doc, lost, nil
}

// rootTag is the start of an answer, whose prefixes its records may use.
var rootTag = regexp.MustCompile(`<(?:[A-Za-z][\w.-]*:)?OAI-PMH[^<>]*>`)

// alone says why a record that stands in the root of its answer is not well-formed, nil
// when it is.
func alone(head, record string) error {
	root := rootTag.FindString(head)
	name, _, _ := strings.Cut(strings.Trim(root, "<>"), " ")
	name, _, _ = strings.Cut(name, "\n")
	_, _, err := xmldoc.Parse([]byte(root+record+"</"+strings.TrimSpace(name)+">"), "utf-8")
	return err
}
