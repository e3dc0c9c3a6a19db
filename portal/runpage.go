package portal

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// How much of a run one page shows.
const (
	complaintsFirst  = 5   // of each rule
	complaintsPage   = 100 // of one rule, a page
	differencesFirst = 10  // on the receipt
	differencesPage  = 50  // a page
	parkedShown      = 200
	sameShown        = 200
	fieldsShown      = 12  // of one difference
	valueShown       = 160 // bytes of a value before and after
)

// runPage is the receipt of one run.
type runPage struct {
	head
	Source, SourceURL string
	Receipt           receipt
	Facts             []fact
	Layers            []catalog.LayerReceipt // when there are several
	Notes             []note
	Body              *link // of whom somebody should be told
	Contacts          []fact

	Rule        *problem // only the complaints of one rule are shown
	Differences []difference
	OnlyChanges bool
	Same        []sameThing // that other sources describe too
	Parked      []difference
	ParkedAll   int64
	Next, Back  string // addresses of the next part, and of the whole receipt
	AllChanges  string // address of all differences, "" when they are shown
	Older       *link  // the runs before and after
	Newer       *link
	JSON        string
}

// A note is a sentence about a run, perhaps with the address of another.
type note struct{ Text, URL string }

// A sameThing is a record that other sources describe too, and these.
type sameThing struct {
	link
	Others []link
}

// A difference is what became of a record, in words.
type difference struct {
	Class, Title, URL string
	Fields            []changedField
	More              int // fields that are not shown
}

type changedField struct{ Name, Before, After string }

// run answers /stato/fonti/{fonte}/{raccolta}; ?regola=R&dopo=N are the complaints
// of one rule, ?cambiate=SEQ the differences after one.
func (s *server) run(w http.ResponseWriter, r *http.Request) error {
	id, err := strconv.ParseInt(r.PathValue("run"), 10, 64)
	if err != nil || id <= 0 {
		return fmt.Errorf("run %.20q: %w", r.PathValue("run"), catalog.ErrNotFound)
	}
	ctx := r.Context()
	run, err := s.store.RunPage(ctx, id)
	if err != nil {
		return err
	}
	if run.SourceID != r.PathValue("source") { // the versions of a record that several describe are of the runs of all of them
		to := url.URL{Path: s.runPath(run.SourceID, id), RawQuery: r.URL.RawQuery}
		http.Redirect(w, r, to.RequestURI(), http.StatusMovedPermanently)
		return nil
	}
	src, _, err := s.store.Origin(ctx, run.SourceID)
	if err != nil {
		return err
	}
	page := s.runPath(src.ID, id)
	p := &runPage{head: s.head(r, s.texts.t("una-lettura.titolo", s.texts.moment(run.Started)), page), Source: name(src), SourceURL: s.statusPath(src.ID), JSON: "/api/v1/runs/" + strconv.FormatInt(id, 10)}
	p.Description = s.texts.t("una-lettura.descrizione", p.Source, s.texts.moment(run.Started))
	p.Crumbs = []link{{URL: s.path("/stato"), Label: s.texts.t("stato.titolo")}, {URL: p.SourceURL, Label: p.Source}}
	p.Alternates = []alternate{{"application/json", s.absolute(r, p.JSON), "JSON"}}
	s.inBoth(r, &p.head, page)
	p.Receipt = s.publicReceipt(src, run.Run)
	p.NoIndex = r.URL.RawQuery != ""
	q := r.URL.Query()
	switch rule := clip(q.Get("regola"), 60); {
	case rule != "":
		p.Back, err = page, s.ofRule(r, p, run, rule, q.Get("dopo"))
	case q.Has("cambiate"):
		p.Back, p.OnlyChanges, err = page, true, s.changesAfter(r, p, run, q.Get("cambiate"))
	default:
		err = s.whole(r, p, run, src)
	}
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", statusMaxAge)
	return s.render(w, r, http.StatusOK, s.pages["lettura"], "base", p)
}

