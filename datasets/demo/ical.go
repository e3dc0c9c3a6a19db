package demo

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"po-net.prato.it/ponet/catalog"
)

// calendars are the iCalendar files and the bodies that keep them.
var calendars = []struct {
	name, title, body string
	theme             catalog.Theme // of all their events, whatever their types would say
}{
	{"cultura-prato", "Cultura a Prato", "c_g999", catalog.ThemeCulture},
	{"biblioteche", "Appuntamenti nelle biblioteche", "sistema-bibliotecario-pratese", catalog.ThemeCulture},
	{"val-bisenzio", "Appuntamenti in Val di Bisenzio", "fondazione-cdse", catalog.ThemeCulture},
	{"medicei", "Appuntamenti a Carmignano e Poggio a Caiano", "c_b794", catalog.ThemeCulture},
	{"ambiente", "Natura e ambiente, gli appuntamenti", "csn-galceti", catalog.ThemeEnvironment},
	{"consigli", "Sedute dei Consigli", "p_po", catalog.ThemeInstitutions},
	{"formazione", "Orientamento e formazione, gli appuntamenti", "cpia-1-prato", catalog.ThemeTraining},
}

// What the descriptions say of dates that we made up, and of those that come
// every year by custom.
const (
	madeUp    = "Appuntamento dimostrativo: date e orari non sono annunci dell'ente."
	customary = "Ricorrenza che si ripete ogni anno: il programma lo dà l'ente."
)

// timezone is Europe/Rome since 1996 (RFC 5545 §3.6.5).
const timezone = `BEGIN:VTIMEZONE
TZID:Europe/Rome
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE`

// icalendar is the calendar called name of a territory that was opened at start.
func icalendar(name, title string, start time.Time) []byte {
	c := &icsWriter{}
	c.lines("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Po-net//territorio dimostrativo//IT", "CALSCALE:GREGORIAN", "METHOD:PUBLISH")
	c.text("X-WR-CALNAME", title)
	c.lines("X-WR-TIMEZONE:Europe/Rome")
	c.lines(strings.Split(timezone, "\n")...)
	places := spots()
	for _, e := range table("eventi") {
		if e["calendario"] == name && !once(e) {
			c.event(e, places[e["luogo"]], start)
		}
	}
	c.lines("END:VCALENDAR")
	return []byte(c.String())
}

// icsWriter writes content lines (RFC 5545 §3.1): at most 75 bytes, ended with
// CR LF.
type icsWriter struct{ strings.Builder }

func (c *icsWriter) lines(lines ...string) {
	for _, l := range lines {
		room := 75
		for len(l) > room {
			n := room
			for !utf8.RuneStart(l[n]) {
				n--
			}
			c.WriteString(l[:n] + "\r\n ")
			l, room = l[n:], 74
		}
		c.WriteString(l + "\r\n")
	}
}

var icsEscapes = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`)

// text writes a property of type TEXT (RFC 5545 §3.3.11); none when it is empty.
func (c *icsWriter) text(property, value string) {
	if value != "" {
		c.lines(property + ":" + icsEscapes.Replace(value))
	}
}

func (c *icsWriter) event(e entry, where spot, start time.Time) {
	rule := strings.ReplaceAll(e["regola"], " ", ";")
	first := firstDay(start, e["giorno"], rule)
	uid := e["uid"] + "@demo.po-net.prato.it"
	note := madeUp
	if e["tradizione"] != "" {
		note = customary
	}
	c.lines("BEGIN:VEVENT", "UID:"+uid, "DTSTAMP:"+day(start, 0).UTC().Format("20060102T150405Z"))
	c.times(e, first)
	if strings.HasPrefix(rule, "FREQ") {
		c.lines("RRULE:" + rule)
	}
	c.text("SUMMARY", e["titolo"])
	c.text("DESCRIPTION", e["descrizione"]+" Per "+e["pubblico"]+". "+price(e)+" "+note)
	c.text("CATEGORIES", e["categoria"])
	c.text("LOCATION", strings.Join(nonEmpty(where.Name, where.Address, where.Municipality), ", "))
	c.lines(fmt.Sprintf("GEO:%.4f;%.4f", where.Lat, where.Lon), "STATUS:CONFIRMED", "SEQUENCE:0", "END:VEVENT")
	if e["regola"] == "FREQ=WEEKLY" { // the second time of a weekly event falls out
		second := at(first.AddDate(0, 0, 7), e["ora"])
		c.lines("BEGIN:VEVENT", "UID:"+uid, "DTSTAMP:"+day(start, 0).UTC().Format("20060102T150405Z"), "RECURRENCE-ID;TZID=Europe/Rome:"+local(second))
		c.times(e, first.AddDate(0, 0, 7))
		c.text("SUMMARY", e["titolo"])
		c.lines("STATUS:CANCELLED", "SEQUENCE:1", "END:VEVENT")
	}
}

// times writes when the event begins and ends; an all-day one ends before its
// DTEND (RFC 5545 §3.6.1).
func (c *icsWriter) times(e entry, first time.Time) {
	if length, whole := strings.CutPrefix(e["regola"], "giorni:"); whole {
		days := entry{"n": length}.number("n")
		c.lines("DTSTART;VALUE=DATE:"+first.Format("20060102"), "DTEND;VALUE=DATE:"+first.AddDate(0, 0, int(days)).Format("20060102"))
		return
	}
	begin := at(first, e["ora"])
	c.lines("DTSTART;TZID=Europe/Rome:"+local(begin),
		"DTEND;TZID=Europe/Rome:"+local(begin.Add(time.Duration(e.number("minuti"))*time.Minute)))
}

func local(t time.Time) string { return t.In(catalog.Rome).Format("20060102T150405") }

// price is what an event costs and whether one has to book, in words.
func price(e entry) string {
	text := "Ingresso gratuito."
	if amount := e.number("prezzo"); amount > 0 {
		text = fmt.Sprintf("Ingresso %g euro.", amount)
	}
	if e["prenotazione"] == "sì" {
		text += " Su prenotazione."
	}
	return text
}

func nonEmpty(texts ...string) []string {
	var kept []string
	for _, t := range texts {
		if t != "" {
			kept = append(kept, t)
		}
	}
	return kept
}
