package rest

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

// serve answers by request URI; SERVER in a body is its own address, and lines
// of a body before an empty one that begin with "Header " are headers.
func serve(t *testing.T, answers map[string]string) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, ok := answers[r.URL.RequestURI()]
		if !ok {
			http.NotFound(w, r)
			return
		}
		body = strings.ReplaceAll(body, "SERVER", "http://"+r.Host)
		for strings.HasPrefix(body, "Header ") {
			line, rest, _ := strings.Cut(body, "\n")
			name, value, _ := strings.Cut(strings.TrimPrefix(line, "Header "), ": ")
			w.Header().Add(name, value)
			body = rest
		}
		if status, ok := strings.CutPrefix(body, "Status "); ok {
			n, _ := strconv.Atoi(status[:3])
			w.WriteHeader(n)
			body = status[3:]
		}
		fmt.Fprint(w, body)
	}))
	t.Cleanup(s.Close)
	return s
}

// read walks a listing and returns the ids of its rows, what was found and how it ended.
func read(t *testing.T, s syntax, src catalog.Source) (ids string, w *walk, err error) {
	t.Helper()
	w = &walk{syntax: s, src: src}
	var all []string
	err = w.run(t.Context(), http.DefaultClient, func(r row) error {
		p, err := newJSONPage(r.properties, "")
		if err != nil {
			return err
		}
		id, ok := p.text("id")
		if !ok {
			id, _ = p.text("@id")
		}
		all = append(all, id)
		return nil
	})
	return strings.Join(all, " "), w, err
}

// rowsOf is rows with ids, as JSON.
func rowsOf(ids ...int) string {
	var rows []string
	for _, id := range ids {
		rows = append(rows, fmt.Sprintf(`{"id":%d,"nome":"Museo %d"}`, id, id))
	}
	return "[" + strings.Join(rows, ",") + "]"
}

