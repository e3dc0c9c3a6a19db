package file

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"path"
	"strings"

	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/table"
)

// An opener finds the tables in a file, unpacking as it goes.
type opener struct {
	*fetch.Workspace
	mapping mapping
	found   []string
	closers []io.Closer
}

func (o *opener) close() {
	for _, c := range o.closers {
		c.Close()
	}
}

// openZip opens what lies in a .zip: a workbook, a KMZ, shapefiles, or several
// files of which each becomes a layer.
func (o *opener) openZip(ctx context.Context, b fetch.Blob, depth int) ([]*table.Table, error) {
	z, err := fetch.OpenZip(b)
	if err != nil {
		return nil, err
	}
	o.closers = append(o.closers, z)
	entries := map[string]*zip.File{} // by name in lower case
	for _, e := range z.File {
		entries[strings.ToLower(e.Name)] = e
	}
	if entries["xl/workbook.xml"] != nil || entries["[content_types].xml"] != nil && strings.HasSuffix(strings.ToLower(b.Name), ".xlsx") {
		return o.openXLSX(ctx, b)
	}
	kmz := isKMZ(z, b.Name)
	var tables []*table.Table
	for _, e := range z.File {
		if kmz && !strings.HasSuffix(strings.ToLower(e.Name), ".kml") {
			continue // pictures
		}
		more, err := o.openEntry(ctx, e, entries, depth)
		if err != nil {
			return nil, err
		}
		if tables = append(tables, more...); len(tables) > maxLayers {
			return nil, failed("%s holds more than %d layers", b.Name, maxLayers)
		}
	}
	if len(tables) == 0 {
		return nil, failed("%s holds %s", b.Name, unreadArchive(z))
	}
	return tables, nil
}

// endings are the endings of what is read in a .zip; the rest (pictures,
// licences, read-me) is passed over and named in what was found.
var endings = map[string]bool{
	".csv": true, ".tsv": true, ".tab": true, ".xlsx": true, ".json": true, ".geojson": true, ".geojsonl": true, ".geojsons": true,
	".ndjson": true, ".jsonl": true, ".topojson": true, ".gpkg": true, ".kml": true, ".kmz": true, ".gpx": true, ".gz": true, ".zip": true,
}

func (o *opener) openEntry(ctx context.Context, e *zip.File, entries map[string]*zip.File, depth int) ([]*table.Table, error) {
	lower := strings.ToLower(strings.ReplaceAll(e.Name, `\`, "/"))
	base, ext := path.Base(lower), path.Ext(lower)
	switch {
	case e.FileInfo().IsDir(), strings.HasPrefix(lower, "__macosx/"), strings.HasPrefix(base, "."):
		return nil, nil
	case ext == ".shp":
		return o.openShapefileEntry(ctx, e, entries)
	case ext == ".dbf" && entries[strings.TrimSuffix(strings.ToLower(e.Name), ext)+".shp"] == nil:
		return o.openDBFEntry(ctx, e, entries)
	case shapefilePart(ext):
		return nil, nil
	case !endings[ext] && !(ext == ".txt" && o.mapping.Format == "csv"):
		o.found = append(o.found, fmt.Sprintf("archive: %s is passed over", e.Name))
		return nil, nil
	}
	b, err := o.Extract(ctx, e)
	if err != nil {
		return nil, err
	}
	return o.openAt(ctx, b, depth+1)
}

// unreadArchive says what an archive is that holds nothing we read.
func unreadArchive(z *zip.ReadCloser) string {
	for _, e := range z.File {
		switch base := path.Base(e.Name); {
		case base == "stops.txt":
			return "a timetable (GTFS): add it as source of kind gtfs"
		case strings.HasSuffix(base, ".gdbtable"):
			return "a geodatabase of Esri: save it as GeoPackage"
		case e.Name == "content.xml":
			return "a document of OpenOffice or LibreOffice: save it as .xlsx or .csv"
		}
	}
	return "no file of a kind we read"
}
