package opendatasoft

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/table"
)

// Harvest yields every dataset of the portal at src.URL, or those of an answer of
// its API in a file; of a file with records, their rows. What is no dataset is a
// *catalog.RowError; any other error is the last pair.
func Harvest(ctx context.Context, c *http.Client, src catalog.Source) iter.Seq2[catalog.Harvested, error] {
	return func(yield func(catalog.Harvested, error) bool) {
		h := &harvest{c: c, src: src, yield: yield, layer: catalog.DatasetLayer(), seen: map[string]bool{}}
		if err := h.run(ctx); err != nil && !errors.Is(err, table.ErrEnough) {
			yield(catalog.Harvested{}, err)
		}
	}
}

// A harvest is one reading of a portal.
type harvest struct {
	c       *http.Client
	src     catalog.Source
	yield   func(catalog.Harvested, error) bool
	address address
	layer   *catalog.Layer

	seen      map[string]bool
	unordered bool // the portal does not sort its catalogue by id
	taken     int
	hidden    int
	modified  time.Time // the latest change of a dataset
}

func (h *harvest) tell(format string, args ...any) {
	h.layer.Found = append(h.layer.Found, fmt.Sprintf(format, args...))
}

func (h *harvest) run(ctx context.Context) error {
	u, web := fetch.Web(h.src.URL)
	if !web || strings.HasSuffix(u.Path, ".json") {
		return h.file(ctx)
	}
	h.address = parse(u)
	h.tell("format: Opendatasoft, portal %s", h.address.base)
	if err := h.list(ctx); err != nil {
		return err
	}
	if h.taken == 0 && !h.src.Listing().Partial {
		return failed("the portal lists no dataset (%d are not public)", h.hidden)
	}
	return nil
}

// takeAll yields datasets, each once.
func (h *harvest) takeAll(ctx context.Context, list []json.RawMessage) error {
	for _, raw := range list {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := h.take(raw); err != nil {
			return err
		}
	}
	return nil
}

func (h *harvest) take(raw json.RawMessage) error {
	d, ok := decode(raw)
	if !ok {
		issue := catalog.Issue{Rule: "entry-unreadable", Field: "dataset", Read: catalog.Excerpt(string(raw)), Expected: "a dataset with dataset_id and metas", Refused: true, Listed: true}
		if !h.yield(catalog.Harvested{Layer: h.layer}, &catalog.RowError{Issue: issue}) {
			return table.ErrEnough
		}
		return nil
	}
	if h.seen[d.key()] {
		return nil
	}
	h.seen[d.key()] = true
	if d.text("default.visibility") == "restricted" || d.Visible != nil && !*d.Visible {
		h.hidden++
		return nil
	}
	h.taken++
	for _, name := range []string{"default.modified", "default.data_processed", "default.metadata_processed"} {
		if t, err := time.Parse(time.RFC3339, d.text(name)); err == nil && t.After(h.modified) {
			h.modified = t
		}
	}
	raw, dropped := without(raw, h.src.Mapping.Drop)
	if dropped {
		d, _ = decode(raw)
	}
	if !h.yield(d.describe(h.address).Harvested(h.layer, d.key(), "application/json", raw), nil) {
		return table.ErrEnough
	}
	return nil
}

// persons are metas that name people.
var persons = []string{"contact_individual_name"}

// without is a dataset without the members that the mapping drops and those that
// are persons', wherever they stand.
func without(raw []byte, drop []string) ([]byte, bool) {
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return raw, false
	}
	changed := false
	var clean func(v any, depth int)
	clean = func(v any, depth int) {
		switch v := v.(type) {
		case map[string]any:
			for name, inner := range v {
				if slices.Contains(persons, name) || slices.ContainsFunc(drop, func(d string) bool { return strings.EqualFold(d, name) }) {
					delete(v, name)
					changed = true
				} else if depth < 50 {
					clean(inner, depth+1)
				}
			}
		case []any:
			for _, e := range v {
				if depth < 50 {
					clean(e, depth+1)
				}
			}
		}
	}
	clean(v, 0)
	if !changed {
		return raw, false
	}
	out, err := json.Marshal(v)
	if err != nil {
		return raw, false
	}
	return out, true
}

// file reads an answer of either API in a file.
func (h *harvest) file(ctx context.Context) error {
	d, err := fetch.Read(ctx, h.c, h.src.URL, "")
	if err != nil {
		return err
	}
	a, err := read(d)
	if err != nil {
		return fmt.Errorf("%s: %w", d.Name, err)
	}
	h.tell("format: an answer of Opendatasoft's API in a file; the addresses of exports are not in it")
	list := a.all()
	if len(list) > 0 {
		if _, ok := record(list[0]); ok {
			return h.records(ctx, list)
		}
	}
	if err := h.takeAll(ctx, list); err != nil {
		return err
	}
	if h.taken == 0 {
		return failed("%s: neither datasets nor records of Opendatasoft", d.Name)
	}
	return nil
}

// records yields the rows of a file of records.
func (h *harvest) records(ctx context.Context, list []json.RawMessage) (err error) {
	spool, err := table.NewSpool()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, spool.Close()) }()
	for _, raw := range list {
		f, _ := record(raw)
		f.Raw, f.Media = raw, "application/json"
		if err := spool.Add(f); err != nil {
			return err
		}
	}
	t := spool.Table("")
	t.File, t.SRID = path.Base(h.src.URL), 4326
	t.Found = []string{fmt.Sprintf("format: %d records of Opendatasoft", len(list))}
	return t.Harvest(ctx, h.src.Mapping, -1, h.yield)
}
