package harvesters_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// A place as a table has it: empty cells are not said.
type place struct {
	Key, Name, Street, Phone, Hours, Mail, ISIL string
	Lon, Lat                                    float64 // 0: no position
}

// table is a table of places in Prato.
func table(list ...place) string {
	var b strings.Builder
	b.WriteString("codice,denominazione,indirizzo,comune,telefono,orario,email,isil,lon,lat\n")
	for _, p := range list {
		position := ","
		if p.Lon != 0 {
			position = fmt.Sprintf("%.6f,%.6f", p.Lon, p.Lat)
		}
		fmt.Fprintf(&b, "%s,%q,%s,Prato,%s,%q,%s,%s,%s\n", p.Key, p.Name, p.Street, p.Phone, p.Hours, p.Mail, p.ISIL, position)
	}
	return b.String()
}

// newTables are sources of such tables, libraries all, known in the order of ids.
func newTables(t *testing.T, ids ...string) *portals {
	p := &portals{t: t, store: postgistest.New(t), says: map[string]*document{}, list: map[string]catalog.Source{}}
	for _, id := range ids {
		d := &document{}
		server := httptest.NewServer(d)
		t.Cleanup(server.Close)
		p.says[id], p.list[id] = d, catalog.Source{ID: id, Title: "Fonte " + id, Protocol: "file", URL: server.URL + "/" + id + ".csv", Licence: ccBy,
			Mapping: catalog.Mapping{Kind: catalog.KindPlace, Type: "biblioteca", Key: []string{"codice"}}}
		p.put(id, func(*catalog.Source) {})
	}
	return p
}

const (
	ccBy = "https://w3id.org/italia/controlled-vocabulary/licences/A21_CCBY40"
	odbl = "https://w3id.org/italia/controlled-vocabulary/licences/A310_ODBL"
)

// put changes a source.
func (p *portals) put(id string, change func(*catalog.Source)) {
	p.t.Helper()
	src := p.list[id]
	change(&src)
	p.list[id] = src
	if src.BodyID != "" {
		if err := p.store.PutBody(p.t.Context(), catalog.Body{ID: src.BodyID, Name: src.BodyName}); err != nil {
			p.t.Fatal(err)
		}
	}
	if err := p.store.PutSource(p.t.Context(), src); err != nil {
		p.t.Fatal(err)
	}
}

func (p *portals) places(id string, list ...place) catalog.Receipt {
	p.t.Helper()
	p.says[id].text = table(list...)
	return harvest(p.t, p.store, p.list[id])
}

// described are the published places: their descriptions, in order of the records.
func (p *portals) described() string {
	p.t.Helper()
	var list string
	if err := p.store.DB().QueryRow(p.t.Context(), `
		select coalesce(string_agg(d, E'\n' order by d), '')
		from (
			select string_agg(c.source_id || ' ' || c.key, ', ' order by not c.shown, c.source_id, c.key) as d
			from published r join contribution c on c.record_id = r.id
			where r.kind = 'place'
			group by r.id
		) x`).Scan(&list); err != nil {
		p.t.Fatal(err)
	}
	return list
}

func (p *portals) wantPlaces(what string, want ...string) {
	p.t.Helper()
	slices.Sort(want)
	if got := p.described(); got != strings.Join(want, "\n") {
		p.t.Errorf("%s:\n%s\nwant\n%s", what, got, strings.Join(want, "\n"))
	}
	p.sound()
	if !p.forgets {
		p.keepsPast(what)
	}
}

var (
	lazzerini = place{Key: "1", Name: "Biblioteca Lazzerini", Street: "Via Puccetti 3", Lon: 11.0936, Lat: 43.8795}
	nord      = place{Key: "2", Name: "Biblioteca Peppino Impastato", Street: "Via Corridoni 11", Lon: 11.0930, Lat: 43.9002}
)

