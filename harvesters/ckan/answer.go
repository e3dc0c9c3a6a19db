package ckan

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// parseAnswer reads the packages of what a portal answered or somebody saved:
// an answer of package_show, package_search or
// current_package_list_with_resources, its bare result, a list of packages, or
// packages one after the other (JSON lines). The site is told by the help
// address of the answer, "" if there is none.
func parseAnswer(name string, b []byte) (packages []json.RawMessage, site string, err error) {
	b = bytes.TrimSpace(bytes.TrimPrefix(b, []byte("\ufeff")))
	switch {
	case len(b) == 0:
		return nil, "", failed("%s is empty", name)
	case b[0] == '<':
		return nil, "", failed("%s is a web page and not JSON: %q", name, catalog.Excerpt(pageTitle(string(b))))
	}
	for d := json.NewDecoder(bytes.NewReader(b)); ; {
		var value json.RawMessage
		if err := d.Decode(&value); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, "", failed("%s is not JSON: %v", name, err)
		}
		more, at, err := valuePackages(name, value)
		if err != nil {
			return nil, "", err
		}
		packages = append(packages, more...)
		if site == "" {
			site = at
		}
	}
	if len(packages) == 0 {
		return nil, "", failed("%s holds no package", name)
	}
	return packages, site, nil
}

// valuePackages are the packages of one JSON value.
func valuePackages(name string, value json.RawMessage) (packages []json.RawMessage, site string, err error) {
	var list []json.RawMessage
	if json.Unmarshal(value, &list) == nil {
		for _, v := range list {
			if what := notPackage(v); what != "" {
				return nil, "", failed("%s is a list of %s and not of packages; give the portal's address instead", name, what)
			}
		}
		return list, "", nil
	}
	var o struct {
		envelope
		Results *[]json.RawMessage `json:"results"`
		ID      json.RawMessage    `json:"id"`
		Name    json.RawMessage    `json:"name"`
	}
	if err := json.Unmarshal(value, &o); err != nil {
		return nil, "", failed("%s is neither an answer of CKAN nor a package: %v", name, err)
	}
	switch {
	case o.Success != nil:
		if _, err := parseEnvelope(name, value); err != nil {
			return nil, "", err
		}
		packages, _, err = valuePackages(name, o.Result)
		return packages, siteOfHelp(o.Help), err
	case o.Results != nil:
		return *o.Results, "", nil
	case o.ID != nil || o.Name != nil:
		return []json.RawMessage{value}, "", nil
	}
	return nil, "", failed("%s is JSON, but neither an answer of CKAN nor a package: it has no id, name, results or success", name)
}

// notPackage says what an item of a list is if it is no package, "" if it may
// be one: organisations and groups have names and titles, too.
func notPackage(v json.RawMessage) string {
	f, err := parseFields(v)
	switch {
	case err != nil:
		return "names"
	case f.flag("is_organization"), f.text("type") == "organization":
		return "organisations"
	case f.top["is_organization"] != nil, f.text("type") == "group", f.top["package_count"] != nil:
		return "groups"
	}
	return ""
}

// siteOfHelp is the portal whose API has its help at the address given.
func siteOfHelp(help string) string {
	u, err := url.Parse(help)
	if err != nil || u.Host == "" || !strings.HasPrefix(u.Scheme, "http") {
		return ""
	}
	before, _, ok := cutAPI(u.Path)
	if !ok {
		return ""
	}
	return u.Scheme + "://" + u.Host + before
}
