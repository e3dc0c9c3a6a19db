package harvesters_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// One source gives stations as records and their measured values, which belong
// together; the second time only what is new is asked for.
func TestStationsWithTheirObservations(t *testing.T) {
	values := `{"phenomenonTime":"2026-11-20T21:00:00Z","result":31.5},{"phenomenonTime":"2026-11-20T22:00:00Z","result":"-999"}`
	var filters []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q, _ := url.QueryUnescape(r.URL.RawQuery)
		switch {
		case strings.HasSuffix(r.URL.Path, "/Observations"):
			_, f, _ := strings.Cut(q, "$filter=")
			f, _, _ = strings.Cut(f, " or ")
			if filters = append(filters, f); f != "" {
				fmt.Fprintf(w, `{"value":[%s]}`, values[strings.LastIndex(values, "{"):])
				return
			}
			fmt.Fprintf(w, `{"value":[%s]}`, values)
		case strings.HasSuffix(r.URL.Path, "/Things"):
			fmt.Fprint(w, `{"value":[{"@iot.id":7,"name":"PO-Roma","description":"Centralina","Locations":[{"location":{"type":"Point","coordinates":[11.09,43.87]}}],
				"Datastreams":[{"@iot.id":70,"phenomenonTime":"`, len(filters), `","unitOfMeasurement":{"symbol":"ug/m3"},"ObservedProperty":{"name":"PM10"}}]}]}`)
		default:
			fmt.Fprint(w, `{"value":[{"name":"Things"}]}`)
		}
	}))
	defer server.Close()
	store := postgistest.New(t)
	src := catalog.Source{ID: "sensori", Title: "Sensori", Protocol: "sensorthings", URL: server.URL + "/v1.1"}
	if got, want := counts(harvest(t, store, src)), "read 3 new 3 changed 0 unchanged 0 refused 0"; got != want {
		t.Errorf("first: %s; want %s", got, want)
	}
	values += `,{"phenomenonTime":"2026-11-20T23:00:00Z","result":12}`
	if got, want := counts(harvest(t, store, src)), "read 2 new 1 changed 0 unchanged 1 refused 0"; got != want {
		t.Errorf("again: %s; want %s", got, want)
	}
	if diff := cmp.Diff([]string{"", "phenomenonTime gt 2026-11-20T22:00:00Z"}, filters); diff != "" {
		t.Errorf("asked for (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("7 PM10 11-20T21 31.5 raw\n7 PM10 11-20T22 null invalid -999\n7 PM10 11-20T23 12 raw", stored(t, store)); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}
	var linked int
	err := store.DB().QueryRow(t.Context(), `
		select count(*) from published_datastream d join published r on r.id = d.station_id
		where r.kind = 'station' and r.title = 'PO-Roma' and d.aggregation = 'instant'`).Scan(&linked)
	if err != nil || linked != 1 {
		t.Errorf("%d datastreams at the station, %v; want 1", linked, err)
	}
}
