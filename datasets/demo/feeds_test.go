package demo

import (
	"html"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/mmcdole/gofeed"
)

// The feeds are read by somebody else's parser; every item has its own
// identifier, a date before the start, a point and a page.
func TestFeeds(t *testing.T) {
	server := httptest.NewServer(Publisher(opened))
	defer server.Close()
	ids := map[string]bool{}
	for _, f := range feeds {
		res, body := get(t, server.URL+"/"+f.file, nil)
		if media := res.Header.Get("Content-Type"); !strings.Contains(media, "xml") {
			t.Errorf("%s: %s", f.file, media)
		}
		feed, err := gofeed.NewParser().ParseString(body)
		if err != nil {
			t.Fatalf("%s: %v", f.file, err)
		}
		if feed.Title != f.title || len(feed.Items) == 0 {
			t.Errorf("%s: %q with %d items", f.file, feed.Title, len(feed.Items))
		}
		for _, i := range feed.Items {
			if i.GUID == "" || ids[i.GUID] || i.Title == "" || i.Description == "" || i.PublishedParsed == nil || !i.PublishedParsed.Before(opened) {
				t.Errorf("%s: %+v", f.file, i)
			}
			ids[i.GUID] = true
			if len(i.Extensions["georss"]) == 0 {
				t.Errorf("%s: %q has no point", f.file, i.Title)
			}
			if page, text := get(t, i.Link, nil); page.StatusCode != http.StatusOK || !strings.Contains(html.UnescapeString(text), i.Description) {
				t.Errorf("%s: status %d", i.Link, page.StatusCode)
			}
		}
	}
	if len(ids) != len(table("notizie")) {
		t.Errorf("%d pieces of news; want %d", len(ids), len(table("notizie")))
	}
}
