package file

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"

	"po-net.prato.it/ponet/catalog"
)

// given writes a file for one test and returns its path.
func given(t testing.TB, name, content string) string {
	t.Helper()
	p := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(p, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

// read harvests a small file and returns its rows; it fails on any error that
// is not about a single row.
func read(t testing.TB, name, content string, m catalog.Mapping) (*catalog.Layer, []catalog.Harvested) {
	t.Helper()
	var rows []catalog.Harvested
	var layer *catalog.Layer
	for h, err := range Harvest(t.Context(), http.DefaultClient, catalog.Source{ID: "test", URL: given(t, name, content), Mapping: m}) {
		if err != nil && !errors.Is(err, catalog.ErrInvalid) {
			t.Fatal(err)
		}
		layer = h.Layer
		if err == nil {
			rows = append(rows, h)
		}
	}
	return layer, rows
}

// column returns the values of a column.
func values(l *catalog.Layer, rows []catalog.Harvested, name string) []any {
	var all []any
	i := slices.IndexFunc(l.Columns, func(c catalog.Column) bool { return c.Name == name })
	for _, r := range rows {
		if i >= 0 {
			all = append(all, r.Values[i])
		}
	}
	return all
}

func columnOf(l *catalog.Layer, name string) catalog.Column {
	i := slices.IndexFunc(l.Columns, func(c catalog.Column) bool { return c.Name == name })
	if i < 0 {
		return catalog.Column{}
	}
	return l.Columns[i]
}

// What Italian spreadsheets do to values, and what becomes of it.
func TestColumnTypes(t *testing.T) {
	tests := []struct {
		name, header string
		cells        []string
		typ          catalog.ColumnType
		notation     string
		want         []any
	}{
		{"thousands dots", "popolazione", []string{"2.644", "464", "1.234.567"}, catalog.ColumnInteger, "1.234", []any{int64(2644), int64(464), int64(1234567)}},
		{"decimal comma", "prezzo", []string{"7,87", "12", "0,50"}, catalog.ColumnNumber, "1234,56", []any{7.87, 12.0, 0.5}},
		{"both", "importo", []string{"1.234,56", "12,3"}, catalog.ColumnNumber, "1.234,56", []any{1234.56, 12.3}},
		{"English", "amount", []string{"1,234.56", "12.3"}, catalog.ColumnNumber, "1,234.56", []any{1234.56, 12.3}},
		{"decimals that could be thousands", "peso", []string{"1.250", "0.500"}, catalog.ColumnNumber, "1234.56", []any{1.25, 0.5}},
		{"leading zeros", "numero", []string{"001", "002"}, catalog.ColumnText, "", []any{"001", "002"}},
		{"one leading zero among many", "n", []string{"12", "012"}, catalog.ColumnText, "", []any{"12", "012"}},
		{"a CAP that is safe as a number", "CAP", []string{"59100", "50100"}, catalog.ColumnText, "", []any{"59100", "50100"}},
		{"a code without zeros", "Codice Comune", []string{"1001", "1002"}, catalog.ColumnText, "", []any{"1001", "1002"}},
		{"telephones", "telefono", []string{"0574123456", "3331234567"}, catalog.ColumnText, "", []any{"0574123456", "3331234567"}},
		{"more digits than a float has", "x1", []string{"1.12345678901234567891", "2.5"}, catalog.ColumnText, "", []any{"1.12345678901234567891", "2.5"}},
		{"integers beyond int64", "n", []string{"99999999999999999999", "1"}, catalog.ColumnText, "", []any{"99999999999999999999", "1"}},
		{"day first", "data", []string{"03/01/2011", "25/12/2011"}, catalog.ColumnDate, "dd/mm/yyyy", []any{"2011-01-03", "2011-12-25"}},
		{"month first, which a day beyond 12 shows", "data", []string{"01/03/2011", "12/25/2011"}, catalog.ColumnDate, "mm/dd/yyyy", []any{"2011-01-03", "2011-12-25"}},
		{"no such day", "data", []string{"31/02/2011", "01/02/2011"}, catalog.ColumnText, "", []any{"31/02/2011", "01/02/2011"}},
		{"ISO", "data", []string{"2011-01-03", "2011-12-25"}, catalog.ColumnDate, "yyyy-mm-dd", []any{"2011-01-03", "2011-12-25"}},
		{"local time, winter and summer", "quando", []string{"2024-01-10 09:30", "2024-07-10 09:30"}, catalog.ColumnDateTime, "yyyy-mm-dd hh:mm", []any{"2024-01-10T09:30:00+01:00", "2024-07-10T09:30:00+02:00"}},
		{"yes and no", "attivo", []string{"Si", "No", "Si"}, catalog.ColumnBoolean, "Si/No", []any{true, false, true}},
		{"only no", "attivo", []string{"No", "No"}, catalog.ColumnText, "", []any{"No", "No"}},
		{"yes in two spellings", "attivo", []string{"SI", "No"}, catalog.ColumnText, "", []any{"SI", "No"}},
		{"X and nothing", "attivo", []string{"X", ""}, catalog.ColumnText, "", []any{"X", nil}},
		{"words for nothing", "n", []string{"1", "n.d.", "-", "N.D.", "Non Disponibile", "#N/D", "NULL"}, catalog.ColumnInteger, "1234", []any{int64(1), nil, nil, nil, nil, nil, nil}},
		{"Napoli is not nothing", "sigla", []string{"NA", "PO"}, catalog.ColumnText, "", []any{"NA", "PO"}},
		{"white space", "n", []string{" 12 ", "\u00a013"}, catalog.ColumnInteger, "1234", []any{int64(12), int64(13)}},
		{"exponents are codes", "scala", []string{"12E5", "13E5"}, catalog.ColumnText, "", []any{"12E5", "13E5"}},
		{"mojibake", "dove", []string{"cittÃ ", "perchÃ©", "Ã"}, catalog.ColumnText, "", []any{"cittÃ", "perché", "Ã"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			content := "titolo;" + tt.header + ";altro\n"
			for i, c := range tt.cells {
				content += fmt.Sprintf("riga %d;%s;x\n", i, c)
			}
			l, rows := read(t, "a.csv", content, catalog.Mapping{})
			c := columnOf(l, tt.header)
			if c.Type != tt.typ || c.Notation != tt.notation {
				t.Errorf("column is %s %q; want %s %q", c.Type, c.Notation, tt.typ, tt.notation)
			}
			if diff := cmp.Diff(tt.want, values(l, rows, tt.header)); diff != "" {
				t.Errorf("values (-want +got):\n%s", diff)
			}
		})
	}
}

// With a comma between the cells "2.644" is a decimal, as "1.234" alone is
// ambiguous; two separators decide otherwise.
func TestThousandsInCommaFiles(t *testing.T) {
	l, rows := read(t, "a.csv", "nome,valore\na,2.644\nb,1.200\n", catalog.Mapping{})
	if diff := cmp.Diff([]any{2.644, 1.2}, values(l, rows, "valore")); diff != "" {
		t.Error(diff)
	}
	l, rows = read(t, "a.csv", "nome,valore\na,2.644\nb,1.200.300\n", catalog.Mapping{})
	if diff := cmp.Diff([]any{int64(2644), int64(1200300)}, values(l, rows, "valore")); diff != "" {
		t.Error(diff)
	}
}

// Dialects of CSV (metadata.md §3.16).
func TestDialects(t *testing.T) {
	latin, _ := charmap.Windows1252.NewEncoder().String("città;n\nForlì;1\nÈ;2\n")
	mac, _ := charmap.Macintosh.NewEncoder().String("città;n\nForlì perché;1\ncosì è;2\n")
	tests := []struct {
		name, content string
		columns       []string
		first         []any
		rows          int
		lines         []int
	}{
		{"semicolon", "a;b\nx;1,5\ny;2,5\n", []string{"a", "b"}, []any{"x", 1.5}, 2, []int{2, 3}},
		{"tab", "a\tb\nx\t1\n", []string{"a", "b"}, []any{"x", int64(1)}, 1, []int{2}},
		{"pipe", "a|b\nx|1\n", []string{"a", "b"}, []any{"x", int64(1)}, 1, []int{2}},
		{"BOM and CRLF", "\xef\xbb\xbfa,b\r\nx,1\r\ny,2\r\n", []string{"a", "b"}, []any{"x", int64(1)}, 2, []int{2, 3}},
		{"CR alone", "a,b\rx,1\ry,2\r", []string{"a", "b"}, []any{"x", int64(1)}, 2, []int{2, 3}},
		{"no end of the last line", "a;b\nx;1", []string{"a", "b"}, []any{"x", int64(1)}, 1, []int{2}},
		{"windows-1252", latin, []string{"città", "n"}, []any{"Forlì", int64(1)}, 2, []int{2, 3}},
		{"macintosh", mac, []string{"città", "n"}, []any{"Forlì perché", int64(1)}, 2, []int{2, 3}},
		{"UTF-16", "\xff\xfea\x00;\x00b\x00\n\x00x\x00;\x001\x00\n\x00", []string{"a", "b"}, []any{"x", int64(1)}, 1, []int{2}},
		{"title above the header", "Elenco delle biblioteche;;\n;;\nnome;via;civico\nLazzerini;Puccetti;3\n", []string{"nome", "via", "civico"}, []any{"Lazzerini", "Puccetti", "3"}, 1, []int{4}},
		{"line breaks in the header", "\"nome\ncompleto\";n\nx;1\n", []string{"nome completo", "n"}, []any{"x", int64(1)}, 1, []int{3}},
		{"line breaks in a cell", "a;b\n\"x\ny\";1\nz;2\n", []string{"a", "b"}, []any{"x\ny", int64(1)}, 2, []int{2, 4}},
		{"empty columns at the end", "a;b;;\nx;1;;\n", []string{"a", "b"}, []any{"x", int64(1)}, 1, []int{2}},
		{"names repeated and missing", "a;a;;b\nx;y;z;1\n", []string{"a", "a_2", "column_3", "b"}, []any{"x", "y", "z", int64(1)}, 1, []int{2}},
		{"no header", "1;43,88;11,09\n2;43,89;11,10\n", []string{"column_1", "column_2", "column_3"}, []any{int64(1), 43.88, 11.09}, 2, []int{1, 2}},
		{"doubled quotes", "a;b\n\"il \"\"Pecci\"\"\";1\n", []string{"a", "b"}, []any{`il "Pecci"`, int64(1)}, 1, []int{2}},
		{"stray quotes", "a;b\n\"il \"Pecci\" di Prato\";1\nz;2\n", []string{"a", "b"}, []any{`il "Pecci" di Prato`, int64(1)}, 2, []int{2, 3}},
		{"quote never closed", "a;b\nx;\"1\ny;2\nz;3\n", []string{"a", "b"}, []any{"x", `"1`}, 3, []int{2, 3, 4}},
		{"empty lines", "a;b\n\nx;1\n;\n\ny;2\n", []string{"a", "b"}, []any{"x", int64(1)}, 2, []int{3, 6}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l, rows := read(t, "a.csv", tt.content, catalog.Mapping{})
			var names []string
			for _, c := range l.Columns {
				names = append(names, c.Name)
			}
			if diff := cmp.Diff(tt.columns, names); diff != "" {
				t.Errorf("columns (-want +got):\n%s", diff)
			}
			var lines []int
			for _, r := range rows {
				lines = append(lines, r.Line)
			}
			if len(rows) != tt.rows || !slices.Equal(lines, tt.lines) {
				t.Fatalf("%d rows on lines %v; want %d on %v", len(rows), lines, tt.rows, tt.lines)
			}
			if diff := cmp.Diff(tt.first, rows[0].Values); diff != "" {
				t.Errorf("first row (-want +got):\n%s", diff)
			}
		})
	}
}

// Raw is what stood in the file, byte for byte, in the file's encoding.
func TestRawIsExact(t *testing.T) {
	latin, _ := charmap.Windows1252.NewEncoder().String("\"Forlì \"\"x\"\"\"; 1 ")
	_, rows := read(t, "a.csv", "a;b\r\n"+latin+"\r\n", catalog.Mapping{})
	if string(rows[0].Raw) != latin || rows[0].MediaType != "text/csv; charset=windows-1252" {
		t.Errorf("Raw = %q, %s; want %q", rows[0].Raw, rows[0].MediaType, latin)
	}
	const feature = `{"type":"Feature" , "properties":{"a":1e2},"geometry":null}`
	_, rows = read(t, "a.geojson", `{"type":"FeatureCollection","features":[`+feature+`]}`, catalog.Mapping{})
	if string(rows[0].Raw) != feature || rows[0].MediaType != "application/geo+json" {
		t.Errorf("Raw = %q, %s; want %q", rows[0].Raw, rows[0].MediaType, feature)
	}
}

func abs(v float64) float64 { return max(v, -v) }

// A column of positions is no name, when nothing else is.
func TestPositionsAreNoTitle(t *testing.T) {
	l, _ := read(t, "a.csv", "n;latitudine;longitudine\n1;43°52'48\"N;11°05'45\"E\n2;43°52'50\"N;11°05'50\"E\n", catalog.Mapping{})
	if l.Guess.Fields["title"] != "" || l.Guess.Fields["lat"] != "latitudine" {
		t.Errorf("fields %v", l.Guess.Fields)
	}
}

// Where positions may hide in a table, and what they are then.
func TestPositions(t *testing.T) {
	tests := []struct {
		name, content string
		m             catalog.Mapping
		srid          int
		x, y          float64 // of the first row
		placed        int
		issues        []string
	}{
		{"degrees", "nome;lat;lon\na;43,88;11,09\nb;;\n", catalog.Mapping{}, 4326, 11.09, 43.88, 1, nil},
		{"Gauss-Boaga", "nome;X_coord;Y_coord\na;1668603,93;4861223,39\n", catalog.Mapping{}, 3003, 1668603.93, 4861223.39, 1, nil},
		{"glued names", "nome;coordx;coordy\na;1668603;4861223\n", catalog.Mapping{}, 3003, 1668603, 4861223, 1, nil},
		{"columns the wrong way round", "nome;lat;lon\na;11,09;43,88\nb;11,1;43,9\n", catalog.Mapping{}, 4326, 11.09, 43.88, 2, nil},
		{"WKT", "nome;wkt\na;POINT (11.09 43.88)\nb;\n", catalog.Mapping{}, 4326, 11.09, 43.88, 1, nil},
		{"EWKT", "nome;geom\na;\"SRID=4326;POINT (11.09 43.88)\"\n", catalog.Mapping{}, 4326, 11.09, 43.88, 1, nil},
		{"GeoJSON in a cell", "nome;geom\na;\"{\"\"type\"\":\"\"Point\"\",\"\"coordinates\"\":[11.09,43.88]}\"\n", catalog.Mapping{}, 4326, 11.09, 43.88, 1, nil},
		{"EWKB of PostGIS", "nome;geom\na;0101000020E6100000AE47E17A142E2640713D0AD7A3F04540\n", catalog.Mapping{}, 4326, 11.09, 43.88, 1, nil},
		{"both in one cell", "nome;coordinate\na;43.88, 11.09\n", catalog.Mapping{}, 4326, 11.09, 43.88, 1, nil},
		{"0, 0", "nome;lat;lon\na;43,88;11,09\nb;0;0\nc;0,0;0,0\n", catalog.Mapping{}, 4326, 11.09, 43.88, 1, []string{"position-zero", "position-zero"}},
		{"one abroad among many", "nome;lat;lon\na;43,88;11,09\nb;43,88;11,1\nc;43,9;11\nd;43;11\ne;43,8;11\nf;4;-70\n", catalog.Mapping{}, 4326, 11.09, 43.88, 5, []string{"position-outside-italy"}},
		{"half abroad is no error", "nome;lat;lon\na;43,88;11,09\nb;48,85;2,35\n", catalog.Mapping{}, 4326, 11.09, 43.88, 2, nil},
		{"one coordinate missing", "nome;lat;lon\na;43,88;11,09\nb;43,88;\n", catalog.Mapping{}, 4326, 11.09, 43.88, 1, []string{"position-incomplete"}},
		{"x and y that are no positions", "nome;x;y\na;5000;7\nb;6000;8\n", catalog.Mapping{}, 0, 0, 0, 0, nil},
		{"SRID by mapping", "nome;x;y\na;500000;4800000\n", catalog.Mapping{SRID: 23032}, 23032, 500000, 4800000, 1, nil},
		{"columns by mapping", "nome;a1;a2\na;11,09;43,88\n", catalog.Mapping{Fields: map[string]string{"lon": "a1", "lat": "a2"}}, 4326, 11.09, 43.88, 1, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l, rows := read(t, "a.csv", tt.content, tt.m)
			var issues []string
			placed := 0
			for _, r := range rows {
				for _, i := range r.Issues {
					issues = append(issues, i.Rule)
				}
				if r.Geometry != nil {
					placed++
				}
			}
			if l.SRID != tt.srid || placed != tt.placed || !slices.Equal(issues, tt.issues) {
				t.Fatalf("EPSG:%d, %d placed, issues %v; want %d, %d, %v\n%s", l.SRID, placed, issues, tt.srid, tt.placed, tt.issues, strings.Join(l.Found, "\n"))
			}
			if placed > 0 {
				if c := rows[0].Geometry.FlatCoords(); abs(c[0]-tt.x) > 1e-9 || abs(c[1]-tt.y) > 1e-9 || rows[0].Geometry.SRID() != tt.srid {
					t.Errorf("position %v, SRID %d; want %v %v", c, rows[0].Geometry.SRID(), tt.x, tt.y)
				}
			}
		})
	}
}

