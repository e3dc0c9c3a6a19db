package postgis_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

func TestItem(t *testing.T) {
	store := postgistest.New(t)
	id := insert(t, store, "places", `{"type":"Point","coordinates":[11.1,43.88]}`,
		`{"title":"Museo del Tessuto","kind":"place","theme":"cultura","type":"museo","phone":"0574 611503","municipality":"Prato","istat_code":"100005","sale":4}`)
	r, err := store.Item(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if r.ID != id || r.Kind != catalog.KindPlace || r.Collection != "places" || r.Title != "Museo del Tessuto" || r.Phone != "0574 611503" ||
		r.Municipality != "Prato" || r.Theme != catalog.ThemeCulture || r.Geometry != (orb.Point{11.1, 43.88}) || r.Verified.IsZero() {
		t.Errorf("Item = %+v", r)
	}
	if got := r.Properties.Get("sale"); got != int64(4) || r.Properties[0].Name != "title" {
		t.Errorf("properties = %v", r.Properties)
	}
	without := insert(t, store, "libri", "", `{"title":"Libro"}`)
	if r, err := store.Item(t.Context(), without); err != nil || r.Geometry != nil {
		t.Errorf("geometry = %v, %v; want none", r, err)
	}
}

// What was withdrawn says so, and why; what is not published is not there.
func TestItemThatIsNotThere(t *testing.T) {
	store := postgistest.New(t)
	withdrawn := insert(t, store, "places", "", `{"title":"Ritirato"}`)
	draft := insert(t, store, "places", "", `{"title":"Bozza"}`)
	merged := insert(t, store, "places", "", `{"title":"Doppione"}`)
	if _, err := store.DB().Exec(t.Context(), `
		update record set status = case title when 'Ritirato' then 'withdrawn' when 'Bozza' then 'draft' else 'merged' end`); err != nil {
		t.Fatal(err)
	}
	if _, err := store.DB().Exec(t.Context(), `insert into relation (from_id, to_id, type) values ($1, $2, 'replaced_by')`, merged, draft); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		id   string
		want error
		says string
	}{
		{withdrawn, catalog.ErrWithdrawn, "no longer lists it"},
		{merged, catalog.ErrWithdrawn, draft},
		{draft, catalog.ErrNotFound, draft},
		{"0190a3c4-0000-7000-8000-000000000000", catalog.ErrNotFound, "0190a3c4"},
		{"museo", catalog.ErrNotFound, "museo"},
		{"{" + draft + "}", catalog.ErrNotFound, ""},
	} {
		_, err := store.Item(t.Context(), tt.id)
		if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("Item(%s) = %v; want %v saying %q", tt.id, err, tt.want, tt.says)
		}
	}
	page, err := store.Items(t.Context(), catalog.Query{})
	if err != nil || len(page.Records) != 0 {
		t.Errorf("Items: %d records, %v; want none published", len(page.Records), err)
	}
}
