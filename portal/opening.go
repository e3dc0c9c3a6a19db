package portal

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// todayHours says what a text of opening hours says about the day of now, when
// that can be told of the whole text: nothing else in it ("chiuso ad agosto", "su
// prenotazione") may mean that today is different. What cannot be told is "", and
// the text stands for itself.
func todayHours(text string, now time.Time) string {
	parts, ok := catalog.HoursParts(text)
	if !ok {
		return ""
	}
	var hours []string
	for _, p := range parts {
		if p.Days[catalog.OpeningDay(now)] {
			hours = append(hours, p.Text)
		}
	}
	return strings.Join(hours, ", ")
}

// An opening is in words whether something is open and what comes next. Both are
// empty when its hours do not tell.
type opening struct {
	Open      bool
	Now, Next string // "Aperto ora", "chiude alle 13:00"
}

// opening is that of rec at now.
func (s *server) opening(rec *catalog.Record, now time.Time) opening {
	week, ok := rec.Week()
	if !ok {
		return opening{}
	}
	state, ok := week.At(now)
	switch {
	case !ok:
		return opening{}
	case state.Open:
		return opening{true, s.texts.t("apertura.aperto"), s.change("apertura.chiude", state.Change, now)}
	}
	return opening{false, s.texts.t("apertura.chiuso"), s.change("apertura.apre", state.Change, now)}
}

// text is o in one line: "Aperto ora, chiude alle 13:00".
func (o opening) text() string { return join(", ", o.Now, o.Next) }

// soon is how far ahead a closing needs no day: who is out at night knows which
// morning is meant.
const soon = 12 * time.Hour

// change says when an opening changes: "apre domani alle 9:00".
func (s *server) change(key string, at, now time.Time) string {
	if at.IsZero() {
		return ""
	}
	at, now = at.In(catalog.Rome), now.In(catalog.Rome)
	closes := key == "apertura.chiude"
	on, day := at, ""
	if closes {
		on = at.Add(-time.Minute) // midnight ends a day
	}
	switch days := int(midnight(on).Sub(midnight(now)).Hours()/24 + .5); {
	case days == 0, closes && at.Sub(now) < soon:
	case days == 1:
		day = s.texts.t("apertura.domani") + " "
	case days < 7:
		day = weekdays[on.Weekday()] + " "
	default:
		day = weekday(on) + " "
	}
	return s.texts.t(key, day+s.clock(at, closes))
}

// clock is a time of day with its preposition: "alle 9:30", "all’1:00", "a
// mezzanotte" for one that ends a day.
func (s *server) clock(t time.Time, ends bool) string {
	switch {
	case ends && t.Hour() == 0 && t.Minute() == 0:
		return s.texts.t("apertura.mezzanotte")
	case t.Hour() == 1:
		return s.texts.t("apertura.all", t.Format("15:04")[1:])
	}
	return s.texts.t("apertura.alle", fmt.Sprintf("%d:%02d", t.Hour(), t.Minute()))
}

// openNotice says what "open now" is told from, and on public holidays that hours
// of weekdays tell nothing.
func (s *server) openNotice() string {
	now := s.now().In(catalog.Rome)
	if catalog.Holiday(now) {
		return s.texts.t("avviso.festivo")
	}
	return s.texts.t("avviso.aperto", now.Format("15:04"))
}

// openStreetMap is a text of opening hours in the words of OpenStreetMap alone:
// days, times, closed.
var openStreetMap = regexp.MustCompile(`^(?:(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|24/7|off|closed|\d{1,2}:\d{2}|[-–,;+ ]))+$`)

var hourWords = strings.NewReplacer(
	"Mo", "lun", "Tu", "mar", "We", "mer", "Th", "gio", "Fr", "ven", "Sa", "sab", "Su", "dom", "PH", "festivi",
	"24/7", "sempre aperto", "off", "chiuso", "closed", "chiuso",
)

// hoursText is a text of opening hours for people: what is written in the words
// of OpenStreetMap is put into Italian, anything else stays.
func hoursText(text string) string {
	if !openStreetMap.MatchString(strings.TrimSpace(text)) {
		return text
	}
	var parts []string
	for part := range strings.SplitSeq(hourWords.Replace(text), ";") {
		if part = strings.Join(strings.Fields(strings.ReplaceAll(part, ",", ", ")), " "); part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "; ")
}
