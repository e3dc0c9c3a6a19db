package ogcapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// A catalogue of n records, one changed on each of the days before today, and what
// servers make of being asked for changes.
type catalogue struct {
	n           int
	features    bool   // a collection of features instead, with the column aggiornato
	classes     string // of conformance
	unqueryable bool   // the property is not among the queryables
	deaf        bool   // the filter is not looked at
	mute        bool   // the filter finds nothing
	refuses     bool   // the filter is an error 400
	untold      bool   // an item does not say when it changed
	asked       []string
}

var today = time.Date(2026, 3, 14, 0, 0, 0, 0, time.UTC)

const cql2 = `"http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter","http://www.opengis.net/spec/cql2/1.0/conf/cql2-text"`

func (c *catalogue) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.asked = append(c.asked, r.URL.RequestURI())
	w.Header().Set("Date", today.Add(9*time.Hour).Format(http.TimeFormat))
	q := r.URL.Query()
	property, kind := "updated", "record"
	if c.features {
		property, kind = "aggiornato", "feature"
	}
	switch r.URL.Path {
	case "/":
		fmt.Fprint(w, `{"links":[{"rel":"data","href":"/collections"},{"rel":"conformance","href":"/conforme"}]}`)
	case "/conforme":
		fmt.Fprintf(w, `{"conformsTo":[%s]}`, c.classes)
	case "/collections":
		fmt.Fprintf(w, `{"collections":[{"id":"dati","itemType":"%s","links":[{"rel":"items","href":"/collections/dati/items"}]}]}`, kind)
	case "/collections/dati/queryables":
		if c.unqueryable {
			property = "altro"
		}
		fmt.Fprintf(w, `{"type":"object","properties":{"%s":{"type":"string"}}}`, property)
	case "/collections/dati/items":
		since := time.Time{}
		if f := q.Get("filter"); f != "" {
			if c.refuses {
				http.Error(w, "filter", http.StatusBadRequest)
				return
			}
			at, err := time.Parse(property+" >= TIMESTAMP('2006-01-02T15:04:05Z')", f)
			if err != nil || q.Get("filter-lang") != "cql2-text" {
				panic("filter " + f + ": " + q.Get("filter-lang"))
			}
			if since = at; c.deaf {
				since = time.Time{}
			}
			if c.mute {
				since = today.AddDate(9, 0, 0)
			}
		}
		list := []string{}
		for i := range c.n {
			at := today.AddDate(0, 0, -i)
			stamp := at.Format(time.RFC3339)
			if at.Before(since) {
				continue
			}
			if c.untold && i == 3 {
				stamp = ""
			}
			list = append(list, fmt.Sprintf(`{"type":"Feature","id":"r%d","geometry":null,"properties":{"type":"dataset","title":"Titolo %d","%s":"%s"}}`, i, i, property, stamp))
		}
		fmt.Fprintf(w, `{"type":"FeatureCollection","numberMatched":%d,"features":[%s]}`, len(list), strings.Join(list, ","))
	default:
		http.NotFound(w, r)
	}
}

func (c *catalogue) harvest(t *testing.T, since string) (kept []string, l *catalog.Listing, err error) {
	t.Helper()
	s := httptest.NewServer(c)
	defer s.Close()
	c.asked = nil
	l = &catalog.Listing{Since: since}
	src := catalog.Source{URL: s.URL + "/"}
	if c.features {
		src.Mapping.Fields = map[string]string{"modified": "aggiornato"}
	}
	list, refused, err := collect(t, s.Client(), src.WithListing(l))
	for _, h := range list {
		kept = append(kept, h.Key)
	}
	slices.Sort(kept)
	if len(refused) > 0 {
		t.Errorf("refused %v", refused)
	}
	return kept, l, err
}

// What changed is asked for only where the server has shown that it can tell, and what
// it then tells is not believed when it is not what was asked for.
func TestChanges(t *testing.T) {
	for _, tt := range []struct {
		name string
		catalogue
		promised bool
	}{
		{"records", catalogue{n: 30, classes: cql2}, true},
		{"features with a column named", catalogue{n: 30, classes: cql2, features: true}, true},
		{"no filter by its conformance", catalogue{n: 30, classes: `"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"`}, false},
		{"a language that is not CQL text", catalogue{n: 30, classes: `"http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter","http://www.opengis.net/spec/cql2/1.0/conf/cql2-json"`}, false},
		{"no conformance at all", catalogue{n: 30}, false},
		{"not queryable", catalogue{n: 30, classes: cql2, unqueryable: true}, false},
		{"the filter is not looked at", catalogue{n: 30, classes: cql2, deaf: true}, false},
		{"the filter finds nothing", catalogue{n: 30, classes: cql2, mute: true}, false},
		{"the filter is refused", catalogue{n: 30, classes: cql2, refuses: true}, false},
		{"an item does not tell", catalogue{n: 30, classes: cql2, untold: true}, false},
	} {
		kept, l, err := tt.harvest(t, "")
		if err != nil || len(kept) != 30 || l.Partial || (l.Cursor != "") != tt.promised {
			t.Errorf("%s: %d, %v; cursor %q, partial %v; asked %q", tt.name, len(kept), err, l.Cursor, l.Partial, tt.asked)
		}
	}
}

func TestChangesSince(t *testing.T) {
	c := catalogue{n: 30, classes: cql2}
	_, first, _ := c.harvest(t, "")
	var told struct{ Read time.Time }
	if err := json.Unmarshal([]byte(first.Cursor), &told); err != nil || !told.Read.Equal(today.Add(-39*time.Hour)) {
		t.Fatalf("the cursor %s is not the server's time less 48 hours", first.Cursor)
	}
	kept, l, err := c.harvest(t, first.Cursor)
	if want := []string{"r0", "r1"}; err != nil || !slices.Equal(kept, want) || !l.Partial || l.Cursor == "" {
		t.Errorf("%q, %v, partial %v; want %q; asked %q", kept, err, l.Partial, want, c.asked)
	}
	for name, broken := range map[string]catalogue{
		"deaf by now": {n: 30, classes: cql2, deaf: true}, "refuses by now": {n: 30, classes: cql2, refuses: true}, "says so no more": {n: 30},
	} {
		kept, l, err := broken.harvest(t, first.Cursor)
		if err != nil || len(kept) != 30 || l.Partial || l.Cursor != "" {
			t.Errorf("%s: %d, %v, partial %v, cursor %q; asked %q", name, len(kept), err, l.Partial, l.Cursor, broken.asked)
		}
	}
}

// A table of which a row has changed is read whole, since its columns are those of all
// its rows; one of which none has costs one request for items.
func TestFeaturesSince(t *testing.T) {
	c := catalogue{n: 30, classes: cql2, features: true}
	_, first, _ := c.harvest(t, "")
	if kept, l, err := c.harvest(t, first.Cursor); err != nil || len(kept) != 30 || l.Partial || l.Cursor == "" {
		t.Errorf("%d, %v, partial %v", len(kept), err, l.Partial)
	}
	later := strings.Replace(first.Cursor, today.Add(-39*time.Hour).Format(time.RFC3339), today.Add(time.Hour).Format(time.RFC3339), 1)
	kept, l, err := c.harvest(t, later)
	if items := strings.Count(strings.Join(c.asked, "\n"), "/items"); err != nil || len(kept) != 0 || !l.Partial || l.Cursor == "" || items != 1 {
		t.Errorf("%q, %v, partial %v; asked %q", kept, err, l.Partial, c.asked)
	}
}
