package portal

import (
	"context"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"po-net.prato.it/ponet/catalog"
)

const (
	bodyLatest   = 6   // newest records in the list
	bodyPlaces   = 100 // records on its map
	bodyDatasets = 6
)

// bodyPage is the page of one body.
type bodyPage struct {
	head
	Body         bodyRow
	Contacts     []fact
	Themes       []themeChip
	Latest       []row
	Records      string // address of its records
	Datasets     []datasetLine
	DatasetCount int64
	DatasetsURL  string
	Still        *still
	Basemap      string
	Sources      []sourceState
	Quality      *bodyQuality
	Checks       *bodyChecks
	Ratings      int64 // of the pages of what it publishes
	Average      string
	RatingsURL   string
}

// organization answers /enti/{name}: the page of a body that publishes here, or
// that of a record of kind organization.
func (s *server) organization(w http.ResponseWriter, r *http.Request) error {
	list, err := s.store.BodyStatuses(r.Context())
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(b catalog.BodyStatus) bool { return b.ID == r.PathValue("name") })
	if i < 0 {
		return s.record(w, r)
	}
	return s.body(w, r, list[i])
}

func (s *server) body(w http.ResponseWriter, r *http.Request, b catalog.BodyStatus) error {
	p := &bodyPage{head: s.head(r, b.Name, bodyPath(b.ID)), Body: s.bodyRow(b), Contacts: s.bodyContacts(b.Body)}
	p.Description = s.texts.t("ente.descrizione", b.Name)
	p.Crumbs = []link{{URL: "/enti", Label: s.texts.t("enti.titolo")}}
	for _, src := range b.Sources {
		p.Sources = append(p.Sources, s.state(src))
	}
	for _, fill := range []func(context.Context, *bodyPage) error{s.bodyRecords, s.bodyDatasets, s.bodyQuality, s.bodyChecks, s.bodyRatings} {
		if err := fill(r.Context(), p); err != nil {
			return fmt.Errorf("body %s: %w", b.ID, err)
		}
	}
	w.Header().Set("Cache-Control", statusMaxAge)
	return s.render(w, r, http.StatusOK, s.pages["ente"], "base", p)
}

// bodyRecords are what the body publishes: the newest in a list, more on the map.
func (s *server) bodyRecords(ctx context.Context, p *bodyPage) error {
	q := search{Bodies: []string{p.Body.ID}, Page: 1}
	query := q.query(s.now())
	query.Limit = bodyPlaces
	found, err := s.store.Search(ctx, query)
	if err != nil {
		return err
	}
	p.Records, p.Themes = q.URL("/mappa"), s.themes(q, found, "/mappa")
	var rows []row
	var box *orb.Bound
	for i, hit := range found.Hits {
		row := s.newRow(i+1, hit)
		rows = append(rows, row)
		if row.Place != nil {
			at := row.Place.Bound()
			if box != nil {
				at = at.Union(*box)
			}
			box = &at
		}
	}
	p.Latest = rows[:min(bodyLatest, len(rows))]
	if box == nil {
		return nil
	}
	if p.Basemap, err = s.basemapSources(ctx); err != nil {
		return err
	}
	p.Still, err = s.still(ctx, *box, rows, s.texts.t("ente.mappa", p.Body.Name), wideWidth, recordHeight)
	return err
}

func (s *server) bodyDatasets(ctx context.Context, p *bodyPage) error {
	q := dataSearch{Bodies: []string{p.Body.ID}, Page: 1}
	query := q.query()
	query.Limit = bodyDatasets
	found, err := s.store.Datasets(ctx, query)
	if err != nil {
		return err
	}
	for i, h := range found.Hits {
		p.Datasets = append(p.Datasets, s.datasetLine(i+1, h))
	}
	p.DatasetCount, p.DatasetsURL = found.Total, q.URL("/dati")
	return nil
}

// bodyRatings are what people said of the clarity of its pages.
func (s *server) bodyRatings(ctx context.Context, p *bodyPage) error {
	var sum float64
	for c, err := range s.store.Clarity(ctx, time.Time{}, "", p.Body.ID) {
		if err != nil {
			return err
		}
		p.Ratings += c.Ratings
		sum += c.Average * float64(c.Ratings)
	}
	if p.Ratings > 0 {
		p.Average = stars(sum / float64(p.Ratings))
		p.RatingsURL = opinionsAddress("", p.Body.ID, "")
	}
	return nil
}

func (s *server) bodyContacts(b catalog.Body) []fact {
	var list []fact
	if b.Phone != "" {
		list = append(list, fact{Icon: "telefono", Name: s.texts.t("ente.telefono"), Value: b.Phone, URL: template.URL(telURL(b.Phone))})
	}
	if b.Email != "" {
		list = append(list, fact{Icon: "posta", Name: s.texts.t("ente.posta"), Value: b.Email, URL: template.URL(mailURL(b.Email))})
	}
	if b.Website != "" {
		list = append(list, fact{Icon: "sito", Name: s.texts.t("ente.sito"), Value: strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(b.Website, "https://"), "http://"), "/"), URL: template.URL(webURL(b.Website)), External: true})
	}
	return list
}
