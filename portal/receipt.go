package portal

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// A receipt tells what one run did in the words of whoever answers for the
// source.
type receipt struct {
	Run      int64
	URL      string // of its page
	When     string
	State    string // class of its sign
	Outcome  string
	Summary  string
	Fault    *fault
	Problems []problem
	Requests string
}

// A fault is why a run did not complete, what can be done and by whom.
type fault struct{ What, Advice, Who, Detail string }

// A problem is one kind of trouble with single descriptions: what was expected,
// how it is put right, who can.
type problem struct {
	Rule, What, Expected, Advice, Who string
	Count                             int64
	Refused                           bool
	Where                             []spot // the first
	All                               string // address of all of them, "" when Where has them
}

// A spot is where something was read, and what.
type spot struct {
	Text   string
	Record string // address of what the source said of the record, "" when it became none
}

func (s *server) receipt(run catalog.Run) receipt {
	t := run.Receipt
	out := receipt{Run: run.ID, URL: s.runPath(run.SourceID, run.ID), When: s.ago(run.Started), Outcome: s.texts.t("esito." + string(run.State))}
	out.Summary = s.summary(run)
	if run.Kind != catalog.RunHarvest && run.Kind != "" {
		out.Outcome = s.texts.t("esito.tipo." + string(run.Kind))
		if run.Kind != catalog.RunRemap {
			out.Summary = s.texts.t("ricevuta.corretta", s.texts.number(t.New), s.texts.number(t.Changed), s.texts.number(t.Gone))
			t.Gone = 0
		}
	}
	if t.Recognised > 0 {
		out.Summary += " " + s.texts.many("ricevuta.riconosciute", t.Recognised)
	}
	if t.Gone > 0 && run.State == catalog.RunCompleted {
		out.Summary += " " + s.texts.many("ricevuta.ritirate", t.Gone)
	}
	if run.Finished != nil {
		out.Requests = s.texts.t("ricevuta.durata", s.texts.lasted(run.Finished.Sub(run.Started)))
		if t.Requests > 0 {
			out.Requests = s.texts.t("ricevuta.durata-richieste", s.texts.lasted(run.Finished.Sub(run.Started)), s.texts.many("ricevuta.richieste", t.Requests))
		}
	}
	switch run.State {
	case catalog.RunCompleted:
		out.State = "buona"
		if t.Refused > 0 {
			out.State = "attenzione"
		}
	case catalog.RunFailed:
		out.State, out.Fault = "ferma", s.fault(t)
	case catalog.RunParked:
		out.State, out.Fault = "ferma", s.parked(t)
	default:
		out.State = "attesa"
	}
	out.Problems = s.problems(t)
	return out
}

// summary says what a run read, and of it only what there is: "Lette 69 schede:
// 2 nuove, 66 uguali a prima, 1 scartata."
func (s *server) summary(run catalog.Run) string {
	t, key := run.Receipt, "ricevuta."+things(&run)+"."
	switch {
	case t.Read == 0:
		return s.texts.t("ricevuta.niente")
	case t.Unchanged == t.Read:
		return s.texts.many(key+"tutte-uguali", t.Read)
	}
	var parts []string
	for _, p := range []struct {
		key string
		n   int64
	}{{"nuove", t.New}, {"cambiate", t.Changed}, {"uguali", t.Unchanged}, {"scartate", t.Refused}} {
		if p.n > 0 {
			parts = append(parts, s.texts.many(key+p.key, p.n))
		}
	}
	return s.texts.many(key+"lette", t.Read) + ": " + strings.Join(parts, ", ") + "."
}

// parked explains that a run waits for a person.
func (s *server) parked(t catalog.Receipt) *fault {
	return &fault{What: s.texts.t("stato.parcheggiata"), Advice: s.texts.t("stato.parcheggiata-consiglio"), Who: s.texts.t("chi.scheda"), Detail: t.Error}
}

// publicReceipt is the receipt of a run as everybody may read it: what went wrong
// with a file of this machine may name its folders.
func (s *server) publicReceipt(src catalog.Source, run catalog.Run) receipt {
	out := s.receipt(run)
	if out.Fault != nil && datasets.PublicSource(src.URL) == "" {
		out.Fault.Detail = ""
	}
	return out
}

// problems groups what was wrong by rule, what is most frequent first.
func (s *server) problems(t catalog.Receipt) []problem {
	var list []problem
	for rule, n := range t.Rules {
		list = append(list, s.problem(rule, n, t.Read))
	}
	slices.SortFunc(list, func(a, b problem) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.What, b.What)) })
	return list
}

