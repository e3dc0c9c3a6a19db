package main

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"po-net.prato.it/ponet/api"
	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/harvesters"
)

// A city is a node whose API others can reach.
type city struct {
	*postgis.Store
	address string  // of its API
	files   string  // where what it harvests itself is published
	table   *string // the table that is published there
}

func newCity(t *testing.T, name string) city {
	t.Helper()
	store := postgistest.New(t)
	handler, err := api.New(store, api.Config{Title: name, Version: "test"}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	table := new(string)
	files := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, *table) }))
	t.Cleanup(files.Close)
	return city{store, server.URL, files.URL, table}
}

// reads harvests another node once.
func (c city) reads(t *testing.T, other city, id string) catalog.Receipt {
	t.Helper()
	return c.harvests(t, catalog.Source{ID: id, Protocol: "ponet", URL: other.address, Rhythm: catalog.Duration(time.Hour), Deadline: catalog.Duration(time.Minute)})
}

func (c city) harvests(t *testing.T, src catalog.Source) catalog.Receipt {
	t.Helper()
	if _, err := c.Source(t.Context(), src.ID); err != nil {
		if err := c.PutSource(t.Context(), src); err != nil {
			t.Fatal(err)
		}
	}
	client := harvesters.Client("test", harvesters.Allow{Nets: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}, nil)
	receipt, err := harvest(t.Context(), client, c.Store, src, datasets.Vocabularies(), harvesters.Options{})
	if err != nil || receipt.Outcome != catalog.RunCompleted {
		t.Fatalf("%s: %+v, %v", src.ID, receipt, err)
	}
	postgistest.Settle(t, c.Store)
	return receipt
}

// places are the properties of the places that c has, by title.
func (c city) places(t *testing.T) map[string]map[string]any {
	t.Helper()
	page, err := c.Items(t.Context(), catalog.Query{Collection: "places", Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	list := map[string]map[string]any{}
	for _, rec := range page.Records {
		var f struct{ Properties map[string]any }
		if err := json.Unmarshal(rec.Feature, &f); err != nil {
			t.Fatal(err)
		}
		list[f.Properties["title"].(string)] = f.Properties
	}
	return list
}

// columns are how many columns c knows of the places of another node.
func (c city) columns(t *testing.T, source string) (n int) {
	t.Helper()
	if err := c.DB().QueryRow(t.Context(), `select jsonb_array_length(columns::jsonb) from layer where source_id = $1 and name = 'places'`, source).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// publishes lets c harvest a table of its own as places.
func (c city) publishes(t *testing.T, table string) {
	t.Helper()
	*c.table = table
	src := catalog.Source{ID: "luoghi", Protocol: "file", URL: c.files + "/luoghi.csv", Title: "Luoghi", Rhythm: catalog.Duration(time.Hour), Deadline: catalog.Duration(time.Minute),
		Mapping: catalog.Mapping{Kind: catalog.KindPlace, Key: []string{"codice"}}}
	c.harvests(t, src)
}

// A node keeps what another one has, follows its changes for one request a time,
// and hands nothing back: three cities that all read each other have each record once.
func TestNodesReadEachOther(t *testing.T) {
	prato, firenze, pistoia := newCity(t, "Prato"), newCity(t, "Firenze"), newCity(t, "Pistoia")
	prato.publishes(t, "codice,nome,tipo,lon,lat\nA,Museo del Tessuto,museo,11.099,43.877\nB,Biblioteca Lazzerini,biblioteca,11.094,43.878\nC,Cassero,monumento,11.098,43.878\n")
	firenze.publishes(t, "codice,nome,tipo,lon,lat\nF,Museo Galileo,museo,11.256,43.768\n")

	if r := firenze.reads(t, prato, "prato"); r.New != 4 || r.Read != 4 { // its dataset too
		t.Errorf("Firenze reads Prato: %+v; want 4 new", r)
	}
	if r := prato.reads(t, firenze, "firenze"); r.New != 2 {
		t.Errorf("Prato reads Firenze: %+v; want the 2 that Firenze has at home", r)
	}
	pistoia.reads(t, firenze, "firenze")
	pistoia.reads(t, prato, "prato")
	for name, c := range map[string]city{"Prato": prato, "Firenze": firenze, "Pistoia": pistoia} {
		if places := c.places(t); len(places) != 4 {
			t.Errorf("%s has %d places; want 4, each once: %v", name, len(places), places)
		}
	}
	lazzerini := pistoia.places(t)["Biblioteca Lazzerini"]
	if lazzerini["type"] != "biblioteca" || lazzerini["origin_name"] != "Prato" || lazzerini["theme"] != "cultura" {
		t.Errorf("in Pistoia: %v", lazzerini)
	}

	if r := pistoia.reads(t, prato, "prato"); r.Requests != 2 || r.Read != 0 || r.Gone != 0 {
		t.Errorf("nothing new: %+v; want 2 requests: where its API is, and the log", r)
	}
	before := pistoia.columns(t, "prato")
	for range 2 { // what two listings do not hold is withdrawn there
		prato.publishes(t, "codice,nome,tipo,lon,lat\nA,Museo del Tessuto di Prato,museo,11.099,43.877\nB,Biblioteca Lazzerini,biblioteca,11.094,43.878\n")
	}
	if r := pistoia.reads(t, prato, "prato"); r.Changed != 1 || r.Gone != 1 || r.New != 0 {
		t.Errorf("after changes: %+v; want 1 changed and 1 gone", r)
	}
	if places := pistoia.places(t); len(places) != 3 || places["Museo del Tessuto di Prato"] == nil || places["Cassero"] != nil {
		t.Errorf("Pistoia has %v", places)
	}
	for range 2 { // nothing but a withdrawal
		prato.publishes(t, "codice,nome,tipo,lon,lat\nA,Museo del Tessuto di Prato,museo,11.099,43.877\n")
	}
	if r := pistoia.reads(t, prato, "prato"); r.Gone != 1 || r.Read != 0 {
		t.Errorf("after a withdrawal: %+v; want 1 gone and nothing read", r)
	}
	if after := pistoia.columns(t, "prato"); after != before || after == 0 {
		t.Errorf("the places of Prato have %d columns in Pistoia; want the %d they had", after, before)
	}
}
