package harvesters_test

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// Real series: cases by province (a column a field), and hourly counts of bicycles
// with offsets, laid out as a table here because they come nested three deep.
func TestRealObservations(t *testing.T) {
	store := postgistest.New(t)
	cases := catalog.Source{ID: "covid", URL: shared(t, "csv/istat-province-covid-2023.csv"), Mapping: catalog.Mapping{
		Kind:        catalog.KindObservation,
		Fields:      map[string]string{"station": "codice_provincia", "property": "'casi totali'", "time": "data", "value": "totale_casi"},
		Observation: &catalog.ObservationMapping{Clock: catalog.ClockLegal}}}
	bicycles := catalog.Source{ID: "bici", URL: bicycleTable(t, shared(t, "json-api/bike-ecocounter.json")), Mapping: catalog.Mapping{
		Kind:        catalog.KindObservation,
		Fields:      map[string]string{"station": "contatore", "property": "flusso", "time": "ora", "value": "passaggi"},
		Observation: &catalog.ObservationMapping{Clock: catalog.ClockLegal, Interval: catalog.Interval{Clock: 3600e9}, Aggregation: catalog.AggregationSum}}}
	for _, tt := range []struct {
		src  catalog.Source
		want string
	}{
		{cases, "read 149 new 149 changed 0 unchanged 0 refused 0"},
		{bicycles, "read 5031 new 5031 changed 0 unchanged 0 refused 0"},
	} {
		r := harvest(t, store, tt.src)
		if got := counts(r); got != tt.want {
			t.Errorf("%s: %s %v; want %s", tt.src.ID, got, r.Rules, tt.want)
		}
		before := observationsWritten(t, store)
		if again := harvest(t, store, tt.src); again.Unchanged != r.New || observationsWritten(t, store) != before {
			t.Errorf("%s again: %s", tt.src.ID, counts(again))
		}
	}
}

// bicycleTable writes the counts of path as a table: counter, flow, hour, count.
func bicycleTable(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var counters []struct {
		ID           int
		Measurements []struct {
			FlowID int
			Data   []struct {
				Timestamp string
				Counts    *int
			}
		}
	}
	if err := json.Unmarshal(b, &counters); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "bici.csv")
	f, err := os.Create(out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := csv.NewWriter(f)
	w.Write([]string{"contatore", "flusso", "ora", "passaggi"})
	for _, c := range counters {
		for _, m := range c.Measurements {
			for _, d := range m.Data {
				count := "n.d."
				if d.Counts != nil {
					count = strconv.Itoa(*d.Counts)
				}
				w.Write([]string{strconv.Itoa(c.ID), strconv.Itoa(m.FlowID), d.Timestamp, count})
			}
		}
	}
	if w.Flush(); w.Error() != nil {
		t.Fatal(w.Error())
	}
	return out
}
