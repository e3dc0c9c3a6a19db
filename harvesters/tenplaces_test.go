package harvesters_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// A library of the province of Prato as four bodies call it.
type library struct {
	names  [4]string // in the register, the network, the region, on the municipality's site
	street string
	lon    float64
	lat    float64
}

// libraries are ten real ones; the phones and hours that the sources give are made up.
var libraries = []library{
	{[4]string{"Biblioteca comunale Alessandro Lazzerini", "Biblioteca Lazzerini", "BIBLIOTECA A. LAZZERINI", "Biblioteca Lazzerini"}, "Via Puccetti 3", 11.0980, 43.8767},
	{[4]string{"Biblioteca Roncioniana", "Roncioniana", "BIBLIOTECA RONCIONIANA", "Biblioteca Roncioniana di Prato"}, "Piazza San Francesco 27", 11.0963, 43.8797},
	{[4]string{"Biblioteca comunale Prato Nord Peppino Impastato", "Biblioteca Peppino Impastato", "BIBLIOTECA COMUNALE PEPPINO IMPASTATO", "Biblioteca Nord Peppino Impastato"}, "Via Filippo Corridoni 11", 11.0918, 43.8936},
	{[4]string{"Biblioteca comunale Prato Ovest", "Biblioteca Ovest", "BIBLIOTECA PRATO OVEST", "Biblioteca Ovest"}, "Via Isidoro Del Lungo 12", 11.0566, 43.8876},
	{[4]string{"Biblioteca del Convitto nazionale Cicognini", "Biblioteca Convitto Cicognini", "BIBLIOTECA DEL CONVITTO NAZIONALE CICOGNINI", "Biblioteca del Convitto Cicognini"}, "Piazza del Collegio 13", 11.0941, 43.8788},
	{[4]string{"Biblioteca del convento di San Niccolò", "Biblioteca San Niccolo'", "BIBLIOTECA DEL CONVENTO DI S. NICCOLO'", "Biblioteca di San Niccolò"}, "Piazza Cardinale Niccolò 6", 11.0919, 43.8808},
	{[4]string{"Biblioteca diocesana di Prato", "Biblioteca diocesana", "BIBLIOTECA DIOCESANA", "Biblioteca diocesana di Prato"}, "Via del Seminario 28", 11.0935, 43.8836},
	{[4]string{"Biblioteca dell'Istituto di studi storici postali Aldo Cecchi", "Biblioteca Istituto studi storici postali", "BIBLIOTECA ISTITUTO DI STUDI STORICI POSTALI", "Istituto di studi storici postali Aldo Cecchi, biblioteca"}, "Via Ser Lapo Mazzei 37", 11.0953, 43.8801},
	{[4]string{"Biblioteca del CAI Emilio Bertini", "Biblioteca CAI Bertini", "BIBLIOTECA DEL C.A.I. EMILIO BERTINI", "Biblioteca Emilio Bertini del CAI"}, "Via Banchelli 11", 11.0957, 43.8809},
	{[4]string{"Biblioteca del Polo universitario di Prato", "Biblioteca Polo universitario", "BIBLIOTECA DEL POLO UNIVERSITARIO", "Biblioteca del Polo universitario Città di Prato"}, "Piazza Giovanni Ciardi 25", 11.0982, 43.8855},
}

// phone is what source i says of library n: four numbers of one, which conflict.
func (library) phone(n, i int) string { return fmt.Sprintf("0574 00%d%03d", i, n) }

