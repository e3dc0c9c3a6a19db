package portal_test

import (
	"encoding/json"
	"html"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestDownloadsSay: downloads say about how large they are, what they are for,
// and are named in the head of the page for programs. Of records that are alike
// the size is nearly right; which of a mixture come first is chance.
func TestDownloadsSay(t *testing.T) {
	if testing.Short() {
		t.Skip("reads many pages, one after the other")
	}
	s := territory(t)
	line := regexp.MustCompile(`<li><a href="(/mappa\.([a-z]+)[^"]*)" download>[^<]+</a> <span>([^<]+) · circa ([0-9,]+) (B|kB|MB)</span></li>`)
	for _, search := range []string{"", "?tema=cultura", "?q=museo", "?dati=places&comune=Prato", "?dati=events", "?q=castello+imperatore"} {
		body := s.page(t, "/mappa"+search)
		found := line.FindAllStringSubmatch(body, -1)
		if len(found) < 4 {
			t.Fatalf("%q: %d downloads with a size", search, len(found))
		}
		for _, m := range found {
			said, err := strconv.ParseFloat(strings.Replace(m[4], ",", ".", 1), 64)
			if err != nil {
				t.Fatal(err)
			}
			said *= map[string]float64{"B": 1, "kB": 1e3, "MB": 1e6}[m[5]]
			resp, file := s.get(t, html.UnescapeString(m[1]))
			if ratio := said / float64(len(file)); strings.Contains(search, "dati=places") && (ratio < 1./2 || ratio > 2) {
				t.Errorf("%s: %d bytes; the page says about %.0f", m[1], len(file), said)
			} else {
				t.Logf("%s: %d bytes; the page says about %.0f", m[1], len(file), said)
			}
			if alternate := `<link rel="alternate" type="` + resp.Header.Get("Content-Type") + `" href="/mappa.` + m[2]; !strings.Contains(html.UnescapeString(body), alternate) {
				t.Errorf("%s: no %s", m[1], alternate)
			}
		}
	}
	if body := s.page(t, "/mappa?dati=places"); strings.Contains(body, "/mappa.ics") {
		t.Error("a calendar is offered of places")
	}
}

// TestItemList: /mappa.jsonld has the records of the search, each as its own page
// describes it.
func TestItemList(t *testing.T) {
	s := territory(t)
	want := count(t, s.page(t, "/mappa?comune=Prato"))
	resp, body := s.get(t, "/mappa.jsonld?comune=Prato")
	var list struct {
		Context         string `json:"@context"`
		Type            string `json:"@type"`
		URL             string
		NumberOfItems   int
		ItemListElement []struct {
			Type     string `json:"@type"`
			Position int
			Item     map[string]any
		}
	}
	if err := json.Unmarshal([]byte(body), &list); err != nil {
		t.Fatal(err)
	}
	if got := resp.Header.Get("Content-Type"); got != "application/ld+json" || list.Context != "https://schema.org" || list.Type != "ItemList" || list.URL != s.URL+"/mappa.jsonld?comune=Prato" {
		t.Errorf("%s of type %s in %s at %s", got, list.Type, list.Context, list.URL)
	}
	if want == 0 || list.NumberOfItems != want || len(list.ItemListElement) != want {
		t.Fatalf("%d items, said %d; the page counts %d", len(list.ItemListElement), list.NumberOfItems, want)
	}
	for i, e := range list.ItemListElement {
		if e.Type != "ListItem" || e.Position != i+1 || e.Item["@context"] != nil {
			t.Fatalf("element %d: %v", i, e)
		}
		if class := e.Item["@type"]; class == "Thing" && e.Item["address"] != nil {
			t.Errorf("%v has an address and no class that takes one", e.Item["name"])
		}
	}
	first := list.ItemListElement[0].Item
	_, own := s.get(t, strings.TrimPrefix(first["url"].(string), s.URL)+".jsonld")
	var page map[string]any
	if err := json.Unmarshal([]byte(own), &page); err != nil {
		t.Fatal(err)
	}
	delete(page, "@context")
	for name := range page { // of what has to do with it, the page alone tells
		if _, listed := first[name]; !listed {
			delete(page, name)
		}
	}
	if a, b := compact(t, page), compact(t, first); a != b {
		t.Errorf("its own page says\n%s\nthe list says\n%s", a, b)
	}
	again, _ := s.get(t, "/mappa.jsonld?comune=Prato", "If-None-Match", resp.Header.Get("ETag"))
	if again.StatusCode != 304 {
		t.Errorf("again: %s", again.Status)
	}
}

func compact(t *testing.T, v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
