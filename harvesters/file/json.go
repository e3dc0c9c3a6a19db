package file

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/geo"
	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/table"
)

// openJSON tells GeoJSON, TopoJSON and plain lists of objects apart.
func (o *opener) openJSON(ctx context.Context, b fetch.Blob) ([]*table.Table, error) {
	enc, dec, why, err := detectEncoding(b.Path, o.mapping.Encoding)
	if err != nil {
		return nil, err
	}
	if dec != nil { // JSON is UTF-8; this is not, but its words can be saved
		if b, err = o.transcode(b, encodingOf(enc)); err != nil {
			return nil, err
		}
		o.found = append(o.found, why)
	}
	out, err := readOutline(ctx, b.Path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", b.Name, err)
	}
	if out.members["type"] == `"Topology"` {
		return o.openTopoJSON(ctx, b, out)
	}
	l, format, err := o.choose(out)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", b.Name, err)
	}
	t := &table.Table{Name: stem(b.Name), File: b.Name, Format: format, Media: "application/json", Fields: table.NewFields(),
		Guess: catalog.Mapping{Format: format}, Found: []string{fmt.Sprintf("format: %s, %d rows", format, l.count)}}
	if strings.HasPrefix(format, "geojson") {
		t.Media = "application/geo+json"
	} else if l.path != "" {
		t.Guess.Path = l.path
		t.Found = append(t.Found, fmt.Sprintf("path: the rows are under %q", l.path))
	}
	t.CRS, t.SRID = declaredCRS(out.members)
	t.Unfold = table.NewUnfolder(t.Fields)
	if out.members["osm3s"] != "" && l.path == "elements" {
		if remark := out.members["remark"]; strings.Contains(remark, "error") {
			return nil, failed("%s: Overpass gave a part of its answer and then: %s", b.Name, catalog.Excerpt(strings.Trim(remark, `"`)))
		}
		return o.openOverpass(ctx, b, t, l)
	}
	t.Scan = func(ctx context.Context, f func(*table.Row) error) error {
		return scanJSON(ctx, b.Path, t, l, out.sequence, t.Unfold.Fill, f)
	}
	return []*table.Table{t}, nil
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
		props := table.Member(crs, "properties")
		for _, m := range [][]byte{table.Member(props, "name"), table.Member(props, "code"), table.Member(props, "href"), table.Member(crs, "name")} {
			if len(m) > 0 {
				return table.Unquote(m), geo.Recognise(table.Unquote(m))
			}
		}
	}
	if ref := []byte(top["spatialReference"]); len(ref) > 0 && ref[0] == '{' {
		for _, m := range [][]byte{table.Member(ref, "latestWkid"), table.Member(ref, "wkid"), table.Member(ref, "wkt")} {
			if len(m) > 0 {
				return table.Unquote(m), geo.Recognise(table.Unquote(m))
			}
		}
	}
	return "", 0
}

// scanJSON reads the elements of a list, one at a time.
func scanJSON(ctx context.Context, path string, t *table.Table, l list, sequence bool, fill func(*table.Row, []byte), f func(*table.Row) error) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	if _, err := in.Seek(l.offset, io.SeekStart); err != nil {
		return err
	}
	s := newScanner(fetch.WithContext(ctx, in), l.offset, l.line)
	if !sequence && l.count > 0 {
		if err := s.skip('['); err != nil {
			return err
		}
	}
	out := &table.Row{}
	for i := range l.count {
		if _, err := s.want(); err != nil {
			return err
		}
		out.Reset(s.line)
		v, err := s.value(true, maxRow)
		if err != nil {
			return fmt.Errorf("%s: %w", t.File, err)
		}
		out.Raw = v
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