// problem is what broke a rule n times in a run that read so many descriptions. What
// is ours to put right is told as ours, and asks nothing of who writes the data.
func (s *server) problem(rule string, n, read int64) problem {
	party := catalog.PartyIn(rule, n, read)
	p := problem{Rule: rule, What: s.rule(rule, ""), Expected: s.rule(rule, ".atteso"), Advice: s.rule(rule, ".consiglio"), Who: s.texts.t("chi." + parties[party]), Count: n}
	if party == catalog.PartyUs && catalog.PartyOf(rule) != catalog.PartyUs {
		p.Advice = s.texts.t("ricevuta.nostra")
	}
	return p
}

// exemplify adds to the problems of a receipt where the first of each are, at most
// each of them; those with refusals come first.
func (s *server) exemplify(ctx context.Context, r *receipt, each int) error {
	rules := make([]string, len(r.Problems))
	for i, p := range r.Problems {
		rules[i] = p.Rule
	}
	if len(rules) == 0 {
		return nil
	}
	list, err := s.store.FirstComplaints(ctx, r.Run, rules, each)
	if err != nil {
		return err
	}
	source, _, _ := strings.Cut(r.URL, "/"+strconv.FormatInt(r.Run, 10))
	for i := range r.Problems {
		p := &r.Problems[i]
		for _, c := range list {
			if c.Rule == p.Rule {
				p.Refused = p.Refused || c.Refused
				p.Where = append(p.Where, s.spot(source, c))
			}
		}
		if p.Count > int64(len(p.Where)) {
			p.All = r.URL + "?regola=" + url.QueryEscape(p.Rule)
		}
	}
	slices.SortStableFunc(r.Problems, func(a, b problem) int {
		switch {
		case a.Refused == b.Refused:
			return 0
		case a.Refused:
			return -1
		}
		return 1
	})
	return nil
}

// rule is a rule in words; one that has none yet shows its name.
func (s *server) rule(rule, part string) string {
	key := "regola." + rule + part
	if text := s.texts.t(key); text != key {
		return text
	}
	switch part {
	case ".consiglio":
		return s.texts.t("regola.consiglio")
	case ".atteso":
		return ""
	}
	return s.texts.t("regola.altra", rule)
}

// spot says where a complaint is, file, line and column, and what stood there.
// page is that of its source.
func (s *server) spot(page string, c catalog.Complaint) spot {
	var parts []string
	if c.File != "" {
		parts = append(parts, c.File)
	}
	if c.Line > 0 {
		parts = append(parts, s.texts.t("ricevuta.riga", c.Line))
	}
	if c.Key != "" && c.Key != c.Read && len(c.Key) <= maxShownKey {
		parts = append(parts, s.texts.t("ricevuta.codice", c.Key))
	}
	if c.Field != "" {
		parts = append(parts, s.field(c))
	}
	text := strings.Join(parts, ", ")
	switch {
	case c.Withheld:
		text = join(": ", text, s.texts.t("ricevuta.riservato"))
	case s.whyUnread(c) != "":
		text = join(": ", text, s.whyUnread(c))
	case strings.TrimSpace(c.Read) == "":
		text = join(": ", text, s.texts.t("ricevuta.vuoto"))
	default:
		text = join(": ", text, s.texts.t("ricevuta.letto", s.said(c.Read)))
		if c.Times > 1 {
			text += ", " + s.texts.many("ricevuta.volte", c.Times)
		}
		if meant, ok := perhaps(c); ok {
			text += ". " + s.texts.t("ricevuta.forse", meant)
		}
	}
	out := spot{Text: text}
	if c.Record != "" {
		out.Record = page + "/schede/" + c.Record
	}
	return out
}

// perhaps is the term that was probably meant by a word that a vocabulary does
// not have.
func perhaps(c catalog.Complaint) (string, bool) {
	if !strings.HasSuffix(c.Rule, "-unknown") {
		return "", false
	}
	first, _, _ := strings.Cut(c.Read, "; ") // of several the proposal is for the first
	meant, ok := datasets.Vocabularies().Proposal(c.Field, first)
	return meant.Label, ok
}

// said is what was read: of a row that has too few or too many cells its reader
// says how many there are.
func (s *server) said(read string) string {
	if n, ok := strings.CutSuffix(read, " cells"); ok {
		if cells, err := strconv.ParseInt(n, 10, 64); err == nil {
			return s.texts.many("ricevuta.celle", cells)
		}
	}
	return read
}

