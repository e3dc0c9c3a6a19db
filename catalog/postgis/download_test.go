package postgis_test

import (
	"sync"
	"testing"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// Downloads are counted in memory, added up in the table, and none is lost when
// the store is closed; a source that there is not counts nothing.
func TestDownloads(t *testing.T) {
	url := postgistest.URL(t)
	open := func() *postgis.Store {
		store, err := postgis.Open(t.Context(), url, "ponet test")
		if err != nil {
			t.Fatal(err)
		}
		return store
	}
	store := open()
	if err := store.PutSource(t.Context(), catalog.Source{ID: "uffici", Protocol: "file", URL: "/x"}); err != nil {
		t.Fatal(err)
	}
	all, part := catalog.Taken{Collection: "offices"}, catalog.Taken{Collection: "offices", Source: "uffici"}
	var wait sync.WaitGroup
	for range 10 {
		wait.Go(func() {
			for range 50 {
				store.CountDownload(part)
			}
			if err := store.FlushDownloads(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	store.CountDownload(all)
	store.CountDownload(catalog.Taken{Collection: "offices", Source: "nessuna\x00"})
	if n := store.DownloadsCounted(); n != 502 {
		t.Errorf("%d counted since the start; want 502", n)
	}
	store.Close()

	store = open()
	defer store.Close()
	for _, c := range []struct {
		taken []catalog.Taken
		want  int64
	}{{[]catalog.Taken{part}, 500}, {[]catalog.Taken{all}, 1}, {[]catalog.Taken{all, part}, 501}, {[]catalog.Taken{{Collection: "places"}}, 0}} {
		list, err := store.Downloads(t.Context(), c.taken...)
		if err != nil {
			t.Fatal(err)
		}
		var got int64
		for _, m := range list {
			got += m.Count
		}
		if got != c.want {
			t.Errorf("downloads of %v = %d; want %d", c.taken, got, c.want)
		}
	}
}
