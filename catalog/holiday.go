package catalog

import "time"

// A yearlyDay is a public holiday of every year since one.
type yearlyDay struct {
	month time.Month
	day   int
	since int
}

// yearlyHolidays are those of all Italy that are on the same day every year: law
// 260 of 1949 as amended; 4 October by law 151 of 2025.
var yearlyHolidays = []yearlyDay{
	{time.January, 1, 0}, {time.January, 6, 0}, {time.April, 25, 0}, {time.May, 1, 0}, {time.June, 2, 0}, {time.August, 15, 0},
	{time.October, 4, 2026}, {time.November, 1, 0}, {time.December, 8, 0}, {time.December, 25, 0}, {time.December, 26, 0},
}

// Holiday reports whether a day, told in its own zone, is a public holiday all
// over Italy: Easter and the Monday after it besides those of every year.
func Holiday(day time.Time) bool {
	year, month, d := day.Date()
	for _, h := range yearlyHolidays {
		if h.month == month && h.day == d && year >= h.since {
			return true
		}
	}
	date := time.Date(year, month, d, 0, 0, 0, 0, time.UTC)
	sunday := easter(year)
	return date.Equal(sunday) || date.Equal(sunday.AddDate(0, 0, 1))
}

// easter is Easter Sunday in the Gregorian calendar, by the anonymous algorithm
// as New Scientist gave it in 1961.
func easter(year int) time.Time {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	g := (8*b + 13) / 25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 19*l) / 433
	n := (h + l - 7*m + 90) / 25
	return time.Date(year, time.Month(n), (h+l-7*m+33*n+19)%32, 0, 0, 0, 0, time.UTC)
}
