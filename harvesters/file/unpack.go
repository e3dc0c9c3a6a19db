package file

import (
	"archive/zip"
	"bufio"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
)

// An opener finds the tables in a file, unpacking as it goes.
type opener struct {
	*workspace
	mapping mapping
	found   []string
	closers []io.Closer
}

func (o *opener) close() {
	for _, c := range o.closers {
		c.Close()
	}
}

// gunzip unpacks a .gz of one or several members.
func (o *opener) gunzip(ctx context.Context, b blob) (blob, error) {
	in, err := os.Open(b.path)
	if err != nil {
		return b, err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return b, err
	}
	gz, err := gzip.NewReader(bufio.NewReaderSize(in, 64<<10))
	if err != nil {
		return b, fmt.Errorf("%w: %w", failed("%s is no whole gzip file", b.name), err)
	}
	out, err := o.unpack(ctx, gz, strings.TrimSuffix(b.name, ".gz"), info.Size())
	out.charset = b.charset
	return out, err
}

// unpack copies what comes out of packed bytes into the workspace, within limits.
func (o *opener) unpack(ctx context.Context, r io.Reader, name string, packed int64) (blob, error) {
	f, b, err := o.create(name)
	if err != nil {
		return b, err
	}
	defer f.Close()
	limit := min(maxUnpacked-o.unpacked, max(bombFloor, packed*maxRatio))
	n, err := io.Copy(f, io.LimitReader(contextReader{ctx, r}, limit+1))
	o.unpacked += n
	switch {
	case err != nil:
		return b, fmt.Errorf("%w: %w", failed("%s: unpacking ended after %d bytes", name, n), err)
	case n > limit:
		return b, failed("%s: more than %d bytes come out of %d; that is refused as a bomb", name, limit, packed)
	}
	return b, f.Close()
}

// contextReader stops reading when the context is done.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (r contextReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

// openZip opens what lies in a .zip: a workbook, a KMZ, shapefiles, or several
// files of which each becomes a layer.
func (o *opener) openZip(ctx context.Context, b blob, depth int) ([]*table, error) {
	z, err := zip.OpenReader(b.path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", failed("%s is no whole zip file", b.name), err)
	}
	o.closers = append(o.closers, z)
	if len(z.File) > maxEntries {
		return nil, failed("%s holds %d files; at most %d are read", b.name, len(z.File), maxEntries)
	}
	entries := map[string]*zip.File{} // by name in lower case
	for _, e := range z.File {
		entries[strings.ToLower(e.Name)] = e
	}
	if entries["xl/workbook.xml"] != nil || entries["[content_types].xml"] != nil && strings.HasSuffix(strings.ToLower(b.name), ".xlsx") {
		return o.openXLSX(ctx, b)
	}
	kmz := isKMZ(z, b.name)
	var tables []*table
	for _, e := range z.File {
		if kmz && !strings.HasSuffix(strings.ToLower(e.Name), ".kml") {
			continue // pictures
		}
		more, err := o.openEntry(ctx, e, entries, depth)
		if err != nil {
			return nil, err
		}
		if tables = append(tables, more...); len(tables) > maxLayers {
			return nil, failed("%s holds more than %d layers", b.name, maxLayers)
		}
	}
	if len(tables) == 0 {
		return nil, failed("%s holds no file of a kind we read", b.name)
	}
	return tables, nil
}

// endings are the endings of what is read in a .zip; the rest (pictures,
// licences, read-me) is passed over and named in what was found.
var endings = map[string]bool{
	".csv": true, ".tsv": true, ".tab": true, ".xlsx": true, ".json": true, ".geojson": true, ".geojsonl": true, ".geojsons": true,
	".ndjson": true, ".jsonl": true, ".topojson": true, ".gpkg": true, ".kml": true, ".kmz": true, ".gpx": true, ".gz": true, ".zip": true,
}

func (o *opener) openEntry(ctx context.Context, e *zip.File, entries map[string]*zip.File, depth int) ([]*table, error) {
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
	case !endings[ext] && !(ext == ".txt" && o.mapping.Format == "csv"): // as in a GTFS timetable
		o.found = append(o.found, fmt.Sprintf("archive: %s is passed over", e.Name))
		return nil, nil
	}
	b, err := o.extract(ctx, e)
	if err != nil {
		return nil, err
	}
	return o.openAt(ctx, b, depth+1)
}

// extract unpacks one file of a .zip; its length and checksum are verified by archive/zip.
func (o *opener) extract(ctx context.Context, e *zip.File) (blob, error) {
	if e.Flags&1 != 0 {
		return blob{}, failed("%s is encrypted", e.Name)
	}
	r, err := e.Open()
	if err != nil {
		return blob{}, fmt.Errorf("%w: %w", failed("%s cannot be unpacked", e.Name), err)
	}
	defer r.Close()
	return o.unpack(ctx, r, e.Name, int64(e.CompressedSize64))
}
