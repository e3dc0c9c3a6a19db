// Package feed reads news: RSS 0.9 to 2.0, Atom and JSON Feed, with the
// positions of GeoRSS and W3C geo, over HTTP or from a file. An item becomes a row
// of a dataset: it is something that was said at a time and no event, so it is
// kept out of the agenda unless the feed says when its items take place.
//
// The document is taken apart here, so that each item keeps its bytes and one
// that is broken costs only itself; gofeed then reads each item alone. It does not
// see xml:base, which it resolves against the rules (v1.4.2), and its dates are not
// used: it reads Italian ones not at all and those without zone as universal time.
package feed
