package demo

import (
	"bufio"
	"hash/fnv"
	"math"
	"net/http"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// readingsNote is said of every station.
const readingsNote = "Stazione dimostrativa: i valori sono calcolati, non misurati."

// A readingsFile holds the hourly readings of the stations of one domain for the
// year before the start. They are computed, hour by hour, when they are asked
// for: nobody measured them. Each file is written as networks of its sort write
// theirs.
type readingsFile struct {
	name, file, domain, title string
	write                     func(b *bufio.Writer, stations []entry, from time.Time)
	mapping                   catalog.Mapping
}

var readings = []readingsFile{
	{"misure-aria", "misure-aria.csv", "air", "Misure dimostrative della qualità dell'aria", writeAir, airMapping},
	{"misure-acque", "misure-acque.csv", "hydrometry", "Misure dimostrative dei livelli dei fiumi", writeWater, waterMapping},
	{"misure-meteo", "misure-meteo.csv", "weather", "Misure meteorologiche dimostrative", writeWeather, weatherMapping},
}

// hoursOfYear is how many readings a series has.
const hoursOfYear = 365 * 24

// A quantity is what a series measures. value gives it for an hour, from the
// clock and from chance, a number in [0, 1) that changes slowly.
type quantity struct {
	name, unit string // unit in UCUM
	digits     int
	value      func(h hour) float64
}

// An hour of the year at a station. Season is 1 in the middle of winter and -1
// in that of summer, sun 1 in the early afternoon and -1 before dawn; slow and
// quick are chances that last days and hours; height is that of the station in
// metres.
type hour struct {
	t            time.Time
	season, sun  float64
	slow, quick  float64
	rain, height float64
	traffic      float64
}

var quantities = map[string]quantity{
	"no2": {"biossido di azoto", "ug/m3", 0, func(h hour) float64 { return (12 + 14*h.traffic) * (1 + 0.45*h.season) * (0.6 + 0.8*h.slow) }},
	"pm10": {"PM10", "ug/m3", 0, func(h hour) float64 {
		return (20 + 5*h.traffic) * (1 + 0.5*h.season) * (0.35 + 1.3*h.slow) * (1 - 0.5*min(1, h.rain))
	}},
	"o3": {"ozono", "ug/m3", 0, func(h hour) float64 { return max(3, 55-35*h.season+38*h.sun*(0.7+0.6*h.slow)-10*h.traffic) }},
	"co": {"monossido di carbonio", "mg/m3", 2, func(h hour) float64 { return (0.25 + 0.3*h.traffic) * (1 + 0.4*h.season) * (0.6 + 0.8*h.slow) }},
	"temperatura": {"temperatura", "Cel", 1, func(h hour) float64 {
		return 16 - 9.5*h.season + 6.5*h.sun*(0.5+0.5*h.quick) - 0.0062*h.height + 7*(h.slow-0.5) - min(2, h.rain)
	}},
	"umidita": {"umidità relativa", "%", 0, func(h hour) float64 {
		return min(100, max(18, 66+10*h.season-20*h.sun+22*(h.slow-0.5)+20*min(1, h.rain)))
	}},
	"pioggia": {"pioggia", "mm", 1, func(h hour) float64 { return h.rain * (1 + h.height/900) }},
	"vento":   {"velocità del vento", "m/s", 1, func(h hour) float64 { return max(0, 1.2+1.1*h.sun+4*math.Pow(h.slow, 3)*h.quick) }},
	"livello": {"livello idrometrico", "m", 2, func(h hour) float64 {
		return 0.25 + 0.2*max(0, h.season) + 0.15*h.slow + 0.9*math.Pow(max(0, h.slow-0.55), 1.5)*6
	}},
}

// serve writes the readings of the year that ends at midnight of start.
func (f readingsFile) serve(start time.Time) http.HandlerFunc {
	var stations []entry
	for _, e := range table("stazioni") {
		if e["domain"] == f.domain {
			stations = append(stations, e)
		}
	}
	end := day(start, 0)
	etag := `"` + f.domain + end.Format("-20060102") + `"`
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", mediaTypes[".csv"])
		w.Header().Set("ETag", etag)
		w.Header().Set("Last-Modified", end.UTC().Format(http.TimeFormat))
		if r.Header.Get("If-None-Match") == etag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		b := bufio.NewWriterSize(w, 64<<10)
		f.write(b, stations, end.UTC().Add(-hoursOfYear*time.Hour))
		_ = b.Flush() // a client that went away
	}
}

// hours are n hours.
func hours(n int) time.Duration { return time.Duration(n) * time.Hour }

// hourAt is the hour t at a station. Weather lasts for days: slow goes from one
// chance to the next in 60 hours, quick in 4, and it rains where slow is high.
func hourAt(station entry, t time.Time) hour {
	seed, traffic := chanceSeed(station["codice"]), 0.35
	if station["station_class"] == "traffic" {
		traffic = 1
	}
	local := t.In(catalog.Rome)
	n := int(t.Unix() / 3600)
	h := hour{
		t:      t,
		season: math.Cos(2 * math.Pi * (float64(local.YearDay()) - 20) / 365),
		sun:    math.Cos(2 * math.Pi * (float64(local.Hour()) - 14) / 24),
		slow:   drift(weatherSeed, n, 60)*0.8 + drift(seed, n, 60)*0.2,
		quick:  drift(seed, n, 4),
		height: station.number("elevation_m"),
	}
	rush := math.Exp(-math.Pow(float64(local.Hour())-8, 2)/5) + math.Exp(-math.Pow(float64(local.Hour())-19, 2)/8)
	if local.Weekday() == time.Sunday {
		rush *= 0.5
	}
	h.traffic = traffic * (0.4 + rush)
	if wet := h.slow - 0.68; wet > 0 && h.quick > 0.4 {
		h.rain = 26 * wet * (h.quick - 0.4)
	}
	return h
}

// weatherSeed is that of the weather that all stations have in common.
const weatherSeed = 20261122

// drift goes smoothly from one chance to the next, which are some hours apart.
func drift(seed uint64, n, hours int) float64 {
	part := float64(n%hours) / float64(hours)
	smooth := part * part * (3 - 2*part)
	return chance(seed, n/hours)*(1-smooth) + chance(seed, n/hours+1)*smooth
}

// chance is a number in [0, 1) that is always the same for seed and n (SplitMix64).
func chance(seed uint64, n int) float64 {
	z := seed + uint64(n)*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return float64((z^z>>31)>>11) / (1 << 53)
}

func chanceSeed(text string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(text)) // never fails
	return h.Sum64()
}
