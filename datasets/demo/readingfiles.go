package demo

import (
	"bufio"
	"fmt"
	"strconv"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// hourly is how long most of the readings stand for.
func hourly() catalog.Interval {
	var i catalog.Interval
	if err := i.UnmarshalText([]byte("PT1H")); err != nil {
		panic(err) // ISO 8601
	}
	return i
}

// missing reports whether the reading of an hour is not there: five hours in a
// row now and then, as in every real series.
func missing(station entry, parameter string, t time.Time) bool {
	return chance(chanceSeed(station["codice"]+parameter), int(t.Unix()/3600)/5) < 0.004
}

func reading(q quantity, h hour) string { return strconv.FormatFloat(q.value(h), 'f', q.digits, 64) }

var airMapping = catalog.Mapping{
	Kind: catalog.KindObservation, Theme: catalog.ThemeEnvironment,
	Fields: map[string]string{"station": "stazione", "property": "inquinante", "unit": "unita", "time": "data+ora", "value": "valore", "quality": "validita"},
	Observation: &catalog.ObservationMapping{
		Clock: catalog.ClockSolar, Hours: catalog.Hours1to24, Interval: hourly(), Quality: map[string]catalog.Quality{"dimostrativo": catalog.QualityRaw},
	},
}

// writeAir writes a line for every value, with hours 1 to 24 of solar time and
// decimal commas, as the networks for the quality of the air do.
func writeAir(b *bufio.Writer, stations []entry, from time.Time) {
	fmt.Fprintln(b, "stazione;inquinante;unita;data;ora;valore;validita")
	solar := time.FixedZone("", 3600)
	for _, s := range stations {
		for p := range strings.FieldsSeq(s["parametri"]) {
			q := quantities[p]
			for n := range hoursOfYear {
				t := from.Add(hours(n))
				if missing(s, p, t) {
					continue
				}
				local := t.In(solar)
				fmt.Fprintf(b, "%s;%s;%s;%s;%d;%s;dimostrativo\n", s["codice"], q.name, q.unit, local.Format("02/01/2006"), local.Hour()+1,
					strings.Replace(reading(q, hourAt(s, t)), ".", ",", 1))
			}
		}
	}
}

var waterMapping = catalog.Mapping{
	Kind: catalog.KindObservation, Theme: catalog.ThemeEnvironment,
	Fields:      map[string]string{"station": "stazione", "property": "'livello idrometrico'", "unit": "'m'", "time": "istante", "value": "livello_m"},
	Observation: &catalog.ObservationMapping{Clock: catalog.ClockUTC},
}

// writeWater writes the level at every full hour, in universal time.
func writeWater(b *bufio.Writer, stations []entry, from time.Time) {
	fmt.Fprintln(b, "stazione,istante,livello_m")
	for _, s := range stations {
		for n := range hoursOfYear {
			if t := from.Add(hours(n)); !missing(s, "livello", t) {
				fmt.Fprintf(b, "%s,%s,%s\n", s["codice"], t.Format(time.RFC3339), reading(quantities["livello"], hourAt(s, t)))
			}
		}
	}
}

var weatherMapping = catalog.Mapping{
	Kind: catalog.KindObservation, Theme: catalog.ThemeEnvironment,
	Fields: map[string]string{"station": "stazione", "time": "ora_locale"},
	Observation: &catalog.ObservationMapping{
		Clock: catalog.ClockLegal, Interval: hourly(),
		Series: map[string]string{"temperatura": "temperatura", "umidita": "umidità relativa", "pioggia_mm": "pioggia", "vento_ms": "velocità del vento"},
	},
}

// writeWeather writes a line for every hour with a column for each quantity, in
// legal time: one hour of October comes twice.
func writeWeather(b *bufio.Writer, stations []entry, from time.Time) {
	parameters := []string{"temperatura", "umidita", "pioggia", "vento"}
	fmt.Fprintln(b, "stazione,ora_locale,temperatura,umidita,pioggia_mm,vento_ms")
	for _, s := range stations {
		for n := range hoursOfYear {
			t := from.Add(hours(n))
			h := hourAt(s, t)
			fmt.Fprintf(b, "%s,%s", s["codice"], t.In(catalog.Rome).Format("2006-01-02 15:04"))
			for _, p := range parameters {
				b.WriteByte(',')
				if strings.Contains(s["parametri"], p) && !missing(s, p, t) {
					b.WriteString(reading(quantities[p], h))
				}
			}
			b.WriteByte('\n')
		}
	}
}
