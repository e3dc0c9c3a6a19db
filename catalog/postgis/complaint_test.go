package postgis_test

import (
	"testing"

	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// A word that no vocabulary has is one line with its count, the most frequent
// first, however often it was read; other complaints stay as they are.
func TestFirstComplaintsCountEqualWords(t *testing.T) {
	store := postgistest.New(t)
	harvest(t, store, fountains, [][]any{{"1", "Fontana", nil}}, nil)
	run := lastRun(t, store, fountains).ID
	if _, err := store.DB().Exec(t.Context(), `
		insert into issue (run_id, rule, key, field, read)
		select $1::bigint, 'type-unknown', n::text, 'type', case when n % 10 = 0 then 'musoe' else 'bibliotca' end from generate_series(1, 1000) n
		union all
		select $1::bigint, 'title-missing', n::text, 'nome', '' from generate_series(1, 5) n`, run); err != nil {
		t.Fatal(err)
	}
	list, err := store.FirstComplaints(t.Context(), run, []string{"type-unknown", "title-missing"}, 3)
	if err != nil {
		t.Fatal(err)
	}
	type line struct {
		rule, read string
		times      int64
	}
	var got []line
	for _, c := range list {
		got = append(got, line{c.Rule, c.Read, c.Times})
	}
	want := []line{{"title-missing", "", 1}, {"title-missing", "", 1}, {"title-missing", "", 1}, {"type-unknown", "bibliotca", 900}, {"type-unknown", "musoe", 100}}
	if len(got) != len(want) {
		t.Fatalf("complaints %+v; want %+v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("complaint %d is %+v; want %+v", i, got[i], want[i])
		}
	}
}
