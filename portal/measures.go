package portal

import (
	"context"
	"html/template"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// measures is what the page of a station shows of its measurements.
type measures struct {
	Latest  []latest
	Title   string // of the property in the chart, with its unit
	Periods []periodLink
	Chart   *chart // nil when the period holds no value
	Told    string // what a value of the table is
	Summed  bool   // with least and greatest
	Rows    []measuredRow
	CSV     string // of the period
	All     string // of everything that the station measures
}

// latest is the newest value of one property.
type latest struct {
	Name, Value, When string
	URL               template.URL // of its chart
	Current           bool
}

// A periodLink leads to a chart; Current is the one that is shown.
type periodLink struct {
	Label   string
	URL     template.URL
	Current bool
}

type measuredRow struct{ When, Value, Min, Max, Note string }

// A period of the chart ends with the last observation, so that a station that
// has been silent for a month still shows what it last said.
type period struct {
	name string // in addresses
	back func(time.Time) time.Time
	step catalog.Step
}

var periods = []period{
	{"24-ore", func(t time.Time) time.Time { return t.Add(-24 * time.Hour) }, catalog.StepRaw},
	{"7-giorni", func(t time.Time) time.Time { return t.AddDate(0, 0, -7) }, catalog.StepHour},
	{"30-giorni", func(t time.Time) time.Time { return t.AddDate(0, 0, -30) }, catalog.StepDay},
	{"anno", func(t time.Time) time.Time { return t.AddDate(-1, 0, 0) }, catalog.StepDay},
}

// maxRaw is how many values of a day are drawn as they are; of an instrument
// that speaks more often, the hours are.
const maxRaw = 300

// measures gathers the measurements of rec; nil when it is no station or has none.
func (s *server) measures(r *http.Request, rec *catalog.Record) (*measures, error) {
	if rec.Kind != catalog.KindStation {
		return nil, nil
	}
	streams, err := s.store.Datastreams(r.Context(), rec.ID)
	streams = slices.DeleteFunc(streams, func(d catalog.Datastream) bool { return d.Last == nil })
	if err != nil || len(streams) == 0 {
		return nil, err
	}
	shown := shownStream(streams, r.URL.Query().Get("misura"))
	d := streams[shown]
	p := shownPeriod(d, r.URL.Query().Get("periodo"))
	m := &measures{Title: withUnit(d.Title, d), All: observationsURL(url.Values{"station": {rec.ID}})}
	path := recordPath(rec)
	for i, other := range streams {
		l := latest{Name: other.Title, Value: "–", URL: measuresURL(path, other, p), Current: i == shown}
		if other.Latest != nil {
			l.Value, l.When = quantity(*other.Latest.Value, other), s.moment(other, *other.Latest)
		}
		m.Latest = append(m.Latest, l)
	}
	for _, other := range periods {
		m.Periods = append(m.Periods, periodLink{Label: s.texts.t("misure.periodo." + other.name), URL: measuresURL(path, d, other), Current: other.name == p.name})
	}
	return m, s.window(r.Context(), m, d, p)
}

// measured is what of the address of a page its measurements depend on.
func measured(r *http.Request, rec *catalog.Record) string {
	if rec.Kind != catalog.KindStation {
		return ""
	}
	return r.URL.Query().Get("misura") + " " + r.URL.Query().Get("periodo")
}

// window reads the period of the chart.
func (s *server) window(ctx context.Context, m *measures, d catalog.Datastream, p period) error {
	to := *d.Last
	from := p.back(to.In(d.Clock.Location()))
	q := catalog.ObservationQuery{Datastream: d, From: &from, To: &to, Step: stepFor(d, p)}
	m.CSV = observationsURL(url.Values{"datastream": {d.ID}, "interval": {string(q.Step)}, "datetime": {from.UTC().Format(time.RFC3339) + "/" + to.UTC().Format(time.RFC3339)}})
	list, err := s.readings(ctx, q, maxRaw)
	if len(list) > maxRaw && q.Step == catalog.StepRaw {
		q.Step = catalog.StepHour
		list, err = s.readings(ctx, q, 0)
	}
	if err != nil {
		return err
	}
	m.Summed = q.Step != catalog.StepRaw
	m.Told = s.told(d, q.Step)
	m.Chart = s.newChart(d, q.Step, list, from, to, m.Title)
	for _, o := range slices.Backward(list) {
		m.Rows = append(m.Rows, s.measuredRow(d, q.Step, o))
	}
	return nil
}

// stepFor is the step of a period, or none where the values stand for as long.
func stepFor(d catalog.Datastream, p period) catalog.Step {
	i := d.Interval
	if p.step == catalog.StepHour && (i.Days > 0 || i.Months > 0 || i.Clock >= time.Hour) ||
		p.step == catalog.StepDay && (i.Days > 0 || i.Months > 0 || i.Clock >= 24*time.Hour) {
		return catalog.StepRaw
	}
	return p.step
}

// readings are those of q, at most one more than limit; 0: all.
func (s *server) readings(ctx context.Context, q catalog.ObservationQuery, limit int) ([]catalog.Reading, error) {
	var list []catalog.Reading
	if q.Step == catalog.StepRaw && limit > 0 && q.From.AddDate(0, 0, 2).After(*q.To) {
		q.Limit = limit + 1
	} else {
		q.Limit = maxReadings
	}
	for o, err := range s.store.Observations(ctx, q) {
		if err != nil {
			return nil, err
		}
		list = append(list, o)
	}
	return list, nil
}

// maxReadings is the most that one page shows: a year of days, a month of hours.
const maxReadings = 1000

// shownStream is the one that the address names, by its id, else the first that
// has a value.
func shownStream(streams []catalog.Datastream, id string) int {
	if i := slices.IndexFunc(streams, func(d catalog.Datastream) bool { return d.ID == id }); i >= 0 {
		return i
	}
	return max(0, slices.IndexFunc(streams, func(d catalog.Datastream) bool { return d.Latest != nil }))
}

// shownPeriod is the one that the address names, else a day of hours or a month
// of days.
func shownPeriod(d catalog.Datastream, name string) period {
	if i := slices.IndexFunc(periods, func(p period) bool { return p.name == name }); i >= 0 {
		return periods[i]
	}
	if d.Interval.Days > 0 {
		return periods[2]
	}
	if d.Interval.Months > 0 {
		return periods[3]
	}
	return periods[0]
}

func measuresURL(path string, d catalog.Datastream, p period) template.URL {
	return template.URL(path + "?" + url.Values{"misura": {d.ID}, "periodo": {p.name}}.Encode() + "#misure")
}

func observationsURL(q url.Values) string {
	q.Set("f", "csv")
	return "/api/v1/observations?" + q.Encode()
}

// told says what a value of the table is: "Media giornaliera".
func (s *server) told(d catalog.Datastream, step catalog.Step) string {
	if step == catalog.StepRaw {
		return s.texts.t("misure.valore")
	}
	kind := map[catalog.Aggregation]string{catalog.AggregationSum: "totale", catalog.AggregationMax: "massimo", catalog.AggregationMin: "minimo"}[d.Aggregation]
	return s.texts.t("misure." + or(kind, "media") + "." + string(step))
}

func (s *server) measuredRow(d catalog.Datastream, step catalog.Step, o catalog.Reading) measuredRow {
	row := measuredRow{When: s.when(d, step, o), Value: "–"}
	if o.Value != nil {
		row.Value = decimal(*o.Value, step)
	}
	if o.Min != nil && o.Max != nil {
		row.Min, row.Max = decimal(*o.Min, catalog.StepRaw), decimal(*o.Max, catalog.StepRaw)
	}
	switch {
	case o.Quality == catalog.QualityBelowDetection:
		row.Note = s.texts.t("misure.sotto-soglia", o.Reason)
	case o.Value == nil && o.Reason != "":
		row.Note = s.texts.t("misure.mancante", o.Reason)
	case o.Value == nil:
		row.Note = s.texts.t("misure.vuoto")
	case o.Quality == catalog.QualityInvalid:
		row.Note = s.texts.t("misure.non-valido")
	case o.Quality == catalog.QualityProvisional:
		row.Note = s.texts.t("misure.provvisorio")
	case o.Missing > 0:
		row.Note = s.texts.t("misure.mancanti", o.Missing)
	}
	return row
}

// sayLatest puts the newest values of the stations among rows on their second
// line, the first ones that were measured together.
func (s *server) sayLatest(ctx context.Context, rows []row, hits []catalog.Hit) error {
	at := map[string]int{}
	var ids []string
	for i, h := range hits {
		if h.Record.Kind == catalog.KindStation {
			at[h.Record.ID] = i
			ids = append(ids, h.Record.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	streams, err := s.store.Datastreams(ctx, ids...)
	if err != nil {
		return err
	}
	values, moments := map[string][]string{}, map[string]string{}
	for _, d := range streams {
		if d.Latest == nil || len(values[d.StationID]) == maxSaid {
			continue
		}
		at := s.moment(d, *d.Latest)
		if before, known := moments[d.StationID]; known && before != at {
			continue // one line, one time
		}
		moments[d.StationID] = at
		values[d.StationID] = append(values[d.StationID], d.Title+" "+quantity(*d.Latest.Value, d))
	}
	for id, said := range values {
		r := &rows[at[id]]
		r.Hours = join(" · ", r.Hours, strings.Join(said, " · "), moments[id])
	}
	return nil
}

// maxSaid is how many values of a station stand on the line of a list.
const maxSaid = 2

// moment is when the newest value was measured.
func (s *server) moment(d catalog.Datastream, o catalog.Reading) string {
	return s.when(d, catalog.StepRaw, o)
}

// when says the time of a value: days and months by the clock of the
// datastream, hours as people's clocks show them.
func (s *server) when(d catalog.Datastream, step catalog.Step, o catalog.Reading) string {
	own := o.Start.In(d.Clock.Location())
	switch {
	case step == catalog.StepMonth || step == catalog.StepRaw && d.Interval.Months > 0:
		return months[own.Month()-1] + " " + strconv.Itoa(own.Year())
	case step == catalog.StepDay || step == catalog.StepRaw && (d.Interval.Days > 0 || d.Interval.Clock >= 24*time.Hour):
		return day(own)
	}
	at := o.Start.In(catalog.Rome)
	text := day(at) + ", " + s.texts.t("misure.ore", at.Format("15:04"))
	if o.End.After(o.Start) {
		text += "–" + o.End.In(catalog.Rome).Format("15:04")
	}
	return text
}

// quantity is a number with its unit.
func quantity(v float64, d catalog.Datastream) string {
	return strings.TrimSpace(decimal(v, catalog.StepRaw) + " " + datasets.Vocabularies().Symbol(d.Unit))
}

// withUnit is the name of a property with its unit in brackets.
func withUnit(name string, d catalog.Datastream) string {
	if symbol := datasets.Vocabularies().Symbol(d.Unit); symbol != "" {
		return name + " (" + symbol + ")"
	}
	return name
}

// decimal writes a number as Italians do: measured ones as they are, computed
// ones to three digits or the whole.
func decimal(v float64, step catalog.Step) string {
	digits := -1
	if step != catalog.StepRaw {
		digits = max(0, 2-int(math.Floor(math.Log10(max(math.Abs(v), 1)))))
		if digits > 0 && v != math.Trunc(v) {
			v = math.Round(v*math.Pow10(digits)) / math.Pow10(digits)
		}
		if v == math.Trunc(v) {
			digits = 0
		}
	}
	text := strings.Replace(strconv.FormatFloat(v, 'f', digits, 64), ".", ",", 1)
	return strings.Replace(text, "-", "−", 1)
}
