package file

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/twpayne/go-geom"
	"github.com/twpayne/go-geom/encoding/wkt"
	"github.com/xuri/excelize/v2"

	"po-net.prato.it/ponet/catalog"
)

func asWKT(t testing.TB, g geom.T) string {
	t.Helper()
	if g == nil {
		return ""
	}
	s, err := wkt.Marshal(g)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// shapes lists key, values and geometry of every row, a line each.
func shapes(t testing.TB, rows []catalog.Harvested) []string {
	t.Helper()
	var lines []string
	for _, r := range rows {
		lines = append(lines, strings.TrimSpace(fmt.Sprint(r.Values)+" "+asWKT(t, r.Geometry)))
	}
	return lines
}

func TestKML(t *testing.T) {
	const doc = `<?xml version="1.0" encoding="ISO-8859-1"?>
<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Document><name>Mappa</name>
<Folder><name>Parchi</name>
 <Placemark><name>Galceti citt` + "\xe0" + `</name><MultiGeometry><Point><coordinates>11.08,43.92,70</coordinates></Point><Point><coordinates>11.09,43.92,71</coordinates></Point></MultiGeometry></Placemark>
 <Placemark><name>Tabella&nbsp;</name><description><![CDATA[<table><tr><td>Superficie</td><td>12</td></tr><tr><th>Tipo:</th><td>parco</td></tr></table>]]></description>
  <Polygon><outerBoundaryIs><LinearRing><coordinates>11,43 12,43 12,44 11,43</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>
</Folder>
<Placemark><name>Percorso</name><gx:Track><gx:coord>11 43 5</gx:coord><gx:coord>11.1 43.1 6</gx:coord></gx:Track></Placemark>
<Placemark><name>Senza</name></Placemark><Placemark><name>Spazi</name><Point><coordinates> 11.09 , 43.88 , 0 </coordinates></Point></Placemark>
<Placemark><name>Rotto</name><Point><coordinates>undici,43</coordinates></Point></Placemark>
<NetworkLink><Link><href>http://localhost/secret</href></Link></NetworkLink>
</Document></kml>`
	l, rows := read(t, "a.kml", doc, catalog.Mapping{})
	want := []string{
		"[Galceti città Parchi <nil> <nil> <nil>] MULTIPOINT Z (11.08 43.92 70, 11.09 43.92 71)",
		"[Tabella Parchi <table><tr><td>Superficie</td><td>12</td></tr><tr><th>Tipo:</th><td>parco</td></tr></table> 12 parco] POLYGON ((11 43, 12 43, 12 44, 11 43))",
		"[Percorso <nil> <nil> <nil> <nil>] LINESTRING Z (11 43 5, 11.1 43.1 6)",
		"[Senza <nil> <nil> <nil> <nil>]",
		"[Spazi <nil> <nil> <nil> <nil>] POINT Z (11.09 43.88 0)",
		"[Rotto <nil> <nil> <nil> <nil>]",
	}
	if diff := cmp.Diff(want, shapes(t, rows)); diff != "" {
		t.Errorf("rows (-want +got):\n%s\n%v", diff, l.Found)
	}
	if len(rows[5].Issues) != 1 || rows[5].Issues[0].Rule != "geometry-unreadable" || rows[5].Issues[0].Line != 10 {
		t.Errorf("issues of the broken placemark: %+v; want geometry-unreadable on line 10", rows[5].Issues)
	}
	if !bytes.HasPrefix(rows[0].Raw, []byte("<Placemark>")) || !bytes.HasSuffix(rows[0].Raw, []byte("</Placemark>")) {
		t.Errorf("Raw = %q", rows[0].Raw)
	}
	var kmz bytes.Buffer
	z := zip.NewWriter(&kmz)
	for name, content := range map[string]string{"doc.kml": doc, "images/a.csv": "not;read\n1;2\n"} {
		w, _ := z.Create(name)
		_, _ = w.Write([]byte(content))
	}
	_ = z.Close()
	if _, zipped := read(t, "a.kmz", kmz.String(), catalog.Mapping{}); len(zipped) != len(rows) {
		t.Errorf("the same as KMZ has %d rows; want %d", len(zipped), len(rows))
	}
}

func TestGPX(t *testing.T) {
	_, rows := read(t, "a.gpx", `<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">
<wpt lat="43.9" lon="11.1"><ele>65</ele><name>Fonte</name><link href="https://example.org/fonte"><text>x</text></link></wpt>
<rte><name>Giro</name><rtept lat="43.9" lon="11.1"/><rtept lat="43.8" lon="11.2"/></rte>
<trk><name>Calvana</name><trkseg><trkpt lat="43.9" lon="11.1"><ele>1</ele></trkpt><trkpt lat="43.8" lon="11.2"><ele>2</ele></trkpt></trkseg><trkseg><trkpt lat="43.7" lon="11.3"><ele>3</ele></trkpt><trkpt lat="43.6" lon="11.4"><ele>4</ele></trkpt></trkseg></trk>
<wpt lat="x" lon="11.1"><name>Rotto</name></wpt></gpx>`, catalog.Mapping{})
	want := []string{
		"[waypoint Fonte https://example.org/fonte] POINT Z (11.1 43.9 65)",
		"[route Giro <nil>] LINESTRING (11.1 43.9, 11.2 43.8)",
		"[track Calvana <nil>] MULTILINESTRING Z ((11.1 43.9 1, 11.2 43.8 2), (11.3 43.7 3, 11.4 43.6 4))",
		"[waypoint Rotto <nil>]",
	}
	if diff := cmp.Diff(want, shapes(t, rows)); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

func TestTopoJSON(t *testing.T) {
	_, rows := read(t, "a.topojson", `{"type":"Topology","transform":{"scale":[0.5,0.5],"translate":[10,43]},
"objects":{"zone":{"type":"GeometryCollection","geometries":[
 {"type":"Polygon","id":"z1","properties":{"nome":"A"},"arcs":[[0,1]]},
 {"type":"LineString","id":"z2","properties":{"nome":"B"},"arcs":[-1]},
 {"type":"Point","id":"z3","properties":{"nome":"C"},"coordinates":[1,2]},
 {"type":null,"id":"z4","properties":{"nome":"D"}},
 {"type":"LineString","id":"z5","properties":{"nome":"E"},"arcs":[7]}]}},
"arcs":[[[0,0],[2,0],[0,2]],[[2,2],[-2,-2]]]}`, catalog.Mapping{})
	want := []string{
		"[A] POLYGON ((10 43, 11 43, 11 44, 10 43))",
		"[B] LINESTRING (11 44, 11 43, 10 43)",
		"[C] POINT (10.5 44)",
		"[D]",
		"[E]",
	}
	if diff := cmp.Diff(want, shapes(t, rows)); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if rows[0].Key != "z1" || !bytes.Contains(rows[0].Raw, []byte(`"coordinates":[[[10,43],`)) {
		t.Errorf("key %q, raw %s; want z1 and its coordinates", rows[0].Key, rows[0].Raw)
	}
	if len(rows[4].Issues) != 1 {
		t.Errorf("an arc that is not there: issues %v", rows[4].Issues)
	}
}

func TestGeoJSON(t *testing.T) {
	seq := "\x1e{\"type\":\"Feature\",\"id\":1,\"properties\":{\"a\":\"x\",\"o\":{\"b\":1,\"c\":{\"d\":true}},\"l\":[1,2],\"e\":{},\"n\":null},\"geometry\":{\"type\":\"Point\",\"coordinates\":[11,43,7]}}\n" +
		"\x1e{\"type\":\"Feature\",\"id\":2,\"properties\":{\"a\":\"y\"},\"geometry\":{\"type\":\"GeometryCollection\",\"geometries\":[{\"type\":\"Point\",\"coordinates\":[11,43]}]}}\n" +
		"\x1e{\"type\":\"Feature\",\"id\":3,\"properties\":null,\"geometry\":null}\n" +
		"\x1e{\"type\":\"Feature\",\"id\":4,\"properties\":{\"a\":\"z\"},\"geometry\":{\"type\":\"Point\",\"coordinates\":[\"11\",43]}}\n" +
		"\x1e{\"type\":\"Feature\",\"id\":5,\"properties\":{\"a\":\"z\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[]}}\n"
	l, rows := read(t, "a.geojsons", seq, catalog.Mapping{})
	if len(rows) != 5 || rows[0].Key != "1" || len(rows[3].Issues) != 1 || len(rows[4].Issues) != 0 {
		t.Errorf("%d rows, key %q, issues %v and %v; want 5, 1, one of the bad coordinate, none of the empty polygon", len(rows), rows[0].Key, rows[3].Issues, rows[4].Issues)
	}
	if g := asWKT(t, rows[1].Geometry); g != "GEOMETRYCOLLECTION (POINT (11 43))" {
		t.Errorf("collection %s", g)
	}
	if fmt.Sprint(l.Columns) != "[{a text  true} {o.b integer  true} {o.c.d boolean  true} {l json  true} {n text  true}]" {
		t.Errorf("columns %v", l.Columns)
	}
	if g := asWKT(t, rows[0].Geometry); g != "POINT Z (11 43 7)" {
		t.Errorf("geometry %s; want the height kept", g)
	}
	// The crs member that RFC 7946 dropped is heeded.
	l, rows = read(t, "a.geojson", `{"features":[{"geometry":{"type":"Point","coordinates":[1668603,4861223]},"properties":{"a":1},"type":"Feature"}],"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::3003"}},"type":"FeatureCollection"}`, catalog.Mapping{})
	if l.SRID != 3003 || l.Accuracy != 4 || rows[0].Geometry.SRID() != 3003 {
		t.Errorf("declared 3003: EPSG:%d, accuracy %v m; want 3003, 4 m", l.SRID, l.Accuracy)
	}
	// Swapped axes are frequent.
	l, rows = read(t, "a.geojson", `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[43.88,11.09]}}]}`, catalog.Mapping{})
	if asWKT(t, rows[0].Geometry) != "POINT (11.09 43.88)" || !strings.Contains(strings.Join(l.Found, "\n"), "axes swapped") {
		t.Errorf("swapped: %s\n%v", asWKT(t, rows[0].Geometry), l.Found)
	}
}

// A dictionary in JSON does not become a thousand columns.
func TestDictionariesStayJSON(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"meta":{"count":3},"data":[`)
	for i := range 300 {
		fmt.Fprintf(&b, `{"id":"r%d","by":{"k%d":1}},`, i, i)
	}
	b.WriteString(`{"id":"last","by":{"k":2}}]}`)
	l, rows := read(t, "a.json", b.String(), catalog.Mapping{})
	if len(l.Columns) != 2 || columnOf(l, "by").Type != catalog.ColumnJSON || len(rows) != 301 {
		t.Fatalf("%d columns, %d rows; want id and by, 301", len(l.Columns), len(rows))
	}
	if v := fmt.Sprintf("%s", rows[0].Values); !strings.Contains(v, `{"k0":1}`) {
		t.Errorf("first row %s; want the object whole", v)
	}
}

// A workbook with a title above the header, dates, numbers shown rounded, codes
// shown with zeros, numbers as text, an empty sheet and a hidden one.
func TestXLSX(t *testing.T) {
	w := excelize.NewFile()
	put := func(cell string, v any) {
		if err := w.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	for i, h := range []string{"Codice", "Nome", "Lat", "Lon", "Data", "Quota", "Note"} {
		put(string(rune('A'+i))+"3", h)
	}
	put("A1", "Elenco dei musei")
	date, _ := w.NewStyle(&excelize.Style{NumFmt: 14})
	rounded, _ := w.NewStyle(&excelize.Style{NumFmt: 2})
	zeros := "00000"
	padded, _ := w.NewStyle(&excelize.Style{CustomNumFmt: &zeros})
	for i, name := range []string{"Pecci", "Palazzo Pretorio", "Tessuto"} {
		r := fmt.Sprint(4 + i)
		put("A"+r, 123+i)
		put("B"+r, name)
		put("C"+r, 43.880123+float64(i)/1000)
		put("D"+r, "11,0961"+fmt.Sprint(i))
		put("E"+r, 45000+i)
		put("F"+r, 60.5)
		_ = w.SetCellStyle("Sheet1", "A"+r, "A"+r, padded)
		_ = w.SetCellStyle("Sheet1", "C"+r, "C"+r, rounded)
		_ = w.SetCellStyle("Sheet1", "E"+r, "E"+r, date)
	}
	_, _ = w.NewSheet("Vuoto")
	_, _ = w.NewSheet("Nascosto")
	_ = w.SetCellValue("Nascosto", "A1", "x")
	_ = w.SetCellValue("Nascosto", "A2", "y")
	_ = w.SetSheetVisible("Nascosto", false)
	p := filepath.Join(t.TempDir(), "musei.xlsx")
	if err := w.SaveAs(p); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(p)
	if err != nil {
		t.Fatal(err)
	}
	l, rows := read(t, "musei.xlsx", string(b), catalog.Mapping{})
	want := []string{
		"[00123 Pecci 43.880123 11.0961 2023-03-15 60.5 <nil>] POINT (11.0961 43.880123)",
		"[00124 Palazzo Pretorio 43.881123 11.09611 2023-03-16 60.5 <nil>] POINT (11.09611 43.881123)",
		"[00125 Tessuto 43.882123 11.09612 2023-03-17 60.5 <nil>] POINT (11.09612 43.882123)",
	}
	if diff := cmp.Diff(want, shapes(t, rows)); diff != "" {
		t.Errorf("rows (-want +got):\n%s\n%s", diff, strings.Join(l.Found, "\n"))
	}
	if l.Guess.Fields["title"] != "Nome" || fmt.Sprint(l.Guess.Key) != "[Codice]" || rows[0].Line != 4 || l.SRID != 4326 {
		t.Errorf("guess %+v, line %d", l.Guess, rows[0].Line)
	}
}

// Merged cells say the same in each of their rows, not across them; dates may
// count from 1904 (spec §3.16).
func TestXLSXMergedCells(t *testing.T) {
	w := excelize.NewFile()
	base := true
	if err := w.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &base}); err != nil {
		t.Fatal(err)
	}
	date, _ := w.NewStyle(&excelize.Style{NumFmt: 14})
	for i, row := range [][]any{
		{"Orari delle biblioteche"},
		{"Sede", "Apertura", nil, "Dal"},
		{nil, "Giorno", "Ore", nil},
		{"Lazzerini", "lunedì", "9-19", 43831 - 1462},
		{nil, "martedì", "9-23", 43832 - 1462},
		{"Nord", "lunedì", "14-19", 43833 - 1462},
		{nil, nil, nil, nil},
		{"Aggiornato il 21 novembre"},
	} {
		if err := w.SetSheetRow("Sheet1", fmt.Sprint("A", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range [][2]string{{"A1", "D1"}, {"A2", "A3"}, {"B2", "C2"}, {"D2", "D3"}, {"A4", "A5"}, {"A8", "D10"}} {
		if err := w.MergeCell("Sheet1", m[0], m[1]); err != nil {
			t.Fatal(err)
		}
	}
	_ = w.SetCellStyle("Sheet1", "D4", "D6", date)
	p := filepath.Join(t.TempDir(), "orari.xlsx")
	if err := w.SaveAs(p); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(p)
	if err != nil {
		t.Fatal(err)
	}
	l, rows := read(t, "orari.xlsx", string(b), catalog.Mapping{Header: 3})
	want := []string{
		"[Lazzerini lunedì 9-19 2020-01-01]",
		"[Lazzerini martedì 9-23 2020-01-02]",
		"[Nord lunedì 14-19 2020-01-03]",
		"[Aggiornato il 21 novembre <nil> <nil> <nil>]",
	}
	if diff := cmp.Diff(want, shapes(t, rows)); diff != "" || columnOf(l, "Sede").Name == "" || columnOf(l, "Dal").Name == "" {
		t.Errorf("rows (-want +got):\n%s\ncolumns %v\n%s", diff, l.Columns, strings.Join(l.Found, "\n"))
	}
}

// Shapefiles with what the real ones here lack: heights, holes in the wrong
// direction, nulls, deleted rows, Windows-1252 without a .cpg.
func TestShapefile(t *testing.T) {
	square := func(x, y, size float64, clockwise bool) []float64 {
		if clockwise {
			return []float64{x, y, x, y + size, x + size, y + size, x + size, y, x, y}
		}
		return []float64{x, y, x + size, y, x + size, y + size, x, y + size, x, y}
	}
	polygon := func(rings ...[]float64) []byte {
		var b bytes.Buffer
		le := func(v any) { _ = binary.Write(&b, binary.LittleEndian, v) }
		le(int32(5))
		b.Write(make([]byte, 32))
		n := 0
		for _, r := range rings {
			n += len(r) / 2
		}
		le(int32(len(rings)))
		le(int32(n))
		at := 0
		for _, r := range rings {
			le(int32(at))
			at += len(r) / 2
		}
		for _, r := range rings {
			le(r)
		}
		return b.Bytes()
	}
	pointZ := func(x, y, z float64) []byte {
		var b bytes.Buffer
		_ = binary.Write(&b, binary.LittleEndian, int32(11))
		_ = binary.Write(&b, binary.LittleEndian, []float64{x, y, z, 0})
		return b.Bytes()
	}
	shapesIn := [][]byte{
		polygon(square(11, 43, 1, true), square(11.25, 43.25, 0.5, true), square(11.375, 43.375, 0.125, true), square(13, 43, 1, false)),
		pointZ(11, 43, 99),
		{0, 0, 0, 0},
		pointZ(11, 44, 1),
		{31, 0, 0, 0, 0, 0, 0, 0},
		pointZ(math.NaN(), 44, 1),
	}
	var shp bytes.Buffer
	head := make([]byte, 100)
	binary.BigEndian.PutUint32(head, 9994)
	shp.Write(head)
	for i, s := range shapesIn {
		_ = binary.Write(&shp, binary.BigEndian, []int32{int32(i + 1), int32(len(s) / 2)})
		shp.Write(s)
	}
	binary.BigEndian.PutUint32(shp.Bytes()[24:], uint32(shp.Len()/2))
	row := func(mark, name, n, date, flag string) string {
		return fmt.Sprintf("%s%-8s%6s%8s%1s", mark, name, n, date, flag)
	}
	dbf := append(make([]byte, 32), field("NOME", 'C', 8, 0)...)
	dbf = append(append(append(dbf, field("QUOTA", 'N', 6, 1)...), field("DATA", 'D', 8, 0)...), field("ATTIVO", 'L', 1, 0)...)
	dbf = append(dbf, '\r')
	binary.LittleEndian.PutUint32(dbf[4:], 6)
	binary.LittleEndian.PutUint16(dbf[8:], uint16(len(dbf)))
	binary.LittleEndian.PutUint16(dbf[10:], 24)
	for _, r := range []string{row(" ", "Citt\xe0", "1.5", "20240131", "T"), row(" ", "b", "******", "", "?"), row(" ", "c", "2.0", "", "F"), row("*", "via", "3.0", "", ""), row(" ", "d", "", "", ""), row(" ", "e", "", "", "")} {
		dbf = append(dbf, r...)
	}
	var zipped bytes.Buffer
	z := zip.NewWriter(&zipped)
	for name, content := range map[string][]byte{"cartella/Parchi.SHP": shp.Bytes(), "cartella/Parchi.DBF": dbf, "cartella/leggimi.txt": []byte("x")} {
		w, _ := z.Create(name)
		_, _ = w.Write(content)
	}
	_ = z.Close()
	l, rows := read(t, "a.zip", zipped.String(), catalog.Mapping{})
	want := []string{
		"[Città 1.5 2024-01-31 true] MULTIPOLYGON (((11 43, 11 44, 12 44, 12 43, 11 43), (11.25 43.25, 11.25 43.75, 11.75 43.75, 11.75 43.25, 11.25 43.25)), ((11.375 43.375, 11.375 43.5, 11.5 43.5, 11.5 43.375, 11.375 43.375)), ((13 43, 14 43, 14 44, 13 44, 13 43)))",
		"[b <nil> <nil> <nil>] POINT Z (11 43 99)",
		"[c 2 <nil> false]",
		"[d <nil> <nil> <nil>]",
		"[e <nil> <nil> <nil>]",
	}
	got := shapes(t, rows)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("rows (-want +got):\n%s", diff)
	}
	if len(rows[3].Issues) != 1 || rows[3].Issues[0].Rule != "geometry-unreadable" {
		t.Errorf("a multipatch: issues %v", rows[3].Issues)
	}
	if l.Guess.Encoding != "windows-1252" || l.SRID != 4326 {
		t.Errorf("encoding %s, EPSG:%d", l.Guess.Encoding, l.SRID)
	}
}

func field(name string, kind byte, width, decimals byte) []byte {
	b := make([]byte, 32)
	copy(b, name)
	b[11], b[16], b[17] = kind, width, decimals
	return b
}

// Several files in one archive are layers; Layers picks, Describe explains all.
func TestArchiveOfSeveral(t *testing.T) {
	var zipped bytes.Buffer
	z := zip.NewWriter(&zipped)
	for _, f := range [][2]string{{"dati/musei.csv", "nome;id\na;1\nb;2\n"}, {"dati/parchi.geojson", `{"type":"FeatureCollection","features":[]}`}, {"LEGGIMI.pdf", "%PDF"}, {"__MACOSX/._musei.csv", "\x00"}} {
		w, _ := z.Create(f[0])
		_, _ = w.Write([]byte(f[1]))
	}
	_ = z.Close()
	p := given(t, "a.zip", zipped.String())
	layers, rows, err := Describe(t.Context(), http.DefaultClient, catalog.Source{ID: "test", URL: p}, 1)
	if err != nil || len(layers) != 2 || layers[0].Name != "musei" || layers[1].Name != "parchi" || len(rows) != 1 {
		t.Fatalf("Describe: %v, %v, %d rows", err, layers, len(rows))
	}
	if all := strings.Join(layers[0].Found, "\n"); !strings.Contains(all, "LEGGIMI.pdf is passed over") || !strings.Contains(all, "rows: 2") {
		t.Errorf("found:\n%s", all)
	}
	_, one := read(t, "a.zip", zipped.String(), catalog.Mapping{Layers: []string{"musei"}})
	if len(one) != 2 || one[0].Layer.Name != "" {
		t.Errorf("%d rows of layer %q; want 2 of the only one", len(one), one[0].Layer.Name)
	}
	if err := harvestError(t, p, catalog.Mapping{Layers: []string{"teatri"}}); err == nil || !strings.Contains(err.Error(), `"teatri"`) {
		t.Errorf("a layer that is not there: %v", err)
	}
}

// What is written by hand has spaces beside its commas; a document of links alone
// says where the data is.
func TestKMLByHand(t *testing.T) {
	_, rows := read(t, "a.kml", `<kml><Document><Placemark><name>A</name><Point><coordinates>11.09, 43.88 , 0</coordinates></Point></Placemark></Document></kml>`, catalog.Mapping{})
	if diff := cmp.Diff([]string{"[A] POINT Z (11.09 43.88 0)"}, shapes(t, rows)); diff != "" {
		t.Error(diff)
	}
	path := given(t, "b.kml", `<kml><NetworkLink><Link><href>https://maps.example.org/kml?mid=1</href></Link></NetworkLink></kml>`)
	for _, err := range Harvest(t.Context(), http.DefaultClient, catalog.Source{ID: "test", URL: path}) {
		if err == nil || !strings.Contains(err.Error(), "https://maps.example.org/kml?mid=1") {
			t.Errorf("%v; want the address that the document links", err)
		}
	}
}

// Answers of the Overpass API: tags are the columns, ways have the corners that
// stand beside them, and an id counts with its type.
func TestOverpass(t *testing.T) {
	const doc = `{"version": 0.6, "generator": "Overpass API", "osm3s": {"timestamp_osm_base": "2026-01-01T00:00:00Z"}, "elements": [
{"type":"node","id":1,"lat":43.88,"lon":11.09,"tags":{"amenity":"pharmacy","name":"Farmacia"}},
{"type":"way","id":1,"nodes":[2,3,4,2],"tags":{"leisure":"park","name":"Parco"}},
{"type":"way","id":2,"nodes":[2,3,4,2],"tags":{"highway":"primary","name":"Rotonda"}},
{"type":"way","id":3,"nodes":[9,8],"center":{"lat":43.9,"lon":11.2},"tags":{"name":"Centro"}},
{"type":"relation","id":1,"members":[],"tags":{"name":"Senza luogo"}},
{"type":"way","id":4,"geometry":[{"lat":43.1,"lon":11.1},{"lat":43.2,"lon":11.2}],"tags":{"name":"Sentiero"}},
{"type":"node","id":2,"lat":43,"lon":11},{"type":"node","id":3,"lat":43,"lon":12},{"type":"node","id":4,"lat":44,"lon":12}]}`
	l, rows := read(t, "a.json", doc, catalog.Mapping{})
	var got []string
	for _, r := range rows {
		got = append(got, strings.TrimSpace(r.Key+" "+asWKT(t, r.Geometry)))
	}
	want := []string{
		"node/1 POINT (11.09 43.88)", "way/1 POLYGON ((11 43, 12 43, 12 44, 11 43))", "way/2 LINESTRING (11 43, 12 43, 12 44, 11 43)",
		"way/3 POINT (11.2 43.9)", "relation/1", "way/4 LINESTRING (11.1 43.1, 11.2 43.2)",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s\n%v", diff, l.Found)
	}
	if names := values(l, rows, "name"); len(names) != 6 || names[1] != "Parco" {
		t.Errorf("names: %v of %v", names, l.Columns)
	}
	for _, err := range Harvest(t.Context(), http.DefaultClient, catalog.Source{ID: "test", URL: given(t, "b.json", strings.TrimSuffix(doc, "}")+`,"remark":"runtime error: Query timed out in \"query\" at line 3"}`)}) {
		if !errors.Is(err, catalog.ErrFailedListing) || !strings.Contains(err.Error(), "timed out") {
			t.Errorf("an answer that timed out: %v; want a failed listing", err)
		}
	}
	_, moved := read(t, "a.json", strings.Replace(doc, `"lat":44,"lon":12`, `"lat":44,"lon":12.5`, 1), catalog.Mapping{})
	if bytes.Equal(rows[1].Raw, moved[1].Raw) || !bytes.Equal(rows[0].Raw, moved[0].Raw) {
		t.Error("a corner that moved does not change the bytes of the way through it, and of nothing else")
	}
}

// What is not read is told by name, with what to do.
func TestUnreadFormats(t *testing.T) {
	archive := func(name string) string {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		if w, err := z.Create(name); err != nil {
			t.Fatal(err)
		} else if _, err := w.Write([]byte("<x/>")); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	for want, content := range map[string]string{
		"kind ical": "BEGIN:VCALENDAR\r\n", "kind gtfs": archive("orari/stops.txt"), "LibreOffice": archive("content.xml"),
		"geodatabase": archive("Catasto.gdb/a00000001.gdbtable"), "FlatGeobuf": "fgb\x03fgb\x00", "DWG": "AC1032\x00",
	} {
		for _, err := range Harvest(t.Context(), http.DefaultClient, catalog.Source{ID: "test", URL: given(t, "dati.bin", content)}) {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%q: %v; want %s", content, err, want)
			}
		}
	}
}
