package catalog

import (
	"slices"
	"time"
)

// dayAt is the day of the week, or the public holidays, that token n names. "Mar"
// before a month, or behind one, is March.
func (p *italianHours) dayAt(n int) (int, bool) {
	t := p.token(n)
	d, ok := hoursDays[t.text]
	if !ok || t.kind != tokenWord {
		return 0, false
	}
	if t.text == "mar" && p.sign(n+1, "-") {
		if _, month := hoursMonths[p.token(n+2).text]; month {
			return 0, false
		}
	}
	return d, true
}

// joins reports whether days or dates go on to another: "lun-ven", "dal lunedì al
// venerdì"; and how many tokens that takes.
func (p *italianHours) joins(n int) (int, bool) {
	if p.sign(n, ".") {
		k, ok := p.joins(n + 1)
		return k + 1, ok
	}
	if p.sign(n, "-") || p.word(n, "a", "al", "alla", "all", "ad") {
		return 1, true
	}
	return 0, false
}

// lists reports whether a list goes on: a comma, "e", or both.
func (p *italianHours) lists(n int) int {
	k := 0
	if p.sign(n, ".") {
		k = 1
	}
	if p.sign(n+k, ",", "&", "+") {
		k++
		if p.word(n+k, "e", "ed") {
			k++
		}
	} else if p.word(n+k, "e", "ed") {
		k++
	} else {
		return 0
	}
	for p.word(n+k, "il", "la", "i", "le", "nei", "nel", "dal", "giorni") {
		k++
	}
	return k
}

// dayGroup reads "lun-ven", "martedì e giovedì", "1° e 3° sabato del mese",
// "domenica e festivi".
func (p *italianHours) dayGroup() bool {
	if nth, n := p.ordinals(); nth != 0 {
		d, ok := p.dayAt(n)
		if !ok || d == PublicHoliday {
			return false
		}
		p.at += n + 1
		if !p.phrase("del mese", "di ogni mese", "al mese", "d ogni mese") && !p.timeNext() {
			p.fail() // "1° sab di giugno"
		}
		p.gotDays(1<<d, nth)
		return true
	}
	if p.phrase("fine settimana", "weekend", "week end") {
		p.gotDays(1<<5|1<<6, 0)
		return true
	}
	var days uint8
	for n := 0; ; {
		d, ok := p.dayAt(n)
		if !ok {
			if days == 0 {
				return false
			}
			break
		}
		days |= 1 << d
		n++
		if k, ok := p.joins(n); ok {
			to, isDay := p.dayAt(n + k)
			if isDay {
				if d == PublicHoliday || to == PublicHoliday {
					p.fail()
				}
				for ; d != to && !p.failed; d = (d + 1) % 7 {
					days |= 1 << d
				}
				days |= 1 << to
				n += k + 1
			}
		}
		p.at += n
		n = 0
		if p.sign(0, "/") {
			p.fail() // a range or a list
		}
		k := p.lists(0)
		if _, ok := p.dayAt(k); k == 0 || !ok {
			break
		}
		n = k
	}
	p.gotDays(days, 0)
	return true
}

// timeNext reports whether times follow, after what may stand before them.
func (p *italianHours) timeNext() bool {
	n := 0
	for p.word(n, "ore", "dalle", "h") || p.sign(n, ":", ",") {
		n++
	}
	return p.token(n).kind == tokenNumber
}

// ordinals reads "1° e 3°", "primo e terzo", "ultimo"; nth has the bits of
// calendarDay.nth.
func (p *italianHours) ordinals() (nth uint8, n int) {
	for {
		i := 0
		if t := p.token(n); t.kind == tokenNumber && t.mark == 'o' {
			i = t.a
		} else if t.kind == tokenWord {
			i = hoursOrdinals[t.text]
		}
		switch {
		case i == -1:
			nth |= nthLast
		case i >= 1 && i <= 5:
			nth |= nthBits[i]
		default:
			return 0, 0
		}
		n++
		if k := p.lists(n); k > 0 {
			n += k
			continue
		}
		return nth, n
	}
}

