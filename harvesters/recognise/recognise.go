// Package recognise tells what an address holds: which kind of source reads it.
package recognise

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"po-net.prato.it/ponet/harvesters/fetch"
)

// Limits of a look at an address.
const (
	lookBytes = 256 << 10 // of an answer
	lookLimit = 20 << 30  // that an answer may have, as in a run
	lookTime  = 20 * time.Second
)

// Address tells what an address holds by the beginning of its answers: the kind
// of source that reads it, the address that this kind wants, and what it is in
// words. kind is "" where no kind reads it; what is "" when nobody can tell.
func Address(ctx context.Context, c *http.Client, address string) (kind, at, what string) {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	doc, media := look(ctx, c, address)
	kind, what = recognised(doc, media)
	u, web := fetch.Web(address)
	certain := kind != "" && kind != "json" && kind != "xml" || kind == "" && what != "" && !fetch.IsPage(doc)
	if certain || !web {
		return kind, address, what
	}
	// services say what they are only when asked in their own way
	for _, q := range []string{"service=WFS&request=GetCapabilities", "service=CSW&request=GetCapabilities", "verb=Identify", "f=json"} {
		if kind != "" || doc != nil && fetch.IsPage(doc) && q != "f=json" {
			continue
		}
		asked := *u
		asked.RawQuery = strings.TrimPrefix(u.RawQuery+"&"+q, "&")
		doc, media := look(ctx, c, asked.String())
		if k, w := recognised(doc, media); k != "" && !slices.Contains([]string{"json", "xml", "file"}, k) {
			return k, address, w
		}
	}
	for _, home := range []struct{ path, kind, what string }{
		{"/api/3/action/site_read", "ckan", "a CKAN portal"},
		{"/api/explore/v2.1/catalog/datasets?limit=1", "opendatasoft", "a portal of Opendatasoft"},
	} {
		if kind != "" {
			break
		}
		ref, err := u.Parse(home.path)
		if err != nil {
			continue
		}
		if k, _ := recognised(look(ctx, c, ref.String())); k == home.kind {
			return k, (&url.URL{Scheme: u.Scheme, Host: u.Host}).String(), home.what
		}
	}
	return kind, address, what
}

// look is the beginning of an answer, whatever its status, and its media type; nil
// when there is none.
func look(ctx context.Context, c *http.Client, address string) ([]byte, string) {
	r, err := fetch.Open(ctx, c, address, "", lookLimit)
	var status *fetch.StatusError
	if errors.As(err, &status) && status.Code == http.StatusBadRequest {
		return status.Body, "" // services say there what they miss
	}
	if err != nil {
		return nil, ""
	}
	defer r.Body.Close()
	b, _ := io.ReadAll(io.LimitReader(r.Body, lookBytes)) // as far as it comes
	return bytes.TrimLeft(bytes.TrimPrefix(b, []byte("\ufeff")), " \t\r\n"), r.MediaType
}
