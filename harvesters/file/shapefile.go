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
func (o *opener) openShapefileEntry(ctx context.Context, e *zip.File, entries map[string]*zip.File) ([]*table, error) {
	shp, err := o.extract(ctx, e)
	if err != nil {
		return nil, err
	}
	parts := shapeParts{name: shp.name, shp: shp.path}
	base := strings.TrimSuffix(strings.ToLower(e.Name), ".shp")
	if d := entries[base+".dbf"]; d != nil {
		dbf, err := o.extract(ctx, d)
		if err != nil {
			return nil, err
		}
		parts.dbf = dbf.path
	}
	for ext, to := range map[string]*string{".prj": &parts.prj, ".cpg": &parts.cpg} {
		if d := entries[base+ext]; d != nil {
			b, err := o.extract(ctx, d)
			if err != nil {
				return nil, err
			}
			text, err := firstBytes(b.path, 64<<10)
			if err != nil {
				return nil, err
			}
			*to = strings.TrimSpace(string(text))
		}
	}
	return o.shapeTable(parts)
}

// openShapefile opens a .shp on this machine with what lies beside it.
func (o *opener) openShapefile(_ context.Context, b blob) ([]*table, error) {
	parts := shapeParts{name: b.name, shp: b.path}
	base := strings.TrimSuffix(b.path, filepath.Ext(b.path))
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
func (o *opener) openDBFEntry(ctx context.Context, e *zip.File, entries map[string]*zip.File) ([]*table, error) {
	dbf, err := o.extract(ctx, e)
	if err != nil {
		return nil, err
	}
	parts := shapeParts{name: dbf.name, dbf: dbf.path}
	if d := entries[strings.TrimSuffix(strings.ToLower(e.Name), ".dbf")+".cpg"]; d != nil {
		if b, err := o.extract(ctx, d); err == nil {
			text, _ := firstBytes(b.path, 100)
			parts.cpg = strings.TrimSpace(string(text))
		}
	}
	return o.shapeTable(parts)
}

func (o *opener) shapeTable(parts shapeParts) ([]*table, error) {
	t := &table{name: stem(parts.name), file: parts.name, format: "shp", media: "application/json", fields: newFields(),
		guess: catalog.Mapping{Format: "shp"}, crs: parts.prj, srid: geo.Recognise(parts.prj)}
	t.found = append(t.found, "format: shapefile")
	if parts.prj == "" && parts.shp != "" {
		t.found = append(t.found, "crs: there is no .prj")
	}
	head := dbfHeader{}
	if parts.dbf == "" {
		t.found = append(t.found, "attributes: there is no .dbf")
	} else {
		var err error
		if head, err = readDBFHeader(parts.dbf); err != nil {
			return nil, fmt.Errorf("%s: %w", parts.name, err)
		}
		var why string
		head.dec, t.guess.Encoding, why, err = dbfEncoding(parts, head, o.mapping.Encoding)
		if err != nil {
			return nil, err
		}
		t.found = append(t.found, why)
		for i := range head.fields {
			head.fields[i].name = unused(t.fields.names, head.fields[i].name)
			t.fields.add(head.fields[i].name)
		}
	}
	if parts.shp == "" {
		t.format = "dbf"
	}
	t.scan = func(ctx context.Context, f func(*row) error) error { return scanShapes(ctx, t, parts, head, f) }
	return []*table{t}, nil
}

// scanShapes reads both files in step: the n-th shape belongs to the n-th row.
func scanShapes(ctx context.Context, t *table, parts shapeParts, head dbfHeader, f func(*row) error) error {
	var shapes *shapeReader
	if parts.shp != "" {
		in, err := os.Open(parts.shp)
		if err != nil {
			return err
		}
		defer in.Close()
		if shapes, err = newShapeReader(contextReader{ctx, in}); err != nil {
			return fmt.Errorf("%s: %w", t.file, err)
		}
	}
	var rows *dbfReader
	if parts.dbf != "" {
		in, err := os.Open(parts.dbf)
		if err != nil {
			return err
		}
		defer in.Close()
		rows = &dbfReader{r: bufio.NewReaderSize(contextReader{ctx, in}, 64<<10), head: head}
		if _, err := rows.r.Discard(head.length); err != nil {
			return fmt.Errorf("%w: %w", failed("%s: the .dbf is cut", t.file), err)
		}
	}
	return stepShapes(t, shapes, rows, head.rows, f)
}

func stepShapes(t *table, shapes *shapeReader, rows *dbfReader, most int, f func(*row) error) error {
	out := &row{}
	for n := 1; ; n++ {
		out.reset(n)
		deleted := false
		if rows != nil {
			if n > most {
				break
			}
			var err error
			if deleted, err = rows.next(out); err != nil {
				return fmt.Errorf("%s: row %d of the .dbf: %w", t.file, n, err)
			}
		}
		if shapes != nil {
			g, err := shapes.next()
			switch {
			case errors.Is(err, io.EOF) && rows == nil:
				return nil
			case errors.Is(err, io.EOF):
				return failed("%s: the .dbf has %d rows, the .shp %d", t.file, most, n-1)
			case errors.Is(err, errShape):
				out.issues = append(out.issues, catalog.Issue{Rule: "geometry-unreadable", Field: "geometry", Read: err.Error(), Expected: "a point, line or polygon"})
			case err != nil:
				return fmt.Errorf("%s: shape %d: %w", t.file, n, err)
			}
			out.geometry = g
		}
		if deleted {
			continue
		}
		out.raw = rowJSON(out, func(each func(string, cell)) {
			for i, name := range t.fields.names {
				each(name, out.cell(i))
			}
		})
		if err := f(out); err != nil {
			return err
		}
	}
	if shapes != nil {
		if _, err := shapes.next(); !errors.Is(err, io.EOF) {
			return failed("%s: the .shp has more than the %d rows of the .dbf", t.file, most)
		}
	}
	return nil
}

// littleInt reads an int32 as most numbers of the format are written.
func littleInt(b []byte) int { return int(int32(binary.LittleEndian.Uint32(b))) }
