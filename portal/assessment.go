package portal

import (
	"context"
	"html/template"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// An assessment is how good a record is, in words: what is missing, what is doubtful,
// and what of it is ours to put right.
type assessment struct {
	Share   int    // 0 to 100
	Verdict string // "Scheda completa all’80 %. Mancano: orario, telefono."
	Asked   string // of whom what is missing is asked
	Doubts  []doubt
	Ours    []string
	Score   *score // of a dataset
	Data    string // address of the same as data
}

// A doubt is something that may be wrong.
type doubt struct {
	Text, Advice, Who string
	URL               template.URL
}

// A score is that of a dataset.
type score struct {
	Points, Max string
	Rating      string
	Class       string
	Pending     string
	Parts       []scorePart
	Gains       []gain
	Ours        []gain // that we could meet, and not the publisher
}

type scorePart struct{ Name, Points string }

// A gain is what could be put right and the points that it would give.
type gain struct{ Points, Text string }

// assess judges rec with all that is known beside it, which it gives back.
func (s *server) assess(ctx context.Context, rec *catalog.Record) (*assessment, catalog.Findings, error) {
	v := datasets.Vocabularies()
	links := v.Links(rec)
	found, err := s.store.Findings(ctx, rec, links)
	if err != nil {
		return nil, found, err
	}
	q := v.Assess(rec, found, s.now())
	return s.assessment(rec, q), found, nil
}

// assessment puts q into words; nil where there is nothing to say.
func (s *server) assessment(rec *catalog.Record, q catalog.Assessment) *assessment {
	if q.Completeness < 0 && len(q.Warnings) == 0 {
		return nil
	}
	a := &assessment{Share: q.Completeness, Data: "/api/v1/collections/" + rec.Collection + "/items/" + rec.ID + "/quality"}
	var missing []string
	for _, w := range q.Warnings {
		name := s.propertyName(rec.Kind, w.Field)
		switch {
		case w.Code == catalog.WarnNotRead:
			a.Ours = append(a.Ours, s.texts.t("valutazione.colonna", w.Detail, name))
		case w.Party == catalog.PartyUs && (w.Code == catalog.WarnMissing || w.Code == catalog.WarnAdvised):
			a.Ours = append(a.Ours, s.texts.t("valutazione.nostra", name))
		case w.Code == catalog.WarnMissing || w.Code == catalog.WarnAdvised:
			missing = append(missing, name)
		default:
			a.Doubts = append(a.Doubts, s.doubt(w, name))
		}
	}
	a.Verdict = s.completeWords(q.Completeness, missing)
	if len(missing) > 0 && rec.BodyName != "" {
		a.Asked = s.texts.t("valutazione.chi", rec.BodyName)
	}
	if q.MQA != nil {
		a.Score = s.score(q.MQA)
	}
	return a
}

// completeWords says how complete a record is, "" of one of which nothing is asked.
func (s *server) completeWords(share int, missing []string) string {
	switch {
	case share < 0:
		return ""
	case share == 100:
		return s.texts.t("valutazione.completa")
	}
	text := s.texts.t("valutazione.completezza", withArticle(share))
	switch len(missing) {
	case 0:
		return text
	case 1:
		return text + " " + s.texts.t("valutazione.manca", missing[0])
	}
	return text + " " + s.texts.t("valutazione.mancano", strings.Join(missing, ", "))
}

// withArticle is a share with the preposition that it has in Italian: "all’80 %",
// "al 75 %".
func withArticle(share int) string {
	if share == 8 || share == 11 || share >= 80 && share < 90 {
		return "all’" + number(int64(share)) + " %"
	}
	return "al " + number(int64(share)) + " %"
}

// doubt puts a warning into words.
func (s *server) doubt(w catalog.Warning, name string) doubt {
	d := doubt{Who: s.texts.t("chi." + parties[w.Party])}
	switch w.Code {
	case catalog.WarnLink:
		d.Text, d.URL = s.texts.t("valutazione.collegamento", shortURL(w.Detail)), template.URL(webURL(w.Detail))
		d.Advice = s.texts.t("valutazione.collegamento.consiglio")
	case catalog.WarnDuplicate:
		d.Text, d.URL = s.texts.t("valutazione.doppione"), template.URL("/id/"+w.Detail)
	case catalog.WarnApart:
		d.Text, d.Advice, d.Who = s.texts.t("valutazione.distanti", w.Detail), s.texts.t("valutazione.distanti.consiglio"), ""
	case catalog.WarnImplausible, catalog.WarnEndFirst, catalog.WarnFuture:
		d.Text = s.texts.t("valutazione."+string(w.Code), capital(name), w.Detail)
	default:
		d.Text, d.Advice = s.rule(string(w.Code), ""), s.rule(string(w.Code), ".consiglio")
	}
	return d
}

// propertyName is what a property is called in the middle of a sentence.
func (s *server) propertyName(kind catalog.Kind, field string) string {
	if field == catalog.Placement {
		return s.texts.t("valutazione.posizione")
	}
	if name, ok := s.texts["valutazione.nome."+field]; ok {
		return name
	}
	name := s.columnLabel(field)
	if r, size := utf8.DecodeRuneInString(name); len(name) > size && !strings.ContainsFunc(name[size:min(len(name), size+2)], unicode.IsUpper) {
		name = string(unicode.ToLower(r)) + name[size:]
	}
	return name
}

// score puts the score of a dataset into words.
func (s *server) score(m *catalog.MQA) *score {
	out := &score{Points: number(int64(m.Score)), Max: number(int64(m.Max)), Rating: s.texts.t("mqa.voto." + string(m.Rating)), Class: ratingClasses[m.Rating]}
	if m.Pending > 0 {
		out.Pending = s.texts.t("mqa.in-attesa", m.Pending)
	}
	for _, p := range m.Parts {
		out.Parts = append(out.Parts, scorePart{s.texts.t("mqa.parte." + string(p.Name)), s.texts.t("mqa.su", p.Score, p.Max)})
	}
	for _, g := range m.Gains {
		line := gain{s.texts.t("mqa.punti", g.Points), s.texts.t("mqa.guadagno." + g.Metric)}
		if g.Party == catalog.PartyUs {
			out.Ours = append(out.Ours, line)
		} else {
			out.Gains = append(out.Gains, line)
		}
	}
	return out
}

// ratingClasses are the signs of the ratings.
var ratingClasses = map[catalog.MQARating]string{catalog.MQAExcellent: "buona", catalog.MQAGood: "buona", catalog.MQASufficient: "attenzione", catalog.MQABad: "ferma"}

// linkWords says what was found at an address, "" when it works or nobody has looked.
func (s *server) linkWords(c catalog.LinkCheck) string {
	switch c.State {
	case catalog.LinkBroken:
		return s.texts.t("collegamento.guasto", s.texts.t("collegamento.motivo."+string(c.Reason)), s.texts.day(c.At.In(catalog.Rome)))
	case catalog.LinkWorks:
		return s.texts.t("collegamento.funziona", s.texts.day(c.At.In(catalog.Rome)))
	}
	return ""
}

// checkFiles says of files whether they were found at their addresses.
func (s *server) checkFiles(files []fileLine, rec *catalog.Record, checks map[string]catalog.LinkCheck) {
	for i, d := range rec.Distributions {
		if i < len(files) {
			files[i].Check = s.linkWords(checks[strings.TrimSpace(d.Address())])
			files[i].Broken = checks[strings.TrimSpace(d.Address())].State == catalog.LinkBroken
		}
	}
}

// inOrder are records in the order of their ids.
func inOrder(records []*catalog.Record, ids []string) []*catalog.Record {
	var list []*catalog.Record
	for _, id := range ids {
		if i := slices.IndexFunc(records, func(r *catalog.Record) bool { return r.ID == id }); i >= 0 {
			list = append(list, records[i])
		}
	}
	return list
}
