package catalog

import "time"

// PublicHoliday is the eighth day of opening hours: of it, those of the weekday
// tell nothing.
const PublicHoliday = 7

// A calendarDay is a day by everything that opening hours may call it.
type calendarDay struct {
	day    uint8 // 0 for Monday, PublicHoliday for those
	nth    uint8 // which Monday of its month: 0–2 the first to third, 3 a fourth that another follows, 4 a fourth that is the last, 5 a fifth
	week   uint8 // of ISO 8601
	year   int16 // its day of the year, counted as in a leap year: 1 to 366
	easter int16 // days after Easter Sunday of its year
	date   int32 // days after 1 January 1970
}

// dayOf is the day at t in Italy, in the municipality with an ISTAT code.
func dayOf(t time.Time, istat string) calendarDay {
	t = t.In(Rome)
	year, month, d := t.Date()
	date := time.Date(year, month, d, 0, 0, 0, 0, time.UTC)
	_, week := date.ISOWeek()
	c := calendarDay{
		day: uint8((int(t.Weekday()) + 6) % 7), nth: uint8((d - 1) / 7), week: uint8(week), year: yearDay(month, d),
		easter: int16(date.Sub(easter(year)) / (24 * time.Hour)), date: epochDay(date),
	}
	if c.nth >= 3 { // which of those are the last
		if c.nth == 4 {
			c.nth = 5
		} else if date.AddDate(0, 0, 7).Month() != month {
			c.nth = 4
		}
	}
	if Holiday(t) || istat != "" && PatronDay(istat) == c.year {
		c.day = PublicHoliday
	}
	return c
}

// yearDay is the place of a day in a leap year, so that every date has one number.
func yearDay(month time.Month, day int) int16 {
	return int16(time.Date(2024, month, day, 0, 0, 0, 0, time.UTC).YearDay())
}

func epochDay(date time.Time) int32 { return int32(date.Unix() / (24 * 60 * 60)) }

// lastOf is the last day of a month, in a leap year.
func lastOf(month time.Month) int { return time.Date(2024, month+1, 0, 0, 0, 0, 0, time.UTC).Day() }

// A bound is where a season begins or ends: a day of every year, days after
// Easter, or a date.
type bound struct {
	by boundKind
	n  int32
}

type boundKind uint8

const (
	byYear boundKind = iota
	byEaster
	byDate
)

func (b bound) of(d calendarDay) int32 {
	switch b.by {
	case byEaster:
		return int32(d.easter)
	case byDate:
		return d.date
	}
	return int32(d.year)
}

// A season is a part of the year, both ends included; wraps: over the end of it.
// Weeks are bits of ISO weeks instead; 0: none.
type season struct {
	from, to bound
	wraps    bool
	weeks    uint64
}

func (s season) has(d calendarDay) bool {
	if s.weeks != 0 {
		return s.weeks&(1<<d.week) != 0
	}
	after, before := s.from.of(d) >= s.from.n, s.to.of(d) <= s.to.n
	if s.wraps {
		return after || before
	}
	return after && before
}

// single reports whether s is one day.
func (s season) single() bool { return s.weeks == 0 && s.from == s.to }

// newSeason is the season between two bounds; false when it depends on the year
// which of them comes first.
func newSeason(from, to bound) (season, bool) {
	s := season{from: from, to: to}
	if from.by == byDate || to.by == byDate {
		return s, from.by == to.by && from.n <= to.n
	}
	earliest, latest := from.span()
	toEarliest, toLatest := to.span()
	switch {
	case from.by == to.by:
		s.wraps = from.n > to.n
	case latest <= toEarliest:
	case earliest > toLatest:
		s.wraps = true
	default:
		return s, false
	}
	return s, true
}

// span are the earliest and the latest day of the year that b can be.
func (b bound) span() (earliest, latest int32) {
	if b.by == byEaster { // 22 March to 25 April
		return int32(yearDay(time.March, 22)) + b.n, int32(yearDay(time.April, 25)) + b.n
	}
	return b.n, b.n
}

// An OpeningMoment is a moment by what rows of opening hours ask of it.
type OpeningMoment struct {
	Minute           int // after midnight
	Today, Yesterday OpeningDay
}

// An OpeningDay is a day as OpeningDays count them; Bit is its bit of their Days.
type OpeningDay struct {
	Bit, Year, Easter, Date, Nth int
	Week                         int64
}

// OpeningMomentAt is the moment t in Italy.
func OpeningMomentAt(t time.Time) OpeningMoment {
	t = t.In(Rome)
	return OpeningMoment{Minute: t.Hour()*60 + t.Minute(), Today: openingDay(t), Yesterday: openingDay(t.AddDate(0, 0, -1))}
}

func openingDay(t time.Time) OpeningDay {
	d := dayOf(t, "")
	return OpeningDay{Bit: 1 << d.day, Year: int(d.year), Easter: int(d.easter), Date: int(d.date), Nth: 1 << d.nth, Week: 1 << d.week}
}
