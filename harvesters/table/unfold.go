package table

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// An unfolder makes the columns of JSON objects. A member that is an object
// itself becomes a column for each of its members, "tags.name", so that it
// can be mapped, filtered and written to CSV; arrays stay JSON. An object used
// as a dictionary would become columns without end: one with more than
// maxFlattened stays whole.
type Unfolder struct {
	Whole bool // members that are objects stay whole

	fields *Fields
	parent map[string]string // of each column made from a nested member, the outermost member
	made   map[string]int    // columns by outermost member
	full   bool              // there are too many columns, some are left out
}

// NewUnfolder makes columns in f.
func NewUnfolder(f *Fields) *Unfolder {
	return &Unfolder{fields: f, parent: map[string]string{}, made: map[string]int{}}
}

const unfoldDepth = 5 // objects in objects that become columns

// Fill makes a row of a feature or of any other object.
func (u *Unfolder) Fill(r *Row, v []byte) {
	if v[0] != '{' {
		r.Refused = true
		r.Issues = append(r.Issues, catalog.Issue{Rule: "row-not-object", Refused: true, Read: Excerpt(string(v)), Expected: "a JSON object"})
		return
	}
	var typ, id, geometry, properties []byte
	Members(v, func(name string, m []byte) {
		switch name {
		case "type":
			typ = m
		case "id":
			id = m
		case "geometry":
			geometry = m
		case "properties":
			properties = m
		}
	})
	if string(typ) != `"Feature"` {
		u.Object(r, v)
		return
	}
	if len(id) > 0 {
		if c := CellOf(id); c.Kind == Text || c.Kind == Number {
			r.ID = strings.TrimSpace(c.Text)
		}
	}
	if len(properties) > 0 && properties[0] == '{' {
		u.Object(r, properties)
	}
	if len(geometry) > 0 && geometry[0] != 'n' { // before any that a property holds
		fillGeometry(r, geometry)
	}
}

func fillGeometry(r *Row, v []byte) {
	g, err := GeoJSON(v)
	if err != nil {
		if !errors.Is(err, ErrEmptyGeometry) {
			r.Issues = append(r.Issues, catalog.Issue{Rule: "geometry-unreadable", Field: "geometry", Read: Excerpt(string(v)), Expected: "a GeoJSON geometry: " + err.Error()})
		}
		return
	}
	r.Geometry = g
}

// Object sets the cells of a row from the members of an object. The first
// GeoJSON geometry among them becomes the row's own.
func (u *Unfolder) Object(r *Row, object []byte) {
	Members(object, func(name string, v []byte) { u.member(r, name, name, v, 1) })
}

func (u *Unfolder) member(r *Row, top, name string, v []byte, depth int) {
	if v[0] == '{' && r.Geometry == nil && !u.Whole {
		if g, err := GeoJSON(v); err == nil {
			r.Geometry = g
			return
		}
	}
	if v[0] == '{' && !u.Whole && depth < unfoldDepth && u.made[top] <= maxFlattened {
		Members(v, func(n string, v []byte) { u.member(r, top, name+"."+n, v, depth+1) })
		return
	}
	if depth > 1 && u.made[top] > maxFlattened {
		return
	}
	c := CellOf(v)
	known := len(u.fields.Names)
	i := u.fields.Add(name)
	switch {
	case i < 0:
		u.full = true
		return
	case i == known && depth > 1:
		u.parent[name] = top
		u.made[top]++
	}
	r.Set(i, c)
}

// folded reports whether a column came from an object that turned out to have
// too many members and is kept whole.
func (u *Unfolder) folded(column string) bool {
	return u.made[u.parent[column]] > maxFlattened
}

// explain says which members are kept whole.
func (u *Unfolder) explain() []string {
	var lines []string
	for top, n := range u.made {
		if n > maxFlattened {
			lines = append(lines, fmt.Sprintf("column %q: kept as JSON, it has more than %d members", top, maxFlattened))
		} else {
			lines = append(lines, fmt.Sprintf("column %q: unfolded into %d columns", top, n))
		}
	}
	if u.full {
		lines = append(lines, fmt.Sprintf("columns: only the first %d are read", MaxColumns))
	}
	slices.Sort(lines)
	return lines
}
