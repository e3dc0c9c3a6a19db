package portal

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"po-net.prato.it/ponet/catalog"
)

// The question about the clarity of a page, as the national model for the sites
// of municipalities asks it (its requirement C.SI.2.5): the words and the
// data-element attributes are looked for by the State's own checks.

// A question stands at the end of a page.
type question struct {
	Page  string // what is asked about: a path of ours, without a query
	Stars []int
	Hard  answers
	Liked answers
}

// answers are the second question and what can be answered.
type answers struct {
	Element, Question string
	Texts             []string
}

var (
	fiveStars = []int{1, 2, 3, 4, 5}
	hard      = answers{"feedback-rating-negative", "Dove hai incontrato le maggiori difficoltà?", []string{
		"A volte le indicazioni non erano chiare", "A volte le indicazioni non erano complete",
		"A volte non capivo se stavo procedendo correttamente", "Ho avuto problemi tecnici", "Altro"}}
	liked = answers{"feedback-rating-positive", "Quali sono stati gli aspetti che hai preferito?", []string{
		"Le indicazioni erano chiare", "Le indicazioni erano complete",
		"Capivo sempre che stavo procedendo correttamente", "Non ho avuto problemi tecnici", "Altro"}}
)

// ask is the question for the page at address, path and query.
func ask(address string) *question {
	path, _, _ := strings.Cut(address, "?")
	return &question{Page: path, Stars: fiveStars, Hard: hard, Liked: liked}
}

// ratingPage is the second page of the question, and the thanks: for those
// without script.
type ratingPage struct {
	head
	ID, Page string
	Answers  answers
	Notice   string
	Thanks   bool
}

const maxRatingForm = 16 << 10 // bytes of the form

// rate answers POST /opinioni.
func (s *server) rate(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	r.Body = http.MaxBytesReader(w, r.Body, maxRatingForm)
	if err := r.ParseForm(); err != nil {
		return s.badRating(w, r, "opinioni.modulo")
	}
	if !s.ratings.allow(r, s.now()) {
		w.Header().Set("Retry-After", strconv.Itoa(int(ratingsTime.Seconds())))
		s.failure(w, r, http.StatusTooManyRequests, failurePage{Heading: s.texts.t("opinioni.troppe"), Lines: []string{s.texts.t("opinioni.troppe.testo")}, Retry: "60"})
		return nil
	}
	answer, _ := strconv.Atoi(r.PostForm.Get("risposta"))
	given := catalog.Rating{ID: r.PostForm.Get("id"), Answer: answer, Details: detailsOf(r.PostForm.Get("dettagli"))}
	page := r.PostForm.Get("pagina")
	if given.ID != "" {
		return s.completeRating(w, r, given, page)
	}
	given.Stars, _ = strconv.Atoi(r.PostForm.Get("stelle"))
	if given.Stars < 1 || given.Stars > 5 || answer < 0 || answer > 5 {
		return s.badRating(w, r, "opinioni.stelle")
	}
	var err error
	given.Page, given.BodyID, err = s.ratedPage(r, page)
	if errors.Is(err, catalog.ErrNotFound) || errors.Is(err, catalog.ErrWithdrawn) {
		return s.badRating(w, r, "opinioni.pagina")
	}
	if err != nil {
		return err
	}
	id := uuid.New() // by chance: one with the time in it would tell the hour
	given.ID = id.String()
	if err := s.store.AddRating(r.Context(), given); err != nil {
		return err
	}
	if given.Answer > 0 || r.PostForm.Get("finita") == "1" {
		return s.thank(w, r, given.Page)
	}
	next := url.Values{"id": {given.ID}, "stelle": {strconv.Itoa(given.Stars)}, "pagina": {given.Page}}
	http.Redirect(w, r, "/opinioni/seguito?"+next.Encode(), http.StatusSeeOther)
	return nil
}

// detailsOf is what was written, on one line and as long as it may be.
func detailsOf(text string) string {
	text = strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "")
	return clip(strings.Join(strings.Fields(text), " "), catalog.MaxRatingDetails)
}

// completeRating takes the second answer of those without script.
func (s *server) completeRating(w http.ResponseWriter, r *http.Request, given catalog.Rating, page string) error {
	if uuid.Validate(given.ID) != nil || given.Answer < 0 || given.Answer > 5 {
		return s.badRating(w, r, "opinioni.modulo")
	}
	err := s.store.CompleteRating(r.Context(), given)
	if err != nil && !errors.Is(err, catalog.ErrNotFound) { // sent twice: the first time counts
		return err
	}
	return s.thank(w, r, page)
}

