package main

import (
	"testing"

	"po-net.prato.it/ponet/catalog/postgis/postgistest"
	"po-net.prato.it/ponet/datasets"
)

// The vocabularies of the release are in the database, and a second time
// nothing is written.
func TestVocabulariesAreInTheDatabase(t *testing.T) {
	store := postgistest.New(t)
	v := datasets.Vocabularies()
	want := 0
	for _, s := range v.Schemes {
		want += len(s.Concepts)
	}
	var first, second string
	for _, versions := range []*string{&first, &second} {
		if err := store.PutVocabularies(t.Context(), v); err != nil {
			t.Fatal(err)
		}
		var n int
		if err := store.DB().QueryRow(t.Context(), `select count(*), md5(string_agg(xmin::text, ',' order by scheme, code)) from vocabulary`).Scan(&n, versions); err != nil {
			t.Fatal(err)
		}
		if n != want {
			t.Errorf("%d terms; want %d", n, want)
		}
	}
	if first != second {
		t.Error("putting the same vocabularies again wrote rows")
	}
}
