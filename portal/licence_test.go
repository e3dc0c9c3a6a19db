package portal_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"po-net.prato.it/ponet/api"
	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// Two sources of one library and one reading there, and a café that OpenStreetMap
// alone knows. Whatever OpenStreetMap alone says has zodb in it, or 987654.
var mixed = map[string]string{
	"/comune.csv": "codice,denominazione,indirizzo,comune,telefono\nb1,Biblioteca Lazzerini,Via Puccetti 3,Prato,0574 222222\n",
	"/osm.csv": "codice,denominazione,indirizzo,comune,telefono,email,sito,orario,descrizione,wikidata,lon,lat\n" +
		"n1,Biblioteca Lazzerini zodb,Via Puccetti 3,Prato,0574 222222,zodb@example.org,https://zodb.example/,Mo-Fr 09:00-13:00,Descrizione zodb,Q987654,11.0987654,43.8787654\n" +
		"n2,Biblioteca del Caffè Zodb,Via Aperta 9,Vaiano,0574 987654,,,,,,11.12,43.9\n",
	"/eventi.csv": "titolo,inizio,indirizzo,comune\nLettura,2026-12-01,Via Aperta 9,Vaiano\n",
}

// No value of an ODbL source enters what is given out under CC BY (design.md §4): not
// by a record that both describe, not by a relation, in no format of the API or the
// portal.
func TestNoODbLUnderCCBY(t *testing.T) {
	s := empty(t)
	publisher := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, mixed[r.URL.Path]) }))
	defer publisher.Close()
	for _, src := range []catalog.Source{
		{ID: "comune", Licence: "CC BY 4.0", Standing: catalog.StandingOwner, Mapping: catalog.Mapping{Kind: catalog.KindPlace, Type: "biblioteca", Key: []string{"codice"}}},
		{ID: "osm", Licence: "ODbL 1.0", Standing: catalog.StandingCollection, Mapping: catalog.Mapping{Kind: catalog.KindPlace, Type: "biblioteca", Key: []string{"codice"}}},
		{ID: "eventi", Licence: "CC BY 4.0", Mapping: catalog.Mapping{Kind: catalog.KindEvent, Key: []string{"titolo"}}},
	} {
		l, _ := datasets.Vocabularies().Licence(src.Licence)
		src.Protocol, src.URL, src.Deadline, src.Licence = "file", publisher.URL+"/"+src.ID+".csv", 60e9, l.URI
		if err := s.store.PutSource(t.Context(), src); err != nil {
			t.Fatal(err)
		}
		harvest(t, s.store, src)
	}
	handler, err := api.New(s.store, api.Config{Version: "test"}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	id := theLibrary(t, s)

	// The record of both, as data: the library has a name, a street and a phone, and nothing else.
	for _, path := range []string{"/collections/places/items/" + id, "/collections/places/items?source=comune", "/search?source=comune&collection=places"} {
		body := answerOf(t, server.URL+api.Prefix+path)
		holds(t, path, body, "Biblioteca Lazzerini")
	}
	page := "/luoghi/biblioteca-lazzerini-" + id
	for _, suffix := range []string{".geojson", ".jsonld", ".ttl"} {
		_, body := s.get(t, page+suffix)
		holds(t, page+suffix, []byte(body), "Biblioteca Lazzerini")
	}
	for _, f := range datasets.Formats {
		if f.Name == "ics" {
			for _, query := range []string{"?licence=CC+BY+4.0", "?licence=CC+BY+4.0&relations=true"} {
				holds(t, "events.ics"+query, answerOf(t, server.URL+api.Prefix+"/datasets/events/download/ics"+query), "Lettura")
			}
			continue
		}
		for _, download := range []string{"/datasets/places/download/" + f.Name + "?", "/datasets/all/download/" + f.Name + "?"} {
			for _, query := range []string{"licence=CC+BY+4.0", "licence=CC+BY+4.0&relations=true", "source=comune"} {
				body := answerOf(t, server.URL+api.Prefix+download+query)
				holds(t, download+query, readable(t, f.Name, body), "Biblioteca Lazzerini")
			}
			body := readable(t, f.Name, answerOf(t, server.URL+api.Prefix+download))
			if !bytes.Contains(bytes.ToLower(body), []byte("zodb")) {
				t.Errorf("%s without a licence leaves something out", download)
			}
		}
		_, body := s.get(t, "/mappa."+f.Name+"?dati=places&fonte=comune")
		holds(t, "/mappa."+f.Name, readable(t, f.Name, []byte(body)), "Biblioteca Lazzerini")
	}
	related := string(answerOf(t, server.URL+api.Prefix+"/datasets/events/download/csv?relations=true"))
	if !strings.Contains(related, ",relation_takes_place_in,relation_takes_place_in_title,") || !regexp.MustCompile(server.URL+`/id/[0-9a-f-]{36},,`).MatchString(related) {
		t.Errorf("the event has no place, or the name of one under ODbL: %s", related)
	}
}

// theLibrary is the id of the one record that comune and osm describe.
func theLibrary(t *testing.T, s *site) string {
	t.Helper()
	var id string
	err := s.store.DB().QueryRow(t.Context(), `
		select record_id::text from contribution where source_id in ('comune', 'osm') and key in ('b1', 'n1')
		group by record_id having count(*) = 2`).Scan(&id)
	if err != nil {
		t.Fatalf("the library is not one record: %v", err)
	}
	return id
}

// answerOf is what address answers.
func answerOf(t *testing.T, address string) []byte {
	t.Helper()
	resp, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v %s", address, resp.Status, err, body)
	}
	return body
}

// readable is body as text, whatever the format compresses.
func readable(t *testing.T, format string, body []byte) []byte {
	t.Helper()
	if format != "parquet" {
		return body
	}
	file, err := parquet.OpenFile(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	for _, group := range file.RowGroups() {
		rows := group.Rows()
		defer rows.Close()
		buffer := make([]parquet.Row, 10)
		for n := 1; n > 0; {
			n, _ = rows.ReadRows(buffer)
			for _, row := range buffer[:n] {
				for _, v := range row {
					fmt.Fprintln(&out, v.String())
				}
			}
		}
	}
	return out.Bytes()
}

// holds asks that data have what CC BY gives, and nothing of ODbL.
func holds(t *testing.T, what string, data []byte, want string) {
	t.Helper()
	if !bytes.Contains(data, []byte(want)) {
		t.Errorf("%s has no %q: %.600s", what, want, data)
	}
	for _, not := range []string{"zodb", "987654", "8787654", "09:00-13:00"} {
		if i := bytes.Index(bytes.ToLower(data), []byte(not)); i >= 0 {
			t.Errorf("%s has %q of ODbL: …%s…", what, not, data[max(0, i-150):min(len(data), i+100)])
		}
	}
}