// timeGroup reads "9-13, 15-18.30", "dalle 9 alle 13", "dalle 18 in poi".
func (p *italianHours) timeGroup() bool {
	s, n, ok := p.span(0)
	if !ok {
		return false
	}
	spans := []HoursSpan{s}
	p.at += n
	for {
		k := 0
		if p.sign(0, ",", "/", "+", "&") {
			k++
		}
		if p.word(k, "e", "ed") {
			k++
		}
		if p.word(k, "pomeriggio", "sera") {
			k++
		}
		s, n, ok := p.span(k)
		if !ok {
			break
		}
		spans = append(spans, s)
		p.at += k + n
	}
	if len(spans) > maxTimes {
		p.fail()
	}
	p.gotTimes(spans)
	return true
}

// span reads one pair of times from token n on, and how many tokens it takes.
func (p *italianHours) span(n int) (s HoursSpan, length int, ok bool) {
	start := n
	for p.word(n, "ore", "h", "dalle", "dall", "orario") || n > start && p.sign(n, ".", ":") {
		n++
	}
	from, n, ok := p.clock(n)
	if !ok {
		return s, 0, false
	}
	if p.phraseAt(n, "in poi") {
		s = HoursSpan{From: from, To: minutesOfDay, Unsure: true}
		if from >= 17*60 {
			s.To += 5 * 60
		}
		return s, n + 2 - start, true
	}
	switch {
	case p.sign(n, "-", "/") || p.word(n, "alle", "all", "a"):
		n++
	case p.phraseAt(n, "fino alle"), p.phraseAt(n, "sino alle"):
		n += 2
	default:
		return s, 0, false
	}
	for p.word(n, "ore", "h", "alle") || p.sign(n, ".") && p.word(n-1, "h") {
		n++
	}
	to, n, ok := p.clock(n)
	if !ok || from >= minutesOfDay || from == to {
		return s, 0, false
	}
	if to < from {
		if from < 17*60 && to > 6*60 {
			return s, 0, false // "3-7"?
		}
		to += minutesOfDay
	}
	return HoursSpan{From: from, To: to}, n - start, true
}

func (p *italianHours) phraseAt(n int, words string) bool {
	if p.at+n > len(p.tokens) {
		return false
	}
	_, ok := cutWords(p.tokens[p.at+n:], words)
	return ok
}

// clock is the time of day that token n is; not one that a month follows, which is
// a date.
func (p *italianHours) clock(n int) (minutes, next int, ok bool) {
	t := p.token(n)
	if p.word(n, "mezzanotte") {
		return minutesOfDay, n + 1, true
	}
	if p.word(n, "mezzogiorno") {
		return minutesOfDay / 2, n + 1, true
	}
	if _, month := hoursMonths[p.token(n+1).text]; t.kind != tokenNumber || t.mark == 'o' || month {
		return 0, n, false
	}
	if t.a > 24 || t.b > 59 || t.a == 24 && t.b > 0 {
		return 0, n, false
	}
	n++
	if p.word(n, "h") && p.token(n+1).kind != tokenNumber {
		n++
	}
	return t.a*60 + max(t.b, 0), n, true
}

// season reads a part of the year, and takes it to where it belongs.
func (p *italianHours) season() bool {
	start := p.at
	for p.word(0, "dal", "dall", "dalla", "da", "nel", "nei", "mese", "mesi", "di", "in", "ad", "a", "il", "i", "per", "del", "d") {
		p.at++
	}
	var list []season
	for {
		n, s, ok := p.part()
		if !ok {
			break
		}
		list = append(list, s...)
		p.at += n
		k := p.lists(0)
		if k > 0 && p.word(k, "mar") { // Tuesday, or March?
			if _, day := p.dayAt(k); day && !p.sign(k+1, "-", ",") && !p.word(k+1, "e") {
				p.fail()
			}
		}
		p.at += k
		if _, _, ok := p.part(); !ok {
			p.at -= k
			break
		}
	}
	if len(list) == 0 {
		p.at = start
		return false
	}
	p.gotSeason(list)
	return true
}

