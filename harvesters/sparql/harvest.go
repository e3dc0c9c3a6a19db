package sparql

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/rdf"
	"po-net.prato.it/ponet/harvesters/table"
)

// How many rows are asked for at once. The national endpoint gives 30,000 at
// most and others 10,000, without saying that there are more.
const (
	partRows = 1000
	mostRows = 8000 // for one key that has more rows than a part
)

// Harvest yields what the query of src finds, one description for each value of
// its key. What does not come to the number that the endpoint counts has failed.
func Harvest(ctx context.Context, c *http.Client, src catalog.Source) iter.Seq2[catalog.Harvested, error] {
	return func(yield func(catalog.Harvested, error) bool) {
		h := &harvest{client: c, src: src, seen: map[string]bool{}, limit: src.Listing().Rows(partRows)}
		if err := h.run(ctx, yield); err != nil && !errors.Is(err, table.ErrEnough) {
			yield(catalog.Harvested{}, err)
		}
	}
}

// A harvest is the state of one reading of an endpoint.
type harvest struct {
	client   *http.Client
	src      catalog.Source
	at       string // address of the endpoint
	query    query
	template *rdf.Graph // of a CONSTRUCT, else nil
	found    []string
	seen     map[string]bool // keys
	rows     int             // that were taken, refused ones too
	spool    *table.Spool
	guard    fetch.Guard
	limit    int // rows of a part
}

func (h *harvest) run(ctx context.Context, yield func(catalog.Harvested, error) bool) error {
	if err := h.prepare(); err != nil {
		return err
	}
	var err error
	if h.spool, err = table.NewSpool(); err != nil {
		return err
	}
	defer h.spool.Close()
	rows, keys, err := h.count(ctx)
	if err != nil {
		return err
	}
	h.found = append(h.found, fmt.Sprintf("the endpoint counts %d rows of %d %s; they are read by it, %d at a time", rows, keys, h.query.key, h.limit))
	if err := h.parts(ctx); err != nil {
		return err
	}
	if h.rows != rows || len(h.seen) != keys {
		return failed("the endpoint counts %d rows of %d keys, but its parts hold %d of %d: it cuts answers off, or the data changed meanwhile", rows, keys, h.rows, len(h.seen))
	}
	t := h.spool.Table("")
	t.Found = h.found
	mapping := h.src.Mapping
	mapping.Key = nil // a variable, and no column of a CONSTRUCT
	return t.Harvest(ctx, mapping, -1, yield)
}

// prepare reads the address and the query, which may stand in it as by the
// protocol (SPARQL 1.1 Protocol §2.1).
func (h *harvest) prepare() error {
	u, err := url.Parse(h.src.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return failed("%s is no address of a SPARQL endpoint", h.src.URL)
	}
	parameters := u.Query()
	text := h.src.Mapping.Query
	if text == "" {
		text = parameters.Get("query")
	}
	if strings.TrimSpace(text) == "" {
		return failed("which query? Give one with --query, such as SELECT ?s ?title WHERE { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?title }")
	}
	parameters.Del("query")
	u.RawQuery = parameters.Encode()
	h.at = u.String()
	key := ""
	if len(h.src.Mapping.Key) > 0 {
		key = h.src.Mapping.Key[0]
	}
	if h.query, err = parseQuery(text, key); err != nil {
		return failed("%v", err)
	}
	if h.query.construct == "" {
		return nil
	}
	if h.template, err = h.query.template(); err != nil {
		return failed("%v", err)
	}
	return nil
}

// ask sends a query by POST, for it may be long.
func (h *harvest) ask(ctx context.Context, text string) (*fetch.Document, error) {
	form := url.Values{"query": {text}}.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.at, strings.NewReader(form))
	if err != nil {
		return nil, failed("%v", err)
	}
	req.Header = http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Accept": {"application/sparql-results+json"}}
	r, err := fetch.Do(h.client, req, fetch.MaxDocument)
	if err != nil {
		return nil, err
	}
	return r.Read()
}

func (h *harvest) solve(ctx context.Context, text string) (results, error) {
	d, err := h.ask(ctx, text)
	var status *fetch.StatusError
	if errors.As(err, &status) && len(status.Body) > 0 && !fetch.IsPage(status.Body) {
		return results{}, fmt.Errorf("%w: %q", err, catalog.Excerpt(string(status.Body))) // what is wrong with the query
	}
	if err != nil {
		return results{}, err
	}
	return parseResults(d)
}

// count asks how many rows and keys there are.
func (h *harvest) count(ctx context.Context) (rows, keys int, err error) {
	r, err := h.solve(ctx, h.query.count())
	if err != nil {
		return 0, 0, fmt.Errorf("count: %w", err)
	}
	if len(r.rows) == 1 {
		rows, err = strconv.Atoi(r.rows[0]["rows"].Value)
		if err == nil {
			keys, err = strconv.Atoi(r.rows[0]["keys"].Value)
		}
	}
	if len(r.rows) != 1 || err != nil {
		return 0, 0, failed("count: the endpoint answered %q", catalog.Excerpt(fmt.Sprint(r.rows)))
	}
	return rows, keys, nil
}

// parts reads the rows in the order of their keys. The last key of a part may
// go on in the next one, which therefore begins with it again, until it stands alone.
func (h *harvest) parts(ctx context.Context) error {
	var last *string
	limit := h.limit
	for {
		text := h.query.part(last, limit)
		if err := h.guard.Ask(text); err != nil {
			return err
		}
		r, err := h.solve(ctx, text)
		if err != nil {
			return err
		}
		objects := group(r, h.query.key[1:])
		switch {
		case len(objects) == 0:
			return nil
		case len(objects) == 1 && len(r.rows) >= limit && limit < mostRows:
			limit *= 2 // its rows may go on
			continue
		case len(objects) > 1:
			objects = objects[:len(objects)-1]
		}
		if err := h.take(r, objects); err != nil {
			return err
		}
		last = &objects[len(objects)-1].key
		limit = h.limit
	}
}

// take keeps the objects of a part.
func (h *harvest) take(r results, objects []*object) error {
	for _, o := range objects {
		if h.seen[o.key] {
			return failed("%s comes again: the endpoint does not order its keys as it compares them", o.key)
		}
		h.seen[o.key] = true
		h.rows += o.rows
	}
	for _, o := range objects {
		names, media := r.variables, "application/json"
		if h.template != nil {
			if err := o.describe(h.template); err != nil {
				return err
			}
			names, media = slices.Sorted(maps.Keys(o.terms)), "text/plain"
		}
		if err := h.keep(o, names, media); err != nil {
			return err
		}
	}
	return nil
}

// keep spools one object, or the reason why it cannot be used.
func (h *harvest) keep(o *object, names []string, media string) error {
	f := table.Feature{ID: o.key, Raw: o.raw(), Media: media, Properties: o.properties(names)}
	if !o.named {
		f.Issues = []catalog.Issue{{Rule: "key-missing", Key: o.key, Field: h.query.key, Read: catalog.Excerpt(strings.Join(o.lines, " ")), Expected: "an IRI or a text; a blank node has another name every time", Refused: true}}
	}
	return h.spool.Add(f)
}

// group collects the rows of each key, in order.
func group(r results, key string) []*object {
	var list []*object
	byKey := map[string]*object{}
	for _, s := range r.rows {
		t := s[key]
		o := byKey[t.Value]
		if o == nil {
			o = &object{key: t.Value, named: t.Value != "" && t.Type != "bnode", iri: t.Type == "uri", terms: map[string][]term{}}
			byKey[t.Value] = o
			list = append(list, o)
		}
		o.add(s)
	}
	return list
}
