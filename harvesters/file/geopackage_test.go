package file

import (
	"database/sql"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"github.com/twpayne/go-geom"
	"github.com/twpayne/go-geom/encoding/wkb"

	"po-net.prato.it/ponet/catalog"
)

// A GeoPackage that leaves its system undefined (srs_id 0 or -1, OGC 12-128r18
// §1.1.2.1.2) is judged by its numbers; one that declares it is believed.
func TestGeoPackageSystems(t *testing.T) {
	for srs, want := range map[int]int{0: 3003, -1: 3003, 3003: 3003, 4326: 3003} { // the last is a lie
		p := filepath.Join(t.TempDir(), "a.gpkg")
		db, err := sql.Open("sqlite", p)
		if err != nil {
			t.Fatal(err)
		}
		point, err := wkb.Marshal(geom.NewPointFlat(geom.XY, []float64{1668415, 4860696}), wkb.NDR)
		if err != nil {
			t.Fatal(err)
		}
		blob := append([]byte{'G', 'P', 0, 1, 0, 0, 0, 0}, point...)
		if _, err := db.Exec(`
			create table gpkg_spatial_ref_sys (srs_name text, srs_id integer primary key, organization text, organization_coordsys_id integer, definition text);
			insert into gpkg_spatial_ref_sys values ('Monte Mario', 3003, 'EPSG', 3003, ''), ('WGS 84', 4326, 'EPSG', 4326, ''), ('x', 0, 'NONE', 0, 'undefined'), ('x', -1, 'NONE', -1, 'undefined');
			create table gpkg_contents (table_name text, data_type text, identifier text, srs_id integer);
			insert into gpkg_contents values ('musei', 'features', 'Musei', $1);
			create table gpkg_geometry_columns (table_name text, column_name text, geometry_type_name text, srs_id integer, z integer, m integer);
			insert into gpkg_geometry_columns values ('musei', 'geom', 'POINT', $1, 0, 0);
			create table musei (fid integer primary key, geom blob, nome text);
			insert into musei values (1, x'`+hex.EncodeToString(blob)+`', 'Palazzo Pretorio')`, srs); err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		l, rows := read(t, "a.gpkg", string(b), catalog.Mapping{})
		if l.SRID != want || len(rows) != 1 || rows[0].Geometry == nil || rows[0].Geometry.FlatCoords()[0] != 1668415 {
			t.Errorf("srs_id %d: EPSG:%d, %d rows; want %d, 1\n%v", srs, l.SRID, len(rows), want, l.Found)
		}
	}
}
