package ogcapi_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/harvesttest"
	"po-net.prato.it/ponet/harvesters/ogcapi"
)

func collect(t *testing.T, c *http.Client, src catalog.Source) (kept []catalog.Harvested, refused []catalog.Issue, failure error) {
	t.Helper()
	src.ID = "prova"
	if c == nil {
		c = http.DefaultClient
	}
	return harvesttest.Collect(ogcapi.Harvest(t.Context(), c, src))
}

// serve answers by a function of the request's address; "" is 404.
func serve(t *testing.T, answer func(r *http.Request) string) (*httptest.Server, *[]string) {
	t.Helper()
	var asked []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.RequestURI())
		body := answer(r)
		if body == "" {
			http.NotFound(w, r)
			return
		}
		if status, rest, ok := strings.Cut(body, "|"); ok && status == "400" {
			http.Error(w, rest, http.StatusBadRequest)
			return
		}
		_, _ = w.Write([]byte(strings.ReplaceAll(body, "SERVER", "http://"+r.Host)))
	}))
	t.Cleanup(s.Close)
	return s, &asked
}

func value(h catalog.Harvested, column string) any { return harvesttest.Value(h, column) }

func keys(kept []catalog.Harvested) map[string]bool {
	all := map[string]bool{}
	for _, h := range kept {
		all[h.Layer.Name+"/"+h.Key] = true
	}
	return all
}
