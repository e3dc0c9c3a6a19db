package catalog

import "slices"

// An italianHours reads opening hours in Italian words, from left to right. What
// was named and has not been used yet waits: the part of the year, days, times.
type italianHours struct {
	tokens []hoursToken
	at     int
	rules  []hoursRule
	failed bool

	seasons []season // of the block; nil: all the year
	used    bool     // something was said of them
	local   bool     // they are those of one statement only
	outer   []season // to come back to then
	named   bool     // "orario estivo": when that is must follow
	block   int
	days    uint8 // that wait for their times
	broken  bool  // they stand on the line before
	nth     uint8
	times   []HoursSpan // that wait for their days
	closing bool        // "chiuso": of what follows
	closed  bool        // it did
	except  bool        // "tranne"
	also    bool        // "anche"
	clause  int         // first rule of the clause
	half    bool        // "mattina": times must follow
}

// readItalianHours reads text, nil where a word is not understood.
func readItalianHours(text string) *OpeningHours {
	text = plainHours(text)
	if byAppointment.MatchString(text) {
		return &OpeningHours{Appointment: true}
	}
	tokens, ok := hoursTokens(text)
	if !ok {
		return nil
	}
	p := &italianHours{tokens: tokens}
	for p.at < len(p.tokens) && !p.failed {
		p.step()
	}
	p.end(true)
	if p.failed || len(p.rules) == 0 || len(p.seasons) > 0 && !p.used || p.named {
		return nil
	}
	p.narrow()
	return &OpeningHours{rules: p.rules, words: true}
}

func (p *italianHours) fail() { p.failed = true }

func (p *italianHours) token(n int) hoursToken {
	if i := p.at + n; i >= 0 && i < len(p.tokens) {
		return p.tokens[i]
	}
	return hoursToken{}
}

func (p *italianHours) sign(n int, signs ...string) bool {
	t := p.token(n)
	return t.kind == tokenSign && slices.Contains(signs, t.text)
}

func (p *italianHours) word(n int, words ...string) bool { return isOneOf(p.token(n), words) }

// phrase takes words off the tokens.
func (p *italianHours) phrase(phrases ...string) bool {
	for _, words := range phrases {
		if n, ok := cutWords(p.tokens[p.at:], words); ok {
			p.at += n
			return true
		}
	}
	return false
}

// step reads one statement, or what stands between two.
func (p *italianHours) step() {
	switch {
	case p.sign(0, ";"):
		p.at++
		p.end(true)
	case p.sign(0, "\n", "(", ")"):
		p.at++
		if !p.named {
			p.end(false)
		}
	case p.sign(0, "."):
		p.at++
		if p.at < 2 || p.tokens[p.at-2].kind != tokenWord || len(p.tokens[p.at-2].text) > 5 { // not an abbreviation
			p.end(true)
		}
	case p.sign(0, ",", "&") || p.word(0, "e", "ed"):
		p.flush()
		p.at++
	case p.sign(0, ":"):
		p.at++
	case p.phrase("festivi compresi", "festivi inclusi", "compresi festivi", "compresi i festivi", "inclusi i festivi", "compreso festivi"):
		p.include()
	case p.season():
	case p.phrase("tutto l anno"):
		if len(p.seasons) > 0 && !p.used || p.days != 0 {
			p.fail()
		}
		p.seasons, p.used = nil, false
		p.block++
	case p.always():
	case p.everyOne():
	case p.dayGroup():
	case p.timeGroup():
	case p.phrase("temporaneamente chiuso", "temporaneamente chiusa"):
		p.shut()
	case isOneOf(p.token(0), hoursClosed):
		p.at++
		p.shut()
	case isOneOf(p.token(0), hoursExcept) || p.phrase("ad eccezione"):
		if isOneOf(p.token(0), hoursExcept) {
			p.at++
		}
		if p.except || p.closing || p.also || p.days == 0 && p.times == nil && len(p.rules) == p.clause {
			p.fail()
		}
		p.except = true
	case p.word(0, "anche", "inoltre"):
		p.at++
		if p.closing || p.except {
			p.fail()
		}
		p.also = true
	case p.phrase("orario estivo", "orario invernale", "periodo estivo", "periodo invernale", "estate", "inverno"):
		p.end(true)
		p.named = true
	case p.phrase("orario continuato", "continuato", "al pubblico", "di apertura"):
	case p.word(0, "mattina", "mattino", "pomeriggio", "sera"):
		p.at++
		p.half = true
	case isOneOf(p.token(0), hoursFill):
		if p.closing && p.word(0, "aperto", "aperta", "aperti", "aperte") {
			p.fail()
		}
		p.at++
	default:
		p.fail()
	}
}

