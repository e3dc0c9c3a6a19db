package rest

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"path"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/table"
)

var jsonSyntax = syntax{
	name: "JSON", accept: "application/json, application/geo+json, application/ld+json;q=0.9, */*;q=0.1", media: []string{"application/json", "application/geo+json"}, hints: jsonHints, begin: "$",
	parse: func(doc []byte, charset, _ string) (page, []string, error) {
		p, err := newJSONPage(doc, charset)
		return p, nil, err
	},
}

var xmlSyntax = syntax{
	name: "XML", accept: "application/xml, text/xml, */*;q=0.1", media: []string{"application/xml", "text/xml"}, hints: xmlHints, begin: "./", texts: true,
	parse: func(doc []byte, charset, path string) (page, []string, error) {
		p, found, err := newXMLPage(doc, charset, path)
		return p, found, err
	},
}

// HarvestJSON yields the objects that an interface lists in JSON, from all its
// pages. They come after the last page has been read: types and keys are judged
// on all of them, and of a listing that has failed none is handed on. A
// *catalog.RowError concerns one row; any other error is the last pair.
func HarvestJSON(ctx context.Context, c *http.Client, src catalog.Source) iter.Seq2[catalog.Harvested, error] {
	return jsonSyntax.harvest(ctx, c, src)
}

// HarvestXML is HarvestJSON for interfaces that list elements in XML.
func HarvestXML(ctx context.Context, c *http.Client, src catalog.Source) iter.Seq2[catalog.Harvested, error] {
	return xmlSyntax.harvest(ctx, c, src)
}

func (s syntax) harvest(ctx context.Context, c *http.Client, src catalog.Source) iter.Seq2[catalog.Harvested, error] {
	return func(yield func(catalog.Harvested, error) bool) {
		if err := s.list(ctx, c, src, yield); err != nil && !errors.Is(err, table.ErrEnough) {
			yield(catalog.Harvested{}, err)
		}
	}
}

// list reads all pages, and then hands on what was in them.
func (s syntax) list(ctx context.Context, c *http.Client, src catalog.Source, yield func(catalog.Harvested, error) bool) (err error) {
	spool, err := table.NewSpool()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, spool.Close()) }()
	w := &walk{syntax: s, src: src}
	if same, err := w.unchanged(ctx, c); same || err != nil {
		return err
	}
	paths := picks(src.Mapping, s.begin)
	err = w.run(ctx, c, func(r row) error {
		r, err := r.withPicks(paths)
		if err != nil {
			return err
		}
		f := table.Feature{Raw: r.raw, Line: r.line}
		if r.media != jsonMedia || len(paths) > 0 {
			f.Media, f.Properties = r.media, r.properties
		}
		return spool.Add(f)
	})
	if err != nil {
		return err
	}
	t := spool.Table("")
	t.Found, t.InferTypes, t.CRS, t.Guess.Path = w.found, s.texts, w.crs, w.path
	t.File = path.Base(src.URL)
	t.Guess.Format = strings.ToLower(s.name)
	return t.Harvest(ctx, src.Mapping, -1, yield)
}

const jsonMedia = "application/json"
