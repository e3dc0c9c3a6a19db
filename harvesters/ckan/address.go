package ckan

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"po-net.prato.it/ponet/harvesters/fetch"
)

// Paths below which portals have CKAN when it is not where their address says.
var usualPaths = []string{"", "/data", "/opendata", "/ckan", "/catalog", "/dati"}

// locate finds out what the source's address names: a file with an answer, an
// answer of the API, a page or the base address of a portal.
func (h *harvest) locate(ctx context.Context) (address, error) {
	u, err := url.Parse(h.src.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return address{answer: h.src.URL}, nil
	}
	a, candidates := readAddress(u)
	if a.answer != "" {
		return a, nil
	}
	var tried []string
	paths := []string{usualActions}
	if _, _, ok := cutAPI(strings.TrimRight(u.Path, "/")); ok {
		paths = append(paths, plainActions)
	}
	for _, site := range candidates {
		for _, path := range paths {
			found, err := h.probe(ctx, address{site: site, path: path})
			if err == nil {
				a.site, a.path = found, path
				return a, nil
			}
			if !elsewhere(err) {
				return a, err
			}
			tried = append(tried, fmt.Sprintf("%s%s (%v)", site, path, err))
		}
	}
	if _, err := h.readAnswer(ctx, h.src.URL); err == nil {
		return address{answer: h.src.URL}, nil
	}
	return a, failed("no CKAN action API was found; tried %s", strings.Join(tried, ", "))
}

// readAddress takes an address apart, and lists where the portal may be.
func readAddress(u *url.URL) (a address, candidates []string) {
	host := &url.URL{Scheme: u.Scheme, User: u.User, Host: u.Host}
	clean := strings.TrimRight(u.Path, "/")
	switch path.Ext(clean) {
	case ".json", ".jsonl", ".gz": // somebody saved an answer
		return address{answer: u.String()}, nil
	}
	if before, action, ok := cutAPI(clean); ok {
		switch action {
		case "package_show", "current_package_list_with_resources":
			return address{answer: u.String()}, nil
		case "package_search":
			a.query = u.Query()
		}
		return a, []string{host.String() + before}
	}
	if before, page, ok := cutPage(clean); ok {
		site := host.String() + before
		switch {
		case page.kind == "organization":
			a.query = url.Values{"fq": {"organization:" + quoted(page.name)}}
		case page.kind == "group":
			a.query = url.Values{"fq": {"groups:" + quoted(page.name)}}
		case page.name != "":
			return address{answer: address{site: site}.action("package_show") + "?id=" + url.QueryEscape(page.name)}, nil
		}
		return a, []string{site}
	}
	candidates = []string{host.String() + clean}
	for _, p := range usualPaths {
		if site := host.String() + p; !slices.Contains(candidates, site) {
			candidates = append(candidates, site)
		}
	}
	return a, candidates
}

// cutAPI parts a path at /api, and says which action is named after it.
func cutAPI(p string) (before, action string, ok bool) {
	before, rest, ok := strings.Cut(p+"/", "/api/")
	if !ok {
		return "", "", false
	}
	if _, after, found := strings.Cut("/"+rest, "/action/"); found {
		action = strings.Trim(after, "/")
	}
	return before, action, true
}

// A pageName is a page of the portal: one dataset, or all of an organisation.
type pageName struct{ kind, name string }

// cutPage reads the address of a page of the portal, "/it/dataset/alberi".
func cutPage(p string) (before string, page pageName, ok bool) {
	parts := strings.Split(p, "/")
	for i, part := range parts {
		if part != "dataset" && part != "organization" && part != "group" {
			continue
		}
		page.kind = part
		if i+1 < len(parts) {
			page.name = parts[i+1]
		}
		if page.name == "" {
			page.kind = "dataset"
		}
		if i > 1 && len(parts[i-1]) == 2 { // the language of the page
			i--
		}
		return strings.Join(parts[:i], "/"), page, true
	}
	return "", page, false
}

// quoted is name as a phrase of Solr's query language.
func quoted(name string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `"`
}

// probe asks whether the API is at a, and returns the site where it really is,
// after redirects. Not status_show: some portals refuse it while the rest works.
func (h *harvest) probe(ctx context.Context, a address) (string, error) {
	var first error
	for _, action := range []string{"site_read", "package_search?rows=0"} {
		d, err := fetch.Read(ctx, h.client, a.action(action), "application/json")
		if err == nil {
			_, err = parseEnvelope(action, d.Bytes)
		}
		if err == nil {
			return moved(a.site, d.URL), nil
		}
		if !elsewhere(err) {
			return "", err
		}
		if first == nil {
			first = err
		}
	}
	return "", first
}

// moved is site, or where a redirect of one of its actions led.
func moved(site string, at *url.URL) string {
	if at == nil {
		return site
	}
	if before, action, ok := cutAPI(at.Path); ok && action != "" {
		return (&url.URL{Scheme: at.Scheme, User: at.User, Host: at.Host}).String() + before
	}
	return site
}

// elsewhere reports whether after err another address may be tried: the server
// answered, but not as CKAN.
func elsewhere(err error) bool {
	var status *fetch.StatusError
	if errors.As(err, &status) {
		return status.Code >= 300 && status.Code < 500 && status.Code != http.StatusTooManyRequests || status.Code == http.StatusInternalServerError
	}
	var wrong *url.Error
	return !errors.As(err, &wrong) && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)
}

// answer yields the packages of a single answer.
func (h *harvest) answer(ctx context.Context, at string) error {
	packages, err := h.readAnswer(ctx, at)
	if err != nil {
		return err
	}
	h.found("one answer of CKAN's action API; packages: %d", len(packages))
	for _, raw := range packages {
		if err := h.take(raw); err != nil {
			return err
		}
	}
	return nil
}

// readAnswer reads the packages of an answer, or of a file with packages.
func (h *harvest) readAnswer(ctx context.Context, at string) ([]json.RawMessage, error) {
	d, err := fetch.Read(ctx, h.client, at, "application/json")
	if err != nil {
		return nil, err
	}
	packages, site, err := parseAnswer(d.Name, d.Bytes)
	if err != nil {
		return nil, err
	}
	h.site = site
	if before, _, ok := cutAPI(pathOf(d.URL)); ok {
		h.site = (&url.URL{Scheme: d.URL.Scheme, User: d.URL.User, Host: d.URL.Host}).String() + before
	}
	return packages, nil
}

func pathOf(u *url.URL) string {
	if u == nil {
		return ""
	}
	return u.Path
}
