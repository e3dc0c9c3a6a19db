package file

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// keepOnly leaves in the table the rows whose columns hold one of the values
// that the mapping's only names: those of one territory in a national file.
// The others are as if they were not there. Capitals and spaces around do not
// count; a value that ends with * stands for all that begin so.
func (t *table) keepOnly(m catalog.Mapping) {
	if len(m.Only) == 0 {
		return
	}
	names := slices.Sorted(maps.Keys(m.Only))
	for _, name := range names {
		t.found = append(t.found, fmt.Sprintf("only rows whose %s is %s", name, strings.Join(m.Only[name], " or ")))
	}
	scan, places := t.scan, make([]int, len(names))
	t.scan = func(ctx context.Context, f func(*row) error) error {
		for i := range places {
			places[i] = -1
		}
		rows := 0
		err := scan(ctx, func(r *row) error {
			rows++
			for i, name := range names {
				if places[i] < 0 {
					places[i] = t.fields.find(name) // JSON names its columns as it goes
				}
				if !r.refused && !holdsOne(r.cell(places[i]), m.Only[name]) {
					return nil
				}
			}
			return f(r)
		})
		if err != nil || rows == 0 {
			return err
		}
		for i, name := range names {
			if places[i] < 0 {
				return failed("the mapping's only names the column %q; the columns are %q", name, t.fields.names[:min(40, len(t.fields.names))])
			}
		}
		return nil
	}
}

// holdsOne reports whether a cell holds one of values.
func holdsOne(c cell, values []string) bool {
	text := strings.TrimSpace(c.text)
	return c.kind != null && slices.ContainsFunc(values, func(v string) bool {
		if begin, ok := strings.CutSuffix(v, "*"); ok {
			return len(text) >= len(begin) && strings.EqualFold(text[:len(begin)], begin)
		}
		return strings.EqualFold(text, v)
	})
}
