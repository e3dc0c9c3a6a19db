package postgis_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// What lies more than 500 m outside the municipality that it declares is told, and kept
// as it is; what is near the border, as accurate as that, or of a place nobody has the
// boundary of, is not (spec/metadata.md §0.1, §3).
func TestMunicipalityMismatch(t *testing.T) {
	store := postgistest.New(t)
	if _, err := store.DB().Exec(t.Context(), `
		insert into area (code, level, name, geom)
		select code, 'municipality', name, ST_Multi(ST_MakeEnvelope(west, 43.8, west + 0.1, 43.9, 4326))
		from (values ('100005', 'Prato', 11.0), ('100003', 'Montemurlo', 10.9), ('012005', 'Castrò', 8.0), ('016065', 'Castrò', 11.1)) v(code, name, west)`); err != nil {
		t.Fatal(err)
	}
	at := func(lon, lat float64) geom.T {
		return geom.NewPointFlat(geom.XY, []float64{lon, lat}).SetSRID(4326)
	}
	all := []struct {
		says string // municipality
		code string // ISTAT
		geom.T
	}{
		{"", "100005", at(11.05, 43.85)},     // inside
		{"", "100005", at(11.05, 43.904)},    // 444 m north of it
		{"", "100005", at(11.05, 43.906)},    // 667 m, where nobody knows whose it is
		{"Prato", "", at(10.95, 43.85)},      // in Montemurlo
		{"castro", "", at(11.15, 43.85)},     // in one of two of that name
		{"castro", "", at(11.05, 43.85)},     // in neither
		{"Firenze", "", at(11.05, 43.85)},    // no boundary
		{"", "", at(11.05, 43.85)},           // nothing declared
		{"Prato", "", nil},                   // no position
		{"", "100005", at(10.95, 43.855)},    // the code counts
		{"Prato", "100003", at(10.99, 43.8)}, // a name beside its code is not asked
	}
	src := fountains
	src.Mapping.Fields = map[string]string{"title": "nome", "municipality": "comune", "istat_code": "istat"}
	layer := &catalog.Layer{Columns: []catalog.Column{{Name: "nome", Type: catalog.ColumnText}, {Name: "comune", Type: catalog.ColumnText}, {Name: "istat", Type: catalog.ColumnText}}}
	var rows [][]any
	var points []geom.T
	for i, r := range all {
		rows, points = append(rows, []any{string(rune('a' + i)), r.says, r.code}), append(points, r.T)
	}
	harvestLayer(t, store, src, layer, rows, points)
	found, _ := store.DB().Query(t.Context(), `select key || ': ' || read || ' | ' || expected from issue where rule = 'municipality-mismatch' and field = 'municipality' and not refused order by line`)
	got, err := pgx.CollectRows(found, pgx.RowTo[string])
	want := []string{
		"c: Prato ≠ 43.90600, 11.05000 | a position in that municipality, or at most 500 m outside it; this one is 0.7 km away",
		"d: Prato ≠ Montemurlo | a position in that municipality, or at most 500 m outside it; this one is 4.0 km away",
		"f: Castrò ≠ Prato | a position in that municipality, or at most 500 m outside it; this one is 4.0 km away",
		"j: Prato ≠ Montemurlo | a position in that municipality, or at most 500 m outside it; this one is 4.0 km away",
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	var n int
	if err := store.DB().QueryRow(t.Context(), `select count(*) from record where status = 'published'`).Scan(&n); err != nil || n != len(all) {
		t.Errorf("%d records are published, %v; want %d", n, err, len(all))
	}
}
