package api

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// A row is a record in the table of a page.
type row struct {
	ID, Title, Type, Address, Municipality, Href string
}

// A choice is a parameter of the page that a form must carry along.
type choice struct{ Name, Value string }

func (s *server) itemsPage(r *http.Request, tag string, c catalog.Collection, q catalog.Query, result catalog.Page) (*answer, error) {
	content := struct {
		Collection  catalog.Collection
		Rows        []row
		Matched     int64
		Exact       bool
		Text        string
		Carried     []choice
		Next, Prev  string
		Downloads   []datasets.Format
		DownloadSet string
	}{
		Collection: c, Matched: result.Matched, Exact: result.Exact, Text: q.Text,
		Carried: carried(r, "q", "after", "before"), Downloads: datasets.Formats, DownloadSet: downloadQuery(r),
	}
	for _, rec := range result.Records {
		line, err := s.row(r, c.Name, rec)
		if err != nil {
			return nil, err
		}
		content.Rows = append(content.Rows, line)
	}
	if result.Next != "" {
		content.Next = s.here(r, "before", "", "after", result.Next)
	}
	if result.Prev != "" {
		content.Prev = s.here(r, "after", "", "before", result.Prev)
	}
	page := s.newPage(r, phrases[language(r)]["records"], content, s.toRoot(r), s.toCollections(r), s.toCollection(r, c))
	return s.sendPage(r, "items", tag, page)
}

// carried are the parameters of r without those named.
func carried(r *http.Request, without ...string) []choice {
	query := r.URL.Query()
	for _, name := range without {
		query.Del(name)
	}
	var list []choice
	for _, name := range names(query) {
		for _, value := range query[name] {
			list = append(list, choice{name, value})
		}
	}
	return list
}

// downloadQuery is the query string of a download with the filters of r.
func downloadQuery(r *http.Request) string {
	query := url.Values{}
	for _, c := range carried(r, "f", "limit", "after", "before") {
		if c.Value != "" {
			query.Add(c.Name, c.Value)
		}
	}
	if len(query) == 0 {
		return ""
	}
	return "?" + query.Encode()
}

// row reads from the encoded feature what the table shows.
func (s *server) row(r *http.Request, collection string, rec *catalog.Record) (row, error) {
	var feature struct {
		Properties struct {
			Title, Address, Municipality string
			TypeLabel                    string `json:"type_label"`
		}
	}
	if err := json.Unmarshal(rec.Feature, &feature); err != nil {
		return row{}, fmt.Errorf("feature %s: %w", rec.ID, err)
	}
	p := feature.Properties
	return row{
		ID: rec.ID, Title: cmp.Or(p.Title, rec.ID), Type: p.TypeLabel, Address: p.Address, Municipality: p.Municipality,
		Href: pastly(r, s.at(r, "collections", collection, "items", rec.ID)+"?f=html"),
	}, nil
}

func (s *server) itemPage(ctx context.Context, r *http.Request, tag string, rec *catalog.Record) (*answer, error) {
	c, err := s.findCollection(ctx, rec.Collection)
	if err != nil {
		return nil, err
	}
	facts, position, err := factsOf(rec.Feature)
	if err != nil {
		return nil, fmt.Errorf("feature %s: %w", rec.ID, err)
	}
	content := struct {
		ID, Licence, Page string
		Facts             []choice
		Position          string
	}{rec.ID, rec.Licence, s.permanent(r, rec.ID), facts, position}
	title := cmp.Or(rec.Title, rec.ID)
	return s.sendPage(r, "item", tag, s.newPage(r, title, content, s.toRoot(r), s.toCollections(r), s.toCollection(r, c), s.toItems(r, c)))
}

// factsOf reads the properties of an encoded feature in their order, and its
// position in words: "Point 11.0966, 43.8807".
func factsOf(encoded []byte) (facts []choice, position string, err error) {
	var feature struct {
		Properties json.RawMessage
		Geometry   *struct {
			Type        string
			Coordinates json.RawMessage
		}
	}
	if err := json.Unmarshal(encoded, &feature); err != nil {
		return nil, "", err
	}
	if g := feature.Geometry; g != nil {
		position = g.Type
		if g.Type == "Point" {
			position += " " + strings.Trim(strings.ReplaceAll(string(g.Coordinates), ",", ", "), "[]")
		}
	}
	d := json.NewDecoder(bytes.NewReader(feature.Properties))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, position, err // no properties
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, "", err
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, "", err
		}
		facts = append(facts, choice{fmt.Sprint(name), words(value)})
	}
	return facts, position, nil
}

// words is a JSON value for people: a string without quotes, a list of strings
// with commas, anything else as it is.
func words(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return text
	}
	var list []string
	if json.Unmarshal(value, &list) == nil {
		return strings.Join(list, ", ")
	}
	return string(value)
}
