package table

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
// count; a value that ends with * stands for all that begin so, and one that
// begins with ! leaves rows out.
func (t *Table) keepOnly(m catalog.Mapping) {
	if len(m.Only) == 0 {
		return
	}
	names := slices.Sorted(maps.Keys(m.Only))
	for _, name := range names {
		t.Found = append(t.Found, fmt.Sprintf("only rows whose %s is %s", name, strings.Join(m.Only[name], " or ")))
	}
	scan, places := t.Scan, make([]int, len(names))
	t.Scan = func(ctx context.Context, f func(*Row) error) error {
		for i := range places {
			places[i] = -1
		}
		rows := 0
		err := scan(ctx, func(r *Row) error {
			rows++
			for i, name := range names {
				if places[i] < 0 {
					places[i] = t.Fields.find(name) // JSON names its columns as it goes
				}
				if !r.Refused && !holdsOne(r.Cell(places[i]), m.Only[name]) {
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
				return failed("the mapping's only names the column %q; the columns are %q", name, t.Fields.Names[:min(40, len(t.Fields.Names))])
			}
		}
		return nil
	}
}

// holdsOne reports whether a cell holds one of values, if any of them has no !,
// and none of those that have.
func holdsOne(c Cell, values []string) bool {
	text := strings.TrimSpace(c.Text)
	wanted, found := false, false
	for _, v := range values {
		v, unwanted := strings.CutPrefix(v, "!")
		holds := c.Kind != Null && strings.EqualFold(text, v)
		if begin, ok := strings.CutSuffix(v, "*"); ok {
			holds = c.Kind != Null && len(text) >= len(begin) && strings.EqualFold(text[:len(begin)], begin)
		}
		if holds && unwanted {
			return false
		}
		wanted, found = wanted || !unwanted, found || holds
	}
	return found || !wanted
}
