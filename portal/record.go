package portal

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/simplify"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// recordPage is the page of one record.
type recordPage struct {
	head
	Record           *catalog.Record
	Row              row
	Kind, Lead       string
	Crumbs           []link
	Facts            []fact
	Stale            string // how long it has not been updated, "" when it is recent
	Placed           bool
	SaysWhere        bool // that it has no place is worth saying
	Address          string
	Lat, Lon         string
	LatText, LonText string
	Precision        string
	NearURL          string
	Stops            []stop
	Nearby           []row
	Details          []detail   // facts of its kind
	Instances        [][]detail // of a course
	Dates            []string   // on which an event takes place, from now on, when there are several
	EventsHere       []row
	linkedSection
	Datasets   []link
	Properties []fact
	Provenance []fact
	Elsewhere  []fact
	Origins    []describer // where several sources describe it
	Sayings    []saying
	Checked    string // who has looked whether it is true
	CheckLate  bool
	History    *history
	Assessment *assessment
	Formats    []link
	Whole      *link
	Measures   *measures // of a station
	Still      *still
	Sources    string
	Data       mapData
	JSONLD     any
}

// A fact is a name and a value, with what to do with it.
type fact struct {
	Icon, Name, Value string
	Original          string       // what the source calls it
	Told              bool         // the name of ours does not tell it
	URL               template.URL // made by webURL, telURL or mailURL, which let nothing else through
	External, Code    bool
	Passing           bool // true now and not for ever: not for paper
}

const (
	recordWidth, recordHeight = 640, 340
	recordSpan                = 0.006    // degrees each side of a point
	staleAfter                = 14       // months after which a person is told
	maxGeometry               = 40 << 10 // bytes of a record's geometry in its page; larger ones are simplified for the map
)

// record answers the page of a record: /luoghi/{slug}-{id} and the like.
func (s *server) record(w http.ResponseWriter, r *http.Request) error {
	name, format := splitSuffix(r.PathValue("name"))
	if len(name) < 36 {
		return fmt.Errorf("page %q: %w", r.URL.Path, catalog.ErrNotFound)
	}
	rec, err := s.store.Item(r.Context(), name[len(name)-36:])
	if err != nil {
		return err
	}
	return s.answerRecord(w, r, rec, format)
}

// answerRecord answers rec in the format of its address or, without one, of
// the Accept header.
func (s *server) answerRecord(w http.ResponseWriter, r *http.Request, rec *catalog.Record, format string) error {
	path := recordPath(rec)
	if got, _ := splitSuffix(r.URL.Path); got != unescaped(path) { // the slug has changed, or the kind
		if format != "" {
			path += "." + format
		}
		http.Redirect(w, r, path, http.StatusMovedPermanently)
		return nil
	}
	return s.answerIn(w, r, rec, format)
}

// answerIn answers rec in a format, at whichever of its addresses.
func (s *server) answerIn(w http.ResponseWriter, r *http.Request, rec *catalog.Record, format string) error {
	w.Header().Add("Vary", "Accept")
	if format == "" {
		format = wanted(r.Header.Get("Accept"))
	}
	switch format {
	case "geojson":
		return s.data(w, r, rec, "application/geo+json", rec.Feature)
	case "jsonld":
		ld, err := s.wholeLD(r, rec)
		if err != nil {
			return err
		}
		b, err := json.MarshalIndent(ld, "", " ")
		if err != nil {
			return err
		}
		return s.described(w, r, rec, "application/ld+json", b)
	case "ttl":
		ld, err := s.wholeLD(r, rec)
		if err != nil {
			return err
		}
		b, err := turtle(ld)
		if err != nil {
			return err
		}
		return s.described(w, r, rec, "text/turtle; charset=utf-8", b)
	case "ics":
		return s.calendar(w, r, rec)
	case "pdf":
		return s.recordPDF(w, r, rec)
	}
	if rec.Kind == catalog.KindDataset {
		return s.dataset(w, r, rec)
	}
	// Neighbours, base map and age of the record change without it.
	mark, sources, err := s.drawn(r.Context())
	if err != nil {
		return err
	}
	if fresh(w, r, s.etag("record", rec.ID, rec.Version, mark, sources, s.minute(), r.Host, measured(r, rec))) {
		return nil
	}
	page, err := s.recordPage(r, rec, sources)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, s.pages["record"], "base", page)
}

func unescaped(path string) string {
	if p, err := url.PathUnescape(path); err == nil {
		return p
	}
	return path
}

// described answers a record with what it has to do with, which changes without it.
func (s *server) described(w http.ResponseWriter, r *http.Request, rec *catalog.Record, mediaType string, body []byte) error {
	mark, err := s.mark(r.Context(), "")
	if err != nil {
		return err
	}
	return s.data(w, r, rec, mediaType, body, mark)
}

