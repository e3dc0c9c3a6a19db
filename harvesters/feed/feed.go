package feed

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/mmcdole/gofeed"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/xmldoc"
)

const accept = "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"

// Harvest yields the items of the feed at src.URL, in its order. An item that
// says nothing or cannot be read is a *catalog.RowError; any other error is the
// last pair.
func Harvest(ctx context.Context, c *http.Client, src catalog.Source) iter.Seq2[catalog.Harvested, error] {
	return func(yield func(catalog.Harvested, error) bool) {
		if err := harvest(ctx, c, src, yield); err != nil {
			yield(catalog.Harvested{}, err)
		}
	}
}

func harvest(ctx context.Context, c *http.Client, src catalog.Source, yield func(catalog.Harvested, error) bool) error {
	d, err := fetch.Read(ctx, c, src.URL, accept)
	if err != nil {
		return err
	}
	if fetch.IsPage(d.Bytes) {
		return fmt.Errorf("%s: %w", d.Name, fetch.PageError(d.Bytes, d.URL, "a feed", "application/rss+xml", "application/atom+xml", "application/feed+json", "application/json"))
	}
	text, encodingName, _ := xmldoc.Text(d.Bytes, d.Charset)
	f, err := parse(text, src.Mapping.Drop, d.URL)
	if err != nil {
		return fmt.Errorf("%s: %w", d.Name, err)
	}
	layer := newLayer(f.channel, f.items, "encoding: "+encodingName)
	for _, bad := range f.refused {
		if !yield(catalog.Harvested{Layer: layer}, bad) {
			return nil
		}
	}
	for _, i := range f.items {
		if err := ctx.Err(); err != nil {
			return err
		}
		if h, err := i.harvested(layer, f.channel); !yield(h, err) {
			return nil
		}
	}
	if len(f.items)+len(f.refused) == 0 && f.channel.title != "" { // it says whose feed it is, and that there is nothing
		src.Listing().Empty = layer
	}
	if !f.finished {
		why := f.broken
		if why == nil {
			why = fmt.Errorf("</%s> is missing", f.root)
		}
		return fmt.Errorf("%s: cut off after %d items: %w: %w", d.Name, len(f.items), why, catalog.ErrFailedListing)
	}
	return nil
}

// A feed is a document that has been read.
type feed struct {
	*outline
	channel channel
	items   []*item
	refused []error
}

// parse reads a feed in UTF-8 that came from address, nil for a file.
func parse(text string, drop []string, address *url.URL) (*feed, error) {
	take := takeApart
	if strings.HasPrefix(strings.TrimSpace(text), "{") {
		take = takeApartJSON
	}
	o, err := take(text, drop)
	if err != nil {
		return nil, err
	}
	f := &feed{outline: o}
	p := gofeed.NewParser()
	p.KeepOriginalFeed = true
	f.channel = about(p, o, address)
	for _, piece := range o.pieces {
		one, err := p.Parse(strings.NewReader(unbased(o.opening + piece.text + o.closing)))
		if err != nil || len(one.Items) != 1 {
			f.refused = append(f.refused, &catalog.RowError{Issue: catalog.Issue{
				Rule: "item-unreadable", Line: piece.line, Read: catalog.Excerpt(piece.text), Expected: fmt.Sprintf("an item of %s: %v", f.channel.format, err), Refused: true,
			}})
			continue
		}
		f.items = append(f.items, newItem(one, piece))
	}
	ownGUIDs(f.items)
	return f, nil
}

// base is an attribute xml:base; gofeed is not shown it.
var base = regexp.MustCompile(`(\s)xml:base(\s*=)`)

func unbased(s string) string { return base.ReplaceAllString(s, "${1}was${2}") }

// about is what the feed says of itself; what it does not say is left out.
func about(p *gofeed.Parser, o *outline, address *url.URL) channel {
	c := channel{base: address, media: "application/rss+xml", format: "RSS"}
	switch local(o.root) {
	case "json":
		c.media, c.format = "application/feed+json", "JSON Feed"
	case "feed":
		c.media, c.format = "application/atom+xml", "Atom"
	}
	start := max(0, strings.Index(o.head, "<"+o.root))
	f, err := p.Parse(strings.NewReader(unbased(o.head[start:])))
	if err != nil {
		return c
	}
	c.title = catalog.PlainText(f.Title)
	if f.FeedVersion != "" && c.format == "RSS" {
		c.format += " " + f.FeedVersion
	}
	for _, link := range []string{f.FeedLink, f.Link} {
		if u, err := url.Parse(strings.TrimSpace(link)); err == nil && u.IsAbs() && u.Host != "" {
			c.base = u
		}
	}
	return c
}
