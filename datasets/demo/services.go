package demo

import "strings"

// A service as its body publishes it, under the names of spec §1.8 (CPSV-AP):
// the catalogue keeps what it does not know under the source's own names.
type service struct {
	Code        string    `json:"codice"`
	Title       string    `json:"denominazione"`
	Body        string    `json:"ente"`
	BodyName    string    `json:"nome_ente"`
	Authority   string    `json:"competent_authority"`
	Status      string    `json:"service_status"`
	Description string    `json:"descrizione"`
	Audience    string    `json:"audience"`
	HowTo       string    `json:"how_to"`
	Inputs      []string  `json:"inputs,omitempty"`
	Outputs     []string  `json:"outputs,omitempty"`
	Channels    []channel `json:"channels"`
	Costs       []cost    `json:"costs"`
	Time        string    `json:"processing_time"` // ISO 8601 duration
	LifeEvents  []string  `json:"life_events"`
	Legal       []string  `json:"legal_basis,omitempty"`
	Area        string    `json:"area_served,omitempty"`
	Phone       string    `json:"telefono,omitempty"`
	Website     string    `json:"sito_web,omitempty"`
	Hours       string    `json:"orari,omitempty"` // of the counter
	Note        string    `json:"nota,omitempty"`
	location
}

type channel struct {
	Type   string `json:"type"`
	URL    string `json:"url,omitempty"`
	Office string `json:"office,omitempty"`
	Phone  string `json:"phone,omitempty"`
	Hours  string `json:"hours,omitempty"` // in the notation of OpenStreetMap
}

type cost struct {
	Amount   *float64 `json:"amount,omitempty"`
	Currency string   `json:"currency,omitempty"`
	Note     string   `json:"note,omitempty"`
}

// A municipality and what the services and offices of its seven have in common.
type municipality struct{ body, name, site, seat string }

func municipalities() []municipality {
	var all []municipality
	for _, e := range table("enti") {
		if e["tipo"] == "comune" {
			all = append(all, municipality{e["codice"], strings.TrimPrefix(e["nome"], "Comune di "), e["sito"], e["luogo"]})
		}
	}
	return all
}

// servicesOf are the services that the law gives to every municipality.
func servicesOf(m municipality) []service {
	seat := spots()[m.seat]
	var all []service
	for _, e := range table("servizi-comunali") {
		s := serviceOf(e, seat)
		s.Code, s.Body, s.BodyName, s.Authority = m.body+":"+e["codice"], m.body, "Comune di "+m.name, "Comune di "+m.name
		s.Title, s.Area, s.Website, s.Legal = e["titolo"]+": Comune di "+m.name, m.name, m.site, []string{e["legal_basis"]}
		s.Hours, s.Note = officeHours[e["ufficio"]], officeNote
		s.Channels = []channel{
			{Type: "online", URL: m.site},
			{Type: "sportello", Office: e["ufficio"] + " del Comune di " + m.name, Hours: s.Hours},
		}
		all = append(all, s)
	}
	return all
}

// otherServices are those of the other bodies.
func otherServices() []service {
	places, bodies := spots(), map[string]entry{}
	for _, e := range table("enti") {
		bodies[e["codice"]] = e
	}
	var all []service
	for _, e := range table("servizi-altri") {
		s, body := serviceOf(e, places[e["luogo"]]), bodies[e["ente"]]
		s.Code, s.Body, s.BodyName, s.Authority, s.Title = e["codice"], e["ente"], body["nome"], body["nome"], e["titolo"]
		s.Phone, s.Website = e["telefono"], body["sito"]
		if body["sito"] != "" {
			s.Channels = append(s.Channels, channel{Type: "online", URL: body["sito"]})
		}
		s.Channels = append(s.Channels, channel{Type: "sportello", Office: e["luogo"], Phone: e["telefono"]})
		all = append(all, s)
	}
	return all
}

func serviceOf(e entry, at spot) service {
	s := service{
		Status: "active", Description: e["descrizione"], Audience: e["audience"], HowTo: e["how_to"],
		Inputs: e.list("inputs"), Outputs: e.list("outputs"), Time: e["processing_time"], LifeEvents: e.list("life_event"), location: at.location(0),
	}
	c := cost{Note: e["nota_costi"]}
	if e["importo"] != "" {
		amount := e.number("importo")
		c.Amount, c.Currency = &amount, "EUR"
	}
	s.Costs = []cost{c}
	return s
}
