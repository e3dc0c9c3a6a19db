package demo

import "time"

// An event that takes place once, as the province's list writes it, under the
// names of spec §1.4. Those that come again are in the calendars.
type event struct {
	Code        string       `json:"codice"`
	Title       string       `json:"denominazione"`
	Category    string       `json:"categoria"`
	Theme       string       `json:"tema"`
	Description string       `json:"descrizione"`
	Start       string       `json:"inizio"` // RFC 3339
	End         string       `json:"fine"`
	Status      string       `json:"event_status"`
	Attendance  string       `json:"attendance_mode"`
	Place       string       `json:"place"`
	Audience    string       `json:"audience"`
	Prices      []eventPrice `json:"prices"`
	Booking     string       `json:"booking"`
	Organizers  []organizer  `json:"organizers"`
	location
}

type eventPrice struct {
	Label    string  `json:"label"`
	Amount   float64 `json:"amount"`
	Currency string  `json:"currency"`
}

type organizer struct {
	Name string `json:"name"`
}

// once reports whether an event of the tables takes place once, on one day.
func once(e entry) bool { return e["regola"] == "" }

func singleEvents(start time.Time) []event {
	places := spots()
	var all []event
	for _, c := range calendars {
		for _, e := range table("eventi") {
			if e["calendario"] != c.name || !once(e) {
				continue
			}
			begin := at(firstDay(start, e["giorno"], ""), e["ora"])
			all = append(all, event{
				Code: e["uid"], Title: e["titolo"], Category: e["categoria"], Theme: string(c.theme), Description: e["descrizione"] + " " + madeUp,
				Start: begin.Format(time.RFC3339), End: begin.Add(time.Duration(e.number("minuti")) * time.Minute).Format(time.RFC3339),
				Status: "scheduled", Attendance: "offline", Place: e["luogo"], Audience: e["pubblico"],
				Prices: []eventPrice{priceOf(e)}, Booking: bookingOf(e), Organizers: []organizer{{bodyName(c.body)}}, location: places[e["luogo"]].location(0),
			})
		}
	}
	return all
}

func priceOf(e entry) eventPrice {
	p := eventPrice{Label: "Ingresso", Amount: e.number("prezzo"), Currency: "EUR"}
	if p.Amount == 0 {
		p.Label = "Ingresso gratuito"
	}
	return p
}

func bookingOf(e entry) string {
	if e["prenotazione"] == "sì" {
		return "Su prenotazione"
	}
	return "Non serve prenotare"
}
