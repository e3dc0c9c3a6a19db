package ponet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/table"
)

const (
	prefix     = "/api/v1"
	pageRows   = 1000    // records or changes asked for at once: as many as a node gives
	maxChanges = 200_000 // after which reading everything is no more work
)

// Harvest yields the records of the node at src.URL: all that it has at home, or
// what was published, changed and withdrawn since the last run.
func Harvest(ctx context.Context, c *http.Client, src catalog.Source) iter.Seq2[catalog.Harvested, error] {
	return func(yield func(catalog.Harvested, error) bool) {
		n := &node{client: c, src: src, yield: yield}
		if err := n.run(ctx); err != nil && !errors.Is(err, table.ErrEnough) {
			yield(catalog.Harvested{}, err)
		}
	}
}

// A node is one reading of another node.
type node struct {
	client      *http.Client
	src         catalog.Source
	yield       func(catalog.Harvested, error) bool
	home        string // its address without final slash
	name        string // what it calls itself
	collections map[string]collection
	guard       fetch.Guard
	own         int // records that it has at home
}

func (n *node) run(ctx context.Context) error {
	if err := n.locate(ctx); err != nil {
		return err
	}
	l := n.src.Listing()
	if l.Since != "" {
		done, err := n.changes(ctx, l)
		if done || err != nil {
			return err
		}
	}
	return n.everything(ctx, l)
}

// locate finds the API of the node whose address, or any address of whose API,
// was given.
func (n *node) locate(ctx context.Context) error {
	u, err := url.Parse(n.src.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return failed("%s is no address of a Po-net node", n.src.URL)
	}
	path, _, _ := strings.Cut(u.Path, prefix)
	u.Path, u.RawPath, u.RawQuery, u.Fragment = strings.TrimRight(path, "/"), "", "", ""
	n.home = u.String()
	var landing struct {
		Title string `json:"title"`
		Links []link `json:"links"`
	}
	if err := n.get(ctx, n.home+prefix+"/", &landing); err != nil {
		return fmt.Errorf("no Po-net node was found at %s: %w", n.home, err)
	}
	if find(landing.Links, "changes") == "" {
		return failed("%s has an API that is not of a Po-net node with a change log; a node older than that is read by its files, or by kind ogcapi", n.home)
	}
	n.name = landing.Title
	return nil
}

// A link leads to another resource (RFC 8288).
type link struct {
	Href string `json:"href"`
	Rel  string `json:"rel"`
}

func find(links []link, rel string) string {
	for _, l := range links {
		if l.Rel == rel {
			return l.Href
		}
	}
	return ""
}

// get reads a JSON document into v.
func (n *node) get(ctx context.Context, address string, v any) error {
	d, err := fetch.Read(ctx, n.client, address, "application/geo+json, application/json")
	if err != nil {
		return err
	}
	if fetch.IsPage(d.Bytes) {
		return failed("%s is a web page and not JSON", address)
	}
	if err := json.Unmarshal(d.Bytes, v); err != nil {
		return failed("%s is not the JSON of a Po-net node: %v", address, err)
	}
	return nil
}

// A collection of the node.
type collection struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	ItemType string `json:"itemType"`
	Count    int    `json:"itemCount"`
	Links    []link `json:"links"`
}

// dataset is the key of the dataset whose rows the collection holds, "" when it
// holds the records of a kind.
func (c collection) dataset() string {
	iri := find(c.Links, "describedby")
	return iri[strings.LastIndexByte(iri, '/')+1:]
}

// list reads which collections there are.
func (n *node) list(ctx context.Context) ([]collection, error) {
	var document struct {
		Collections []collection `json:"collections"`
	}
	if err := n.get(ctx, n.home+prefix+"/collections", &document); err != nil {
		return nil, err
	}
	n.collections = map[string]collection{}
	for _, c := range document.Collections {
		n.collections[c.ID] = c
	}
	return document.Collections, nil
}

func failed(format string, args ...any) error {
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), catalog.ErrFailedListing)
}
