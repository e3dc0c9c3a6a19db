package file

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/table"
)

type mapping = catalog.Mapping

func (o *opener) open(ctx context.Context, b fetch.Blob) ([]*table.Table, error) {
	if f := strings.ToLower(o.mapping.Format); f != "" && !slices.Contains(formats, f) {
		return nil, fmt.Errorf("the mapping's format %q is none of %s", f, strings.Join(formats, ", "))
	}
	return o.openAt(ctx, b, 0)
}

// formats are what Mapping.Format may say. Only csv and tsv overrule the bytes:
// every other format is plain from them.
var formats = []string{"csv", "tsv", "xlsx", "json", "jsonl", "geojson", "geojsonseq", "topojson", "shp", "dbf", "gpkg", "kml", "kmz", "gpx"}

// openAt tells the kind of a file from its bytes; its name and the server's
// media type are not believed. Only mapping.Format is, where bytes leave a choice.
func (o *opener) openAt(ctx context.Context, b fetch.Blob, depth int) ([]*table.Table, error) {
	if depth > maxNesting {
		return nil, failed("%s: archives in archives deeper than %d", b.Name, maxNesting)
	}
	head, err := firstBytes(b.Path, 4096)
	if err != nil {
		return nil, err
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n\x1e")
	lower := bytes.ToLower(text)
	switch format := strings.ToLower(o.mapping.Format); {
	case len(text) == 0:
		return nil, failed("%s is empty", b.Name)
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		if b, err = o.Gunzip(ctx, b); err != nil {
			return nil, err
		}
		return o.openAt(ctx, b, depth+1)
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return o.openZip(ctx, b, depth)
	case bytes.HasPrefix(head, []byte("SQLite format 3\x00")):
		return o.openGeoPackage(ctx, b)
	case bytes.HasPrefix(head, []byte{0, 0, 0x27, 0x0a}):
		return o.openShapefile(ctx, b)
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		if b, err = o.fromUTF16(b, head[0] == 0xfe); err != nil {
			return nil, err
		}
		return o.openAt(ctx, b, depth+1)
	case isHTML(lower):
		return nil, failed("%s is a web page, not data: an error page, or a page about the file. Give the address of the file itself", b.Name)
	case bytes.HasPrefix(lower, []byte("begin:vcalendar")):
		return nil, failed("%s is a calendar (iCalendar): add it as source of kind ical", b.Name)
	case format == "csv" || format == "tsv":
		return o.openCSV(ctx, b)
	case text[0] == '<':
		return o.openXML(ctx, b)
	case text[0] == '{' || text[0] == '[' && looksJSON(text):
		return o.openJSON(ctx, b)
	}
	if kind := binaryKind(head); kind != "" {
		return nil, failed("%s is %s, which is not read", b.Name, kind)
	}
	return o.openCSV(ctx, b)
}

func firstBytes(path string, n int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", failed("cannot be opened"), err)
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, n))
}

func isHTML(lower []byte) bool {
	if bytes.HasPrefix(lower, []byte("<?xml")) {
		if i := bytes.Index(lower, []byte("?>")); i >= 0 {
			lower = bytes.TrimSpace(lower[i+2:])
		}
	}
	for _, start := range []string{"<!doctype html", "<html", "<head", "<body", "<script"} {
		if bytes.HasPrefix(lower, []byte(start)) {
			return true
		}
	}
	return false
}

// looksJSON tells an array from a CSV file whose first cell is "[note]".
func looksJSON(text []byte) bool {
	rest := bytes.TrimLeft(text[1:], " \t\r\n")
	return len(rest) > 0 && bytes.IndexByte([]byte(`{["]-0123456789tfn`), rest[0]) >= 0
}

func binaryKind(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("%PDF")):
		return "a PDF"
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		return "an old Excel or Word file (.xls, .doc): save it as .xlsx or .csv"
	case bytes.HasPrefix(head, []byte("fgb\x03")):
		return "a FlatGeobuf file: save it as GeoPackage or GeoJSON"
	case bytes.HasPrefix(head, []byte("AC10")):
		return "a drawing (DWG): save its layers as Shapefile or GeoPackage"
	case bytes.HasPrefix(head, []byte("PAR1")):
		return "a Parquet file"
	case bytes.HasPrefix(head, []byte("Rar!")), bytes.HasPrefix(head, []byte("7z\xbc\xaf")):
		return "a RAR or 7z archive: pack it as .zip"
	case bytes.IndexByte(head, 0) >= 0:
		return "binary, of a kind we do not know"
	}
	return ""
}

// openXML tells KML from GPX by the root element.
func (o *opener) openXML(ctx context.Context, b fetch.Blob) ([]*table.Table, error) {
	b, err := o.utf8XML(b)
	if err != nil {
		return nil, err
	}
	root, err := rootElement(b.Path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", failed("%s is not well-formed XML", b.Name), err)
	}
	switch root {
	case "kml":
		return o.openKML(ctx, b)
	case "gpx":
		return o.openGPX(ctx, b)
	case "html":
		return nil, failed("%s is a web page, not data", b.Name)
	}
	return nil, failed("%s is XML with the root <%s>; KML and GPX are read", b.Name, root)
}
