package catalog

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// An osmHours reads opening hours as OpenStreetMap writes them.
type osmHours struct {
	tokens  []string
	at      int
	rules   []hoursRule
	unclear bool
}

// osmToken is what those are made of. Times have minutes, which tells "Mo 09:00"
// from other ways of writing.
var osmToken = regexp.MustCompile(`^(?:"[^"]*"|\d{1,2}:\d{2}|24/7|\d{4}|\d{1,2}|\|\||[A-Za-z]+|[-–—,;:+()\[\]/])`)

var (
	osmDays   = map[string]int{"mo": 0, "tu": 1, "we": 2, "th": 3, "fr": 4, "sa": 5, "su": 6, "ph": PublicHoliday}
	osmMonths = map[string]time.Month{
		"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
	}
	osmSun = []string{"sunrise", "sunset", "dawn", "dusk"}
)

// readOSMHours reads text, nil where it is something else or has what cannot be
// computed: school holidays, days before holidays. Unclear: it is written so, but
// may mean two things.
func readOSMHours(text string) (h *OpeningHours, unclear bool) {
	p := &osmHours{}
	italian := true // all its words are those of Italian too: "Mar" is Tuesday there
	for rest := strings.TrimSpace(text); rest != ""; rest = strings.TrimSpace(rest) {
		token := osmToken.FindString(rest)
		if token == "" {
			return nil, false
		}
		rest = rest[len(token):]
		if token[0] != '"' {
			token = strings.ToLower(token)
		}
		if token == "–" || token == "—" {
			token = "-"
		}
		if _, day := osmDays[token]; day || slices.Contains([]string{"24/7", "off", "week", "easter", "jan", "may", "jun", "jul", "aug", "oct", "dec"}, token) {
			italian = false
		}
		p.tokens = append(p.tokens, token)
	}
	if italian || !p.read() {
		return nil, p.unclear
	}
	return &OpeningHours{rules: p.rules}, false
}

func (p *osmHours) peek() string {
	if p.at < len(p.tokens) {
		return p.tokens[p.at]
	}
	return ""
}

func (p *osmHours) peekAt(n int) string {
	if p.at+n < len(p.tokens) {
		return p.tokens[p.at+n]
	}
	return ""
}

func (p *osmHours) accept(token string) bool {
	if p.peek() != token {
		return false
	}
	p.at++
	return true
}

// read reads rules and what stands between them: ";" one that replaces, "," one
// that adds, "||" one for when no other opens.
func (p *osmHours) read() bool {
	separator := ";"
	for p.at < len(p.tokens) {
		if separator == ";" && p.accept(";") {
			continue
		}
		r, ok := p.rule()
		if !ok || len(p.rules) > maxTimes {
			return false
		}
		switch separator {
		case ",":
			r.also, r.level = len(r.spans) > 0, len(p.rules)
			p.rules = append(p.rules, r)
		case "||":
			r.fallback, r.level = true, len(p.rules)
			p.rules = append(p.rules, r)
		default:
			if !p.put(r) {
				return false
			}
		}
		if separator = p.peek(); separator != "" {
			p.at++
			if separator != ";" && separator != "," && separator != "||" || separator != ";" && p.at == len(p.tokens) {
				return false
			}
		}
	}
	return len(p.rules) > 0
}

// put adds a rule that stands behind a semicolon. By the specification it replaces
// what was said before of its days. Those who write "Mo-Fr 09:00-13:00; Th
// 15:00-17:00" mean both: times that begin when the others are over are added,
// those that begin before the first of the others is over replace them, and
// anything else may mean either.
func (p *osmHours) put(r hoursRule) bool {
	r.level, r.block = len(p.rules), len(p.rules)
	added := map[int]uint8{} // days of r by the rule to which they are added
	for d := range 8 {
		if r.days&(1<<d) == 0 {
			continue
		}
		before := p.before(r, d)
		if before == nil || len(before.spans) == 0 || len(r.spans) == 0 {
			continue
		}
		first := slices.MinFunc(before.spans, func(a, b HoursSpan) int { return a.From - b.From })
		switch {
		case !overlap(slices.Concat(before.spans, r.spans)) && !slices.Equal(before.spans, r.spans):
			added[before.level] |= 1 << d
		case r.spans[0].From >= first.To:
			p.unclear = true
			return false
		}
	}
	for level, days := range added {
		more := r
		more.days, more.level, more.block = days, level, p.blockOf(level)
		p.rules = append(p.rules, more)
		r.days &^= days
	}
	if r.days != 0 {
		p.rules = append(p.rules, r)
	}
	return true
}

