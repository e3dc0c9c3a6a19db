package csw

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/antchfx/xmlquery"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/xmldoc"
)

// An answer is a page of records.
type answer struct {
	doc     *document
	records []*xmlquery.Node
	matched int    // numberOfRecordsMatched, -1: not told
	next    int    // nextRecord, -1: not told
	stamp   string // when the server says that it is
	lost    int    // records in these positions that the server cannot give
}

// An exceptionError is an exception report of OGC (OWS Common), of any version.
type exceptionError struct{ code, locator, text string }

func (e *exceptionError) Error() string {
	s := "the server answered with an exception"
	for _, part := range []string{e.code, e.locator} {
		if part != "" {
			s += " " + part
		}
	}
	return fmt.Sprintf("%s: %q", s, catalog.Excerpt(e.text))
}

// Unwrap makes an exceptionError a catalog.ErrFailedListing.
func (e *exceptionError) Unwrap() error { return catalog.ErrFailedListing }

// exception is the error that a document is, nil if it is none.
func exception(n *xmlquery.Node) error {
	switch n.Data {
	case "ExceptionReport", "ServiceExceptionReport", "ExceptionText", "Exception":
	case "Envelope": // of SOAP
		if f := elements(n, "Fault"); len(f) > 0 {
			return &exceptionError{code: "SOAP fault", text: xmldoc.Inner(f[0])}
		}
		return nil
	default:
		return nil
	}
	e := &exceptionError{text: xmldoc.Inner(n)}
	for _, x := range append(elements(n, "Exception"), elements(n, "ServiceException")...) {
		e.code, e.locator = firstOf(xmldoc.Attr(x, "exceptionCode"), xmldoc.Attr(x, "code")), xmldoc.Attr(x, "locator")
		break
	}
	return e
}

// beyond is how GeoNetwork says that there are fewer records than that, or none.
var beyond = regexp.MustCompile(`(?i)start position \(\d+\) can'?t be greater than number of matching records \((\d+)`)

// readAnswer reads a GetRecordsResponse.
func readAnswer(d *document) (answer, error) {
	n := d.root()
	err := exception(n)
	var said *exceptionError
	if errors.As(err, &said) {
		if m := beyond.FindStringSubmatch(said.text); m != nil {
			matched, _ := strconv.Atoi(m[1]) // digits
			return answer{doc: d, matched: matched, next: 0}, nil
		}
		return answer{}, err
	}
	if n.Data == "Envelope" {
		if inner := elements(n, "GetRecordsResponse"); len(inner) > 0 {
			n = inner[0]
		}
	}
	results := child(n, "SearchResults")
	if n.Data != "GetRecordsResponse" || results == nil {
		return answer{}, failed("the answer is a document <%s> and not the GetRecordsResponse of a catalogue (CSW)", n.Data)
	}
	a := answer{doc: d, matched: number(results, "numberOfRecordsMatched"), next: number(results, "nextRecord"), stamp: xmldoc.Attr(child(n, "SearchStatus"), "timestamp")}
	for c := results.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == xmlquery.ElementNode {
			a.records = append(a.records, c)
		}
	}
	if len(a.records) > a.matched && a.matched >= 0 && a.next <= 0 {
		a.matched = -1 // it counts less than it gives
	}
	return a, nil
}

// number is an attribute that counts, -1 when it is not told or cannot be.
func number(n *xmlquery.Node, name string) int {
	v, err := strconv.Atoi(xmldoc.Attr(n, name))
	if err != nil || v < 0 {
		return -1
	}
	return v
}

// refusal reports whether the server answered that it does not do this, so that
// it may be asked in another way.
func refusal(err error) bool {
	var status *fetch.StatusError
	var said *exceptionError
	switch {
	case err == nil:
		return false
	case errors.As(err, &said):
		return true
	case errors.As(err, &status):
		return status.Code >= 400 && status.Code < 500 && status.Code != http.StatusTooManyRequests || status.Code == http.StatusInternalServerError || status.Code == http.StatusNotImplemented
	}
	return errors.Is(err, errNoRecords) || strings.Contains(err.Error(), "web page (HTML)")
}

// errNoRecords: the server counts records and gives none in this way.
var errNoRecords = errors.New("it counts records and gives none of them in this way")

func failed(format string, args ...any) error {
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), catalog.ErrFailedListing)
}
