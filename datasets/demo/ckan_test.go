package demo

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// answer is what CKAN's action API says, as its own clients read it.
type answer struct {
	Help    string
	Success bool
	Error   struct {
		Type    string `json:"__type"`
		Message string
	}
	Result json.RawMessage
}

type searchResult struct {
	Count   int
	Results []struct {
		ID, Name, Title string
		Resources       []struct {
			ID, Format, URL, Mimetype string
			Size                      int
		}
	}
}

func act(t *testing.T, base, query string, status int) answer {
	t.Helper()
	res, body := get(t, base+"/"+ckanName+"/api/3/action/"+query, nil)
	if res.StatusCode != status {
		t.Errorf("%s: status %d; want %d", query, res.StatusCode, status)
	}
	var a answer
	decode(t, []byte(body), &a)
	if a.Success != (status == http.StatusOK) {
		t.Errorf("%s: success %v with status %d", query, a.Success, status)
	}
	return a
}

func TestCKANPages(t *testing.T) {
	server := httptest.NewServer(Publisher(opened))
	defer server.Close()
	var ids []string
	count := 0
	for start := 0; ; {
		var page searchResult
		decode(t, act(t, server.URL, fmt.Sprintf("package_search?sort=id+asc&rows=100&start=%d", start), http.StatusOK).Result, &page)
		count = page.Count
		if len(page.Results) == 0 {
			break
		}
		if len(page.Results) > ckanRowsMax {
			t.Errorf("%d datasets on a page; the portal is capped at %d", len(page.Results), ckanRowsMax)
		}
		for _, p := range page.Results {
			ids = append(ids, p.ID)
		}
		start += len(page.Results)
	}
	if len(ids) != count || count != len(datasetsOf(ckanName)) || !slices.IsSorted(ids) || len(slices.Compact(ids)) != count {
		t.Errorf("the pages give %v; want %d identifiers in order", ids, count)
	}
}

func TestCKANAnswers(t *testing.T) {
	server := httptest.NewServer(Publisher(opened))
	defer server.Close()
	var named struct{ ID, Name string }
	decode(t, act(t, server.URL, "package_show?id=numeri-utili", http.StatusOK).Result, &named)
	if named.Name != "numeri-utili" || named.ID != ckanID("numeri-utili") {
		t.Errorf("package_show by name gives %+v", named)
	}
	var organizations []string
	decode(t, act(t, server.URL, "organization_list", http.StatusOK).Result, &organizations)
	if !slices.Equal(organizations, []string{"comune-di-prato"}) {
		t.Errorf("organizations %v", organizations)
	}
	act(t, server.URL, "site_read", http.StatusOK)
	for query, status := range map[string]int{
		"package_show?id=altro": http.StatusNotFound, "package_search?rows=molti": http.StatusConflict, "package_search?start=-1": http.StatusConflict,
		"package_search?sort=colore": http.StatusConflict, "datastore_upsert": http.StatusBadRequest,
	} {
		if a := act(t, server.URL, query, status); a.Error.Type == "" || a.Error.Message == "" {
			t.Errorf("%s: error %+v says nothing", query, a.Error)
		}
	}
	var found searchResult
	decode(t, act(t, server.URL, "package_search?q=alberi", http.StatusOK).Result, &found)
	if found.Count != 1 || found.Results[0].Name != "specie-arboree" {
		t.Errorf("q=alberi finds %+v", found)
	}
}

// Every resource is there, in its format and of its size.
func TestCKANResources(t *testing.T) {
	server := httptest.NewServer(Publisher(opened))
	defer server.Close()
	for start := 0; start < len(datasetsOf(ckanName)); start += ckanRowsMax {
		var page searchResult
		decode(t, act(t, server.URL, fmt.Sprintf("package_search?sort=name+desc&start=%d", start), http.StatusOK).Result, &page)
		for _, p := range page.Results {
			for _, r := range p.Resources {
				res, body := get(t, r.URL, nil)
				if res.StatusCode != http.StatusOK || len(body) != r.Size || !strings.HasPrefix(res.Header.Get("Content-Type"), r.Mimetype) {
					t.Errorf("%s: status %d, %s, %d bytes; want %s, %d bytes", r.URL, res.StatusCode, res.Header.Get("Content-Type"), len(body), r.Mimetype, r.Size)
				}
				if !strings.HasSuffix(r.URL, "."+strings.ToLower(r.Format)) {
					t.Errorf("%s calls itself %s", r.URL, r.Format)
				}
			}
		}
	}
	if res, _ := get(t, server.URL+"/"+ckanName+"/dataset/x/resource/y/download/numeri-utili.csv", nil); res.StatusCode != http.StatusNotFound {
		t.Errorf("a resource of another dataset: status %d; want 404", res.StatusCode)
	}
}
