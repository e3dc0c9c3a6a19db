package portal

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// Today's line is said only when nothing in the text could make it untrue.
func TestTodayHours(t *testing.T) {
	monday := time.Date(2026, 11, 23, 10, 0, 0, 0, catalog.Rome)
	thursday, sunday := monday.AddDate(0, 0, 3), monday.AddDate(0, 0, 6)
	for _, tt := range []struct {
		text string
		now  time.Time
		want string
	}{
		{"lun-dom 9-13", time.Date(2026, 12, 8, 10, 0, 0, 0, catalog.Rome), ""}, // a public holiday
		{"lun-dom 9-13; festivi 10-12", time.Date(2026, 12, 8, 10, 0, 0, 0, catalog.Rome), "10:00-12:00"},
		{"lun-ven 9:00-13:00; lun e gio 15:00-17:00; sab e dom chiuso", monday, "9:00-13:00, 15:00-17:00"},
		{"lun-ven 9:00-13:00; lun e gio 15:00-17:00; sab e dom chiuso", sunday, ""},
		{"dal lunedì al venerdì: 8.30-13.00\nmartedì e giovedì 15.00-17.30", thursday, "8:30-13:00, 15:00-17:30"},
		{"Mo-Fr 09:00-13:00; Sa 10:00-12:00", monday, "9:00-13:00"},
		{"Mo-Fr 09:00-13:00; Sa 10:00-12:00", sunday, ""}, // it does not say
		{"sab-lun 10-19", monday, "10:00-19:00"},
		{"tutti i giorni 10:00-19:00", sunday, "10:00-19:00"},
		{"lun-ven 9:00-13:00; chiuso ad agosto", monday, "9:00-13:00"},
		{"lun-ven 9:00-13:00; chiuso ad agosto", time.Date(2026, 8, 17, 10, 0, 0, 0, catalog.Rome), ""},
		{"lun-ven 9:00-13:00 su appuntamento", monday, ""},
		{"lun-ven 9:00-13:00; 1 gennaio chiuso", monday, "9:00-13:00"},
		{"Sempre aperto", monday, "0:00-24:00"},
		{"mar-dom 10-18, lunedì chiuso", sunday, "10:00-18:00"},
		{"martedì", monday, ""},
		{"", monday, ""},
	} {
		if got := todayHours(&catalog.Record{OpeningHours: tt.text}, tt.now); got != tt.want {
			t.Errorf("todayHours(%q, %s) = %q; want %q", tt.text, tt.now.Weekday(), got, tt.want)
		}
	}
}

// What is said of now, and of what comes next, as people say it.
func TestOpening(t *testing.T) {
	s, err := newServer(nil, Config{}, slog.Default())
	if err != nil {
		t.Fatal(err)
	}
	const office = "lun-ven 9-13; lun e gio 15-17:30"
	for _, tt := range []struct{ hours, state, at, want string }{
		{office, "", "2026-11-23T10:00", "Aperto ora, chiude alle 13:00"},
		{office, "", "2026-11-23T13:00", "Chiuso ora, apre alle 15:00"},
		{office, "", "2026-11-23T17:30", "Chiuso ora, apre domani alle 9:00"},
		{office, "", "2026-11-27T13:30", "Chiuso ora, apre lunedì alle 9:00"},
		{"lun 9-10", "", "2026-11-23T10:00", "Chiuso ora, apre lunedì 30 novembre 2026 alle 9:00"},
		{"sab 21-2", "", "2026-11-28T22:00", "Aperto ora, chiude alle 2:00"},
		{"sab 21-1:30", "", "2026-11-29T01:00", "Aperto ora, chiude all’1:30"},
		{"sab 9-24", "", "2026-11-28T10:00", "Aperto ora, chiude a mezzanotte"},
		{"sab-dom 10-24; dom 0-6", "", "2026-11-28T11:00", "Aperto ora, chiude domani alle 6:00"},
		{"sab-dom 0-24", "", "2026-11-28T10:00", "Aperto ora, chiude domani a mezzanotte"},
		{"24/7", "", "2026-11-28T10:00", "Aperto ora"},
		{office, "", "2026-12-07T18:00", "Chiuso ora"}, // before a public holiday
		{office, "", "2026-12-08T10:00", ""},           // on it
		{office + "; chiuso ad agosto", "", "2026-11-23T10:00", "Aperto ora, chiude alle 13:00"},
		{"su prenotazione", "", "2026-11-23T10:00", ""},
		{"", "", "2026-11-23T10:00", ""},
		{office, "open", "2026-11-23T10:00", "Aperto ora, chiude alle 13:00"},
		{office, "under_works", "2026-11-23T10:00", ""}, // whatever its hours were
	} {
		at, err := time.ParseInLocation("2006-01-02T15:04", tt.at, catalog.Rome)
		if err != nil {
			t.Fatal(err)
		}
		rec := &catalog.Record{Kind: catalog.KindPlace, OpeningHours: tt.hours, Properties: catalog.Properties{{Name: "poi_state", Value: tt.state}}}
		if got := s.opening(rec, at).text(); got != tt.want {
			t.Errorf("%q %s at %s: %q; want %q", tt.hours, tt.state, tt.at, got, tt.want)
		}
	}
}

