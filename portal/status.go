package portal

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// statusPage tells how every source is doing: what needs a person first.
type statusPage struct {
	head
	Sources            []sourceState
	Good, Bad, Waiting int
	Read               string // when a source was last read
}

// A sourceState is a source in the words of whoever answers for it.
type sourceState struct {
	catalog.SourceStatus
	Name     string
	URL      string // of its page
	BodyURL  string
	State    string // "buona", "attenzione", "ferma": the class of its sign
	Words    string // "Letta oggi, 22 descrizioni"
	Fault    *fault // why the last run did not complete
	Rhythm   string
	Received string // of the last complete run
}

// sourcePage is the page of one source: its last receipts.
type sourcePage struct {
	head
	Crumbs  []link
	Source  sourceState
	Licence *link
	Address string // of the source, "" when it is none of the web
	Runs    []receipt
}

const (
	statusMaxAge = "public, max-age=10" // nobody needs it fresher, and a run changes it all the time
	runsShown    = 10
)

// status answers /stato.
func (s *server) status(w http.ResponseWriter, r *http.Request) error {
	list, err := s.store.Statuses(r.Context())
	if err != nil {
		return err
	}
	p := &statusPage{head: s.head(r, s.texts.t("stato.titolo"), "/stato")}
	p.Description = s.texts.t("stato.descrizione")
	p.Alternates = []alternate{{"application/json", s.absolute(r, "/stato.json"), "JSON"}}
	var last time.Time
	for _, st := range list {
		state := s.state(st)
		p.Sources = append(p.Sources, state)
		switch state.State {
		case "buona":
			p.Good++
		case "attesa":
			p.Waiting++
		default:
			p.Bad++
		}
		if st.Read != nil && st.Read.After(last) {
			last = *st.Read
		}
	}
	slices.SortStableFunc(p.Sources, func(a, b sourceState) int { return cmp.Compare(urgency(a), urgency(b)) })
	if !last.IsZero() {
		p.Read = s.ago(last)
	}
	w.Header().Set("Cache-Control", statusMaxAge)
	return s.render(w, r, http.StatusOK, s.pages["stato"], "base", p)
}

// urgency orders the states: what a person must do something about comes first.
func urgency(s sourceState) int {
	return slices.Index([]string{"ferma", "attenzione", "attesa", "buona"}, s.State)
}

// statusJSON answers /stato.json: the same for programs.
func (s *server) statusJSON(w http.ResponseWriter, r *http.Request) error {
	list, err := s.store.Statuses(r.Context())
	if err != nil {
		return err
	}
	type source struct {
		ID        string            `json:"id"`
		Title     string            `json:"title"`
		Kind      string            `json:"kind"`
		Body      string            `json:"body,omitempty"`
		Page      string            `json:"page"`
		Paused    bool              `json:"paused,omitempty"`
		Freshness catalog.Freshness `json:"freshness"`
		Read      *time.Time        `json:"read,omitempty"`
		Listed    int64             `json:"listed"`
		Last      *catalog.Receipt  `json:"last,omitempty"`
	}
	out := struct {
		At      time.Time `json:"at"`
		Sources []source  `json:"sources"`
	}{s.now().UTC().Truncate(time.Second), []source{}}
	for _, st := range list {
		x := source{ID: st.ID, Title: name(st.Source), Kind: st.Protocol, Body: st.BodyID, Page: s.absolute(r, statusPath(st.ID)), Paused: st.Paused,
			Freshness: st.Freshness(s.now()), Read: st.Read, Listed: st.Listed}
		if st.Last != nil {
			last := st.Last.Receipt
			last.Samples = nil // their values are for the page of the run, not for a summary
			last.Outcome = st.Last.State
			if datasets.PublicSource(st.URL) == "" {
				last.Error = "" // it may name folders of this machine
			}
			x.Last = &last
		}
		out.Sources = append(out.Sources, x)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Cache-Control", statusMaxAge)
	return json.NewEncoder(w).Encode(out)
}

// source answers /stato/{fonte}.
func (s *server) source(w http.ResponseWriter, r *http.Request) error {
	st, runs, err := s.store.Status(r.Context(), r.PathValue("source"), runsShown)
	if err != nil {
		return err
	}
	state := s.state(st)
	p := &sourcePage{head: s.head(r, state.Name, statusPath(st.ID)), Source: state, Address: webURL(datasets.PublicSource(st.URL))}
	p.Crumbs = []link{{URL: "/", Label: s.texts.t("briciole.inizio")}, {URL: "/stato", Label: s.texts.t("stato.titolo")}}
	if l, ok := datasets.Vocabularies().Licence(st.Licence); ok && st.Licence != "" {
		p.Licence = &link{URL: webURL(l.URL), Label: or(l.Short, l.Label)}
	}
	for _, run := range runs {
		shown := s.receipt(run)
		if shown.Fault != nil && p.Address == "" {
			shown.Fault.Detail = "" // it may name folders of this machine
		}
		p.Runs = append(p.Runs, shown)
	}
	w.Header().Set("Cache-Control", statusMaxAge)
	return s.render(w, r, http.StatusOK, s.pages["fonte"], "base", p)
}

func statusPath(source string) string { return "/stato/" + source }

// name is what people call a source.
func name(src catalog.Source) string { return or(src.Title, src.ID) }

// state tells a source in words.
func (s *server) state(st catalog.SourceStatus) sourceState {
	out := sourceState{SourceStatus: st, Name: name(st.Source), URL: statusPath(st.ID), State: "buona", Rhythm: s.rhythm(time.Duration(st.Rhythm))}
	if st.BodyID != "" {
		out.BodyURL = bodyPath(st.BodyID)
	}
	if st.Read != nil {
		out.Received = s.texts.t("stato.letta", s.ago(*st.Read), number(st.Listed))
	}
	out.Words = out.Received
	switch {
	case st.Last != nil && st.Last.State == catalog.RunRunning:
		out.State, out.Words = "attesa", s.texts.t("stato.in-corso", number(st.Last.Receipt.Read))
	case st.Last != nil && st.Last.State == catalog.RunFailed:
		out.State, out.Fault = "ferma", s.fault(st.Last.Receipt)
	case st.Last != nil && st.Last.State == catalog.RunParked:
		out.State, out.Fault = "ferma", &fault{What: s.texts.t("stato.parcheggiata"), Advice: s.texts.t("stato.parcheggiata-consiglio"), Detail: st.Last.Receipt.Error}
	case st.Paused:
		out.State, out.Words = "attesa", s.texts.t("stato.sospesa")
	case st.Read == nil:
		out.State, out.Words = "attesa", s.texts.t("stato.mai")
	case st.Freshness(s.now()) != catalog.Fresh:
		out.State, out.Words = "attenzione", s.texts.t("stato.in-ritardo", s.ago(*st.Read), number(st.Listed))
	case st.Last.Receipt.Refused > 0:
		out.State = "attenzione"
		out.Words += ", " + s.texts.t("stato.con-scarti", number(st.Last.Receipt.Refused))
	}
	return out
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
	return s.texts.t("tempo.il", day(t))
}
