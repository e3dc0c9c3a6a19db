// Package sources has recipes: ready definitions of the public sources that a
// territory in Tuscany, or any other in Italy, can harvest: the address, the
// kind, what the columns mean, the licence and how often to ask. A recipe is a
// file in JSON; docs/recipes.md lists them. None has been tried on the live
// address by its authors unless it says when.
package sources

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

//go:embed *.json
var files embed.FS

// A Recipe is one source, or, with parameters, the same source of any city.
// {name} in URL, Query, ID, Title and Mapping stands for a parameter's value.
type Recipe struct {
	Name       string            `json:"name"`
	Title      string            `json:"title"`           // what people see, in Italian
	About      string            `json:"about"`           // what it gives, in English
	Themes     []catalog.Theme   `json:"themes"`          // that its records mostly have
	Kind       string            `json:"kind"`            // a protocol, or "basemap": a file for ponet basemap import
	URL        string            `json:"url"`             // without the query, when there is a Query
	Query      map[string]string `json:"query,omitempty"` // parameters of the address, as they read before encoding
	ID         string            `json:"id"`              // that the source gets here
	Body       string            `json:"body,omitempty"`  // who answers for it: IPA code in lower case
	BodyName   string            `json:"body_name,omitempty"`
	Licence    string            `json:"licence,omitempty"` // as a short name; "": each dataset says its own
	Rhythm     catalog.Duration  `json:"rhythm"`
	Deadline   catalog.Duration  `json:"deadline"`
	Parameters []Parameter       `json:"parameters,omitempty"`
	Mapping    catalog.Mapping   `json:"mapping"`
	Documented []string          `json:"documented"` // pages and public programs that name the address or its columns
	Note       string            `json:"note,omitempty"`
	Verified   string            `json:"verified"` // the day (2006-01-02) on which the live address was harvested, or "never"
	Replayed   Replay            `json:"replayed"`
}

// A Parameter is what differs from city to city.
type Parameter struct {
	Name    string `json:"name"`
	About   string `json:"about"`
	Default string `json:"default"` // of the province or city of Prato
	Pattern string `json:"pattern"` // a regular expression for the whole value
}

// A Replay says on what the recipe was tried by its test.
type Replay struct {
	On   string `json:"on"`   // file below ../shared/data or testdata; "" for a basemap
	What string `json:"what"` // "real": the publisher's own bytes; "built": written by us after the documented structure
}

// Basemap is the Kind of a recipe whose file ponet basemap import reads.
const Basemap = "basemap"

// Never is Verified of a recipe whose live address nobody has tried.
const Never = "never"

// Recipes are all of them, in order of name.
func Recipes() ([]Recipe, error) {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil, err
	}
	var all []Recipe
	for _, e := range entries {
		b, err := files.ReadFile(e.Name())
		if err != nil {
			return nil, err
		}
		r, err := parse(b)
		if err != nil {
			return nil, fmt.Errorf("recipe %s: %w", e.Name(), err)
		}
		all = append(all, r)
	}
	return all, nil
}

// Find is the recipe called name.
func Find(name string) (Recipe, error) {
	all, err := Recipes()
	if err != nil {
		return Recipe{}, err
	}
	for _, r := range all {
		if r.Name == name {
			return r, nil
		}
	}
	return Recipe{}, fmt.Errorf("recipe %q: %w", name, catalog.ErrNotFound)
}

func parse(b []byte) (r Recipe, err error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	err = d.Decode(&r)
	return r, err
}

// Source is the source of the recipe for the parameters given; those that are
// not given have their defaults. The Licence is still the short name.
func (r Recipe) Source(given map[string]string) (catalog.Source, error) {
	values := map[string]string{}
	for _, p := range r.Parameters {
		v, ok := given[p.Name]
		if !ok {
			v = p.Default
		}
		if !regexp.MustCompile("^(?:" + p.Pattern + ")$").MatchString(v) {
			return catalog.Source{}, fmt.Errorf("parameter %s=%q: %s, such as %s: %w", p.Name, v, p.About, p.Default, catalog.ErrInvalid)
		}
		values[p.Name] = v
	}
	for name := range given {
		if _, ok := values[name]; !ok {
			return catalog.Source{}, fmt.Errorf("recipe %s has no parameter %q; it has %s: %w", r.Name, name, r.parameterNames(), catalog.ErrInvalid)
		}
	}
	src := catalog.Source{
		ID: fill(r.ID, values, lower), Protocol: r.Kind, URL: r.address(values), Title: fill(r.Title, values, nil),
		BodyID: r.Body, BodyName: r.BodyName, Licence: r.Licence, Rhythm: r.Rhythm, Deadline: r.Deadline,
	}
	mapping, err := json.Marshal(r.Mapping)
	if err != nil {
		return src, err
	}
	return src, json.Unmarshal([]byte(fill(string(mapping), values, quoted)), &src.Mapping)
}

func (r Recipe) parameterNames() string {
	var names []string
	for _, p := range r.Parameters {
		names = append(names, p.Name)
	}
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// address is the whole address, with the values encoded as it needs them.
func (r Recipe) address(values map[string]string) string {
	address := fill(r.URL, values, url.PathEscape)
	if len(r.Query) == 0 {
		return address
	}
	query := url.Values{}
	for name, value := range r.Query {
		query.Set(name, fill(value, values, nil))
	}
	return address + "?" + query.Encode()
}

// fill puts the values, as encode writes them, in the place of their names.
func fill(text string, values map[string]string, encode func(string) string) string {
	var pairs []string
	for name, v := range values {
		if encode != nil {
			v = encode(v)
		}
		pairs = append(pairs, "{"+name+"}", v)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

var notOfAnID = regexp.MustCompile(`[^a-z0-9]+`)

// lower makes a value part of an id.
func lower(v string) string {
	return strings.Trim(notOfAnID.ReplaceAllString(strings.ToLower(v), "-"), "-")
}

// quoted is a value inside a JSON text.
func quoted(v string) string {
	b, _ := json.Marshal(v) // a string always has a JSON text
	return strings.Trim(string(b), `"`)
}

// OfTheme reports whether the recipe's records mostly have a theme.
func (r Recipe) OfTheme(t catalog.Theme) bool { return slices.Contains(r.Themes, t) }
