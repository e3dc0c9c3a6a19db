package rest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

// A table of Socrata that has not changed costs one request; when a row was changed,
// added or taken away it is read whole, and compared with what it counts.
func TestSocrataAsksWhatChanged(t *testing.T) {
	newest, rows, knows := "2026-03-01T10:00:00.123Z", 3, true
	var asked []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		asked = append(asked, q.Get("$select")+q.Get("$offset"))
		switch {
		case q.Get("$where") != "zona=3" || q.Get("$select") != "" && q.Has("$order"):
			http.Error(w, "another question", http.StatusTeapot)
		case q.Get("$select") != "" && !knows:
			http.Error(w, `{"error":true,"message":"No such column: :updated_at"}`, http.StatusBadRequest)
		case q.Get("$select") != "":
			fmt.Fprintf(w, `[{"rows":"%d","newest":"%s"}]`, rows, newest)
		case q.Get("$offset") == "0":
			fmt.Fprint(w, `[{"codice":"P1","nome":"Piscina"},{"codice":"P2","nome":"Palestra"},{"codice":"P3","nome":"Pista"}]`)
		default:
			fmt.Fprint(w, `[]`)
		}
	}))
	defer s.Close()
	const state = "count(*) as rows,max(:updated_at) as newest"
	for _, tt := range []struct {
		name   string
		since  string
		newest string
		rows   int
		knows  bool
		kept   int
		asked  string
		cursor string
		fails  string
	}{
		{"first", "", newest, 3, true, 3, state + " 0", "3 " + newest, ""},
		{"nothing changed", "3 " + newest, newest, 3, true, 0, state, "3 " + newest, ""},
		{"a row changed", "3 " + newest, "2026-03-02T00:00:00.000Z", 3, true, 3, state + " 0", "3 2026-03-02T00:00:00.000Z", ""},
		{"a row was taken away", "4 " + newest, newest, 3, true, 3, state + " 0", "3 " + newest, ""},
		{"more are counted than come", "", newest, 4, true, 0, state + " 0 3", "", "counts 4 rows; the listing ended after 3"},
		{"a server that does not tell", "3 " + newest, newest, 3, false, 3, state + " 0 3", "", ""},
	} {
		asked, newest, rows, knows = nil, tt.newest, tt.rows, tt.knows
		l := &catalog.Listing{Since: tt.since}
		src := catalog.Source{ID: "test", URL: s.URL + "/resource/abcd-1234.json?$where=zona=3", Mapping: catalog.Mapping{Key: []string{"codice"}}}
		kept, _, err := collect(t, src.WithListing(l))
		if (err != nil) != (tt.fails != "") || err != nil && !strings.Contains(err.Error(), tt.fails) {
			t.Errorf("%s: %v; want %q", tt.name, err, tt.fails)
		}
		if got := strings.Join(asked, " "); len(kept) != tt.kept || got != tt.asked {
			t.Errorf("%s: %d rows, asked %q; want %d, %q", tt.name, len(kept), got, tt.kept, tt.asked)
		}
		if tt.fails == "" && (l.Cursor != tt.cursor || l.Partial != (tt.kept == 0)) {
			t.Errorf("%s: cursor %q, partial %v; want %q", tt.name, l.Cursor, l.Partial, tt.cursor)
		}
	}
	asked = nil
	_, _, err := collect(t, catalog.Source{ID: "test", URL: s.URL + "/resource/abcd-1234.json?$select=zona&$group=zona&$where=zona=3"})
	if len(asked) == 0 || strings.Contains(asked[0], "count") {
		t.Errorf("of sums %q was asked, %v", asked, err)
	}
}
