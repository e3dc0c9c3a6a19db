package sensorthings

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/table"
)

// A service is what an address leads to.
type service struct {
	client *http.Client
	base   *url.URL // with the version, without a slash at the end
	filter string   // of Things, from the address; "" for all
	top    int      // Things a page

	arrays bool // Observations are offered as data arrays (OGC 18-088 §14)
	multi  bool // there are MultiDatastreams
}

var (
	versioned = regexp.MustCompile(`/v\d+(\.\d+)?/?$`)
	entitySet = regexp.MustCompile(`/(Things|Locations|HistoricalLocations|Datastreams|MultiDatastreams|Sensors|ObservedProperties|Observations|FeaturesOfInterest)([(/].*)?$`)
)

// find asks for the root of the service at an address, which may lack the version
// or name the Things, with a filter.
func find(ctx context.Context, c *http.Client, address string, pageRows int) (*service, error) {
	u, ok := fetch.Web(address)
	if !ok {
		return nil, failed("address %s: the address of a service on the web is due", address)
	}
	s := &service{client: c, filter: u.Query().Get("$filter"), top: pageThings}
	if pageRows > 0 {
		s.top = min(pageRows, pageThings)
	}
	u.Path, u.RawPath = entitySet.ReplaceAllString(strings.TrimRight(u.Path, "/"), ""), ""
	u.RawQuery, u.Fragment = "", ""
	if versioned.MatchString(u.Path) {
		s.base = u
		return s, s.readRoot(ctx)
	}
	var first error
	for _, version := range []string{"/v1.1", "/v1.0", ""} {
		s.base = u.JoinPath()
		s.base.Path = u.Path + version
		err := s.readRoot(ctx)
		if err == nil {
			return s, nil
		}
		if ctx.Err() != nil {
			return nil, err
		}
		if first == nil {
			first = err
		}
	}
	return nil, first
}

// root is the answer of the service itself (OGC 18-088 §9.2.1).
type root struct {
	Value []struct {
		Name string `json:"name"`
	} `json:"value"`
	Settings struct {
		Conformance []string `json:"conformance"`
	} `json:"serverSettings"`
	Message string `json:"message"`

	Requests []json.RawMessage `json:"requests"`     // of a $batch
	Encoding string            `json:"encodingType"` // of a Location or FeatureOfInterest
}

// but says what a document is that is no service.
func (r root) but() string {
	switch {
	case r.Requests != nil:
		return "; it is a $batch of requests to write entities with"
	case r.Encoding != "":
		return "; it is a single entity"
	}
	return said(r.Message)
}

func (s *service) readRoot(ctx context.Context) error {
	doc, err := fetch.Read(ctx, s.client, s.base.String(), "application/json")
	if err != nil {
		return err
	}
	var r root
	if err := decode(doc.Bytes, &r); err != nil {
		return failed("%s is no service of SensorThings: %v", s.base, err)
	}
	things := false
	for _, v := range r.Value {
		things = things || v.Name == "Things"
		s.multi = s.multi || v.Name == "MultiDatastreams"
	}
	if !things {
		return failed("%s is no service of SensorThings: it lists no Things%s", s.base, r.but())
	}
	for _, c := range r.Settings.Conformance {
		s.arrays = s.arrays || strings.Contains(c, "/data-array")
	}
	return nil
}

// A page of entities.
type page struct {
	Value   json.RawMessage `json:"value"`
	Next    string          `json:"@iot.nextLink"`
	Next2   string          `json:"@nextLink"`
	Message string          `json:"message"`
}

// each reads the pages of a collection and calls f with every entity.
func (s *service) each(ctx context.Context, address string, f func(json.RawMessage) error) error {
	var guard fetch.Guard
	for address != "" {
		if err := guard.Ask(address); err != nil {
			return err
		}
		doc, err := fetch.Read(ctx, s.client, address, "application/json")
		if err != nil {
			return err
		}
		var p page
		if err := decode(doc.Bytes, &p); err != nil {
			return failed("%s: %v", address, err)
		}
		var list []json.RawMessage
		if json.Unmarshal(p.Value, &list) != nil || list == nil {
			return failed("%s: an answer without entities%s", address, said(p.Message))
		}
		if len(list) > 0 {
			if err := guard.Got(marks(p.Value, list)); err != nil {
				return fmt.Errorf("%s: %w", address, err)
			}
		}
		for _, entity := range list {
			if err := f(entity); err != nil {
				return err
			}
		}
		if address, err = s.next(address, p); err != nil {
			return err
		}
	}
	return nil
}

// marks is what tells a page from others: the ids of its entities, since their
// times move on while they are read; the bytes where ids were not asked for.
func marks(whole []byte, list []json.RawMessage) []byte {
	var ids []byte
	for _, entity := range list {
		id := table.Member(entity, "@iot.id")
		if id == nil {
			return whole
		}
		ids = append(append(ids, id...), ',')
	}
	return ids
}

// next is the address of the page after p, as the service gives it but for its
// host; "" after the last.
func (s *service) next(address string, p page) (string, error) {
	link := p.Next
	if link == "" {
		link = p.Next2
	}
	if link == "" {
		return "", nil
	}
	at, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	next, err := fetch.Rebase(at, escaped(link))
	if err != nil {
		return "", failed("%s: the link to the next page is none: %v", address, err)
	}
	return next, nil
}

// at is the address of something below the base.
func (s *service) at(path, query string) string {
	address := s.base.String() + path
	if query != "" {
		address += "?" + escaped(query)
	}
	return address
}

// escaped is an address or query whose spaces, which filters have, are encoded.
func escaped(s string) string { return strings.NewReplacer(" ", "%20", `"`, "%22").Replace(s) }

func decode(b []byte, v any) error {
	if t := strings.TrimSpace(string(b[:min(64, len(b))])); strings.HasPrefix(t, "<") {
		return errors.New("a web page came instead of JSON")
	}
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("the answer is not valid JSON: %w", err)
	}
	return nil
}

func said(message string) string {
	if message == "" {
		return ""
	}
	return fmt.Sprintf("; it says %q", catalog.Excerpt(message))
}

func failed(format string, args ...any) error {
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), catalog.ErrFailedListing)
}
