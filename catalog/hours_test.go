package catalog

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// hoursText is opening hours in one spelling: days, times, and the part of the year in
// which they hold.
func hoursText(text string) string {
	h, ok := ReadHours(text)
	if !ok {
		return "not read"
	}
	if h.Appointment {
		return "by appointment"
	}
	rows, _ := h.Rows()
	var list []string
	for _, r := range rows {
		var b strings.Builder
		for d, name := range []string{"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "PH"} {
			if r.Days&(1<<d) != 0 {
				b.WriteString(name)
			}
		}
		fmt.Fprintf(&b, " %d:%02d-%d:%02d", r.Opens/60, r.Opens%60, r.Closes/60, r.Closes%60)
		day := func(n int) string { return time.Date(2024, 1, n, 0, 0, 0, 0, time.UTC).Format("0102") }
		for _, bound := range []struct {
			name string
			n    *int
			text func(int) string
		}{
			{"from", r.YearFrom, day}, {"to", r.YearTo, day}, {"after Easter", r.EasterFrom, func(n int) string { return fmt.Sprint(n) }}, {"up to Easter", r.EasterTo, func(n int) string { return fmt.Sprint(n) }},
			{"since", r.DateFrom, func(n int) string { return time.Unix(int64(n)*86400, 0).UTC().Format(time.DateOnly) }},
			{"until", r.DateTo, func(n int) string { return time.Unix(int64(n)*86400, 0).UTC().Format(time.DateOnly) }},
			{"nth", r.Nth, func(n int) string { return fmt.Sprintf("%06b", n) }},
		} {
			if bound.n != nil {
				fmt.Fprintf(&b, " %s %s", bound.name, bound.text(*bound.n))
			}
		}
		if r.Weeks != nil {
			fmt.Fprintf(&b, " weeks %x", *r.Weeks)
		}
		list = append(list, b.String())
	}
	if len(list) == 0 {
		return "closed"
	}
	return strings.Join(list, "; ")
}