// end ends a clause; hard: nothing waits any longer.
func (p *italianHours) end(hard bool) {
	p.flush()
	if p.closing && !p.closed {
		switch {
		case len(p.seasons) > 0 && !p.used:
			p.emit(hoursRule{days: everyDay, seasons: p.seasons})
		case len(p.seasons) == 0 && len(p.rules) == 0:
			p.emit(hoursRule{days: everyDay})
		default:
			p.fail()
		}
	}
	if hard && (p.days != 0 || p.half) || p.except {
		p.fail()
	}
	if p.also && len(p.rules) == p.clause && p.days == 0 && hard {
		p.fail()
	}
	p.broken = p.days != 0
	if p.local && !p.used && p.days == 0 {
		p.fail() // "15 agosto aperto"
	}
	if p.local && p.used {
		p.seasons, p.local, p.used = p.outer, false, true
	}
	p.closing, p.closed, p.except = false, false, false
	if p.days == 0 {
		p.also = false
	}
	p.clause = len(p.rules)
}

// flush gives times that wait for days every day of their season.
func (p *italianHours) flush() {
	if p.times == nil {
		return
	}
	r := hoursRule{days: everyWeekday, seasons: p.seasons, spans: p.times, also: p.also}
	p.times = nil
	switch {
	case p.also && len(p.rules) > p.clause: // "mar 10-12, anche 15-18"
		r.days, r.nth = p.rules[len(p.rules)-1].days, p.rules[len(p.rules)-1].nth
	case p.also || len(p.seasons) == 0:
		p.fail() // of which days?
		return
	case singles(p.seasons):
		r.days = everyDay
	}
	p.emit(r)
}

func singles(list []season) bool {
	return len(list) > 0 && !slices.ContainsFunc(list, func(s season) bool { return !s.single() })
}

// emit adds a statement.
func (p *italianHours) emit(r hoursRule) {
	if p.named || len(p.rules) >= maxTimes || p.half && len(r.spans) == 0 {
		p.fail()
		return
	}
	p.half = false
	r.block = p.block
	switch {
	case singles(r.seasons):
		r.level = levelDays
	case len(r.seasons) > 0:
		r.level = levelSeason
	}
	p.rules = append(p.rules, r)
	p.used = true
}

// shut reads "chiuso", of the days before it or of what follows.
func (p *italianHours) shut() {
	p.flush()
	if p.also && p.days == 0 && len(p.rules) > p.clause && p.rules[len(p.rules)-1].also {
		p.also = false // of what was said before
	}
	if p.also || p.except || p.closing {
		p.fail()
		return
	}
	if p.days != 0 {
		p.emit(hoursRule{days: p.days, nth: p.nth, seasons: p.seasons})
		p.days, p.nth = 0, 0
		return
	}
	p.closing, p.closed = true, false
}

// everyOne reads what means all days of the week.
func (p *italianHours) everyOne() bool {
	if !p.phrase("tutti i giorni", "tutti giorni", "ogni giorno", "tutta la settimana", "quotidianamente", "giornalmente") {
		return false
	}
	p.gotDays(everyWeekday, 0)
	return true
}

// always reads what means day and night.
func (p *italianHours) always() bool {
	start := p.at
	switch {
	case p.phrase("sempre aperto", "sempre aperta"):
	case p.word(0, "h") && p.token(1).kind == tokenNumber && p.token(1).a == 24 && p.token(1).b < 0:
		p.at += 2
	case p.token(0).kind == tokenNumber && p.token(0).a == 24 && p.token(0).b < 0 && (p.word(1, "h") || p.word(1, "ore") && p.word(2, "su") || p.sign(1, "/") && p.token(2).kind == tokenNumber && (p.token(2).a == 24 || p.token(2).a == 7)):
		p.at++
		for p.word(0, "h", "ore", "su") || p.sign(0, "/") || p.token(0).kind == tokenNumber && p.token(0).a == 24 {
			p.at++
		}
		if p.token(0).kind == tokenNumber && p.token(0).a == 7 && p.tokens[p.at-1].text == "/" {
			p.at++
		}
	default:
		return false
	}
	if p.sign(0, ",") && p.token(1).kind == tokenNumber && p.token(1).a == 7 {
		p.at++
	}
	if p.token(0).kind == tokenNumber && p.token(0).a == 7 && (p.sign(1, "/") || p.word(1, "giorni")) {
		for p.word(0, "giorni", "su") || p.sign(0, "/") || p.token(0).kind == tokenNumber && p.token(0).a == 7 {
			p.at++
		}
	}
	whole := start == 0 && p.at >= len(p.tokens) || p.days == 0 && len(p.rules) == 0 && len(p.seasons) == 0
	if whole {
		p.emit(hoursRule{days: everyDay, spans: []HoursSpan{{From: 0, To: minutesOfDay}}})
		return true
	}
	p.gotTimes([]HoursSpan{{From: 0, To: minutesOfDay}})
	return true
}

