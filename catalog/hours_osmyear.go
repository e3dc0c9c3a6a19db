package catalog

import (
	"strconv"
	"strings"
	"time"
)

// An osmDate is a date as OpenStreetMap writes it; day 0: the whole month.
type osmDate struct {
	year   int // 0: every one
	month  time.Month
	day    int
	easter bool // day is the distance
}

// seasonNext reports whether the token n ahead can begin a season.
func (p *osmHours) seasonNext(n int) bool {
	token := p.peekAt(n)
	_, month := osmMonths[token]
	return month || token == "easter" || token == "week" || len(token) == 4 && token[0] >= '0' && token[0] <= '9' ||
		len(token) <= 2 && token != "" && token[0] >= '0' && token[0] <= '9'
}

// season reads one part of the year: "Jun-Aug", "Dec 24-26", "easter", "week
// 2-52/2", "2026 Jun 01-2026 Sep 15", "2026". Last is the date that stood before in a
// list: "Dec 24,31".
func (p *osmHours) season(last *osmDate) (s season, found, ok bool) {
	if p.accept("week") {
		return p.weeks()
	}
	from, found := p.date(*last)
	if !found {
		return s, false, true
	}
	to := from
	if p.peek() == "-" {
		p.at++
		if to, ok = p.date(from); !ok {
			return s, true, false
		}
	}
	if from.year == 0 && to.year != 0 || from.easter && from.year != 0 {
		return s, true, false
	}
	*last = to
	s, ok = newSeason(from.first(), to.last())
	return s, true, ok
}

// date reads one date; what it does not say, the year and in "Dec 24-26" the month,
// is as in from.
func (p *osmHours) date(from osmDate) (d osmDate, found bool) {
	start := p.at
	d.year = from.year
	if token := p.peek(); len(token) == 4 && !strings.Contains(token, "/") {
		if year, err := strconv.Atoi(token); err == nil {
			if year < 1900 || year > 2199 {
				return d, false
			}
			d.year = year
			p.at++
			if !p.seasonNext(0) || p.peek() == "week" {
				return d, true // the whole year
			}
		}
	}
	if p.accept("easter") {
		d.easter = true
		if sign := p.peek(); (sign == "+" || sign == "-") && (p.peekAt(2) == "day" || p.peekAt(2) == "days") {
			n, err := strconv.Atoi(p.peekAt(1))
			if err != nil || n > 60 {
				return d, false
			}
			if d.day = n; sign == "-" {
				d.day = -n
			}
			p.at += 3
		}
		return d, true
	}
	month, isMonth := osmMonths[p.peek()]
	if isMonth {
		p.at++
	} else if month = from.month; month == 0 || from.day == 0 {
		p.at = start
		return d, false
	}
	d.month = month
	if n, err := strconv.Atoi(p.peek()); err == nil && len(p.peek()) <= 2 {
		if n < 1 || n > lastOf(month) {
			return d, false
		}
		d.day = n
		p.at++
	} else if !isMonth {
		p.at = start
		return d, false
	}
	return d, true
}

func (d osmDate) first() bound { return d.bound(time.January, 1) }

func (d osmDate) last() bound {
	if d.month == 0 {
		return d.bound(time.December, 31)
	}
	return d.bound(d.month, lastOf(d.month))
}

// bound is d; month and day are those that it does not say.
func (d osmDate) bound(month time.Month, day int) bound {
	if d.easter {
		return bound{byEaster, int32(d.day)}
	}
	if d.month != 0 {
		month = d.month
	}
	if d.day != 0 {
		day = d.day
	}
	if d.year == 0 {
		return bound{byYear, int32(yearDay(month, day))}
	}
	date := time.Date(d.year, month, day, 0, 0, 0, 0, time.UTC)
	if date.Month() != month { // 29 February as the end of a month
		date = date.AddDate(0, 0, -date.Day())
	}
	return bound{byDate, epochDay(date)}
}

// weeks reads "1-10", "2-52/2", "15,17" after "week".
func (p *osmHours) weeks() (s season, found, ok bool) {
	number := func() (int, bool) {
		n, err := strconv.Atoi(p.peek())
		if err != nil || n < 1 || n > 53 || len(p.peek()) > 2 {
			return 0, false
		}
		p.at++
		return n, true
	}
	for {
		from, ok := number()
		if !ok {
			return s, true, false
		}
		to, step := from, 1
		if p.accept("-") {
			if to, ok = number(); !ok || to < from {
				return s, true, false
			}
			if p.accept("/") {
				if step, ok = number(); !ok {
					return s, true, false
				}
			}
		}
		for w := from; w <= to; w += step {
			s.weeks |= 1 << w
		}
		if p.peek() != "," || len(p.peekAt(1)) > 2 || p.peekAt(1) == "" || p.peekAt(1)[0] > '9' {
			return s, true, true
		}
		p.at++
	}
}
