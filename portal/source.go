package portal

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// A sourceState is a source in the words of whoever answers for it.
type sourceState struct {
	catalog.SourceStatus
	Name     string
	URL      string // of its page
	BodyURL  string
	State    string // "buona", "attenzione", "ferma": the class of its sign
	Words    string // "Letta oggi, 22 descrizioni"
	Fault    *fault // why the last run did not complete
	Since    string // when the last complete run was
	Advice   string // what to do, where something is not well
	Rhythm   string
	Contacts []fact // of its body, where somebody should be told
}

// sourcePage is the page of one source: how it is doing, its last receipt in full
// and the runs before it.
type sourcePage struct {
	head
	Source  sourceState
	Licence *link
	Address string // of the source, "" when it is none of the web
	Records string // address of its records on the explore page, "" when it has none
	Last    *receipt
	Runs    []receipt
	Newest  string // address of the page without older, "" when this is it
	Older   string // address of the next page of runs, "" when there is none
	JSON    string
}

const (
	runsShown    = 10
	runsInFeed   = 50 // that are looked through for what changed
	examplesOnce = 3  // of what was read against a rule, in the receipt on the page of a source
)

// formerSource answers /stato/{fonte}, where the page of a source once was.
func (s *server) formerSource(w http.ResponseWriter, r *http.Request) error {
	to := "/stato"
	if id := r.PathValue("source"); id != "fonti" {
		to = s.statusPath(id)
	}
	if r.URL.RawQuery != "" {
		to += "?" + r.URL.RawQuery
	}
	http.Redirect(w, r, to, http.StatusMovedPermanently)
	return nil
}

// source answers /stato/fonti/{fonte}, with .atom for who wants to hear of changes.
// What programs read is in the API.
func (s *server) source(w http.ResponseWriter, r *http.Request) error {
	id, forPrograms := strings.CutSuffix(r.PathValue("source"), ".json")
	if forPrograms {
		http.Redirect(w, r, apiRuns(id), http.StatusMovedPermanently)
		return nil
	}
	id, feed := strings.CutSuffix(id, ".atom")
	shown := runsShown + 1
	if feed {
		shown = runsInFeed
	}
	st, runs, err := s.store.Status(r.Context(), id, shown)
	if err != nil {
		return err
	}
	if feed {
		return s.receiptFeed(w, r, st, runs)
	}
	page := s.statusPath(st.ID)
	state := s.state(st)
	p := &sourcePage{head: s.head(r, state.Name, page), Source: state, Address: webURL(datasets.PublicSource(st.URL)), JSON: apiRuns(st.ID)}
	before, _ := strconv.ParseInt(r.URL.Query().Get("prima"), 10, 64)
	if before > 0 {
		if runs, err = s.store.RunsBefore(r.Context(), st.ID, before, shown); err != nil {
			return err
		}
		p.NoIndex, p.Newest = true, page
	}
	p.Description = s.texts.t("fonte.descrizione", state.Name)
	p.Alternates = []alternate{{"application/json", s.absolute(r, p.JSON), "JSON"},
		{"application/atom+xml", s.absolute(r, page+".atom"), s.texts.t("fonte.notizie", state.Name)}}
	p.Crumbs = []link{{URL: s.path("/stato"), Label: s.texts.t("stato.titolo")}}
	s.inBoth(r, &p.head, page)
	if st.Listed > 0 && !readings(st.Last) {
		p.Records = search{Sources: []string{st.ID}, Page: 1}.URL("/mappa")
	}
	if l, ok := datasets.Vocabularies().Licence(st.Licence); ok && st.Licence != "" {
		p.Licence = &link{URL: webURL(l.URL), Label: or(l.Short, l.Label)}
	}
	if len(runs) > runsShown {
		runs = runs[:runsShown]
		p.Older = fmt.Sprintf("%s?prima=%d", page, runs[runsShown-1].ID)
	}
	for _, run := range runs {
		p.Runs = append(p.Runs, s.publicReceipt(st.Source, run))
	}
	if before == 0 && len(runs) > 0 && runs[0].Finished != nil {
		if err := s.exemplify(r.Context(), &p.Runs[0], examplesOnce); err != nil {
			return err
		}
		p.Last, p.Runs = &p.Runs[0], p.Runs[1:]
	}
	w.Header().Set("Cache-Control", statusMaxAge)
	return s.render(w, r, http.StatusOK, s.pages["fonte"], "base", p)
}

