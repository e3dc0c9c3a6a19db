package postgis_test

import (
	"slices"
	"testing"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// Records are related by the keys of their own source, in both directions; the
// same key in another source is somebody else's.
func TestRelated(t *testing.T) {
	store := postgistest.New(t)
	for _, id := range []string{"beni", "altri-beni"} {
		src := catalog.Source{ID: id, Protocol: "file", URL: "/" + id + ".csv", Mapping: catalog.Mapping{
			Kind: catalog.KindHeritageItem, Key: []string{"codice"}, Fields: map[string]string{"title": "codice", "code": "codice"},
		}}
		harvest(t, store, src, [][]any{{"B1", nil, nil}, {"B2", "B1", nil}, {"B3", "B9", nil}}, nil)
	}
	if _, err := store.DB().Exec(t.Context(), `
		update record set properties = properties || jsonb_build_object('part_of', properties -> 'nome'),
			feature = convert_to(replace(convert_from(feature, 'UTF8'), '"nome":', '"part_of":'), 'UTF8')
		where properties ? 'nome'`); err != nil {
		t.Fatal(err)
	}
	records, err := store.Rows(t.Context(), catalog.Query{Sources: []string{"beni"}, Limit: 10}, "code", false)
	if err != nil || len(records) != 3 {
		t.Fatalf("%d records, %v", len(records), err)
	}
	for i, want := range [][]string{{"part_of inverse B2"}, {"part_of B1"}, nil} {
		list, err := store.Related(t.Context(), records[i])
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range list {
			text := r.Property + " "
			if r.Inverse {
				text += "inverse "
			}
			got = append(got, text+r.Record.Title)
			if r.Record.SourceID != "beni" {
				t.Errorf("related to one of %s", r.Record.SourceID)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v; want %v", records[i].Title, got, want)
		}
	}
}
