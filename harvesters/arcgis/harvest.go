package arcgis

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/table"
)

// Harvest yields every row of every layer that src.URL means. When none of them
// was edited since the last run, as the service says, there is nothing to read.
func Harvest(ctx context.Context, c *http.Client, src catalog.Source) iter.Seq2[catalog.Harvested, error] {
	return func(yield func(catalog.Harvested, error) bool) {
		err := harvest(ctx, client{c}, src, yield)
		if err != nil && !errors.Is(err, table.ErrEnough) {
			yield(catalog.Harvested{}, err)
		}
	}
}

func harvest(ctx context.Context, c client, src catalog.Source, yield func(catalog.Harvested, error) bool) error {
	list, lost, err := c.layers(ctx, src.URL)
	if err != nil {
		return err
	}
	names := naming(list)
	if wanted := src.Mapping.Layers; len(wanted) > 0 {
		list = slices.DeleteFunc(list, func(l *layer) bool {
			return !slices.Contains(wanted, names[l]) && !slices.Contains(wanted, strconv.Itoa(l.ID))
		})
		if len(list) == 0 && len(lost) == 0 {
			return failed("the mapping names the layers %q, which the service has not", wanted)
		}
	}
	listing := src.Listing()
	edited := edits(list)
	if edited != "" && edited == listing.Since && len(lost) == 0 {
		listing.Cursor, listing.Partial = edited, true
		return nil
	}
	for _, l := range list {
		name := names[l]
		if len(list) == 1 && l.service == "" {
			name = ""
		}
		err := c.rows(ctx, l, name, src, yield)
		if err != nil && l.service != "" && !errors.Is(err, table.ErrEnough) && ctx.Err() == nil { // the other services have nothing to do with it
			lost = append(lost, strings.TrimSuffix(err.Error(), ": "+catalog.ErrFailedListing.Error()))
			err = nil
		}
		if err != nil {
			return err
		}
	}
	if len(lost) > 0 {
		return failed("%d of the services could not be read: %s", len(lost), strings.Join(lost, "; "))
	}
	listing.Cursor = edited
	return nil
}

// naming gives each layer a name of its own in the source.
func naming(list []*layer) map[*layer]string {
	names, taken := map[*layer]string{}, map[string]bool{}
	for _, l := range list {
		name := l.plainName()
		if l.service != "" && l.service != name {
			name = l.service + " " + name
		}
		if taken[name] {
			name += " " + strconv.Itoa(l.ID)
		}
		for base, n := name, 2; taken[name]; n++ {
			name = fmt.Sprint(base, " ", n)
		}
		names[l], taken[name] = name, true
	}
	return names
}

// edits says when each layer was last edited; "" when one does not say.
func edits(list []*layer) string {
	var all []string
	for _, l := range list {
		if l.Editing.Last == 0 {
			return ""
		}
		_, which, _ := strings.Cut(l.address, "/services/")
		if l.service == "" {
			which = l.address[strings.LastIndexByte(l.address, '/')+1:]
		}
		all = append(all, fmt.Sprintf("%s=%d", which, l.Editing.Last))
	}
	return strings.Join(all, " ")
}

// rows yields the rows of one layer.
func (c client) rows(ctx context.Context, l *layer, name string, src catalog.Source, yield func(catalog.Harvested, error) bool) error {
	q := &query{client: c, layer: l, rows: src.Listing().Rows(min(l.MaxRecords, mostRows))}
	if err := q.restart(); err != nil {
		return err
	}
	defer func() { q.spool.Close() }()
	if err := q.read(ctx); err != nil {
		return fmt.Errorf("layer %q: %w", l.plainName(), err)
	}
	if q.spool.Len() == 0 {
		return nil
	}
	t := q.spool.Table(name)
	t.Title, t.CRS, t.SRID, t.KeyHint = l.plainName(), q.crs, q.srid, l.GlobalID
	t.About = l.about()
	format := "Esri JSON"
	if q.geojson && l.located() {
		format = "GeoJSON"
	}
	t.Found = append([]string{fmt.Sprintf("layer: %s, %s, read as %s", l.address, l.Type, format)}, q.found...)
	if l.Display != "" {
		t.Guess.Fields = map[string]string{"title": l.Display}
	}
	return t.Harvest(ctx, src.Mapping, -1, yield)
}

// about is the layer as a dataset.
func (l *layer) about() *catalog.Dataset {
	d := &catalog.Dataset{Description: l.Description, RightsNote: l.Copyright}
	if l.dataset != nil { // a Hub says more than the service
		of := *l.dataset
		of.Description, of.RightsNote = cmp.Or(of.Description, d.Description), cmp.Or(of.RightsNote, d.RightsNote)
		d = &of
	}
	if l.Editing.Last > 0 {
		d.Modified = time.UnixMilli(l.Editing.Last).UTC().Format(time.RFC3339)
	}
	return d
}
