package sensorthings_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/sensorthings"
)

const files = "../../../shared/data/sensorthings/"

// batch are the Things that a $batch of FROST makes: what it names by $id stands in them.
func batch(t *testing.T) (things []map[string]any, observations int) {
	t.Helper()
	b, err := os.ReadFile(files + "frost-databatch.json")
	if err != nil {
		t.Skip("this test reads real data in ../shared/data")
	}
	var doc struct {
		Requests []struct {
			ID, URL string
			Body    map[string]any
		} `json:"requests"`
	}
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	made := map[string]map[string]any{}
	resolve := func(v any) any {
		if m, ok := v.(map[string]any); ok {
			if id, ok := m["@iot.id"].(string); ok && made[strings.TrimPrefix(id, "$")] != nil {
				return made[strings.TrimPrefix(id, "$")]
			}
		}
		return v
	}
	for _, r := range doc.Requests {
		made[r.ID] = r.Body
		switch r.URL {
		case "Things":
			list, _ := r.Body["Locations"].([]any)
			for i := range list {
				list[i] = resolve(list[i])
			}
			delete(r.Body, "Projects")
			things = append(things, r.Body)
		case "Datastreams":
			thing, _ := resolve(r.Body["Thing"]).(map[string]any)
			delete(r.Body, "Thing")
			r.Body["Sensor"], r.Body["ObservedProperty"] = resolve(r.Body["Sensor"]), resolve(r.Body["ObservedProperty"])
			list, _ := thing["Datastreams"].([]any)
			thing["Datastreams"] = append(list, r.Body)
			all, _ := r.Body["Observations"].([]any)
			observations += len(all)
		}
	}
	return things, observations
}

// What FROST makes of a real $batch, served again: Things, two datastreams of each,
// and nothing of its users.
func TestRealBatch(t *testing.T) {
	things, observations := batch(t)
	h := run(t, &fake{things: things}, "/v1.1", "")
	if h.failure != nil || len(h.refused) > 0 || len(h.stations) != 4 || len(h.values) != observations || observations == 0 {
		t.Fatalf("%v, refused %v, %d stations, %d values; want 4 and %d", h.failure, h.refused, len(h.stations), len(h.values), observations)
	}
	for _, s := range h.stations {
		if s.Geometry == nil || strings.Contains(string(s.Raw), "userpass") {
			t.Errorf("%s: %v, %s", s.Key, s.Geometry, s.Raw)
		}
	}
	streams := map[string]bool{}
	for _, v := range told(h.values) {
		parts := strings.Split(v, "|")
		streams[parts[0]+"|"+parts[1]] = true
	}
	if len(streams) != 8 {
		t.Errorf("%d datastreams: %v; want 8", len(streams), streams)
	}
}

// The road that the conformance tests call a feature of interest, as the place of a Thing.
func TestRealFeature(t *testing.T) {
	b, err := os.ReadFile(files + "ets-foi-deerfootTrail.json")
	if err != nil {
		t.Skip("this test reads real data in ../shared/data")
	}
	var foi map[string]any
	if err := json.Unmarshal(b, &foi); err != nil {
		t.Fatal(err)
	}
	place := map[string]any{"name": "Deerfoot Trail", "description": foi["description"], "encodingType": foi["encodingType"], "location": foi["feature"]}
	h := run(t, &fake{things: []map[string]any{{"name": "Traffico", "Locations": []any{place}}}}, "/v1.1", "")
	if h.failure != nil || len(h.stations) != 1 {
		t.Fatalf("%v, %d stations", h.failure, len(h.stations))
	}
	line, ok := h.stations[0].Geometry.(*geom.LineString)
	if !ok || line.NumCoords() != 60 || line.Coord(0)[0] != -114.0008100209295 || line.Coord(0)[1] != 51.1757956397664 {
		t.Errorf("%T with %v", h.stations[0].Geometry, h.stations[0].Geometry)
	}
}

// What is JSON of SensorThings and no service says so.
func TestNoServices(t *testing.T) {
	for file, want := range map[string]string{"frost-databatch.json": "it is a $batch of requests", "ets-foi-deerfootTrail.json": "it is a single entity"} {
		b, err := os.ReadFile(files + file)
		if err != nil {
			t.Skip("this test reads real data in ../shared/data")
		}
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(b) }))
		for address, want := range map[string]string{s.URL + "/v1.1": want, files + file: "the address of a service on the web is due"} {
			var failure error
			for _, err := range sensorthings.Harvest(t.Context(), http.DefaultClient, catalog.Source{ID: "t", URL: address}) {
				failure = err
			}
			if !errors.Is(failure, catalog.ErrFailedListing) || !strings.Contains(fmt.Sprint(failure), want) {
				t.Errorf("%s: %v; want a failed listing that says %q", address, failure, want)
			}
		}
		s.Close()
	}
}
