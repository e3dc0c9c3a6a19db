package portal_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/html"

	"po-net.prato.it/ponet/catalog"
)

// anchor finds the address of the link that has a text.
func anchor(t *testing.T, page, text string) string {
	t.Helper()
	m := regexp.MustCompile(`<a href="([^"]+)"[^>]*>` + regexp.QuoteMeta(text) + `</a>`).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no link %q", text)
	}
	return html.UnescapeString(m[1])
}

// csvLines are the lines of a file under address, which may be whole.
func csvLines(t *testing.T, s *site, address string) [][]string {
	t.Helper()
	resp, body := s.get(t, strings.TrimPrefix(address, s.URL))
	lines, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v", address, resp.Status, err)
	}
	return lines
}

// TestDatasetVersions: the page says what each harvest changed, the rows of then
// can be had, and how often the dataset was taken away is told.
func TestDatasetVersions(t *testing.T) {
	s := empty(t)
	var answer atomic.Value
	publisher := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, answer.Load()) }))
	defer publisher.Close()
	src := catalog.Source{ID: "fontane", Protocol: "file", URL: publisher.URL + "/fontane.csv", Title: "Fontane", Deadline: 60e9}
	if err := s.store.PutSource(t.Context(), src); err != nil {
		t.Fatal(err)
	}
	for _, body := range []string{"codice,nome\n1,Bacchino\n2,Pescatorella\n", "codice,nome\n1,Bacchino\n2,La Pescatorella\n3,Mercatale\n"} {
		answer.Store(body)
		harvest(t, s.store, src)
	}
	page := s.page(t, "/dati/fontane")
	for _, want := range []string{`id="versioni"`, "1 riga nuova, 1 riga cambiata", "2 righe nuove", "Non ancora scaricato da qui"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q", want)
		}
	}
	before := csvLines(t, s, anchor(t, page[strings.Index(page, `id="versioni"`):], "CSV"))
	if len(before) != 3 || !strings.Contains(fmt.Sprint(before), "Pescatorella") || strings.Contains(fmt.Sprint(before), "Mercatale") {
		t.Errorf("the rows of then: %q", before)
	}
	csvLines(t, s, anchor(t, page, "Tutte le righe in CSV"))
	if err := s.store.FlushDownloads(t.Context()); err != nil {
		t.Fatal(err)
	}
	if page := s.page(t, "/dati/fontane"); !strings.Contains(page, "Scaricato 2 volte, 2 questo mese.") {
		t.Error("the downloads are not told")
	}

	src.Title = "Fontane di Prato"
	if err := s.store.PutSource(t.Context(), src); err != nil {
		t.Fatal(err)
	}
	harvest(t, s.store, src)
	page = s.page(t, "/dati/fontane")
	for _, want := range []string{"<h1>Fontane di Prato</h1>", "Descrizione: nome", "<dt>Nome</dt><dd>Fontane</dd>"} {
		if !strings.Contains(page, want) {
			t.Errorf("after another description: no %q", want)
		}
	}
}

// TestDatasetSearch: the table of a dataset takes the query of /mappa; its rows,
// its file and the request that the page shows are the same.
func TestDatasetSearch(t *testing.T) {
	s := territory(t)
	page := regexp.MustCompile(`href="(/dati/luoghi-della-cultura-di-prato[^"]+)"`).FindStringSubmatch(s.page(t, "/dati?q=cultura"))[1]
	all := len(cells(t, s.page(t, page)))
	for _, query := range []string{"q=museo", "tipo=museo", "bbox=11.09,43.87,11.11,43.9", "comune=Prato&q=museo", "q=niente+di+simile"} {
		body := s.page(t, page+"?"+query)
		rows := cells(t, body)
		if len(rows) >= all || query != "q=niente+di+simile" && len(rows) == 0 {
			t.Errorf("%s: %d rows of %d", query, len(rows), all)
		}
		if lines := csvLines(t, s, anchor(t, body, "Tutte le righe in CSV")); len(lines)-1 != len(rows) {
			t.Errorf("%s: %d rows in the file, %d on the page", query, len(lines)-1, len(rows))
		}
		curl := html.UnescapeString(regexp.MustCompile(`<code>curl ([^<]+)</code>`).FindStringSubmatch(body)[1])
		out, err := exec.CommandContext(t.Context(), "sh", "-c", "curl -sf "+curl).Output()
		var answer struct{ NumberMatched int }
		if err != nil || json.Unmarshal(out, &answer) != nil || answer.NumberMatched != len(rows) {
			t.Errorf("%s: %s: %v, %d found, %d on the page", query, curl, err, answer.NumberMatched, len(rows))
		}
		if !strings.Contains(body, `class="po-attivi"`) {
			t.Errorf("%s: no filter can be taken away", query)
		}
	}
}

