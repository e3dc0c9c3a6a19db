package postgis_test

import (
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// Every facet counts with all filters but its own: compared with plain SQL.
func TestSearchFacets(t *testing.T) {
	store := postgistest.New(t)
	postgistest.Fill(t, store, 2000)
	box := &orb.Bound{Min: orb.Point{11.0, 43.8}, Max: orb.Point{11.2, 43.95}}
	in := " and ST_Intersects(geom, ST_MakeEnvelope(11.0, 43.8, 11.2, 43.95, 4326))"
	q := catalog.Query{Text: "museo", BBox: box, Types: []string{"museo"}, Municipalities: []string{"prato"}}
	res, err := store.Search(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	text := "words @@ to_tsquery('italian_unaccent', 'museo')" + in
	for facet, where := range map[string]string{
		"theme":        "type = 'museo' and municipality = 'Prato'",
		"type":         "municipality = 'Prato'",
		"municipality": "type = 'museo'",
		"body":         "type = 'museo' and municipality = 'Prato'",
		"collection":   "type = 'museo' and municipality = 'Prato'",
	} {
		column := facet
		if facet == "body" {
			column = "body_id"
		}
		rows, err := store.DB().Query(t.Context(), "select "+column+", count(*) from record where "+text+" and "+where+" and "+column+" <> '' group by 1 order by 2 desc, 1")
		if err != nil {
			t.Fatal(err)
		}
		var want []catalog.Facet
		for rows.Next() {
			var f catalog.Facet
			if err := rows.Scan(&f.Value, &f.Count); err != nil {
				t.Fatal(err)
			}
			want = append(want, f)
		}
		var got []catalog.Facet
		for _, f := range res.Facets[facet] {
			if f.Label == "" {
				t.Errorf("%s %s has no label", facet, f.Value)
			}
			got = append(got, catalog.Facet{Value: f.Value, Count: f.Count})
		}
		if len(want) == 0 || !slices.Equal(got, want) {
			t.Errorf("facet %s = %v; want %v", facet, got, want)
		}
	}
	if !res.Exact || res.Total != res.Facets["collection"][0].Count {
		t.Errorf("total = %d, exact %v; collections = %v", res.Total, res.Exact, res.Facets["collection"])
	}
}

// Numbered pages show every result once.
func TestSearchPages(t *testing.T) {
	store := postgistest.New(t)
	postgistest.Fill(t, store, 500)
	for _, by := range []catalog.Order{catalog.OrderRelevance, catalog.OrderTitle, catalog.OrderUpdated, catalog.OrderKey, catalog.OrderDistance} {
		q := catalog.Query{Text: "biblioteca", Order: by, Limit: 7, Near: &orb.Point{11.1, 43.88}}
		seen := map[string]bool{}
		var total int64 = 1
		last := -1.0
		for ; int64(q.Offset) < total; q.Offset += 7 {
			res, err := store.Search(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			total = res.Total
			for _, h := range res.Hits {
				if seen[h.Record.ID] {
					t.Errorf("order %q: %s is there twice", by, h.Record.ID)
				}
				seen[h.Record.ID] = true
				if by == catalog.OrderDistance && h.DistanceMetres >= 0 {
					if h.DistanceMetres < last {
						t.Errorf("%v m after %v m", h.DistanceMetres, last)
					}
					last = h.DistanceMetres
				}
			}
		}
		if int64(len(seen)) != total || total < 20 {
			t.Errorf("order %q: %d of %d", by, len(seen), total)
		}
	}
}

func TestSuggest(t *testing.T) {
	store := postgistest.New(t)
	for _, title := range []string{"Castello dell’Imperatore", "Museo del Tessuto", "Museo di Palazzo Pretorio", "Biblioteca Lazzerini", "Università di Prato"} {
		insert(t, store, "places", `{"type":"Point","coordinates":[11.1,43.88]}`, `{"title":"`+title+`","type":"museo","type_label":"Museo","theme":"cultura","municipality":"Prato"}`)
	}
	insert(t, store, "places", "", `{"title":"Badia","type":"chiesa","theme":"cultura","municipality":"Vaiano"}`)
	insert(t, store, "libri", "", `{"title":"Tessuti e tessitori"}`)
	insert(t, store, "datasets", "", `{"title":"Opere idrauliche","type":"elenco","type_label":"Elenco","theme":"ambiente","municipality":"Carmignano"}`)
	for _, tt := range []struct{ typed, first string }{
		{"castello dell'imp", "Castello dell’Imperatore"},
		{"castello dell imp", "Castello dell’Imperatore"},
		{"IMPERAT", "Castello dell’Imperatore"},
		{"tessut", "Museo del Tessuto"},
		{"tesuto", "Museo del Tessuto"},
		{"tessuto museo", "Museo del Tessuto"},
		{"bibliteca", "Biblioteca Lazzerini"},
		{"bibloi", "Biblioteca Lazzerini"},
		{"universita", "Università di Prato"},
		{"università", "Università di Prato"},
		{"vaia", "Vaiano"},
		{"vaiamo", "Vaiano"},
		{"chies", "chiesa"},
		{"patrim", "Patrimonio culturale"},
		{"mu", "Museo del Tessuto"},
		{"opere idr", "Opere idrauliche"},
		{"carmi", ""}, {"elenc", ""}, {"ambie", ""}, // what only a dataset has is found by no search of things
		{"m", ""}, {"", ""}, {"%", ""}, {"xyzxyz", ""}, {"tessitori", ""},
	} {
		got, err := store.Suggest(t.Context(), tt.typed, 8)
		if err != nil {
			t.Fatal(err)
		}
		first := ""
		if len(got) > 0 {
			first = got[0].Text
		}
		if first != tt.first {
			t.Errorf("Suggest(%q) = %+v; want first %q", tt.typed, got, tt.first)
		}
	}
	got, err := store.Suggest(t.Context(), "museo", 8)
	if err != nil || len(got) != 3 || got[2].Group != "argomenti" || got[2].Path != "/mappa?tipo=museo" || got[0].Path != "/luoghi/slug-"+got[0].ID {
		t.Errorf("Suggest(museo) = %+v, %v", got, err)
	}
}

func TestNearby(t *testing.T) {
	store := postgistest.New(t)
	postgistest.Fill(t, store, 500)
	here := orb.Point{11.1, 43.9}
	hits, err := store.Nearby(t.Context(), here, 5, "")
	if err != nil || len(hits) != 5 {
		t.Fatalf("%d hits, %v", len(hits), err)
	}
	rows, err := store.DB().Query(t.Context(), `
		select id::text from record where kind = 'place'
		order by ST_Distance(geom::geography, ST_MakePoint(11.1, 43.9)::geography, false) limit 6`)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		want = append(want, id)
	}
	for i, h := range hits {
		if h.Record.ID != want[i] || h.DistanceMetres <= 0 {
			t.Errorf("hit %d = %s at %v m; want %s", i, h.Record.ID, h.DistanceMetres, want[i])
		}
	}
	without, err := store.Nearby(t.Context(), here, 5, want[0])
	if err != nil || len(without) != 5 || without[0].Record.ID != want[1] || without[4].Record.ID != want[5] {
		t.Errorf("without the first: %v, %v", without, err)
	}
}