func TestReadHours(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		// in words
		{"lun-ven 9-13", "MoTuWeThFr 9:00-13:00"},
		{"dal lunedì al venerdì: 9.00-13.00; sabato e domenica chiuso", "MoTuWeThFr 9:00-13:00"},
		{"lun 9-13, 15-18.30", "Mo 9:00-13:00; Mo 15:00-18:30"},
		{"mer chiuso; lun-mer 9-13", "MoTu 9:00-13:00"}, // closed is closed, in either order
		{"lun-mer 9-13; mer chiuso", "MoTu 9:00-13:00"},
		{"sab 21-2", "Sa 21:00-26:00"},
		{"dom 9-24", "Su 9:00-24:00"},
		{"24/7", "MoTuWeThFrSaSuPH 0:00-24:00"},
		{"h 24", "MoTuWeThFrSaSuPH 0:00-24:00"},
		{"H24, 7 giorni su 7", "MoTuWeThFrSaSuPH 0:00-24:00"},
		{"sempre aperto", "MoTuWeThFrSaSuPH 0:00-24:00"},
		{"lun-ven h 24", "MoTuWeThFr 0:00-24:00"},
		{"domenica e festivi 10-12:30", "SuPH 10:00-12:30"},
		{"lun-ven 9-13, mar e gio anche 15-18, chiuso ad agosto", "MoTuWeThFr 9:00-13:00 to 0731; MoTuWeThFr 9:00-13:00 from 0901; TuTh 15:00-18:00 to 0731; TuTh 15:00-18:00 from 0901"},
		{"dal lunedì al venerdì ore 9.00/13.00; martedì e giovedì anche 15.30-18.30", "MoTuWeThFr 9:00-13:00; TuTh 15:30-18:30"},
		{"tutti i giorni tranne il lunedì 10-19 (ultimo ingresso 18.30)", "TuWeThFrSaSu 10:00-19:00"},
		{"aperto tutti i giorni dalle 10 alle 19, escluso il lunedì", "TuWeThFrSaSu 10:00-19:00"},
		{"su appuntamento", "by appointment"},
		{"Solo su prenotazione telefonica.", "by appointment"},
		{"orario estivo (1/6–15/9): lun-ven 8-12", "MoTuWeThFr 8:00-12:00 from 0601 to 0915"},
		{"lun-ven 9-13; orario estivo (dal 1 giugno al 15 settembre): lun-ven 8-12", "MoTuWeThFr 9:00-13:00 to 0531; MoTuWeThFr 9:00-13:00 from 0916; MoTuWeThFr 8:00-12:00 from 0601 to 0915"},
		{"1° e 3° sabato del mese 9-12", "Sa 9:00-12:00 nth 000101"},
		{"ultimo giovedì del mese ore 17-19", "Th 17:00-19:00 nth 110000"},
		{"primo e terzo sabato di ogni mese dalle 9.30 alle 12.30", "Sa 9:30-12:30 nth 000101"},
		{"chiuso il lunedì e festivi", "closed"},
		{"mar-dom 10-18, chiuso il lunedì e festivi", "TuWeThFrSaSu 10:00-18:00"},
		{"lun-ven 9-18; mer 9-13", "MoTuThFr 9:00-18:00; We 9:00-13:00"},
		{"27 dic-mar, mag–ott\nmar–sab 9.30–12.30", "TuWeThFrSa 9:30-12:30 to 0331; TuWeThFrSa 9:30-12:30 from 0501 to 1031; TuWeThFrSa 9:30-12:30 from 1227"},
		{"lug, ago anche mar", "not read"},
		{"Pasqua–Ognissanti\nmer 17–19", "We 17:00-19:00 to 1101 after Easter 0"},
		{"mar–dom 10–18\nlug, ago anche lun\n24, 31 dic ore 10–15\nchiuso 25 dic",
			"TuWeThFrSaSu 10:00-18:00 to 0630; MoTuWeThFrSaSu 10:00-18:00 from 0701 to 0831; TuWeThFrSaSu 10:00-18:00 from 0901 to 1223; TuWeThFrSaSu 10:00-18:00 from 1226 to 1230; MoTuWeThFrSaSuPH 10:00-15:00 from 1224 to 1224; MoTuWeThFrSaSuPH 10:00-15:00 from 1231"},
		{"28 marzo-8 nov 2026 tutti i giorni 10-18", "MoTuWeThFrSaSu 10:00-18:00 since 2026-03-28 until 2026-11-08"},
		{"lun-ven 9-13 dal 1/9 al 30/6", "MoTuWeThFr 9:00-13:00 to 0630; MoTuWeThFr 9:00-13:00 from 0901"},
		{"ore 9-13 dal lunedì al venerdì", "MoTuWeThFr 9:00-13:00"},
		{"Lun-Ven: 9:00-13:00 15:30 - 19:30 Sab:9:00-19:30", "MoTuWeThFr 9:00-13:00; MoTuWeThFr 15:30-19:30; Sa 9:00-19:30"},
		{"temporaneamente chiuso", "closed"},
		{"lun-ven 9-13 festivi compresi", "MoTuWeThFrPH 9:00-13:00"},
		{"lun-sab dalle 18 in poi", "closed"}, // nobody knows until when: nothing is sure
		// what may mean two things, or is not about hours alone
		{"lun-festivi 9-13", "not read"},
		{"lun-ven 9-13 su prenotazione", "not read"},
		{"lun 9-25", "not read"}, {"lun 9-9", "not read"}, {"lun 9-14; lun 12-18", "not read"}, {"9-13", "not read"}, {"lun 15-7", "not read"},
		{"gen, feb, mar ore 10-12", "not read"},
		{"nei giorni feriali 9-13", "not read"}, {"lun/ven 9-13", "not read"},
		{"sabato mattina chiuso; lun-sab 9-18", "not read"}, {"lun-ven 9-18; chiuso il mercoledì pomeriggio", "not read"},
		{"15 ago aperto; mar-sab 9-12", "not read"}, {"mar-sab 9-12; chiuso i giorni festivi (15 agosto aperto)", "not read"},
		{"lun chiuso; lug-ago tutti i giorni 10-18", "not read"},
		{"lun-sab 9-13; lug-ago lun-ven 8-12", "not read"}, // and on Saturdays in July?
		{"lun-ven 9-13; orario estivo: 8-12", "not read"},
		{"fine dic-marzo mar-sab 9-12", "not read"}, {"1° sab di giugno-2a dom di ott ore 10–16", "not read"},
		{"visite guidate su prenotazione\nlun–ven ore 11 e 14.30", "not read"}, {"tutti i giorni", "not read"}, {"martedì", "not read"},
		{"lun-ven 9-13; chiuso nelle festività religiose", "not read"}, {"", "not read"}, {"vedi sito", "not read"},
		{strings.Repeat("lun 9-10; ", 250), "not read"},
		// OpenStreetMap
		{"Mo-Fr 09:00-13:00; PH off", "MoTuWeThFr 9:00-13:00"},
		{"Su,PH 10:00-12:30; PH off", "Su 10:00-12:30"},
		{"Mo-Sa 10:00-20:00; Tu off", "MoWeThFrSa 10:00-20:00"},
		{"Mo-Fr 09:00-18:00; We 09:00-13:00", "MoTuThFr 9:00-18:00; We 9:00-13:00"},
		{"Mo-Fr 08:30-13:00; Mo-We 14:30-18:00", "MoTuWeThFr 8:30-13:00; MoTuWe 14:30-18:00"},
		{"Mo-Th 08:30-13:00, 14:00-17:30; Fr 08:00-14:00; Tu-We 14:00-18:00", "not read"}, // replaces, or adds?
		{"Mo-Fr 09:00-13:00, Th 15:00-17:00", "MoTuWeThFr 9:00-13:00; Th 15:00-17:00"},
		{"Jun 1-Sep 15 Mo-Fr 08:00-12:00; Sep 16-May 31 Mo-Fr 09:00-17:00", "MoTuWeThFr 9:00-17:00 to 0531; MoTuWeThFr 9:00-17:00 from 0916; MoTuWeThFr 8:00-12:00 from 0601 to 0915"},
		{"Mo-Su 10:00-18:00; Dec 24,31 10:00-14:00; Dec 25 off", "MoTuWeThFrSaSu 10:00-18:00 to 1223; MoTuWeThFrSaSu 10:00-18:00 from 1226 to 1230; MoTuWeThFrSaSuPH 10:00-14:00 from 1224 to 1224; MoTuWeThFrSaSuPH 10:00-14:00 from 1231"},
		{"Mo-Fr 09:00-13:00; Aug off", "MoTuWeThFr 9:00-13:00 to 0731; MoTuWeThFr 9:00-13:00 from 0901"},
		{"Sa[1,3] 09:00-12:00; Su[-1] 10:00-12:00", "Sa 9:00-12:00 nth 000101; Su 10:00-12:00 nth 110000"},
		{"easter -2 days-easter +1 day 10:00-18:00", "MoTuWeThFrSaSu 10:00-18:00 after Easter -2 up to Easter 1"},
		{"week 1-9/2 Mo 10:00-12:00", "Mo 10:00-12:00 weeks 2aa"},
		{"2026 Jun 01-2026 Sep 15 Mo-Fr 09:00-13:00", "MoTuWeThFr 9:00-13:00 since 2026-06-01 until 2026-09-15"},
		{`Mo-Fr 09:00-13:00 || "su appuntamento"`, "MoTuWeThFr 9:00-13:00"},
		{`Mo-Fr 09:00-13:00; Sa 10:00-12:00 "su appuntamento"`, "MoTuWeThFr 9:00-13:00"},
		{"Mo-Su sunrise-sunset", "closed"}, {"Mo-Su (sunrise+01:00)-18:00", "closed"}, {"Fr 18:00+", "closed"}, // nothing sure
		{"Fr,Sa 21:00-26:00", "FrSa 21:00-26:00"},
		{"Mar 09:00-13:00", "Tu 9:00-13:00"}, {"Mar-Oct: Mo-Fr 09:00-13:00", "MoTuWeThFr 9:00-13:00 from 0301 to 1031"},
		{"Mo-Fr 08:00-13:00; SH off", "not read"}, {"09:00-13:00;15:00-19:30", "not read"}, {"PH off", "closed"},
		{"Mo-Fr 09:00-13:00; We 11:00-12:00 off", "not read"}, {"Mo-Fr 10:00-16:00/90", "not read"},
	} {
		if got := hoursText(tt.text); got != tt.want {
			t.Errorf("%q:\n got %s\nwant %s", tt.text, got, tt.want)
		}
	}
}