// thank leads to the thanks, so that loading the page again sends nothing.
func (s *server) thank(w http.ResponseWriter, r *http.Request, page string) error {
	http.Redirect(w, r, "/opinioni/grazie?pagina="+url.QueryEscape(page), http.StatusSeeOther)
	return nil
}

func (s *server) badRating(w http.ResponseWriter, r *http.Request, why string) error {
	s.failure(w, r, http.StatusBadRequest, failurePage{Heading: s.texts.t("opinioni.errore"), Lines: []string{s.texts.t(why)}})
	return nil
}

// ratedPage is the page of ours that was rated, and the body that answers for
// what it shows; catalog.ErrNotFound if there is no such page.
func (s *server) ratedPage(r *http.Request, path string) (page, body string, err error) {
	u, err := url.Parse(path)
	if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(u.Path, "/") || len(path) > 300 {
		return "", "", fmt.Errorf("page %q: %w", clip(path, 60), catalog.ErrNotFound)
	}
	ctx, name := r.Context(), u.Path[strings.LastIndexByte(u.Path, '/')+1:]
	if len(name) >= 36 && uuid.Validate(name[len(name)-36:]) == nil {
		rec, err := s.store.Item(ctx, name[len(name)-36:])
		if err != nil {
			return "", "", err
		}
		return recordPath(rec), rec.BodyID, nil
	}
	first, rest, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
	switch {
	case rest == "" && (first == "" || fixedPages[first]):
		return u.Path, "", nil
	case first == "enti":
		list, err := s.store.BodyStatuses(ctx)
		if slices.ContainsFunc(list, func(b catalog.BodyStatus) bool { return b.ID == rest }) {
			return bodyPath(rest), rest, nil
		}
		return "", "", errors.Join(err, catalog.ErrNotFound)
	case first == "stato":
		id, _, _ := strings.Cut(strings.TrimPrefix(rest, "fonti/"), "/") // that of a run counts for its source
		src, _, err := s.store.Origin(ctx, id)
		return s.statusPath(id), src.BodyID, err
	case first == "dati":
		rec, err := s.findDataset(r, rest)
		if err != nil {
			return "", "", err
		}
		return recordPath(rec), rec.BodyID, nil
	}
	return "", "", fmt.Errorf("page %q: %w", clip(path, 60), catalog.ErrNotFound)
}

// fixedPages are the pages that are always there.
var fixedPages = map[string]bool{
	"mappa": true, "eventi": true, "dati": true, "enti": true, "stato": true, "sviluppatori": true, "aiuto": true, "opinioni": true,
	"privacy": true, "accessibilita": true, "note-legali": true,
}

// followUp answers /opinioni/seguito: the second question.
func (s *server) followUp(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	stars, _ := strconv.Atoi(q.Get("stelle"))
	if uuid.Validate(q.Get("id")) != nil || stars < 1 || stars > 5 {
		return fmt.Errorf("page %q: %w", r.URL.Path, catalog.ErrNotFound)
	}
	p := ratingPage{head: s.head(r, s.texts.t("opinioni.seguito"), ""), ID: q.Get("id"), Page: ownPath(q.Get("pagina")), Answers: hard}
	p.NoIndex = true
	if stars >= catalog.PositiveStars {
		p.Answers = liked
	}
	w.Header().Set("Cache-Control", "no-store")
	return s.render(w, r, http.StatusOK, s.pages["opinione"], "base", p)
}

// thanks answers /opinioni/grazie.
func (s *server) thanks(w http.ResponseWriter, r *http.Request) error {
	p := ratingPage{head: s.head(r, s.texts.t("opinioni.grazie"), ""), Page: ownPath(r.URL.Query().Get("pagina")), Thanks: true}
	p.NoIndex = true
	w.Header().Set("Cache-Control", "no-store")
	return s.render(w, r, http.StatusOK, s.pages["opinione"], "base", p)
}

// ownPath is path if it is one of ours, else the first page: nobody is led
// elsewhere from here.
func ownPath(path string) string {
	u, err := url.Parse(path)
	if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\n\r\t") {
		return "/"
	}
	return u.EscapedPath()
}
