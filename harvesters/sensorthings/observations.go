package sensorthings

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/table"
)

const (
	pageObservations = 1000
	maxFailures      = 5              // datastreams in a row that cannot be read
	overlap          = 48 * time.Hour // corrections are looked for so far back; spec §3.11
)

// columns of observations, all as the service writes them.
var columns = []string{"station", "property", "time", "end", "value", "unit", "quality", "result_time"}

// observationLayer is the layer of all observations. Times carry their offset.
func observationLayer() *catalog.Layer {
	l := &catalog.Layer{Name: "observations", Title: "Misure", Ours: true, Guess: catalog.Mapping{
		Kind: catalog.KindObservation, Fields: map[string]string{}, Observation: &catalog.ObservationMapping{Clock: catalog.ClockUTC}}}
	for _, c := range columns {
		l.Columns = append(l.Columns, catalog.Column{Name: c, Type: catalog.ColumnText, Nulls: true})
		l.Guess.Fields[c] = c
	}
	return l
}

// A reader reads the observations of all series.
type reader struct {
	*service
	layer  *catalog.Layer
	since  cursor // what the last run left
	now    cursor // what this one leaves
	filter int    // which of the filters the service understands
	plain  bool   // it does not understand $select, $orderby or data arrays
	yield  func(catalog.Harvested, error) bool
}

// all reads the observations of every series. One series that cannot be read is
// told; several in a row end the listing.
func (r *reader) all(ctx context.Context, list []series) error {
	failures := 0
	for _, x := range list {
		err := r.series(ctx, x)
		switch {
		case err == nil:
			failures = 0
			continue
		case errors.Is(err, table.ErrEnough) || ctx.Err() != nil || !errors.Is(err, catalog.ErrFailedListing):
			return err
		}
		if failures++; failures >= maxFailures || failures == len(list) {
			return err
		}
		r.now.forget(x.id.key())
		refused := &catalog.RowError{Issue: catalog.Issue{Rule: "datastream-unreadable", File: r.layer.Name, Key: x.station + " " + x.parts[0].property, Field: "Observations",
			Read: catalog.Excerpt(err.Error()), Expected: "observations that can be read; what was harvested of them before stays", Refused: true, Listed: true}}
		if !r.yield(catalog.Harvested{Layer: r.layer}, refused) {
			return table.ErrEnough
		}
	}
	return nil
}

// series reads the observations of one series that are new, trying less of the
// query language each time the service refuses it.
func (r *reader) series(ctx context.Context, x series) error {
	filters := r.since.filters(x.id.key())
	r.now.keep(x.id.key(), r.since.Last[x.id.key()])
	for {
		read := false
		err := r.each(ctx, r.address(x, filters), func(raw json.RawMessage) error { read = true; return r.entity(x, raw) })
		var status *fetch.StatusError
		if read || !errors.As(err, &status) || !(status.Code == 400 || status.Code == 405 || status.Code == 501) {
			return err
		}
		switch {
		case !r.plain:
			r.plain = true
		case r.filter < len(filters)-1:
			r.filter++
		default:
			return err
		}
	}
}

// address asks for the observations of a series.
func (r *reader) address(x series, filters []string) string {
	set := "/Datastreams"
	if x.multi {
		set = "/MultiDatastreams"
	}
	query := []string{fmt.Sprintf("$top=%d", pageObservations)}
	if !r.plain {
		query = append(query, "$orderby=phenomenonTime asc", "$select=phenomenonTime,resultTime,result,resultQuality")
		if r.arrays {
			query = append(query, "$resultFormat=dataArray")
		}
	}
	if f := filters[min(r.filter, len(filters)-1)]; f != "" {
		query = append([]string{"$filter=" + f}, query...)
	}
	return r.at(set+x.id.literal()+"/Observations", strings.Join(query, "&"))
}

// An observation as the service spells it.
type observation struct {
	Time    json.RawMessage `json:"phenomenonTime"`
	Result  json.RawMessage `json:"result"`
	Issued  json.RawMessage `json:"resultTime"`
	Quality json.RawMessage `json:"resultQuality"`
	// of a data array (OGC 18-088 §14.1)
	Components []string            `json:"components"`
	DataArray  [][]json.RawMessage `json:"dataArray"`
}

// entity yields an observation, or those of a data array.
func (r *reader) entity(x series, raw json.RawMessage) error {
	var o observation
	if err := json.Unmarshal(raw, &o); err != nil {
		return r.row(x, raw, observation{})
	}
	if o.DataArray == nil {
		return r.row(x, raw, o)
	}
	for _, row := range o.DataArray {
		one := observation{}
		for i, name := range o.Components {
			if i >= len(row) {
				break
			}
			switch name {
			case "phenomenonTime":
				one.Time = row[i]
			case "result":
				one.Result = row[i]
			case "resultTime":
				one.Issued = row[i]
			case "resultQuality":
				one.Quality = row[i]
			}
		}
		b, err := json.Marshal(row)
		if err != nil {
			return err
		}
		if err := r.row(x, b, one); err != nil {
			return err
		}
	}
	return nil
}

// row yields what one observation says of each part of its series.
func (r *reader) row(x series, raw json.RawMessage, o observation) error {
	start, end := span(word(o.Time))
	r.now.note(x.id.key(), start)
	results := []json.RawMessage{o.Result}
	if x.multi {
		results = make([]json.RawMessage, len(x.parts))
		if json.Unmarshal(o.Result, &results) != nil {
			results = slices.Repeat([]json.RawMessage{o.Result}, len(x.parts)) // told as a value that cannot be read
		}
	}
	for i, p := range x.parts {
		var result json.RawMessage
		if i < len(results) {
			result = results[i]
		}
		h := catalog.Harvested{Key: x.station + " " + p.property + " " + start, Layer: r.layer, MediaType: "application/json", Raw: raw,
			Values: []any{x.station, p.property, start, end, value(result), p.unit, quality(o.Quality), word(o.Issued)}}
		if !r.yield(h, nil) {
			return table.ErrEnough
		}
	}
	return nil
}

// span parts a time, which is an instant or an interval with a slash.
func span(t string) (start, end string) {
	start, end, interval := strings.Cut(t, "/")
	if !interval {
		return t, t
	}
	return start, end
}

// word is a JSON string; "" for anything else.
func word(v json.RawMessage) string {
	if len(v) == 0 || v[0] != '"' {
		return ""
	}
	return strings.TrimSpace(table.Unquote(v))
}

// value is a result as text: a number as it is written, a truth value as 1 or 0,
// objects and lists as JSON, which is no value but is told.
func value(v json.RawMessage) string {
	switch s := string(v); {
	case s == "true":
		return "1"
	case s == "false":
		return "0"
	case s == "" || s == "null":
		return ""
	case s[0] == '"':
		return word(v)
	default:
		return s
	}
}

// quality is what the service says in a word of the quality of a value. The
// objects of ISO 19157 are not understood.
func quality(v json.RawMessage) string {
	if q := word(v); len(q) <= 40 {
		return q
	}
	return ""
}
