package portal

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// todayHours says when rec is open on the day of now: "9:00-13:00, 15:00-17:30", ""
// when its hours do not tell that for sure or it is closed.
func todayHours(rec *catalog.Record, now time.Time) string {
	hours, ok := rec.Hours()
	if !ok {
		return ""
	}
	spans, _ := hours.On(now, rec.ISTATCode)
	var times []string
	for _, s := range spans {
		times = append(times, clockOf(s.From)+"-"+clockOf(s.To))
	}
	return strings.Join(times, ", ")
}

// clockOf is a time in minutes after midnight, of this day or the next: "9:30",
// "24:00" at the end of a day.
func clockOf(minutes int) string {
	if minutes > 24*60 {
		minutes -= 24 * 60
	}
	return fmt.Sprintf("%d:%02d", minutes/60, minutes%60)
}

// An opening is in words whether something is open and what comes next. Both are
// empty when its hours do not tell.
type opening struct {
	Open      bool
	Now, Next string // "Aperto ora", "chiude alle 13:00"
}

// opening is that of rec at now.
func (s *server) opening(rec *catalog.Record, now time.Time) opening {
	hours, ok := rec.Hours()
	if !ok {
		return opening{}
	}
	state, ok := hours.At(now, rec.ISTATCode)
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
// days, months, times, closed.
var openStreetMap = regexp.MustCompile(`^(?:(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|SH|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|easter|sunrise|sunset|24/7|off|closed|open|"[^"]*"|\|\||\d{4}|\d{1,2}:\d{2}|\d{1,2}|[-–,;:+\[\] ]))+$`)

// plainlyOpenStreetMap is a word that only OpenStreetMap has. "Mar" is Tuesday in
// Italian, "Apr" and "Nov" are in both.
var plainlyOpenStreetMap = regexp.MustCompile(`\b(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|Jan|May|Jun|Jul|Aug|Oct|Dec|easter|sunrise|24/7|off)\b`)

var (
	hourWords = strings.NewReplacer(
		"Mo", "lun", "Tu", "mar", "We", "mer", "Th", "gio", "Fr", "ven", "Sa", "sab", "Su", "dom", "PH", "festivi", "SH", "vacanze scolastiche",
		"Jan", "gen", "Feb", "feb", "Mar", "marzo", "Apr", "apr", "May", "mag", "Jun", "giu", "Jul", "lug", "Aug", "ago", "Sep", "set", "Oct", "ott", "Nov", "nov", "Dec", "dic",
		"easter", "Pasqua", "sunrise", "alba", "sunset", "tramonto", "[-1]", " (ultimo del mese)", "[1]", " (1° del mese)", "[2]", " (2° del mese)", "[3]", " (3° del mese)", "[4]", " (4° del mese)",
		"||", ";", `"`, "", "24/7", "sempre aperto", "off", "chiuso", "closed", "chiuso", "open", "aperto",
	)
	dayOfMonth = regexp.MustCompile(`\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) 0?(\d{1,2})\b`)
)

// hoursText is a text of opening hours for people: what is written in the words
// of OpenStreetMap is put into Italian, anything else stays, on one line.
func hoursText(text string) string {
	if !openStreetMap.MatchString(strings.TrimSpace(text)) || !plainlyOpenStreetMap.MatchString(text) {
		return oneLine(text)
	}
	var parts []string
	for part := range strings.SplitSeq(hourWords.Replace(dayOfMonth.ReplaceAllString(text, "$2 $1")), ";") {
		if part = strings.Join(strings.Fields(strings.ReplaceAll(part, ",", ", ")), " "); part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "; ")
}

// oneLine puts the lines of a text behind one another, parted as a reader expects.
func oneLine(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line != "" && b.Len() > 0 {
			if strings.HasSuffix(b.String(), ":") || strings.HasSuffix(b.String(), ",") || strings.HasSuffix(b.String(), ";") {
				b.WriteByte(' ')
			} else {
				b.WriteString("; ")
			}
		}
		b.WriteString(line)
	}
	return b.String()
}
