// Package jsonld reads what web sites say of themselves in schema.org: events,
// places, courses and public services in JSON-LD, microdata or RDFa, on one page
// or on all pages that the sitemaps of a site list, as far as its robots.txt
// allows.
//
// Pages are written by hand and by templates that escape badly, so that JSON is
// read leniently and everything is resolved inside its page: no context and no
// identifier is ever fetched. Of the vocabulary only what becomes a record of
// ours is read; types.go says what that is.
package jsonld
