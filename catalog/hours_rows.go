package catalog

import (
	"cmp"
	"slices"
	"time"
)

// OpeningDays are times that several days have in common: of the week and, when
// the other fields are there, of a part of the year. Opens and Closes are minutes
// as in HoursSpan; Days has a bit for each day, 1 for Monday and 1 <<
// PublicHoliday for those. All that is given must hold of a day, ends included.
type OpeningDays struct {
	Opens  int `json:"opens"`
	Closes int `json:"closes"`
	N      int `json:"n"` // tells apart those with the same times
	Days   int `json:"days"`
	// Days of the year, counted as in a leap year.
	YearFrom *int `json:"year_from,omitempty"`
	YearTo   *int `json:"year_to,omitempty"`
	// Days after Easter Sunday.
	EasterFrom *int `json:"easter_from,omitempty"`
	EasterTo   *int `json:"easter_to,omitempty"`
	// Days after 1 January 1970.
	DateFrom *int `json:"date_from,omitempty"`
	DateTo   *int `json:"date_to,omitempty"`
	// Bits of OpeningMoment.Nth, and of ISO weeks.
	Nth   *int   `json:"nth,omitempty"`
	Weeks *int64 `json:"weeks,omitempty"`
}

// has reports whether o is open on a day at a minute after its midnight; what the
// table of openings does in SQL.
func (o OpeningDays) has(d OpeningDay, minute int) bool {
	within := func(from, to *int, n int) bool { return (from == nil || *from <= n) && (to == nil || *to >= n) }
	return o.Opens <= minute && o.Closes > minute && o.Days&d.Bit != 0 && within(o.YearFrom, o.YearTo, d.Year) && within(o.EasterFrom, o.EasterTo, d.Easter) &&
		within(o.DateFrom, o.DateTo, d.Date) && (o.Nth == nil || *o.Nth&d.Nth != 0) && (o.Weeks == nil || *o.Weeks&d.Week != 0)
}

// In is the part of a year in which o holds, both days included, and all is true
// when that is the whole of it; false when o does not hold in it, or not on all days
// of that part.
func (o OpeningDays) In(year int) (from, to time.Time, all, ok bool) {
	if o.Nth != nil || o.Weeks != nil {
		return from, to, false, false
	}
	from, to = time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(year, 12, 31, 0, 0, 0, 0, time.UTC)
	first, last := from, to
	narrow := func(n *int, day func(int) time.Time, end *time.Time, sign int) {
		if n == nil {
			return
		}
		if t := day(*n); t.Compare(*end) == sign {
			*end = t
		}
	}
	ofYear := func(n int) time.Time {
		_, month, day := time.Date(2024, 1, n, 0, 0, 0, 0, time.UTC).Date()
		return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	}
	ofEaster := func(n int) time.Time { return easter(year).AddDate(0, 0, n) }
	ofEpoch := func(n int) time.Time { return time.Unix(int64(n)*24*60*60, 0).UTC() }
	narrow(o.YearFrom, ofYear, &from, 1)
	narrow(o.YearTo, ofYear, &to, -1)
	narrow(o.EasterFrom, ofEaster, &from, 1)
	narrow(o.EasterTo, ofEaster, &to, -1)
	narrow(o.DateFrom, ofEpoch, &from, 1)
	narrow(o.DateTo, ofEpoch, &to, -1)
	return from, to, from.Equal(first) && to.Equal(last), !to.Before(from)
}

// ClosedOnHolidays reports whether h says that public holidays are closed, all the
// year.
func (h *OpeningHours) ClosedOnHolidays() bool {
	closed := false
	for _, r := range h.rules {
		if r.days&(1<<PublicHoliday) == 0 {
			continue
		}
		if len(r.spans) > 0 {
			return false
		}
		closed = closed || len(r.seasons) == 0
	}
	return closed
}

// Limits of a text: one that needs more is something else.
const (
	maxHoursRows  = 120
	maxHoursCells = 60_000
)

const (
	everyNth  = 1<<6 - 1
	everyWeek = 1<<54 - 2 // ISO weeks are 1 to 53
)

// The parts of the year in which all days of one name are alike. An interval has
// both its ends; those at the edge are open.
type interval struct{ from, to int32 }

const (
	farBefore = -1 << 30
	farAfter  = 1 << 30
)

// A cell is days that no rule tells apart, but for their name.
type cell struct {
	axes [3]interval // by year, Easter and date
	nth  int
	week int64
}

// cuts are where the seasons of h begin, on one axis, as intervals that cover it.
func (h *OpeningHours) cuts(by boundKind) []interval {
	var starts []int32
	for _, r := range h.rules {
		for _, s := range r.seasons {
			if s.weeks == 0 && s.from.by == by {
				starts = append(starts, s.from.n)
			}
			if s.weeks == 0 && s.to.by == by {
				starts = append(starts, s.to.n+1)
			}
		}
	}
	if by == byYear { // it has 366 days
		starts = slices.DeleteFunc(starts, func(n int32) bool { return n <= 1 || n > 366 })
	}
	slices.Sort(starts)
	list := []interval{{farBefore, farAfter}}
	for _, n := range slices.Compact(starts) {
		list[len(list)-1].to = n - 1
		list = append(list, interval{n, farAfter})
	}
	return list
}

