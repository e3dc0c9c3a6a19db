package feed

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strings"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/rss"
	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/catalog"
)

// An item is one entry of a feed, and the bytes it was read from.
type item struct {
	*gofeed.Item
	piece
	guid      string // "" when there is none, or it is not its own
	permalink bool   // the guid is an address
	place     geom.T // nil: it does not say, or noPlace what cannot be read
	noPlace   string
	issues    []catalog.Issue
}

// A channel is what the feed says of itself.
type channel struct {
	title, format, media string
	base                 *url.URL // of links that are relative and have no xml:base
}

// newItem takes what RSS alone says of a guid from the original.
func newItem(f *gofeed.Feed, p piece) *item {
	i := &item{Item: f.Items[0], piece: p, guid: strings.TrimSpace(f.Items[0].GUID), permalink: true}
	if r, ok := f.OriginalFeed().(*rss.Feed); ok && len(r.Items) == 1 && r.Items[0].GUID != nil {
		i.permalink = r.Items[0].GUID.IsPermalink != "false"
	}
	if i.guid == "" {
		i.guid = p.about
	}
	i.place, i.noPlace = position(i.Extensions)
	return i
}

func (i *item) doubt(rule, field, read, expected string) {
	i.issues = append(i.issues, catalog.Issue{Rule: rule, Field: field, Line: i.line, Read: catalog.Excerpt(read), Expected: expected})
}

// ownGUIDs takes a guid away from items that share it with others that link
// elsewhere: it was copied, and says nothing.
func ownGUIDs(items []*item) {
	links := map[string]string{}
	shared := map[string]bool{}
	for _, i := range items {
		link := i.Link + "\n" + i.Title
		if first, seen := links[i.guid]; seen && first != link {
			shared[i.guid] = true
		}
		links[i.guid] = link
	}
	for _, i := range items {
		if i.guid != "" && shared[i.guid] {
			i.doubt("guid-repeated", "guid", i.guid, "a guid of its own for each item; the item is known by its link and title")
			i.guid, i.permalink = "", false
		}
	}
}

// key identifies the item in its feed: by guid, atom:id or rdf:about; else by
// link and title together, because feeds without guid link several items to one
// page. Whatever else the feed lists, the key is the same.
func (i *item) key(link string) string {
	if i.guid != "" {
		if i.guid == i.Link || i.guid == i.about {
			return untracked(i.guid)
		}
		return i.guid
	}
	text := []byte(link + "\n" + catalog.PlainText(i.Title))
	if link == "" && i.Title == "" {
		text = []byte(i.text)
	}
	sum := sha256.Sum256(text)
	if link == "" {
		return "hash-" + hex.EncodeToString(sum[:12])
	}
	return link + "#" + hex.EncodeToString(sum[:6])
}

// tracking are the parameters of addresses that say only who sent the reader.
var tracking = []string{"fbclid", "gclid", "dclid", "msclkid", "igshid", "mc_cid", "mc_eid", "yclid", "_ga", "ref_src"}

// untracked is an address without the parameters that follow readers about; the
// others keep their order and spelling.
func untracked(address string) string {
	before, query, ok := strings.Cut(address, "?")
	if !ok {
		return address
	}
	query, fragment, _ := strings.Cut(query, "#")
	var kept []string
	for part := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(strings.TrimPrefix(part, "amp;"), "=")
		name = strings.ToLower(name)
		if part == "" || strings.HasPrefix(name, "utm_") || contains(tracking, name) {
			continue
		}
		kept = append(kept, part)
	}
	if len(kept) > 0 {
		before += "?" + strings.Join(kept, "&")
	}
	if fragment != "" {
		before += "#" + fragment
	}
	return before
}

func contains(list []string, s string) bool {
	for _, t := range list {
		if t == s {
			return true
		}
	}
	return false
}

// address is a link of the item as an address of the web, "" if it cannot be one.
func (i *item) address(link string, c channel) string {
	link = strings.TrimSpace(link)
	u, err := url.Parse(strings.ReplaceAll(link, " ", "%20"))
	if link == "" || err != nil {
		return ""
	}
	if base := cmp.Or(i.base, c.base); !u.IsAbs() && base != nil {
		u = base.ResolveReference(u)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return untracked(u.String())
}

// page is where the item is read in full.
func (i *item) page(c channel) string {
	link := i.address(i.Link, c)
	if link == "" && i.permalink {
		link = i.address(i.guid, c)
	}
	if link == "" && strings.TrimSpace(i.Link) != "" {
		i.doubt("link-unreadable", "link", i.Link, "an address of the web")
	}
	return link
}

// title is the item's; one without is called by the beginning of its text.
func (i *item) title() string {
	if t := catalog.PlainText(i.Title); t != "" {
		return t
	}
	first, _, _ := strings.Cut(catalog.PlainText(cmp.Or(i.Description, i.Content)), "\n")
	return shorten(first)
}

const maxTitle = 120 // characters of a title that is made of a text

func shorten(s string) string {
	runes := []rune(s)
	if len(runes) <= maxTitle {
		return s
	}
	cut := string(runes[:maxTitle])
	if i := strings.LastIndexByte(cut, ' '); i > 0 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:") + "…"
}

// date is a date of the item as RFC 3339.
func (i *item) date(field, read string) string {
	if strings.TrimSpace(read) == "" {
		return ""
	}
	d, ok := parseDate(read)
	if !ok {
		i.doubt("date-unreadable", field, read, "a date such as Sat, 21 Nov 2026 10:00:00 +0100 or 2026-11-21T10:00:00+01:00")
	}
	return d
}

// authors are those of the item that are bodies; persons are not published.
func (i *item) authors() string {
	var names []string
	for _, a := range i.Authors {
		if name := strings.TrimSpace(a.Name); catalog.NamesBody(name) && !contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// image is the picture that the item names, by an enclosure, media:content,
// media:thumbnail or its own element.
func (i *item) image(c channel) string {
	for _, e := range i.Enclosures {
		if strings.HasPrefix(strings.ToLower(e.Type), "image/") {
			return i.address(e.URL, c)
		}
	}
	if i.Image != nil {
		return i.address(i.Image.URL, c)
	}
	for _, name := range []string{"content", "thumbnail"} {
		for _, x := range i.Extensions["media"][name] {
			if name == "thumbnail" || x.Attrs["medium"] == "image" || strings.HasPrefix(x.Attrs["type"], "image/") {
				return i.address(x.Attrs["url"], c)
			}
		}
	}
	return ""
}

// attachments are the files that come with the item and are no pictures.
func (i *item) attachments(c channel) any {
	type attachment struct {
		URL       string `json:"url"`
		MediaType string `json:"media_type,omitempty"`
	}
	var list []attachment
	for _, e := range i.Enclosures {
		if u := i.address(e.URL, c); u != "" && !strings.HasPrefix(strings.ToLower(e.Type), "image/") {
			list = append(list, attachment{u, e.Type})
		}
	}
	if list == nil {
		return nil
	}
	b, err := json.Marshal(list)
	if err != nil {
		panic("feed: texts that are not JSON: " + err.Error()) // texts only
	}
	return json.RawMessage(b)
}

// event is what the event module of RSS (ev) or xCal says of the item.
func (i *item) event(names ...string) string {
	for _, prefix := range []string{"ev", "xcal", "xCal", "cal"} {
		for _, name := range names {
			if x := i.Extensions[prefix][name]; len(x) > 0 && strings.TrimSpace(x[0].Value) != "" {
				return strings.TrimSpace(x[0].Value)
			}
		}
	}
	return ""
}
