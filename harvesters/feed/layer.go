package feed

import (
	"fmt"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// columns are those of every feed, in the order of Values. Those that are not
// mapped to a field of ours are published under these names.
var columns = []catalog.Column{
	{Name: "headline", Type: catalog.ColumnText, Nulls: true},
	{Name: "text", Type: catalog.ColumnText, Nulls: true},
	{Name: "abstract", Type: catalog.ColumnText, Nulls: true},
	{Name: "categories", Type: catalog.ColumnText, Nulls: true},
	{Name: "link", Type: catalog.ColumnText, Nulls: true},
	{Name: "picture", Type: catalog.ColumnText, Nulls: true},
	{Name: "changed", Type: catalog.ColumnText, Nulls: true},
	{Name: "published", Type: catalog.ColumnText, Nulls: true},
	{Name: "author", Type: catalog.ColumnText, Nulls: true},
	{Name: "attachments", Type: catalog.ColumnJSON, Nulls: true},
	{Name: "event_start", Type: catalog.ColumnText, Nulls: true},
	{Name: "event_end", Type: catalog.ColumnText, Nulls: true},
	{Name: "place", Type: catalog.ColumnText, Nulls: true},
}

// newLayer is the layer of a feed, with what was found in it.
func newLayer(c channel, items []*item, found ...string) *catalog.Layer {
	l := &catalog.Layer{Title: c.title, Columns: columns, SRID: 4326, Passing: true, Ours: true, Guess: catalog.Mapping{
		Kind: catalog.KindFeature,
		Fields: map[string]string{
			"title": "headline", "description": "text", "summary": "abstract", "keywords": "categories", "url": "link", "image": "picture",
			"modified": "changed", "start": "event_start", "end": "event_end",
		},
	}}
	withGUID, placed, dated := 0, 0, 0
	for _, i := range items {
		if i.guid != "" {
			withGUID++
		}
		if i.place != nil {
			placed++
		}
		if i.event(startNames...) != "" {
			dated++
		}
	}
	name := ""
	if c.title != "" {
		name = fmt.Sprintf(" %q", c.title)
	}
	l.Found = append([]string{
		"format: " + c.format + name,
		fmt.Sprintf("items: %d, of which %d have an identifier, %d a position, %d a time at which they take place", len(items), withGUID, placed, dated),
		"an item that is no longer listed stays: feeds hold the newest only",
	}, found...)
	if placed > 0 && turned(items) {
		l.Found = append(l.Found, "positions: longitude before latitude, against the standard; only so do they lie in Italy")
	}
	if dated > 0 && dated == len(items) { // a feed of events
		l.Guess.Kind = catalog.KindEvent
	}
	return l
}

var (
	startNames = []string{"startdate", "dtstart"}
	endNames   = []string{"enddate", "dtend"}
)

// harvested is the item as a description of the layer; a RowError when it says
// nothing.
func (i *item) harvested(l *catalog.Layer, c channel) (catalog.Harvested, error) {
	link := i.page(c)
	h := catalog.Harvested{Key: i.key(link), Layer: l, MediaType: c.media, Raw: []byte(i.text), Line: i.line}
	if i.place != nil {
		h.Geometry = i.place
	} else if strings.Trim(i.noPlace, "0., ") != "" {
		i.doubt("position-unreadable", "georss", i.noPlace, "latitude and longitude in degrees, such as 43.8777 11.1022")
	}
	title := i.title()
	if title == "" && link == "" && i.place == nil {
		return catalog.Harvested{Layer: l}, &catalog.RowError{Issue: catalog.Issue{
			Rule: "item-empty", Line: i.line, Key: h.Key, Read: catalog.Excerpt(i.text), Expected: "an item with a title, a text or a link", Refused: true,
		}}
	}
	text, abstract := i.Content, catalog.PlainText(i.Description)
	if len(catalog.PlainText(text)) < len(abstract) { // none, or cut off by broken HTML
		text, abstract = i.Description, ""
	}
	if catalog.PlainText(text) == title { // the title once more
		text = ""
	}
	where := i.event("location")
	h.Values = []any{
		value(title), value(text), value(abstract), value(strings.Join(i.Categories, ", ")), value(link), value(i.image(c)),
		value(i.date("updated", firstOf(i.Updated, i.Published))), value(i.date("published", i.Published)), value(i.authors()), i.attachments(c),
		value(i.date("startdate", i.event(startNames...))), value(i.date("enddate", i.event(endNames...))), value(where),
	}
	h.Issues = i.issues
	return h, nil
}

func firstOf(texts ...string) string {
	for _, s := range texts {
		if strings.TrimSpace(s) != "" {
			return s
		}
	}
	return ""
}

// value is nil for "".
func value(s string) any {
	if strings.TrimSpace(s) == "" {
		return nil
	}
	return s
}
