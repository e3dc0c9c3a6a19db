package file

import (
	"archive/zip"
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/geo"
	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/table"
)

// shapefilePart: the files that belong to a .shp and are not read on their own.
func shapefilePart(ext string) bool {
	return slices.Contains([]string{".shx", ".dbf", ".prj", ".cpg", ".cst", ".sbn", ".sbx", ".qix", ".fix", ".qpj", ".qmd", ".qml", ".sld", ".lyr"}, ext)
}

// shapeParts are the files of one layer on this machine; dbf is "" without attributes.
type shapeParts struct {
	name     string
	shp, dbf string
	prj, cpg string // contents
}

// openShapefileEntry opens a .shp in a .zip with its siblings.
func (o *opener) openShapefileEntry(ctx context.Context, e *zip.File, entries map[string]*zip.File) ([]*table.Table, error) {
	shp, err := o.Extract(ctx, e)
	if err != nil {
		return nil, err
	}
	parts := shapeParts{name: shp.Name, shp: shp.Path}
	base := strings.TrimSuffix(strings.ToLower(e.Name), ".shp")
	if d := entries[base+".dbf"]; d != nil {
		dbf, err := o.Extract(ctx, d)
		if err != nil {
			return nil, err
		}
		parts.dbf = dbf.Path
	}
	for ext, to := range map[string]*string{".prj": &parts.prj, ".cpg": &parts.cpg} {
		if d := entries[base+ext]; d != nil {
			b, err := o.Extract(ctx, d)
			if err != nil {
				return nil, err
			}
			text, err := firstBytes(b.Path, 64<<10)
			if err != nil {
				return nil, err
			}
			*to = strings.TrimSpace(string(text))
		}
	}
	return o.shapeTable(parts)
}

// openShapefile opens a .shp on this machine with what lies beside it.
func (o *opener) openShapefile(_ context.Context, b fetch.Blob) ([]*table.Table, error) {
	parts := shapeParts{name: b.Name, shp: b.Path}
	base := strings.TrimSuffix(b.Path, filepath.Ext(b.Path))
	for _, ext := range []string{".dbf", ".DBF"} {
		if _, err := os.Stat(base + ext); err == nil && parts.dbf == "" {
			parts.dbf = base + ext
		}
	}
	for ext, to := range map[string]*string{".prj": &parts.prj, ".cpg": &parts.cpg} {
		if text, err := firstBytes(base+ext, 64<<10); err == nil {
			*to = strings.TrimSpace(string(text))
		}
	}
	return o.shapeTable(parts)
}

// openDBFEntry opens a .dbf without a .shp: a table without geometry.
func (o *opener) openDBFEntry(ctx context.Context, e *zip.File, entries map[string]*zip.File) ([]*table.Table, error) {
	dbf, err := o.Extract(ctx, e)
	if err != nil {
		return nil, err
	}
	parts := shapeParts{name: dbf.Name, dbf: dbf.Path}
	if d := entries[strings.TrimSuffix(strings.ToLower(e.Name), ".dbf")+".cpg"]; d != nil {
		if b, err := o.Extract(ctx, d); err == nil {
			text, _ := firstBytes(b.Path, 100)
			parts.cpg = strings.TrimSpace(string(text))
		}
	}
	return o.shapeTable(parts)
}

func (o *opener) shapeTable(parts shapeParts) ([]*table.Table, error) {
	t := &table.Table{Name: stem(parts.name), File: parts.name, Format: "shp", Media: "application/json", Fields: table.NewFields(),
		Guess: catalog.Mapping{Format: "shp"}, CRS: parts.prj, SRID: geo.Recognise(parts.prj)}
	t.Found = append(t.Found, "format: shapefile")
	if parts.prj == "" && parts.shp != "" {
		t.Found = append(t.Found, "crs: there is no .prj")
	}
	head := dbfHeader{}
	if parts.dbf == "" {
		t.Found = append(t.Found, "attributes: there is no .dbf")
	} else {
		var err error
		if head, err = readDBFHeader(parts.dbf); err != nil {
			return nil, fmt.Errorf("%s: %w", parts.name, err)
		}
		var why string
		head.dec, t.Guess.Encoding, why, err = dbfEncoding(parts, head, o.mapping.Encoding)
		if err != nil {
			return nil, err
		}
		t.Found = append(t.Found, why)
		for i := range head.fields {
			name := []byte(head.fields[i].name)
			if head.dec == nil {
				name = uncut(name)
			}
			head.fields[i].name = unused(t.Fields.Names, decode(head.dec, name))
			t.Fields.Add(head.fields[i].name)
		}
	}
	if parts.shp == "" {
		t.Format = "dbf"
	}
	t.Scan = func(ctx context.Context, f func(*table.Row) error) error { return scanShapes(ctx, t, parts, head, f) }
	return []*table.Table{t}, nil
}

// scanShapes reads both files in step: the n-th shape belongs to the n-th row.
func scanShapes(ctx context.Context, t *table.Table, parts shapeParts, head dbfHeader, f func(*table.Row) error) error {
	var shapes *shapeReader
	if parts.shp != "" {
		in, err := os.Open(parts.shp)
		if err != nil {
			return err
		}
		defer in.Close()
		if shapes, err = newShapeReader(fetch.WithContext(ctx, in)); err != nil {
			return fmt.Errorf("%s: %w", t.File, err)
		}
	}
	var rows *dbfReader
	if parts.dbf != "" {
		in, err := os.Open(parts.dbf)
		if err != nil {
			return err
		}
		defer in.Close()
		rows = &dbfReader{r: bufio.NewReaderSize(fetch.WithContext(ctx, in), 64<<10), head: head}
		if _, err := rows.r.Discard(head.length); err != nil {
			return fmt.Errorf("%w: %w", failed("%s: the .dbf is cut", t.File), err)
		}
	}
	return stepShapes(t, shapes, rows, head.rows, f)
}

func stepShapes(t *table.Table, shapes *shapeReader, rows *dbfReader, most int, f func(*table.Row) error) error {
	out := &table.Row{}
	for n := 1; ; n++ {
		out.Reset(n)
		deleted := false
		if rows != nil {
			if n > most {
				break
			}
			var err error
			if deleted, err = rows.next(out); err != nil {
				return fmt.Errorf("%s: row %d of the .dbf: %w", t.File, n, err)
			}
		}
		if shapes != nil {
			g, err := shapes.next()
			switch {
			case errors.Is(err, io.EOF) && rows == nil:
				return nil
			case errors.Is(err, io.EOF):
				return failed("%s: the .dbf has %d rows, the .shp %d", t.File, most, n-1)
			case errors.Is(err, errShape):
				out.Issues = append(out.Issues, catalog.Issue{Rule: "geometry-unreadable", Field: "geometry", Read: err.Error(), Expected: "a point, line or polygon"})
			case err != nil:
				return fmt.Errorf("%s: shape %d: %w", t.File, n, err)
			}
			out.Geometry = g
		}
		if deleted {
			continue
		}
		out.Raw = out.JSON(t.Fields)
		if err := f(out); err != nil {
			return err
		}
	}
	if shapes != nil {
		if _, err := shapes.next(); !errors.Is(err, io.EOF) {
			return failed("%s: the .shp has more than the %d rows of the .dbf", t.File, most)
		}
	}
	return nil
}

// littleInt reads an int32 as most numbers of the format are written.
func littleInt(b []byte) int { return int(int32(binary.LittleEndian.Uint32(b))) }
