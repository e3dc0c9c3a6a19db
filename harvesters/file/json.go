package file

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/geo"
)

// openJSON tells GeoJSON, TopoJSON and plain lists of objects apart.
func (o *opener) openJSON(ctx context.Context, b blob) ([]*table, error) {
	enc, dec, why, err := detectEncoding(b.path, o.mapping.Encoding)
	if err != nil {
		return nil, err
	}
	if dec != nil { // JSON is UTF-8; this is not, but its words can be saved
		if b, err = o.transcode(b, encodingOf(enc)); err != nil {
			return nil, err
		}
		o.found = append(o.found, why)
	}
	out, err := readOutline(ctx, b.path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", b.name, err)
	}
	if out.members["type"] == `"Topology"` {
		return o.openTopoJSON(ctx, b, out)
	}
	l, format, err := o.choose(out)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", b.name, err)
	}
	t := &table{name: stem(b.name), file: b.name, format: format, media: "application/json", fields: newFields(),
		guess: catalog.Mapping{Format: format}, found: []string{fmt.Sprintf("format: %s, %d rows", format, l.count)}}
	if strings.HasPrefix(format, "geojson") {
		t.media = "application/geo+json"
	} else if l.path != "" {
		t.guess.Path = l.path
		t.found = append(t.found, fmt.Sprintf("path: the rows are under %q", l.path))
	}
	t.crs, t.srid = declaredCRS(out.members)
	t.unfold = newUnfolder(t.fields)
	t.scan = func(ctx context.Context, f func(*row) error) error {
		return scanJSON(ctx, b.path, t, l, out.sequence, func(r *row, v []byte) { t.fillJSON(r, v) }, f)
	}
	return []*table{t}, nil
}

// choose finds the list of rows and says what it is.
func (o *opener) choose(out outline) (list, string, error) {
	if path := o.mapping.Path; path != "" {
		l, ok := out.find(path)
		if !ok {
			return l, "", fmt.Errorf("the mapping's path %q leads to no list", path)
		}
		return l, "json", nil
	}
	switch typ := strings.Trim(out.members["type"], `"`); {
	case out.sequence && typ == "Feature":
		return out.lists[0], "geojsonseq", nil
	case out.sequence:
		return out.lists[0], "jsonl", nil
	case typ == "FeatureCollection":
		l, ok := out.find("features")
		if !ok {
			return l, "", failed("a FeatureCollection without features")
		}
		return l, "geojson", nil
	}
	if l, ok := out.best(); ok {
		return l, "json", nil
	}
	for _, l := range out.lists {
		if l.count == 0 && (l.path == "" || len(out.lists) == 1) {
			return l, "json", nil // an empty list, and nothing else
		}
	}
	return list{}, "", failed("JSON in which no list of objects was found; name it in the mapping's path")
}

// declaredCRS reads the crs member that GeoJSON had before RFC 7946, and
// Esri's. Without either GeoJSON is in degrees by definition, but publishers
// forget that, so the numbers decide.
func declaredCRS(top map[string]string) (string, int) {
	crs := []byte(top["crs"])
	if len(crs) > 0 && crs[0] == '{' {
		props := member(crs, "properties")
		for _, m := range [][]byte{member(props, "name"), member(props, "code"), member(props, "href"), member(crs, "name")} {
			if len(m) > 0 {
				return unquote(m), geo.Recognise(unquote(m))
			}
		}
	}
	if ref := []byte(top["spatialReference"]); len(ref) > 0 && ref[0] == '{' {
		for _, m := range [][]byte{member(ref, "latestWkid"), member(ref, "wkid"), member(ref, "wkt")} {
			if len(m) > 0 {
				return unquote(m), geo.Recognise(unquote(m))
			}
		}
	}
	return "", 0
}

// scanJSON reads the elements of a list, one at a time.
func scanJSON(ctx context.Context, path string, t *table, l list, sequence bool, fill func(*row, []byte), f func(*row) error) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	if _, err := in.Seek(l.offset, io.SeekStart); err != nil {
		return err
	}
	s := newScanner(contextReader{ctx, in}, l.offset, l.line)
	if !sequence && l.count > 0 {
		if err := s.skip('['); err != nil {
			return err
		}
	}
	out := &row{}
	for i := range l.count {
		if _, err := s.want(); err != nil {
			return err
		}
		out.reset(s.line)
		v, err := s.value(true, maxRow)
		if err != nil {
			return fmt.Errorf("%s: %w", t.file, err)
		}
		out.raw = v
		fill(out, v)
		if err := f(out); err != nil {
			return err
		}
		if !sequence && i < l.count-1 {
			if err := s.skip(','); err != nil {
				return err
			}
		}
	}
	return nil
}

// fillJSON makes a row of a feature or of any other object.
func (t *table) fillJSON(r *row, v []byte) {
	if v[0] != '{' {
		r.refused = true
		r.issues = append(r.issues, catalog.Issue{Rule: "row-not-object", Refused: true, Read: short(string(v)), Expected: "a JSON object"})
		return
	}
	var typ, id, geometry, properties []byte
	members(v, func(name string, m []byte) {
		switch name {
		case "type":
			typ = m
		case "id":
			id = m
		case "geometry":
			geometry = m
		case "properties":
			properties = m
		}
	})
	if string(typ) != `"Feature"` {
		t.unfold.row(r, v)
		return
	}
	if len(id) > 0 {
		if c := cellOf(id); c.kind == text || c.kind == number {
			r.id = strings.TrimSpace(c.text)
		}
	}
	if len(properties) > 0 && properties[0] == '{' {
		t.unfold.row(r, properties)
	}
	if len(geometry) > 0 && geometry[0] != 'n' { // before any that a property holds
		t.fillGeometry(r, geometry)
	}
}

func (t *table) fillGeometry(r *row, v []byte) {
	g, err := geoJSONGeometry(v)
	if err != nil {
		if !errors.Is(err, errEmptyGeometry) {
			r.issues = append(r.issues, catalog.Issue{Rule: "geometry-unreadable", Field: "geometry", Read: short(string(v)), Expected: "a GeoJSON geometry: " + err.Error()})
		}
		return
	}
	r.geometry = g
}
