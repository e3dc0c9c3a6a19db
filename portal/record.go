package portal

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

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
	Address          string
	Lat, Lon         string
	LatText, LonText string
	Precision        string
	NearURL          string
	Nearby           []row
	Properties       []fact
	Provenance       []fact
	Formats          []link
	Whole            *link
	Still            *still
	Sources          string
	Data             mapData
	JSONLD           any
}

// A fact is a name and a value, with what to do with it.
type fact struct {
	Icon, Name, Value, URL string
	External, Code         bool
}

const (
	recordWidth, recordHeight = 760, 340
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

// splitSuffix takes a format off the end of a page's name.
func splitSuffix(name string) (rest, format string) {
	for _, f := range []string{"geojson", "jsonld"} {
		if rest, ok := strings.CutSuffix(name, "."+f); ok {
			return rest, f
		}
	}
	return name, ""
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
	w.Header().Add("Vary", "Accept")
	if format == "" {
		format = wanted(r.Header.Get("Accept"))
	}
	switch format {
	case "geojson":
		return s.data(w, r, rec, "application/geo+json", rec.Feature)
	case "jsonld":
		b, err := json.MarshalIndent(s.jsonLD(r, rec), "", " ")
		if err != nil {
			return err
		}
		return s.data(w, r, rec, "application/ld+json", b)
	}
	// Neighbours, base map and age of the record change without it.
	mark, err := s.mark(r.Context(), "")
	if err != nil {
		return err
	}
	sources, err := s.basemapSources(r.Context())
	if err != nil {
		return err
	}
	if fresh(w, r, s.etag("record", rec.ID, rec.Version, mark, sources, time.Now().Format(time.DateOnly), r.Host)) {
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

// data answers a record as data.
func (s *server) data(w http.ResponseWriter, r *http.Request, rec *catalog.Record, mediaType string, body []byte) error {
	if fresh(w, r, s.etag(mediaType, rec.ID, rec.Version, r.Host)) {
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

// wanted is the format that an Accept header asks for before a page: "" when it
// takes a page.
func wanted(accept string) string {
	best, format := 0.0, ""
	for item := range strings.SplitSeq(accept, ",") {
		media, parameters, _ := strings.Cut(item, ";")
		q := 1.0
		if v, ok := strings.CutPrefix(strings.ReplaceAll(parameters, " ", ""), "q="); ok {
			q, _ = strconv.ParseFloat(v, 64)
		}
		f := map[string]string{"application/geo+json": "geojson", "application/json": "geojson", "application/ld+json": "jsonld", "text/html": "html", "application/xhtml+xml": "html"}[strings.TrimSpace(media)]
		if f != "" && q > best {
			best, format = q, f
		}
	}
	if format == "html" {
		return ""
	}
	return format
}

// recordPage gathers what the page of rec shows.
func (s *server) recordPage(r *http.Request, rec *catalog.Record, sources string) (*recordPage, error) {
	path := recordPath(rec)
	p := &recordPage{head: s.head(r, rec.Title, path), Record: rec, Kind: s.kindOf(rec), Sources: sources}
	p.Row = s.newRow(1, catalog.Hit{Record: rec, DistanceMetres: -1})
	p.Lead = rec.Summary
	p.Description = clip(or(rec.Summary, join(" · ", p.Kind, s.address(rec))), 200)
	p.Alternates = []alternate{
		{"application/geo+json", path + ".geojson", "GeoJSON"},
		{"application/ld+json", path + ".jsonld", "JSON-LD"},
	}
	p.Crumbs = s.crumbs(rec)
	p.Facts = s.facts(rec)
	p.Stale = s.stale(rec, time.Now())
	p.Properties = s.otherProperties(rec)
	p.Formats = []link{{URL: path + ".geojson", Label: "GeoJSON"}, {URL: path + ".jsonld", Label: "JSON-LD"}}
	p.JSONLD = s.jsonLD(r, rec)
	p.Address = s.address(rec)
	p.Data = mapData{Rows: []mapRow{}, Language: p.Lang}
	if err := s.collectionOf(r.Context(), p, rec); err != nil {
		return nil, err
	}
	if p.Row.Place == nil {
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
	hits, err := s.store.Nearby(ctx, at, nearbyRows, rec.ID)
	if err != nil {
		return fmt.Errorf("nearby: %w", err)
	}
	for i, h := range hits {
		near := s.newRow(i+1, h)
		near.Sub, near.Hours, near.Accessible = s.kindOf(h.Record), "", false
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

// collectionOf says which collection and source the record belongs to.
func (s *server) collectionOf(ctx context.Context, p *recordPage, rec *catalog.Record) error {
	c, err := s.store.Collection(ctx, rec.Collection)
	if err != nil {
		return fmt.Errorf("collection %s: %w", rec.Collection, err)
	}
	title := s.collectionTitle(c.Name, c.Title)
	p.Whole = &link{URL: search{Page: 1, Collection: c.Name}.URL("/mappa"), Label: s.texts.t("scheda.raccolta", title)}
	p.Provenance = s.provenance(rec, c)
	return nil
}

// crumbs lead back to the searches that hold the record.
func (s *server) crumbs(rec *catalog.Record) []link {
	crumbs := []link{{URL: "/mappa", Label: s.texts.t("briciole.mappa")}}
	if t := themeName(rec.Theme); t != "altro" {
		crumbs = append(crumbs, link{URL: search{Page: 1, Themes: []catalog.Theme{rec.Theme}}.URL("/mappa"), Label: s.texts.t("tema." + t)})
	}
	return crumbs
}

// address is where the record is, in one line.
func (s *server) address(rec *catalog.Record) string {
	town := or(rec.Municipality, rec.Locality)
	if rec.Locality != "" && rec.Municipality != "" && !strings.EqualFold(rec.Locality, rec.Municipality) {
		town = rec.Locality + ", " + rec.Municipality
	}
	if m, ok := datasets.Vocabularies().Municipality(rec.ISTATCode); ok && town != "" {
		town += " (" + m.Province + ")"
	}
	return join(", ", rec.Address, join(" ", rec.Postcode, town))
}

// facts are «In breve»; what is not known is left out.
func (s *server) facts(rec *catalog.Record) []fact {
	var out []fact
	add := func(icon, name, value, url string, external bool) {
		if value != "" {
			out = append(out, fact{Icon: icon, Name: s.texts.t("scheda." + name), Value: value, URL: url, External: external})
		}
	}
	if rec.Start != "" || rec.End != "" {
		add("data", "quando", when(rec), "", false)
	}
	add("orario", "orario", rec.OpeningHours, "", false)
	add("altro", "indirizzo", s.address(rec), "", false)
	add("telefono", "telefono", rec.Phone, telURL(rec.Phone), false)
	add("posta", "posta", rec.Email, mailURL(rec.Email), false)
	add("sito", "sito", shortURL(rec.Website), webURL(rec.Website), true)
	access := rec.Accessibility
	if a := accessible(access); a != "" {
		access = s.texts.t("scheda.accessibile." + a)
	}
	add("acc", "accessibilita", access, "", false)
	return out
}

// stale says that nobody has confirmed the record for a long time.
func (s *server) stale(rec *catalog.Record, now time.Time) string {
	modified, err := time.Parse(time.DateOnly, clip(rec.SourceModified, 10))
	if err != nil {
		return ""
	}
	n := int(now.Sub(modified).Hours() / 24 / 30.44)
	switch {
	case n < staleAfter:
		return ""
	case s.cfg.Email == "":
		return s.texts.t("scheda.stantio-senza", n)
	}
	return s.texts.t("scheda.stantio", n, s.cfg.Email)
}

// ourProperties are shown elsewhere on the page.
var ourProperties = []string{
	"title", "description", "kind", "theme", "type", "type_label", "address", "postcode", "locality", "municipality",
	"istat_code", "province", "phone", "email", "website", "opening_hours", "accessibility", "image", "start", "end",
	"body", "body_name", "licence", "source", "source_key", "source_modified", "accuracy_metres", "updated",
}

// otherProperties are the rest: the source's own columns.
func (s *server) otherProperties(rec *catalog.Record) []fact {
	var out []fact
	for _, p := range rec.Properties {
		if slices.Contains(ourProperties, p.Name) {
			continue
		}
		if v := s.valueText(p.Value); v != "" {
			f := fact{Name: p.Name, Value: clip(v, 2000)}
			if isWeb(v) {
				f.URL, f.External = v, true
			}
			out = append(out, f)
		}
	}
	return out
}

// valueText writes a property for people.
func (s *server) valueText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		if v {
			return s.texts.t("si")
		}
		return s.texts.t("no")
	case float64:
		return strings.Replace(strconv.FormatFloat(v, 'f', -1, 64), ".", ",", 1)
	case []string:
		return strings.Join(v, ", ")
	case json.RawMessage:
		return string(v)
	}
	return fmt.Sprint(v)
}

// provenance is «Da dove vengono questi dati».
func (s *server) provenance(rec *catalog.Record, c catalog.Collection) []fact {
	var out []fact
	add := func(name, value, url string) {
		if value != "" {
			out = append(out, fact{Name: s.texts.t("scheda." + name), Value: value, URL: url})
		}
	}
	add("responsabile", or(rec.BodyName, rec.BodyID, c.Body), "")
	source := or(c.Title, rec.SourceID)
	if c.SourceID == "" {
		source = rec.SourceID
	}
	address := rec.SourceURL
	if !isWeb(address) {
		address = c.SourceURL
	}
	add("fonte", source, webURL(address))
	add("verifica", dayIf(rec.Verified), "")
	add("aggiornato", dayIf(rec.Updated), "")
	add("aggiornato-fonte", dayOf(rec.SourceModified), "")
	licence, known := datasets.Vocabularies().Licence(rec.Licence)
	if known && rec.Licence != "" {
		add("licenza", or(licence.Short, licence.Label), webURL(licence.URL))
	} else {
		add("licenza", or(rec.Licence, s.texts.t("scheda.licenza-ignota")), webURL(rec.Licence))
	}
	precision := s.texts.t("scheda.precisione.fonte")
	if rec.AccuracyMetres > 0 {
		precision = s.texts.t("scheda.precisione.metri", s.valueText(rec.AccuracyMetres))
	}
	if rec.Geometry != nil {
		add("precisione", precision, "")
	}
	out = append(out, fact{Name: s.texts.t("scheda.identificativo"), Value: "/id/" + rec.ID, Code: true})
	if rec.SourceKey != "" {
		out = append(out, fact{Name: s.texts.t("scheda.identificativo-fonte"), Value: rec.SourceKey, Code: true})
	}
	return out
}

func dayIf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return day(t)
}

// decimals writes degrees to 5 decimals, one metre.
func decimals(v float64) string { return strconv.FormatFloat(v, 'f', 5, 64) }

func round6(v float64) float64 { return math.Round(v*1e6) / 1e6 }

// isWeb reports whether v is an address of the web.
func isWeb(v string) bool {
	u, err := url.Parse(v)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// webURL is v as an address of the web, "" when it is not one. Sources often
// leave out the scheme.
func webURL(v string) string {
	if isWeb(v) {
		return v
	}
	if strings.HasPrefix(v, "www.") && isWeb("http://"+v) {
		return "http://" + v
	}
	return ""
}

// shortURL is an address as people read it.
func shortURL(v string) string {
	v = strings.TrimPrefix(strings.TrimPrefix(v, "https://"), "http://")
	return strings.TrimSuffix(v, "/")
}

// telURL is a number to call, "" when v holds words.
func telURL(v string) string {
	digits := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -./()", r) {
			return -1
		}
		return r
	}, v)
	if len(digits) < 4 || strings.Trim(digits, "+0123456789") != "" {
		return ""
	}
	return "tel:" + digits
}

func mailURL(v string) string {
	if name, host, ok := strings.Cut(v, "@"); ok && name != "" && strings.Contains(host, ".") && !strings.ContainsAny(v, " ,;<>?&") {
		return "mailto:" + v
	}
	return ""
}
