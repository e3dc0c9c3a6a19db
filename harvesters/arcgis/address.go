package arcgis

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"po-net.prato.it/ponet/harvesters/fetch"
)

const maxLayers = 500 // of a service

var (
	serverPath = regexp.MustCompile(`(?i)^(.*/(?:FeatureServer|MapServer))(?:/(\d+))?(?:/.*)?$`)
	itemID     = regexp.MustCompile(`^[0-9a-f]{32}$`)
	datasetID  = regexp.MustCompile(`/(?:datasets|maps|items)/([^/?]+)`)
)

// layers finds the layers that an address means: one of a service, all of a
// service, of all services of a server or folder, or of the datasets of a Hub; or those
// of an item of a portal or of a dataset of a Hub. lost tells of services of many that
// could not be read.
func (c client) layers(ctx context.Context, address string) (all []*layer, lost []string, err error) {
	u, ok := fetch.Web(address)
	if !ok {
		return nil, nil, failed("address %s: the address of a service on the web is due", address)
	}
	where := u.Query().Get("where")
	if m := serverPath.FindStringSubmatch(u.Path); m != nil {
		u.Path, u.RawPath, u.RawQuery, u.Fragment = m[1], "", "", ""
		all, err = c.service(ctx, u.String(), m[2], where)
		return all, nil, err
	}
	if m := directoryPath.FindStringSubmatch(u.Path); m != nil {
		u.Path, u.RawPath, u.RawQuery, u.Fragment = m[1], "", "", ""
		list, err := c.directory(ctx, u.String(), m[2])
		if err != nil {
			return nil, nil, err
		}
		return c.everywhere(ctx, list, where)
	}
	if !itemID.MatchString(u.Query().Get("id")) && !datasetID.MatchString(u.Path) {
		list, isHub, err := c.hub(ctx, &url.URL{Scheme: u.Scheme, Host: u.Host})
		if isHub && err == nil {
			return c.everywhere(ctx, list, where)
		}
		if isHub || ctx.Err() != nil {
			return nil, nil, err
		}
		return nil, nil, failed("%s is no layer, no service, no list of services and no Hub (%v)", u, err)
	}
	found, err := c.item(ctx, u)
	if err != nil {
		return nil, nil, err
	}
	m := serverPath.FindStringSubmatch(found)
	if m == nil {
		return nil, nil, failed("%s leads to %q, which is neither a FeatureServer nor a MapServer", address, found)
	}
	all, err = c.service(ctx, m[1], m[2], where)
	return all, nil, err
}

// item is the address of the service that a page of a portal or Hub is about.
func (c client) item(ctx context.Context, u *url.URL) (string, error) {
	root := url.URL{Scheme: u.Scheme, Host: u.Host}
	if id := u.Query().Get("id"); itemID.MatchString(id) {
		portal, _, _ := strings.Cut(u.Path, "/home/")
		portal, _, _ = strings.Cut(portal, "/apps/")
		var item struct {
			URL  string `json:"url"`
			Type string `json:"type"`
		}
		if err := c.get(ctx, root.String()+strings.TrimSuffix(portal, "/")+"/sharing/rest/content/items/"+id, url.Values{"f": {"json"}}, &item); err != nil {
			return "", err
		}
		if item.URL == "" {
			return "", failed("the item %s is a %s, which is no service", id, item.Type)
		}
		return item.URL, nil
	}
	m := datasetID.FindStringSubmatch(u.Path)
	address := root.String() + "/api/v3/datasets"
	q := url.Values{"filter[slug]": {m[1]}}
	if id, _, _ := strings.Cut(m[1], "_"); itemID.MatchString(id) {
		address, q = address+"/"+m[1], nil
	}
	var answer struct {
		Data json.RawMessage `json:"data"`
	}
	if err := c.get(ctx, address, q, &answer); err != nil {
		return "", err
	}
	type dataset struct {
		Attributes struct {
			URL string `json:"url"`
		} `json:"attributes"`
	}
	var list []dataset
	var one dataset
	if json.Unmarshal(answer.Data, &list) == nil && len(list) > 0 {
		one = list[0]
	} else if err := json.Unmarshal(answer.Data, &one); err != nil || one.Attributes.URL == "" {
		return "", failed("%s: the Hub has no dataset %q", address, m[1])
	}
	return one.Attributes.URL, nil
}

// service describes one layer of a service, or all that hold rows.
func (c client) service(ctx context.Context, address, number, where string) ([]*layer, error) {
	if number != "" {
		l, err := c.describe(ctx, address+"/"+number, where)
		if err != nil {
			return nil, err
		}
		if !l.holdsRows() {
			return nil, nothing("%s is a %s, which holds no rows", l.address, l.Type)
		}
		return []*layer{l}, nil
	}
	type entry struct {
		ID   int    `json:"id"`
		Name string `json:"name"`
		Sub  []int  `json:"subLayerIds"`
	}
	var s struct {
		Layers []entry `json:"layers"`
		Tables []entry `json:"tables"`
	}
	if err := c.get(ctx, address, url.Values{"f": {"json"}}, &s); err != nil {
		return nil, err
	}
	entries := append(s.Layers, s.Tables...)
	if len(entries) > maxLayers {
		return nil, failed("%s has %d layers; at most %d are read", address, len(entries), maxLayers)
	}
	var all []*layer
	for _, e := range entries {
		if len(e.Sub) > 0 {
			continue // a group
		}
		l, err := c.describe(ctx, fmt.Sprintf("%s/%d", address, e.ID), where)
		if err != nil {
			return nil, err
		}
		if l.Name == "" {
			l.Name = e.Name
		}
		if l.holdsRows() {
			all = append(all, l)
		}
	}
	if len(all) == 0 {
		return nil, nothing("%s has no layer that holds rows", address)
	}
	return all, nil
}

func (c client) describe(ctx context.Context, address, where string) (*layer, error) {
	l := &layer{address: address, where: where}
	if l.where == "" {
		l.where = "1=1"
	}
	if err := c.get(ctx, address, url.Values{"f": {"json"}}, l); err != nil {
		return nil, err
	}
	if l.Name == "" && len(l.Fields) == 0 && l.Type == "" {
		return nil, failed("%s does not describe a layer", address)
	}
	if !l.queries() {
		return nil, nothing("%s lets nobody ask for its rows: its capabilities are %q", address, *l.Capabilities)
	}
	l.complete()
	return l, nil
}

// asServerError: the server understood the address, and refused.
func asServerError(err error) bool {
	var s *serverError
	var status *fetch.StatusError
	return errors.As(err, &s) && s.Code/100 != 5 && s.Code != 498 && s.Code != 499 || errors.As(err, &status) && (status.Code/100 == 4 || status.Code == 501)
}