func TestKeys(t *testing.T) {
	tests := []struct {
		name, content string
		m             catalog.Mapping
		want          []string // a hash is written as its ordinal: "#1"
		issues        int
	}{
		{"a code", "nome;codice\na;X1\nb;X2\n", catalog.Mapping{}, []string{"X1", "X2"}, 0},
		{"a code with a gap", "nome;codice\na;X1\nb;\n", catalog.Mapping{}, []string{"#1", "#1"}, 0},
		{"a code twice", "nome;codice\na;X1\nb;X1\n", catalog.Mapping{}, []string{"#1", "#1"}, 0},
		{"equal rows", "nome;n\na;1\nb;2\na;1\na;1\n", catalog.Mapping{}, []string{"#1", "#1", "#2", "#3"}, 0},
		{"names are no keys", "nome;n\na;1\nb;2\n", catalog.Mapping{}, []string{"#1", "#1"}, 0},
		{"the publisher's code before the row number", "fid;codice\n1;X1\n2;X2\n", catalog.Mapping{}, []string{"X1", "X2"}, 0},
		{"two columns by mapping", "a;b\nx;1\nx;2\n", catalog.Mapping{Key: []string{"a", "b"}}, []string{"x|1", "x|2"}, 0},
		{"a mapped key twice", "a;b\nx;1\nx;2\n", catalog.Mapping{Key: []string{"a"}}, []string{"x", "x-2"}, 1},
		{"a mapped key that is empty", "a;b\nx;1\n;2\n", catalog.Mapping{Key: []string{"a"}}, []string{"x", "#1"}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, rows := read(t, "a.csv", tt.content, tt.m)
			var keys []string
			issues := 0
			for _, r := range rows {
				k := r.Key
				if len(k) > 33 && k[32] == '-' {
					k = "#" + k[33:]
				}
				keys = append(keys, k)
				issues += len(r.Issues)
			}
			if diff := cmp.Diff(tt.want, keys); diff != "" || issues != tt.issues {
				t.Errorf("%d issues, want %d; keys (-want +got):\n%s", issues, tt.issues, diff)
			}
		})
	}
}