// gotSeason takes seasons to where they belong.
func (p *italianHours) gotSeason(list []season) {
	p.named = false
	switch {
	case p.closing:
		p.emit(hoursRule{days: everyDay, seasons: list})
		p.closed = true
	case p.except:
		p.except = false
		waiting, nth := p.days, p.nth
		p.emit(hoursRule{days: everyDay, seasons: list})
		p.days, p.nth = waiting, nth
	case p.times != nil:
		p.fail()
	case p.days != 0: // "lun-ven da giugno a settembre 9-13"
		if p.local || p.broken {
			p.fail()
		}
		p.outer, p.local, p.seasons, p.used = p.seasons, true, list, false
		p.block++
	case len(p.rules) > p.clause && !p.listed():
		p.trailing(list)
	case len(p.seasons) > 0 && !p.used:
		if p.also || singles(p.seasons) != singles(list) {
			p.fail()
		}
		p.seasons = slices.Concat(p.seasons, list)
	case singles(list):
		p.outer, p.local, p.seasons, p.used = p.seasons, true, list, false
		p.block++
	default:
		p.seasons, p.used, p.local = list, false, false
		p.block++
	}
}

// listed reports whether the season before was parted by a comma from what it
// follows, and begins a statement of its own.
func (p *italianHours) listed() bool {
	for n := -1; p.at+n >= 0; n-- {
		if t := p.tokens[p.at+n]; t.kind == tokenSign && t.text == "," {
			return !p.sign(0, ";", "\n", ")") && p.at < len(p.tokens)
		}
		if _, _, isTime := p.clock(n); isTime || isOneOf(p.tokens[p.at+n], hoursClosed) {
			return false
		}
	}
	return false
}

// trailing reads a season behind the statements of its clause, which had none:
// "lun-ven 9-13 da settembre a giugno".
func (p *italianHours) trailing(list []season) {
	if p.at < len(p.tokens) && !p.sign(0, ";", "\n", ")", ".") {
		p.fail()
	}
	p.block++
	for i := p.clause; i < len(p.rules); i++ {
		r := &p.rules[i]
		if len(r.seasons) > 0 {
			p.fail()
		}
		r.seasons, r.block, r.level = list, p.block, levelSeason
		if singles(list) {
			r.level = levelDays
		}
	}
}

// An italianDate is a day of the year; day 0: of a month as a whole.
type italianDate struct {
	month time.Month
	day   int
	feast *bound
	year  int
}

func (d italianDate) bound(last bool) bound {
	if d.feast != nil {
		return *d.feast
	}
	day := d.day
	if day == 0 {
		if day = 1; last {
			day = lastOf(d.month)
		}
	}
	if d.year != 0 {
		return bound{byDate, epochDay(time.Date(d.year, d.month, day, 0, 0, 0, 0, time.UTC))}
	}
	return yearly(d.month, day)
}

// part reads one date, range or list of days of one month, from the next token on.
func (p *italianHours) part() (length int, list []season, ok bool) {
	if n, days := p.daysOfMonth(); n > 0 {
		return n, days, true
	}
	from, n, ok := p.date(0, false)
	if !ok {
		return 0, nil, false
	}
	to := from
	if k, joins := p.joins(n); joins {
		for p.word(n+k, "di", "il", "l") {
			k++
		}
		if d, m, ok := p.date(n+k, true); ok {
			to, n = d, m
		} else if p.sign(n, "-") {
			return 0, nil, false // up to something that is not known
		} else if p.word(n, "al", "all", "fino") {
			return 0, nil, false
		}
	}
	if from.year == 0 && to.year != 0 && to.feast == nil && from.feast == nil {
		from.year = to.year
		if from.month > to.month {
			from.year--
		}
	}
	s, ok := newSeason(from.bound(false), to.bound(true))
	return n, []season{s}, ok
}