// fourProtocols publish the libraries: a file, an API in pages, a document in XML and the pages of a site.
func fourProtocols() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /registro.geojson", func(w http.ResponseWriter, _ *http.Request) {
		var list []string
		for n, l := range libraries {
			list = append(list, fmt.Sprintf(`{"type":"Feature","geometry":{"type":"Point","coordinates":[%g,%g]},"properties":{"codice":"R%d","denominazione":%q,"indirizzo":%q,"comune":"Prato","telefono":%q}}`, l.lon, l.lat, n, l.names[0], l.street, l.phone(n, 1)))
		}
		fmt.Fprintf(w, `{"type":"FeatureCollection","features":[%s]}`, strings.Join(list, ","))
	})
	mux.HandleFunc("GET /api/biblioteche", func(w http.ResponseWriter, r *http.Request) {
		var offset int
		fmt.Sscan(r.URL.Query().Get("offset"), &offset)
		items := []map[string]any{}
		for n := offset; n < min(offset+4, len(libraries)); n++ {
			l := libraries[n]
			items = append(items, map[string]any{"id": 100 + n, "nome": l.names[1], "via": strings.Replace(l.street, "Piazza", "P.zza", 1), "citta": "Prato", "tel": l.phone(n, 2), "orari": "Mo-Fr 09:00-13:00", "lon": l.lon + 0.0002, "lat": l.lat})
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"items": items, "total": len(libraries)})
	})
	mux.HandleFunc("GET /regione.xml", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/xml")
		fmt.Fprint(w, `<?xml version="1.0"?><elenco>`)
		for n, l := range libraries {
			fmt.Fprintf(w, `<biblioteca><id>T%d</id><nome>%s</nome><indirizzo>%s</indirizzo><comune>PRATO</comune><tel>%s</tel><mail>b%d@regione.example</mail><x>%g</x><y>%g</y></biblioteca>`, n, l.names[2], strings.ToUpper(l.street), l.phone(n, 3), n, l.lon, l.lat+0.0002)
		}
		fmt.Fprint(w, `</elenco>`)
	})
	mux.HandleFunc("GET /sitemap.xml", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
		for n := range libraries {
			fmt.Fprintf(w, `<url><loc>http://%s/luoghi/%d</loc></url>`, r.Host, n)
		}
		fmt.Fprint(w, `</urlset>`)
	})
	mux.HandleFunc("GET /luoghi/{n}", func(w http.ResponseWriter, r *http.Request) {
		var n int
		fmt.Sscan(r.PathValue("n"), &n)
		l := libraries[n]
		fmt.Fprintf(w, `<html><head><title>%[1]s</title><script type="application/ld+json">{"@context":"https://schema.org","@type":"Library","name":%[1]q,"telephone":%[2]q,"openingHours":"Mo-Sa 08:30-19:30",
			"address":{"@type":"PostalAddress","streetAddress":%[3]q,"postalCode":"59100","addressLocality":"Prato"},"geo":{"@type":"GeoCoordinates","latitude":%[4]g,"longitude":%[5]g}}</script></head><body></body></html>`, l.names[3], l.phone(n, 4), l.street, l.lat-0.0001, l.lon)
	})
	return mux
}

