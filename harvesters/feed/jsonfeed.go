package feed

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// takeApartJSON finds the items of a JSON Feed (jsonfeed.org, versions 1 and
// 1.1), without the members that drop names.
func takeApartJSON(text string, drop []string) (*outline, error) {
	var all map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		return nil, fmt.Errorf("no feed: it begins as JSON and is none: %w: %w", err, catalog.ErrFailedListing)
	}
	var version string
	var items []json.RawMessage
	if json.Unmarshal(all["version"], &version) != nil || !strings.Contains(version, "jsonfeed.org/version/") || json.Unmarshal(all["items"], &items) != nil {
		return nil, fmt.Errorf("no feed: a JSON object without the version and items of JSON Feed: %w", catalog.ErrFailedListing)
	}
	if len(items) > maxItems {
		return nil, fmt.Errorf("%d items; at most %d are read: %w", len(items), maxItems, catalog.ErrFailedListing)
	}
	o := &outline{root: "json", finished: true}
	at, line := 0, 1
	for _, raw := range items {
		if i := strings.Index(text[at:], string(raw)); i >= 0 { // as it stands there, in order
			line += strings.Count(text[at:at+i], "\n")
			at += i
		}
		o.pieces = append(o.pieces, piece{text: o.without(raw, drop), line: line})
	}
	all["items"] = json.RawMessage("[]")
	head, err := json.Marshal(all)
	if err != nil {
		return nil, err
	}
	o.head = string(head)
	version, err = marshal(version)
	o.opening, o.closing = `{"version":`+version+`,"items":[`, `]}`
	return o, err
}

func marshal(s string) (string, error) {
	b, err := json.Marshal(s)
	return string(b), err
}

// without is an item as it stands, or without the members that drop names.
func (o *outline) without(raw json.RawMessage, drop []string) string {
	var members map[string]json.RawMessage
	if len(drop) == 0 || json.Unmarshal(raw, &members) != nil {
		return string(raw)
	}
	n := len(members)
	for name := range members {
		for _, d := range drop {
			if strings.EqualFold(d, name) || d == "author" && name == "authors" {
				delete(members, name)
			}
		}
	}
	if len(members) == n {
		return string(raw)
	}
	o.dropped++
	b, err := json.Marshal(members)
	if err != nil {
		return string(bytes.TrimSpace(raw))
	}
	return string(b)
}
