package file

import (
	"fmt"
	"slices"
)

// An unfolder makes the columns of JSON objects. A member that is an object
// itself becomes a column for each of its members, "tags.name", so that it
// can be mapped, filtered and written to CSV; arrays stay JSON. An object used
// as a dictionary would become columns without end: one with more than
// maxFlattened stays whole.
type unfolder struct {
	fields *fields
	parent map[string]string // of each column made from a nested member, the outermost member
	made   map[string]int    // columns by outermost member
	full   bool              // there are too many columns, some are left out
}

func newUnfolder(f *fields) *unfolder {
	return &unfolder{fields: f, parent: map[string]string{}, made: map[string]int{}}
}

const unfoldDepth = 5 // objects in objects that become columns

// row sets the cells of a row from the members of an object. The first
// GeoJSON geometry among them becomes the row's own.
func (u *unfolder) row(r *row, object []byte) {
	members(object, func(name string, v []byte) { u.member(r, name, name, v, 1) })
}

func (u *unfolder) member(r *row, top, name string, v []byte, depth int) {
	if v[0] == '{' && r.geometry == nil {
		if g, err := geoJSONGeometry(v); err == nil {
			r.geometry = g
			return
		}
	}
	if v[0] == '{' && depth < unfoldDepth && u.made[top] <= maxFlattened {
		members(v, func(n string, v []byte) { u.member(r, top, name+"."+n, v, depth+1) })
		return
	}
	if depth > 1 && u.made[top] > maxFlattened {
		return
	}
	c := cellOf(v)
	known := len(u.fields.names)
	i := u.fields.add(name)
	switch {
	case i < 0:
		u.full = true
		return
	case i == known && depth > 1:
		u.parent[name] = top
		u.made[top]++
	}
	r.set(i, c)
}

// folded reports whether a column came from an object that turned out to have
// too many members and is kept whole.
func (u *unfolder) folded(column string) bool {
	return u.made[u.parent[column]] > maxFlattened
}

// explain says which members are kept whole.
func (u *unfolder) explain() []string {
	var lines []string
	for top, n := range u.made {
		if n > maxFlattened {
			lines = append(lines, fmt.Sprintf("column %q: kept as JSON, it has more than %d members", top, maxFlattened))
		} else {
			lines = append(lines, fmt.Sprintf("column %q: unfolded into %d columns", top, n))
		}
	}
	if u.full {
		lines = append(lines, fmt.Sprintf("columns: only the first %d are read", maxColumns))
	}
	slices.Sort(lines)
	return lines
}
