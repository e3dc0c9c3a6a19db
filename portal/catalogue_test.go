package portal_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"po-net.prato.it/ponet/api"
	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/datasets/basemap"
	"po-net.prato.it/ponet/datasets/demo"
	"po-net.prato.it/ponet/harvesters"
	"po-net.prato.it/ponet/portal"
)

func TestMain(m *testing.M) { postgistest.Main(m) }

// site is a portal on a catalogue of its own.
type site struct {
	*httptest.Server
	store *postgis.Store
}

// config is a node whose operator has said everything.
var config = portal.Config{
	Territory: "Prato", Operator: "Provincia di Prato", OperatorURL: "https://www.provincia.prato.it",
	Email: "urp@example.org", Phone: "0574 534500", Address: "Via Ricasoli 25, Prato", DPO: "rpd@example.org", Version: "prova",
}

// stopped stops the clock of a portal.
func stopped(t time.Time) func(*portal.Config) {
	return func(c *portal.Config) { c.Now = func() time.Time { return t } }
}

// empty is a portal on a catalogue without anything in it, changed by also.
func empty(t testing.TB, also ...func(*portal.Config)) *site {
	t.Helper()
	return siteOn(t, postgistest.New(t), also...)
}

// siteOn is a portal on a catalogue, changed by also.
func siteOn(t testing.TB, store *postgis.Store, also ...func(*portal.Config)) *site {
	t.Helper()
	a, err := api.New(store, api.Config{}, slog.New(slog.NewTextHandler(t.Output(), nil)))
	if err != nil {
		t.Fatal(err)
	}
	cfg := config
	for _, change := range also {
		change(&cfg)
	}
	cfg.OpenAPI = a.OpenAPI()
	pages, err := portal.New(store, cfg, slog.New(slog.NewTextHandler(t.Output(), nil)))
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle(api.Prefix, a)
	mux.Handle(api.Prefix+"/", a)
	mux.Handle("/", pages)
	s := &site{httptest.NewServer(mux), store}
	t.Cleanup(s.Close)
	return s
}

// territory is a portal on the demonstration territory of today, harvested over HTTP.
func territory(t testing.TB, also ...func(*portal.Config)) *site {
	t.Helper()
	return siteOn(t, postgistest.Filled(t, "the territory on "+inDays(0), func(store *postgis.Store) { harvestTerritory(t, store) }), also...)
}

// harvestTerritory fills a catalogue with the demonstration territory.
func harvestTerritory(t testing.TB, store *postgis.Store) {
	t.Helper()
	publisher := httptest.NewServer(demo.Publisher(time.Now()))
	defer publisher.Close()
	parts, err := basemap.Own()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range parts {
		if _, err := store.PutBasemap(t.Context(), p.Source, p.Shapes); err != nil {
			t.Fatal(err)
		}
	}
	for _, b := range demo.Bodies() {
		if err := store.PutBody(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	for _, src := range demo.Sources(publisher.URL) {
		if src.Mapping.Kind == catalog.KindObservation {
			continue // a year of readings; the pages of stations have their own test
		}
		if err := store.PutSource(t.Context(), src); err != nil {
			t.Fatal(err)
		}
		src, err := store.Source(t.Context(), src.ID)
		if err != nil {
			t.Fatal(err)
		}
		harvest(t, store, src)
	}
}

// harvest stores everything that src says.
func harvest(t testing.TB, store *postgis.Store, src catalog.Source) {
	t.Helper()
	run, err := store.Begin(t.Context(), src)
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	receipt, err := harvesters.Run(t.Context(), http.DefaultClient, run, src, datasets.Vocabularies(), harvesters.Options{})
	if err != nil || receipt.Outcome != catalog.RunCompleted {
		t.Fatalf("%s: %s %s %v", src.ID, receipt.Outcome, receipt.Error, err)
	}
}
