package file

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

// Of a national file only the rows of the territory are read, and what is
// detected is detected on them.
func TestOnly(t *testing.T) {
	const libraries = "isil;nome;codice istat;quota\nIT-1;Lazzerini; 100005;12\nIT-2;Vaiano;100006;30\nIT-3;Roma;058091;n.d.\nIT-4;;;\n"
	const places = `{"type":"FeatureCollection","features":[
		{"type":"Feature","properties":{"nome":"A"},"geometry":{"type":"Point","coordinates":[11,44]}},
		{"type":"Feature","properties":{"nome":"B","Regione":"TOSCANA"},"geometry":{"type":"Point","coordinates":[11,44]}}]}`
	for _, c := range []struct {
		file, content, want string
		only                map[string][]string
	}{
		{"a.csv", libraries, "IT-1 IT-2", map[string][]string{"codice istat": {"100*"}}},
		{"a.csv", libraries, "IT-2", map[string][]string{"Codice ISTAT": {"100006", "100007"}}},
		{"a.csv", libraries, "IT-1", map[string][]string{"codice istat": {"100*"}, "nome": {"lazzerini"}}},
		{"a.csv", libraries, "IT-1 IT-2 IT-4", map[string][]string{"nome": {"!rom*"}}},
		{"a.csv", libraries, "IT-1", map[string][]string{"codice istat": {"100*", "!100006"}}},
		{"a.geojson", places, "B", map[string][]string{"Regione": {"Toscana"}}},
	} {
		layer, rows := read(t, c.file, c.content, catalog.Mapping{Only: c.only})
		var got []string
		for _, r := range rows {
			got = append(got, fmt.Sprint(r.Values[0]))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("only %v of %s: rows %q; want %s", c.only, c.file, got, c.want)
		}
		if c.file == "a.csv" && layer.Columns[3].Type != catalog.ColumnInteger {
			t.Errorf("only %v: quota is %s; the row with «n.d.» is not read", c.only, layer.Columns[3].Type)
		}
		if found := strings.Join(layer.Found, "\n"); !strings.Contains(found, "only rows whose ") {
			t.Errorf("only %v is not explained: %s", c.only, found)
		}
	}
}

// A column that is not there is said, and ends the listing: nothing is
// withdrawn because a publisher has renamed it.
func TestOnlyWithoutItsColumn(t *testing.T) {
	src := catalog.Source{ID: "test", URL: given(t, "a.csv", "nome,regione\nA,Toscana\n"), Mapping: catalog.Mapping{Only: map[string][]string{"provincia": {"Prato"}}}}
	for _, err := range Harvest(t.Context(), http.DefaultClient, src) {
		if !errors.Is(err, catalog.ErrFailedListing) || !strings.Contains(err.Error(), `"provincia"; the columns are ["nome" "regione"]`) {
			t.Errorf("error %v", err)
		}
	}
}