// Three sources speak of one library: each fact is that of the best of those who know
// it, and the record says whose.
func TestFactsOfOnePlace(t *testing.T) {
	p := newTables(t, "mappa", "registro", "comune")
	p.put("mappa", func(s *catalog.Source) { s.Standing = catalog.StandingCollection })
	p.put("registro", func(s *catalog.Source) { s.Standing = catalog.StandingRegister })
	p.put("comune", func(s *catalog.Source) { s.BodyID, s.BodyName = "c_g999", "Comune di Prato" })
	of := func(change func(*place)) place { x := lazzerini; change(&x); return x }
	p.places("mappa", of(func(x *place) {
		x.Key, x.Phone, x.Hours, x.Mail = "n7", "0574 111111", "Mo-Fr 08:00-12:00", "mappa@example.org"
	}), nord)
	oldest := p.id("mappa", "n7")
	p.places("registro", of(func(x *place) {
		x.Name, x.Phone, x.ISIL, x.Mail, x.Street, x.Lon = "Biblioteca comunale Lazzerini", "0574 222222", "IT-PO0001", "registro@example.org", "", 11.0938
	}))
	p.wantPlaces("two", "registro 1, mappa n7", "mappa 2")
	p.places("comune", of(func(x *place) { x.Key, x.Phone = "bib", "0574 333333" }), nord)
	p.wantPlaces("three", "comune bib, mappa n7, registro 1", "comune 2, mappa 2")
	rec, err := p.store.Item(t.Context(), oldest)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join([]string{rec.Title, rec.Address, rec.OpeningHours, rec.Email, rec.BodyID, fmt.Sprint(rec.Properties.Get("isil"))}, " | "); got !=
		"Biblioteca Lazzerini | Via Puccetti 3 | Mo-Fr 08:00-12:00 | registro@example.org | c_g999 | <nil>" || !strings.Contains(rec.Phone, "333333") {
		t.Errorf("facts: %s %s", got, rec.Phone)
	}
	gives := map[string][]string{}
	for _, x := range rec.Provenance() {
		gives[x.Source] = x.Fields
	}
	for field, source := range map[string]string{"title": "comune", "phone": "comune", "opening_hours": "mappa", "email": "registro", "geometry": "comune", "external_ids": "registro", "alt_names": "registro"} {
		for id, fields := range gives {
			if slices.Contains(fields, field) != (id == source) {
				t.Errorf("%s is given by %s: %v", field, id, fields)
			}
		}
	}
	if raw, _ := json.Marshal(rec.Properties.Get("external_ids")); !strings.Contains(string(raw), "IT-PO0001") {
		t.Errorf("identifiers: %s", raw)
	}
	// What may not stand under CC BY does not.
	p.put("mappa", func(s *catalog.Source) { s.Licence = odbl })
	harvest(t, p.store, p.list["mappa"])
	p.wantPlaces("under another licence", "comune bib, mappa n7, registro 1", "comune 2, mappa 2")
	if rec, err = p.store.Item(t.Context(), oldest); err != nil || rec.OpeningHours != "" || rec.Licence != ccBy {
		t.Errorf("a value under ODbL in a record under %s: %q %v", rec.Licence, rec.OpeningHours, err)
	}
	// What one of them ceases to say, the next says.
	p.places("comune", of(func(x *place) { x.Key = "bib" }), nord)
	if rec, err = p.store.Item(t.Context(), oldest); err != nil || !strings.Contains(rec.Phone, "222222") {
		t.Errorf("the next best phone: %q %v", rec.Phone, err)
	}
}