func TestHoursText(t *testing.T) {
	for in, want := range map[string]string{
		"Tu,Fr 09:00-12:30; Th 15:00-17:00": "mar, ven 09:00-12:30; gio 15:00-17:00",
		"Mo-Sa 08:00-20:00; PH off":         "lun-sab 08:00-20:00; festivi chiuso",
		"24/7":                              "sempre aperto",
		"Jun 01-Sep 15 Mo-Fr 08:00-12:00; Dec 25 off": "1 giu-15 set lun-ven 08:00-12:00; 25 dic chiuso",
		"Mar-Oct: Sa[1] 10:00-12:00":                  "marzo-ott: sab (1° del mese) 10:00-12:00",
		"Mar 9-13":                                    "Mar 9-13",
		"apr–ott\nmar–dom 10–17":                      "apr–ott; mar–dom 10–17",
		"Su prenotazione":                             "Su prenotazione",
		"lun-ven 9-13":                                "lun-ven 9-13",
		"":                                            "",
	} {
		if got := hoursText(in); got != want {
			t.Errorf("hoursText(%q) = %q; want %q", in, got, want)
		}
	}
}

// As schema.org writes them, whatever words the source uses: past midnight, all
// day, and public holidays.
func TestHoursLD(t *testing.T) {
	for text, want := range map[string]string{
		"lun e mar 9-13; mar 15-17:30": "Monday,Tuesday 09:00-13:00; Tuesday 15:00-17:30",
		"Sa 21:00-02:00; PH off":       "Saturday 21:00-02:00; PublicHolidays 00:00-00:00",
		"dom 9-24; festivi 10-12":      "Sunday 09:00-00:00; PublicHolidays 10:00-12:00",
		"24/7":                         "Monday,Tuesday,Wednesday,Thursday,Friday,Saturday,Sunday,PublicHolidays 00:00-23:59",
		"lun 9-13 su prenotazione":     "",
		"1° sabato del mese 9-12":      "",
		"Pasqua–Ognissanti: ven 17-19": "Friday 17:00-19:00 2026-04-05/2026-11-01",
	} {
		var parts []string
		for _, each := range hoursLD(&catalog.Record{OpeningHours: text}, time.Date(2026, 11, 23, 10, 0, 0, 0, catalog.Rome)) {
			spec := each.(map[string]any)
			var days []string
			for _, d := range spec["dayOfWeek"].([]any) {
				days = append(days, strings.TrimPrefix(d.(string), "https://schema.org/"))
			}
			part := fmt.Sprintf("%s %s-%s", strings.Join(days, ","), spec["opens"], spec["closes"])
			if spec["validFrom"] != nil {
				part += fmt.Sprintf(" %s/%s", spec["validFrom"], spec["validThrough"])
			}
			parts = append(parts, part)
		}
		if got := strings.Join(parts, "; "); got != want {
			t.Errorf("hoursLD(%q) = %q; want %q", text, got, want)
		}
	}
}
