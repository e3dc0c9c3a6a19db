package ckan

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A source may be any address of a portal.
func TestAddresses(t *testing.T) {
	for name, c := range map[string]struct {
		base, path string // where CKAN is; what the source says
		want       []string
	}{
		"base":                   {"", "", ids(4)},
		"base with slash":        {"", "/", ids(4)},
		"below a path":           {"/opendata", "", ids(4)},
		"below its own path":     {"/it/catalogo", "/it/catalogo/", ids(4)},
		"below another path":     {"/data", "/chi-siamo", ids(4)},
		"API":                    {"/data", "/data/api/3", ids(4)},
		"API with slash":         {"/ckan", "/ckan/api/3/", ids(4)},
		"actions":                {"/ckan", "/ckan/api/3/action", ids(4)},
		"page of a resource":     {"/ckan", "/ckan/it/dataset/dataset-10/resource/0b7f", ids(4)[1:2]},
		"old API":                {"", "/api/action/package_list", ids(4)},
		"action":                 {"", "/api/3/action/", ids(4)},
		"status":                 {"", "/api/3/action/status_show", ids(4)},
		"search":                 {"", "/api/3/action/package_search?rows=5&start=3&sort=name", ids(4)},
		"search of organisation": {"", "/api/3/action/package_search?fq=organization%3A%22org-2%22", ids(4)[3:]},
		"page of organisation":   {"", "/it/organization/org-2", ids(4)[3:]},
		"list of datasets":       {"/data", "/data/dataset", ids(4)},
		"page of dataset":        {"", "/dataset/dataset-10", ids(4)[1:2]},
		"package_show":           {"", "/api/3/action/package_show?id=dataset-20", ids(4)[2:3]},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPortal(t, 4)
			p.base = c.base
			p.packages[uuid(30)]["owner_org"] = "org-2"
			l := harvestAll(t, p.URL+c.path)
			l.wantAll(t, c.want...)
			if len(l.all) != len(c.want) {
				t.Errorf("%d datasets; want %d", len(l.all), len(c.want))
			}
		})
	}
}

// Florence has the actions plainly below the address of its API, which the
// source says.
func TestPlainActions(t *testing.T) {
	p := newPortal(t, 4)
	p.base, p.path = "/datastore", plainActions
	l := harvestAll(t, p.URL+"/datastore/api/")
	l.wantAll(t, ids(4)...)
}

// Portals refuse this or that action; the others are enough. status_show is
// never asked.
func TestActionsThatAreRefused(t *testing.T) {
	for _, refused := range []string{"site_read", "organization_list", "status_show", "package_search", "package_list"} {
		p := newPortal(t, 30)
		p.refuse[refused] = http.StatusForbidden
		l := harvestAll(t, p.URL)
		l.wantAll(t, ids(30)...)
		if slices.Contains(p.requests, "status_show") {
			t.Error("status_show was asked for")
		}
	}
}

// Where the search is blocked, each package is asked for; one that is gone
// meanwhile is none, one that cannot be read is told and costs only itself.
func TestOneByOne(t *testing.T) {
	p := newPortal(t, 20)
	p.refuse["package_search"] = http.StatusForbidden
	p.before = func(action string, _ int) {
		if action == "package_show" {
			delete(p.packages, uuid(190))
		}
	}
	harvestAll(t, p.URL).wantAll(t, ids(19)...)

	p = newPortal(t, 20)
	p.answers["package_search"] = `{"success":false,"error":"Search is off"}`
	shown := 0
	p.before = func(action string, _ int) {
		delete(p.answers, "package_show")
		if action == "package_show" {
			if shown++; shown == 7 {
				p.answers[action] = "<html>busy</html>"
			}
		}
	}
	l := harvestAll(t, p.URL)
	if len(l.all) != 19 || len(l.refused) != 1 || !l.refused[0].Listed || l.refused[0].Field == "" || l.err != nil {
		t.Errorf("%d datasets, refused %+v, %v; want 19, and the other one told by its name and not missed", len(l.all), l.refused, l.err)
	}

	p.before = func(string, int) { p.answers["package_show"] = "<html>busy</html>" }
	l = harvestAll(t, p.URL)
	l.wantFailed(t, "a web page and not JSON")
	if len(l.refused) != maxFailures-1 {
		t.Errorf("%d packages were asked for; want an end after %d failures", len(l.refused)+1, maxFailures)
	}
}

