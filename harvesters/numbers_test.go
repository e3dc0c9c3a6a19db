package harvesters_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"po-net.prato.it/ponet/catalog"
)

// Traps of spec §1.9: of one file some rows are in degrees, some have them changed over,
// some are in metres of one system or another; a position counts only in the
// municipality or at most 200 m outside. 12 and 12 red are two doors. The file begins
// with a byte order mark, a column has an apostrophe in its name, and every line ends
// with a separator.
func TestStreetNumbersOfARegister(t *testing.T) {
	w := newTerritory(t)
	w.file("comuni.geojson", `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"nome":"Firenze","istat":"048017"},
		"geometry":{"type":"Polygon","coordinates":[[[11.2,43.74],[11.3,43.74],[11.3,43.82],[11.2,43.82],[11.2,43.74]]]}}]}`)
	w.file("STRAD_TOSC.csv", "\xef\xbb\xbfCODICE_COMUNE;CODICE_ISTAT;PROGRESSIVO_NAZIONALE;ODONIMO;LOCALITA';\r\nD612;048017;1001;VIA FAENZA;CITTA' NUOVA;\r\nG999;100005;2001;VIA FAENZA;;\r\n")
	const street = "D612;048017;1001;VIA FAENZA;CITTA' NUOVA;"
	w.file("INDIR_TOSC.csv", "\xef\xbb\xbfCODICE_COMUNE;CODICE_ISTAT;PROGRESSIVO_NAZIONALE;ODONIMO;LOCALITA';PROGRESSIVO_ACCESSO;CIVICO;ESPONENTE;SPECIFICITA;COORD_X_COMUNE;COORD_Y_COMUNE;QUOTA;METODO;\r\n"+
		strings.Join([]string{
			street + "1;12;;NERO;11,25212;43,77612;50,5;1;", // degrees, with a decimal comma
			street + "2;12;;ROSSO;11,25301;43,77702;;;",     // the same number, red
			street + "3;14;A;NERO;43,77713;11,25322;;;",     // changed over
			street + "4;16;;NERO;681320,7;4849460,9;;;",     // metres of UTM
			street + "5;18;;NERO;1681320,7;4849460,9;;;",    // of Gauss-Boaga
			street + "6;20;;NERO;0;0;;;",                    // nowhere
			street + "7;22;;NERO;;;;;",                      // not said
			street + "8;24;;NERO;11,09612;43,87612;;;",      // in another town
			street + "9;26;;NERO;11,3015;43,78;;;",          // 120 m outside
			street + "10;28;;NERO;11,304;43,78;;;",          // 320 m outside
			street + "11;;;;11,2533;43,7772;;;",             // without a number
			street + "12;30;;NERO;12345678;99;;;",           // in no system
		}, "\r\n")+"\r\n")
	w.file("luoghi.csv", "codice;nome;indirizzo;comune;istat\nm1;Trattoria del Sole;Via Faenza, n. 12/r;Firenze;048017\nm2;Albergo della Luna;V. Faenza 14/A;Firenze;048017\n")
	w.harvest("comuni.geojson", catalog.Mapping{Kind: catalog.KindAdminArea, Fields: map[string]string{"title": "nome", "istat_code": "istat"}})
	w.harvest("STRAD_TOSC.csv", catalog.Mapping{Kind: catalog.KindAddress}) // that these are streets, the columns say
	receipt := w.harvest("INDIR_TOSC.csv", catalog.Mapping{Kind: catalog.KindAddress})
	w.harvest("luoghi.csv", catalog.Mapping{Kind: catalog.KindPlace, Key: []string{"codice"}, Fields: map[string]string{"title": "nome", "address": "indirizzo", "municipality": "comune", "istat_code": "istat"}})

	got := map[string]string{}
	rows, _ := w.store.DB().Query(t.Context(), `
		select source_key, title || case when geom is null then '' else ' @' || round(ST_X(geom)::numeric, 2) || ' ' || round(ST_Y(geom)::numeric, 2) end || ' ' || (properties ->> 'full')
		from published where kind = 'address'`)
	for rows.Next() {
		var key, said string
		if err := rows.Scan(&key, &said); err != nil {
			t.Fatal(err)
		}
		got[key] = said
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	full := func(number, at string) string {
		return "Via Faenza " + number + at + " Via Faenza " + number + ", Firenze"
	}
	want := map[string]string{
		"1": full("12", " @11.25 43.78"), "2": full("12 rosso", " @11.25 43.78"), "3": full("14/A", " @11.25 43.78"), "4": full("16", " @11.25 43.78"),
		"5": full("18", " @11.25 43.78"), "6": full("20", ""), "7": full("22", ""), "8": full("24", ""), "9": full("26", " @11.30 43.78"), "10": full("28", ""),
		"11": full("snc", " @11.25 43.78"), "12": full("30", ""),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("street numbers (-want +got):\n%s", diff)
	}
	if n := receipt.Rules["number-position"]; n != 3 {
		t.Errorf("%d positions not accepted, want 3 (rules %v)", n, receipt.Rules)
	}
	if diff := cmp.Diff([]string{"address_of address Trattoria del Sole", "on_street identifier Via Faenza"}, w.of(w.id("Via Faenza 12 rosso"))); diff != "" {
		t.Errorf("relations of the red number (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"at_address address Via Faenza 14/A", "within position Firenze"}, w.of(w.id("Albergo della Luna"))); diff != "" {
		t.Errorf("relations of the hotel (-want +got):\n%s", diff)
	}
	var streets string
	if err := w.store.DB().QueryRow(t.Context(), `select string_agg(title || ', ' || municipality || ' ' || coalesce(properties ->> 'locality', '') || ' ' || (properties ->> 'name'), '; ' order by source_key) from published where kind = 'street'`).Scan(&streets); err != nil {
		t.Fatal(err)
	}
	if want := "Via Faenza, Firenze Città Nuova VIA FAENZA; Via Faenza, Prato  VIA FAENZA"; streets != want {
		t.Errorf("streets %q; want %q", streets, want)
	}
	w.hidden("faenza")
}

// hidden checks that streets and street numbers do not stand among things: neither in a
// search of all, nor in suggestions before others, nor in what is near.
func (w territory) hidden(word string) {
	w.t.Helper()
	found, err := w.store.Search(w.t.Context(), catalog.Query{Text: word, NoGazetteer: true})
	if err != nil || found.Total != 2 {
		w.t.Errorf("a search finds %d, %v; want the two places", found.Total, err)
	}
	list, err := w.store.Suggest(w.t.Context(), "via "+word, 8)
	if err != nil || len(list) == 0 {
		w.t.Fatalf("suggestions %v, %v", list, err)
	}
	for _, s := range list {
		if s.Group != catalog.GroupAddresses {
			w.t.Errorf("suggested %+v", s)
		}
	}
	if list, err := w.store.Suggest(w.t.Context(), "via", 8); err != nil || len(list) > 0 {
		w.t.Errorf("a type of street suggests %v, %v", list, err)
	}
}

func (w territory) file(name, text string) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// harvest reads a file of the territory as a source.
func (w territory) harvest(name string, m catalog.Mapping) catalog.Receipt {
	w.t.Helper()
	src := catalog.Source{ID: catalog.Slug(name), Protocol: "file", URL: filepath.Join(w.dir, name), Mapping: m}
	if err := w.store.PutSource(w.t.Context(), src); err != nil {
		w.t.Fatal(err)
	}
	return harvest(w.t, w.store, src)
}
