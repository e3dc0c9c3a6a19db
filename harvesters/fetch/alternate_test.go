package fetch

import (
	"net/url"
	"strings"
	"testing"
)

// A page in the place of data is told as one, with the addresses it names.
func TestPages(t *testing.T) {
	base, err := url.Parse("https://www.example.org/it/notizie/")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ doc, want string }{
		"links a feed": {"<!DOCTYPE html>\n<html><head><LINK rel='alternate' type='application/rss+xml; charset=utf-8' href='rss.xml'><link rel=alternate type=text/css href=x>",
			"not a feed; give the address that it names for that: https://www.example.org/it/notizie/rss.xml: listing"},
		"links two":  {"<html><link rel='home alternate' type='application/rss+xml' href='/a?x=1&amp;y=2'/><link rel='alternate' type='application/rss+xml' href='/b'/>", "a?x=1&y=2 or https://www.example.org/b: listing"},
		"links none": {"\ufeff<?xml version=\"1.0\"?><!-- x -->\n<html xmlns='http://www.w3.org/1999/xhtml'><body>", "look on it for the address"},
		"feed":       {"<?xml version='1.0'?><!-- <html> --><rss><channel><link>x</link></channel></rss>", ""},
		"calendar":   {"BEGIN:VCALENDAR\nDESCRIPTION:<html>", ""},
		"JSON":       {`{"title":"<html>"}`, ""},
		"nothing":    {"", ""},
	} {
		if got := IsPage([]byte(c.doc)); got != (c.want != "") {
			t.Errorf("%s: a page: %v", name, got)
		}
		if err := PageError([]byte(c.doc), base, "a feed", "application/rss+xml"); c.want != "" && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want %q", name, err, c.want)
		}
	}
}

func FuzzPages(f *testing.F) {
	f.Add([]byte("<html><link rel=alternate type='application/rss+xml' href='//[::1'>"))
	f.Fuzz(func(t *testing.T, doc []byte) {
		IsPage(doc)
		for _, a := range Alternates(doc, nil, "application/rss+xml") {
			if a == "" {
				t.Error("an address that is empty")
			}
		}
	})
}
