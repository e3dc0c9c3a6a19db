package portal

import (
	"fmt"

	"po-net.prato.it/ponet/catalog"
)

// schemaDays are the days as schema.org names them (DayOfWeek), Monday first and
// public holidays last.
var schemaDays = [8]string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "PublicHolidays"}

// hoursLD are the opening hours of rec as schema.org writes them
// (OpeningHoursSpecification), nil where they are not sure: one for each time,
// with all the days that have it. One that closes before it opens ends on the
// next day.
func hoursLD(rec *catalog.Record) []any {
	week, ok := rec.Week()
	if !ok {
		return nil
	}
	var list []any
	at := map[[2]int]map[string]any{}
	open := [8]bool{}
	for _, o := range week.Times {
		spec := at[[2]int{o.From, o.To}]
		if spec == nil {
			spec = map[string]any{"@type": "OpeningHoursSpecification", "opens": schemaTime(o.From), "closes": schemaTime(o.To), "dayOfWeek": []any{}}
			if o.From == 0 && o.To == 24*60 {
				spec["closes"] = "23:59" // opening and closing at 00:00 would be closed all day
			}
			at[[2]int{o.From, o.To}], list = spec, append(list, spec)
		}
		open[o.Day] = true
		spec["dayOfWeek"] = append(spec["dayOfWeek"].([]any), schemaDay(o.Day))
	}
	if week.Holidays && !open[catalog.PublicHoliday] {
		list = append(list, map[string]any{"@type": "OpeningHoursSpecification", "opens": "00:00", "closes": "00:00", "dayOfWeek": []any{schemaDay(catalog.PublicHoliday)}})
	}
	return list
}

func schemaDay(day int) string { return "https://schema.org/" + schemaDays[day] }

// schemaTime is a time in minutes after midnight, of this day or the next.
func schemaTime(minutes int) string {
	return fmt.Sprintf("%02d:%02d", minutes/60%24, minutes%60)
}