// maxShownKey is how long an identifier is that still helps to find a thing.
const maxShownKey = 80 // bytes

// faults are the words that errors of a listing have in common, and the key of
// what they mean; the first that fits counts.
var faults = []struct{ words, key string }{
	{"not a public address", "guasto.privato"},
	{"failed to verify certificate", "guasto.certificato"},
	{" redirects", "guasto.giro"},
	{"no CKAN action API was found", "guasto.tipo"},
	{"could not be reached", "guasto.irraggiungibile"},
	{"answered 401", "guasto.vietato"},
	{"answered 403", "guasto.vietato"},
	{"answered 404", "guasto.sparito"},
	{"answered 410", "guasto.sparito"},
	{"answered 429", "guasto.occupato"},
	{"answered 5", "guasto.rotto"},
	{"web page", "guasto.pagina"},
	{"no feed:", "guasto.tipo"},
	{"no calendar:", "guasto.tipo"},
	{"neither RDF", "guasto.tipo"},
	{"neither an answer of CKAN", "guasto.tipo"},
	{"a service on the web is due", "guasto.tipo"},
	{"add it as source of kind", "guasto.tipo"},
	{"which is not read", "guasto.tipo"},
	{"is JSON and not metadata", "guasto.tipo"},
	{"it holds no records", "guasto.tipo"},
	{"course or service is described", "guasto.tipo"},
	{"pages of a longer list", "guasto.incompleto"},
	{"badResumptionToken", "guasto.incompleto"},
	{"noRecordsMatch", "guasto.vuoto"},
	{" and not of packages", "guasto.tipo"},
	{"is empty", "guasto.vuoto"},
	{"an empty answer", "guasto.vuoto"},
	{"no description at all", "guasto.vuoto"},
	{"lists no package", "guasto.vuoto"},
	{"holds no dataset", "guasto.vuoto"},
	{"holds no package", "guasto.vuoto"},
	{"the portal counts", "guasto.incompleto"},
	{"package_search", "guasto.incompleto"},
	{"paging does not work", "guasto.incompleto"},
	{"which was read already", "guasto.incompleto"},
	{"its pages hold", "guasto.incompleto"},
	{"too slow, or has stopped", "guasto.fermo"},
	{"cut off", "guasto.interrotto"},
	{"not finished within its deadline", "guasto.lento"},
	{"announced", "guasto.interrotto"},
	{"ended after", "guasto.interrotto"},
	{"bytes", "guasto.grande"},
}

// faultOf is the key of what an error means.
func faultOf(said string) string {
	for _, f := range faults {
		if strings.Contains(said, f.words) {
			return f.key
		}
	}
	return "guasto.altro"
}

// unopened are the rules of files and pages of which an error was read.
var unopened = []string{"distribution-unreadable", "document-unreadable", "page-unreadable"}

// whyUnread is what the error means for whoever reads the receipt; "" when it has no words.
func (s *server) whyUnread(c catalog.Complaint) string {
	if !slices.Contains(unopened, c.Rule) {
		return ""
	}
	key := "file." + strings.TrimPrefix(faultOf(c.Read), "guasto.")
	if text := s.texts.t(key); text != key {
		return text
	}
	return ""
}

// field is what a column or property is called: ours have a name in each language.
func (s *server) field(c catalog.Complaint) string {
	if c.Rule == "distribution-unreadable" {
		return s.texts.t("ricevuta.file", c.Field)
	}
	if name := s.texts.t("voce." + c.Field); name != "voce."+c.Field {
		return s.texts.t("ricevuta.campo", name)
	}
	return s.texts.t("ricevuta.campo", c.Field)
}

// fault explains why a listing failed.
func (s *server) fault(t catalog.Receipt) *fault {
	key := faultOf(t.Error)
	return &fault{What: s.texts.t(key), Advice: s.texts.t(key + ".consiglio"), Who: s.texts.t("chi." + whoCanMend(strings.TrimPrefix(key, "guasto."))), Detail: t.Error}
}

// lasted is a time taken, as people say it.
func (t texts) lasted(d time.Duration) string {
	switch {
	case d < time.Second:
		return t.t("tempo.istante")
	case d < 90*time.Second:
		return t.t("tempo.secondi", t.decimal(d.Seconds()))
	case d < 90*time.Minute:
		return t.t("tempo.minuti", fmt.Sprintf("%.0f", d.Minutes()))
	}
	return t.t("tempo.ore", t.decimal(d.Hours()))
}