// whole fills in the receipt with the beginning of each of its parts.
func (s *server) whole(r *http.Request, p *runPage, run catalog.RunPage, src catalog.Source) error {
	ctx := r.Context()
	if err := s.exemplify(ctx, &p.Receipt, complaintsFirst); err != nil {
		return err
	}
	p.Facts, p.Notes = s.runFacts(run), s.runNotes(run)
	if len(run.Receipt.Layers) > 1 {
		p.Layers = run.Receipt.Layers
	}
	if err := s.addDifferences(r, p, run, 0, differencesFirst); err != nil {
		return err
	}
	if p.Next != "" {
		p.AllChanges, p.Next = s.runPath(run.SourceID, run.ID)+"?cambiate=0", ""
	}
	var err error
	if p.Same, err = s.recognised(ctx, run); err != nil {
		return err
	}
	if run.State == catalog.RunParked {
		list, total, err := s.store.ParkedRecords(ctx, run.ID, parkedShown)
		if err != nil {
			return err
		}
		for _, d := range list {
			p.Parked = append(p.Parked, s.difference(d))
		}
		p.ParkedAll = total
	}
	if run.Older > 0 {
		p.Older = &link{URL: s.runPath(run.SourceID, run.Older), Label: s.texts.t("una-lettura.prima")}
	}
	if run.Newer > 0 {
		p.Newer = &link{URL: s.runPath(run.SourceID, run.Newer), Label: s.texts.t("una-lettura.dopo")}
	}
	if src.BodyID == "" || len(p.Receipt.Problems) == 0 && p.Receipt.Fault == nil {
		return nil
	}
	bodies, err := s.store.BodyStatuses(ctx)
	for _, b := range bodies {
		if b.ID == src.BodyID {
			p.Body, p.Contacts = &link{URL: bodyPath(b.ID), Label: b.Name}, s.bodyContacts(b.Body)
		}
	}
	return err
}

// recognised are the records of a run that other sources describe too.
func (s *server) recognised(ctx context.Context, run catalog.RunPage) ([]sameThing, error) {
	if run.Receipt.Recognised == 0 {
		return nil, nil
	}
	list, err := s.store.RunRecognised(ctx, run.SourceID, run.ID, sameShown)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	var out []sameThing
	for _, x := range list {
		same := sameThing{link: link{URL: recordPath(&catalog.Record{ID: x.Record, Kind: x.Kind, Collection: x.Collection, Slug: x.Slug}), Label: or(x.Title, s.texts.t("una-lettura.senza-nome"))}}
		for _, id := range x.Others {
			if names[id] == "" {
				src, _, err := s.store.Origin(ctx, id)
				if err != nil {
					return nil, err
				}
				names[id] = name(src)
			}
			same.Others = append(same.Others, link{URL: s.statusPath(id), Label: names[id]})
		}
		out = append(out, same)
	}
	return out, nil
}

// ofRule fills in one part of the complaints of a rule.
func (s *server) ofRule(r *http.Request, p *runPage, run catalog.RunPage, rule, after string) error {
	n := run.Receipt.Rules[rule]
	if n == 0 {
		return fmt.Errorf("complaints of run %d by rule %q: %w", run.ID, rule, catalog.ErrNotFound)
	}
	last, _ := strconv.ParseInt(after, 10, 64)
	list, err := s.store.Complaints(r.Context(), run.ID, rule, last, complaintsPage+1)
	if err != nil {
		return err
	}
	one := s.problem(rule, n, run.Receipt.Read)
	p.Rule = &one
	if len(list) > complaintsPage {
		list = list[:complaintsPage]
		p.Next = fmt.Sprintf("%s?regola=%s&dopo=%d", s.runPath(run.SourceID, run.ID), url.QueryEscape(rule), list[complaintsPage-1].N)
	}
	for _, c := range list {
		one.Refused = one.Refused || c.Refused
		one.Where = append(one.Where, s.spot(p.SourceURL, c))
	}
	return nil
}

// changesAfter fills in one part of the differences.
func (s *server) changesAfter(r *http.Request, p *runPage, run catalog.RunPage, after string) error {
	last, _ := strconv.ParseInt(after, 10, 64)
	return s.addDifferences(r, p, run, last, differencesPage)
}

func (s *server) addDifferences(r *http.Request, p *runPage, run catalog.RunPage, after int64, limit int) error {
	list, err := s.store.RunDifferences(r.Context(), run.ID, after, limit+1)
	if err != nil {
		return err
	}
	if len(list) > limit {
		list = list[:limit]
		p.Next = fmt.Sprintf("%s?cambiate=%d", s.runPath(run.SourceID, run.ID), list[limit-1].Seq)
	}
	for _, d := range list {
		p.Differences = append(p.Differences, s.difference(d))
	}
	return nil
}