func (p *osmHours) blockOf(level int) int {
	i := slices.IndexFunc(p.rules, func(r hoursRule) bool { return r.level == level })
	return p.rules[i].block
}

// before is what rules of the same part of the year as r said of a day, nil if
// nothing; the times of several that add up are together.
func (p *osmHours) before(r hoursRule, day int) *hoursRule {
	var found *hoursRule
	for _, q := range p.rules {
		if q.days&(1<<day) == 0 || q.also || q.fallback || q.nth != r.nth || !slices.Equal(q.seasons, r.seasons) {
			continue
		}
		if found == nil || q.level > found.level {
			found = &hoursRule{level: q.level}
		}
		if q.level == found.level {
			found.spans = append(found.spans, q.spans...)
		}
	}
	return found
}

// rule reads one rule up to its separator.
func (p *osmHours) rule() (r hoursRule, ok bool) {
	if p.accept("24/7") {
		r.days, r.spans = everyDay, []HoursSpan{{From: 0, To: minutesOfDay}}
		return r, p.comment(&r)
	}
	single, last := true, osmDate{}
	for {
		s, found, ok := p.season(&last)
		if !ok {
			return r, false
		}
		if !found {
			break
		}
		r.seasons = append(r.seasons, s)
		single = single && s.single()
		if p.peek() == "," && p.seasonNext(1) {
			p.at++
		}
	}
	p.accept(":")
	named, ok := p.days(&r)
	if !ok {
		return r, false
	}
	p.accept(":")
	timed, ok := p.times(&r)
	if !ok {
		return r, false
	}
	state := p.peek()
	switch state {
	case "off", "closed":
		if timed {
			return r, false // closed for a part of a day
		}
		p.at++
	case "open", "unknown":
		p.at++
	default:
		state = ""
	}
	if !timed && state != "off" && state != "closed" {
		// days without times are all day by the specification; by those who write
		// it, more often nothing was said of times
		if !named && len(r.seasons) == 0 && !strings.HasPrefix(p.peek(), `"`) && state == "" {
			return r, false
		}
		r.spans = []HoursSpan{{From: 0, To: minutesOfDay, Unsure: state != "open"}}
	}
	if timed && !named && len(r.seasons) == 0 {
		return r, false // of which days?
	}
	if state == "unknown" {
		unsure(r.spans)
	}
	if !named {
		r.days = everyWeekday
		if len(r.spans) == 0 || len(r.seasons) > 0 && single || r.spans[0].Unsure {
			r.days = everyDay
		}
	}
	return r, p.comment(&r)
}

func unsure(spans []HoursSpan) {
	for i := range spans {
		spans[i].Unsure = true
	}
}

// comment reads what stands in quotes. Of something open it may be a condition.
func (p *osmHours) comment(r *hoursRule) bool {
	if strings.HasPrefix(p.peek(), `"`) {
		p.at++
		unsure(r.spans)
	}
	next := p.peek()
	return next == "" || next == ";" || next == "," || next == "||"
}

