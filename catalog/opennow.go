package catalog

import (
	"slices"
	"time"
)

// openStates are what sources say of a place or service that is there as its
// hours have it (spec/metadata.md §1.2, §1.8).
var openStates = []string{"", "open", "active"}

// HoursHold reports whether the hours of r count: not where its source says that it
// is closed, suspended or under works, nor where it tells of closures, which are
// more than the hours.
func (r *Record) HoursHold() bool {
	for _, name := range []string{"poi_state", "service_status"} {
		if state, _ := r.Properties.Get(name).(string); !slices.Contains(openStates, state) {
			return false
		}
	}
	return r.Properties.Get("closures") == nil
}

// Week is when r is open, false when its hours cannot be read whole or do not hold.
func (r *Record) Week() (Week, bool) {
	if !r.HoursHold() {
		return Week{}, false
	}
	return WeekHours(r.OpeningHours)
}

// OpeningAhead is how many days ahead the next change of an opening is looked for:
// a week, and a day because a change of today may be over.
const OpeningAhead = 8

// An OpeningState is whether something is open at a moment. Change is when that
// changes next, to the minute; zero when it does not within OpeningAhead days or
// when a public holiday of which the hours tell nothing comes first.
type OpeningState struct {
	Open   bool
	Change time.Time
}

// At tells whether something with the hours of w is open at t, by the clock of
// Italy; false when they do not tell. Times that adjoin are one: what is open
// 9–13 and 13–18 closes at 18.
func (w Week) At(t time.Time) (OpeningState, bool) {
	now := w.says(t)
	if now == unsaid {
		return OpeningState{}, false
	}
	state := OpeningState{Open: now == open}
	for _, moment := range w.moments(t) {
		if next := w.says(moment); next != now {
			if next != unsaid {
				state.Change = moment
			}
			break
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

// says is what w says of t: open by the hours of its day, or by those of the day
// before that go on after midnight.
func (w Week) says(t time.Time) said {
	t = t.In(Rome)
	minute := t.Hour()*60 + t.Minute()
	today, yesterday := OpeningDay(t), OpeningDay(t.AddDate(0, 0, -1))
	late := false // some night is still open at this minute
	for _, o := range w.Times {
		after := o.To > minute+minutesOfDay
		if o.Day == today && o.From <= minute && o.To > minute || o.Day == yesterday && after {
			return open
		}
		late = late || after
	}
	if !w.Holidays && (today == PublicHoliday || yesterday == PublicHoliday && late) {
		return unsaid
	}
	return closed
}

// moments are those after t, in order, at which w may say something else. On the
// nights on which clocks are put forward or back, an hour is missing or comes
// twice: it is looked at from both sides.
func (w Week) moments(t time.Time) []time.Time {
	minutes := []int{0, 120, 180} // clocks change at two and three
	for _, o := range w.Times {
		minutes = append(minutes, o.From, o.To)
	}
	slices.Sort(minutes)
	minutes = slices.Compact(minutes)
	var list []time.Time
	last := t.AddDate(0, 0, OpeningAhead)
	year, month, day := t.In(Rome).Date()
	for d := -1; d <= OpeningAhead; d++ { // the night of yesterday may not be over
		for _, m := range minutes {
			at := time.Date(year, month, day+d, 0, m, 0, 0, Rome)
			for _, moment := range []time.Time{at.Add(-time.Hour), at, at.Add(time.Hour)} {
				if moment.After(t) && !moment.After(last) {
					list = append(list, moment)
				}
			}
		}
	}
	slices.SortFunc(list, time.Time.Compare)
	return list
}
