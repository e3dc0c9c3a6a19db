package portal_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func itoa(n int) string { return strconv.Itoa(n) }

// commands are the curl commands that a page shows, as they are read.
func commands(t testing.TB, page, class string) (list []string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == "code" && attr(n, "class") == class && n.FirstChild != nil && strings.HasPrefix(n.FirstChild.Data, "curl ") {
			list = append(list, n.FirstChild.Data)
		}
	}
	return list
}

// run runs a command as it stands in the page, in a shell, and is what it
// prints, or writes to the file that it names.
func run(t testing.TB, command string) []byte {
	t.Helper()
	var stderr bytes.Buffer
	c := exec.CommandContext(t.Context(), "sh", "-c", strings.Replace(command, "curl ", "curl --silent --show-error --fail ", 1))
	c.Stderr, c.Dir = &stderr, t.TempDir()
	out, err := c.Output()
	if _, name, ok := strings.Cut(command, " --output "); ok && err == nil {
		out, err = os.ReadFile(filepath.Join(c.Dir, name))
	}
	if err != nil {
		t.Errorf("%s: %v %s", command, err, &stderr)
	}
	return out
}

func needCurl(t testing.TB) {
	t.Helper()
	if _, err := exec.LookPath("curl"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("no curl: in CI the examples must run")
		}
		t.Skip("needs curl")
	}
}

// TestCurlExamples runs every example of the developers' page against the server
// that shows it, and reads the answers.
func TestCurlExamples(t *testing.T) {
	needCurl(t)
	s := territory(t)
	list := commands(t, s.page(t, "/sviluppatori"), "po-curl")
	features := func(body []byte) int {
		var v struct {
			Type     string
			Features []json.RawMessage
		}
		if json.Unmarshal(body, &v) != nil || v.Type != "FeatureCollection" {
			return 0
		}
		return len(v.Features)
	}
	checks := []struct {
		address string
		ok      func([]byte) bool
	}{
		{"/search?q=museo", func(b []byte) bool { return features(b) == 3 && bytes.Contains(bytes.ToLower(b), []byte("museo")) }},
		{"/suggest", func(b []byte) bool { return bytes.Contains(b, []byte("Bibliote")) }},
		{"/collections'", func(b []byte) bool { return bytes.Contains(b, []byte(`"places"`)) }},
		{"/items?bbox", func(b []byte) bool { return features(b) == 5 }},
		{"/download/csv", func(b []byte) bool {
			rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
			return err == nil && len(rows) > 100 && slices.Contains(rows[0], "title")
		}},
		{"/mappa.geojson", func(b []byte) bool { return features(b) > 20 && !bytes.Contains(b, []byte(`"theme":"ambiente"`)) }},
		{"/eventi.ics", func(b []byte) bool {
			return bytes.HasPrefix(b, []byte("BEGIN:VCALENDAR")) && bytes.Contains(b, []byte("BEGIN:VEVENT"))
		}},
		{"/tiles/", func(b []byte) bool { return len(b) > 100 && b[0] == 0x1a }}, // field 3 of a vector tile: a layer
		{"/stato.json", func(b []byte) bool {
			var v struct{ Sources []struct{ ID string } }
			return json.Unmarshal(b, &v) == nil && len(v.Sources) > 10
		}},
		{"/opinioni.csv", func(b []byte) bool { return bytes.HasPrefix(b, []byte("mese,pagina,ente,valutazioni,")) }},
	}
	if len(list) != len(checks) {
		t.Errorf("%d examples, %d checks", len(list), len(checks))
	}
	for _, c := range checks {
		at := slices.IndexFunc(list, func(command string) bool { return strings.Contains(command, c.address) })
		if at < 0 {
			t.Errorf("no example with %s in %q", c.address, list)
			continue
		}
		if out := run(t, list[at]); !c.ok(out) {
			t.Errorf("%s answers %.300s", list[at], out)
		}
	}
}

// TestOperations: the page has every operation of the document and each of its
// parameters; what it shows and what its forms lead to is answered.
func TestOperations(t *testing.T) {
	needCurl(t)
	s := territory(t)
	page := s.page(t, "/sviluppatori")
	_, body := s.get(t, "/api/v1/openapi.json")
	var doc struct {
		Paths map[string]struct {
			Get struct {
				OperationID string
				Parameters  []struct{ Name, In string }
			}
		}
	}
	if err := json.Unmarshal([]byte(body), &doc); err != nil || len(doc.Paths) < 15 {
		t.Fatalf("%d paths, %v", len(doc.Paths), err)
	}
	for path, item := range doc.Paths {
		if !strings.Contains(page, `<code>`+html.EscapeString(path)+`</code>`) || !strings.Contains(page, `id="`+item.Get.OperationID+`"`) {
			t.Errorf("%s %s is not on the page", item.Get.OperationID, path)
		}
		for _, p := range item.Get.Parameters {
			if p.In != "header" && !strings.Contains(page, `id="`+item.Get.OperationID+"-"+p.Name+`"`) {
				t.Errorf("%s: no field for %s", item.Get.OperationID, p.Name)
			}
		}
	}
	for _, command := range commands(t, page, "") {
		if strings.Contains(command, "featureId") || strings.Contains(command, "stationId") || strings.Contains(command, "recordId") || regexp.MustCompile(`/items/[0-9a-f-]{36}`).MatchString(command) ||
			strings.Contains(command, "/stations/") || strings.Contains(command, "/observations") {
			continue // of records that another catalogue has
		}
		run(t, command)
	}
	for ask, want := range map[string]string{
		"operazione=getFeatures&p-collectionId=places&p-limit=3&p-bbox=11.05,43.85,11.15,43.92": "/api/v1/collections/places/items?bbox=11.05,43.85,11.15,43.92&limit=3",
		"operazione=getCollections": "/api/v1/collections",
	} {
		resp, _ := s.get(t, "/sviluppatori/prova?"+ask)
		if got := resp.Header.Get("Location"); resp.StatusCode != http.StatusSeeOther || got != want {
			t.Errorf("%s leads to %s %q; want %q", ask, resp.Status, got, want)
		} else if answer, _ := s.get(t, got); answer.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", got, answer.Status)
		}
	}
	for ask, want := range map[string]int{"operazione=getFeatures": 400, "operazione=altro": 404} {
		if resp, _ := s.get(t, "/sviluppatori/prova?"+ask); resp.StatusCode != want {
			t.Errorf("%s: %s; want %d", ask, resp.Status, want)
		}
	}
	found := s.page(t, "/sviluppatori?q=bbox+items")
	if n := strings.Count(found, `class="po-operazione"`); n == 0 || n >= len(doc.Paths) {
		t.Errorf("a search finds %d of %d operations", n, len(doc.Paths))
	}
}