// data answers a record as data, which depends on what is given besides it.
func (s *server) data(w http.ResponseWriter, r *http.Request, rec *catalog.Record, mediaType string, body []byte, besides ...any) error {
	if fresh(w, r, s.etag(append([]any{mediaType, rec.ID, rec.Version, r.Host}, besides...)...)) {
		return nil
	}
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Link", `<`+s.absolute(r, recordPath(rec))+`>; rel="canonical"`)
	if r.Method != http.MethodHead {
		w.Write(body)
	}
	return nil
}

// calendar answers a record as an iCalendar; only what takes place has one.
func (s *server) calendar(w http.ResponseWriter, r *http.Request, rec *catalog.Record) error {
	if !takesPlace(rec) {
		return fmt.Errorf("page %q: %w", r.URL.Path, catalog.ErrNotFound)
	}
	var b bytes.Buffer
	one := func(yield func(*catalog.Record, error) bool) { yield(rec, nil) }
	if err := datasets.EncodeICS(&b, catalog.Collection{Title: rec.Title}, one); err != nil {
		return err
	}
	return s.data(w, r, rec, "text/calendar; charset=utf-8", b.Bytes())
}

// dataFormats are those in which every record can be taken away: the suffix of its
// address, the media type that asks for it, its name.
var dataFormats = []struct{ suffix, mediaType, name string }{
	{".geojson", "application/geo+json", "GeoJSON"}, {".jsonld", "application/ld+json", "JSON-LD"}, {".ttl", "text/turtle", "Turtle (RDF)"}, {".pdf", pdfType, "PDF"},
}

// offer adds the formats of the record at path to its page's alternates, and
// gives the links to them.
func (s *server) offer(h *head, path string) []link {
	var links []link
	for _, f := range dataFormats {
		h.Alternates = append(h.Alternates, alternate{f.mediaType, path + f.suffix, f.name})
		label := f.name
		if f.mediaType == pdfType {
			label = s.texts.t("scheda.pdf")
		}
		links = append(links, link{URL: path + f.suffix, Label: label})
	}
	return links
}

// takesPlace reports whether rec can stand in a calendar.
func takesPlace(rec *catalog.Record) bool {
	return (rec.Kind == catalog.KindEvent || rec.Kind == catalog.KindCourse) && (rec.Start != "" || len(rec.Occurrences) > 0)
}

// recordPage gathers what the page of rec shows.
func (s *server) recordPage(r *http.Request, rec *catalog.Record, sources string) (*recordPage, error) {
	path := recordPath(rec)
	p := &recordPage{head: s.head(r, rec.Title, path), Record: rec, Kind: s.kindOf(rec), Sources: sources}
	p.Row = s.newRow(1, catalog.Hit{Record: rec, DistanceMetres: -1})
	p.Lead = description(rec)
	p.Description = clip(or(p.Lead, join(" · ", p.Kind, s.address(rec))), 200)
	p.Crumbs = s.crumbs(rec)
	p.Facts = s.facts(rec)
	p.Stale = s.stale(rec, s.now())
	p.Details, p.Properties = s.details(rec)
	p.Dates, p.Instances = s.comingDates(rec, s.now()), s.instanceDetails(rec)
	p.Formats = s.offer(&p.head, path)
	if takesPlace(rec) {
		p.Alternates = append(p.Alternates, alternate{"text/calendar", path + ".ics", "iCalendar"})
		p.Formats = append(p.Formats, link{URL: path + ".ics", Label: s.texts.t("scheda.calendario")})
	}
	p.Address = s.address(rec)
	p.Data = mapData{Rows: []mapRow{}, Language: p.Lang}
	if err := s.belongs(r.Context(), p, rec); err != nil {
		return nil, err
	}
	groups, err := s.linked(r.Context(), &p.linkedSection, rec, &p.Details)
	if err != nil {
		return nil, err
	}
	if err := s.coursesHere(r.Context(), p, rec); err != nil {
		return nil, err
	}
	ld := s.jsonLD(r, rec)
	s.ldRelations(ld, func(path string) string { return s.absolute(r, path) }, groups)
	p.JSONLD = ld
	if p.Measures, err = s.measures(r, rec); err != nil {
		return nil, err
	}
	var found catalog.Findings
	if p.Assessment, found, err = s.assess(r.Context(), rec); err != nil {
		return nil, err
	}
	p.Checked, p.CheckLate = s.checked(rec, found.Check)
	s.ldCheck(ld, r, rec, found.Check)
	if p.Row.Place == nil {
		p.SaysWhere = rec.Kind != catalog.KindService
		return p, nil
	}
	return p, s.placeRecord(r.Context(), p, rec)
}

