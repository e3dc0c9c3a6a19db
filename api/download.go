package api

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// Everything is the name under which all collections are downloaded at once.
const Everything = "all"

// DownloadInput chooses records and a format.
type DownloadInput struct {
	Request
	Filters
	Past
	Relations  bool   `query:"relations" doc:"With columns for the records that each one names: relation_takes_place_in has their addresses, with blanks between, relation_takes_place_in_title their titles, those that may stand under the licence of the row. Not of the past."`
	Licence    string `query:"licence" maxLength:"200" doc:"Only what may be given out under this licence, such as CC BY 4.0: nothing of ODbL or BY-SA then." example:"CC BY 4.0"`
	Collection string `path:"collectionId" maxLength:"200" doc:"Name of a collection, or all." example:"places"`
	Format     string `path:"format" enum:"csv,geojson,geojsonseq,parquet,ics" doc:"Format of the file." example:"csv"`
}

func downloadOperation(s *server) huma.Operation {
	content := []any{}
	for _, f := range datasets.Formats {
		content = append(content, bareType(f.MediaType), binarySchema)
	}
	op := huma.Operation{
		OperationID: "download",
		Summary:     "A collection or a search as one file",
		Description: "Every record that the filters select, without a cap, streamed. Licence and source are in the file and in the headers. " +
			"A file that could not be finished ends with a broken connection, never as a short file that looks whole. " +
			"all is every collection; its table formats have the properties that every record may have, the others have them all.",
		Tags:       []string{tagDownload},
		Metadata:   map[string]any{openQuery: true},
		Parameters: []*huma.Param{propertiesParameter()},
		Responses:  answers("The file.", content...),
	}
	for name, text := range map[string]string{
		"Content-Disposition": "The name of the file.",
		"Link":                "rel=license: the licence; rel=via: where it was harvested; rel=collection: what it is.",
		attributionHeader:     "Who is to be named, percent-encoded UTF-8.",
	} {
		op.Responses["200"].Headers[name] = &huma.Header{Description: text, Schema: textSchema}
	}
	return op
}

func (s *server) download(ctx context.Context, in *DownloadInput) (*answer, error) {
	r := in.http
	format, ok := datasets.FormatByName(in.Format)
	if !ok {
		return nil, newProblem(http.StatusNotFound, fmt.Sprintf("there is no format %q", cut(in.Format)))
	}
	c, err := s.downloadable(ctx, in.Collection)
	if err != nil {
		return nil, err
	}
	q, err := in.query(c.Name)
	if err != nil {
		return nil, err
	}
	q.AsOf = in.at
	if q.Where, err = where(r, c, s.docs.queries["download"]); err != nil {
		return nil, err
	}
	var under *catalog.Licence
	if in.Licence != "" {
		l, known := datasets.Vocabularies().Licence(in.Licence)
		if !known {
			return nil, badQuery("licence", in.Licence, "is not known; a licence is named like CC BY 4.0, or by its URI")
		}
		under, c.Licence = &l, l.URI
	}
	tagged := c.Name
	if q.Targets = in.Relations; q.Targets {
		tagged = "" // what is named may be in any collection
	}
	if q.Targets && in.at != nil {
		return nil, badQuery("relations", "true", "what records named is not known of the past: leave out asOf")
	}
	tag, err := s.stateTag(ctx, r, tagged, format.MediaType, in.at)
	if err != nil {
		return nil, err
	}
	if a := unchanged(r, tag); a != nil {
		return a, nil
	}
	return s.file(r, in, format, c, tag, func(ctx context.Context) iter.Seq2[*catalog.Record, error] {
		if under == nil {
			return s.store.Records(ctx, q)
		}
		return datasets.Under(*under, s.store.Records(ctx, q), func(catalog.Licence) {})
	}), nil
}

// file is the records as a file in format.
func (s *server) file(r *http.Request, in *DownloadInput, format datasets.Format, c catalog.Collection, tag string, records func(context.Context) iter.Seq2[*catalog.Record, error]) *answer {
	taken := catalog.Taken{Collection: in.Collection}
	if sources := values(in.Source); len(sources) == 1 {
		taken.Source = sources[0]
	}
	a := &answer{func(hc huma.Context) {
		r, w := humago.Unwrap(hc)
		caching(hc)
		hc.AppendHeader("Link", s.downloadLinks(r, c))
		s.sendFile(w, r, []catalog.Taken{taken}, func(out *lateWriter) error {
			c, records := c, records(r.Context())
			if in.Relations {
				c, records = datasets.Related(c, records, func(id string) string { return s.permanent(r, id) })
			}
			return format.Encode(out, c, records)
		})
	}}
	return a.with("Content-Type", format.MediaType).with("ETag", tag).
		with("Content-Disposition", disposition(in.Collection, format.Extension)).
		with(attributionHeader, url.PathEscape(datasets.Attribution(c)))
}

// downloadable is the collection called name; Everything has no name for the
// store, and the columns that every record may have.
func (s *server) downloadable(ctx context.Context, name string) (catalog.Collection, error) {
	if name == Everything {
		return catalog.Collection{Title: s.cfg.Title, Body: s.cfg.Body, Columns: catalog.EnvelopeColumns()}, nil
	}
	return s.findCollection(ctx, name)
}

// disposition names the file. Names of collections are ASCII words; whatever
// else there is becomes an underscore.
func disposition(name, extension string) string {
	safe := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`"\/;%`, r) {
			return '_'
		}
		return r
	}, name)
	return fmt.Sprintf(`attachment; filename="%s.%s"`, safe, extension)
}

// downloadLinks says in the headers what a file without room for it cannot.
func (s *server) downloadLinks(r *http.Request, c catalog.Collection) string {
	var links []string
	add := func(address, rel string) {
		if u, err := url.Parse(address); err == nil && isWebAddress(address) {
			links = append(links, fmt.Sprintf(`<%s>; rel="%s"`, u.String(), rel))
		}
	}
	if c.Name != "" {
		add(s.at(r, "collections", c.Name), "collection")
	}
	licence, _ := licenceText(c.Licence)
	add(licence, "license")
	add(datasets.PublicSource(c.SourceURL), "via")
	return strings.Join(links, ", ")
}

// downloadsOf are the links to everything that query selects in a collection
// ("": in all), in every format.
func (s *server) downloadsOf(r *http.Request, collection, query string) []Link {
	if collection == "" {
		collection = Everything
	}
	if query != "" {
		query = "?" + query
	}
	var links []Link
	for _, f := range datasets.Formats {
		links = append(links, Link{
			Href: s.at(r, "datasets", collection, "download", f.Name) + query, Rel: "enclosure",
			Type: bareType(f.MediaType), Title: "All of it as " + f.Label,
		})
	}
	return links
}

// bareType is a media type without parameters.
func bareType(mediaType string) string {
	bare, _, _ := strings.Cut(mediaType, ";")
	return bare
}
