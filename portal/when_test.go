package portal

import (
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
)

func TestSpanOf(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	wednesday, saturday, sunday := at("2026-11-18T23:30:00Z"), at("2026-11-21T10:00:00+01:00"), at("2026-11-22T10:00:00+01:00")
	for _, tt := range []struct {
		word        string
		now         time.Time
		first, last string
	}{
		{"oggi", wednesday, "2026-11-19", "2026-11-19"}, // in Italy it is past midnight
		{"domani", sunday, "2026-11-23", "2026-11-23"},
		{"fine-settimana", wednesday, "2026-11-21", "2026-11-22"},
		{"fine-settimana", saturday, "2026-11-21", "2026-11-22"},
		{"fine-settimana", sunday, "2026-11-22", "2026-11-22"},
		{"7-giorni", saturday, "2026-11-21", "2026-11-27"},
		{"30-giorni", saturday, "2026-11-21", "2026-12-20"},
		{"", saturday, "", ""},
	} {
		if d := spanOf(tt.word, tt.now); dateOf(d.First) != tt.first || dateOf(d.Last) != tt.last {
			t.Errorf("spanOf(%q, %v) = %v to %v; want %s to %s", tt.word, tt.now, d.First, d.Last, tt.first, tt.last)
		}
	}
	// the night on which clocks change is part of the day
	if _, to := spanOf("oggi", at("2026-10-25T12:00:00+01:00")).bounds(); to.Format(time.RFC3339) != "2026-10-25T23:59:59+01:00" {
		t.Errorf("the day ends at %v", to)
	}
}

// What a list says of an event depends on the time at which it is read.
func TestEventLine(t *testing.T) {
	it, err := readTexts("it")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{texts: it}
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, catalog.Rome)
	for _, tt := range []struct {
		occurrences []catalog.Occurrence
		want        string
	}{
		{[]catalog.Occurrence{{Start: "2026-11-22"}}, "domenica 22 novembre 2026"},
		{[]catalog.Occurrence{{Start: "2026-11-29T21:00:00+01:00", End: "2026-11-29T23:30:00+01:00"}}, "domenica 29 novembre 2026, ore 21:00–23:30"},
		{[]catalog.Occurrence{{Start: "2026-11-28T22:00:00+01:00", End: "2026-11-29T02:00:00+01:00"}}, "sabato 28 novembre 2026, ore 22:00–02:00"},
		{[]catalog.Occurrence{{Start: "2026-11-01"}, {Start: "2026-12-01T20:00:00Z"}, {Start: "2026-12-08T20:00:00Z"}}, "martedì 1 dicembre 2026, ore 21:00 e in un’altra data"},
		{[]catalog.Occurrence{{Start: "2026-11-20", End: "2026-12-01"}}, "fino a martedì 1 dicembre 2026"},
		{[]catalog.Occurrence{{Start: "2026-12-01", End: "2026-12-02"}}, "da martedì 1 dicembre 2026 a mercoledì 2 dicembre 2026"},
		{[]catalog.Occurrence{{Start: "2026-11-30", Status: "cancelled"}}, "Annullato: lunedì 30 novembre 2026"},
		{[]catalog.Occurrence{{Start: "2026-11-21"}}, "Già svolto: 21 novembre 2026"},
	} {
		r := &catalog.Record{Kind: catalog.KindEvent, Start: tt.occurrences[0].Start, End: tt.occurrences[0].Start, Occurrences: tt.occurrences}
		if got := s.eventLine(r, now); got != tt.want {
			t.Errorf("eventLine(%v) = %q; want %q", tt.occurrences, got, tt.want)
		}
	}
}