// placeRecord fills what needs a position: coordinates, map, neighbours.
func (s *server) placeRecord(ctx context.Context, p *recordPage, rec *catalog.Record) error {
	at := *p.Row.Place
	p.Placed = true
	p.Lat, p.Lon = decimals(at.Lat()), decimals(at.Lon())
	p.LatText, p.LonText = p.Lat, p.Lon
	p.NearURL = search{Page: 1, Near: &orb.Point{round4(at.Lon()), round4(at.Lat())}}.URL("/mappa")
	if rec.AccuracyMetres > 0 {
		p.Precision = s.texts.t("scheda.precisione.nota", strings.Replace(strconv.FormatFloat(rec.AccuracyMetres, 'f', -1, 64), ".", ",", 1))
	}
	box := rec.Geometry.Bound()
	if rec.Geometry.Dimensions() == 0 {
		box = at.Bound().Pad(recordSpan)
	}
	p.Data.Rows = []mapRow{{N: 1, ID: rec.ID, Theme: p.Row.Theme, Title: rec.Title, Lon: round6(at.Lon()), Lat: round6(at.Lat())}}
	p.Data.Box = &[4]float64{box.Min[0], box.Min[1], box.Max[0], box.Max[1]}
	if rec.Geometry.Dimensions() > 0 {
		p.Data.Geometry = drawable(rec.Geometry)
	}
	var err error
	if p.Still, err = s.still(ctx, box, []row{p.Row}, s.texts.t("mappa.ferma.scheda", rec.Title), recordWidth, recordHeight); err != nil {
		return err
	}
	p.Still.Slice = rec.Geometry.Dimensions() == 0
	if err := s.eventsHere(ctx, p, rec, at); err != nil {
		return err
	}
	if p.Stops, err = s.stops(ctx, rec, at); err != nil {
		return err
	}
	hits, err := s.store.Nearby(ctx, at, nearbyRows, rec.ID)
	if err != nil {
		return fmt.Errorf("nearby: %w", err)
	}
	for i, h := range hits {
		near := s.newRow(i+1, h)
		near.Sub, near.Hours, near.Accessible = s.kindOf(h.Record), "", false // the opening is left
		p.Nearby = append(p.Nearby, near)
	}
	return nil
}

// drawable is g as the map in the page needs it, simplified if it is large.
func drawable(g orb.Geometry) *geojson.Geometry {
	for tolerance := 1e-5; ; tolerance *= 4 {
		out := geojson.NewGeometry(g)
		if b, err := out.MarshalJSON(); err != nil || len(b) <= maxGeometry || tolerance > 1 {
			return out
		}
		g = simplify.DouglasPeucker(tolerance).Simplify(orb.Clone(g))
	}
}

// belongs says which collection and source the record comes from.
func (s *server) belongs(ctx context.Context, p *recordPage, rec *catalog.Record) error {
	c, err := s.store.Collection(ctx, rec.Collection)
	if err != nil {
		return fmt.Errorf("collection %s: %w", rec.Collection, err)
	}
	src, read, err := s.store.Origin(ctx, rec.SourceID)
	if err != nil && !errors.Is(err, catalog.ErrNotFound) {
		return err
	}
	of, err := s.store.DatasetsOf(ctx, rec)
	if err != nil {
		return err
	}
	if rec.Kind == catalog.KindFeature && len(of) > 0 {
		p.Crumbs = []link{{URL: "/", Label: s.texts.t("briciole.inizio")}, {URL: "/dati", Label: s.texts.t("dati.titolo")}, {URL: recordPath(of[0]), Label: of[0].Title}}
	}
	for _, d := range of {
		p.Datasets = append(p.Datasets, link{URL: recordPath(d), Label: "«" + d.Title + "»"})
	}
	title := s.collectionTitle(c.Name, c.Title)
	p.Whole = &link{URL: search{Page: 1, Collection: c.Name}.URL("/mappa"), Label: s.texts.t("scheda.raccolta", title)}
	p.Provenance, p.Elsewhere = s.provenance(rec, src, read), s.elsewhere(rec)
	if p.Origins, p.Sayings, err = s.says(ctx, rec); err != nil {
		return err
	}
	p.History, err = s.history(ctx, rec)
	return err
}

// decimals writes degrees to 5 decimals, one metre.
func decimals(v float64) string { return strconv.FormatFloat(v, 'f', 5, 64) }

func round6(v float64) float64 { return math.Round(v*1e6) / 1e6 }