// include reads that public holidays are as the days before.
func (p *italianHours) include() {
	switch {
	case p.days != 0:
		p.days |= 1 << PublicHoliday
	case len(p.rules) > p.clause && len(p.rules[len(p.rules)-1].spans) > 0:
		p.rules[len(p.rules)-1].days |= 1 << PublicHoliday
	default:
		p.fail()
	}
}

// gotDays takes days to where they belong.
func (p *italianHours) gotDays(days, nth uint8) {
	switch {
	case p.closing:
		p.emit(hoursRule{days: days, nth: nth, seasons: p.seasons})
		p.closed = true
	case p.except:
		p.without(days, nth)
	case p.times != nil:
		p.emit(hoursRule{days: days, nth: nth, seasons: p.seasons, spans: p.times, also: p.also})
		p.times = nil
	case p.days != 0:
		p.fail()
	default:
		p.days, p.nth = days, nth
		p.alsoAsBefore()
	}
}

// without reads the days of "tutti i giorni tranne il lunedì".
func (p *italianHours) without(days, nth uint8) {
	if p.times != nil { // "9-13 tranne il lunedì"
		p.emit(hoursRule{days: everyWeekday &^ days, seasons: p.seasons, spans: p.times})
		p.times = nil
	} else if p.days != 0 {
		p.days &^= days
	} else {
		p.rules[len(p.rules)-1].days &^= days
	}
	if nth != 0 || p.nth != 0 {
		p.fail()
	}
	p.except = false
	if days&(1<<PublicHoliday) != 0 {
		p.emit(hoursRule{days: 1 << PublicHoliday, seasons: p.seasons})
	}
}

// alsoAsBefore reads "lug, ago anche dom": with the times that were said last.
func (p *italianHours) alsoAsBefore() {
	if !p.also || p.nth != 0 || len(p.rules) == 0 {
		return
	}
	n := 0
	if p.sign(0, ".") {
		n = 1
	}
	if t := p.token(n); t.kind != tokenEnd && !p.sign(n, "\n", ";", ")") {
		return
	}
	if _, _, times := p.span(n + 1); times {
		return // on a line of their own
	}
	last := p.rules[len(p.rules)-1]
	if len(last.spans) == 0 || len(p.seasons) == 0 || slices.Equal(last.seasons, p.seasons) || singles(p.seasons) {
		return
	}
	for _, r := range p.rules {
		if len(r.spans) > 0 && r.block == last.block && !slices.Equal(r.spans, last.spans) {
			p.fail() // as which of them?
		}
	}
	p.emit(hoursRule{days: p.days, seasons: p.seasons, spans: last.spans, also: true})
	p.days = 0
}

// gotTimes takes times to their days.
func (p *italianHours) gotTimes(spans []HoursSpan) {
	switch {
	case p.closing || p.except || p.times != nil || overlap(spans):
		p.fail()
	case p.days != 0:
		p.emit(hoursRule{days: p.days, nth: p.nth, seasons: p.seasons, spans: spans, also: p.also})
		p.days, p.nth = 0, 0
	default:
		p.times = spans
		p.half = false
	}
}

// narrow takes the days out of a statement for which a later one, of fewer days,
// says other times: "lun-ven 9-18; mer 9-13".
func (p *italianHours) narrow() {
	for i := range p.rules {
		a := &p.rules[i]
		for _, b := range p.rules[i+1:] {
			if a.also || b.also || len(a.spans) == 0 || len(b.spans) == 0 || a.nth != b.nth || a.block != b.block || !slices.Equal(a.seasons, b.seasons) {
				continue
			}
			both := a.days & b.days
			if both != 0 && both == b.days && b.days != a.days && overlap(slices.Concat(a.spans, b.spans)) {
				a.days &^= both
			}
		}
	}
}