// Ten places come by four protocols with names, phones and hours that conflict: they are ten
// records, each fact has its source, and what a person parts and joins again is as before.
func TestTenPlacesOfFourProtocols(t *testing.T) {
	server := httptest.NewServer(fourProtocols())
	defer server.Close()
	p := &portals{t: t, store: postgistest.New(t), list: map[string]catalog.Source{}}
	fields := func(pairs string) map[string]string {
		m := map[string]string{}
		for pair := range strings.FieldsSeq(pairs) {
			field, column, _ := strings.Cut(pair, "=")
			m[field] = column
		}
		return m
	}
	for _, src := range []catalog.Source{
		{ID: "rete", Protocol: "json", URL: server.URL + "/api/biblioteche", Standing: catalog.StandingCollection, Mapping: catalog.Mapping{Path: "items", Key: []string{"id"},
			Fields: fields("title=nome address=via municipality=citta phone=tel opening_hours=orari lon=lon lat=lat"), Paging: &catalog.Paging{OffsetParam: "offset", Total: "total"}}},
		{ID: "regione", Protocol: "xml", URL: server.URL + "/regione.xml", Standing: catalog.StandingRegional, Mapping: catalog.Mapping{Path: "//biblioteca", Key: []string{"id"},
			Fields: fields("title=nome address=indirizzo municipality=comune phone=tel email=mail lon=x lat=y")}},
		{ID: "registro", Protocol: "file", URL: server.URL + "/registro.geojson", Standing: catalog.StandingRegister, Mapping: catalog.Mapping{Key: []string{"codice"}}},
		{ID: "comune", Protocol: "jsonld", URL: server.URL + "/", BodyID: "c_g999", BodyName: "Comune di Prato"},
	} {
		src.Title, src.Licence, src.Mapping.Kind, src.Mapping.Type = "Fonte "+src.ID, ccBy, catalog.KindPlace, "biblioteca"
		p.list[src.ID] = src
		p.put(src.ID, func(*catalog.Source) {})
		if r := harvest(t, p.store, src); r.New != 10 || r.Refused != 0 {
			t.Fatalf("%s: %+v", src.ID, r)
		}
	}
	var records, described int
	if err := p.store.DB().QueryRow(t.Context(), `
		select count(distinct r.id), count(*) from published r join contribution c on c.record_id = r.id where r.kind = 'place'`).Scan(&records, &described); err != nil {
		t.Fatal(err)
	}
	doubts, _, err := p.store.Doubts(t.Context(), 50)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d records of %d descriptions, %d pairs for a person", records, described, len(doubts))
	for _, d := range doubts { // what is not sure a person says, as they are
		t.Logf("%.2f %s | %s", d.Score, d.Titles[0], d.Titles[1])
		if err := p.store.Decide(t.Context(), d.A, d.B, catalog.Same, "urp", ""); err != nil {
			t.Fatal(err)
		}
	}
	for n, l := range libraries {
		id := p.id("rete", fmt.Sprint(100+n))
		rec, err := p.store.Item(t.Context(), id)
		if err != nil {
			t.Errorf("%s: %v", l.names[0], err)
			continue
		}
		statements, err := p.store.Statements(t.Context(), id)
		if err != nil || len(statements) != 4 {
			t.Errorf("%s is described by %d: %v", rec.Title, len(statements), err)
			continue
		}
		if rec.Title != l.names[3] || !strings.HasSuffix(rec.Phone, fmt.Sprintf("0574004%03d", n)) || !strings.Contains(rec.OpeningHours, "08:30") || rec.Email != fmt.Sprintf("b%d@regione.example", n) {
			t.Errorf("%s: %s %s %s", rec.Title, rec.Phone, rec.OpeningHours, rec.Email)
		}
		for _, f := range catalog.Facts(rec, statements) {
			said := len(f.By) + len(f.Others)
			if f.Field == "phone" && (said != 4 || len(f.By) != 1 || f.By[0].Source != "comune") || f.Field == "email" && (said != 1 || f.By[0].Source != "regione") {
				t.Errorf("%s: %s is said by %+v, not by %+v", rec.Title, f.Field, f.By, f.Others)
			}
		}
	}
	// parted, and joined again
	a, b := p.id("rete", "101"), p.id("registro", "R1")
	before := p.described()
	if err := p.store.Decide(t.Context(), a, b, catalog.Different, "urp", ""); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(p.described(), "\n"); n <= strings.Count(before, "\n") {
		t.Errorf("parted: %s", p.described())
	}
	if err := p.store.Undecide(t.Context(), a, b); err != nil {
		t.Fatal(err)
	}
	p.wantPlaces("joined again", strings.Split(before, "\n")...)
	for _, source := range slices.Sorted(slices.Values([]string{"rete", "regione", "registro", "comune"})) {
		if r := harvest(t, p.store, p.list[source]); r.Unchanged != 10 {
			t.Errorf("%s again: %+v", source, r)
		}
	}
	p.wantPlaces("harvested again", strings.Split(before, "\n")...)
}