// Of other days than those that are called closed, nothing is said; nor of what has
// no end.
func TestHoursUnsaid(t *testing.T) {
	monday := time.Date(2026, 11, 23, 19, 0, 0, 0, Rome)
	for _, tt := range []struct {
		text string
		day  int
		want string
	}{
		{"chiuso il lunedì e festivi", 0, "closed"}, {"chiuso il lunedì e festivi", 1, "unsaid"},
		{"PH off", 0, "unsaid"}, {"Mo-Fr 18:00+", 0, "unsaid"}, {"Mo-Fr sunrise-sunset", 0, "unsaid"}, {"Mo-Fr sunrise-sunset", 5, "closed"},
		{`Mo-Fr 09:00-13:00 || "by appointment"`, 0, "unsaid"}, {"su appuntamento", 0, "unsaid"}, {"temporaneamente chiuso", 3, "closed"},
	} {
		h, ok := ReadHours(tt.text)
		if !ok {
			t.Fatalf("%q is not read", tt.text)
		}
		state, known := h.At(monday.AddDate(0, 0, tt.day), "")
		got := map[bool]string{true: "open", false: "closed"}[state.Open]
		if !known {
			got = "unsaid"
		}
		if got != tt.want {
			t.Errorf("%q on day %d: %s; want %s", tt.text, tt.day, got, tt.want)
		}
	}
}

