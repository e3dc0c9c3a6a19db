package gtfs

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/table"
)

// Harvest yields the stops of the timetable at src.URL, then its lines.
func Harvest(ctx context.Context, c *http.Client, src catalog.Source) iter.Seq2[catalog.Harvested, error] {
	return func(yield func(catalog.Harvested, error) bool) {
		err := harvest(ctx, c, src, yield)
		if err != nil && !errors.Is(err, table.ErrEnough) {
			yield(catalog.Harvested{}, err)
		}
	}
}

func harvest(ctx context.Context, c *http.Client, src catalog.Source, yield func(catalog.Harvested, error) bool) error {
	f, err := open(ctx, c, src.URL)
	if err != nil {
		return err
	}
	defer f.close()
	t, err := read(ctx, f)
	if err != nil {
		return err
	}
	told := slices.Clone(t.found)
	for _, l := range layers {
		if len(src.Mapping.Layers) > 0 && !slices.Contains(src.Mapping.Layers, l.name) {
			continue
		}
		t.found = slices.Clone(told)
		if err := t.layer(ctx, l, src.ID, src.Mapping, yield); err != nil {
			return err
		}
	}
	return nil
}

// A layer is what a feed holds of one sort.
type layer struct {
	name, title string
	kind        catalog.Kind
	fields      map[string]string
	spool       func(*timetable, context.Context, *table.Spool) error
}

var layers = []layer{
	{"stops", "Fermate", catalog.KindPlace, map[string]string{
		"title": "stop_name", "description": "stop_desc", "type": "stop_kind", "code": "stop_code", "url": "stop_url", "accessibility": "wheelchair"}, (*timetable).stops},
	{"routes", "Linee", catalog.KindFeature, map[string]string{
		"title": "line", "description": "route_desc", "type": "mode", "code": "route_short_name", "url": "route_url"}, (*timetable).lines},
}

func (t *timetable) layer(ctx context.Context, l layer, source string, m catalog.Mapping, yield func(catalog.Harvested, error) bool) error {
	s, err := table.NewSpool()
	if err != nil {
		return err
	}
	defer s.Close()
	if err := l.spool(t, ctx, s); err != nil {
		return err
	}
	if s.Len() == 0 {
		return nil
	}
	tab := s.Table(l.name)
	tab.Title, tab.SRID, tab.Found = l.title, 4326, append([]string{"format: GTFS"}, t.found...)
	tab.Guess = catalog.Mapping{Kind: l.kind, Fields: l.fields, Format: "gtfs"}
	tab.About, tab.Wanted = t.about(), catalog.Slug(source+" "+l.title)
	return tab.Harvest(ctx, m, -1, yield)
}

// about is the feed as a dataset.
func (t *timetable) about() *catalog.Dataset {
	d := &catalog.Dataset{}
	if t.from != "" || t.to != "" {
		d.Temporal = []catalog.Period{{Start: t.from, End: t.to}}
	}
	if len(t.agencies) == 1 {
		a := t.agencies[0]
		d.Publisher = catalog.Agent{Name: a.name}
		if strings.HasPrefix(a.url, "http") {
			d.Contacts = []catalog.Contact{{Name: a.name, URL: a.url, Phone: a.phone}}
		}
	}
	return d
}
