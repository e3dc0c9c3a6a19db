package portal_test

import (
	"fmt"
	"math"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// withStation adds a station to s that has measured PM10 and rain every hour of
// a year until 2 November 2026, solar time, and is its path.
func withStation(t testing.TB, s *site) string {
	t.Helper()
	id := postgistest.Insert(t, s.store, "stations", `{"type":"Point","coordinates":[11.0966,43.8807]}`, `{"title":"Prato Roma","code":"IT0953A","theme":"ambiente"}`)
	src := catalog.Source{ID: "aria", Protocol: "file", URL: "https://dati.example/aria.csv", Title: "Qualità dell’aria"}
	if err := s.store.PutSource(t.Context(), src); err != nil {
		t.Fatal(err)
	}
	h, err := s.store.Begin(t.Context(), src)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	pm, rain := catalog.Stream{Station: "IT0953A", Property: "PM10"}, catalog.Stream{Station: "IT0953A", Property: "pioggia"}
	page := catalog.ObservationPage{Reading: "test", Clock: catalog.ClockSolar, Interval: catalog.Interval{Clock: time.Hour}, Streams: map[catalog.Stream]catalog.StreamInfo{
		pm: {Code: "pm10", Title: "PM10", Unit: "ug/m3", Aggregation: catalog.AggregationMean}, rain: {Code: "precipitation", Title: "Precipitazione", Unit: "mm", Aggregation: catalog.AggregationSum},
	}}
	last := time.Date(2026, 11, 2, 23, 0, 0, 0, time.UTC)
	for at := last.AddDate(-1, 0, 0); at.Before(last); at = at.Add(time.Hour) {
		v, mm := math.Round(250+100*math.Sin(float64(at.Unix())/86400))/10, float64(at.Hour()%6/5)*0.2
		o := catalog.Observation{Stream: pm, Start: at, End: at.Add(time.Hour), Value: &v, Quality: catalog.QualityProvisional}
		switch last.Sub(at) {
		case 5 * time.Hour:
			o.Value, o.Quality, o.Reason = nil, catalog.QualityBelowDetection, "<4"
		case 6 * time.Hour:
			o.Value, o.Quality, o.Reason = nil, catalog.QualityInvalid, "-999"
		}
		page.Observations = append(page.Observations, o, catalog.Observation{Stream: rain, Start: at, End: at.Add(time.Hour), Value: &mm, Quality: catalog.QualityValidated})
	}
	if _, err := h.PutObservations(t.Context(), page, false); err != nil {
		t.Fatal(err)
	}
	return "/ambiente/slug-" + id
}

var (
	chartPath  = regexp.MustCompile(`<path d="([^"]+)" fill="none" stroke="var`)
	periodHref = regexp.MustCompile(`href="([^"]*misura=[^"]*)"`)
	tableRow   = regexp.MustCompile(`<tr><th scope="row">([^<]+)</th><td>([^<]*)</td>(?:<td>([^<]*)</td>)*</tr>`)
)

// A station on paper: the newest values, and the chart with what it shows in words.
func TestStationPDF(t *testing.T) {
	s := empty(t)
	d := s.paper(t, withStation(t, s)+".pdf?misura=pm10")
	words := d.Root.Words()
	for _, want := range []string{"Misure", "PM10 (µg/m³)", "2 novembre 2026, ore 23:00–00:00", "22 valori, 2 mancanti"} {
		if !strings.Contains(words, want) {
			t.Errorf("no %q in\n%s", want, words)
		}
	}
	charts := d.Root.All("Figure")
	if chart := charts[1]; !strings.HasPrefix(chart.Alt, "Grafico: PM10") || !strings.Contains(chart.Alt, "minimo") || len(chart.Shapes) < 20 {
		t.Errorf("the chart: %q, %d shapes", chart.Alt, len(chart.Shapes))
	}
}

// The page of a station: the newest values, a chart without script or inline
// style, and the same numbers in a table.
func TestStationPage(t *testing.T) {
	s := empty(t)
	path := withStation(t, s)
	page := s.page(t, path)
	for _, want := range []string{
		"Misure", "PM10 (µg/m³)", "2 novembre 2026, ore 23:00–00:00", "Grafico: PM10", `aria-labelledby="grafico-titolo grafico-testo"`,
		"22 valori, 2 mancanti", "Sotto il limite di rilevabilità (&lt;4)", "la fonte scrive «-999»", "Provvisorio", "Precipitazione", "f=csv",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q", want)
		}
	}
	if strings.Contains(page, "style=") || strings.Contains(page, "NaN") {
		t.Error("the chart has inline style, or no numbers")
	}
	path24 := chartPath.FindStringSubmatch(page)
	if path24 == nil || strings.Count(path24[1], "M") != 2 || strings.Count(path24[1], "L") != 20 {
		t.Errorf("the line of 24 hours with a gap: %v; want two parts of 22 points", path24)
	}
	if n := len(tableRow.FindAllString(page, -1)); n < 24 {
		t.Errorf("%d rows in the table; want 24", n)
	}
}

