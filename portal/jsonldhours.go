package portal

import (
	"fmt"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// schemaDays are the days as schema.org names them (DayOfWeek), Monday first and
// public holidays last.
var schemaDays = [8]string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "PublicHolidays"}

// hoursLD are the opening hours of rec as schema.org writes them
// (OpeningHoursSpecification), nil where they are not sure: one for each time,
// with all the days that have it, and for those of a part of the year when that is
// in the year of now. One that closes before it opens ends on the next day.
func hoursLD(rec *catalog.Record, now time.Time) []any {
	hours, ok := rec.Hours()
	if !ok || hours.Appointment {
		return nil
	}
	rows, _ := hours.Rows()
	var list []any
	for _, row := range rows {
		from, to, all, ok := row.In(now.In(catalog.Rome).Year())
		if row.Nth != nil || row.Weeks != nil {
			return nil // schema.org has no words for the first Saturday of a month
		}
		if !ok {
			continue
		}
		spec := map[string]any{"@type": "OpeningHoursSpecification", "opens": schemaTime(row.Opens), "closes": schemaTime(row.Closes)}
		if row.Opens == 0 && row.Closes == 24*60 {
			spec["closes"] = "23:59" // opening and closing at 00:00 would be closed all day
		}
		var days []any
		for d := range schemaDays {
			if row.Days&(1<<d) != 0 {
				days = append(days, schemaDay(d))
			}
		}
		spec["dayOfWeek"] = days
		if !all {
			spec["validFrom"], spec["validThrough"] = from.Format(time.DateOnly), to.Format(time.DateOnly)
		}
		list = append(list, spec)
	}
	if hours.ClosedOnHolidays() {
		list = append(list, map[string]any{"@type": "OpeningHoursSpecification", "opens": "00:00", "closes": "00:00", "dayOfWeek": []any{schemaDay(catalog.PublicHoliday)}})
	}
	return list
}

func schemaDay(day int) string { return "https://schema.org/" + schemaDays[day] }

// schemaTime is a time in minutes after midnight, of this day or the next.
func schemaTime(minutes int) string {
	return fmt.Sprintf("%02d:%02d", minutes/60%24, minutes%60)
}
