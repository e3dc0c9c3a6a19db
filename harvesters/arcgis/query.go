package arcgis

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/table"
)

const (
	pageRows = 1000 // where the service does not say how many it gives
	mostRows = 2000 // of a page: heavy polygons make a server give up with more
	chunk    = 200  // objects asked for by their ids
)

// A query reads one layer.
type query struct {
	client
	*layer
	rows    int // a page; 0: as many as the service gives
	geojson bool
	spool   *table.Spool
	seen    map[int64]struct{} // ids of objects
	crs     string
	srid    int
	found   []string
}

// An answer is one page, in Esri's JSON or GeoJSON.
type answer struct {
	Features   []json.RawMessage `json:"features"`
	Exceeded   bool              `json:"exceededTransferLimit"`
	Properties struct {
		Exceeded bool `json:"exceededTransferLimit"`
	} `json:"properties"`
	Reference struct {
		WKID       int    `json:"wkid"`
		LatestWKID int    `json:"latestWkid"`
		WKT        string `json:"wkt"`
	} `json:"spatialReference"`
	CRS json.RawMessage `json:"crs"`
}

func (a answer) more() bool { return a.Exceeded || a.Properties.Exceeded }

// errDoubt: paging gives objects twice, or not all.
var errDoubt = errors.New("paging by offset is not to be trusted there")

// read fills the spool with every row of the layer: by offsets where the service
// pages, else, or when that gives objects twice or not all, by their ids.
func (q *query) read(ctx context.Context) error {
	count, err := q.count(ctx)
	if err != nil {
		return err
	}
	q.geojson = q.geoJSON()
	if q.pages() {
		if err = q.byOffset(ctx, count); !errors.Is(err, errDoubt) {
			return err
		}
		if q.ObjectID == "" {
			return failed("%s: %v, and its objects have no id", q.address, err)
		}
		q.found = append(q.found, fmt.Sprintf("%v: read by object ids", err))
		if err := q.restart(); err != nil {
			return err
		}
	}
	if q.ObjectID == "" {
		return q.atOnce(ctx, count)
	}
	return q.byID(ctx, count)
}

// restart forgets what was read.
func (q *query) restart() (err error) {
	if q.spool != nil {
		if err := q.spool.Close(); err != nil {
			return err
		}
	}
	q.spool, err = table.NewSpool()
	q.seen = map[int64]struct{}{}
	return err
}

// count is how many rows there are; -1 where the service cannot say.
func (q *query) count(ctx context.Context) (int, error) {
	var a struct {
		Count *int `json:"count"`
	}
	err := q.get(ctx, q.address+"/query", url.Values{"f": {"json"}, "where": {q.where}, "returnCountOnly": {"true"}}, &a)
	switch {
	case err != nil && !asServerError(err):
		return 0, err
	case err != nil || a.Count == nil:
		return -1, nil
	}
	return *a.Count, nil
}

// parameters are those of every query for rows.
func (q *query) parameters() url.Values {
	p := url.Values{"where": {q.where}, "outFields": {"*"}, "f": {"json"}, "returnGeometry": {strconv.FormatBool(q.located())}}
	if q.located() {
		p.Set("outSR", "4326")
		if q.geojson {
			p.Set("f", "geojson")
		}
	}
	return p
}

// ask sends a query; where GeoJSON is refused although it was offered, again in
// Esri's JSON.
func (q *query) ask(ctx context.Context, p url.Values, post bool) (answer, error) {
	for {
		var a answer
		var err error
		if post {
			err = q.post(ctx, q.address+"/query", p, &a)
		} else {
			err = q.get(ctx, q.address+"/query", p, &a)
		}
		if err == nil && a.Features == nil {
			err = failed("%s: an answer without features", q.address)
		}
		if err != nil && q.geojson && p.Get("f") == "geojson" && (asServerError(err) || a.Features == nil && ctx.Err() == nil) {
			q.geojson = false
			p.Set("f", "json")
			continue
		}
		return a, err
	}
}

// pageSize is how many rows are asked for at once.
func (q *query) pageSize() int {
	n := min(q.MaxRecords, mostRows)
	if q.rows > 0 {
		n = min(n, q.rows)
	}
	return max(n, 1)
}

