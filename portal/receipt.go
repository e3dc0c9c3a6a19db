package portal

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// A receipt tells what one run did in the words of whoever answers for the
// source.
type receipt struct {
	Run      int64
	When     string
	State    string // class of its sign
	Outcome  string
	Summary  string
	Fault    *fault
	Problems []problem
	Requests string
}

// A fault is why a run did not complete, and what can be done.
type fault struct{ What, Advice, Detail string }

// A problem is one kind of trouble with single descriptions.
type problem struct {
	What, Advice string
	Count        int64
	Refused      bool
	Where        []string // the first places
}

func (s *server) receipt(run catalog.Run) receipt {
	t := run.Receipt
	out := receipt{Run: run.ID, When: s.ago(run.Started), Outcome: s.texts.t("esito." + string(run.State))}
	out.Summary = s.summary(run)
	if run.Kind != catalog.RunHarvest && run.Kind != "" {
		out.Outcome = s.texts.t("esito.tipo." + string(run.Kind))
		if run.Kind != catalog.RunRemap {
			out.Summary = s.texts.t("ricevuta.corretta", number(t.New), number(t.Changed), number(t.Gone))
			t.Gone = 0
		}
	}
	if t.Gone > 0 && run.State == catalog.RunCompleted {
		out.Summary += " " + s.texts.many("ricevuta.ritirate", t.Gone)
	}
	if run.Finished != nil {
		out.Requests = s.texts.t("ricevuta.durata", duration(run.Finished.Sub(run.Started)))
		if t.Requests > 0 {
			out.Requests = s.texts.t("ricevuta.durata-richieste", duration(run.Finished.Sub(run.Started)), s.texts.many("ricevuta.richieste", t.Requests))
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
	return &fault{What: s.texts.t("stato.parcheggiata"), Advice: s.texts.t("stato.parcheggiata-consiglio"), Detail: t.Error}
}

// problems groups what was wrong by rule, refusals first, then what is most frequent.
func (s *server) problems(t catalog.Receipt) []problem {
	var list []problem
	for rule, n := range t.Rules {
		p := problem{What: s.rule(rule, ""), Advice: s.rule(rule, ".consiglio"), Count: n}
		for _, i := range t.Samples {
			if i.Rule != rule {
				continue
			}
			p.Refused = p.Refused || i.Refused
			p.Where = append(p.Where, whereOf(i, s.texts))
		}
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b problem) int {
		switch {
		case a.Refused != b.Refused && a.Refused:
			return -1
		case a.Refused != b.Refused:
			return 1
		}
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.What, b.What))
	})
	return list
}

// rule is a rule in words; one that has none yet shows its name.
func (s *server) rule(rule, part string) string {
	key := "regola." + rule + part
	if text := s.texts.t(key); text != key {
		return text
	}
	if part != "" {
		return s.texts.t("regola.consiglio")
	}
	return s.texts.t("regola.altra", rule)
}

// personal are the fields whose values are not shown to everybody: they may
// concern a person.
var personal = regexp.MustCompile(`(?i)mail|phone|tel|fax|contact|contatt|person|nominativ|cognome|fiscale|author|autore|maintainer|creator|organi[sz]er|organizzatore|attendee|referente`)

// whereOf is where an issue is: file, line and column.
func whereOf(i catalog.Issue, t texts) string {
	var parts []string
	if i.File != "" {
		parts = append(parts, i.File)
	}
	if i.Line > 0 {
		parts = append(parts, t.t("ricevuta.riga", i.Line))
	}
	if i.Field != "" {
		parts = append(parts, t.t("ricevuta.campo", i.Field))
	}
	if i.Read != "" && !personal.MatchString(i.Field) && !personal.MatchString(i.Rule) {
		parts = append(parts, t.t("ricevuta.letto", i.Read))
	}
	return strings.Join(parts, ", ")
}

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

// fault explains why a listing failed.
func (s *server) fault(t catalog.Receipt) *fault {
	key := "guasto.altro"
	for _, f := range faults {
		if strings.Contains(t.Error, f.words) {
			key = f.key
			break
		}
	}
	return &fault{What: s.texts.t(key), Advice: s.texts.t(key + ".consiglio"), Detail: t.Error}
}

// duration is a time taken, as people say it.
func duration(d time.Duration) string {
	switch {
	case d < time.Second:
		return "meno di un secondo"
	case d < 90*time.Second:
		return strings.Replace(fmt.Sprintf("%.1f secondi", d.Seconds()), ".", ",", 1)
	case d < 90*time.Minute:
		return fmt.Sprintf("%.0f minuti", d.Minutes())
	}
	return strings.Replace(fmt.Sprintf("%.1f ore", d.Hours()), ".", ",", 1)
}
