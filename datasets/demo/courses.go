package demo

import (
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// A course as its provider publishes it, under the names of spec §1.5.
type course struct {
	Code          string           `json:"codice"`
	Title         string           `json:"denominazione"`
	Body          string           `json:"ente"`
	BodyName      string           `json:"nome_ente"`
	Provider      string           `json:"provider"`
	CourseType    string           `json:"course_type"`
	Level         string           `json:"level,omitempty"`
	Qualification string           `json:"qualification"`
	Description   string           `json:"descrizione"`
	Audience      string           `json:"audience"`
	Requirements  string           `json:"requirements,omitempty"`
	Outcomes      string           `json:"learning_outcomes"`
	Hours         int              `json:"hours,omitempty"`
	Start         string           `json:"inizio"`
	End           string           `json:"fine"`
	Instances     []courseInstance `json:"instances"`
	Note          string           `json:"nota"`
	location
}

type courseInstance struct {
	Start     string   `json:"start"` // dates
	End       string   `json:"end"`
	Schedule  string   `json:"schedule"`
	Hours     string   `json:"hours,omitempty"` // ISO 8601 duration
	Place     string   `json:"place"`
	Mode      string   `json:"mode"`
	Seats     int      `json:"seats,omitempty"`
	EnrolFrom string   `json:"enrol_from"`
	EnrolTo   string   `json:"enrol_to"`
	Price     *float64 `json:"price,omitempty"`
	Status    string   `json:"status"`
}

// courses of one of the files, in a territory that was opened at start.
func courses(file string, start time.Time) []course {
	places := spots()
	var all []course
	for _, e := range table("corsi") {
		if e["file"] != file {
			continue
		}
		i := instance(e, start)
		all = append(all, course{
			Code: e["codice"], Title: e["titolo"], Body: e["ente"], BodyName: bodyName(e["ente"]), Provider: e["fornitore"], CourseType: e["tipo"], Level: e["livello"],
			Qualification: e["titolo_finale"], Description: e["descrizione"], Audience: e["audience"], Requirements: e["requirements"],
			Outcomes: e["learning_outcomes"], Hours: int(e.number("ore")), Start: i.Start, End: i.End, Instances: []courseInstance{i},
			Note: "Date dimostrative: confermare con chi organizza.", location: places[e["luogo"]].location(0),
		})
	}
	return all
}

// instance is when the course is held next: in the next school year, in the next
// university year, or some days from the start.
func instance(e entry, start time.Time) courseInstance {
	i := courseInstance{Schedule: e["orario"], Place: e["luogo"], Mode: "in presenza", Seats: int(e.number("posti")), Status: "open"}
	var first, last, from, to time.Time
	switch e["giorno"] {
	case "anno":
		first = schoolDay(start, time.September, 15)
		last = time.Date(first.Year()+1, time.June, 10, 0, 0, 0, 0, catalog.Rome)
		from, to = time.Date(first.Year(), time.January, 8, 0, 0, 0, 0, catalog.Rome), time.Date(first.Year(), time.January, 31, 0, 0, 0, 0, catalog.Rome)
	case "universita":
		first = schoolDay(start, time.September, 22)
		last = time.Date(first.Year()+1, time.June, 15, 0, 0, 0, 0, catalog.Rome)
		from, to = time.Date(first.Year(), time.July, 15, 0, 0, 0, 0, catalog.Rome), time.Date(first.Year(), time.September, 30, 0, 0, 0, 0, catalog.Rome)
	default:
		first = onFirstWeekday(day(start, int(e.number("giorno"))), e["orario"])
		last = first.AddDate(0, 0, 7*int(e.number("settimane"))-7)
		from, to = day(start, -7), first.AddDate(0, 0, -2)
	}
	i.Start, i.End, i.EnrolFrom, i.EnrolTo = first.Format(time.DateOnly), last.Format(time.DateOnly), from.Format(time.DateOnly), to.Format(time.DateOnly)
	if e["ore"] != "" {
		i.Hours = "PT" + e["ore"] + "H"
	}
	if e["prezzo"] != "" {
		p := e.number("prezzo")
		i.Price = &p
	}
	return i
}

var italianDays = []string{"domenica", "lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato"}

// onFirstWeekday is the first day from d on that is the weekday with which
// schedule begins.
func onFirstWeekday(d time.Time, schedule string) time.Time {
	for range 7 {
		if strings.HasPrefix(schedule, italianDays[d.Weekday()]) {
			return d
		}
		d = d.AddDate(0, 0, 1)
	}
	return d
}
