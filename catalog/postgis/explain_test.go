package postgis_test

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// enough is the records that are needed for a plan to be as it is with millions.
const enough = 50_000

// The public reads are executed from the index that was made for them, and
// never by reading all records; with very many, the pages are still right.
func TestWithManyRecords(t *testing.T) {
	if testing.Short() {
		t.Skip("fills 50,000 records")
	}
	url := postgistest.URL(t)
	store, err := postgis.Open(t.Context(), url, "ponet test")
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	postgistest.Fill(t, store, enough)
	// a catalogue has more words than this one
	if _, err := store.DB().Exec(t.Context(), `
		insert into word (word, plain, count) select w, w, 1 from generate_series(1, 30000) i, md5(i::text) h, translate(left(h, 9), '0123456789', 'ghilmnopqr') w
		on conflict do nothing;
		analyze word`); err != nil {
		t.Fatal(err)
	}
	t.Run("plans", func(t *testing.T) { plans(t, url) })
	t.Run("pages", func(t *testing.T) { pages(t, store) })
	t.Run("orders", func(t *testing.T) { orders(t, store) })
}

func plans(t *testing.T, url string) {
	store, plan := postgis.OpenExplained(t, url)
	small := &orb.Bound{Min: orb.Point{11.095, 43.879}, Max: orb.Point{11.097, 43.881}}
	large := &orb.Bound{Min: orb.Point{11.0, 43.78}, Max: orb.Point{11.2, 43.98}}
	page, err := store.Items(t.Context(), catalog.Query{Limit: 5000})
	if err != nil {
		t.Fatal(err)
	}
	near := orb.Point{11.1, 43.88}
	monday := time.Date(2026, 11, 23, 10, 0, 0, 0, catalog.Rome)
	tile := maptile.At(near, 15)
	city := maptile.At(near, 12)
	for _, tt := range []struct {
		name  string
		index string
		read  func() error
	}{
		{"items in a small bbox", "Index Only Scan using record_box", func() error { return second(store.Items(t.Context(), catalog.Query{BBox: small, Limit: 100})) }},
		{"items in a small bbox of a collection", "Index Only Scan using record_box", func() error {
			return second(store.Items(t.Context(), catalog.Query{Collection: "edifici", BBox: small, Limit: 100}))
		}},
		{"items in a large bbox", "Index Only Scan using record_placed", func() error { return second(store.Items(t.Context(), catalog.Query{BBox: large, Limit: 100})) }},
		{"items by key", "Index Only Scan using record_", func() error { return second(store.Items(t.Context(), catalog.Query{After: page.Next, Limit: 100})) }},
		{"items by property", "record_properties", func() error {
			return second(store.Items(t.Context(), catalog.Query{Where: []catalog.Condition{{Property: "postcode", Values: []string{"59100"}}}}))
		}},
		{"items by type", "record_type", func() error {
			return second(store.Items(t.Context(), catalog.Query{Types: []string{"museo", "none"}}))
		}},
		{"items by a type there is not", "record_type", func() error {
			return second(store.Items(t.Context(), catalog.Query{Types: []string{"none"}}))
		}},
		{"items by ISTAT code", "record_istat", func() error {
			return second(store.Items(t.Context(), catalog.Query{Municipalities: []string{"100007"}}))
		}},
		{"items by type and municipality", "record_", func() error {
			return second(store.Items(t.Context(), catalog.Query{Types: []string{"museo"}, Municipalities: []string{"Vernio"}}))
		}},
		{"one item", "record_pkey", func() error { return second(store.Item(t.Context(), page.Records[7].ID)) }},
		{"tile", "record_box", func() error { return second(store.Tile(t.Context(), catalog.Query{}, uint32(tile.Z), tile.X, tile.Y)) }},
		{"thinned tile", "record_box", func() error { return second(store.Tile(t.Context(), catalog.Query{}, uint32(city.Z), city.X, city.Y)) }},
		{"search by text", "record_words", func() error { return second(store.Search(t.Context(), catalog.Query{Text: "museo civico lazzerini"})) }},
		{"search for much", "record_title_words", func() error { return second(store.Search(t.Context(), catalog.Query{Text: "biblioteca"})) }},
		{"search by code", "record_properties", func() error { return second(store.Search(t.Context(), catalog.Query{Text: "IT-PO0000501"})) }},
		{"search by title", "record_title", func() error { return second(store.Search(t.Context(), catalog.Query{Order: catalog.OrderTitle})) }},
		{"search of all", "record_newest", func() error { return second(store.Search(t.Context(), catalog.Query{})) }},
		{"search of what is open", "on opening", func() error { return second(store.Search(t.Context(), catalog.Query{OpenAt: &monday})) }},
		{"items that are open", "on opening", func() error {
			return second(store.Items(t.Context(), catalog.Query{OpenAt: &monday, BBox: large, Limit: 100}))
		}},
		{"search by distance", "record_geom", func() error {
			return second(store.Search(t.Context(), catalog.Query{Near: &near, Order: catalog.OrderDistance}))
		}},
		{"nearby", "record_paged", func() error { return second(store.Nearby(t.Context(), near, 5, "")) }},
		{"suggest", "name_typed", func() error { return second(store.Suggest(t.Context(), "museo civ", 8)) }},
		{"suggest a later word", "name_typed_words", func() error { return second(store.Suggest(t.Context(), "lazzerini", 8)) }},
		{"spelling", "word_trigram", func() error { return second(store.Suggest(t.Context(), "bibloteca", 8)) }},
		{"export", "record_order", func() error { return whole(t.Context(), store, catalog.Query{}) }},
		{"export of a collection", "record_order", func() error { return whole(t.Context(), store, catalog.Query{Collection: "edifici"}) }},
	} {
		plan()
		if err := tt.read(); err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		got := plan()
		if !strings.Contains(got, tt.index) {
			t.Errorf("%s does not use %s:\n%s", tt.name, tt.index, got)
		}
		for executed := range strings.SplitSeq(got, "duration:") {
			// an estimate only plans: its "select" is not executed
			if readsAll.MatchString(executed) && !strings.Contains(executed, "Query Text: explain") {
				t.Errorf("%s reads every record:\n%s", tt.name, executed)
			}
		}
	}
}

