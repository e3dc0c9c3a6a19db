package postgis_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// Every record comes once, in order, whichever way one walks; and what a page
// says of the whole is so.
func TestItemsPageByKey(t *testing.T) {
	store := postgistest.New(t)
	postgistest.Fill(t, store, 1000)
	box := &orb.Bound{Min: orb.Point{11.0, 43.8}, Max: orb.Point{11.2, 43.95}}
	for _, tt := range []struct {
		name string
		q    catalog.Query
		want string // SQL that selects the same
	}{
		{"everything", catalog.Query{}, "true"},
		{"collection", catalog.Query{Collection: "edifici"}, "collection = 'edifici'"},
		{"bbox", catalog.Query{BBox: box}, "ST_Intersects(geom, ST_MakeEnvelope(11.0, 43.8, 11.2, 43.95, 4326))"},
		{"bbox in collection", catalog.Query{Collection: "edifici", BBox: box}, "collection = 'edifici' and ST_Intersects(geom, ST_MakeEnvelope(11.0, 43.8, 11.2, 43.95, 4326))"},
		{"theme and type", catalog.Query{Themes: []catalog.Theme{"cultura"}, Types: []string{"museo", "chiesa"}}, "theme = 'cultura' and type in ('museo', 'chiesa')"},
		{"municipality by name and code", catalog.Query{Municipalities: []string{"VÀIANO", "100005"}}, "municipality in ('Vaiano', 'Prato')"},
		{"property that is a number", catalog.Query{Collection: "edifici", Where: []catalog.Condition{{Property: "numero", Values: []string{"7", "8", "nine"}}}}, "collection = 'edifici' and source_key in ('7', '8')"},
		{"accessible and body", catalog.Query{Accessible: true, Bodies: []string{"c_g999"}}, "accessible and body_id = 'c_g999'"},
		{"source", catalog.Query{Sources: []string{"libri"}}, "collection = 'libri'"},
		{"nothing", catalog.Query{Sources: []string{"none"}}, "false"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rows, err := store.DB().Query(t.Context(), "select id::text from record where status = 'published' and "+tt.want+" order by collection, id")
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
			if len(want) == 0 && tt.want != "false" {
				t.Fatal("the test selects nothing")
			}
			var got []string
			q := tt.q
			q.Limit = 37
			for {
				page, err := store.Items(t.Context(), q)
				if err != nil {
					t.Fatal(err)
				}
				if !page.Exact || page.Matched != int64(len(want)) {
					t.Fatalf("Matched = %d, Exact = %v; want %d", page.Matched, page.Exact, len(want))
				}
				if (page.Prev != "") != (len(got) > 0) {
					t.Errorf("after %d records Prev = %q", len(got), page.Prev)
				}
				for _, r := range page.Records {
					got = append(got, r.ID)
				}
				if q.After = page.Next; page.Next == "" {
					q.Before = page.Prev
					break
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("forwards: %d records; want %d", len(got), len(want))
			}
			back := got[len(got)-len(got)%37:]
			if len(got)%37 == 0 && len(got) > 0 {
				back = got[len(got)-37:]
			}
			back = slices.Clone(back)
			q.After = ""
			for q.Before != "" {
				page, err := store.Items(t.Context(), q)
				if err != nil {
					t.Fatal(err)
				}
				var ids []string
				for _, r := range page.Records {
					ids = append(ids, r.ID)
				}
				back = append(ids, back...)
				q.Before = page.Prev
			}
			if !slices.Equal(back, want) {
				t.Errorf("backwards: %d records; want %d", len(back), len(want))
			}
		})
	}
}

// What is sent is the stored feature, and it is one.
func TestItemsFeatures(t *testing.T) {
	store := postgistest.New(t)
	postgistest.Fill(t, store, 30)
	page, err := store.Items(t.Context(), catalog.Query{Collection: "places", Limit: 5})
	if err != nil {
		t.Fatal(err)
	}
	if len(page.Records) != 5 || page.Mark == 0 {
		t.Fatalf("%d records, mark %d", len(page.Records), page.Mark)
	}
	for _, r := range page.Records {
		f, err := geojson.UnmarshalFeature(r.Feature)
		if err != nil || f.ID != r.ID || f.Properties["title"] == nil {
			t.Errorf("feature of %s: %v: %s", r.ID, err, r.Feature)
		}
	}
}