// A person parts what was made one, and joins it again; an address is never lost.
func TestAPersonPartsPlaces(t *testing.T) {
	p := newTables(t, "a", "b")
	p.places("a", lazzerini, nord)
	first := p.places("b", lazzerini)
	a, b := p.id("a", "1"), p.id("b", "1")
	p.wantPlaces("recognised", "a 1, b 1", "a 2")
	if _, err := p.store.Item(t.Context(), b); !leadsTo(err, a) {
		t.Errorf("item %s: %v", b, err)
	}
	if err := p.store.Decide(t.Context(), a, b, catalog.Different, "urp", "sono due"); err != nil {
		t.Fatal(err)
	}
	p.wantPlaces("parted", "a 1", "b 1", "a 2")
	moved := lazzerini
	moved.Phone = "0574 183 7800"
	p.places("b", moved)
	p.wantPlaces("remembered", "a 1", "b 1", "a 2")
	if err := p.store.Undecide(t.Context(), a, b); err != nil {
		t.Fatal(err)
	}
	p.wantPlaces("joined again", "a 1, b 1", "a 2")
	if _, err := p.store.Item(t.Context(), b); !leadsTo(err, a) {
		t.Errorf("item %s: %v", b, err)
	}
	p.places("b", lazzerini)
	run, err := p.store.Run(t.Context(), first.Run)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.store.Revert(t.Context(), p.list["b"], run, true); err != nil {
		t.Fatal(err)
	}
	p.wantPlaces("undone", "a 1", "a 2")
}

// What is likely and not sure waits for a person.
func TestPlacesForAPerson(t *testing.T) {
	p := newTables(t, "a", "b")
	p.places("a", place{Key: "1", Name: "Biblioteca Lazzerini", Street: "Via Puccetti 3", Lon: 11.0936, Lat: 43.8795})
	p.places("b", place{Key: "1", Name: "Biblioteca comunale Alessandro Lazzerini", Lon: 11.0936, Lat: 43.8795})
	p.wantPlaces("a longer name", "a 1", "b 1")
	doubts, n, err := p.store.Doubts(t.Context(), 10)
	if err != nil || n != 1 || doubts[0].Kind != catalog.EvidenceAlike || doubts[0].Score < 0.2 {
		t.Fatalf("doubts: %+v %v", doubts, err)
	}
	if err := p.store.Decide(t.Context(), doubts[0].A, doubts[0].B, catalog.Same, "urp", ""); err != nil {
		t.Fatal(err)
	}
	p.wantPlaces("said to be one", "a 1, b 1")
	if _, n, err = p.store.Doubts(t.Context(), 10); err != nil || n != 0 {
		t.Errorf("%d doubts after that: %v", n, err)
	}
}

