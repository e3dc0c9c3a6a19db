package ogcapi_test

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

// A server with n points, each at its place along a line in Prato, and the faults
// that servers have.
type server struct {
	n                         int
	most                      int  // items it gives at once; 0: as many as are asked for
	repeats                   bool // page 1 for every offset, as MapServer over GeoPackage
	silent                    bool // no numberMatched
	linkless, endless, beyond bool
	noBBox                    bool // bbox is not looked at
	noID                      bool
	claims                    int  // numberMatched, if not the truth
	refuses                   int  // a limit above is 400
	loses                     bool // the last item of every page but the last
}

func (s server) at(i int) (lon, lat float64) { return 11 + float64(i)*0.001, 43.8 }

func (s server) feature(i int) string {
	lon, lat := s.at(i)
	id := fmt.Sprintf(`"id":"f%d",`, i)
	if s.noID {
		id = ""
	}
	return fmt.Sprintf(`{"type":"Feature",%s"properties":{"nome":"Punto %d"},"geometry":{"type":"Point","coordinates":[%g,%g]}}`, id, i, lon, lat)
}

func (s server) answer(r *http.Request) string {
	q := r.URL.Query()
	switch r.URL.Path {
	case "/", "":
		return `{"title":"Prova","links":[{"rel":"self","href":"http://interno/"},{"rel":"data","type":"application/json","href":"http://interno:8080/collections"}]}`
	case "/collections":
		return fmt.Sprintf(`{"links":[{"rel":"license","href":"https://creativecommons.org/licenses/by/4.0/"}],"collections":[
			{"id":"punti","title":"Punti","description":"Di prova","itemType":"feature","extent":{"spatial":{"bbox":[[10.99,43.7,%g,43.9]]}},"links":[{"rel":"items","type":"text/html","href":"/html"},{"rel":"items","type":"application/geo+json","href":"collections/punti/items"}]},
			{"id":"quote","itemType":"coverage","links":[{"rel":"http://www.opengis.net/def/rel/ogc/1.0/coverage","href":"/x"}]}]}`, 11+float64(s.n)*0.001)
	case "/collections/punti/items":
	default:
		return ""
	}
	limit, offset := 10, 0
	if v := q.Get("limit"); v != "" {
		limit, _ = strconv.Atoi(v)
	}
	if s.refuses > 0 && limit > s.refuses {
		return `400|{"detail":"limit"}`
	}
	if s.most > 0 {
		limit = min(limit, s.most)
	}
	if !s.repeats {
		offset, _ = strconv.Atoi(q.Get("offset"))
	}
	if s.beyond && offset >= s.n {
		return ""
	}
	var in []int
	box := [4]float64{-180, -90, 180, 90}
	if v := q.Get("bbox"); v != "" && !s.noBBox {
		for i, part := range strings.Split(v, ",") {
			box[i], _ = strconv.ParseFloat(part, 64)
		}
	}
	for i := range s.n {
		if lon, lat := s.at(i); lon >= box[0] && lon <= box[2] && lat >= box[1] && lat <= box[3] {
			in = append(in, i)
		}
	}
	var list []string
	for k := offset; k < len(in) && k < offset+limit; k++ {
		if s.loses && k == offset+limit-1 && k < len(in)-1 {
			continue
		}
		list = append(list, s.feature(in[k]))
	}
	count, links := "", ""
	if !s.silent {
		count = fmt.Sprintf(`"numberMatched":%d,`, max(len(in), s.claims))
	}
	asked, _ := strconv.Atoi(q.Get("offset"))
	if next := asked + limit; !s.linkless && (next < len(in) || s.endless || s.beyond && next <= len(in)) {
		q.Set("offset", strconv.Itoa(next))
		links = `{"rel":"next","href":"?` + strings.ReplaceAll(q.Encode(), "&", "\\u0026") + `"}`
	}
	return fmt.Sprintf(`{"type":"FeatureCollection",%s"features":[%s],"links":[%s]}`, count, strings.Join(list, ","), links)
}

// Every way leads to all items, each once, or to a failed listing; never to
// less that is called complete (spec §3.5).
func TestListings(t *testing.T) {
	for _, tt := range []struct {
		name string
		server
		kept  int
		found string
		err   string
	}{
		{"one page", server{n: 7}, 7, "the server counts 7; 1 requests", ""},
		{"pages", server{n: 2500}, 2500, "3 requests", ""},
		{"pages of its own size", server{n: 45, most: 10}, 45, "5 requests", ""},
		{"without count", server{n: 45, most: 10, silent: true}, 45, "which the server does not count", ""},
		{"without count, by chance full", server{n: 1000, silent: true}, 1000, "", ""},
		{"without count and links, full", server{n: 2000, silent: true, linkless: true}, 2000, "read in one answer", ""},
		{"without count and links, and cut", server{n: 2000, most: 1000, silent: true, linkless: true}, 1000, "", "neither counts them nor links a next page"},
		{"an empty page at the end", server{n: 20, most: 10, endless: true, silent: true}, 20, "", ""},
		{"404 beyond the end", server{n: 20, most: 10, beyond: true}, 20, "", ""},
		{"404 beyond the end, without count", server{n: 20, most: 10, beyond: true, silent: true}, 20, "", ""},
		{"without ids", server{n: 25, most: 10, noID: true}, 25, "", ""},
		{"a limit is refused", server{n: 250, refuses: 100}, 250, "", ""},
		{"page 1 for every offset", server{n: 2500, repeats: true}, 2500, "read in one answer, since in pages: ", ""},
		{"page 1 for every offset, and cut", server{n: 150, most: 10, repeats: true}, 150, "read box by box", ""},
		{"page 1 for every offset, without ids", server{n: 2500, repeats: true, noID: true}, 2500, "read in one answer", ""},
		{"page 1 for every offset, cut, without boxes", server{n: 150, most: 10, repeats: true, noBBox: true}, 10, "", "box by box: "},
		{"page 1 for every offset, cut, not counted", server{n: 150, most: 10, repeats: true, silent: true}, 10, "", "had come before"},
		{"no link although it counts more", server{n: 50, most: 10, linkless: true}, 50, "read box by box", ""},
		{"counts more than there are", server{n: 50, claims: 60}, 50, "", "counts 60 items and gave 50"},
		{"loses one of every page", server{n: 2500, loses: true}, 2500, "", ""},
		{"nothing", server{n: 0}, 0, "", "none of the 1 collections has a feature"},
	} {
		s, asked := serve(t, tt.answer)
		kept, refused, err := collect(t, s.Client(), catalog.Source{URL: s.URL})
		if len(kept) != tt.kept || len(keys(kept)) != tt.kept || len(refused) > 0 || (err == nil) != (tt.err == "") || err != nil && (!strings.Contains(err.Error(), tt.err) || !errors.Is(err, catalog.ErrFailedListing)) {
			t.Errorf("%s: %d different of %d, %v, %v; want %d, %q; asked %d: %.2000q", tt.name, len(keys(kept)), len(kept), refused, err, tt.kept, tt.err, len(*asked), *asked)
		}
		if len(kept) > 0 && !strings.Contains(strings.Join(kept[0].Layer.Found, "\n"), tt.found) {
			t.Errorf("%s: found %q; want %q", tt.name, kept[0].Layer.Found, tt.found)
		}
	}
}