// What concerns persons is neither among the values nor in the raw bytes, in
// any format, and a renamed column is an error, not a leak.
func TestDrop(t *testing.T) {
	for name, content := range map[string]string{
		"a.csv":     "nome;referente\nx;Mario Rossi\n",
		"a.geojson": `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"nome":"x","referente":"Mario Rossi"},"geometry":{"type":"Point","coordinates":[11,43]}}]}`,
		"a.kml":     `<kml><Placemark><name>x</name><ExtendedData><Data name="referente"><value>Mario Rossi</value></Data></ExtendedData></Placemark></kml>`,
	} {
		l, rows := read(t, name, content, catalog.Mapping{Drop: []string{"referente"}})
		if columnOf(l, "referente").Name != "" || strings.Contains(fmt.Sprint(rows[0].Values), "Rossi") || bytes.Contains(rows[0].Raw, []byte("Rossi")) {
			t.Errorf("%s: dropped column is still there: %v %s", name, rows[0].Values, rows[0].Raw)
		}
	}
	err := harvestError(t, given(t, "a.csv", "nome;contatto\nx;Mario Rossi\n"), catalog.Mapping{Drop: []string{"referente"}})
	if err == nil || !strings.Contains(err.Error(), `"referente"`) {
		t.Errorf("a column to drop that is not there: %v; want an error that names it", err)
	}
}

