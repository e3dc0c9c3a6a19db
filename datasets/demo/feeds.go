package demo

import (
	"encoding/xml"
	"fmt"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// feeds are the news feeds and the bodies that write them.
var feeds = []struct {
	name, file, title, body string
	theme                   catalog.Theme
}{
	{"avvisi-montemurlo", "avvisi.rss", "Avvisi per i cittadini di Montemurlo", "c_f572", catalog.ThemeInstitutions},
	{"notizie-ambiente", "notizie.atom", "Notizie sull'ambiente", "arpat", catalog.ThemeEnvironment},
	{"storie-del-territorio", "storie.rss", "Storie del territorio", "sistema-bibliotecario-pratese", catalog.ThemeCulture},
}

// newsID is the identifier of a piece of news, whatever its address (RFC 4151).
func newsID(e entry) string { return "tag:demo.po-net.prato.it,2026:" + e["codice"] }

// published is when the news e came out: some days before the start, at nine.
func publishedAt(e entry, start time.Time) time.Time {
	return at(day(start, int(e.number("giorno"))), "09:00")
}

// rss is an RSS 2.0 feed with points of GeoRSS simple ("lat lon"). base is the
// address of the publisher.
type rss struct {
	XMLName xml.Name  `xml:"rss"`
	Version string    `xml:"version,attr"`
	GeoRSS  string    `xml:"xmlns:georss,attr"`
	Atom    string    `xml:"xmlns:atom,attr"`
	Title   string    `xml:"channel>title"`
	Link    string    `xml:"channel>link"`
	About   string    `xml:"channel>description"`
	Lang    string    `xml:"channel>language"`
	Built   string    `xml:"channel>lastBuildDate"`
	Items   []rssItem `xml:"channel>item"`
}

type rssItem struct {
	Title string  `xml:"title"`
	Link  string  `xml:"link"`
	Text  string  `xml:"description"`
	Topic string  `xml:"category"`
	GUID  rssGUID `xml:"guid"`
	Date  string  `xml:"pubDate"`
	Point string  `xml:"georss:point"`
}

type rssGUID struct {
	Permalink bool   `xml:"isPermaLink,attr"`
	Value     string `xml:",chardata"`
}

func rssFeed(name, title, base string, start time.Time) []byte {
	f := rss{
		Version: "2.0", GeoRSS: "http://www.georss.org/georss", Atom: "http://www.w3.org/2005/Atom", Title: title, Link: base + "/",
		About: title + " (territorio dimostrativo di Po-net)", Lang: "it", Built: at(day(start, 0), "08:00").Format(time.RFC1123Z),
	}
	places := spots()
	for _, e := range table("notizie") {
		if e["canale"] != name {
			continue
		}
		where := places[e["luogo"]]
		f.Items = append(f.Items, rssItem{
			Title: e["titolo"], Link: newsPage(base, e), Text: e["testo"], Topic: e["categoria"], GUID: rssGUID{Value: newsID(e)},
			Date: publishedAt(e, start).Format(time.RFC1123Z), Point: fmt.Sprintf("%.4f %.4f", where.Lat, where.Lon),
		})
	}
	return xmlOf(f)
}

// atom is an Atom 1.0 feed (RFC 4287) with points in GML, as GeoRSS GML has them.
type atom struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	GeoRSS  string      `xml:"xmlns:georss,attr"`
	GML     string      `xml:"xmlns:gml,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  string      `xml:"author>name"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID        string   `xml:"id"`
	Title     string   `xml:"title"`
	Updated   string   `xml:"updated"`
	Published string   `xml:"published"`
	Link      atomLink `xml:"link"`
	Topic     struct {
		Term string `xml:"term,attr"`
	} `xml:"category"`
	Summary string `xml:"summary"`
	Point   string `xml:"georss:where>gml:Point>gml:pos"`
}

func atomFeed(name, title, author, base, self string, start time.Time) []byte {
	f := atom{
		GeoRSS: "http://www.georss.org/georss", GML: "http://www.opengis.net/gml", ID: "tag:demo.po-net.prato.it,2026:" + name, Title: title,
		Updated: at(day(start, 0), "08:00").Format(time.RFC3339), Author: author,
		Links: []atomLink{{Rel: "self", Href: base + self}, {Rel: "alternate", Href: base + "/"}},
	}
	places := spots()
	for _, e := range table("notizie") {
		if e["canale"] != name {
			continue
		}
		where, when := places[e["luogo"]], publishedAt(e, start).Format(time.RFC3339)
		a := atomEntry{
			ID: newsID(e), Title: e["titolo"], Updated: when, Published: when, Link: atomLink{Rel: "alternate", Href: newsPage(base, e)},
			Summary: e["testo"], Point: fmt.Sprintf("%.4f %.4f", where.Lat, where.Lon),
		}
		a.Topic.Term = e["categoria"]
		f.Entries = append(f.Entries, a)
	}
	return xmlOf(f)
}

func xmlOf(v any) []byte {
	b, err := xml.MarshalIndent(v, "", " ")
	if err != nil {
		panic(err) // texts and numbers only
	}
	return append([]byte(xml.Header), b...)
}

// newsPage is the address of the page of a piece of news.
func newsPage(base string, e entry) string { return base + "/notizie/" + e["codice"] }
