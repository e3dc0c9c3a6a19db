package catalog

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// An Opening is a time of the week in which something is open. Day is 0 for
// Monday, PublicHoliday for those; From and To are minutes after its midnight in
// Europe/Rome, To more than 1440 when it ends on the next day.
type Opening struct{ Day, From, To int }

// PublicHoliday is the eighth day of opening hours: of it, those of the weekday
// tell nothing.
const PublicHoliday = 7

// OpeningDay is the day at t in Italy, as opening hours count them: Monday is 0.
func OpeningDay(t time.Time) int {
	if t = t.In(Rome); Holiday(t) {
		return PublicHoliday
	}
	return (int(t.Weekday()) + 6) % 7
}

// HoursPart is what a part of a text of opening hours says: the days, and the
// times or "chiuso" in its own words.
type HoursPart struct {
	Days  [8]bool // Monday first, public holidays last
	Text  string
	Times [][2]int // minutes after midnight; none: closed
}

// HoursParts reads opening hours written as "lun-ven 9-13; sab chiuso" or as
// OpenStreetMap does ("Mo-Fr 09:00-13:00; PH off"). Only if every part can be
// read does the text say anything for sure.
func HoursParts(text string) ([]HoursPart, bool) {
	var parts []HoursPart
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ';' || r == '\n' || r == '|' }) {
		if strings.TrimSpace(part) == "" {
			continue
		}
		days, rest, ok := leadingDays(part)
		if !ok || !plainHours.MatchString(rest) {
			return nil, false
		}
		rest = strings.TrimSpace(rest)
		times, ok := hoursTimes(rest)
		if !ok {
			return nil, false
		}
		parts = append(parts, HoursPart{Days: days, Text: rest, Times: times})
	}
	return parts, len(parts) > 0
}

// A Week is what a text of opening hours says for sure. A weekday without times
// is closed. Of public holidays it tells nothing unless the text names them.
type Week struct {
	Times    []Opening
	Holidays bool // the text says something of public holidays
}

// WeekHours reads a text of opening hours, and reports whether all of it can be
// read. The times of several parts add up; a day that some part calls closed is
// closed, whatever others say.
func WeekHours(text string) (Week, bool) {
	var week Week
	if alwaysOpen.MatchString(text) {
		for d := range 8 {
			week.Times = append(week.Times, Opening{d, 0, minutesOfDay})
		}
		week.Holidays = true
		return week, true
	}
	parts, ok := HoursParts(text)
	if !ok {
		return Week{}, false
	}
	var closed [8]bool
	for _, p := range parts {
		for d, on := range p.Days {
			closed[d] = closed[d] || on && len(p.Times) == 0
		}
		week.Holidays = week.Holidays || p.Days[PublicHoliday]
	}
	for d := range closed {
		for _, p := range parts {
			if !p.Days[d] || closed[d] {
				continue
			}
			for _, t := range p.Times {
				week.Times = append(week.Times, Opening{d, t[0], t[1]})
			}
		}
	}
	if len(week.Times) > maxTimes {
		return Week{}, false
	}
	return week, true
}

// OpeningDays are times that several days of a week have in common. Opens and
// Closes are minutes as in Opening; Days has a bit for each day, 1 for Monday and
// 1 << PublicHoliday for those.
type OpeningDays struct {
	Opens  int `json:"opens"`
	Closes int `json:"closes"`
	Days   int `json:"days"`
}

// ByTime are the times of w, each once.
func (w Week) ByTime() []OpeningDays {
	var list []OpeningDays
	for _, o := range w.Times {
		i := slices.IndexFunc(list, func(d OpeningDays) bool { return d.Opens == o.From && d.Closes == o.To })
		if i < 0 {
			i = len(list)
			list = append(list, OpeningDays{Opens: o.From, Closes: o.To})
		}
		list[i].Days |= 1 << o.Day
	}
	return list
}

const (
	minutesOfDay = 24 * 60
	maxTimes     = 8 * 12 // of a week; a text with more of them is something else
)

var (
	alwaysOpen = regexp.MustCompile(`(?i)^\s*(?:24/7|sempre aperto|sempre aperta)\s*\.?\s*$`)
	clockTime  = regexp.MustCompile(`(\d{1,2})(?:[:.](\d{2}))?`)
)

// hoursTimes are the times in a text that plainHours matches, in pairs; false if
// one is no time of day.
func hoursTimes(text string) ([][2]int, bool) {
	found := clockTime.FindAllStringSubmatch(text, -1)
	var times [][2]int
	for i := 0; i+1 < len(found); i += 2 {
		from, to := minutes(found[i]), minutes(found[i+1])
		if from < 0 || to < 0 || from >= minutesOfDay || from == to {
			return nil, false
		}
		if to < from {
			to += minutesOfDay
		}
		times = append(times, [2]int{from, to})
	}
	return times, len(found)%2 == 0
}

// minutes after midnight of a match of clockTime; -1: no time of day.
func minutes(match []string) int {
	h, _ := strconv.Atoi(match[1]) // one or two digits
	m, _ := strconv.Atoi(match[2]) // two, or none
	if h > 24 || m > 59 || h == 24 && m > 0 {
		return -1
	}
	return h*60 + m
}

// plainHours is what may stand behind the days: times, or closed.
var plainHours = regexp.MustCompile(`(?i)^\s*(?:chius[oaie]|closed|off|(?:dalle |ore )?\d{1,2}(?:[:.]\d{2})?\s*(?:-|–|alle|/)\s*\d{1,2}(?:[:.]\d{2})?(?:\s*(?:,|e|/|\+)\s*(?:dalle )?\d{1,2}(?:[:.]\d{2})?\s*(?:-|–|alle|/)\s*\d{1,2}(?:[:.]\d{2})?)*)\s*\.?\s*$`)

// dayNames are the beginnings of the days' names, Monday first and public
// holidays last, in Italian and as OpenStreetMap writes them.
var dayNames = [8][]string{
	{"lunedì", "lunedi", "lun", "mo"}, {"martedì", "martedi", "mar", "tu"}, {"mercoledì", "mercoledi", "mer", "we"}, {"giovedì", "giovedi", "gio", "th"},
	{"venerdì", "venerdi", "ven", "fr"}, {"sabato", "sab", "sa"}, {"domenica", "dom", "su"},
	{"giorni festivi", "festivi", "ph"},
}

// leadingDays reads "lun-ven", "lunedì e giovedì", "dal martedì al sabato" off
// the beginning of a part.
func leadingDays(part string) (days [8]bool, rest string, ok bool) {
	rest = strings.ToLower(strings.TrimSpace(part))
	if after, every := cutAny(rest, "tutti i giorni", "ogni giorno"); every {
		return [8]bool{true, true, true, true, true, true, true}, strings.TrimLeft(after, ": "), true
	}
	last, through := -1, false
	for {
		rest = strings.TrimLeft(rest, " \t")
		if after, joins := cutAny(rest, "-", "–", "al ", "a "); joins && last >= 0 {
			rest, through = after, true
			continue
		}
		if after, joins := cutAny(rest, ",", "e ", "dal ", "il ", "di ", "i "); joins {
			rest = after
			continue
		}
		d, after := cutDay(rest)
		if d < 0 {
			return days, strings.TrimLeft(rest, ": "), last >= 0 && !through
		}
		if through && (d == PublicHoliday || last == PublicHoliday) {
			return days, rest, false
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
