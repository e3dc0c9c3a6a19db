package portal

import (
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// bodiesPage lists who publishes what, and how fresh it is.
type bodiesPage struct {
	head
	Bodies  []bodyRow
	Records int64
}

// A bodyRow is a body in the list.
type bodyRow struct {
	catalog.BodyStatus
	URL   string
	State string // class of its sign
	Words string // how fresh it is
}

// bodyPage is the page of one body.
type bodyPage struct {
	head
	Crumbs   []link
	Body     bodyRow
	Contacts []fact
	Themes   []themeChip
	Latest   []row
	Records  string // address of its records
	Sources  []sourceState
}

// bodyLatest is how many of the newest records the page of a body shows.
const bodyLatest = 6

func bodyPath(id string) string { return "/enti/" + url.PathEscape(id) }

// bodies answers /enti.
func (s *server) bodies(w http.ResponseWriter, r *http.Request) error {
	list, err := s.store.BodyStatuses(r.Context())
	if err != nil {
		return err
	}
	p := &bodiesPage{head: s.head(r, s.texts.t("enti.titolo"), "/enti")}
	p.Description = s.texts.t("enti.descrizione")
	for _, b := range list {
		p.Bodies = append(p.Bodies, s.bodyRow(b))
		p.Records += b.Records
	}
	w.Header().Set("Cache-Control", statusMaxAge)
	return s.render(w, r, http.StatusOK, s.pages["enti"], "base", p)
}

// bodyRow says how fresh a body is: as its least fresh source.
func (s *server) bodyRow(b catalog.BodyStatus) bodyRow {
	out := bodyRow{BodyStatus: b, URL: bodyPath(b.ID), State: "buona"}
	var worst *sourceState
	for _, src := range b.Sources {
		state := s.state(src)
		if worst == nil || urgency(state) < urgency(*worst) {
			worst = &state
		}
	}
	if worst == nil {
		return out
	}
	out.State = worst.State
	switch {
	case worst.State == "buona":
		out.Words = s.texts.t("enti.aggiornato", s.ago(*worst.Read))
	case worst.Fault != nil:
		out.Words = s.texts.t("enti.fonte-ferma", worst.Name)
	default:
		out.Words = worst.Words
	}
	return out
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
	q := search{Bodies: []string{b.ID}, Page: 1}
	query := q.query(s.now())
	query.Limit = bodyLatest
	found, err := s.store.Search(r.Context(), query)
	if err != nil {
		return fmt.Errorf("body %s: %w", b.ID, err)
	}
	p := &bodyPage{head: s.head(r, b.Name, bodyPath(b.ID)), Body: s.bodyRow(b), Records: q.URL("/mappa")}
	p.Description = s.texts.t("ente.descrizione", b.Name)
	p.Crumbs = []link{{URL: "/", Label: s.texts.t("briciole.inizio")}, {URL: "/enti", Label: s.texts.t("enti.titolo")}}
	p.Themes = s.themes(q, found, "/mappa")
	for i, hit := range found.Hits {
		p.Latest = append(p.Latest, s.newRow(i+1, hit))
	}
	for _, src := range b.Sources {
		p.Sources = append(p.Sources, s.state(src))
	}
	p.Contacts = s.bodyContacts(b.Body)
	w.Header().Set("Cache-Control", statusMaxAge)
	return s.render(w, r, http.StatusOK, s.pages["ente"], "base", p)
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
