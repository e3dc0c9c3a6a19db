package wfs

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/geo"
	"po-net.prato.it/ponet/harvesters/table"
)

// told says how a layer was read.
func (w *walk) told(total int) string {
	count := "which the service does not count"
	if total >= 0 {
		count = fmt.Sprintf("the service counts %d", total)
	}
	if w.pages == 0 {
		return fmt.Sprintf("%d in the file", w.n)
	}
	format := "GML"
	if w.answers.json {
		format = "GeoJSON"
	}
	return fmt.Sprintf("%d, %s; read %s, %d requests, as %s", w.n, count, w.plan, w.pages, format)
}

// harvest yields what a walk has read as a layer.
func (l *layer) harvest(ctx context.Context, w *walk) error {
	if w.n == 0 {
		return nil
	}
	l.rows += w.n
	if w.srs == "" && w.metres { // GeoJSON from before RFC 7946, which does not say
		w.srs = l.crs
	}
	t := w.spool.Table(l.collection())
	t.Title, t.CRS = l.title, w.srs
	t.SRID, t.InferTypes = geo.Recognise(w.srs), len(l.schema.attributes) == 0 && !w.answers.json
	t.Found = append(t.Found, l.found...)
	if w.random {
		t.Found = append(t.Found, "key: the service makes its ids anew for every answer, they are left out")
	}
	if key := w.key(); key != "" {
		t.KeyHint = key
		withoutIDs(t)
	}
	m := l.src.Mapping
	if w.mirrored() && m.SwapAxes == nil {
		swap := true
		m.SwapAxes = &swap
		t.Found = append(t.Found, fmt.Sprintf("crs: %d of %d positions lie in the layer's box only with the axes the other way round", w.turned, w.placed))
	}
	about := l.about()
	return t.Harvest(ctx, m, -1, func(h catalog.Harvested, err error) bool {
		if h.Layer != nil {
			h.Layer.About = about
		}
		return l.yield(h, err)
	})
}

// withoutIDs leaves it to an attribute to identify rows: a gml:id is not stable on
// views (spec §3.4).
func withoutIDs(t *table.Table) {
	scan := t.Scan
	t.Scan = func(ctx context.Context, f func(*table.Row) error) error {
		return scan(ctx, func(r *table.Row) error {
			r.ID = ""
			return f(r)
		})
	}
}

// key is the attribute that may identify features instead of their ids, "" for none.
func (w *walk) key() string {
	for _, a := range w.layer.schema.identifying() {
		if _, distinct := w.keys[a]; distinct {
			return a
		}
	}
	return ""
}

// mirrored: the box that the capabilities give says that the axes are not in the
// order that the declaration has.
func (w *walk) mirrored() bool {
	c, known := geo.Lookup(geo.Recognise(w.srs))
	return known && c.Geographic() && w.inside == 0 && geo.Mostly(w.turned, w.placed)
}

// collection is the name of the layer: the local one, unless another has that too.
func (l *layer) collection() string {
	same := 0
	for _, t := range l.caps.types {
		if strings.EqualFold(t.local(), l.local()) {
			same++
		}
	}
	if same > 1 {
		return strings.ReplaceAll(l.name, ":", "_")
	}
	return l.local()
}

// about is what the service says of the layer as a dataset; nil: nothing.
func (l *layer) about() *catalog.Dataset {
	if l.caps.version == "" {
		return nil // a file
	}
	d := &catalog.Dataset{Title: l.title, Description: l.abstract, Keywords: slices.Clone(l.keywords), Documentation: l.metadata}
	if d.Description == "" {
		d.Description = l.caps.abstract
	}
	for _, k := range l.caps.keywords {
		if !slices.Contains(d.Keywords, k) {
			d.Keywords = append(d.Keywords, k)
		}
	}
	for _, s := range []string{l.caps.constraints, l.caps.fees} {
		if d.Licence == "" && s != "" {
			d.Licence = s
		}
	}
	if l.caps.provider != "" {
		d.Publisher = catalog.Agent{Name: l.caps.provider}
	}
	if l.box != nil {
		d.Spatial = []catalog.Spatial{{BBox: l.box}}
	}
	d.Distributions = []catalog.Distribution{{
		Title: "WFS", AccessURL: l.with("service", "WFS", "request", "GetCapabilities"), Format: "WFS", Service: true,
	}}
	return d
}