// Pages that say themselves what comes next are followed without a word of
// configuration.
func TestPagingIsDetected(t *testing.T) {
	for name, c := range map[string]struct {
		start   string
		answers map[string]string
		rows    int
		told    string // part of what is found
	}{
		"next": {"/a", map[string]string{
			"/a":        `{"count":3,"next":"SERVER/a?page=2","results":` + rowsOf(1, 2) + `}`,
			"/a?page=2": `{"count":3,"next":null,"results":` + rowsOf(3) + `}`}, 3, `next link at "next"`},
		"next on an internal host": {"/a", map[string]string{
			"/a":        `{"count":3,"next":"http://backend:8000/a?page=2","results":` + rowsOf(1, 2) + `}`,
			"/a?page=2": `{"count":3,"next":null,"results":` + rowsOf(3) + `}`}, 3, `next link at "next"`},
		"JSON:API": {"/a", map[string]string{
			"/a":                    `{"data":` + rowsOf(1, 2) + `,"links":{"next":"/a?page%5Bnumber%5D=2"}}`,
			"/a?page%5Bnumber%5D=2": `{"data":` + rowsOf(3) + `,"links":{"next":null}}`}, 3, "links.next"},
		"HAL": {"/a", map[string]string{
			"/a":     `{"_embedded":{"musei":` + rowsOf(1, 2) + `},"_links":{"next":{"href":"/a?p=2"}}}`,
			"/a?p=2": `{"_embedded":{"musei":` + rowsOf(3) + `},"_links":{}}`}, 3, "_links.next.href"},
		"links with rel": {"/a", map[string]string{
			"/a":     `{"items":` + rowsOf(1, 2) + `,"links":[{"rel":"self","href":"/a"},{"rel":"next","href":"/a?o=2"}]}`,
			"/a?o=2": `{"items":` + rowsOf(3) + `,"links":[{"rel":"self","href":"/a?o=2"}]}`}, 3, "@.rel == 'next'"},
		"OData": {"/a", map[string]string{
			"/a":              `{"@odata.count":3,"value":` + rowsOf(1, 2) + `,"@odata.nextLink":"a?$skiptoken=2"}`,
			"/a?$skiptoken=2": `{"@odata.count":3,"value":` + rowsOf(3) + `}`}, 3, "@odata.nextLink"},
		"header Link": {"/a", map[string]string{
			"/a":     "Header Link: <SERVER/a?p=9>; rel=\"last\", </a?p=2>; title=x; rel=\"prev next\"\n" + rowsOf(1, 2),
			"/a?p=2": rowsOf(3)}, 3, "header Link"},
		"token": {"/a", map[string]string{
			"/a":                 `{"nextPageToken":"t/2","items":` + rowsOf(1, 2) + `}`,
			"/a?pageToken=t%2F2": `{"items":` + rowsOf(3) + `}`}, 3, "token at"},
		"pages counted": {"/a?lang=it", map[string]string{
			"/a?lang=it":        `{"data":` + rowsOf(1, 2) + `,"meta":{"pagination":{"total":3,"per_page":2,"current_page":1,"total_pages":2}}}`,
			"/a?lang=it&page=2": `{"data":` + rowsOf(3) + `,"meta":{"pagination":{"total":3,"per_page":2,"current_page":2,"total_pages":2}}}`}, 3, "parameter page"},
		"told beside the rows": {"/a", map[string]string{
			"/a":        `{"ok":1,"data":{"total":3,"last_page":2,"current_page":1,"items":` + rowsOf(1, 2) + `}}`,
			"/a?page=2": `{"ok":1,"data":{"total":3,"last_page":2,"current_page":2,"items":` + rowsOf(3) + `}}`}, 3, `up to what "data.last_page" says`},
		"pages from 0": {"/a", map[string]string{
			"/a":        `{"content":` + rowsOf(1, 2) + `,"page":{"size":2,"totalElements":3,"totalPages":2,"number":0}}`,
			"/a?page=1": `{"content":` + rowsOf(3) + `,"page":{"size":2,"totalElements":3,"totalPages":2,"number":1}}`}, 3, "parameter page"},
		"Strapi": {"/a", map[string]string{
			"/a":                    `{"data":` + rowsOf(1, 2) + `,"meta":{"pagination":{"page":1,"pageSize":2,"pageCount":2,"total":3}}}`,
			"/a?pagination[page]=2": `{"data":` + rowsOf(3) + `,"meta":{"pagination":{"page":2,"pageSize":2,"pageCount":2,"total":3}}}`}, 3, "pagination[page]"},
		"next is a number": {"/a", map[string]string{
			"/a":        `{"next_page":2,"items":` + rowsOf(1, 2) + `}`,
			"/a?page=2": `{"next_page":null,"items":` + rowsOf(3) + `}`,
			"/a?page=3": `{"next_page":null,"items":[]}`}, 3, "says that next_page is 2"},
		"page in the address, no count": {"/a?page=1", map[string]string{
			"/a?page=1": rowsOf(1, 2), "/a?page=2": rowsOf(3, 4), "/a?page=3": "[]"}, 4, "of the address"},
		"page in the address, 404 behind the last": {"/a?page=1", map[string]string{
			"/a?page=1": rowsOf(1, 2), "/a?page=2": rowsOf(3)}, 3, "of the address"},
		"the last page for whoever asks beyond it": {"/a?page=1", map[string]string{
			"/a?page=1": rowsOf(1, 2), "/a?page=2": rowsOf(3), "/a?page=3": rowsOf(3)}, 3, "of the address"},
		"a short page is not the last": {"/a?limit=10&offset=0", map[string]string{
			"/a?limit=10&offset=0": rowsOf(1, 2), "/a?limit=10&offset=2": rowsOf(3), "/a?limit=10&offset=3": rowsOf(4, 5), "/a?limit=10&offset=5": "[]"}, 5, "by offset"},
		"offset told by the page": {"/a", map[string]string{
			"/a":          `{"offset":0,"limit":2,"total":3,"items":` + rowsOf(1, 2) + `}`,
			"/a?offset=2": `{"offset":2,"limit":2,"total":3,"items":` + rowsOf(3) + `}`}, 3, "as the page calls it"},
		"a next page for ever (datastore of CKAN)": {"/a", map[string]string{
			"/a":          `{"success":true,"result":{"total":2,"records":` + rowsOf(1, 2) + `,"_links":{"start":"/a","next":"/a?offset=2"}}}`,
			"/a?offset=2": `{"success":true,"result":{"total":2,"records":[],"_links":{"start":"/a","next":"/a?offset=4"}}}`}, 2, "result._links.next"},
		"an empty page in the middle": {"/a", map[string]string{
			"/a":     `{"items":` + rowsOf(1) + `,"next":"/a?p=2"}`,
			"/a?p=2": `{"items":[],"next":"/a?p=3"}`,
			"/a?p=3": `{"items":` + rowsOf(2) + `,"next":""}`}, 2, "next link"},
		"one page": {"/a", map[string]string{"/a": `{"total":2,"page":1,"pages":1,"musei":` + rowsOf(1, 2) + `}`}, 2, `rows: at "musei"`},
		"count of the page": {"/a", map[string]string{
			"/a":     `{"count":2,"items":` + rowsOf(1, 2) + `,"next":"/a?p=2"}`,
			"/a?p=2": `{"count":1,"items":` + rowsOf(3) + `}`}, 3, "it does not count them"},
		"Socrata": {"/resource/abcd-1234.json", map[string]string{
			"/resource/abcd-1234.json?$limit=50000&$offset=0&$order=%3Aid": rowsOf(1, 2),
			"/resource/abcd-1234.json?$limit=50000&$offset=2&$order=%3Aid": "[]"}, 2, "Socrata"},
		"Socrata's catalogue": {"/api/catalog/v1?domains=dati.example.it", map[string]string{
			"/api/catalog/v1?domains=dati.example.it&limit=100&offset=0": `{"resultSetSize":3,"results":[{"resource":{"id":"aaaa-1111","name":"A"}},{"resource":{"id":"aaaa-2222","name":"B"}}]}`,
			"/api/catalog/v1?domains=dati.example.it&limit=100&offset=2": `{"resultSetSize":3,"results":[{"resource":{"id":"aaaa-3333","name":"C"}}]}`}, 3, "catalogue"},
		"WordPress": {"/wp-json/wp/v2/luogo", map[string]string{
			"/wp-json/wp/v2/luogo?orderby=id&page=1&per_page=100": "Header X-WP-Total: 3\nHeader X-WP-TotalPages: 2\n" + rowsOf(3, 2),
			"/wp-json/wp/v2/luogo?orderby=id&page=2&per_page=100": "Header X-WP-Total: 3\nHeader X-WP-TotalPages: 2\n" + rowsOf(1),
			"/wp-json/wp/v2/luogo?orderby=id&page=3&per_page=100": `Status 400{"code":"rest_post_invalid_page_number"}`}, 3, "WordPress"},
		"Plone": {"/++api++/@search?portal_type=Event&fullobjects=1&b_size=2", map[string]string{
			"/++api++/@search?portal_type=Event&fullobjects=1&b_size=2": `{"@id":"x","batching":{"@id":"x","next":"SERVER/++api++/@search?b_start=2&b_size=2"},"items_total":3,"items":[{"@id":"SERVER/e/1"},{"@id":"SERVER/e/2"}]}`,
			"/++api++/@search?b_start=2&b_size=2":                       `{"@id":"x","batching":{"@id":"x","prev":"y"},"items_total":3,"items":[{"@id":"SERVER/e/3"}]}`}, 3, "batching.next"},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, c.answers)
			ids, w, err := read(t, jsonSyntax, catalog.Source{URL: s.URL + c.start})
			if err != nil || w.rows != c.rows {
				t.Fatalf("%d rows (%s), %v; want %d\n%s", w.rows, ids, err, c.rows, strings.Join(w.found, "\n"))
			}
			if found := strings.Join(w.found, "\n"); !strings.Contains(found, c.told) {
				t.Errorf("found:\n%s\nwant %q", found, c.told)
			}
		})
	}
}

