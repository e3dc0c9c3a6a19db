package portal

import (
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// Each badge is true by the rule that /aiuto tells.
func TestBadges(t *testing.T) {
	s, err := newServer(nil, Config{}, slog.New(slog.NewTextHandler(t.Output(), nil)))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	ago := func(days int) string { return now.AddDate(0, 0, -days).Format(time.DateOnly) }
	for _, c := range []struct {
		modified, frequency string
		want                string
	}{
		{ago(3), "DAILY", "Aggiornato"}, {ago(12), "DAILY", "Aggiornamento in ritardo"}, {ago(80), "DAILY", "Non aggiornato da 2 mesi"},
		{ago(55), "MONTHLY", "Aggiornato"}, {ago(120), "MONTHLY", "Non aggiornato da 3 mesi"}, {ago(12), "MONTHLY_3", "Aggiornato"},
		{ago(600), "ANNUAL", "Aggiornato"}, {ago(900), "ANNUAL", "Non aggiornato da 29 mesi"}, {ago(900), "http://publications.europa.eu/resource/authority/frequency/TRIENNIAL", "Aggiornato"},
		{ago(300), "", "Aggiornato"}, {ago(400), "", "Non aggiornato da 13 mesi"}, {ago(400), "IRREG", "Non aggiornato da 13 mesi"},
		{ago(5000), "NEVER", ""}, {"", "DAILY", ""}, {"quando capita", "", ""}, {ago(-3), "DAILY", "Aggiornato"},
	} {
		rec := &catalog.Record{SourceModified: c.modified, Properties: catalog.Properties{{Name: "frequency", Value: c.frequency}}}
		got := s.badges(rec, false, now)
		if c.want == "" && len(got) != 1 || c.want != "" && got[0].Text != c.want {
			t.Errorf("modified %s, frequency %q: %v; want %q", c.modified, c.frequency, got, c.want)
		}
	}
	for format, want := range map[string]bool{"csv": true, "xlsx": true, "gpkg": true, "parquet": true, "pdf": false, "shp": false, "xls": false, "html": false, "wms": false, "": false, "boh": false} {
		rec := &catalog.Record{Distributions: []catalog.Distribution{{Format: format}}}
		open := slices.ContainsFunc(s.badges(rec, false, now), func(b badge) bool { return b.Text == "Formato aperto" })
		if open != want {
			t.Errorf("format %q: open %v; want %v", format, open, want)
		}
	}
	var texts []string
	for _, b := range s.badges(&catalog.Record{}, true, now) {
		texts = append(texts, b.Text)
	}
	if got := strings.Join(texts, ", "); got != "Formato aperto, Con API" {
		t.Errorf("rows of ours: %s", got)
	}
}

// What nearly every row has is ours to look at first, and asks nothing of the publisher.
func TestFaultsOfOurMappingAreOurs(t *testing.T) {
	s, err := newServer(nil, Config{}, slog.New(slog.NewTextHandler(t.Output(), nil)))
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range []*server{s, s.english} {
		ours, theirs := in.problem("date-unreadable", 98, 100), in.problem("date-unreadable", 3, 100)
		if ours.Who == theirs.Who || ours.Advice == theirs.Advice || ours.Advice != in.texts.t("ricevuta.nostra") {
			t.Errorf("in every row: %q, %q; in three: %q, %q", ours.Who, ours.Advice, theirs.Who, theirs.Advice)
		}
		if p := in.problem("type-unknown", 1, 100); p.Who != ours.Who {
			t.Errorf("a type that we do not know: %q can put it right; want us", p.Who)
		}
	}
}
