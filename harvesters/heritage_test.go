package harvesters_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// A repository into a real catalogue: everything once, then only what changed, with
// one request each time; what it deletes goes at once, and comes back when it does.
func TestRepositoryInTheCatalogue(t *testing.T) {
	store := postgistest.New(t)
	head := func(id, more string) string {
		return `<record><header` + more + `><identifier>` + id + `</identifier><datestamp>2026-11-01</datestamp></header>`
	}
	item := func(id, title string) string {
		return head(id, "") + `<metadata><dc xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>` + title + `</dc:title><dc:type>dipinto</dc:type><dc:coverage>Prato (PO)</dc:coverage></dc></metadata></record>`
	}
	gone := func(id string) string { return head(id, ` status="deleted"`) + `</record>` }
	place := head("c", "") + `<metadata><schede><CF><CD><TSK>CF</TSK></CD><CF><CFT>chiesa</CFT><CFN>San Domenico</CFN></CF><LC><PVC><PVCP>PO</PVCP><PVCC>Prato</PVCC></PVC></LC></CF></schede></metadata></record>`
	changes, requests := "", 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests++
		body := map[string]string{
			"Identify":            "<Identify><protocolVersion>2.0</protocolVersion><granularity>YYYY-MM-DD</granularity></Identify>",
			"ListMetadataFormats": "<ListMetadataFormats><metadataFormat><metadataPrefix>oai_dc</metadataPrefix></metadataFormat></ListMetadataFormats>",
			"ListRecords":         "<ListRecords>" + item("a", "Annunciazione") + item("b", "Natività") + place + "</ListRecords>",
		}[r.URL.Query().Get("verb")]
		if r.URL.Query().Has("from") {
			body = changes
		}
		fmt.Fprint(w, `<OAI-PMH><responseDate>2026-11-20T10:00:00Z</responseDate>`+body+`</OAI-PMH>`)
	}))
	defer s.Close()
	src := catalog.Source{ID: "beni", Protocol: "oaipmh", URL: s.URL}
	if r := harvest(t, store, src); r.New != 3 || r.Refused != 0 || r.Partial {
		t.Fatalf("everything: %+v; want 3 new", r)
	}
	for _, tt := range []struct {
		name, changes           string
		read, new, changed, out int64
		left                    string
	}{
		{"nothing changed", `<error code="noRecordsMatch"/>`, 0, 0, 0, 0, "Annunciazione Natività San Domenico"},
		{"one changed, one deleted", "<ListRecords>" + item("a", "Annunciazione di Prato") + gone("b") + "</ListRecords>", 1, 0, 1, 1, "Annunciazione di Prato San Domenico"},
		{"a place deleted", "<ListRecords>" + gone("c") + "</ListRecords>", 0, 0, 0, 1, "Annunciazione di Prato"},
		{"one comes back", "<ListRecords>" + item("b", "Natività") + "</ListRecords>", 1, 0, 1, 0, "Annunciazione di Prato Natività"},
	} {
		changes, requests = tt.changes, 0
		r := harvest(t, store, src)
		if r.Read != tt.read || r.New != tt.new || r.Changed != tt.changed || r.Gone != tt.out || !r.Partial || requests != 1 {
			t.Errorf("%s: %+v, %d requests; want read %d, new %d, changed %d, gone %d, 1 request", tt.name, r, requests, tt.read, tt.new, tt.changed, tt.out)
		}
		var titles []string
		if err := store.DB().QueryRow(t.Context(), `select array_agg(title order by title) from published where kind in ('heritage_item', 'place')`).Scan(&titles); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(titles, " "); got != tt.left {
			t.Errorf("%s: left %s; want %s", tt.name, got, tt.left)
		}
	}
	var theme, town, kind string
	if err := store.DB().QueryRow(t.Context(), `select theme, properties ->> 'istat_code', properties ->> 'heritage_type' from published where source_key = 'a'`).Scan(&theme, &town, &kind); err != nil {
		t.Fatal(err)
	}
	if theme != "cultura" || town != "100005" || kind != "artistic" {
		t.Errorf("theme %s, municipality %s, type %s; want cultura, 100005, artistic", theme, town, kind)
	}
}

// The cards of the national catalogue into a real catalogue: a second run writes nothing.
func TestRealCardsInTheCatalogue(t *testing.T) {
	store := postgistest.New(t)
	src := catalog.Source{ID: "iccd", Protocol: "oaipmh", URL: shared(t, "oai/iccd")}
	if r := harvest(t, store, src); r.New != 30 || r.Refused != 15 || r.Rules["card-no-thing"] != 15 {
		t.Errorf("%+v; want 30 new, 15 refused", r)
	}
	before := written(t, store)
	if r := harvest(t, store, src); r.Unchanged != 30 || r.Refused != 15 {
		t.Errorf("again: %+v; want 30 unchanged", r)
	}
	if after := written(t, store); after != before {
		t.Errorf("an unchanged run wrote rows: %s, before %s", after, before)
	}
	var nct string
	if err := store.DB().QueryRow(t.Context(), `select string_agg((properties #>> '{nct,region}') || (properties #>> '{nct,number}'), ' ' order by properties #>> '{nct,region}', properties #>> '{nct,number}') from published where properties ? 'nct'`).Scan(&nct); err != nil {
		t.Fatal(err)
	}
	if want := "0500307281 0500365495 0500707052 0500707053 1600168546 1600168550 1800167486"; nct != want {
		t.Errorf("numbers of the general catalogue: %s; want %s", nct, want)
	}
}
