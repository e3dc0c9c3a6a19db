package file

import (
	"context"
	"slices"
	"strings"

	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/catalog"
)

// A table is one layer as the reader of its format presents it.
type table struct {
	name   string // of the layer; "" when it is the only one
	file   string // what issues call it
	format string // as in Mapping.Format
	media  string // media type of row.raw

	fields     *fields
	inferTypes bool   // values are text, whose types are to be found out
	commas     bool   // cells are parted by commas, so a comma is hardly a decimal mark
	keyHint    string // the column that the format says is the key
	crs        string // the declaration of the CRS as it stands, "" for none
	srid       int    // what it means; 0: none or unknown
	guess      catalog.Mapping
	found      []string
	alone      bool
	unfold     *unfolder // of JSON; nil elsewhere

	// scan calls f with every row, in order, as often as it is called. The row
	// belongs to the reader and is overwritten by the next.
	scan func(ctx context.Context, f func(*row) error) error

	layer *catalog.Layer // after the first pass
}

// label is what issues and errors call the table.
func (t *table) label() string {
	if t.name != "" {
		return t.name
	}
	return t.file
}

// A row as it was read.
type row struct {
	line     int
	id       string // outside the columns: a GeoJSON feature's
	cells    []cell // by fields; missing ones at the end are null
	geometry geom.T
	raw      []byte // valid until the next row
	issues   []catalog.Issue
	refused  bool // the last of issues says why
}

func (r *row) reset(line int) {
	*r = row{line: line, cells: r.cells[:0]}
}

// set puts a value at column i.
func (r *row) set(i int, c cell) {
	for len(r.cells) <= i {
		r.cells = append(r.cells, cell{})
	}
	r.cells[i] = c
}

// cell is the value at column i, null beyond the row's end.
func (r *row) cell(i int) cell {
	if i < 0 || i >= len(r.cells) {
		return cell{}
	}
	return r.cells[i]
}

// A cell is one value: a kind and its text as it stands in the file.
type cell struct {
	kind cellKind
	text string
}

type cellKind uint8

const (
	null    cellKind = iota
	text             // a string; in textual tables, of a type to be found out
	number           // a JSON number or a number column of a binary file
	boolean          // "true" or "false"
	jsonish          // an object or array
)

// fields are the columns of a table. Those of JSON are found while reading.
type fields struct {
	names []string
	index map[string]int
}

func newFields(names ...string) *fields {
	f := &fields{index: map[string]int{}}
	for _, n := range names {
		f.add(n)
	}
	return f
}

// add returns the place of the column, which is made if there is none; -1 when
// there are too many.
func (f *fields) add(name string) int {
	if i, ok := f.index[name]; ok {
		return i
	}
	if len(f.names) >= maxColumns {
		return -1
	}
	name = strings.Clone(name)
	f.index[name] = len(f.names)
	f.names = append(f.names, name)
	return len(f.names) - 1
}

// find is the place of a column, exactly so called or but for capitals and
// spaces around; -1 if there is none.
func (f *fields) find(name string) int {
	if i, ok := f.index[name]; ok {
		return i
	}
	return slices.IndexFunc(f.names, func(n string) bool { return same(n, name) })
}

// same compares a column's name with one in the mapping.
func same(column, mapped string) bool {
	return strings.EqualFold(strings.TrimSpace(column), strings.TrimSpace(mapped))
}
