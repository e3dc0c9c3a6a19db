package match

import "time"

// A moment is a day, and where it is said the minute.
type moment struct {
	day    string // 2006-01-02; "": not said
	minute int    // of the day; -1: not said
}

// romeTime is where local days are; without the zone's data they are UTC's.
var romeTime = func() *time.Location {
	if l, err := time.LoadLocation("Europe/Rome"); err == nil {
		return l
	}
	return time.UTC
}()

// readMoment reads an RFC 3339 date or time, also without a zone. Midnight is
// a day without a time: many sources write it so.
func readMoment(s string) moment {
	if t, err := time.Parse("2006-01-02", s); err == nil {
		return moment{t.Format("2006-01-02"), -1}
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		if t, err = time.ParseInLocation("2006-01-02T15:04:05", s, romeTime); err != nil {
			if t, err = time.ParseInLocation("2006-01-02T15:04", s, romeTime); err != nil {
				return moment{}
			}
		}
	}
	t = t.In(romeTime)
	m := moment{t.Format("2006-01-02"), t.Hour()*60 + t.Minute()}
	if m.minute == 0 {
		m.minute = -1
	}
	return m
}

// The levels at which two beginnings agree.
const (
	dateMissing = iota
	dateSame
	dateHour // the day, another hour
	dateOther
	dateLevels
)

func compareMoments(a, b moment) int {
	switch {
	case a.day == "" || b.day == "":
		return dateMissing
	case a.day != b.day:
		return dateOther
	case a.minute >= 0 && b.minute >= 0 && a.minute != b.minute:
		return dateHour
	}
	return dateSame
}
