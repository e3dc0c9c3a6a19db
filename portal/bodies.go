package portal

import (
	"net/http"
	"net/url"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// bodiesPage lists who publishes what, and how fresh it is.
type bodiesPage struct {
	head
	Query   string
	All     int64
	Records int64
	Publish []bodyRow // with sources of their own
	Named   []bodyRow // whose records come from the sources of others
	Silent  []bodyRow // without anything yet
}

// Found is how many bodies the page shows.
func (p *bodiesPage) Found() int64 { return int64(len(p.Publish) + len(p.Named) + len(p.Silent)) }

// A bodyRow is a body in the list.
type bodyRow struct {
	catalog.BodyStatus
	URL   string
	State string // class of its sign
	Words string // how fresh it is
}

func bodyPath(id string) string { return "/enti/" + url.PathEscape(id) }

// bodies answers /enti.
func (s *server) bodies(w http.ResponseWriter, r *http.Request) error {
	list, err := s.store.BodyStatuses(r.Context())
	if err != nil {
		return err
	}
	p := &bodiesPage{head: s.head(r, s.texts.t("enti.titolo"), "/enti"), Query: clip(strings.TrimSpace(r.URL.Query().Get("q")), maxText), All: int64(len(list))}
	p.Description, p.NoIndex = s.texts.t("enti.descrizione"), p.Query != ""
	for _, b := range list {
		p.Records += b.Records
		if !matches(p.Query, b.Name, b.ID) {
			continue
		}
		group := &p.Silent
		switch {
		case len(b.Sources) > 0:
			group = &p.Publish
		case b.Records > 0:
			group = &p.Named
		}
		*group = append(*group, s.bodyRow(b))
	}
	w.Header().Set("Cache-Control", statusMaxAge)
	return s.render(w, r, http.StatusOK, s.pages["enti"], "base", p)
}

// bodyRow says how fresh a body is: as its least fresh source.
func (s *server) bodyRow(b catalog.BodyStatus) bodyRow {
	out := bodyRow{BodyStatus: b, URL: bodyPath(b.ID), State: "buona"}
	var worst *sourceState
	_, last := lastRead(b.Sources)
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
		out.Words = s.texts.many("enti.aggiornato", int64(len(b.Sources))) + " " + s.ago(last)
	case worst.Fault != nil:
		out.Words = s.texts.t("enti.fonte-ferma", worst.Name)
	default:
		out.Words = worst.Words
	}
	return out
}
