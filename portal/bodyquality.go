package portal

import (
	"context"
	"fmt"
	"html/template"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// gainsShown is how many improvements of a dataset the page of a body names.
const gainsShown = 3

// A bodyQuality is how good the records of a body are, in words.
type bodyQuality struct {
	Kinds     []kindQuality
	Worst     []worstRecord
	Broken    []brokenLink
	BrokenAll int64
}

type kindQuality struct{ Name, Records, Complete, Points string }

// A worstRecord is one that has much to gain.
type worstRecord struct {
	Title, URL, Text string
	Gains            []gain
}

// A brokenLink is one that failed on two days, with a record that gives it.
type brokenLink struct {
	Text, Why, Record, RecordURL string
	URL                          template.URL
}

// bodyQuality fills in how good the records of a body are.
func (s *server) bodyQuality(ctx context.Context, p *bodyPage) error {
	q, err := s.store.BodyQuality(ctx, p.Body.ID)
	if err != nil {
		return err
	}
	out := &bodyQuality{BrokenAll: q.BrokenLinks}
	for _, k := range q.Kinds {
		line := kindQuality{Name: s.texts.t("genere-molti." + string(k.Kind)), Records: number(k.Records)}
		if k.Completeness != nil {
			line.Complete = fmt.Sprintf("%.0f %%", *k.Completeness)
		}
		if k.MQA != nil {
			line.Points = fmt.Sprintf("%.0f", *k.MQA)
		}
		out.Kinds = append(out.Kinds, line)
	}
	if out.Worst, err = s.worstRecords(ctx, q.Worst); err != nil {
		return err
	}
	for _, l := range q.Broken {
		out.Broken = append(out.Broken, brokenLink{Text: shortURL(l.Address), URL: template.URL(webURL(l.Address)), Why: s.linkWords(l.LinkCheck), Record: l.Record.Title, RecordURL: recordPath(l.Record)})
	}
	p.Quality = out
	return nil
}

// worstRecords are records with what they lack and what it would give.
func (s *server) worstRecords(ctx context.Context, ids []string) ([]worstRecord, error) {
	records, err := s.store.RecordsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	v := datasets.Vocabularies()
	var addresses []string
	for _, rec := range records {
		for _, l := range v.Links(rec) {
			addresses = append(addresses, l.Address)
		}
	}
	checks, err := s.store.LinkChecks(ctx, addresses)
	if err != nil {
		return nil, err
	}
	var list []worstRecord
	for _, rec := range inOrder(records, ids) {
		q := v.Assess(rec, catalog.Findings{Links: checks}, s.now())
		a := s.assessment(rec, q)
		w := worstRecord{Title: rec.Title, URL: recordPath(rec)}
		if a != nil && a.Score == nil {
			w.Text = strings.TrimSpace(a.Verdict + " " + strings.Join(a.Ours, " "))
		}
		if a != nil && a.Score != nil {
			w.Text = s.texts.t("mqa.punteggio", a.Score.Points, a.Score.Max, a.Score.Rating)
			w.Gains = a.Score.Gains[:min(gainsShown, len(a.Score.Gains))]
		}
		list = append(list, w)
	}
	return list, nil
}