// byOffset reads page after page, in the order of the object ids. A page may
// have no row and yet not be the last, so only the count and an empty page that
// promises nothing more are an end.
func (q *query) byOffset(ctx context.Context, count int) error {
	var guard fetch.Guard
	size := q.pageSize()
	for offset := 0; count < 0 || offset < count; {
		p := q.parameters()
		p.Set("resultOffset", strconv.Itoa(offset))
		p.Set("resultRecordCount", strconv.Itoa(size))
		if q.ObjectID != "" {
			p.Set("orderByFields", q.ObjectID)
		}
		if err := guard.Ask(p.Encode()); err != nil {
			return err
		}
		a, err := q.ask(ctx, p, false)
		if err != nil {
			return err
		}
		if q.ObjectID == "" && len(a.Features) > 0 { // nothing else would tell that a page comes again
			if err := guard.Got(bytes.Join(rawBytes(a.Features), nil)); err != nil {
				return err
			}
		}
		if err := q.add(a); err != nil {
			return err
		}
		if offset += len(a.Features); len(a.Features) == 0 {
			if !a.more() {
				break
			}
			offset += size
		}
	}
	if q.spool.Len() < count {
		return fmt.Errorf("%w: %d of %d objects came", errDoubt, q.spool.Len(), count)
	}
	return nil
}

func rawBytes(list []json.RawMessage) [][]byte {
	all := make([][]byte, len(list))
	for i, v := range list {
		all[i] = v
	}
	return all
}

// byID asks for the ids of all objects, then for the objects.
func (q *query) byID(ctx context.Context, count int) error {
	var a struct {
		IDs []int64 `json:"objectIds"`
	}
	if err := q.get(ctx, q.address+"/query", url.Values{"f": {"json"}, "where": {q.where}, "returnIdsOnly": {"true"}}, &a); err != nil {
		return err
	}
	slices.Sort(a.IDs)
	ids := slices.Compact(a.IDs)
	if len(ids) < count {
		return failed("%s counts %d objects and names %d", q.address, count, len(ids))
	}
	for part := range slices.Chunk(ids, min(chunk, q.pageSize())) {
		if err := q.objects(ctx, part); err != nil {
			return err
		}
	}
	return nil
}

// objects reads those with these ids. When not all come, the others are asked
// for again, as long as some do.
func (q *query) objects(ctx context.Context, ids []int64) error {
	for len(ids) > 0 {
		texts := make([]string, len(ids))
		for i, id := range ids {
			texts[i] = strconv.FormatInt(id, 10)
		}
		p := q.parameters()
		p.Del("where")
		p.Set("objectIds", strings.Join(texts, ","))
		a, err := q.ask(ctx, p, true)
		if err != nil {
			return err
		}
		before := len(ids)
		if err := q.add(a); err != nil {
			return err
		}
		ids = slices.DeleteFunc(ids, func(id int64) bool { _, came := q.seen[id]; return came })
		if len(ids) == before {
			return failed("%s: %d objects that it names cannot be had, the first is %s", q.address, before, texts[0])
		}
	}
	return nil
}

// atOnce reads a layer whose objects have no ids and that cannot page.
func (q *query) atOnce(ctx context.Context, count int) error {
	a, err := q.ask(ctx, q.parameters(), false)
	if err != nil {
		return err
	}
	if a.more() || len(a.Features) < count {
		return failed("%s has more rows than it gives at once, %d, and neither pages nor ids to get at the others", q.address, len(a.Features))
	}
	return q.add(a)
}

// add keeps the rows of an answer.
func (q *query) add(a answer) error {
	q.reference(a)
	for _, raw := range a.Features {
		f, id := q.feature(raw)
		if n, err := strconv.ParseInt(id, 10, 64); err == nil {
			if _, twice := q.seen[n]; twice {
				return fmt.Errorf("%w: the object %s came twice", errDoubt, id)
			}
			q.seen[n] = struct{}{}
		}
		if err := q.spool.Add(f); err != nil {
			return err
		}
	}
	return nil
}
