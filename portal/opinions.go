package portal

import (
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// The results of the question about clarity, for everybody.
type opinionsPage struct {
	head
	Body, Page string // what was asked for, "" for all
	All        bool
	Ratings    int64
	Average    string
	Lines      []opinionLine
	More       bool
	CSV        string
}

type opinionLine struct {
	Page, Name                    string // Name: its path without the identifier
	Month, Body, BodyURL, Average string
	Ratings                       int64
}

const opinionLines = 100 // of the page; the file has all

// opinions answers /opinioni?ente=&pagina=.
func (s *server) opinions(w http.ResponseWriter, r *http.Request) error {
	body, page := clip(r.URL.Query().Get("ente"), maxText), clip(r.URL.Query().Get("pagina"), maxText)
	p := &opinionsPage{head: s.head(r, s.texts.t("opinioni.titolo"), "/opinioni"), Page: page, All: body == "" && page == "", CSV: opinionsAddress(".csv", body, page)}
	p.Description, p.NoIndex = s.texts.t("opinioni.intro"), !p.All
	p.Alternates = []alternate{{"text/csv", p.CSV, s.texts.t("opinioni.titolo")}}
	bodies, err := s.store.BodyStatuses(r.Context())
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, b := range bodies {
		names[b.ID] = b.Name
	}
	p.Body = or(names[body], body)
	var sum float64
	for c, err := range s.store.Clarity(r.Context(), time.Time{}, page, body) {
		if err != nil {
			return err
		}
		p.Ratings, sum = p.Ratings+c.Ratings, sum+c.Average*float64(c.Ratings)
		if p.More = len(p.Lines) == opinionLines; p.More {
			continue
		}
		line := opinionLine{Page: c.Page, Name: withoutID(c.Page), Month: dayOf(c.Month.Format("2006-01")), Body: or(names[c.BodyID], c.BodyID), Average: stars(c.Average), Ratings: c.Ratings}
		if c.BodyID != "" {
			line.BodyURL = opinionsAddress("", c.BodyID, "")
		}
		p.Lines = append(p.Lines, line)
	}
	if p.Ratings > 0 {
		p.Average = stars(sum / float64(p.Ratings))
	}
	w.Header().Set("Cache-Control", "no-cache")
	return s.render(w, r, http.StatusOK, s.pages["opinioni"], "base", p)
}

// withoutID is the path of a record as people read it: without the UUID at its end.
func withoutID(path string) string {
	if n := len(path) - 36; n > 1 && uuid.Validate(path[n:]) == nil {
		return strings.TrimRight(path[:n], "-/")
	}
	return path
}

// opinionsAddress is the page of the results, or their file, of a body or a page.
func opinionsAddress(format, body, page string) string {
	var parts []string
	if page != "" {
		parts = append(parts, "pagina="+escape(page))
	}
	if body != "" {
		parts = append(parts, "ente="+escape(body))
	}
	if len(parts) == 0 {
		return "/opinioni" + format
	}
	return "/opinioni" + format + "?" + strings.Join(parts, "&")
}

// opinionsCSV answers /opinioni.csv?dal=2026-01&pagina=&ente=: a line a page,
// body and month.
func (s *server) opinionsCSV(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	var from time.Time
	if v := q.Get("dal"); v != "" {
		var err error
		if from, err = time.Parse("2006-01", v); err != nil {
			s.failure(w, r, http.StatusBadRequest, failurePage{Heading: s.texts.t("opinioni.errore"), Lines: []string{s.texts.t("opinioni.mese", clip(v, 30))}})
			return nil
		}
	}
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8; header=present")
	h.Set("Content-Disposition", `attachment; filename="opinioni.csv"`)
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cache-Control", "no-cache")
	out := csv.NewWriter(w)
	out.Write(opinionColumns)
	for c, err := range s.store.Clarity(r.Context(), from, q.Get("pagina"), q.Get("ente")) {
		if err != nil {
			return err
		}
		line := []string{c.Month.Format("2006-01"), c.Page, c.BodyID, strconv.FormatInt(c.Ratings, 10), strconv.FormatFloat(c.Average, 'f', 2, 64)}
		for _, counts := range [][5]int64{c.Stars, c.Hard, c.Liked} {
			for _, n := range counts {
				line = append(line, strconv.FormatInt(n, 10))
			}
		}
		out.Write(line)
	}
	out.Flush()
	return out.Error()
}

// opinionColumns are those of the file; the last ten count the answers in the
// national order.
var opinionColumns = []string{
	"mese", "pagina", "ente", "valutazioni", "media_stelle", "stelle_1", "stelle_2", "stelle_3", "stelle_4", "stelle_5",
	"difficolta_chiarezza", "difficolta_completezza", "difficolta_percorso", "difficolta_tecniche", "difficolta_altro",
	"apprezzata_chiarezza", "apprezzata_completezza", "apprezzato_percorso", "apprezzata_tecnica", "apprezzato_altro",
}
