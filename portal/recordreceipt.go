package portal

import (
	"html/template"
	"net/http"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// recordReceiptPage is what a source said of one record.
type recordReceiptPage struct {
	head
	Source, SourceURL string
	Record            string // title
	RecordURL         string
	Facts             []fact
	Missed            bool // the last complete listing lacked it
	Problems          []problem
	Body              *link
	Contacts          []fact
}

// describedBy is the record that an address names and the source in it, which
// describes it, alone or beside others; and when that was last read to its end.
func (s *server) describedBy(r *http.Request) (*catalog.Record, catalog.Source, time.Time, error) {
	source := r.PathValue("source")
	rec, err := s.store.Item(r.Context(), r.PathValue("record"))
	if err == nil && rec.SourceID != source {
		_, _, err = s.store.Received(r.Context(), source, rec.ID)
	}
	if err != nil {
		return nil, catalog.Source{}, time.Time{}, err
	}
	src, read, err := s.store.Origin(r.Context(), source)
	return rec, src, read, err
}

// receiptOfRecord answers /stato/fonti/{fonte}/schede/{id}.
func (s *server) receiptOfRecord(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	rec, src, read, err := s.describedBy(r)
	if err != nil {
		return err
	}
	from, complaints, err := s.store.Received(ctx, src.ID, rec.ID)
	if err != nil {
		return err
	}
	page := s.recordReceiptPath(src.ID, rec.ID)
	p := &recordReceiptPage{head: s.head(r, s.texts.t("scheda-fonte.titolo", rec.Title), page), Source: name(src), SourceURL: s.statusPath(src.ID), Record: rec.Title, RecordURL: recordPath(rec)}
	p.Description = s.texts.t("scheda-fonte.descrizione", rec.Title, p.Source)
	p.Crumbs = []link{{URL: s.path("/stato"), Label: s.texts.t("stato.titolo")}, {URL: p.SourceURL, Label: p.Source}}
	p.NoIndex = true // the record's page is the one to be found
	s.inBoth(r, &p.head, page)
	for _, h := range from {
		p.Missed = p.Missed || h.Missed > 0
		if h.Layer != "" {
			p.Facts = append(p.Facts, fact{Name: s.texts.t("scheda-fonte.strato"), Value: h.Layer})
		}
		p.Facts = append(p.Facts, fact{Name: s.texts.t("scheda-fonte.codice"), Value: h.Key, Code: true},
			s.runFact("scheda-fonte.arrivo", src.ID, h.FirstRun), s.runFact("scheda-fonte.cambiata", src.ID, h.LastRun))
	}
	if !read.IsZero() {
		p.Facts = append(p.Facts, fact{Name: s.texts.t("scheda-fonte.ultima"), Value: s.ago(read)})
	}
	for _, c := range complaints {
		if n := len(p.Problems); n == 0 || p.Problems[n-1].Rule != c.Rule {
			p.Problems = append(p.Problems, s.problem(c.Rule, 0, 0))
		}
		one := &p.Problems[len(p.Problems)-1]
		where := s.spot(p.SourceURL, c)
		where.Record = ""
		one.Count, one.Refused, one.Where = one.Count+1, one.Refused || c.Refused, append(one.Where, where)
	}
	if src.BodyID != "" {
		p.Body = &link{URL: bodyPath(src.BodyID), Label: or(src.BodyName, src.BodyID)}
	}
	w.Header().Set("Cache-Control", statusMaxAge)
	return s.render(w, r, http.StatusOK, s.pages["scheda-fonte"], "base", p)
}

// runFact names a run, with the address of its page.
func (s *server) runFact(key, source string, run int64) fact {
	return fact{Name: s.texts.t(key), Value: s.texts.t("una-lettura.n", run), URL: template.URL(s.runPath(source, run))}
}
