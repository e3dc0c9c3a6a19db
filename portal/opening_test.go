package portal

import (
	"slices"
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
		{"lun-dom 9-13; festivi 10-12", time.Date(2026, 12, 8, 10, 0, 0, 0, catalog.Rome), "10-12"},
		{"lun-ven 9:00-13:00; lun e gio 15:00-17:00; sab e dom chiuso", monday, "9:00-13:00, 15:00-17:00"},
		{"lun-ven 9:00-13:00; lun e gio 15:00-17:00; sab e dom chiuso", sunday, "chiuso"},
		{"dal lunedì al venerdì: 8.30-13.00\nmartedì e giovedì 15.00-17.30", thursday, "8.30-13.00, 15.00-17.30"},
		{"Mo-Fr 09:00-13:00; Sa 10:00-12:00", monday, "09:00-13:00"},
		{"Mo-Fr 09:00-13:00; Sa 10:00-12:00", sunday, ""}, // it does not say
		{"sab-lun 10-19", monday, "10-19"},
		{"tutti i giorni 10:00-19:00", sunday, "10:00-19:00"},
		{"lun-ven 9:00-13:00; chiuso ad agosto", monday, ""},
		{"lun-ven 9:00-13:00 su appuntamento", monday, ""},
		{"lun-ven 9:00-13:00; 1 gennaio chiuso", monday, ""},
		{"Sempre aperto", monday, ""},
		{"mar-dom 10-18, lunedì chiuso", monday, ""}, // two things in one part
		{"martedì", monday, ""},
		{"", monday, ""},
	} {
		if got := todayHours(tt.text, tt.now); got != tt.want {
			t.Errorf("todayHours(%q, %s) = %q; want %q", tt.text, tt.now.Weekday(), got, tt.want)
		}
	}
}

func TestHoursText(t *testing.T) {
	for in, want := range map[string]string{
		"Tu,Fr 09:00-12:30; Th 15:00-17:00": "mar, ven 09:00-12:30; gio 15:00-17:00",
		"Mo-Sa 08:00-20:00; PH off":         "lun-sab 08:00-20:00; festivi chiuso",
		"24/7":                              "sempre aperto",
		"Su prenotazione":                   "Su prenotazione",
		"lun-ven 9-13":                      "lun-ven 9-13",
		"":                                  "",
	} {
		if got := hoursText(in); got != want {
			t.Errorf("hoursText(%q) = %q; want %q", in, got, want)
		}
	}
	if got := schemaHours("Mo-Fr 09:00-13:00; Sa 10:00-12:00"); !slices.Equal(got.([]string), []string{"Mo-Fr 09:00-13:00", "Sa 10:00-12:00"}) {
		t.Errorf("schemaHours = %v", got)
	}
	if got := schemaHours("lun-ven 9-13"); got != nil {
		t.Errorf("schemaHours of another text = %v", got)
	}
}

// FuzzTodayHours: whatever a source writes is read to its end.
func FuzzTodayHours(f *testing.F) {
	f.Add("lun-ven 9-13; sab chiuso")
	f.Add("dal – e , a al lun-")
	f.Fuzz(func(t *testing.T, text string) {
		if got := todayHours(text, time.Date(2026, 11, 23, 10, 0, 0, 0, catalog.Rome)); len(got) > 2*len(text)+8 {
			t.Errorf("todayHours(%q) = %q", text, got)
		}
	})
}
