package file

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"slices"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/table"
)

// Harvest yields every row of every layer of the file at src.URL, in the order
// of the file. The first row of a layer carries all that was found out about it.
// A *catalog.RowError concerns one row; any other error is the last pair.
func Harvest(ctx context.Context, c *http.Client, src catalog.Source) iter.Seq2[catalog.Harvested, error] {
	return func(yield func(catalog.Harvested, error) bool) {
		err := eachLayer(ctx, c, src, func(t *table.Table) error { return t.Harvest(ctx, src.Mapping, -1, yield) })
		if err != nil && !errors.Is(err, table.ErrEnough) {
			yield(catalog.Harvested{}, err)
		}
	}
}

// Describe reads the file once to the end and returns its layers, explained,
// with up to rows rows of each: what `ponet source test` shows. Layers without
// rows are described too.
func Describe(ctx context.Context, c *http.Client, src catalog.Source, rows int) ([]*catalog.Layer, []catalog.Harvested, error) {
	var layers []*catalog.Layer
	var samples []catalog.Harvested
	err := eachLayer(ctx, c, src, func(t *table.Table) error {
		kept := 0
		err := t.Harvest(ctx, src.Mapping, rows, func(h catalog.Harvested, err error) bool {
			if err == nil {
				samples = append(samples, h)
				kept++
			}
			return kept < rows
		})
		if t.Layer != nil {
			layers = append(layers, t.Layer)
		}
		if errors.Is(err, table.ErrEnough) {
			return nil
		}
		return err
	})
	return layers, samples, err
}

// eachLayer fetches and opens the file and calls f with each of its layers
// that the mapping wants.
func eachLayer(ctx context.Context, c *http.Client, src catalog.Source, f func(*table.Table) error) error {
	w, err := fetch.NewWorkspace()
	if err != nil {
		return err
	}
	defer w.Remove()
	b, err := w.Fetch(ctx, c, src.URL, maxDownload)
	if err != nil {
		return err
	}
	o := opener{Workspace: w, mapping: src.Mapping}
	tables, err := o.open(ctx, b)
	if err != nil {
		return err
	}
	defer o.close()
	if tables, err = wanted(tables, src.Mapping.Layers); err != nil {
		return err
	}
	name(tables)
	for _, t := range tables {
		t.Alone = len(tables) == 1 && !src.IsPart()
		t.Found = append(slices.Clone(o.found), t.Found...)
		if err := f(t); err != nil {
			return err
		}
	}
	return nil
}

// wanted keeps the layers that the mapping names, all of them when it names none.
func wanted(tables []*table.Table, names []string) ([]*table.Table, error) {
	if len(tables) == 0 {
		return nil, failed("there is no table or layer in it")
	}
	if len(tables) > maxLayers {
		return nil, fmt.Errorf("%d layers; at most %d are read", len(tables), maxLayers)
	}
	if len(names) == 0 {
		return tables, nil
	}
	var all []string
	kept := slices.DeleteFunc(slices.Clone(tables), func(t *table.Table) bool {
		all = append(all, t.Name)
		return !slices.Contains(names, t.Name)
	})
	if len(kept) == 0 {
		return nil, failed("the mapping names the layers %q, the file has %q", names, all)
	}
	return kept, nil
}

// name makes the names of layers unique, and empty when there is only one.
func name(tables []*table.Table) {
	taken := map[string]int{}
	for _, t := range tables {
		taken[t.Name]++
		if n := taken[t.Name]; n > 1 {
			t.Name = fmt.Sprintf("%s_%d", t.Name, n)
		}
	}
	if len(tables) == 1 {
		tables[0].Name = ""
	}
}

// failed makes an error after which nothing may be concluded from what is missing.
func failed(format string, args ...any) error {
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), catalog.ErrFailedListing)
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