var readsAll = regexp.MustCompile(`Seq Scan on (record|name)\b`)

func second[T any](_ T, err error) error { return err }

// whole reads an export to its end.
func whole(ctx context.Context, store *postgis.Store, q catalog.Query) error {
	for _, err := range store.Records(ctx, q) {
		if err != nil {
			return err
		}
	}
	return nil
}

// pages compares pages of much and of little with plain SQL.
func pages(t *testing.T, store *postgis.Store) {
	monday := time.Date(2026, 11, 23, 10, 0, 0, 0, catalog.Rome)
	var then time.Time
	if err := store.DB().QueryRow(t.Context(), "select clock_timestamp()").Scan(&then); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		q    catalog.Query
		want string
	}{
		{"large bbox, as of a moment", catalog.Query{AsOf: &then, BBox: &orb.Bound{Min: orb.Point{11.0, 43.78}, Max: orb.Point{11.2, 43.98}}}, "ST_Intersects(geom, ST_MakeEnvelope(11.0, 43.78, 11.2, 43.98, 4326))"},
		{"large bbox and theme, as of a moment", catalog.Query{AsOf: &then, BBox: &orb.Bound{Min: orb.Point{11.0, 43.78}, Max: orb.Point{11.2, 43.98}}, Themes: []catalog.Theme{"cultura"}}, "theme = 'cultura' and ST_Intersects(geom, ST_MakeEnvelope(11.0, 43.78, 11.2, 43.98, 4326))"},
		{"large bbox", catalog.Query{BBox: &orb.Bound{Min: orb.Point{11.0, 43.78}, Max: orb.Point{11.2, 43.98}}}, "ST_Intersects(geom, ST_MakeEnvelope(11.0, 43.78, 11.2, 43.98, 4326))"},
		{"large bbox of a collection", catalog.Query{Collection: "edifici", BBox: &orb.Bound{Min: orb.Point{11.0, 43.78}, Max: orb.Point{11.3, 43.98}}}, "collection = 'edifici' and ST_Intersects(geom, ST_MakeEnvelope(11.0, 43.78, 11.3, 43.98, 4326))"},
		{"open in a large bbox", catalog.Query{OpenAt: &monday, BBox: &orb.Bound{Min: orb.Point{11.0, 43.78}, Max: orb.Point{11.2, 43.98}}}, "ST_Intersects(geom, ST_MakeEnvelope(11.0, 43.78, 11.2, 43.98, 4326)) and id in (select record_id from opening where days & 1 <> 0 and opens <= 600 and closes > 600)"},
		{"large bbox and theme", catalog.Query{BBox: &orb.Bound{Min: orb.Point{11.0, 43.78}, Max: orb.Point{11.2, 43.98}}, Themes: []catalog.Theme{"cultura"}}, "theme = 'cultura' and ST_Intersects(geom, ST_MakeEnvelope(11.0, 43.78, 11.2, 43.98, 4326))"},
		{"property of half", catalog.Query{Where: []catalog.Condition{{Property: "kind", Values: []string{"place"}}}}, "kind = 'place'"},
		{"late in the keys", catalog.Query{Types: []string{"museo", "chiesa", "parco"}, Accessible: true}, "type in ('museo', 'chiesa', 'parco') and accessible"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var total int64
			var want []string
			err := store.DB().QueryRow(t.Context(), `
				with m as materialized (select collection, id from record where `+tt.want+`)
				select (select count(*) from m), array_agg(id::text) from (select * from m order by collection, id limit 700) s`).Scan(&total, &want)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			q := tt.q
			for q.Limit = 100; len(got) < 700; {
				page, err := store.Items(t.Context(), q)
				if err != nil {
					t.Fatal(err)
				}
				if page.Exact && page.Matched != total {
					t.Errorf("Matched = %d; want %d", page.Matched, total)
				}
				if page.Matched < total/4 || page.Matched > total*4 {
					t.Errorf("Matched = %d, not exact; it is %d", page.Matched, total)
				}
				for _, r := range page.Records {
					got = append(got, r.ID)
				}
				if q.After = page.Next; page.Next == "" {
					break
				}
			}
			if !slices.Equal(got, want) {
				t.Error("other records than plain SQL gives")
			}
		})
	}
}

// orders compares the orders of a search that matches too much to be sorted.
func orders(t *testing.T, store *postgis.Store) {
	for by, sql := range map[catalog.Order]string{
		catalog.OrderTitle:    "left(plain(title), 80), id",
		catalog.OrderUpdated:  "(kind = 'feature'), date_trunc('hour', updated at time zone 'UTC') desc, right(id::text, 12)",
		catalog.OrderDistance: "ST_Distance(geom::geography, ST_MakePoint(11.1, 43.88)::geography, false), id",
	} {
		var want []string
		if err := store.DB().QueryRow(t.Context(), `
			select array_agg(id::text) from (select id from record where theme = 'cultura' order by `+sql+` limit 50) s`).Scan(&want); err != nil {
			t.Fatal(err)
		}
		res, err := store.Search(t.Context(), catalog.Query{Themes: []catalog.Theme{"cultura"}, Near: &orb.Point{11.1, 43.88}, Order: by, Limit: 50})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, h := range res.Hits {
			got = append(got, h.Record.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("order %q: other records than plain SQL gives", by)
		}
		if res.Total < 20_000 || !res.Exact {
			t.Errorf("total = %d, exact %v", res.Total, res.Exact)
		}
	}
}