// cells are all of h, nil if they are too many.
func (h *OpeningHours) cells() []cell {
	nths, weeks := []int{everyNth}, []int64{everyWeek}
	for _, r := range h.rules {
		if r.nth != 0 && len(nths) == 1 {
			nths = []int{1, 2, 4, 8, 16, 32}
		}
		if len(weeks) == 1 && slices.ContainsFunc(r.seasons, func(s season) bool { return s.weeks != 0 }) {
			weeks = weeks[:0]
			for w := 1; w <= 53; w++ {
				weeks = append(weeks, 1<<w)
			}
		}
	}
	years, easters, dates := h.cuts(byYear), h.cuts(byEaster), h.cuts(byDate)
	if len(years)*len(easters)*len(dates)*len(nths)*len(weeks) > maxHoursCells/8 {
		return nil
	}
	var list []cell
	for _, y := range years {
		for _, e := range easters {
			for _, d := range dates {
				for _, n := range nths {
					for _, w := range weeks {
						list = append(list, cell{[3]interval{y, e, d}, n, w})
					}
				}
			}
		}
	}
	return list
}

// day is one of the days of c.
func (c cell) day(name uint8) calendarDay {
	d := calendarDay{day: name, week: 1}
	d.year, d.easter, d.date = int16(inside(c.axes[0])), int16(inside(c.axes[1])), inside(c.axes[2])
	for c.nth>>d.nth&1 == 0 {
		d.nth++
	}
	for c.week>>d.week&1 == 0 {
		d.week++
	}
	return d
}

// inside is a number in i, small if there is a choice.
func inside(i interval) int32 {
	if i.from == farBefore {
		return max(min(i.to, 1), -1<<14)
	}
	return i.from
}

// Rows are the times of h that are sure, by when they hold; false when they are too
// many.
func (h *OpeningHours) Rows() ([]OpeningDays, bool) {
	cells := h.cells()
	if cells == nil {
		return nil, false
	}
	type times struct{ from, to int }
	days := map[times]map[cell]int{}
	var order []times
	for _, c := range cells {
		for name := range uint8(8) {
			spans, _ := h.on(c.day(name))
			for _, s := range spans {
				if s.Unsure {
					continue
				}
				t := times{s.From, s.To}
				if days[t] == nil {
					days[t], order = map[cell]int{}, append(order, t)
				}
				days[t][c] |= 1 << name
			}
		}
	}
	var rows []OpeningDays
	for _, t := range order {
		for n, b := range merged(days[t]) {
			rows = append(rows, b.row(t.from, t.to, n))
		}
	}
	return rows, len(rows) <= maxHoursRows
}

// A box is cells that have the same days.
type box struct {
	cell
	days int
}

// merged are the boxes of cells, as few as joining neighbours makes them.
func merged(cells map[cell]int) []box {
	var boxes []box
	for c, days := range cells {
		boxes = append(boxes, box{c, days})
	}
	slices.SortFunc(boxes, compareBoxes)
	boxes = joinBoxes(boxes, func(a, b box) (box, bool) {
		a.nth, b.nth = a.nth|b.nth, a.nth|b.nth
		return a, a == b
	})
	boxes = joinBoxes(boxes, func(a, b box) (box, bool) {
		a.week, b.week = a.week|b.week, a.week|b.week
		return a, a == b
	})
	for axis := range 3 {
		boxes = joinBoxes(boxes, func(a, b box) (box, bool) {
			if a.axes[axis].to+1 != b.axes[axis].from {
				return a, false
			}
			a.axes[axis].to, b.axes[axis] = b.axes[axis].to, interval{a.axes[axis].from, b.axes[axis].to}
			return a, a == b
		})
	}
	return boxes
}

func compareBoxes(a, b box) int {
	for axis := range 3 {
		if c := cmp.Compare(a.axes[axis].from, b.axes[axis].from); c != 0 {
			return c
		}
	}
	return cmp.Or(cmp.Compare(a.nth, b.nth), cmp.Compare(a.week, b.week))
}

// joinBoxes joins each box with an earlier one that join takes it to.
func joinBoxes(boxes []box, join func(a, b box) (box, bool)) []box {
	var list []box
next:
	for _, b := range boxes {
		for i := range list {
			if both, ok := join(list[i], b); ok {
				list[i] = both
				continue next
			}
		}
		list = append(list, b)
	}
	return list
}

func (b box) row(from, to, n int) OpeningDays {
	row := OpeningDays{Opens: from, Closes: to, N: n, Days: b.days}
	for axis, ends := range [3][2]**int{{&row.YearFrom, &row.YearTo}, {&row.EasterFrom, &row.EasterTo}, {&row.DateFrom, &row.DateTo}} {
		if i := b.axes[axis]; i.from != farBefore {
			*ends[0] = new(int)
			**ends[0] = int(i.from)
		}
		if i := b.axes[axis]; i.to != farAfter {
			*ends[1] = new(int)
			**ends[1] = int(i.to)
		}
	}
	if b.nth != everyNth {
		row.Nth = &b.nth
	}
	if b.week != everyWeek {
		row.Weeks = &b.week
	}
	return row
}