// What goes wrong with a listing makes it a failed one, and says why.
func TestFailedListings(t *testing.T) {
	for name, c := range map[string]struct {
		start   string
		answers map[string]string
		paging  *catalog.Paging
		path    string
		want    string
	}{
		"HTML":                     {start: "/a", answers: map[string]string{"/a": "<!DOCTYPE html><html><body>Accesso"}, want: "it is a web page (HTML) and not JSON"},
		"nothing":                  {start: "/a", answers: map[string]string{"/a": " "}, want: "an empty answer"},
		"cut off":                  {start: "/a", answers: map[string]string{"/a": `{"items":[{"id":1},{"id"`}, want: "not valid JSON: unexpected end"},
		"empty list":               {start: "/a", answers: map[string]string{"/a": `{"items":[]}`}, want: "the listing is empty"},
		"empty list, counted":      {start: "/a", answers: map[string]string{"/a": `{"total":0,"items":[]}`}, want: "the listing is empty"},
		"error with 200":           {start: "/a", answers: map[string]string{"/a": `{"error":{"code":498,"message":"Invalid token."}}`}, want: "error.message: Invalid token."},
		"errors and an empty list": {start: "/a", answers: map[string]string{"/a": `{"errors":[{"message":"database is down"}],"data":[]}`}, want: "errors: database is down"},
		"success is false":         {start: "/a", answers: map[string]string{"/a": `{"success":false,"message":"no","result":[]}`}, want: "message: no"},
		"error on page 2": {start: "/a", answers: map[string]string{
			"/a": `{"total":4,"next":"/a?p=2","items":` + rowsOf(1, 2) + `}`, "/a?p=2": `{"message":"timeout"}`}, want: "the server says message: timeout"},
		"page 2 is a web page": {start: "/a", answers: map[string]string{
			"/a": `{"next":"/a?p=2","items":` + rowsOf(1, 2) + `}`, "/a?p=2": `<html><body>`}, want: "web page"},
		"page 2 is gone although counted": {start: "/a?page=1", answers: map[string]string{
			"/a?page=1": `{"total":4,"items":` + rowsOf(1, 2) + `}`}, want: "404 Not Found"},
		"ends early": {start: "/a", answers: map[string]string{
			"/a": `{"total":5,"next":"/a?p=2","items":` + rowsOf(1, 2) + `}`, "/a?p=2": `{"total":5,"items":` + rowsOf(3) + `}`}, want: "counts 5 rows; the listing ended after 3"},
		"an empty page before the end": {start: "/a?page=1", answers: map[string]string{
			"/a?page=1": `{"total":5,"items":` + rowsOf(1, 2) + `}`, "/a?page=2": `{"total":5,"items":[]}`}, want: "counts 5 rows; the listing ended after 2"},
		"more is counted, no way there": {start: "/a", answers: map[string]string{
			"/a": `{"total":120,"items":` + rowsOf(1, 2) + `}`}, want: "say it with --page-param"},
		"the same page for every number": {start: "/a?page=1", answers: map[string]string{
			"/a?page=1": rowsOf(1, 2), "/a?page=2": rowsOf(1, 2)}, want: "page 2 holds the same as page 1"},
		"the same page in another order": {start: "/a?page=1", answers: map[string]string{
			"/a?page=1": rowsOf(1, 2), "/a?page=2": rowsOf(2, 1)}, want: "page 2 holds the same as page 1"},
		"pages that overlap": {start: "/a?page=1", answers: map[string]string{
			"/a?page=1": `{"total":4,"items":` + rowsOf(1, 2) + `}`, "/a?page=2": `{"total":4,"items":` + rowsOf(2, 4) + `}`}, want: "of which 1 came twice: the order changes"},
		"pages that overlap, not counted": {start: "/a?page=1", answers: map[string]string{
			"/a?page=1": rowsOf(1, 2), "/a?page=2": rowsOf(2, 4), "/a?page=3": "[]"}, want: "1 of 4 rows came on two pages"},
		"a next link to itself": {start: "/a", answers: map[string]string{
			"/a": `{"next":"/a","items":` + rowsOf(1, 2) + `}`}, want: "is one that was read already"},
		"a next link that is none": {start: "/a", answers: map[string]string{
			"/a": `{"next":"http://[::1/a","items":` + rowsOf(1, 2) + `}`}, want: "which is no address"},
		"no list": {start: "/a", answers: map[string]string{"/a": `{"id":1,"numeri":[1,2]}`}, want: `there are the lists "numeri" (2)`},
		"path that leads nowhere": {start: "/a", path: "dati", answers: map[string]string{
			"/a": `{"items":` + rowsOf(1) + `}`}, want: `"dati" leads to nothing; there are the lists "items" (1)`},
		"path that is none": {start: "/a", path: "$.a[?", answers: map[string]string{"/a": `{}`}, want: "is no JSONPath"},
		"no count where it should be": {start: "/a", paging: &catalog.Paging{Total: "meta.n"}, answers: map[string]string{
			"/a": `{"items":` + rowsOf(1) + `}`}, want: `there is no count at "meta.n"`},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, c.answers)
			_, w, err := read(t, jsonSyntax, catalog.Source{URL: s.URL + c.start, Mapping: catalog.Mapping{Path: c.path, Paging: c.paging}})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("%v; want %q\n%s", err, c.want, strings.Join(w.found, "\n"))
			}
			if c.path != "$.a[?" && !errors.Is(err, catalog.ErrFailedListing) {
				t.Errorf("%v is no failed listing", err)
			}
		})
	}
}