// apiRuns is where programs read the runs of a source.
func apiRuns(source string) string { return "/api/v1/sources/" + url.PathEscape(source) + "/runs" }

// path is a path of ours in the language of the server's pages.
func (s *server) path(p string) string {
	if s.texts.english() {
		return englishPrefix + p
	}
	return p
}

// The paths of receipts.
func (s *server) statusPath(source string) string {
	return s.path("/stato/fonti/" + url.PathEscape(source))
}

func (s *server) runPath(source string, run int64) string {
	return s.statusPath(source) + "/" + strconv.FormatInt(run, 10)
}

func (s *server) recordReceiptPath(source, record string) string {
	return s.statusPath(source) + "/schede/" + record
}

// name is what people call a source.
func name(src catalog.Source) string { return or(src.Title, src.ID) }

// state tells a source in words.
func (s *server) state(st catalog.SourceStatus) sourceState {
	out := sourceState{SourceStatus: st, Name: name(st.Source), URL: s.statusPath(st.ID), State: "buona", Rhythm: s.rhythm(time.Duration(st.Rhythm))}
	if st.BodyID != "" {
		out.BodyURL = bodyPath(st.BodyID)
	}
	if st.Read != nil {
		out.Since = s.ago(*st.Read)
		out.Words = s.texts.t("stato.letta", out.Since, s.texts.many("conta."+things(st.Last), st.Listed))
	}
	switch {
	case st.Last != nil && st.Last.State == catalog.RunRunning:
		out.State, out.Words = "attesa", s.texts.t("stato.in-corso", s.texts.number(st.Last.Receipt.Read))
	case st.Last != nil && st.Last.State == catalog.RunFailed:
		out.State, out.Fault = "ferma", s.fault(st.Last.Receipt)
	case st.Last != nil && st.Last.State == catalog.RunParked:
		out.State, out.Fault = "ferma", s.parked(st.Last.Receipt)
	case st.Paused:
		out.State, out.Words = "attesa", s.texts.t("stato.sospesa")
	case st.Read == nil:
		out.State, out.Words = "attesa", s.texts.t("stato.mai")
	case st.Freshness(s.now()) != catalog.Fresh:
		out.State, out.Words, out.Advice = "attenzione", s.texts.t("stato.in-ritardo", out.Since), s.texts.t("stato.ritardo-consiglio")
	case st.Last.Receipt.Refused > 0:
		out.State, out.Advice = "attenzione", s.texts.t("stato.scarti-consiglio")
		out.Words += ", " + s.texts.many("ricevuta."+things(st.Last)+".scartate", st.Last.Receipt.Refused)
	}
	if out.Fault != nil {
		out.Advice = out.Fault.Advice
	}
	return out
}

// readings reports whether a run read measured values, which are no records.
func readings(run *catalog.Run) bool {
	if run == nil || len(run.Receipt.Layers) == 0 {
		return false
	}
	return !slices.ContainsFunc(run.Receipt.Layers, func(l catalog.LayerReceipt) bool { return l.Collection != catalog.ObservationsCollection })
}

// things is the part of the keys of texts that says what a run reads.
func things(run *catalog.Run) string {
	if readings(run) {
		return "valori"
	}
	return "schede"
}

// rhythm is how often a source is read, in words.
func (s *server) rhythm(d time.Duration) string {
	hours := int(d.Hours())
	switch {
	case hours == 24:
		return s.texts.t("stato.ogni-giorno")
	case hours == 7*24:
		return s.texts.t("stato.ogni-settimana")
	case hours >= 48:
		return s.texts.t("stato.ogni-giorni", hours/24)
	case hours > 1:
		return s.texts.t("stato.ogni-ore", hours)
	case hours == 1:
		return s.texts.t("stato.ogni-ora")
	}
	return s.texts.t("stato.ogni-minuti", int(d.Minutes()))
}

// ago is a moment as one says it: "oggi alle 10:12", "ieri alle 9:00", "il 3
// marzo 2026".
func (s *server) ago(t time.Time) string {
	t = t.In(catalog.Rome)
	today := midnight(s.now())
	switch {
	case !t.Before(today):
		return s.texts.t("tempo.oggi", t.Format("15:04"))
	case !t.Before(today.AddDate(0, 0, -1)):
		return s.texts.t("tempo.ieri", t.Format("15:04"))
	}
	return s.texts.t("tempo.il", s.texts.day(t))
}
