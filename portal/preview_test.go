package portal_test

import (
	"encoding/csv"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"po-net.prato.it/ponet/api"
)

// cells are the texts of the rows of the first table with rows of a page.
func cells(t *testing.T, page string) [][]string {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	for n := range doc.Descendants() {
		if n.Data != "tr" || n.Parent.Data != "tbody" || !within(n, "anteprima") {
			continue
		}
		var row []string
		for c := range n.ChildNodes() {
			if c.Data == "td" || c.Data == "th" {
				row = append(row, strings.TrimSpace(textOf(c)))
			}
		}
		rows = append(rows, row)
	}
	return rows
}

func within(n *html.Node, id string) bool {
	for ; n != nil; n = n.Parent {
		if attr(n, "id") == id {
			return true
		}
	}
	return false
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// TestDatasetPage: the page of a dataset whose rows are ours has all its parts,
// sorts and filters by link, and leads to every row.
func TestDatasetPage(t *testing.T) {
	s := empty(t)
	withDatasets(t, s)
	page := s.page(t, "/dati/libri")
	for _, want := range []string{"Formato aperto", "Con API", `id="anteprima"`, `id="scarica"`, `id="api"`, `id="schema"`, "Righe mostrate: 3 su 3", "GeoParquet", "curl &#39;"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q", want)
		}
	}
	if strings.Contains(page, `id="mappa"`) || strings.Contains(page, "<b>Grammatica") {
		t.Error("a map of rows without a place, or markup of a source")
	}
	rows := cells(t, page)
	if len(rows) != 3 || !slices.Contains(rows[0], "0123") {
		t.Fatalf("rows %q", rows)
	}
	for _, m := range regexp.MustCompile(`<th scope="row"><a href="(/dati/libri/[^"]+)"`).FindAllStringSubmatch(page, -1) {
		if row := s.page(t, m[1]); !strings.Contains(row, `href="/dati/libri-di-testo-`) {
			t.Error("a row's page does not lead to its dataset")
		}
	}
	order := func(query string) (isbn []string) {
		rows := cells(t, s.page(t, "/dati/libri?"+query))
		for _, row := range rows {
			isbn = append(isbn, regexp.MustCompile(`\b0\d{3}\b`).FindString(strings.Join(row, " ")))
		}
		return isbn
	}
	for query, want := range map[string][]string{
		"ordina=prezzo": {"0789", "0456", "0123"}, "ordina=prezzo&verso=giu": {"0123", "0456", "0789"}, "ordina=isbn": {"0123", "0456", "0789"},
		"filtra=isbn:0456": {"0456"}, "filtra=isbn:9": nil, "ordina=niente&filtra=niente:1": {"0123", "0456", "0789"},
	} {
		if got := order(query); !slices.Equal(got, want) {
			t.Errorf("%s: %q; want %q", query, got, want)
		}
	}
	if sorted := s.page(t, "/dati/libri?ordina=prezzo"); !strings.Contains(sorted, `aria-sort="ascending"`) || !strings.Contains(sorted, "noindex") {
		t.Error("a sorted table does not say so")
	}

	shapes := s.page(t, "/dati/piste")
	if !strings.Contains(shapes, `id="mappa"`) || strings.Count(shapes, `<path class="oggetto`) != 2 || len(dati(t, shapes).Righe) != 2 {
		t.Error("the map does not draw the rows")
	}
}