// daysOfMonth reads "24, 25 e 31 dic", "1-7 nov", "dal 7 al 31 gennaio".
func (p *italianHours) daysOfMonth() (length int, list []season) {
	type pair struct{ from, to int }
	var days []pair
	n := 0
	for {
		t := p.token(n)
		if t.kind != tokenNumber || t.b >= 0 || t.a < 1 || t.a > 31 {
			return 0, nil
		}
		d := pair{t.a, t.a}
		n++
		if k, ok := p.joins(n); ok && p.token(n+k).kind == tokenNumber && p.token(n+k).b < 0 {
			d.to = p.token(n + k).a
			n += k + 1
		}
		days = append(days, d)
		if month, ok := p.month(n, true); ok {
			if _, joins := p.joins(n + 1); joins || p.token(n+1).kind == tokenYear || len(days) == 1 && d.from == d.to {
				return 0, nil // "4 mag-31 ott" is for date
			}
			for _, d := range days {
				if d.from > d.to || d.to > lastOf(month) {
					return 0, nil
				}
				list = append(list, season{from: yearly(month, d.from), to: yearly(month, d.to)})
			}
			return n + 1, list
		}
		k := p.lists(n)
		if k == 0 {
			return 0, nil
		}
		n += k
	}
}

// month is the one that token n names; "mar" only where it cannot be a day.
func (p *italianHours) month(n int, mar bool) (time.Month, bool) {
	t := p.token(n)
	if t.kind != tokenWord {
		return 0, false
	}
	if t.text == "mar" {
		_, day := p.dayAt(n)
		if mar && p.sign(n+1, "-") { // "dic-mar-…"
			_, next := p.dayAt(n + 2)
			mar = !next
		}
		return time.March, mar || !day
	}
	m, ok := hoursMonths[t.text]
	return m, ok
}

// date reads a date from token n on; behind is one to which another goes.
func (p *italianHours) date(n int, behind bool) (d italianDate, next int, ok bool) {
	for i := range feasts {
		if k, found := cutWords(p.tokens[min(p.at+n, len(p.tokens)):], feasts[i].name); found {
			return italianDate{feast: &feasts[i].on}, n + k, true
		}
	}
	t := p.token(n)
	if t.kind == tokenNumber {
		switch {
		case t.b < 0 && p.sign(n+1, "/") && p.token(n+2).kind == tokenNumber && p.dates(n, behind): // 1/6
			d.day, d.month, next = t.a, time.Month(p.token(n+2).a), n+3
			if p.sign(n+3, "/") && p.token(n+4).kind == tokenYear {
				d.year, next = p.token(n+4).a, n+5
			}
		case t.b >= 0 && t.mark == '.' && p.dates(n, behind): // 26.12
			d.day, d.month, next = t.a, time.Month(t.b), n+1
		case t.b < 0:
			if d.month, ok = p.month(n+1, true); !ok {
				return d, n, false
			}
			d.day, next = t.a, n+2
			if p.token(next).kind == tokenYear {
				d.year, next = p.token(next).a, next+1
			}
		default:
			return d, n, false
		}
		return d, next, d.month >= 1 && d.month <= 12 && d.day >= 1 && d.day <= lastOf(d.month) && (d.year == 0 || d.year >= 1900 && d.year < 2200)
	}
	if d.month, ok = p.month(n, behind); !ok {
		return d, n, false
	}
	next = n + 1
	if p.sign(next, ".") && !p.sign(next+1, "\n") && len(t.text) <= 4 {
		next++
	}
	return d, next, true
}

// dates reports whether numbers with a slash or point are dates, and not times:
// where they say when the summer hours hold, and in "dal 1/6 al 15/9".
func (p *italianHours) dates(n int, behind bool) bool {
	if p.named {
		return true
	}
	if behind {
		return p.word(n-1, "al", "all") && p.word(n-5, "dal", "dall") && p.sign(n-3, "/")
	}
	return p.word(n-1, "dal", "dall") && p.word(n+3, "al", "all") && p.token(n+4).kind == tokenNumber && p.sign(n+5, "/")
}