func harvestError(t testing.TB, url string, m catalog.Mapping) error {
	t.Helper()
	for _, err := range Harvest(t.Context(), http.DefaultClient, catalog.Source{ID: "test", URL: url, Mapping: m}) {
		if err != nil {
			return err
		}
	}
	return nil
}

// Listings that cannot be trusted are failed listings, and say what was wrong.
func TestFailedListings(t *testing.T) {
	var whole bytes.Buffer
	gz := gzip.NewWriter(&whole)
	_, _ = gz.Write([]byte(strings.Repeat("a;b\nx;1\n", 1000)))
	_ = gz.Close()
	var zipped bytes.Buffer
	z := zip.NewWriter(&zipped)
	f, _ := z.Create("a.csv")
	_, _ = f.Write([]byte(strings.Repeat("a;b\nx;1\n", 1000)))
	_ = z.Close()
	var bomb bytes.Buffer
	gz = gzip.NewWriter(&bomb)
	_, _ = gz.Write(make([]byte, 40<<20)) // beyond what any ratio excuses
	_ = gz.Close()
	tests := []struct{ name, file, content, want string }{
		{"empty", "a.csv", "", "is empty"},
		{"blank", "a.csv", " \n\n", "is empty"},
		{"web page", "a.csv", "<!DOCTYPE html><html><body>404</body></html>", "web page"},
		{"XHTML", "a.kml", `<?xml version="1.0"?><html xmlns="x"></html>`, "web page"},
		{"cut gzip", "a.csv.gz", whole.String()[:whole.Len()-12], "unpacking ended"},
		{"cut zip", "a.zip", zipped.String()[:zipped.Len()-30], "no whole zip"},
		{"bomb", "a.csv.gz", bomb.String(), "bomb"},
		{"cut GeoJSON", "a.geojson", `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":1},"geometry":null},{"type":"Fea`, "ends"},
		{"GeoJSON without its end", "a.geojson", `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":1},"geometry":null}`, "ends too early"},
		{"invalid JSON inside", "a.geojson", `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":tru},"geometry":null}]}`, "not valid JSON"},
		{"JSON without a list", "a.json", `{"error":"not found"}`, "no list of objects"},
		{"deep JSON", "a.json", strings.Repeat("[", 300) + strings.Repeat("]", 300), "nested deeper"},
		{"cut KML", "a.kml", `<kml><Document><Placemark><name>x</name></Placemark><Placem`, "XML"},
		{"PDF", "a.pdf", "%PDF-1.4", "a PDF"},
		{"old Excel", "a.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save it as .xlsx"},
		{"other XML", "a.xml", "<rss></rss>", "root <rss>"},
		{"truncated shapefile", "a.shp", "\x00\x00\x27\x0a", "header"},
		{"truncated database", "a.gpkg", "SQLite format 3\x00" + strings.Repeat("\x00", 100), "GeoPackage"},
	}
	for _, tt := range tests {
		err := harvestError(t, given(t, tt.file, tt.content), catalog.Mapping{})
		if !errors.Is(err, catalog.ErrFailedListing) || errors.Is(err, catalog.ErrInvalid) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v; want a failed listing that says %q", tt.name, err, tt.want)
		}
	}
	if err := harvestError(t, "/no/such/file.csv", catalog.Mapping{}); !errors.Is(err, catalog.ErrFailedListing) {
		t.Errorf("no such file: %v", err)
	}
}

