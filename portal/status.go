package portal

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// statusPage tells how every source is doing: whether all is well; what is not,
// since when, who answers for it and what to do; then all the others, by body.
type statusPage struct {
	head
	Here    string // path of the page
	Query   string
	All     int64
	Verdict string // the answer to "is all well?"
	State   string // class of its ground
	Read    string // when a source was last read
	Choices []choice
	Urgent  []sourceState
	Waiting []sourceState
	Groups  []sourceGroup
	Found   int64 // with Query
}

// A sourceGroup is the sources of a body that are well.
type sourceGroup struct {
	Name, URL string
	Sources   []sourceState
	Read      string // when one of them was last read
	newest    time.Time
}

const statusMaxAge = "public, max-age=10" // nobody needs it fresher, and a run changes it all the time

// status answers /stato?q=&mostra=.
func (s *server) status(w http.ResponseWriter, r *http.Request) error {
	list, err := s.store.Statuses(r.Context())
	if err != nil {
		return err
	}
	bodies, err := s.store.BodyStatuses(r.Context())
	if err != nil {
		return err
	}
	q, show := clip(strings.TrimSpace(r.URL.Query().Get("q")), maxText), r.URL.Query().Get("mostra")
	p := &statusPage{head: s.head(r, s.texts.t("stato.titolo"), s.path("/stato")), Query: q, All: int64(len(list))}
	p.Description, p.NoIndex, p.Here = s.texts.t("stato.descrizione"), r.URL.RawQuery != "", s.path("/stato")
	s.inBoth(r, &p.head, p.Here)
	p.Alternates = []alternate{{"application/json", s.absolute(r, "/stato.json"), "JSON"}}
	counts := map[string]int64{}
	var last time.Time
	for _, st := range list {
		state := s.state(st)
		class := shownAs(state.State)
		counts[class]++
		if st.Read != nil && st.Read.After(last) {
			last = *st.Read
		}
		if (show == "" || class == show) && matches(q, state.Name, state.BodyName, state.ID) {
			p.Found++
			s.putSource(p, class, state, bodies)
		}
	}
	slices.SortStableFunc(p.Urgent, func(a, b sourceState) int { return cmp.Compare(urgency(a), urgency(b)) })
	slices.SortStableFunc(p.Groups, func(a, b sourceGroup) int { return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	if !last.IsZero() {
		p.Read = s.ago(last)
	}
	s.verdict(p, counts)
	for _, class := range []string{"", "da-guardare", "in-attesa", "a-posto"} {
		n := counts[class]
		if class == "" {
			n = p.All
		}
		if n > 0 {
			p.Choices = append(p.Choices, choice{link{URL: s.statusAddress(q, class), Label: s.texts.t("stato.mostra."+class, s.texts.number(n))}, class == show})
		}
	}
	w.Header().Set("Cache-Control", statusMaxAge)
	return s.render(w, r, http.StatusOK, s.pages["stato"], "base", p)
}

// statusAddress is the address of the page with a search and a choice.
func (s *server) statusAddress(q, show string) string {
	var parts []string
	if q != "" {
		parts = append(parts, "q="+escape(q))
	}
	if show != "" {
		parts = append(parts, "mostra="+show)
	}
	if len(parts) == 0 {
		return s.path("/stato")
	}
	return s.path("/stato?" + strings.Join(parts, "&"))
}

// shownAs is the choice of the page that a state falls under.
func shownAs(state string) string {
	switch state {
	case "buona":
		return "a-posto"
	case "attesa":
		return "in-attesa"
	}
	return "da-guardare"
}

// matches reports whether every word of q is in one of the texts.
func matches(q string, texts ...string) bool {
	all := strings.ToLower(strings.Join(texts, " "))
	for word := range strings.FieldsSeq(strings.ToLower(q)) {
		if !strings.Contains(all, word) {
			return false
		}
	}
	return true
}

// putSource puts a source where the page shows it.
func (s *server) putSource(p *statusPage, class string, state sourceState, bodies []catalog.BodyStatus) {
	switch class {
	case "da-guardare":
		if i := slices.IndexFunc(bodies, func(b catalog.BodyStatus) bool { return b.ID == state.BodyID }); i >= 0 {
			state.Contacts = s.bodyContacts(bodies[i].Body)
		}
		p.Urgent = append(p.Urgent, state)
	case "in-attesa":
		p.Waiting = append(p.Waiting, state)
	default:
		name := or(state.BodyName, s.texts.t("stato.senza-ente"))
		i := slices.IndexFunc(p.Groups, func(g sourceGroup) bool { return g.Name == name })
		if i < 0 {
			i = len(p.Groups)
			p.Groups = append(p.Groups, sourceGroup{Name: name, URL: state.BodyURL})
		}
		g := &p.Groups[i]
		if g.Sources = append(g.Sources, state); state.Read.After(g.newest) {
			g.newest, g.Read = *state.Read, s.ago(*state.Read)
		}
	}
}

// verdict says in a sentence how the sources are doing.
func (s *server) verdict(p *statusPage, counts map[string]int64) {
	switch bad := counts["da-guardare"]; {
	case p.All == 0:
	case bad > 0:
		p.State, p.Verdict = "attenzione", s.texts.many("stato.verdetto.guardare", bad)
	case counts["in-attesa"] > 0:
		p.State, p.Verdict = "attesa", s.texts.many("stato.verdetto.attesa", counts["in-attesa"])
	default:
		p.State, p.Verdict = "buona", s.texts.many("stato.verdetto.bene", p.All)
	}
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
		x := source{ID: st.ID, Title: name(st.Source), Kind: st.Protocol, Body: st.BodyID, Page: s.absolute(r, s.statusPath(st.ID)), Paused: st.Paused,
			Freshness: st.Freshness(s.now()), Read: st.Read, Listed: st.Listed}
		if st.Last != nil {
			x.Last = datasets.PublicReceipt(st.Source, *st.Last)
		}
		out.Sources = append(out.Sources, x)
	}
	return writeStatus(w, out)
}

// writeStatus writes a document for programs.
func writeStatus(w http.ResponseWriter, v any) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Cache-Control", statusMaxAge)
	return json.NewEncoder(w).Encode(v)
}
