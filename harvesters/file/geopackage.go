package file

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"net/url"
	"strings"
	"time"

	"github.com/twpayne/go-geom"
	_ "modernc.org/sqlite" // the driver "sqlite", SQLite itself in Go

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/geo"
	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/table"
)

// openGeoPackage makes a layer of every feature and attribute table (OGC
// 12-128r18). The file is opened as immutable, so that nothing is written
// beside it and no journal of a stranger is played back.
func (o *opener) openGeoPackage(ctx context.Context, b fetch.Blob) ([]*table.Table, error) {
	dsn := url.URL{Scheme: "file", Opaque: url.PathEscape(b.Path), RawQuery: "mode=ro&immutable=1&_pragma=trusted_schema(0)&_pragma=query_only(1)&_pragma=cache_size(-16000)"}
	db, err := sql.Open("sqlite", dsn.String())
	if err != nil {
		return nil, err
	}
	o.closers = append(o.closers, db)
	db.SetMaxOpenConns(2)
	contents, err := readContents(ctx, db)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", failed("%s is SQLite, but no GeoPackage that can be read", b.Name), err)
	}
	var tables []*table.Table
	for _, c := range contents {
		t, err := o.geoPackageTable(ctx, db, c)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", failed("%s, table %q", b.Name, c.table), err)
		}
		t.File = b.Name
		tables = append(tables, t)
	}
	return tables, nil
}

// A content is one table by the GeoPackage's own list.
type content struct {
	table, kind, identifier string
	geometry                string // column; "" without
	srs                     int
	organization            string
	code                    int
	definition              string
}

