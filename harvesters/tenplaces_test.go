package harvesters_test

import (
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
	"po-net.prato.it/ponet/datasets/demo"
)

// The sources of the demonstration territory that speak of the ten libraries, here in an
// order in which who is believed least comes first.
const region, site, register, network = "biblioteche-toscana", "prato-da-scoprire", "anagrafe-biblioteche", "biblioteche-pratesi"

// Ten places come by four protocols with names, phones and hours that conflict: they are ten
// records, each fact has its source, and what a person parts and joins again is as before.
// The region's eleventh is for a person.
func TestTenPlacesOfFourProtocols(t *testing.T) {
	server := httptest.NewServer(demo.Publisher(time.Date(2026, time.November, 22, 9, 30, 0, 0, time.UTC)))
	defer server.Close()
	p := &portals{t: t, store: postgistest.New(t), list: map[string]catalog.Source{}}
	for _, b := range demo.Bodies() {
		if err := p.store.PutBody(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	for _, src := range demo.Sources(server.URL) {
		p.list[src.ID] = src
	}
	protocols := map[string]bool{}
	for _, id := range []string{region, site, register, network} {
		p.put(id, func(src *catalog.Source) { protocols[src.Protocol] = true })
		if r := harvest(t, p.store, p.list[id]); r.New < 10 || r.Refused != 0 || r.Issues != 0 {
			t.Fatalf("%s: %+v", id, r)
		}
	}
	if len(protocols) != 4 {
		t.Errorf("protocols: %v", protocols)
	}
	parts := func() map[string]string { // the sources of each record, by its id
		m := map[string]string{}
		rows, _ := p.store.DB().Query(t.Context(), `
			select c.record_id::text, string_agg(c.source_id, ' ' order by c.source_id)
			from published r join contribution c on c.record_id = r.id
			where r.kind = 'place' group by 1`)
		for rows.Next() {
			var id, sources string
			if err := rows.Scan(&id, &sources); err != nil {
				t.Fatal(err)
			}
			m[id] = sources
		}
		return m
	}
	doubts, waiting, err := p.store.Doubts(t.Context(), 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range doubts {
		t.Logf("%.2f %s | %s", d.Score, d.Titles[0], d.Titles[1])
	}
	if waiting != 1 {
		t.Errorf("%d pairs wait for a person; want the region's eleventh", waiting)
	}
	of := map[string]int{}
	for id, sources := range parts() {
		of[sources]++
		if strings.Count(sources, " ") == 3 {
			attributed(t, p, id)
		}
	}
	t.Logf("%v", of)
	if of[strings.Join([]string{register, network, region, site}, " ")] != 10 || of[region] != 1 || len(of) != 3 {
		t.Errorf("records by who describes them: %v; want ten of all four, the eleventh, and what the network alone has", of)
	}
	// parted, and joined again
	a, b := p.id(region, "4101"), p.id(network, "IT-PO0005")
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
	for _, id := range []string{network, register, site, region} {
		if r := harvest(t, p.store, p.list[id]); r.Unchanged < 10 || r.New+r.Changed > 0 {
			t.Errorf("%s again: %+v", id, r)
		}
	}
	p.wantPlaces("harvested again", strings.Split(before, "\n")...)
}

// attributed checks who says what of one of the ten.
func attributed(t *testing.T, p *portals, id string) {
	t.Helper()
	rec, err := p.store.Item(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	statements, err := p.store.Statements(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, f := range catalog.Facts(rec, statements) {
		var by, others []string
		for _, s := range f.By {
			by = append(by, s.Source)
		}
		for _, s := range f.Others {
			others = append(others, s.Source)
		}
		slices.Sort(others)
		got[f.Field] = fmt.Sprint(by, others)
	}
	for field, want := range map[string]string{
		"phone":         fmt.Sprint([]string{network, register}, []string{region, site}),
		"opening_hours": fmt.Sprint([]string{region}, []string{site}),
		"email":         fmt.Sprint([]string{register}, []string{}),
	} {
		if got[field] != want && (field != "email" || rec.Email != "") {
			t.Errorf("%s: %s is said by %s; want %s", rec.Title, field, got[field], want)
		}
	}
	found, err := p.store.Findings(t.Context(), rec, nil)
	if err != nil {
		t.Fatal(err)
	}
	if far := found.Apart; strings.HasSuffix(rec.Title, "Ovest") != (far != nil) || far != nil && (far.Source+far.Other != p.list[network].Title+p.list[region].Title || far.Metres < 120 || far.Metres > 180) {
		t.Errorf("%s: its sources are apart: %+v", rec.Title, far)
	}
	if rec.SourceID != network || rec.OpeningHours == "" {
		t.Errorf("%s is shown as %s has it, hours %q", rec.Title, rec.SourceID, rec.OpeningHours)
	}
}