func TestHTTP(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/a.csv", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/csv; charset=ISO-8859-1")
		_, _ = w.Write([]byte("nome;codice\nForl\xec;X1\n"))
	})
	mux.HandleFunc("/short.csv", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		_, _ = w.Write([]byte("nome;codice\na;X1\n"))
	})
	mux.HandleFunc("/login", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>login</html>")) })
	mux.HandleFunc("/gone.csv", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "gone", http.StatusGone) })
	srv := httptest.NewServer(mux)
	defer srv.Close()
	for h, err := range Harvest(t.Context(), srv.Client(), catalog.Source{ID: "test", URL: srv.URL + "/a.csv"}) {
		if err != nil || h.Key != "X1" || h.Values[0] != "Forlì" {
			t.Errorf("a.csv: %v %v %v", h.Key, h.Values, err)
		}
	}
	for path, want := range map[string]string{"/short.csv": "ended after", "/login": "web page", "/gone.csv": "410 Gone", "/missing": "404 Not Found"} {
		err := harvestError(t, srv.URL+path, catalog.Mapping{})
		if !errors.Is(err, catalog.ErrFailedListing) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want a failed listing that says %q", path, err, want)
		}
	}
	if err := harvestError(t, "ftp://example.org/a.csv", catalog.Mapping{}); err == nil || !strings.Contains(err.Error(), "only http") {
		t.Errorf("ftp: %v", err)
	}
}