func readContents(ctx context.Context, db *sql.DB) ([]content, error) {
	rows, err := db.QueryContext(ctx, `
		select c.table_name, c.data_type, coalesce(c.identifier, ''), coalesce(g.column_name, ''), coalesce(g.srs_id, c.srs_id, 0),
		  coalesce(s.organization, ''), coalesce(s.organization_coordsys_id, 0), coalesce(s.definition, '')
		from gpkg_contents c
		left join gpkg_geometry_columns g on lower(g.table_name) = lower(c.table_name)
		left join gpkg_spatial_ref_sys s on s.srs_id = coalesce(g.srs_id, c.srs_id)
		where c.data_type in ('features', 'attributes', 'aspatial')
		order by c.rowid`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []content
	for rows.Next() {
		var c content
		if err := rows.Scan(&c.table, &c.kind, &c.identifier, &c.geometry, &c.srs, &c.organization, &c.code, &c.definition); err != nil {
			return nil, err
		}
		if all = append(all, c); len(all) > maxLayers {
			return nil, fmt.Errorf("more than %d layers", maxLayers)
		}
	}
	return all, rows.Err()
}

// gpkgColumn is a column as the table declares it.
type gpkgColumn struct {
	name, kind string
	field      int // its place in the row; -1: geometry or a blob
}

func (o *opener) geoPackageTable(ctx context.Context, db *sql.DB, c content) (*table.Table, error) {
	t := &table.Table{Name: c.table, Format: "gpkg", Media: "application/json", Fields: table.NewFields(), Guess: catalog.Mapping{Format: "gpkg"},
		Found: []string{fmt.Sprintf("format: GeoPackage, table %q of type %s", c.table, c.kind)}}
	if c.geometry != "" && c.srs > 0 { // 0 and -1: undefined
		t.CRS = fmt.Sprintf("%s:%d", c.organization, c.code)
		if t.SRID = geo.Recognise(t.CRS); t.SRID == 0 || !strings.EqualFold(c.organization, "EPSG") {
			t.SRID, t.CRS = geo.Recognise(c.definition), c.definition
		}
	}
	columns, key, err := tableColumns(ctx, db, c)
	if err != nil {
		return nil, err
	}
	t.KeyHint = key
	for i := range columns {
		switch kind := strings.ToUpper(columns[i].kind); {
		case columns[i].name == c.geometry:
			columns[i].field = -1
		case strings.HasPrefix(kind, "BLOB"):
			columns[i].field = -1
			t.Found = append(t.Found, fmt.Sprintf("column %q: binary, left out", columns[i].name))
		default:
			columns[i].field = t.Fields.Add(columns[i].name)
		}
	}
	t.Scan = func(ctx context.Context, f func(*table.Row) error) error {
		return scanGeoPackage(ctx, db, t, c, columns, f)
	}
	return t, nil
}

func tableColumns(ctx context.Context, db *sql.DB, c content) (columns []gpkgColumn, key string, err error) {
	rows, err := db.QueryContext(ctx, `select name, type, pk from pragma_table_info(?)`, c.table)
	if err != nil {
		return nil, "", err
	}
	defer rows.Close()
	for rows.Next() {
		var col gpkgColumn
		var pk int
		if err := rows.Scan(&col.name, &col.kind, &pk); err != nil {
			return nil, "", err
		}
		if pk == 1 {
			key = col.name
		}
		columns = append(columns, col)
	}
	if len(columns) == 0 && rows.Err() == nil {
		return nil, "", errors.New("it does not exist")
	}
	return columns, key, rows.Err()
}

// quotedName makes an SQL identifier of a name that comes from the file.
func quotedName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func scanGeoPackage(ctx context.Context, db *sql.DB, t *table.Table, c content, columns []gpkgColumn, f func(*table.Row) error) error {
	var names []string
	for _, col := range columns {
		names = append(names, quotedName(col.name))
	}
	order := ""
	if t.KeyHint != "" {
		order = " order by " + quotedName(t.KeyHint)
	}
	rows, err := db.QueryContext(ctx, "select "+strings.Join(names, ", ")+" from "+quotedName(c.table)+order)
	if err != nil {
		return fmt.Errorf("%w: %w", failed("table %q", c.table), err)
	}
	defer rows.Close()
	values := make([]any, len(columns))
	into := make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	out := &table.Row{}
	for n := 1; rows.Next(); n++ {
		if err := rows.Scan(into...); err != nil {
			return fmt.Errorf("%w: %w", failed("table %q, row %d", c.table, n), err)
		}
		out.Reset(n)
		for i, col := range columns {
			switch {
			case col.name == c.geometry && c.geometry != "":
				fillBlob(out, values[i])
			case col.field >= 0:
				out.Set(col.field, sqlCell(values[i], col.kind))
			}
		}
		out.Raw = out.JSON(t.Fields)
		if err := f(out); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("%w: %w", failed("table %q", c.table), err)
	}
	return nil
}

// sqlCell is a value of SQLite as a cell, by the type its column declares.
func sqlCell(v any, kind string) table.Cell {
	switch v := v.(type) {
	case int64:
		switch strings.ToUpper(kind) {
		case "BOOLEAN":
			return table.Cell{Kind: table.Boolean, Text: fmt.Sprint(v != 0)}
		case "DOUBLE", "REAL", "FLOAT":
			return floatCell(float64(v))
		}
		return table.Cell{Kind: table.Number, Text: fmt.Sprint(v)}
	case float64:
		return floatCell(v)
	case bool:
		return table.Cell{Kind: table.Boolean, Text: fmt.Sprint(v)}
	case string:
		return table.Cell{Kind: table.Text, Text: strings.ToValidUTF8(v, "\ufffd")}
	case []byte:
		return table.Cell{Kind: table.Text, Text: strings.ToValidUTF8(string(v), "\ufffd")}
	case time.Time: // the driver reads columns declared as DATE and DATETIME
		if strings.EqualFold(kind, "DATE") {
			return table.Cell{Kind: table.Text, Text: v.Format(time.DateOnly)}
		}
		return table.Cell{Kind: table.Text, Text: v.Format(time.RFC3339Nano)}
	}
	return table.Cell{}
}

func fillBlob(r *table.Row, v any) {
	b, ok := v.([]byte)
	if !ok || len(b) == 0 {
		return
	}
	g, err := geoPackageGeometry(b)
	if err != nil {
		r.Issues = append(r.Issues, catalog.Issue{Rule: "geometry-unreadable", Field: "geometry", Read: table.Excerpt(err.Error()), Expected: "a geometry without curves"})
		return
	}
	r.Geometry = g
}

var errBlob = errors.New("not a GeoPackage geometry")

// geoPackageGeometry reads the blob of a geometry column: a header with an
// optional envelope (§2.1.3 of the standard), then WKB. nil when it is empty.
func geoPackageGeometry(b []byte) (geom.T, error) {
	if len(b) < 8 || b[0] != 'G' || b[1] != 'P' {
		return nil, errBlob
	}
	flags := b[3]
	envelope, ok := map[byte]int{0: 0, 1: 32, 2: 48, 3: 48, 4: 64}[flags>>1&7]
	if !ok || len(b) < 8+envelope {
		return nil, errBlob
	}
	if flags&0x10 != 0 { // empty
		return nil, nil
	}
	g, err := table.WKB(b[8+envelope:])
	if err != nil {
		return nil, err
	}
	if p, ok := g.(*geom.Point); ok && (p.Empty() || math.IsNaN(p.X())) {
		return nil, nil
	}
	return g, nil
}
