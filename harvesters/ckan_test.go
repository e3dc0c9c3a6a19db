package harvesters_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// A ckanPortal lists packages by id, 100 at most at once; change is called before
// each page, from 1.
type ckanPortal struct {
	ids    []string
	change func(p *ckanPortal, page int)
	until  int    // rows after which it gives none, 0: all
	broken string // id of a package over which it fails
	silent bool   // it does not even say its id
	pages  int
}

func (p *ckanPortal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var result any = true
	switch strings.TrimPrefix(r.URL.Path, "/api/3/action/") {
	case "site_read":
	case "package_search":
		if p.pages++; p.change != nil {
			p.change(p, p.pages)
		}
		slices.Sort(p.ids)
		start, _ := strconv.Atoi(r.URL.Query().Get("start"))
		rows, _ := strconv.Atoi(r.URL.Query().Get("rows"))
		end := min(start+min(rows, 100), len(p.ids))
		if p.until > 0 {
			end = min(end, p.until)
		}
		list := []map[string]string{}
		for _, id := range p.ids[min(start, end):end] {
			if id == p.broken && (p.silent || r.URL.Query().Get("fl") == "") {
				http.Error(w, "broken", http.StatusInternalServerError)
				return
			}
			list = append(list, map[string]string{"id": id, "name": id, "title": "Dataset " + id, "modified": "2026-01-01", "holder_identifier": "c_G999", "holder_name": "Comune di Prato"})
		}
		result = map[string]any{"count": len(p.ids), "results": list}
	default:
		http.NotFound(w, r)
		return
	}
	b, err := json.Marshal(map[string]any{"success": true, "result": result})
	if err != nil {
		panic(err)
	}
	w.Write(b)
}

func ckanID(i int) string { return fmt.Sprintf("%08d-0000-4000-8000-000000000000", i) }

// 2,500 datasets of a portal whose catalogue changes while it is harvested are
// kept, each once; a listing that ends early withdraws nothing; what is gone is
// withdrawn when it is missed for the second time.
func TestCKANPortalIntoTheCatalogue(t *testing.T) {
	p := &ckanPortal{}
	for i := range 2500 {
		p.ids = append(p.ids, ckanID(i*10))
	}
	server := httptest.NewServer(p)
	defer server.Close()
	store := postgistest.New(t)
	src := catalog.Source{ID: "portale", Protocol: "ckan", URL: server.URL}
	published := func() int64 {
		c, err := store.Collection(t.Context(), "datasets")
		if err != nil {
			t.Fatal(err)
		}
		return c.Count
	}
	p.change = func(p *ckanPortal, page int) {
		if page == 5 {
			p.ids = append(p.ids, ckanID(15))
			p.ids = slices.DeleteFunc(p.ids, func(id string) bool { return id == ckanID(20) || id == ckanID(30) })
		}
	}
	first := harvest(t, store, src) // the two that were deleted had been read; the new one lies behind
	if first.Outcome != catalog.RunCompleted || first.New != first.Read || first.Read < 2500 || first.Read > 2501 || first.Datasets != first.Read {
		t.Fatalf("first run: %+v; want 2500 or 2501 new datasets", first)
	}
	found, err := store.Search(t.Context(), catalog.Query{})
	if err != nil {
		t.Fatal(err)
	}
	if f := found.Facets["body"]; len(f) != 1 || f[0] != (catalog.Facet{Value: "c_g999", Label: "Comune di Prato", Count: first.Read}) {
		t.Errorf("bodies %+v; want Comune di Prato by the name that the portal gives it", f)
	}
	p.change = nil
	second := harvest(t, store, src)
	if second.Read != 2499 || second.New+second.Unchanged != 2499 || second.Gone != 0 {
		t.Errorf("second run: %+v; want 2499 read, none gone yet", second)
	}
	all := slices.Clone(p.ids)
	for _, c := range []struct {
		ids   []string
		until int
		why   string
	}{{all, 1250, "ends at row 1250, the portal counts 2499"}, {nil, 0, "lists no package"}} {
		p.ids, p.until = slices.Clone(c.ids), c.until
		if r := run(t, store, src); r.Outcome != catalog.RunFailed || r.Gone != 0 || !strings.Contains(r.Error, c.why) {
			t.Errorf("%+v; want a failed run that says %q", r, c.why)
		}
		if n := published(); n != 2501 {
			t.Errorf("%d datasets are published after a failed listing; want all 2501", n)
		}
	}
	p.ids, p.until = all, 0
	third := harvest(t, store, src)
	if third.Gone != 2 || third.Unchanged != 2499 || published() != 2499 {
		t.Errorf("third run: %+v, %d published; want the two deleted ones withdrawn", third, published())
	}
}

// A package that the portal lists and cannot give is told and stays, run after
// run; while nobody knows which one it is, nothing is withdrawn.
func TestBrokenPackageStays(t *testing.T) {
	p := &ckanPortal{}
	for i := range 150 {
		p.ids = append(p.ids, ckanID(i))
	}
	server := httptest.NewServer(p)
	defer server.Close()
	store := postgistest.New(t)
	src := catalog.Source{ID: "portale", Protocol: "ckan", URL: server.URL}
	harvest(t, store, src)
	p.broken = ckanID(120)
	for range 3 {
		r := harvest(t, store, src)
		if r.Read != 150 || r.Unchanged != 149 || r.Refused != 1 || r.Gone != 0 || r.Rules["package-unreadable"] != 1 {
			t.Errorf("with a broken package: %+v; want 149 unchanged, 1 refused, none gone", r)
		}
	}
	p.silent, p.ids = true, p.ids[1:]
	for range 3 {
		if r := harvest(t, store, src); r.Gone != 0 || r.Refused != 1 {
			t.Errorf("with a package that nobody can name: %+v; want none gone", r)
		}
	}
	p.broken = ""
	harvest(t, store, src)
	if r := harvest(t, store, src); r.Gone != 1 || r.Unchanged != 149 {
		t.Errorf("when all can be read again: %+v; want the one that is deleted gone", r)
	}
}
