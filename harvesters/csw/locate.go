package csw

import (
	"context"
	"errors"
	"net/url"
	"path"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
)

// usualPaths are below the address of a site where catalogues have their service:
// pycsw, GeoNetwork, Esri Geoportal.
var usualPaths = []string{"/csw", "/srv/ita/csw", "/srv/eng/csw", "/geonetwork/srv/ita/csw", "/geoportal/csw"}

// isDocument reports whether an address of the web names a document and not a
// service: a file, or the answer to GetRecordById.
func isDocument(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return true
	}
	for name, values := range u.Query() {
		if strings.EqualFold(name, "request") {
			return len(values) > 0 && strings.EqualFold(values[0], "GetRecordById")
		}
	}
	switch strings.ToLower(path.Ext(u.Path)) {
	case ".xml", ".txt":
		return true
	}
	return false
}

// locate finds the service that the source's address means, and what it can do;
// nil when there is none and the address is a page that lists documents.
func (l *listing) locate(ctx context.Context) (*capabilities, error) {
	given, err := url.Parse(l.src.URL)
	if err != nil {
		return nil, failed("address %s: %v", l.src.URL, err)
	}
	l.custom = customOf(given)
	candidates := []*url.URL{endpoint(given)}
	if p := strings.ToLower(given.Path); !strings.Contains(p, "csw") {
		for _, usual := range usualPaths {
			u := *endpoint(given)
			u.Path, u.RawPath = strings.TrimRight(u.Path, "/")+usual, ""
			candidates = append(candidates, &u)
		}
	}
	var tried []string
	for i, at := range candidates {
		c, err := l.capabilities(ctx, at)
		if err == nil {
			return c, nil
		}
		var said *exceptionError
		if errors.As(err, &said) { // it speaks the protocol, if not of itself
			l.at, l.post = at, at.String()
			l.found("GetCapabilities: %v", said)
			return &capabilities{}, nil
		}
		if !elsewhere(err) {
			return nil, err
		}
		if i == 0 && l.listsDocuments(ctx, at) {
			return nil, nil
		}
		tried = append(tried, at.String()+" ("+catalog.Excerpt(reason(err))+")")
	}
	return nil, failed("no catalogue service (CSW) was found; tried %s", strings.Join(tried, ", "))
}

// reason is an error without what it means.
func reason(err error) string {
	return strings.TrimSuffix(err.Error(), ": "+catalog.ErrFailedListing.Error())
}

// elsewhere reports whether after err another address may be tried: the server
// answered, but not as a catalogue.
func elsewhere(err error) bool {
	var status *fetch.StatusError
	if errors.As(err, &status) {
		return refusal(err) || status.Code < 400
	}
	return !isNetwork(err) && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)
}

// capabilities asks for them in version 2.0.2, and where that is refused in 3.0.
func (l *listing) capabilities(ctx context.Context, at *url.URL) (*capabilities, error) {
	var first error
	for _, version := range []string{version2, version3} {
		u := *at
		q := u.Query()
		q.Set("service", "CSW")
		q.Set("request", "GetCapabilities")
		if version == version2 {
			q.Set("version", version)
		} else {
			q.Set("acceptVersions", version)
		}
		u.RawQuery = q.Encode()
		doc, err := fetch.Read(ctx, l.client, u.String(), accept)
		if err != nil {
			err = said(err)
		}
		var d *document
		if err == nil {
			d, err = parse(doc.Bytes, doc.Charset, nil)
		}
		if err == nil {
			err = exception(d.root())
		}
		if err == nil && d.root().Data != "Capabilities" {
			err = failed("the answer is a document <%s> and not the capabilities of a catalogue", d.root().Data)
		}
		if err == nil {
			c := readCapabilities(d.root())
			l.at = endpoint(doc.URL) // after redirects
			if c.get != "" {
				if u, err := url.Parse(here(l.at, c.get)); err == nil {
					l.at = u
				}
			}
			l.post = here(l.at, c.post)
			if c.title != "" {
				l.found("catalogue: %s", c.title)
			}
			return &c, nil
		}
		if first == nil {
			first = err
		}
		var said *exceptionError
		if !errors.As(err, &said) {
			break
		}
	}
	return nil, first
}

// A custom is a constraint that the source's address has, of which only the
// records are listed.
type custom struct{ language, version, text string }

func customOf(u *url.URL) custom {
	var c custom
	for name, values := range u.Query() {
		switch strings.ToLower(name) {
		case "constraint":
			c.text = values[0]
		case "constraintlanguage":
			c.language = values[0]
		case "constraint_language_version":
			c.version = values[0]
		}
	}
	if c.language == "" {
		c.language = "CQL_TEXT"
	}
	return c
}

// among are the dialects in which a constraint of the address can be said.
func (c custom) among(all []dialect) []dialect {
	if c.text == "" {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(d dialect) bool { return !d.get || d.filter })
}
