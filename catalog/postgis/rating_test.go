package postgis_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

func TestRatings(t *testing.T) {
	store := postgistest.New(t)
	add := func(page, body string, stars, answer int) string {
		r := catalog.Rating{ID: uuid.NewString(), Page: page, BodyID: body, Stars: stars, Answer: answer}
		if err := store.AddRating(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		return r.ID
	}
	add("/enti", "", 5, 2)
	id := add("/luoghi/x", "c_g999", 1, 0)
	add("/luoghi/x", "c_g999", 4, 0)
	done := catalog.Rating{ID: id, Answer: 5, Details: strings.Repeat("è", catalog.MaxRatingDetails)}
	if err := store.CompleteRating(t.Context(), done); err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]catalog.Rating{"twice": done, "unknown": {ID: uuid.NewString(), Answer: 1}} {
		if err := store.CompleteRating(t.Context(), r); !errors.Is(err, catalog.ErrNotFound) {
			t.Errorf("%s: %v; want ErrNotFound", name, err)
		}
	}
	for name, r := range map[string]catalog.Rating{
		"no stars": {ID: uuid.NewString(), Page: "/"}, "six": {ID: uuid.NewString(), Page: "/", Stars: 6},
		"too long": {ID: uuid.NewString(), Page: "/", Stars: 1, Details: strings.Repeat("x", 201)}, "no page": {ID: uuid.NewString(), Stars: 1},
	} {
		if err := store.AddRating(t.Context(), r); !errors.Is(err, catalog.ErrInvalid) {
			t.Errorf("%s: %v; want ErrInvalid", name, err)
		}
	}
	if _, err := store.DB().Exec(t.Context(), `insert into rating (id, page, day, stars) values (gen_random_uuid(), '/enti', '2020-02-29', 3)`); err != nil {
		t.Fatal(err)
	}

	var got []catalog.Clarity
	for c, err := range store.Clarity(t.Context(), time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC), "", "") {
		if err != nil {
			t.Fatal(err)
		}
		c.Month = time.Time{}
		got = append(got, c)
	}
	want := []catalog.Clarity{
		{Page: "/enti", Ratings: 1, Average: 5, Stars: [5]int64{4: 1}, Liked: [5]int64{1: 1}},
		{Page: "/luoghi/x", BodyID: "c_g999", Ratings: 2, Average: 2.5, Stars: [5]int64{0: 1, 3: 1}, Hard: [5]int64{4: 1}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("clarity (-want +got):\n%s", diff)
	}
	months := map[string]int{}
	for c, err := range store.Clarity(t.Context(), time.Time{}, "/enti", "") {
		if err != nil {
			t.Fatal(err)
		}
		months[c.Month.Format("2006-01")]++
	}
	if len(months) != 2 || months["2020-02"] != 1 {
		t.Errorf("months of one page: %v", months)
	}

	// the public role sees counts, never a rating
	_, err := store.DB().Exec(t.Context(), `set role ponet_public; select details from rating`)
	if err == nil || !strings.Contains(err.Error(), "permission denied") {
		t.Errorf("ponet_public reads ratings: %v", err)
	}
}
