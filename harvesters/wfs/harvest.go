package wfs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/table"
	"po-net.prato.it/ponet/harvesters/xmldoc"
)

// Limits.
const (
	maxAnswer = 2 << 30 // bytes of an answer to GetFeature; spec §3.0
	maxLayers = 500     // of a service that are read without naming them
	maxLost   = 3       // layers in a row of a service that answers nothing any more
)

// Harvest yields every feature of every layer of the service at src.URL that the
// mapping names, all when it names none. A layer that cannot be read whole does not
// keep the others from being read; it ends the listing as failed.
func Harvest(ctx context.Context, c *http.Client, src catalog.Source) iter.Seq2[catalog.Harvested, error] {
	return func(yield func(catalog.Harvested, error) bool) {
		s := &service{src: src, client: c, yield: yield}
		if err := s.read(ctx); err != nil && !errors.Is(err, table.ErrEnough) {
			if !errors.Is(err, catalog.ErrFailedListing) && ctx.Err() == nil {
				err = fmt.Errorf("%w: %w", err, catalog.ErrFailedListing)
			}
			yield(catalog.Harvested{}, err)
		}
	}
}

// A service is one harvest of it.
type service struct {
	src    catalog.Source
	client *http.Client
	yield  func(catalog.Harvested, error) bool
	address
	caps capabilities
	rows int
}

func (s *service) read(ctx context.Context) error {
	done, err := s.open(ctx)
	if done || err != nil {
		return err
	}
	types, err := s.chosen()
	if err != nil {
		return err
	}
	var lost []string
	inARow := 0
	for _, t := range types {
		err := s.layer(ctx, t)
		if err == nil {
			inARow = 0
			continue
		}
		if errors.Is(err, table.ErrEnough) || ctx.Err() != nil {
			return err
		}
		lost = append(lost, fmt.Sprintf("layer %s: %s", t.name, strings.TrimSuffix(err.Error(), ": "+catalog.ErrFailedListing.Error())))
		if inARow++; inARow == maxLost {
			break
		}
	}
	switch {
	case len(lost) > 0:
		return failed("%d of %d layers could not be read whole: %s", len(lost), len(types), strings.Join(lost, "; "))
	case s.rows == 0:
		return failed("none of the %d layers has a feature", len(types))
	}
	return nil
}

// chosen are the layers to be read.
func (s *service) chosen() ([]featureType, error) {
	names := s.src.Mapping.Layers
	if len(names) == 0 {
		names = s.layers
	}
	types, unknown := s.caps.wanted(names)
	var all []string
	for _, t := range s.caps.types {
		all = append(all, t.name)
	}
	switch {
	case len(unknown) > 0:
		return nil, failed("the source wants the layers %q; the service has %q", unknown, all[:min(len(all), 40)])
	case len(types) == 0:
		return nil, failed("the service lists no layer")
	case len(types) > maxLayers && len(names) == 0:
		return nil, failed("the service has %d layers; at most %d are read, name those that are wanted with --layer", len(types), maxLayers)
	}
	return types, nil
}

// versions are asked for in this order.
var versions = []string{"2.0.0", "1.1.0", "1.0.0", ""}

// open finds out what the source is: a service, of which it reads the
// capabilities, or a file with features, which it has then read.
func (s *service) open(ctx context.Context) (done bool, err error) {
	s.address = newAddress(s.src.URL)
	if s.at == nil {
		return s.document(ctx, s.src.URL)
	}
	wanted := versions
	if s.version != "" {
		wanted = slices.Concat([]string{s.version}, versions)
	}
	for _, v := range wanted {
		var says *exception
		var status *fetch.StatusError
		done, err = s.document(ctx, s.with("service", "WFS", "version", v, "request", "GetCapabilities"))
		refused := errors.As(err, &says) || errors.As(err, &status) && status.Code >= 400 && status.Code != http.StatusNotFound && status.Code < 500
		if !refused {
			break
		}
	}
	return done, err
}

// document reads what an address holds, capabilities or features.
func (s *service) document(ctx context.Context, at string) (done bool, err error) {
	r, err := fetch.Open(ctx, s.client, at, "application/xml, text/xml;q=0.9, */*;q=0.5", maxAnswer)
	if err != nil {
		return false, err
	}
	defer r.Body.Close()
	in, head, err := input(r.Body, r.Charset)
	if err != nil {
		return false, err
	}
	if fetch.IsPage(head) {
		return false, fetch.PageError(head, r.URL, "a WFS")
	}
	if strings.Contains(string(head), "_Capabilities") || strings.Contains(string(head), "<Capabilities") {
		return false, s.capabilities(in, r)
	}
	return true, s.file(ctx, in, r)
}

// capabilities reads such a document.
func (s *service) capabilities(in io.Reader, r *fetch.Response) error {
	doc, err := io.ReadAll(io.LimitReader(in, fetch.MaxDocument+1))
	if err != nil {
		return err
	}
	if len(doc) > fetch.MaxDocument {
		return failed("capabilities of more than %d bytes", fetch.MaxDocument)
	}
	n, _, err := xmldoc.Parse(doc, "utf-8")
	if err != nil {
		return err
	}
	top := root(n)
	if top.Data != "WFS_Capabilities" {
		return failed("the service is described by <%s>, which is not that of a WFS", top.Data)
	}
	s.caps = readCapabilities(top)
	if r.URL == nil || strings.HasSuffix(strings.ToLower(r.URL.Path), ".xml") {
		s.address = s.elsewhere(s.caps.getFeature)
		if s.at == nil {
			return failed("the capabilities name no address of GetFeature: %q", s.caps.getFeature)
		}
	}
	return nil
}

// first is the version's first number: 2, 1.1 is 1 and so is 1.0.
func (c *capabilities) first() int {
	if strings.HasPrefix(c.version, "2") {
		return 2
	}
	return 1
}
