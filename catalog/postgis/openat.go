package postgis

import (
	"time"

	"po-net.prato.it/ponet/catalog"
)

// openAt keeps what is open at t: by the hours of that day, or by those of the
// day before that go on after midnight. On a public holiday hours of weekdays
// say nothing.
func (f *filter) openAt(t time.Time) {
	t = t.In(catalog.Rome)
	today, minute := catalog.WeekdayNumber(t.Weekday()), t.Hour()*60+t.Minute()
	yesterday := (today + 6) % 7
	clauses, args := "false", []any{}
	if !catalog.Holiday(t) {
		clauses, args = "day = %s and opens <= %s and closes > %s", []any{today, minute, minute}
	}
	if !catalog.Holiday(t.AddDate(0, 0, -1)) {
		clauses += " or day = %s and closes > %s"
		args = append(args, yesterday, minute+24*60)
	}
	f.add("id in (select record_id from opening where "+clauses+")", args...)
}