// Every period is a link, and says what its values are.
func TestStationPeriods(t *testing.T) {
	s := empty(t)
	path := withStation(t, s)
	page := s.page(t, path)
	rain := regexp.MustCompile(`href="([^"]+)"[^>]*>Precipitazione<`).FindStringSubmatch(page)
	if rain == nil {
		t.Fatal("no link to the rain")
	}
	for period, want := range map[string]string{
		"24-ore":    "Valore",
		"7-giorni":  "Valore",
		"30-giorni": "Totale del giorno",
		"anno":      "Totale del giorno",
	} {
		address := strings.Replace(strings.ReplaceAll(rain[1], "&amp;", "&"), "periodo=24-ore", "periodo="+period, 1)
		page := s.page(t, strings.TrimSuffix(address, "#misure"))
		if !strings.Contains(page, want) || !strings.Contains(page, "Precipitazione (mm)") || !strings.Contains(page, "Z\" fill=") {
			t.Errorf("%s: no %q, or no bars", period, want)
		}
	}
	links := periodHref.FindAllStringSubmatch(page, -1)
	if len(links) != 6 {
		t.Errorf("%d links to charts; want two properties and four periods", len(links))
	}
	for _, odd := range []string{"?misura=nessuna&periodo=mai", "?periodo=&misura=%00"} {
		if !strings.Contains(s.page(t, path+odd), "PM10 (µg/m³)") {
			t.Errorf("%s: not the usual chart", odd)
		}
	}
	if first, _ := s.get(t, path); first != nil {
		second, _ := s.get(t, path+"?periodo=anno")
		if first.Header.Get("ETag") == second.Header.Get("ETag") {
			t.Error("two periods have one ETag")
		}
	}
}

// A list says the newest values of a station on its second line.
func TestStationInAList(t *testing.T) {
	s := empty(t)
	withStation(t, s)
	page := s.page(t, "/mappa?q=prato+roma")
	if !regexp.MustCompile(`PM10 \d+(,\d)? µg/m³ · Precipitazione \d(,\d)? mm · 2 novembre 2026, ore 23:00`).MatchString(page) {
		t.Error("the list does not say the newest value")
	}
}

// A station without measurements has the page of any record.
func TestStationWithoutMeasures(t *testing.T) {
	s := empty(t)
	id := postgistest.Insert(t, s.store, "stations", "", `{"title":"Stazione muta","code":"X"}`)
	if resp, page := s.get(t, "/ambiente/slug-"+id); resp.StatusCode != http.StatusOK || strings.Contains(page, "po-grafico") {
		t.Errorf("%d", resp.StatusCode)
	}
}

// TestStationAccessible: axe finds nothing, on a desktop and on a phone.
func TestStationAccessible(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a browser")
	}
	s := empty(t)
	path := withStation(t, s)
	for _, width := range []int64{1366, 390} {
		b := open(t, s, width, 860)
		for _, period := range []string{"24-ore", "anno"} {
			b.visit(path + "?periodo=" + period)
			b.judge(fmt.Sprint("station ", period))
		}
	}
}
