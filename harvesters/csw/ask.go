package csw

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"

	"po-net.prato.it/ponet/harvesters/fetch"
)

const accept = "application/xml, text/xml;q=0.9, */*;q=0.1"

// ask asks for records. An exception that comes with a status other than 200 is
// told as the exception.
func (l *listing) ask(ctx context.Context, q query) (answer, error) {
	d, err := l.exchange(ctx, q)
	if err != nil {
		return answer{}, err
	}
	return readAnswer(d)
}

func (l *listing) exchange(ctx context.Context, q query) (*document, error) {
	if q.get {
		return l.read(ctx, q.address(l.at))
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, l.post, bytes.NewReader(q.post()))
	if err != nil {
		return nil, failed("address %s: %v", l.post, err)
	}
	req.Header.Set("Content-Type", "application/xml")
	req.Header.Set("Accept", accept)
	res, err := fetch.Do(l.client, req, fetch.MaxDocument)
	if err != nil {
		return nil, said(err)
	}
	doc, err := res.Read()
	if err != nil {
		return nil, err
	}
	return parse(doc.Bytes, doc.Charset, l.src.Mapping.Drop)
}

// read gets a document.
func (l *listing) read(ctx context.Context, address string) (*document, error) {
	doc, err := fetch.Read(ctx, l.client, address, accept)
	if err != nil {
		return nil, said(err)
	}
	return parse(doc.Bytes, doc.Charset, l.src.Mapping.Drop)
}

// said is the exception in the body of an answer with another status than 200,
// else the error as it is.
func said(err error) error {
	var status *fetch.StatusError
	if !errors.As(err, &status) || len(status.Body) == 0 {
		return err
	}
	d, wrong := parse(status.Body, "", nil)
	if wrong != nil {
		return err
	}
	var e *exceptionError
	if errors.As(exception(d.root()), &e) {
		return e
	}
	return err
}

// byID is one record by its identifier, in the dialect found.
func (l *listing) byID(ctx context.Context, id string) (*document, error) {
	u := *l.at
	v := u.Query()
	v.Set("service", "CSW")
	v.Set("version", l.d.version)
	v.Set("request", "GetRecordById")
	v.Set("elementSetName", "full")
	v.Set("outputSchema", l.d.schema)
	v.Set("id", id)
	u.RawQuery = v.Encode()
	return l.read(ctx, u.String())
}

// here is an address that the server gave, as seen from here.
func here(at *url.URL, given string) string {
	if given == "" {
		return at.String()
	}
	a, err := fetch.Rebase(at, given)
	if err != nil {
		return at.String()
	}
	u, err := url.Parse(a)
	if err != nil {
		return at.String()
	}
	return endpoint(u).String()
}
