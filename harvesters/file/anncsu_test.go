package file

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/catalog"
)

// Trap of spec §1.9: house numbers of the national register. A byte order mark, an
// apostrophe in the name of a column, a separator at the end of each line; most have no
// position, some stand at 0,0, numbers have a decimal comma, and many files are in metres
// although degrees are prescribed. 12 and 12 red are two doors.
func TestTrapHouseNumbers(t *testing.T) {
	const header = "\xef\xbb\xbfCODICE_COMUNE;CODICE_ISTAT;PROGRESSIVO_NAZIONALE;ODONIMO;LOCALITA';PROGRESSIVO_ACCESSO;CIVICO;ESPONENTE;SPECIFICITA;COORD_X_COMUNE;COORD_Y_COMUNE;\r\n"
	rows := func(points ...string) string {
		text := header
		for i, p := range points {
			n := string(rune('1' + i))
			text += "D612;048017;1001;VIA FAENZA;;200" + n + ";" + n + ";;" + []string{"NERO", "ROSSO"}[i%2] + ";" + p + ";\r\n"
		}
		return text
	}
	for name, tt := range map[string]struct {
		points []string
		want   []bool // which rows have a position
	}{
		"degrees, with a decimal comma": {[]string{"11,25212;43,77612", ";", "0;0", "11,25301;43,77702", "11,25322;43,77713"}, []bool{true, false, false, true, true}},
		"degrees changed over":          {[]string{"43,77612;11,25212", ";", "43,77702;11,25301", "43,77713;11,25322"}, []bool{true, false, true, true}},
		"metres of UTM 32":              {[]string{"681250,12;4849400,3", ";", "681300,5;4849450", "681320,7;4849460,9"}, []bool{true, false, true, true}},
	} {
		mapping := catalog.Mapping{Fields: map[string]string{"title": "ODONIMO+CIVICO", "lon": "COORD_X_COMUNE", "lat": "COORD_Y_COMUNE"}, Key: []string{"PROGRESSIVO_ACCESSO"}}
		l, list := read(t, "INDIR_TOSC.csv", rows(tt.points...), mapping)
		var placed []bool
		for _, h := range list {
			p, ok := h.Geometry.(*geom.Point)
			placed = append(placed, ok && (p.X() != 0 || p.Y() != 0))
		}
		if diff := cmp.Diff(tt.want, placed); diff != "" {
			t.Errorf("%s: which have a position (-want +got):\n%s%v", name, diff, l.Found)
		}
		var names []string
		for _, c := range l.Columns {
			names = append(names, c.Name)
		}
		if !slices.Contains(names, "LOCALITA'") || names[0] != "CODICE_COMUNE" || slices.Contains(names, "") {
			t.Errorf("%s: columns %q", name, names)
		}
		if got := values(l, list, "CODICE_ISTAT")[0]; got != "048017" {
			t.Errorf("%s: CODICE_ISTAT %v; want 048017", name, got)
		}
		if list[0].Key == list[1].Key {
			t.Errorf("%s: two doors have the key %s", name, list[0].Key)
		}
	}
}
