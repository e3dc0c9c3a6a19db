package feed

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"po-net.prato.it/ponet/catalog"

	"po-net.prato.it/ponet/harvesters/xmldoc"
)

// Whatever a feed holds: it is read or refused, and every text of an item is
// UTF-8 without U+0000.
func FuzzFeed(f *testing.F) {
	f.Add(`<rss><channel><item><title>x</title><link>/1?utm_x=1</link><georss:point>43 11</georss:point><pubDate>12 giu 2025</pubDate></item><item/></channel></rss>`)
	f.Add(`{"version":"https://jsonfeed.org/version/1.1","items":[{"id":7,"title":"a","content_html":"<p>b"},{}]}`)
	f.Add(`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><channel/><item rdf:about="a" xml:base="b"><geo:lat>1</geo:lat></item></rdf:RDF>`)
	f.Fuzz(func(t *testing.T, doc string) {
		text, _, _ := xmldoc.Text([]byte(doc), "")
		read, err := parse(text, []string{"creator"}, nil)
		if err != nil {
			return
		}
		layer := newLayer(read.channel, read.items)
		if n := len(read.items) + len(read.refused); n != len(read.pieces) {
			t.Errorf("%d items of %d", n, len(read.pieces))
		}
		for _, i := range read.items {
			h, err := i.harvested(layer, read.channel)
			if err != nil {
				continue
			}
			if h.Key == "" || len(h.Values) != len(columns) {
				t.Errorf("key %q, %d values", h.Key, len(h.Values))
			}
			for n, v := range append([]any{h.Key}, h.Values...) {
				if s := catalog.Text(v); !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
					t.Errorf("value %d = %q", n, s)
				}
			}
		}
	})
}

// A date is read as RFC 3339, or not.
func FuzzDate(f *testing.F) {
	for _, s := range []string{"Sat, 21 Nov 2026 10:00:00 +0100", "gio, 12 giu 2025", "2026-11-21T10:00:00Z", "21/11/26 9.05", "Nov 21, 2026 3:04 PM", "Sat, 21 Nov 2026 10:00:00 +4100"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, ok := parseDate(s)
		if !ok {
			return
		}
		if _, err := time.Parse(time.RFC3339, d); err != nil {
			if _, err := time.Parse(time.DateOnly, d); err != nil {
				t.Errorf("parseDate(%q) = %q: %v", s, d, err)
			}
		}
	})
}