// A switchboard that many of one source have joins nothing, from the sixth on; and
// again when the sixth is gone.
func TestSharedContacts(t *testing.T) {
	p := newTables(t, "a", "b")
	var offices []place
	for i := range 5 {
		offices = append(offices, place{Key: fmt.Sprint(i), Name: "Sportello " + []string{"anagrafe", "tributi", "edilizia", "scuola", "tecnico"}[i], Phone: "0574 18361", Lon: 11.09 + float64(i)/100, Lat: 43.88})
	}
	p.places("a", offices...)
	count := func() (n int) {
		if err := p.store.DB().QueryRow(t.Context(), `select count(*) from compared`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	p.places("b", place{Key: "x", Name: "Ufficio anagrafe e stato civile", Phone: "0574 18361", Lon: 11.0902, Lat: 43.8801})
	before := count()
	p.places("a", append(offices, place{Key: "6", Name: "Portineria", Phone: "0574 18361", Lon: 11.2, Lat: 43.8})...)
	p.places("a", offices...)
	p.places("a", offices...)
	if after := count(); after != before {
		t.Errorf("%d pairs are likely, %d before the sixth came and went", after, before)
	}
}

// Neither the order in which sources of places are harvested nor how often, nor what was
// undone meanwhile, changes what comes out.
func TestOrderOfPlacesChangesNothing(t *testing.T) {
	names := []string{"Biblioteca Lazzerini", "Biblioteca comunale Lazzerini", "Biblioteca A. Lazzerini", "Biblioteca Roncioniana", "Biblioteca Ronconiana", "Lazzerini", "Biblioteca civica"}
	anyOrder[place]{
		harvests: 6,
		draw: func(random *rand.Rand, _ string) (list []place) {
			for i := range 5 {
				x := place{Key: fmt.Sprint(i), Name: names[random.IntN(len(names))], Lon: 11.09 + float64(random.IntN(3))/1000, Lat: 43.88}
				if random.IntN(3) == 0 {
					x.Phone = fmt.Sprintf("0574 18360%d", random.IntN(3))
				}
				if random.IntN(3) == 0 {
					x.Street = fmt.Sprintf("Via Puccetti %d", 1+random.IntN(3))
				}
				if random.IntN(4) == 0 {
					x.Lon, x.Lat = 0, 0
				}
				if random.IntN(5) == 0 {
					x.ISIL = fmt.Sprintf("IT-PO000%d", 1+random.IntN(3))
				}
				list = append(list, x)
			}
			return list
		},
		change:  func(random *rand.Rand, x *place) { x.Name, x.Phone = names[random.IntN(len(names))], "" },
		known:   newTables,
		harvest: (*portals).places,
		records: (*portals).described,
		merged:  func(records string) bool { return strings.Contains(records, ", ") },
	}.test(t, 5)
}

// What a source said of a place goes out of the record that it had a part in, out of its past
// and out of what is compared; so does who has checked it.
func TestPartOfAPlaceIsErased(t *testing.T) {
	p := newTables(t, "a", "b")
	p.put("a", func(s *catalog.Source) { s.Standing = catalog.StandingCollection })
	p.put("b", func(s *catalog.Source) { s.Standing = catalog.StandingRegister })
	p.forgets = true
	secret := lazzerini
	secret.Mail, secret.Phone = "mario.segreto@example.org", "0574 987654"
	plain := lazzerini
	plain.Phone = "0574 111111"
	p.places("b", plain)
	p.places("a", secret, nord)
	p.wantPlaces("one", "b 1, a 1", "a 2")
	head, part := p.id("b", "1"), p.id("a", "1")
	if rec, err := p.store.Item(t.Context(), head); err != nil || rec.Email != secret.Mail {
		t.Fatalf("the part is shown: %v %v", rec, err)
	}
	left := func() (s string) {
		if err := p.store.DB().QueryRow(t.Context(), `
			select coalesce((select string_agg(x, ' ') from (
				select 'version ' || record::text as x from record_version union all select 'record ' || properties::text from record union all select 'said ' || encode(said, 'escape') from harvested
				union all select 'feature ' || encode(feature, 'escape') from record_version union all select 'now ' || encode(feature, 'escape') from record
				union all select 'subject ' || body from subject union all select 'identifier ' || value from identifier union all select 'undo ' || before::text from undo
				union all select 'checked ' || by_whom from checked) y where x like '%mario%' or x like '%987654%'), '')`).Scan(&s); err != nil {
			t.Fatal(err)
		}
		return s
	}
	if err := p.store.PutBody(t.Context(), catalog.Body{ID: "c_g999", Name: "Comune di Prato"}); err != nil {
		t.Fatal(err)
	}
	if err := p.store.Check(t.Context(), head, catalog.Check{BodyID: "c_g999", By: "mario", At: time.Now()}); err != nil {
		t.Fatal(err)
	}
	if left() == "" {
		t.Fatal("there is nothing to erase: the test says nothing")
	}
	if _, err := p.store.Purge(t.Context(), p.list["a"], part, catalog.Request{}); err != nil {
		t.Fatal(err)
	}
	p.wantPlaces("erased", "b 1", "a 2")
	if _, err := p.store.DB().Exec(t.Context(), `delete from checked`); err != nil { // of the other source's record, which stays
		t.Fatal(err)
	}
	if s := left(); s != "" {
		t.Errorf("left: %.2000s", s)
	}
}
