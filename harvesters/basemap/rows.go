package basemap

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// Rows turns the rows of a file into shapes of the base map. layer is where all
// of them go; when it is "", each row is classified by its columns, if they are
// OpenStreetMap's tags, or else by the name of the file or layer, of which name
// is the first. report is filled as the rows are read. A row that cannot be
// drawn is counted and left out; an error is the last pair.
func Rows(rows iter.Seq2[catalog.Harvested, error], name, layer string, report *Report) iter.Seq2[catalog.BasemapShape, error] {
	return func(yield func(catalog.BasemapShape, error) bool) {
		if layer != "" && !slices.Contains(Layers, layer) {
			yield(catalog.BasemapShape{}, fmt.Errorf("layer %q is not one of %s: %w", layer, strings.Join(Layers, ", "), catalog.ErrInvalid))
			return
		}
		var t *tableReader
		for h, err := range rows {
			if err != nil && !errors.Is(err, catalog.ErrInvalid) {
				yield(catalog.BasemapShape{}, err)
				return
			}
			report.Read++
			if err != nil {
				report.skip("refused by the reader")
				continue
			}
			if t == nil || t.layer != h.Layer {
				t = newTableReader(h.Layer, name, layer)
			}
			s, reason := t.shape(h)
			if reason != "" {
				report.skip(reason)
				continue
			}
			report.keep(s.Layer)
			if !yield(s, nil) {
				return
			}
		}
		if report.Read > 0 && report.Skipped["of no layer"] == report.Read {
			yield(catalog.BasemapShape{}, fmt.Errorf("%s: neither its columns nor its name say what it holds; say which layer with --layer, one of %s: %w",
				name, strings.Join(Layers, ", "), catalog.ErrInvalid))
		}
	}
}

// A tableReader knows which columns of a table say what.
type tableReader struct {
	layer   *catalog.Layer
	columns map[string]int // by name in small letters
	given   string         // the base map's layer for all rows, or ""
	hint    string         // the one the table's name says
	name    int            // column of the name, -1: none
}

// nameColumns and classColumns are columns in which names and classes stand.
var (
	nameColumns  = []string{"name", "nome", "denominazione", "toponimo", "denom", "nome_com", "name_it", "com_name"}
	classColumns = []string{"class", "classe", "fclass", "highway", "railway", "waterway", "natural", "landuse", "leisure", "place", "tipo", "tipologia", "type", "categoria"}
)

func newTableReader(l *catalog.Layer, file, layer string) *tableReader {
	t := &tableReader{layer: l, columns: map[string]int{}, given: layer, name: -1}
	for i, c := range l.Columns {
		t.columns[strings.ToLower(c.Name)] = i
	}
	if t.hint = layerByName(l.Name); t.hint == "" {
		t.hint = layerByName(file)
	}
	for _, n := range append(slices.Clone(nameColumns), strings.ToLower(l.Guess.Fields["title"])) {
		if i, ok := t.columns[n]; ok {
			t.name = i
			break
		}
	}
	return t
}

// shape is the shape of one row, or why there is none.
func (t *tableReader) shape(h catalog.Harvested) (catalog.BasemapShape, string) {
	g := flat(h.Geometry)
	if g == nil {
		return catalog.BasemapShape{}, "without a geometry"
	}
	text := func(column string) string {
		if i, ok := t.columns[column]; ok && i < len(h.Values) {
			return strings.TrimSpace(catalog.Text(h.Values[i]))
		}
		return ""
	}
	dim := g.Dimensions()
	s := catalog.BasemapShape{Layer: t.given, Geometry: g, SRID: h.Geometry.SRID()}
	if s.SRID == 0 {
		s.SRID = t.layer.SRID
	}
	if t.name >= 0 && t.name < len(h.Values) {
		s.Name = strings.TrimSpace(catalog.Text(h.Values[t.name]))
	}
	layer, class, known := classify(text, dim)
	switch {
	case known && (s.Layer == "" || s.Layer == layer):
		s.Layer, s.Class = layer, class
	case s.Layer == "" && t.hint == "":
		return s, "of no layer"
	case s.Layer == "" && t.other(text):
		return s, "of no layer"
	case s.Layer == "":
		s.Layer = t.hint
	}
	if !suits(s.Layer, dim) {
		return s, "of the wrong dimension for " + s.Layer
	}
	if !known || layer != s.Layer {
		s.Class = t.class(s.Layer, dim, text)
	}
	if s.Layer == "toponimi" && s.Name == "" {
		return s, "places without a name"
	}
	return s, ""
}

// other reports whether a row has a tag of the layer that the table's name
// says, but with a value that is not drawn: a road that is only planned.
func (t *tableReader) other(text func(string) string) bool {
	return slices.ContainsFunc(rules, func(r rule) bool { return r.layer == t.hint && text(r.key) != "" })
}

// class is the class of a row whose layer is known but whose columns are no tags.
func (t *tableReader) class(layer string, dim int, text func(string) string) string {
	for _, column := range classColumns {
		if class, ok := classByWords(layer, text(column)); ok {
			return class
		}
	}
	if layer == "acque" && dim == dimArea {
		return "water"
	}
	return defaultClass[layer]
}
