package portal

import (
	"cmp"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

const (
	maxReadingFiles = 120 // files of a property and a year that a page lists; of more, those of all years
	drawnStations   = 200 // of a dataset of measurements
	newestSpan      = 24  // intervals before the last value that are looked at for the newest rows
)

// datasetReadings fills what there is when the dataset is measured values.
func (s *server) datasetReadings(r *http.Request, p *datasetPage, streams []catalog.Datastream, ask tableAsk) error {
	if len(streams) == 0 {
		return nil
	}
	stations := map[string]*catalog.Record{}
	var rows []row
	for _, d := range streams {
		if _, seen := stations[d.StationID]; seen || d.StationID == "" || len(rows) == drawnStations {
			continue
		}
		rec, err := s.store.Item(r.Context(), d.StationID)
		if isNotFound(err) || errors.Is(err, catalog.ErrWithdrawn) {
			continue // its measurements stay
		}
		if err != nil {
			return err
		}
		stations[d.StationID] = rec
		rows = append(rows, s.newRow(len(rows)+1, catalog.Hit{Record: rec, DistanceMetres: -1}))
	}
	if err := s.readingsPreview(r, p, streams, stations, ask); err != nil {
		return err
	}
	p.Ours = s.readingFiles(r, streams)
	p.MapURL = search{Page: 1, Collection: catalog.KindStation.Collection()}.URL("/mappa")
	list, err := s.store.ReadingChanges(r.Context(), streams[0].SourceID, shownChanges)
	if err != nil {
		return err
	}
	for _, c := range list {
		p.Changes = append(p.Changes, s.changeLine(c, "misure"))
	}
	return s.drawRows(r.Context(), p, rows)
}

// readingColumns are the columns by which the newest readings can be filtered.
var readingColumns = []string{"property", "station_code"}

// readingsPreview is the newest readings as the table of the page.
func (s *server) readingsPreview(r *http.Request, p *datasetPage, streams []catalog.Datastream, stations map[string]*catalog.Record, ask tableAsk) error {
	path := recordPath(p.Record)
	if !slices.Contains(readingColumns, ask.Column) {
		ask.Column, ask.Value = "", ""
	}
	ask = tableAsk{Column: ask.Column, Value: ask.Value}
	v := &tablePreview{Title: p.Record.Title, Measured: true}
	var list []datasets.Measured
	for i, d := range streams {
		v.Count += d.Count
		if ask.Column != "" && readingKey(d, ask.Column) != ask.Value {
			continue
		}
		from := d.Last.Add(-newestSpan * max(d.Interval.Longest(), time.Hour))
		q := catalog.ObservationQuery{Datastream: d, From: &from, Step: catalog.StepRaw, Limit: maxReadings}
		for o, err := range s.store.Observations(r.Context(), q) {
			if err != nil {
				return err
			}
			list = append(list, datasets.Measured{Datastream: &streams[i], Reading: o})
		}
	}
	slices.SortStableFunc(list, func(a, b datasets.Measured) int { return b.Reading.Start.Compare(a.Reading.Start) })
	list = list[:min(len(list), previewRows)]
	v.Shown = len(list)
	for _, name := range []string{"station", "property", "start", "value", "quality"} {
		c := previewColumn{Name: name, Label: s.texts.t("lettura." + name), Meaning: s.texts.t("colonna-tipo." + readingTypes[name])}
		v.Columns = append(v.Columns, c)
	}
	v.Columns[0].Values = s.readingValues(streams, "station_code", path, func(d catalog.Datastream) string { return stationName(d, stations) })
	v.Columns[1].Values = s.readingValues(streams, "property", path, func(d catalog.Datastream) string { return d.Title })
	for _, m := range list {
		d, o := *m.Datastream, m.Reading
		line := previewRow{Title: stationName(d, stations)}
		if rec := stations[d.StationID]; rec != nil {
			line.Path = recordPath(rec)
		}
		value := s.measuredRow(d, catalog.StepRaw, o)
		line.Cells = []previewValue{{Text: withUnit(d.Title, d)}, {Text: value.When}, {Text: value.Value}, {Text: or(value.Note, s.texts.t("qualita-misura."+string(o.Quality)))}}
		v.Rows = append(v.Rows, line)
	}
	if ask.Column != "" {
		v.Filters = []link{{URL: path + "#anteprima", Label: s.texts.t("lettura."+map[string]string{"property": "property", "station_code": "station"}[ask.Column]) + ": " + s.readingLabel(streams, stations, ask)}}
	}
	s.readingLinks(r, v, streams, ask)
	v.Schema, v.SchemaCS = s.readingSchema(list), path+"/schema.csv"
	p.Table = v
	return nil
}

func stationName(d catalog.Datastream, stations map[string]*catalog.Record) string {
	if rec := stations[d.StationID]; rec != nil {
		return rec.Title
	}
	return d.Station
}

// readingKey is what a filter compares of d.
func readingKey(d catalog.Datastream, column string) string {
	if column == "property" {
		return cmp.Or(d.Code, d.Property)
	}
	return d.Station
}

// readingLabel is the chosen value in words.
func (s *server) readingLabel(streams []catalog.Datastream, stations map[string]*catalog.Record, ask tableAsk) string {
	for _, d := range streams {
		if readingKey(d, ask.Column) == ask.Value {
			if ask.Column == "property" {
				return d.Title
			}
			return stationName(d, stations)
		}
	}
	return ask.Value
}

// readingValues are the filters of a column.
func (s *server) readingValues(streams []catalog.Datastream, column, path string, label func(catalog.Datastream) string) []link {
	counts := map[string]int64{}
	var out []link
	for _, d := range streams {
		key := readingKey(d, column)
		if counts[key] == 0 {
			out = append(out, link{URL: tableAsk{Column: column, Value: key}.URL(path) + "#anteprima", Label: label(d)})
		}
		counts[key] += max(1, d.Count)
	}
	if len(out) < 2 {
		return nil
	}
	slices.SortFunc(out, func(a, b link) int { return strings.Compare(a.Label, b.Label) })
	return out
}

// readingLinks are the ways to all of the readings.
func (s *server) readingLinks(r *http.Request, v *tablePreview, streams []catalog.Datastream, ask tableAsk) {
	q := url.Values{"source": {streams[0].SourceID}}
	switch ask.Column {
	case "property":
		q.Set("property", ask.Value)
	case "station_code":
		for _, d := range streams {
			if d.Station == ask.Value && d.StationID != "" {
				q = url.Values{"station": {d.StationID}}
			}
		}
	}
	v.ItemsURL = "/api/v1/observations?" + q.Encode() + "&limit=10"
	v.Curl = "curl '" + s.absolute(r, v.ItemsURL) + "'"
	v.CSV = observationsURL(q)
}

// readingFiles are the files of measured values: all of them, and each property
// year by year, of all stations.
func (s *server) readingFiles(r *http.Request, streams []catalog.Datastream) []fileLine {
	if len(streams) == 0 {
		return nil
	}
	type group struct {
		code, title string
		count       int64
		first, last time.Time
	}
	var groups []*group
	var all int64
	var updated time.Time
	for _, d := range streams {
		all += d.Count
		if d.Updated.After(updated) {
			updated = d.Updated
		}
		code := readingKey(d, "property")
		i := slices.IndexFunc(groups, func(g *group) bool { return g.code == code })
		if i < 0 {
			groups = append(groups, &group{code: code, title: d.Title, first: *d.First, last: *d.Last})
			i = len(groups) - 1
		}
		g := groups[i]
		g.count += d.Count
		if d.First.Before(g.first) {
			g.first = *d.First
		}
		if d.Last.After(g.last) {
			g.last = *d.Last
		}
	}
	slices.SortFunc(groups, func(a, b *group) int { return strings.Compare(a.title, b.title) })
	file := func(name, use string, rows int64, f datasets.ObservationFile, q url.Values) fileLine {
		q.Set("source", streams[0].SourceID)
		q.Set("f", f.Name)
		line := fileLine{Name: name + ", " + f.Label, Use: use, Format: f.Label, Updated: s.changedDay(updated), Licence: s.licenceName(streams[0].Licence),
			URL: template.URL(s.absolute(r, "/api/v1/observations?"+strings.ReplaceAll(q.Encode(), "%2F", "/")))}
		if rows > 0 {
			line.Rows = number(rows)
		}
		return line
	}
	var out []fileLine
	for _, f := range []datasets.ObservationFile{datasets.ObservationsCSV, datasets.ObservationsParquet} {
		out = append(out, file(s.texts.t("lettura.tutto"), s.texts.t("lettura.serve."+f.Name), all, f, url.Values{}))
	}
	years := 0
	for _, g := range groups {
		years += lastYear(g.last) - g.first.In(catalog.Rome).Year() + 1
	}
	for _, g := range groups {
		from, to := g.first.In(catalog.Rome).Year(), lastYear(g.last)
		if years > maxReadingFiles || from == to {
			out = append(out, file(g.title, s.texts.t("lettura.serve.grandezza"), g.count, datasets.ObservationsCSV, url.Values{"property": {g.code}}))
			continue
		}
		for year := to; year >= from; year-- {
			out = append(out, file(g.title+" "+strconv.Itoa(year), s.texts.t("lettura.serve.anno"), 0, datasets.ObservationsCSV,
				url.Values{"property": {g.code}, "datetime": {fmt.Sprintf("%d-01-01/%d-12-31", year, year)}}))
		}
	}
	return out
}

// lastYear is the year of what ends at t; midnight belongs to the year before.
func lastYear(t time.Time) int { return t.Add(-time.Second).In(catalog.Rome).Year() }

// readingTypes are the types of the columns of files of measured values.
var readingTypes = map[string]string{
	"datastream": "text", "station": "text", "station_code": "text", "property": "text", "uri": "text", "title": "text", "unit": "text", "aggregation": "text",
	"interval": "text", "start": "datetime", "end": "datetime", "value": "number", "quality": "text", "reason": "text", "result_time": "datetime",
	"min": "number", "max": "number", "count": "integer", "missing": "integer", "source": "text", "source_title": "text", "body": "text", "licence": "text",
}

// readingVocabularies are where the values of those columns are defined.
var readingVocabularies = map[string]string{
	"unit": "https://ucum.org/ucum", "uri": "http://dd.eionet.europa.eu/vocabulary/aq/pollutant", "licence": columnVocabularies["licence"],
	"start": columnVocabularies["start"], "end": columnVocabularies["end"], "interval": "https://www.iso.org/iso-8601-date-and-time-format.html",
}

// readingSchema describes the columns of the files, with an example of list.
func (s *server) readingSchema(list []datasets.Measured) []schemaRow {
	example := map[string]string{}
	if len(list) > 0 {
		d, o := list[0].Datastream, list[0].Reading
		example = map[string]string{
			"station_code": d.Station, "property": cmp.Or(d.Code, d.Property), "title": d.Title, "unit": d.Unit, "aggregation": string(d.Aggregation), "interval": d.Interval.String(),
			"start": o.Start.UTC().Format(time.RFC3339), "end": o.End.UTC().Format(time.RFC3339), "quality": string(o.Quality), "source": d.SourceID, "source_title": d.SourceTitle,
		}
		if o.Value != nil {
			example["value"] = strconv.FormatFloat(*o.Value, 'f', -1, 64)
		}
	}
	var out []schemaRow
	for _, name := range datasets.ObservationColumns() {
		line := schemaRow{Name: name, Label: s.texts.t("lettura-colonna." + name), Type: s.texts.t("colonna-tipo." + readingTypes[name]), Example: example[name], Nulls: true}
		if name == "value" {
			line.Unit = s.texts.t("lettura.unita")
		}
		if u := readingVocabularies[name]; u != "" {
			line.Vocabulary = link{URL: u, Label: s.texts.t("vocabolario." + name)}
		}
		out = append(out, line)
	}
	return out
}