// TestDatasetFiles: tables of a dataset's page are also files, and what the page
// says one can ask of the API is answered.
func TestDatasetFiles(t *testing.T) {
	s := empty(t)
	withDatasets(t, s)
	put(t, s, everyKind()...)
	handler, err := api.New(s.store, api.Config{}, slog.New(slog.NewTextHandler(t.Output(), nil)))
	if err != nil {
		t.Fatal(err)
	}
	back := httptest.NewServer(handler)
	defer back.Close()
	page := s.page(t, "/dati/libri?filtra=isbn:0456")
	curl := html.UnescapeString(regexp.MustCompile(`<code>(curl [^<]+)</code>`).FindStringSubmatch(page)[1])
	out, err := exec.Command("sh", "-c", strings.ReplaceAll(strings.Replace(curl, "curl ", "curl -sf ", 1), s.URL, back.URL)).Output()
	if err != nil || !strings.Contains(string(out), `"numberMatched":1`) || !strings.Contains(string(out), "0456") {
		t.Errorf("%s: %v %.300s", curl, err, out)
	}
	for _, m := range regexp.MustCompile(`href="([^"]*/api/v1/[^"]+)"`).FindAllStringSubmatch(page, -1) {
		address := html.UnescapeString(strings.TrimPrefix(m[1], s.URL))
		resp, err := http.Get(back.URL + address)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", address, resp.Status)
		}
	}
	for path, rows := range map[string]int{"/dati/libri/file.csv": 5, "/dati/libri/schema.csv": 9, "/dati.csv": 4, "/dati.csv?righe=qui": 3, "/dati.csv?q=alberi": 2, "/dati/alberi-della-citta/file.csv": 4} {
		resp, body := s.get(t, path)
		list, err := csv.NewReader(strings.NewReader(body)).ReadAll()
		if err != nil || resp.StatusCode != http.StatusOK || len(list) < rows {
			t.Errorf("%s: %s, %d lines, want at least %d, %v", path, resp.Status, len(list), rows, err)
		}
	}
	for _, path := range []string{"/dati/niente", "/dati/niente/file.csv", "/dati/alberi-della-citta/schema.csv"} {
		if resp, _ := s.get(t, path); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", path, resp.Status)
		}
	}
}

// TestDatasetLink: a dataset that is only described says where its data are,
// and no address of a source becomes a link that runs something.
func TestDatasetLink(t *testing.T) {
	s := empty(t)
	put(t, s, everyKind()...)
	page := s.page(t, "/dati/alberi-della-citta")
	for _, want := range []string{"Solo collegamento", "i dati stanno presso l’ente", `href="https://example.org/alberi.csv"`, "1,2 MB", "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "WMS", "Aggiornato", "Si aggiorna", "verde@example.org", `href="/dati?q=alberi"`} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q", want)
		}
	}
	if strings.Contains(page, `href="javascript`) || strings.Contains(page, `id="anteprima"`) {
		t.Error("a link that runs something, or rows that are not there")
	}
}

// TestDatasets: the catalogue finds by words and by each filter, and its
// facets count what each choice would give.
func TestDatasets(t *testing.T) {
	s := empty(t)
	if page := s.page(t, "/dati"); !strings.Contains(page, "Nessun dataset") {
		t.Error("an empty catalogue says nothing")
	}
	withDatasets(t, s)
	put(t, s, everyKind()...)
	titles := regexp.MustCompile(`<h3><a href="/dati/[^"]+">([^<]+)</a>`)
	for query, want := range map[string][]string{
		"": {"Alberi della città", "Libri di testo", "Piste e parchi"}, "q=alberi": {"Alberi della città"}, "righe=qui": {"Libri di testo", "Piste e parchi"},
		"righe=altri": {"Alberi della città"}, "formato=wms": {"Alberi della città"}, "formato=wms&righe=qui": nil, "ente=c_g999": {"Alberi della città"},
		"tema=ambiente": {"Alberi della città"}, "q=niente": nil, "righe=forse&ordine=caso": {"Alberi della città", "Libri di testo", "Piste e parchi"},
	} {
		page := s.page(t, "/dati?"+query)
		if got := all(titles, page); !slices.Equal(got, want) {
			t.Errorf("%q: %q; want %q", query, got, want)
		}
		if want == nil && !strings.Contains(page, "Nessun dataset") {
			t.Errorf("%q: nothing says that there is nothing", query)
		}
	}
	if page := s.page(t, "/dati?righe=qui"); !regexp.MustCompile(`name="righe" value="altri">\s*[^<]+<span>1</span>`).MatchString(page) {
		t.Error("the filter does not say what another choice would give")
	}
}
