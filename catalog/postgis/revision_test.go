package postgis_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// The history of a record is which fields changed, not what they held; of one
// that is withdrawn the public knows nothing.
func TestRevisions(t *testing.T) {
	store := postgistest.New(t)
	here := []geom.T{point(11.0965, 43.8805)}
	row := func(name string, n any) [][]any { return [][]any{{"1", name, n}, {"2", "Altra", nil}} }
	harvest(t, store, fountains, row("Fontana del Bacchino", int64(5)), here)
	var id string
	if err := store.DB().QueryRow(t.Context(), `select id::text from record where source_key = '1'`).Scan(&id); err != nil {
		t.Fatal(err)
	}
	if list, all, err := store.Revisions(t.Context(), id, 10); err != nil || all != 0 || len(list) != 0 {
		t.Errorf("as it came: %v of %d, %v; want none", list, all, err)
	}
	harvest(t, store, fountains, row("Fontana del Bacchino", int64(6)), here)
	harvest(t, store, fountains, row("Fontana del Bacchino", nil), []geom.T{point(11.0966, 43.8805)})
	only := row("Fontana del Bacchino", nil)[1:]
	harvest(t, store, fountains, only, nil)
	harvest(t, store, fountains, only, nil)
	if list, _, err := store.Revisions(t.Context(), id, 10); err != nil || len(list) != 0 {
		t.Errorf("of a withdrawn record: %v, %v; want none", list, err)
	}
	harvest(t, store, fountains, row("Il Bacchino", nil), []geom.T{point(11.0966, 43.8805)})
	list, all, err := store.Revisions(t.Context(), id, 3)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range list {
		got = append(got, fmt.Sprintf("%d %s moved=%v withdrawn=%v returned=%v", r.Version, strings.Join(r.Changed, ","), r.Moved, r.Withdrawn, r.Returned))
		if r.At.IsZero() || r.RunID == 0 {
			t.Errorf("version %d: at %v by run %d", r.Version, r.At, r.RunID)
		}
	}
	want := []string{
		"5 nome,title moved=false withdrawn=false returned=true",
		"4  moved=false withdrawn=true returned=false",
		"3 n moved=true withdrawn=false returned=false",
	}
	if strings.Join(got, "; ") != strings.Join(want, "; ") || all != 4 {
		t.Errorf("history:\n%s\nof %d; want\n%s\nof 4", strings.Join(got, "\n"), all, strings.Join(want, "\n"))
	}
	var seen int
	if err := store.DB().QueryRow(t.Context(), `select count(*) from information_schema.columns where table_name = 'revision' and column_name in ('record', 'feature', 'properties', 'geom')`).Scan(&seen); err != nil || seen != 0 {
		t.Errorf("the view shows %d columns of what records said, %v", seen, err)
	}
}