// DKAN has no package_search, and lists what it shows.
func TestDKAN(t *testing.T) {
	p := newPortal(t, 1)
	p.refuse["package_search"] = http.StatusNotFound
	p.answers["package_show"] = `{"help":"","success":true,"result":[{"id":"` + uuid(0) + `","title":"Alberi"}]}`
	harvestAll(t, p.URL).wantAll(t, uuid(0))
}

// A busy portal is asked again when it says.
func TestBusy(t *testing.T) {
	p := newPortal(t, 250)
	busy := 0
	p.busy = func() bool { busy++; return busy%2 == 0 }
	harvestAll(t, p.URL).wantAll(t, ids(250)...)
	if busy < 6 {
		t.Errorf("asked %d times; want twice for most pages", busy)
	}
}

// What is no CKAN is said so, with what was tried.
func TestNoCKAN(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"pages":     func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html><title>Comune</title></html>") },
		"not found": http.NotFound,
		"JSON":      func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"name_":"x"}`) },
	} {
		t.Run(name, func(t *testing.T) {
			s := httptest.NewServer(handler)
			defer s.Close()
			l := harvestAll(t, s.URL+"/portale")
			l.wantFailed(t, "no CKAN action API was found; tried "+s.URL+"/portale")
			if !strings.Contains(l.err.Error(), "/opendata") {
				t.Errorf("%v does not say that /opendata was tried", l.err)
			}
		})
	}
	s := httptest.NewServer(http.NotFoundHandler())
	s.Close()
	harvestAll(t, s.URL).wantFailed(t, "connection refused")
}

// The API is used where a redirect leads, at once.
func TestRedirect(t *testing.T) {
	p := newPortal(t, 250)
	p.base = "/new"
	asked := 0
	old := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		http.Redirect(w, r, p.URL+"/new"+r.URL.RequestURI(), http.StatusMovedPermanently)
	}))
	defer old.Close()
	harvestAll(t, old.URL).wantAll(t, ids(250)...)
	if asked != 1 {
		t.Errorf("the old address was asked %d times; want 1", asked)
	}
}

// Files with an answer, or what people make of one.
func TestFiles(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
		err  string
	}{
		"package_show":   {`{"help":"https://dati.example.org/api/3/action/help_show?name=package_show","success":true,"result":{"id":"a"}}`, []string{"a"}, ""},
		"package_search": {`{"success":true,"result":{"count":2,"results":[{"id":"a"},{"id":"b"}]}}`, []string{"a", "b"}, ""},
		"with resources": {`{"success":true,"result":[{"id":"a"},{"id":"b"}]}`, []string{"a", "b"}, ""},
		"bare result":    {`{"count":2,"results":[{"id":"a"},{"id":"b"}]}`, []string{"a", "b"}, ""},
		"package":        {"\ufeff" + `{"name":"a","title":"A"}`, []string{"a"}, ""},
		"JSON lines":     {"{\"id\":\"a\"}\n{\"id\":\"b\"}\n{\"id\":\"a\"}\n", []string{"a", "b"}, ""},
		"names":          {`{"success":true,"result":["a","b"]}`, nil, "is a list of names"},
		"organisations":  {`{"success":true,"result":[{"id":"o","title":"Ente","is_organization":true}]}`, nil, "is a list of organisations"},
		"groups":         {`{"success":true,"result":[{"id":"g","title":"Ambiente","package_count":3}]}`, nil, "is a list of groups"},
		"refused":        {`{"success":false,"error":{"__type":"Not Found Error","message":"Not found"}}`, nil, "Not Found Error: Not found"},
		"no packages":    {`{"success":true,"result":[]}`, nil, "holds no package"},
		"empty":          {"", nil, "is empty"},
		"page":           {"<html><title>Accedi</title>", nil, `is a web page and not JSON: "Accedi"`},
		"broken":         {`{"id":"a"`, nil, "is not JSON"},
		"data.json":      {`{"dataset":[{"title":"A"}]}`, nil, "neither an answer of CKAN nor a package"},
		"number":         {`7`, nil, "neither an answer of CKAN nor a package"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "answer.json")
			if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			l := harvestAll(t, file)
			if c.err != "" {
				l.wantFailed(t, c.err)
				return
			}
			l.wantAll(t, c.want...)
		})
	}
	harvestAll(t, filepath.Join(t.TempDir(), "missing.json")).wantFailed(t, "no such file")
}
