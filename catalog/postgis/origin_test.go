package postgis_test

import (
	"errors"
	"testing"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

func TestOrigin(t *testing.T) {
	store := postgistest.New(t)
	_, err := store.DB().Exec(t.Context(), `
		insert into source (id, protocol, url, title, licence) values ('musei', 'file', 'https://example.org/musei.csv', 'Musei', 'cc-by');
		insert into run (source_id, state, finished) values
			('musei', 'completed', '2026-11-20 10:00+01'), ('musei', 'failed', '2026-11-21 10:00+01'), ('musei', 'running', null);`)
	if err != nil {
		t.Fatal(err)
	}
	src, read, err := store.Origin(t.Context(), "musei")
	if err != nil {
		t.Fatal(err)
	}
	if src.Title != "Musei" || src.URL != "https://example.org/musei.csv" || src.Licence != "cc-by" {
		t.Errorf("source = %+v", src)
	}
	if got := read.UTC().Format("2006-01-02 15:04"); got != "2026-11-20 09:00" {
		t.Errorf("last read %s; want that of the completed run", got)
	}
	if _, _, err := store.Origin(t.Context(), "altra"); !errors.Is(err, catalog.ErrNotFound) {
		t.Errorf("an unknown source: %v; want ErrNotFound", err)
	}
}