// runFacts are what a run was and read, in words; of a run that did not read the
// source, less.
func (s *server) runFacts(run catalog.RunPage) []fact {
	var out []fact
	add := func(key, value string) {
		if value != "" {
			out = append(out, fact{Name: s.texts.t("una-lettura." + key), Value: value})
		}
	}
	t := run.Receipt
	add("inizio", s.texts.moment(run.Started))
	if run.Finished != nil {
		add("durata", s.texts.lasted(run.Finished.Sub(run.Started)))
	}
	if run.Kind == catalog.RunHarvest || run.Kind == "" {
		asked := "chiesto-tutto"
		if t.Partial {
			asked = "chiesto-cambiato"
		}
		add("chiesto", s.texts.t("una-lettura."+asked))
	}
	for _, c := range []struct {
		key string
		n   int64
	}{{"lette", t.Read}, {"nuove", t.New}, {"cambiate", t.Changed}, {"uguali", t.Unchanged}, {"scartate", t.Refused}, {"tolte", t.Gone}, {"dubbi", t.Issues}} {
		if c.n > 0 || c.key == "lette" {
			add(c.key, s.texts.number(c.n))
		}
	}
	if t.Requests > 0 {
		add("richieste", s.texts.number(t.Requests))
	}
	if t.Bytes > 0 {
		add("ricevuti", s.texts.bytes(t.Bytes))
	}
	out = append(out, fact{Name: s.texts.t("una-lettura.numero"), Value: strconv.FormatInt(run.ID, 10), Code: true})
	return out
}

// runNotes are what else there is to know of a run.
func (s *server) runNotes(run catalog.RunPage) []note {
	var out []note
	if run.Undoes > 0 {
		out = append(out, note{s.texts.t("una-lettura.annulla"), s.runPath(run.SourceID, run.Undoes)})
	}
	if run.UndoneBy > 0 {
		out = append(out, note{s.texts.t("una-lettura.annullata"), s.runPath(run.SourceID, run.UndoneBy)})
	}
	if run.Receipt.Again != "" {
		out = append(out, note{Text: s.texts.t("una-lettura.due-volte")})
	}
	return out
}

// difference is one as the page shows it.
func (s *server) difference(d catalog.Told) difference {
	out := difference{Class: string(d.Class), Title: or(d.Title, s.texts.t("una-lettura.senza-nome"))}
	if d.Slug != "" || d.Kind == catalog.KindFeature && d.Class != catalog.DifferenceGone {
		out.URL = recordPath(&catalog.Record{ID: d.Record, Kind: d.Kind, Collection: d.Collection, Slug: d.Slug})
	}
	for _, f := range d.Fields {
		if len(out.Fields) == fieldsShown {
			out.More++
			continue
		}
		out.Fields = append(out.Fields, changedField{s.fieldLabel(d.Kind, f.Field), s.shownValue(f.Field, f.Before), s.shownValue(f.Field, f.After)})
	}
	return out
}

// fieldLabel is what a property is called.
func (s *server) fieldLabel(kind catalog.Kind, field string) string {
	switch {
	case field == "geometry":
		return s.texts.t("una-lettura.posizione")
	case s.texts.english() || kind == catalog.KindFeature:
		return readable(field)
	}
	return s.columnLabel(field)
}

// shownValue is a value as people read it, and short.
func (s *server) shownValue(field string, raw json.RawMessage) string {
	if len(raw) == 0 || string(raw) == "null" {
		return ""
	}
	if field == "geometry" {
		var point struct {
			Type        string
			Coordinates json.RawMessage
		}
		if json.Unmarshal(raw, &point) == nil && point.Type != "" {
			return clip(point.Type+" "+string(point.Coordinates), valueShown)
		}
	}
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return clip(string(raw), valueShown)
	}
	switch v := v.(type) {
	case string:
		return clip(strings.Join(strings.Fields(v), " "), valueShown)
	case bool, float64:
		return s.valueText(v)
	}
	return clip(string(raw), valueShown)
}
