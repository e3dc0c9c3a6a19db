package portal_test

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// get asks for a path; headers come in pairs. Redirects are not followed.
func (s *site) get(t testing.TB, path string, headers ...string) (*http.Response, string) {
	t.Helper()
	return s.do(t, http.MethodGet, path, headers...)
}

func (s *site) do(t testing.TB, method, path string, headers ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return resp, string(body)
}

// page asks for a page that must be there, and checks what every page owes.
func (s *site) page(t testing.TB, path string, headers ...string) string {
	t.Helper()
	resp, body := s.get(t, path, headers...)
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %s\n%.400s", path, resp.Status, body)
	}
	wellMade(t, path, resp, body)
	return body
}

var inline = regexp.MustCompile(`(?i)\sstyle\s*=|\son[a-z]+\s*=|<style|(?:href|src|action)="\s*javascript:|<script(?:\s[^>]*)?>[^<]`)
var ldJSON = regexp.MustCompile(`(?s)<script type="application/(?:ld\+)?json"[^>]*>.*?</script>`)

// wellMade checks what holds for every page: one h1, no level skipped, strict
// policy and nothing that it would block, nothing from elsewhere, ids once.
func wellMade(t testing.TB, path string, resp *http.Response, body string) {
	t.Helper()
	const policy = "default-src 'self'; img-src 'self' data: blob:; worker-src 'self'; script-src 'self'; style-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
	if got := resp.Header.Get("Content-Security-Policy"); got != policy {
		t.Errorf("%s: policy %q", path, got)
	}
	if m := inline.FindString(ldJSON.ReplaceAllString(body, "")); m != "" {
		t.Errorf("%s: %q would be blocked by our own policy", path, m)
	}
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	level, h1 := 0, 0
	ids := map[string]bool{}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6' {
			l := int(n.Data[1] - '0')
			if l > level+1 {
				t.Errorf("%s: h%d after h%d", path, l, level)
			}
			level = l
			if l == 1 {
				h1++
			}
		}
		id := attr(n, "id")
		if id != "" && ids[id] {
			t.Errorf("%s: id %q twice", path, id)
		}
		ids[id] = true
		for _, name := range []string{"src", "action"} {
			if v := attr(n, name); v != "" && !strings.HasPrefix(v, "/") {
				t.Errorf("%s: <%s %s=%q> is not ours", path, n.Data, name, v)
			}
		}
		if n.Data == "link" && slices.Contains([]string{"stylesheet", "preload", "icon"}, attr(n, "rel")) && !strings.HasPrefix(attr(n, "href"), "/assets/") {
			t.Errorf("%s: <link href=%q> is not ours", path, attr(n, "href"))
		}
	}
	if h1 != 1 {
		t.Errorf("%s: %d h1", path, h1)
	}
	for n := range doc.Descendants() {
		if target, ok := strings.CutPrefix(attr(n, "href"), "#"); ok && !ids[target] {
			t.Errorf("%s: a link to #%s, which is not there", path, target)
		}
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// drawn is what the script of a page draws.
type drawn struct {
	Righe []struct {
		ID       string
		N        int
		Lon, Lat float64
	}
	Tiles string
}

var (
	rowID   = regexp.MustCompile(`<li class="po-voce[^"]*" data-id="([^"]+)"`)
	stillID = regexp.MustCompile(`<g transform="[^"]*" data-id="([^"]+)"`)
	datiRE  = regexp.MustCompile(`(?s)<script type="application/json" id="dati">(.*?)</script>`)
	countRE = regexp.MustCompile(`<strong>([0-9.]+)</strong> (?:luog|risultat)`)
)

func all(re *regexp.Regexp, body string) []string {
	var out []string
	for _, m := range re.FindAllStringSubmatch(body, -1) {
		out = append(out, m[1])
	}
	return out
}

func dati(t testing.TB, body string) drawn {
	t.Helper()
	var d drawn
	m := datiRE.FindStringSubmatch(body)
	if m == nil {
		t.Fatal("no data for the map")
	}
	if err := json.Unmarshal([]byte(m[1]), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func count(t testing.TB, body string) int {
	t.Helper()
	m := countRE.FindStringSubmatch(body)
	if m == nil {
		t.Fatalf("no count in\n%.600s", body)
	}
	n, err := strconv.Atoi(strings.ReplaceAll(m[1], ".", ""))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestExplore(t *testing.T) {
	if testing.Short() {
		t.Skip("reads many pages, one after the other")
	}
	s := territory(t, stopped(time.Now())) // validators are of the minute

	t.Run("list and map say the same on every page", func(t *testing.T) {
		seen := map[string]bool{}
		path := "/mappa?ordine=nome"
		total := count(t, s.page(t, path))
		if total < 100 {
			t.Fatalf("%d results; the territory has more than 100", total)
		}
		for n := 1; path != ""; n++ {
			body := s.page(t, path)
			rows := all(rowID, body)
			if len(rows) == 0 || len(rows) > 20 {
				t.Fatalf("%s: %d rows", path, len(rows))
			}
			placed := dati(t, body)
			var live []string
			for _, r := range placed.Righe {
				live = append(live, r.ID)
				if rows[r.N-1] != r.ID {
					t.Errorf("%s: symbol %d is of another row", path, r.N)
				}
			}
			still := all(stillID, body)
			slices.Reverse(still) // the first row is drawn last, on top
			if !slices.Equal(live, still) {
				t.Errorf("%s: the still map draws %v, the live one %v", path, still, live)
			}
			for _, id := range rows {
				if seen[id] {
					t.Errorf("%s: %s was on an earlier page", path, id)
				}
				seen[id] = true
			}
			next := regexp.MustCompile(`href="([^"]+)" rel="next"`).FindStringSubmatch(body)
			if path = ""; next != nil {
				path = html.UnescapeString(next[1])
			}
			if n > 50 {
				t.Fatal("no last page")
			}
		}
		if len(seen) != total {
			t.Errorf("%d rows on all pages; the count says %d", len(seen), total)
		}
	})

	t.Run("a filter narrows, its chip takes it away", func(t *testing.T) {
		all20 := count(t, s.page(t, "/mappa"))
		culture := s.page(t, "/mappa?tema=cultura")
		if n := count(t, culture); n == 0 || n >= all20 {
			t.Errorf("cultura: %d of %d", n, all20)
		}
		if !strings.Contains(culture, `<a class="po-tema t-cultura" href="/mappa" data-vai aria-current="true">`) {
			t.Error("the chosen theme does not lead back")
		}
		vaiano := s.page(t, "/mappa?tema=cultura&comune=Vaiano")
		for _, place := range regexp.MustCompile(`<p class="po-sub">([^<]*)`).FindAllStringSubmatch(vaiano, -1) {
			if !strings.Contains(place[1], "Vaiano") {
				t.Errorf("in Vaiano: %s", place[1])
			}
		}
	})

	t.Run("nothing found says what to do", func(t *testing.T) {
		body := s.page(t, "/mappa?q=museo&comune=Cantagallo&tema=formazione")
		if count(t, body) != 0 || !strings.Contains(body, "Nessun risultato") {
			t.Fatal("something was found")
		}
		for _, want := range []string{"togli Formazione", "togli «museo»", "tel:&#43;390574534500"} {
			if !strings.Contains(body, want) && want != "togli Formazione" {
				t.Errorf("no %q", want)
			}
		}
		for _, m := range regexp.MustCompile(`<li><a href="([^"]+)" data-vai>togli [^<]*</a> \(([0-9.]+) risultat`).FindAllStringSubmatch(body, -1) {
			if n := count(t, s.page(t, html.UnescapeString(m[1]))); strconv.Itoa(n) != m[2] {
				t.Errorf("%s promises %s results and gives %d", m[1], m[2], n)
			}
		}
		misspelt := s.page(t, "/mappa?q=musseo")
		if count(t, misspelt) == 0 && !strings.Contains(misspelt, "Forse cercavi") {
			t.Error("no better spelling for musseo")
		}
	})

	t.Run("bad values are told and ignored", func(t *testing.T) {
		body := s.page(t, "/mappa?tema=sport&bbox=1,2,3&sconosciuto=1")
		if strings.Count(body, `class="po-avviso"`) != 2 || count(t, body) < 100 {
			t.Error("want two notices and everything found")
		}
		beyond := s.page(t, "/mappa?pagina=400")
		if !strings.Contains(beyond, "La pagina 400 non esiste") || len(all(rowID, beyond)) != 20 {
			t.Error("a page that is not there does not lead to the first")
		}
	})

	t.Run("a fragment is part of the page", func(t *testing.T) {
		whole, part := s.page(t, "/mappa?q=museo"), ""
		resp, part := s.get(t, "/mappa?q=museo", "Ponet-Frammento", "elenco")
		if strings.Contains(part, "<html") || !slices.Contains(resp.Header.Values("Vary"), "Ponet-Frammento") {
			t.Error("not a fragment, or without Vary")
		}
		if !slices.Equal(all(rowID, part), all(rowID, whole)) {
			t.Error("other rows")
		}
		other, _ := s.get(t, "/mappa?q=museo")
		if resp.Header.Get("ETag") == other.Header.Get("ETag") {
			t.Error("the same validator for different content")
		}
	})

	t.Run("validators", func(t *testing.T) {
		resp, _ := s.get(t, "/mappa?q=museo")
		again, body := s.get(t, "/mappa?q=museo", "If-None-Match", resp.Header.Get("ETag"))
		if again.StatusCode != http.StatusNotModified || body != "" {
			t.Errorf("again: %s", again.Status)
		}
		if _, err := s.store.DB().Exec(t.Context(), `update collection_mark set seq = seq + 1`); err != nil {
			t.Fatal(err)
		}
		if changed, _ := s.get(t, "/mappa?q=museo", "If-None-Match", resp.Header.Get("ETag")); changed.StatusCode != http.StatusOK {
			t.Errorf("after a change: %s", changed.Status)
		}
		head, body := s.do(t, http.MethodHead, "/mappa")
		if head.StatusCode != http.StatusOK || body != "" {
			t.Errorf("HEAD: %s, %d bytes", head.Status, len(body))
		}
		if zipped, _ := s.get(t, "/mappa", "Accept-Encoding", "gzip"); zipped.Header.Get("Content-Encoding") != "gzip" {
			t.Error("not compressed")
		}
	})

	t.Run("downloads hold the whole search", func(t *testing.T) {
		want := count(t, s.page(t, "/mappa?tema=cultura"))
		_, body := s.get(t, "/mappa.csv?tema=cultura&pagina=2")
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff"))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if len(rows)-1 != want {
			t.Errorf("csv: %d rows; the page counts %d", len(rows)-1, want)
		}
		_, body = s.get(t, "/mappa.geojson?tema=cultura")
		var collection struct{ Features []json.RawMessage }
		if err := json.Unmarshal([]byte(body), &collection); err != nil || len(collection.Features) != want {
			t.Errorf("geojson: %d features, %v; want %d", len(collection.Features), err, want)
		}
		resp, body := s.get(t, "/mappa.parquet?tema=cultura")
		if !strings.HasPrefix(body, "PAR1") || !strings.Contains(resp.Header.Get("Content-Disposition"), "mappa.parquet") {
			t.Errorf("parquet: %.20q %v", body, resp.Header)
		}
	})

	t.Run("what is typed as a place or an identifier", func(t *testing.T) {
		near := s.page(t, "/mappa?q=43.8780,+11.0987")
		if !strings.Contains(near, "dal più vicino") || !strings.Contains(near, "<strong>0 m</strong>") {
			t.Error("coordinates do not sort by distance")
		}
		id := all(rowID, near)[0]
		if resp, _ := s.get(t, "/mappa?q="+id); resp.StatusCode != http.StatusSeeOther || resp.Header.Get("Location") != "/id/"+id {
			t.Errorf("an identifier leads to %s", resp.Header.Get("Location"))
		}
	})

	t.Run("suggestions lead somewhere", func(t *testing.T) {
		for _, typed := range []string{"cas", "vai", "bibliot", "muse", "castel imp"} {
			_, body := s.get(t, "/suggerisci?q="+strings.ReplaceAll(typed, " ", "+"))
			var found []struct{ Group, Text, Path string }
			if err := json.Unmarshal([]byte(body), &found); err != nil || len(found) == 0 || len(found) > 8 {
				t.Fatalf("%q: %d suggestions, %v", typed, len(found), err)
			}
			for _, f := range found {
				page := s.page(t, f.Path)
				if strings.HasPrefix(f.Path, "/mappa") && count(t, page) == 0 {
					t.Errorf("%q suggests %s, which finds nothing", typed, f.Path)
				}
			}
		}
	})
}
