package catalog

import (
	"encoding/json"
	"slices"
	"time"
)

// openStates are what sources say of a place or service that is there as its
// hours have it (spec/metadata.md §1.2, §1.8).
var openStates = []string{"", "open", "active"}

// Hours are when r is open, false when its hours cannot be read whole or do not
// hold: its source says that it is closed, suspended or under works, or tells of
// closures that have no dates.
func (r *Record) Hours() (*OpeningHours, bool) {
	for _, name := range []string{"poi_state", "service_status"} {
		if state, _ := r.Properties.Get(name).(string); !slices.Contains(openStates, state) {
			return nil, false
		}
	}
	if r.OpeningHours == "" {
		return nil, false
	}
	closures, ok := r.closures()
	if !ok {
		return nil, false
	}
	h, ok := ReadHours(r.OpeningHours)
	if !ok {
		return nil, false
	}
	if len(closures) > 0 {
		h.rules = append(h.rules, hoursRule{days: everyDay, seasons: closures, level: len(h.rules) + levelDays + 1})
	}
	return h, true
}

// closures are those of the property of that name (spec §1.2): a list with dates,
// false when it is anything else.
func (r *Record) closures() ([]season, bool) {
	value := r.Properties.Get("closures")
	if value == nil {
		return nil, true
	}
	text, isText := value.(string)
	raw, isJSON := value.(json.RawMessage)
	if isText {
		raw = json.RawMessage(text)
	} else if !isJSON {
		return nil, false
	}
	var list []struct{ From, To string }
	if err := json.Unmarshal(raw, &list); err != nil || len(list) > maxTimes {
		return nil, false
	}
	var seasons []season
	for _, c := range list {
		from, err := time.Parse(time.DateOnly, c.From)
		if err != nil {
			return nil, false
		}
		s := season{from: bound{byDate, epochDay(from)}, to: bound{byDate, 1 << 29}}
		if c.To != "" {
			to, err := time.Parse(time.DateOnly, c.To)
			if err != nil || to.Before(from) {
				return nil, false
			}
			s.to.n = epochDay(to)
		}
		seasons = append(seasons, s)
	}
	return seasons, true
}

// OpeningAhead is how many days ahead the next change of an opening is looked for:
// to the end of any season. Where every week is like the other, a week and a day,
// because a change of today may be over.
const (
	OpeningAhead = 366
	weekAhead    = 8
)

// An OpeningState is whether something is open at a moment. Change is when that
// changes next, to the minute; zero when it does not within OpeningAhead days or
// when a public holiday of which the hours tell nothing comes first.
type OpeningState struct {
	Open   bool
	Change time.Time
}

// At tells whether something with the hours of h is open at t, by the clock of
// Italy, in the municipality with an ISTAT code ("" when that is not known); false
// when they do not tell. Times that adjoin are one: what is open 9–13 and 13–18
// closes at 18.
func (h *OpeningHours) At(t time.Time, istat string) (OpeningState, bool) {
	now := h.says(t, istat)
	if now == unsaid {
		return OpeningState{}, false
	}
	state := OpeningState{Open: now == open}
	ahead := weekAhead
	if slices.ContainsFunc(h.rules, func(r hoursRule) bool { return r.nth != 0 || len(r.seasons) > 0 }) {
		ahead = OpeningAhead
	}
	minutes, last := h.minutes(), t.AddDate(0, 0, ahead)
	for d := 0; d <= ahead; d++ {
		for _, moment := range moments(t, d, minutes) {
			if moment.After(last) {
				return state, true
			}
			if next := h.says(moment, istat); next != now {
				if next != unsaid {
					state.Change = moment
				}
				return state, true
			}
		}
	}
	return state, true
}

// What hours say of a moment.
type said uint8

const (
	closed said = iota
	open
	unsaid
)

// says is what h says of t: open by the hours of its day, or by those of the day
// before that go on after midnight.
func (h *OpeningHours) says(t time.Time, istat string) said {
	t = t.In(Rome)
	minute := t.Hour()*60 + t.Minute()
	today, told := h.on(dayOf(t, istat))
	yesterday, toldBefore := h.on(dayOf(t.AddDate(0, 0, -1), istat))
	unsure := false
	for _, s := range today {
		if s.From <= minute && s.To > minute {
			if !s.Unsure {
				return open
			}
			unsure = true
		}
	}
	for _, s := range yesterday {
		if s.To > minute+minutesOfDay {
			if !s.Unsure {
				return open
			}
			unsure = true
		}
	}
	if unsure || !told || !toldBefore && h.late(minute) {
		return unsaid
	}
	return closed
}

// late reports whether some night is still open at a minute.
func (h *OpeningHours) late(minute int) bool {
	for _, r := range h.rules {
		for _, s := range r.spans {
			if s.To > minute+minutesOfDay {
				return true
			}
		}
	}
	return false
}

// minutes are those of a day at which h may say something else.
func (h *OpeningHours) minutes() []int {
	list := []int{0}
	for _, r := range h.rules {
		for _, s := range r.spans {
			list = append(list, s.From, s.To%minutesOfDay)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// moments are those after t at which, days ahead, minutes come, in order. On the
// nights on which clocks are put forward or back, at two and three, an hour is
// missing or comes twice: every minute is looked at from both sides.
func moments(t time.Time, days int, minutes []int) []time.Time {
	var list []time.Time
	year, month, day := t.In(Rome).Date()
	midnight, next := time.Date(year, month, day+days, 0, 0, 0, 0, Rome), time.Date(year, month, day+days+1, 0, 0, 0, 0, Rome)
	add := func(moments ...time.Time) {
		for _, moment := range moments {
			if moment.After(t) && !moment.Before(midnight) && moment.Before(next) {
				list = append(list, moment)
			}
		}
	}
	changes := next.Sub(midnight) != 24*time.Hour
	if changes {
		minutes = append([]int{120, 180}, minutes...)
	}
	for _, m := range minutes {
		at := time.Date(year, month, day+days, 0, m, 0, 0, Rome)
		add(at)
		if changes {
			add(at.Add(-time.Hour), at.Add(time.Hour))
		}
	}
	if changes {
		slices.SortFunc(list, time.Time.Compare)
	}
	return list
}
