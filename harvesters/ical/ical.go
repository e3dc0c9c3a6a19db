package ical

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
)

const accept = "text/calendar, text/plain;q=0.5, */*;q=0.1"

// Harvest yields one description for each UID of the calendar at src.URL, in
// the order of the file, with the times at which it takes place. An event that
// says nothing is a *catalog.RowError; any other error is the last pair.
func Harvest(ctx context.Context, c *http.Client, src catalog.Source) iter.Seq2[catalog.Harvested, error] {
	return At(time.Now())(ctx, c, src)
}

// At is Harvest as it is at a moment, from which it depends which times of a
// recurring event are kept.
func At(now time.Time) func(context.Context, *http.Client, catalog.Source) iter.Seq2[catalog.Harvested, error] {
	return func(ctx context.Context, c *http.Client, src catalog.Source) iter.Seq2[catalog.Harvested, error] {
		return func(yield func(catalog.Harvested, error) bool) {
			if err := harvest(ctx, c, src, windowAt(now), yield); err != nil {
				yield(catalog.Harvested{}, err)
			}
		}
	}
}

func harvest(ctx context.Context, c *http.Client, src catalog.Source, w window, yield func(catalog.Harvested, error) bool) error {
	d, err := fetch.Read(ctx, c, src.URL, accept)
	if err != nil {
		return err
	}
	if fetch.IsPage(d.Bytes) {
		return fmt.Errorf("%s: %w", d.Name, fetch.PageError(d.Bytes, d.URL, "a calendar", "text/calendar"))
	}
	doc := document(d.Bytes)
	cal, err := parse(doc, d.Charset)
	if err != nil {
		return fmt.Errorf("%s: %w", d.Name, err)
	}
	for _, e := range cal.events {
		e.forget(src.Mapping.Drop)
	}
	list, z := group(cal.events), newZones(cal.zones)
	for _, e := range cal.events { // so that the layer can tell the zones
		for _, p := range e.properties {
			if id := p.params["TZID"]; id != "" && isTime(p.name) {
				z.zone(id)
			}
		}
	}
	layer := newLayer(cal, list, z, fmt.Sprintf("%d components in %d calendars", len(cal.events), cal.calendars))
	swapped := turned(list)
	if swapped {
		layer.Found = append(layer.Found, "positions: longitude before latitude, against the standard; only so do they lie in Italy")
	}
	for _, s := range list {
		s.turned = swapped
		if err := ctx.Err(); err != nil {
			return err
		}
		if h, err := s.harvested(layer, s.occurrences(z, w)); !yield(h, err) {
			return nil
		}
	}
	if len(list) == 0 {
		src.Listing().Empty = layer
	}
	if !cal.whole {
		return fmt.Errorf("%s: END:VCALENDAR is missing, so the calendar is cut off after %d events: %w", d.Name, len(list), catalog.ErrFailedListing)
	}
	return nil
}
