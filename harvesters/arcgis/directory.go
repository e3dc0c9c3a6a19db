package arcgis

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
)

const (
	maxServices = 500 // of a directory or a Hub
	hubRows     = 100 // datasets of a Hub in one page
)

// directoryPath is that of a server's list of services, or of one folder of it.
var directoryPath = regexp.MustCompile(`(?i)^(.*/rest/services)(?:/([^/]+))?/?$`)

// ownFolders hold the server's own tools.
var ownFolders = []string{"system", "utilities"}

// errNoRows is wrapped by the refusal of a service that has nothing for us.
var errNoRows = errors.New("nothing to read")

func nothing(format string, args ...any) error {
	return fmt.Errorf("%s: %w: %w", fmt.Sprintf(format, args...), errNoRows, catalog.ErrFailedListing)
}

// A place is a service that a list of them names.
type place struct {
	address, number string // number of its one layer that is meant, "" for all
	name            string
	about           *catalog.Dataset
}

// directory lists the services of a server, or of one of its folders.
func (c client) directory(ctx context.Context, root, folder string) ([]place, error) {
	var list struct {
		Folders  []string `json:"folders"`
		Services []struct {
			Name string `json:"name"` // with its folder
			Type string `json:"type"`
		} `json:"services"`
	}
	at := root
	if folder != "" {
		at += "/" + url.PathEscape(folder)
	}
	if err := c.get(ctx, at, url.Values{"f": {"json"}}, &list); err != nil {
		return nil, err
	}
	types := map[string]string{}
	var names []string
	for _, s := range list.Services {
		if s.Type != "FeatureServer" && s.Type != "MapServer" {
			continue
		}
		if types[s.Name] == "" {
			names = append(names, s.Name)
		}
		if types[s.Name] != "FeatureServer" { // the same layers are in the other, as pictures
			types[s.Name] = s.Type
		}
	}
	var all []place
	for _, name := range names {
		all = append(all, place{address: root + "/" + (&url.URL{Path: name}).EscapedPath() + "/" + types[name], name: name})
	}
	if folder != "" {
		return all, nil
	}
	for _, f := range list.Folders {
		if slices.Contains(ownFolders, strings.ToLower(f)) {
			continue
		}
		more, err := c.directory(ctx, root, f)
		if err != nil && !private(err) {
			return nil, fmt.Errorf("folder %s: %w", f, err)
		}
		all = append(all, more...)
	}
	return all, nil
}

// hub lists the services that the datasets of a Hub are, from its search, which is an
// OGC API – Records of its own kind; ok is false when there is none.
func (c client) hub(ctx context.Context, root *url.URL) (all []place, ok bool, err error) {
	var guard fetch.Guard
	at := root.JoinPath("api/search/v1/collections/dataset/items")
	next, read, matched := at.String()+fmt.Sprintf("?limit=%d", hubRows), 0, -1
	for next != "" {
		if err := guard.Ask(next); err != nil {
			return nil, ok, err
		}
		var page struct {
			Features []struct {
				ID         string  `json:"id"`
				Properties hubItem `json:"properties"`
			} `json:"features"`
			Matched *int `json:"numberMatched"`
			Links   []struct{ Rel, Href string }
		}
		if err := c.get(ctx, next, nil, &page); err != nil {
			return nil, ok, err
		}
		ok = page.Features != nil
		if page.Matched != nil {
			matched = *page.Matched
		}
		for _, f := range page.Features {
			read++
			if p, is := f.Properties.place(root, f.ID); is {
				all = append(all, p)
			}
		}
		next = ""
		for _, l := range page.Links {
			if l.Rel == "next" && len(page.Features) > 0 {
				if next, err = fetch.Rebase(at, l.Href); err != nil {
					return nil, ok, failed("the link to the next page, %q: %v", l.Href, err)
				}
			}
		}
	}
	if read < matched {
		return nil, ok, failed("the Hub counts %d datasets and listed %d", matched, read)
	}
	return all, ok, nil
}

// A hubItem is a dataset as the search of a Hub has it.
type hubItem struct {
	Title       string          `json:"title"`
	Type        string          `json:"type"`
	URL         string          `json:"url"`
	Description string          `json:"description"`
	Snippet     string          `json:"snippet"`
	Tags        json.RawMessage `json:"tags"`
	Licence     string          `json:"licenseInfo"`
	Access      string          `json:"accessInformation"`
	Modified    json.Number     `json:"modified"` // milliseconds since 1970
}

// place is the service that the dataset is, if it is one.
func (i hubItem) place(root *url.URL, id string) (place, bool) {
	m := serverPath.FindStringSubmatch(strings.TrimSuffix(i.URL, "/"))
	if m == nil {
		return place{}, false
	}
	d := &catalog.Dataset{Title: i.Title, Description: i.Description, RightsNote: i.Access, Licence: i.Licence, LandingPage: root.JoinPath("datasets", id).String()}
	if d.Description == "" {
		d.Description = i.Snippet
	}
	_ = json.Unmarshal(i.Tags, &d.Keywords) // anything else than a list of words is none
	if ms, err := i.Modified.Int64(); err == nil && ms > 0 {
		d.Modified = time.UnixMilli(ms).UTC().Format(time.RFC3339)
	}
	p := place{address: m[1], number: m[2], name: i.Title, about: d}
	if _, after, ok := strings.Cut(id, "_"); ok && p.number == "" && layerNumber.MatchString(after) {
		p.number = after
	}
	return p, true
}

var layerNumber = regexp.MustCompile(`^\d+$`)

// everywhere describes the layers of the services of a list. One that is not public,
// or has no rows, is left out; one that fails is named in lost.
func (c client) everywhere(ctx context.Context, list []place, where string) (all []*layer, lost []string, err error) {
	if len(list) > maxServices {
		return nil, nil, failed("there are %d services; at most %d are read: make sources of its folders", len(list), maxServices)
	}
	for _, p := range list {
		layers, err := c.service(ctx, p.address, p.number, where)
		switch {
		case ctx.Err() != nil:
			return nil, nil, ctx.Err()
		case err != nil && (private(err) || errors.Is(err, errNoRows)):
			continue
		case err != nil:
			lost = append(lost, fmt.Sprintf("service %s: %s", p.name, strings.TrimSuffix(err.Error(), ": "+catalog.ErrFailedListing.Error())))
			continue
		}
		for _, l := range layers {
			l.service, l.dataset = p.name, p.about
		}
		if all = append(all, layers...); len(all) > maxLayers {
			return nil, nil, failed("there are more than %d layers: make sources of its folders or services", maxLayers)
		}
	}
	if len(all) == 0 && len(lost) == 0 {
		return nil, nil, failed("none of the %d services has rows that anybody may ask for", len(list))
	}
	return all, lost, nil
}

// private: the service or folder wants a login.
func private(err error) bool {
	var s *serverError
	var status *fetch.StatusError
	switch {
	case errors.As(err, &s):
		return s.Code == 498 || s.Code == 499 || s.Code == http.StatusUnauthorized || s.Code == http.StatusForbidden
	case errors.As(err, &status):
		return status.Code == http.StatusUnauthorized || status.Code == http.StatusForbidden
	}
	return false
}