// TestDatasetOfReadings: a source of measured values is a dataset with rows, of
// which a year of one property of all stations is one file.
func TestDatasetOfReadings(t *testing.T) {
	s := empty(t)
	publisher := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "stazione,ora,pm10,no2\n")
		for _, day := range []string{"2024-12-31", "2025-01-01", "2025-06-01"} {
			for hour := range 24 {
				fmt.Fprintf(w, "A,%s %02d:00,%d,7\nB,%s %02d:00,%d,\n", day, hour, hour, day, hour, hour+1)
			}
		}
	}))
	defer publisher.Close()
	src := catalog.Source{ID: "aria", Protocol: "file", URL: publisher.URL + "/aria.csv", Title: "Qualità dell’aria", Deadline: 60e9, Mapping: catalog.Mapping{
		Kind: catalog.KindObservation, Fields: map[string]string{"station": "stazione", "time": "ora"},
		Observation: &catalog.ObservationMapping{Clock: catalog.ClockSolar, Interval: catalog.Interval{Clock: time.Hour}, Series: map[string]string{"pm10": "PM10", "no2": "NO2"}},
	}}
	if err := s.store.PutSource(t.Context(), src); err != nil {
		t.Fatal(err)
	}
	harvest(t, s.store, src)
	list := s.page(t, "/dati")
	if !strings.Contains(list, "216 righe") || strings.Contains(list, "Solo collegamento</li>") {
		t.Error("the catalogue does not say that its rows are here")
	}
	path := regexp.MustCompile(`<h3><a href="(/dati/[^"]+)"`).FindStringSubmatch(list)[1]
	page := s.page(t, path)
	for _, want := range []string{"Con API", "misure più recenti su 216", `id="schema"`, "216 misure nuove", "UCUM"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q", want)
		}
	}
	if rows := cells(t, page); len(rows) == 0 || !strings.Contains(fmt.Sprint(rows[0]), "2 giugno 2025") {
		t.Errorf("the newest readings: %q", rows)
	}
	if rows := cells(t, s.page(t, path+"?filtra=property:no2")); len(rows) == 0 || strings.Contains(fmt.Sprint(rows), "PM10") {
		t.Errorf("filtered by property: %q", rows)
	}
	if year := csvLines(t, s, anchor(t, page, "PM10 2025, CSV")); len(year) != 1+2*48 {
		t.Errorf("a year of PM10 of all stations has %d lines; want %d", len(year), 1+2*48)
	}
	if lines := csvLines(t, s, path+"/file.csv"); len(lines) < 6 {
		t.Errorf("the list of files: %q", lines)
	}
	if lines := csvLines(t, s, path+"/schema.csv"); len(lines) != 24 || lines[1][0] != "datastream" {
		t.Errorf("the schema: %q", lines)
	}
}

// TestDatasetsForSearchEngines: every dataset tells what Google's guidelines ask for.
func TestDatasetsForSearchEngines(t *testing.T) {
	s := territory(t)
	lines := csvLines(t, s, "/dati.csv")
	if len(lines) < 20 {
		t.Fatalf("%d datasets", len(lines)-1)
	}
	for _, line := range lines[1:] {
		address := line[len(line)-1]
		_, body := s.get(t, strings.TrimPrefix(address, s.URL)+".jsonld")
		var ld struct {
			Name, Description, License string
			Creator                    struct{ Name string }
			SpatialCoverage            any
			VariableMeasured           []struct{ Name string }
			Distribution               []struct{ ContentURL string }
		}
		if err := json.Unmarshal([]byte(body), &ld); err != nil {
			t.Fatal(err)
		}
		if n := len([]rune(ld.Description)); n < 50 || n > 5000 || ld.Name == "" || ld.License == "" || ld.Creator.Name == "" || ld.SpatialCoverage == nil || len(ld.Distribution) == 0 {
			t.Errorf("%s: %.400s", address, body)
		}
		for _, d := range ld.Distribution {
			if d.ContentURL == "" {
				t.Errorf("%s: a distribution without contentUrl", address)
			}
		}
		if line[6] != "" && len(ld.VariableMeasured) == 0 {
			t.Errorf("%s: no variableMeasured", address)
		}
	}
}