func TestItemsRefuseDamagedCursors(t *testing.T) {
	store := postgistest.New(t)
	postgistest.Fill(t, store, 100)
	page, err := store.Items(t.Context(), catalog.Query{Collection: "places", Limit: 2})
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range []catalog.Query{
		{After: "x"}, {Before: "§"}, {After: page.Next[1:]},
		{Collection: "edifici", After: page.Next},
		{After: page.Next, Before: page.Next},
	} {
		if _, err := store.Items(t.Context(), q); !errors.Is(err, catalog.ErrInvalid) {
			t.Errorf("Items(%+v) = %v; want ErrInvalid", q, err)
		}
	}
}

// A box whose west is east of its east crosses the antimeridian.
func TestItemsAcrossTheAntimeridian(t *testing.T) {
	store := postgistest.New(t)
	insert(t, store, "places", `{"type":"Point","coordinates":[179.9,-17]}`, `{"title":"east"}`)
	insert(t, store, "places", `{"type":"Point","coordinates":[-179.9,-17]}`, `{"title":"west"}`)
	insert(t, store, "places", `{"type":"Point","coordinates":[0,-17]}`, `{"title":"far"}`)
	page, err := store.Items(t.Context(), catalog.Query{BBox: &orb.Bound{Min: orb.Point{179, -18}, Max: orb.Point{-179, -16}}})
	if err != nil || len(page.Records) != 2 || page.Matched != 2 {
		t.Errorf("%d records, %d matched, %v; want 2", len(page.Records), page.Matched, err)
	}
}

// bbox means that the geometry intersects, not that its box does.
func TestItemsIntersectExactly(t *testing.T) {
	store := postgistest.New(t)
	insert(t, store, "places", `{"type":"LineString","coordinates":[[10,43],[12,45]]}`, `{"title":"diagonal"}`)
	for _, tt := range []struct {
		box  orb.Bound
		want int
	}{
		{orb.Bound{Min: orb.Point{10, 44.5}, Max: orb.Point{10.5, 45}}, 0},
		{orb.Bound{Min: orb.Point{10.9, 43.9}, Max: orb.Point{11.1, 44.1}}, 1},
		{orb.Bound{Min: orb.Point{12, 45}, Max: orb.Point{13, 46}}, 1}, // touches
	} {
		page, err := store.Items(t.Context(), catalog.Query{BBox: &tt.box})
		if err != nil || len(page.Records) != tt.want {
			t.Errorf("Items(%v): %d records, %v; want %d", tt.box, len(page.Records), err, tt.want)
		}
	}
}

// Values are found whether the source wrote them as text, number, boolean or list.
func TestItemsByProperty(t *testing.T) {
	store := postgistest.New(t)
	for _, v := range []string{`"7"`, `7`, `"007"`, `true`, `"true"`, `["7","x"]`, `7.0`, `"it's \"7\""`} {
		insert(t, store, "places", "", fmt.Sprintf(`{"title":%q,"n":%s}`, v, v))
	}
	for _, tt := range []struct {
		values []string
		want   []string
	}{
		{[]string{"7"}, []string{`"7"`, `7`, `["7","x"]`, `7.0`}},
		{[]string{"007"}, []string{`"007"`}},
		{[]string{"true"}, []string{`true`, `"true"`}},
		{[]string{"x", "007"}, []string{`"007"`, `["7","x"]`}},
		{[]string{`it's "7"`}, []string{`"it's \"7\""`}},
		{[]string{""}, nil},
	} {
		page, err := store.Items(t.Context(), catalog.Query{Where: []catalog.Condition{{Property: "n", Values: tt.values}}})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range page.Records {
			var f struct{ Properties struct{ Title string } }
			if err := json.Unmarshal(r.Feature, &f); err != nil {
				t.Fatal(err)
			}
			got = append(got, f.Properties.Title)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("n in %q: %q; want %q", tt.values, got, tt.want)
		}
	}
}