// A row with an unquoted delimiter in a cell has shifted values; it is refused
// and the harvest goes on.
func TestLongRowsAreRefused(t *testing.T) {
	var refused *catalog.RowError
	kept := 0
	for _, err := range Harvest(t.Context(), http.DefaultClient, catalog.Source{ID: "test", URL: given(t, "a.csv", "a;b\nx;1\ny;2;3\nz;4\nw;5\n")}) {
		switch {
		case errors.As(err, &refused):
		case err != nil:
			t.Fatal(err)
		default:
			kept++
		}
	}
	if refused == nil || kept != 3 || refused.Issue.Line != 3 || refused.Issue.File != "a.csv" || !refused.Issue.Refused {
		t.Errorf("%d kept, refused %+v; want 3 kept and line 3 refused", kept, refused)
	}
}

// An object dropped by its name takes its members with it, however deep.
func TestDropUnfolded(t *testing.T) {
	l, rows := read(t, "a.json", `[{"id":1,"referente":{"nome":"Mario","tel":{"casa":"0574"}}},{"id":2,"referente":null}]`, catalog.Mapping{Drop: []string{"referente"}})
	if len(l.Columns) != 1 || bytes.Contains(rows[0].Raw, []byte("Mario")) || bytes.Contains(rows[0].Raw, []byte("0574")) {
		t.Errorf("columns %v, raw %s", l.Columns, rows[0].Raw)
	}
}

