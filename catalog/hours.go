package catalog

import (
	"slices"
	"time"
)

// OpeningHours are opening hours that were read to the last word: for every day the times
// at which something is open, closed, or of which nothing is said.
type OpeningHours struct {
	rules []hoursRule
	// Appointment: it is open when one has arranged it, and nobody can say when.
	Appointment bool
	opens       bool // some rule opens; if none does, of other days nothing is said
	words       bool // Italian words, in which a later statement does not simply replace an earlier one
}

// A HoursSpan is a time at which something is open: minutes after midnight in
// Europe/Rome, To more than 1440 when it ends on the next day. Unsure: it may be
// open then ("18:00+", from sunrise).
type HoursSpan struct {
	From, To int
	Unsure   bool
}

// A hoursRule says when something is open on some days.
type hoursRule struct {
	days     uint8 // a bit for each day, Monday first, public holidays last
	nth      uint8 // which of the month: bits of calendarDay.nth; 0: every one
	seasons  []season
	spans    []HoursSpan // none: closed
	level    int         // the rules of the highest level that are about a day decide
	block    int         // rules of one block say together how a season is
	also     bool        // adds to what others say
	fallback bool        // where no other says that it is open
}

const (
	minutesOfDay = 24 * 60
	maxTimes     = 8 * 12 // of a week; a text with more of them is something else

	everyWeekday = 1<<PublicHoliday - 1
	everyDay     = 1<<(PublicHoliday+1) - 1
)

// ReadHours reads opening hours as OpenStreetMap writes them
// (wiki.openstreetmap.org/wiki/Key:opening_hours/specification), which those of
// schema.org nearly are, or in Italian words. False: some of it is not understood,
// or can be understood in two ways, and it is as if nothing had been.
func ReadHours(text string) (*OpeningHours, bool) {
	if len(text) > maxHoursText {
		return nil, false
	}
	h, unclear := readOSMHours(text)
	if h == nil && !unclear {
		h = readItalianHours(text)
	}
	if h == nil {
		return nil, false
	}
	for _, r := range h.rules {
		h.opens = h.opens || len(r.spans) > 0
	}
	if _, few := h.Rows(); !few || !h.consistent() {
		return nil, false
	}
	return h, true
}

// maxHoursText is how many bytes a text of opening hours has: of a longer one most
// is about something else.
const maxHoursText = 2000

// about reports whether r says something of day d.
func (r *hoursRule) about(d calendarDay) bool {
	return r.days&(1<<d.day) != 0 && (r.nth == 0 || r.nth&(1<<d.nth) != 0) &&
		(len(r.seasons) == 0 || slices.ContainsFunc(r.seasons, func(s season) bool { return s.has(d) }))
}

// on are the times of day d, and whether anything is said of it. Of a public
// holiday the rules for weekdays say nothing.
func (h *OpeningHours) on(d calendarDay) (spans []HoursSpan, said bool) {
	if h.Appointment {
		return nil, false
	}
	top, closed := -1, -1
	for i := range h.rules {
		r := &h.rules[i]
		if r.fallback || r.also || !r.about(d) {
			continue
		}
		top = max(top, r.level)
		if len(r.spans) == 0 {
			closed = max(closed, r.level)
		}
	}
	shut := closed == top && top >= 0
	for i := range h.rules {
		r := &h.rules[i]
		decides := r.level == top && !shut && !r.also && !r.fallback
		adds := r.also && r.level >= top && (!shut || r.level > closed) || r.fallback && !shut
		if (decides || adds) && r.about(d) {
			spans, said = append(spans, r.spans...), true
		}
	}
	said = said || top >= 0 || h.opens && (d.day != PublicHoliday || !h.inSeason(d))
	return spans, said
}

// inSeason reports whether on d, if it were another day of the week, something would
// be open.
func (h *OpeningHours) inSeason(d calendarDay) bool {
	for d.day = range uint8(PublicHoliday) {
		if slices.ContainsFunc(h.rules, func(r hoursRule) bool { return len(r.spans) > 0 && r.about(d) }) {
			return true
		}
	}
	return false
}

// consistent is false where two statements of equal weight contradict each other,
// or where words leave open which of two holds.
func (h *OpeningHours) consistent() bool {
	for _, c := range h.cells() {
		seasonal := false // the season has a week of its own
		for name := range uint8(PublicHoliday) {
			d := c.day(name)
			seasonal = seasonal || slices.ContainsFunc(h.rules, func(r hoursRule) bool {
				return r.level == levelSeason && len(r.spans) > 0 && !r.also && r.about(d)
			})
		}
		for name := range uint8(PublicHoliday + 1) {
			if !h.clear(c.day(name), seasonal) {
				return false
			}
		}
	}
	return true
}

// clear reports whether the rules say one thing of day d.
func (h *OpeningHours) clear(d calendarDay, seasonal bool) bool {
	top, block, opens := -1, -1, false
	for _, r := range h.rules {
		if r.also || r.fallback || r.level < top || !r.about(d) {
			continue
		}
		opens = (opens || r.level > top) && len(r.spans) > 0
		top = r.level
	}
	for _, r := range h.rules {
		if r.fallback || !r.about(d) {
			continue
		}
		if h.words && opens && r.level < top && top == levelSeason && (r.also || len(r.spans) == 0) {
			return false // closed on Mondays, and in summer open on them?
		}
		if h.words && seasonal && top == levelWeek && len(r.spans) > 0 {
			return false // open on Saturdays, and in summer, of which only the weekdays are told?
		}
		if r.also || r.level != top || len(r.spans) == 0 {
			continue
		}
		if block >= 0 && r.block != block {
			return false
		}
		block = r.block
	}
	spans, _ := h.on(d)
	return !overlap(spans)
}

// The levels of statements in words: of the week, of a season, of single days.
const (
	levelWeek = iota
	levelSeason
	levelDays
)

// overlap reports whether two of the times that are sure have a minute in common
// without being the same.
func overlap(spans []HoursSpan) bool {
	for i, a := range spans {
		for _, b := range spans[:i] {
			if a != b && !a.Unsure && !b.Unsure && a.From < b.To && b.From < a.To {
				return true
			}
		}
	}
	return false
}

// On are the times at which something is open on the day of t in the municipality
// with an ISTAT code ("" when that is not known), in their order. False: of that
// day nothing sure is said.
func (h *OpeningHours) On(t time.Time, istat string) ([]HoursSpan, bool) {
	spans, said := h.on(dayOf(t, istat))
	if slices.ContainsFunc(spans, func(s HoursSpan) bool { return s.Unsure }) {
		return nil, false
	}
	slices.SortFunc(spans, func(a, b HoursSpan) int { return a.From - b.From })
	return slices.Compact(spans), said
}