func TestHoliday(t *testing.T) {
	for date, want := range map[string]bool{
		"2026-01-01": true, "2026-01-06": true, "2026-04-05": true, "2026-04-06": true, "2026-04-07": false, "2026-04-25": true,
		"2026-10-04": true, "2025-10-04": false, "2026-11-22": false, "2026-12-08": true, "2026-12-26": true,
		"2024-03-31": true, "2024-04-01": true, "2025-04-21": true, "2027-03-28": true, "2038-04-25": true, "2038-04-26": true,
	} {
		day, err := time.Parse(time.DateOnly, date)
		if err != nil {
			t.Fatal(err)
		}
		if got := Holiday(day); got != want {
			t.Errorf("Holiday(%s) = %v; want %v", date, got, want)
		}
	}
}

// What the rows say of a moment is what the hours themselves say, whatever the year.
func TestRowsAreHours(t *testing.T) {
	texts := []string{
		"lun-ven 9-13, mar e gio anche 15-18, chiuso ad agosto", "Pasqua–Ognissanti\nmer 17–19\nchiuso Pasquetta", "1° e 3° sabato del mese 9-12", "ott-mag\ntutti i giorni ore 10-17\ngiu-sett\ntutti i giorni ore 10-18.30\nchiuso 24-25 dic, Pasqua",
		"week 1-53/2 Mo-Fr 08:00-12:00; week 2-52/2 Mo-Fr 14:00-18:00", "Su[-1] 10:00-12:00; Sa 21:00-02:00; PH 10:00-11:00", "2026 Jun 01-2027 Sep 15 Mo-Fr 09:00-13:00", "Oct-easter 10:00-12:00; Feb 29 08:00-09:00",
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom(texts).Draw(t, "text")
		h, ok := ReadHours(text)
		if !ok {
			t.Fatalf("%q is not read", text)
		}
		at := time.Unix(rapid.Int64Range(1_700_000_000, 2_000_000_000).Draw(t, "at"), 0).In(Rome)
		rows, _ := h.Rows()
		d := OpeningMomentAt(at)
		open := false
		for _, r := range rows {
			open = open || r.has(d.Today, d.Minute) || r.has(d.Yesterday, d.Minute+minutesOfDay)
		}
		if state, _ := h.At(at, ""); state.Open != open {
			t.Errorf("%q at %v: open %v, by its rows %v", text, at, state.Open, open)
		}
	})
}

// FuzzReadHours: what is read are times of days, and has an answer for every moment.
func FuzzReadHours(f *testing.F) {
	for _, text := range []string{
		"lun-ven 9-13, 15-18.30; sab chiuso", "Mo,We 08:00-24:00; PH off", "dal – e , a al lun-", "27 dic-mar, mag–ott\nmar–sab 9.30 (ultimo ingresso 12)", "1° e 3° sabato del mese 9-12",
		"week 1-53/2 Mo 09:00-10:00 || 18:00+", "2026 Dec 24-2027 Jan 6 off; easter -2 days 10:00-12:00", "orario estivo (1/6-15/9): lun-ven 8-12, lug anche sab",
	} {
		f.Add(text)
	}
	at := time.Date(2026, 3, 29, 1, 30, 0, 0, Rome)
	f.Fuzz(func(t *testing.T, text string) {
		h, ok := ReadHours(text)
		if !ok {
			return
		}
		h.At(at, "100005")
		rows, ok := h.Rows()
		if !ok {
			t.Errorf("ReadHours(%q) has too many rows", text)
		}
		for _, o := range rows {
			if o.Days <= 0 || o.Days > everyDay || o.Opens < 0 || o.Opens >= minutesOfDay || o.Closes <= o.Opens || o.Closes > o.Opens+minutesOfDay {
				t.Errorf("ReadHours(%q) has %+v", text, o)
			}
		}
	})
}
