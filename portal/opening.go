package portal

import (
	"regexp"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// todayHours says what a text of opening hours says about the day of now, when
// that can be told of the whole text: nothing else in it ("chiuso ad agosto", "su
// prenotazione") may mean that today is different. What cannot be told is "", and
// the text stands for itself.
func todayHours(text string, now time.Time) string {
	parts, ok := catalog.HoursParts(text)
	if !ok {
		return ""
	}
	var hours []string
	for _, p := range parts {
		if p.Days[catalog.OpeningDay(now)] {
			hours = append(hours, p.Text)
		}
	}
	return strings.Join(hours, ", ")
}

// openNotice says what "open now" is told from, and on public holidays that hours
// of weekdays tell nothing.
func (s *server) openNotice() string {
	now := s.now().In(catalog.Rome)
	if catalog.Holiday(now) {
		return s.texts.t("avviso.festivo")
	}
	return s.texts.t("avviso.aperto", now.Format("15:04"))
}

// openStreetMap is a text of opening hours in the words of OpenStreetMap alone:
// days, times, closed.
var openStreetMap = regexp.MustCompile(`^(?:(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|24/7|off|closed|\d{1,2}:\d{2}|[-–,;+ ]))+$`)

var hourWords = strings.NewReplacer(
	"Mo", "lun", "Tu", "mar", "We", "mer", "Th", "gio", "Fr", "ven", "Sa", "sab", "Su", "dom", "PH", "festivi",
	"24/7", "sempre aperto", "off", "chiuso", "closed", "chiuso",
)

// hoursText is a text of opening hours for people: what is written in the words
// of OpenStreetMap is put into Italian, anything else stays.
func hoursText(text string) string {
	if !openStreetMap.MatchString(strings.TrimSpace(text)) {
		return text
	}
	var parts []string
	for part := range strings.SplitSeq(hourWords.Replace(text), ";") {
		if part = strings.Join(strings.Fields(strings.ReplaceAll(part, ",", ", ")), " "); part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "; ")
}

var schemaHour = regexp.MustCompile(`^(?:Mo|Tu|We|Th|Fr|Sa|Su)(?:[-,](?:Mo|Tu|We|Th|Fr|Sa|Su))* \d{2}:\d{2}-\d{2}:\d{2}$`)

// schemaHours are opening hours as schema.org writes them, nil when the text
// says anything else.
func schemaHours(text string) any {
	var list []string
	for part := range strings.SplitSeq(text, ";") {
		if part = strings.TrimSpace(part); !schemaHour.MatchString(part) {
			return nil
		}
		list = append(list, part)
	}
	return list
}