func TestMappingErrors(t *testing.T) {
	p := given(t, "a.csv", "nome;n\na;1\nb;due\n")
	for want, m := range map[string]catalog.Mapping{
		`the mapping's key names the column "codice"`:         {Key: []string{"codice"}},
		`the mapping's field title names the column "titolo"`: {Fields: map[string]string{"title": "titolo"}},
		`the mapping's types names the column "x"`:            {Types: map[string]catalog.ColumnType{"x": catalog.ColumnDate}},
		`the mapping's format "ods" is none of`:               {Format: "ods"},
		`the mapping's delimiter ";;" is not one character`:   {Delimiter: ";;"},
	} {
		if err := harvestError(t, p, m); err == nil || !strings.Contains(err.Error(), want) || errors.Is(err, catalog.ErrInvalid) {
			t.Errorf("%v; want %s", err, want)
		}
	}
	// A forced type makes issues of the values that are not of it.
	_, rows := read(t, "a.csv", "nome;n\na;1\nb;due\n", catalog.Mapping{Types: map[string]catalog.ColumnType{"n": catalog.ColumnInteger}})
	if rows[0].Values[1] != int64(1) || rows[1].Values[1] != nil || len(rows[1].Issues) != 1 || rows[1].Issues[0].Rule != "value-type" || rows[1].Issues[0].Read != "due" {
		t.Errorf("forced type: %v %v %+v", rows[0].Values, rows[1].Values, rows[1].Issues)
	}
	// A constant and a join are no names of columns.
	// Nor is an empty one, which takes the field away.
	if err := harvestError(t, p, catalog.Mapping{Fields: map[string]string{"type": "'Museo'", "title": "nome+n", "lat": ""}}); err != nil {
		t.Error(err)
	}
}

// Names in a mapping may differ in capitals, and name members of JSON columns.
func TestMappedNames(t *testing.T) {
	l, rows := read(t, "a.csv", "Nome;Referente;X1;Y1;N\na;Mario;11,1;43,9;1\n", catalog.Mapping{Drop: []string{"referente"}, Key: []string{"nome"},
		Fields: map[string]string{"lon": "x1", "lat": "y1", "title": "NOME + 'di Prato'"}, Types: map[string]catalog.ColumnType{"n": catalog.ColumnText}})
	if len(l.Columns) != 4 || rows[0].Key != "a" || rows[0].Geometry == nil || rows[0].Values[3] != "1" || bytes.Contains(rows[0].Raw, []byte("Mario")) {
		t.Errorf("%v %+v %s", l.Columns, rows[0], rows[0].Raw)
	}
}
