package datasets

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

func TestEncodeCSV(t *testing.T) {
	c := catalog.Collection{
		Name: "prova", Licence: "https://w3id.org/italia/controlled-vocabulary/licences/A21_CCBY40", SourceURL: "/home/referente/prova.csv",
		Columns: []catalog.Column{{Name: "title"}, {Name: "lon"}, {Name: "Id"}, {Name: "n", Type: catalog.ColumnInteger}, {Name: "=cmd()"}},
	}
	got := encodeCSV(t, c,
		`{"type":"Feature","id":"a","geometry":{"type":"Point","coordinates":[11.0950001,43.88]},"properties":{"title":"Forlì, \"centro\"","lon":"11","Id":"007","n":-5,"other":1}}`,
		`{"type":"Feature","id":"b","geometry":{"type":"LineString","coordinates":[[11,43],[12,44.5]]},"properties":{"n":null,"title":"=1+1","=cmd()":"x","licence":"http://altra"}}`,
		`{"type":"Feature","id":"c","geometry":null,"properties":{"title":["a","b"],"n":1234567890123456789}}`)
	want := "id,title,source_lon,source_Id,n,'=cmd(),licence,source,lon,lat,wkt\r\n" +
		"a,\"Forlì, \"\"centro\"\"\",11,007,-5,," + c.Licence + ",,11.0950001,43.88,\r\n" +
		"b,'=1+1,,,,x,http://altra,,,,\"LINESTRING(11 43,12 44.5)\"\r\n" +
		"c,\"[\"\"a\"\",\"\"b\"\"]\",,,1234567890123456789,," + c.Licence + ",,,,\r\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func encodeCSV(t *testing.T, c catalog.Collection, features ...string) string {
	t.Helper()
	var out bytes.Buffer
	err := EncodeCSV(&out, c, func(yield func(*catalog.Record, error) bool) {
		for _, f := range features {
			if !yield(&catalog.Record{Feature: []byte(f)}, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestFormula(t *testing.T) {
	for text, want := range map[string]bool{
		"=1+1": true, "@SUM(A1)": true, "\t=1": true, "\r=1": true, "-2+3+cmd|' /C calc'!A0": true, "+A1": true, "-": false,
		"": false, "+39 0574 1837800": false, "-5,5": false, "(0574) 1": false, "Prato": false, "a=b": false, "-foo": true,
	} {
		if got := formula([]byte(text)); got != want {
			t.Errorf("formula(%q) = %t; want %t", text, got, want)
		}
	}
}

// Any text comes back from another reader as it was, but for the apostrophe
// before a formula and the line ends, which that reader makes its own.
func FuzzCSVText(f *testing.F) {
	for _, s := range []string{"", "a", `"`, "a,b", "a\nb", "a\r\nb", " a", "=1", "'", "à"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		line := appendText(append(appendText(nil, []byte(a)), ','), []byte(b))
		r := csv.NewReader(bytes.NewReader(append(line, "\r\n"...)))
		got, err := r.Read()
		want := []string{readBack(a), readBack(b)}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q reads as %q, %v; want %q", line, got, err, want)
		}
	})
}

func readBack(s string) string {
	if formula([]byte(s)) {
		s = "'" + s
	}
	return strings.ReplaceAll(s, "\r\n", "\n")
}
