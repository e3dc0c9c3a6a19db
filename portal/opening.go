package portal

import (
	"regexp"
	"strings"
	"time"
)

// todayHours says what a text of opening hours says about the day of now, when that
// can be told: every part of the text must begin with days of the week, so that
// nothing else in it ("chiuso ad agosto", "su prenotazione") could mean that
// today is different. What cannot be told is "", and the text stands for itself.
func todayHours(text string, now time.Time) string {
	day := weekdayNumber(now.In(rome).Weekday())
	var hours []string
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ';' || r == '\n' || r == '|' }) {
		if strings.TrimSpace(part) == "" {
			continue
		}
		days, rest, ok := leadingDays(part)
		if !ok || !plainHours.MatchString(rest) {
			return ""
		}
		if days[day] {
			hours = append(hours, strings.TrimSpace(rest))
		}
	}
	return strings.Join(hours, ", ")
}

// plainHours is what may stand behind the days: times, or closed.
var plainHours = regexp.MustCompile(`(?i)^\s*(?:chius[oaie]|closed|off|(?:dalle |ore )?\d{1,2}(?:[:.]\d{2})?\s*(?:-|–|alle|/)\s*\d{1,2}(?:[:.]\d{2})?(?:\s*(?:,|e|/|\+)\s*(?:dalle )?\d{1,2}(?:[:.]\d{2})?\s*(?:-|–|alle|/)\s*\d{1,2}(?:[:.]\d{2})?)*)\s*\.?\s*$`)

// dayNames are the beginnings of the days' names, Monday first, in Italian and
// as OpenStreetMap writes them.
var dayNames = [7][]string{
	{"lunedì", "lunedi", "lun", "mo"}, {"martedì", "martedi", "mar", "tu"}, {"mercoledì", "mercoledi", "mer", "we"}, {"giovedì", "giovedi", "gio", "th"},
	{"venerdì", "venerdi", "ven", "fr"}, {"sabato", "sab", "sa"}, {"domenica", "dom", "su"},
}

// leadingDays reads "lun-ven", "lunedì e giovedì", "dal martedì al sabato" off
// the beginning of a part.
func leadingDays(part string) (days [7]bool, rest string, ok bool) {
	rest = strings.ToLower(strings.TrimSpace(part))
	if after, every := cutAny(rest, "tutti i giorni", "ogni giorno"); every {
		return [7]bool{true, true, true, true, true, true, true}, strings.TrimLeft(after, ": "), true
	}
	last, through := -1, false
	for {
		rest = strings.TrimLeft(rest, " \t")
		if after, joins := cutAny(rest, "-", "–", "al ", "a "); joins && last >= 0 {
			rest, through = after, true
			continue
		}
		if after, joins := cutAny(rest, ",", "e ", "dal ", "il ", "di "); joins {
			rest = after
			continue
		}
		d, after := cutDay(rest)
		if d < 0 {
			return days, strings.TrimLeft(rest, ": "), last >= 0 && !through
		}
		days[d] = true
		for n := last; through && n >= 0 && n != d; n = (n + 1) % 7 {
			days[n] = true
		}
		last, through, rest = d, false, after
	}
}

// cutDay takes the name of a day off text, -1 when there is none.
func cutDay(text string) (day int, rest string) {
	for d, names := range dayNames {
		for _, name := range names {
			after, ok := strings.CutPrefix(text, name)
			if ok && (after == "" || strings.ContainsAny(after[:1], " -,:.") || strings.HasPrefix(after, "–")) {
				return d, strings.TrimPrefix(after, ".")
			}
		}
	}
	return -1, text
}

func cutAny(text string, prefixes ...string) (rest string, ok bool) {
	for _, p := range prefixes {
		if after, found := strings.CutPrefix(text, p); found {
			return after, true
		}
	}
	return text, false
}

// weekdayNumber counts from Monday, 0.
func weekdayNumber(d time.Weekday) int { return (int(d) + 6) % 7 }

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

var schemaHour = regexp.MustCompile(`^(?:Mo|Tu|We|Th|Fr|Sa|Su)(?:[-,](?:Mo|Tu|We|Th|Fr|Sa|Su))* \d{2}:\d{2}-\d{2}:\d{2}$`)

// schemaHours are opening hours as schema.org writes them, nil when the text
// says anything else.
func schemaHours(text string) any {
	var list []string
	for part := range strings.SplitSeq(text, ";") {
		if part = strings.TrimSpace(part); !schemaHour.MatchString(part) {
			return nil
		}
		list = append(list, part)
	}
	return list
}