// days reads "Mo-Fr,Su", "Sa[1,3]", "PH".
func (p *osmHours) days(r *hoursRule) (named, ok bool) {
	for {
		d, isDay := osmDays[p.peek()]
		if !isDay {
			return named, !named
		}
		p.at++
		r.days |= 1 << d
		if p.peek() == "-" && d != PublicHoliday {
			p.at++
			to, isDay := osmDays[p.peek()]
			if !isDay || to == PublicHoliday {
				return true, false
			}
			p.at++
			for n := d; n != to; n = (n + 1) % 7 {
				r.days |= 1 << n
			}
			r.days |= 1 << to
		} else if p.accept("[") {
			if named || d == PublicHoliday || !p.nth(r) {
				return true, false
			}
			return true, p.peek() != "," || !p.dayNext(1)
		}
		named = true
		if p.peek() != "," || !p.dayNext(1) {
			return true, true
		}
		p.at++
	}
}

func (p *osmHours) dayNext(n int) bool { _, ok := osmDays[p.peekAt(n)]; return ok }

// nthBits are the bits of calendarDay.nth for the first to the fifth.
var nthBits = [6]uint8{0, 1, 2, 4, 8 | 16, 32}

const nthLast = 16 | 32

// nth reads "1,3]" or "-1]".
func (p *osmHours) nth(r *hoursRule) bool {
	for {
		if p.accept("-") {
			if !p.accept("1") {
				return false
			}
			r.nth |= nthLast
		} else {
			n, err := strconv.Atoi(p.peek())
			if err != nil || n < 1 || n > 5 {
				return false
			}
			p.at++
			r.nth |= nthBits[n]
			if p.accept("-") {
				to, err := strconv.Atoi(p.peek())
				if err != nil || to <= n || to > 5 {
					return false
				}
				p.at++
				for ; n <= to; n++ {
					r.nth |= nthBits[n]
				}
			}
		}
		if p.accept("]") {
			return true
		}
		if !p.accept(",") {
			return false
		}
	}
}

// times reads "09:00-13:00,15:00-19:00", "18:00+", "sunrise-sunset".
func (p *osmHours) times(r *hoursRule) (timed, ok bool) {
	for {
		from, isTime, known := p.time()
		if !isTime {
			return timed, !timed
		}
		timed = true
		s := HoursSpan{From: from, To: minutesOfDay, Unsure: !known}
		switch {
		case p.accept("+"):
			s.Unsure = true
			if from >= 17*60 { // an evening goes on into the night
				s.To = minutesOfDay + 5*60
			}
		case p.accept("-"):
			to, isTime, known := p.time()
			if !isTime {
				return true, false
			}
			if p.accept("+") {
				known = false
			}
			s.To, s.Unsure = to, s.Unsure || !known
			if s.Unsure {
				s = HoursSpan{From: 0, To: minutesOfDay, Unsure: true}
			} else if to <= from {
				s.To += minutesOfDay
			}
			if from == to && !s.Unsure || s.From >= minutesOfDay || s.To > s.From+minutesOfDay {
				return true, false
			}
		default:
			return true, false
		}
		r.spans = append(r.spans, s)
		if p.peek() != "," || !p.timeNext(1) {
			return true, true
		}
		p.at++
	}
}

func (p *osmHours) timeNext(n int) bool {
	next := p.peekAt(n)
	return strings.Contains(next, ":") && len(next) > 1 && next[0] != '"' || next == "(" || slices.Contains(osmSun, next)
}

// time reads a time of day, up to 48:00; not known are those of the sun.
func (p *osmHours) time() (minutes int, isTime, known bool) {
	token := p.peek()
	if slices.Contains(osmSun, token) {
		p.at++
		return 0, true, false
	}
	if token == "(" { // (sunset+01:00)
		if slices.Contains(osmSun, p.peekAt(1)) && (p.peekAt(2) == "+" || p.peekAt(2) == "-") && strings.Contains(p.peekAt(3), ":") && p.peekAt(4) == ")" {
			p.at += 5
			return 0, true, false
		}
		return 0, false, false
	}
	h, m, found := strings.Cut(token, ":")
	hours, err1 := strconv.Atoi(h)
	mins, err2 := strconv.Atoi(m)
	if !found || err1 != nil || err2 != nil || mins > 59 || hours > 48 || hours*60+mins > 2*minutesOfDay {
		return 0, false, false
	}
	p.at++
	return hours*60 + mins, true, true
}
