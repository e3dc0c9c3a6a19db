package table

import (
	"context"
	"slices"
	"strings"

	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/catalog"
)

// A table is one layer as the reader of its format presents it.
type Table struct {
	Name   string // of the layer; "" when it is the only one
	Title  string // for people, when the source's title does not do
	File   string // what issues call it
	Format string // as in Mapping.Format
	Media  string // media type of Row.Raw

	Fields     *Fields
	InferTypes bool   // values are text, whose types are to be found out
	Commas     bool   // cells are parted by commas, so a comma is hardly a decimal mark
	KeyHint    string // the column that the format says is the key
	CRS        string // the declaration of the CRS as it stands, "" for none
	SRID       int    // what it means; 0: none or unknown
	Guess      catalog.Mapping
	Found      []string
	Ours       bool             // the columns have names of ours, as Layer.Ours
	Wanted     string           // name of its collection, as Layer.Wanted
	About      *catalog.Dataset // as Layer.About
	Alone      bool             // no other layer of the source may have the columns that the mapping names
	Unfold     *Unfolder        // of JSON; nil elsewhere

	// Scan calls f with every row, in order, as often as it is called. The row
	// belongs to the reader and is overwritten by the next.
	Scan func(ctx context.Context, f func(*Row) error) error

	Layer *catalog.Layer // what was found out, after the first pass
}

// label is what issues and errors call the table.
func (t *Table) label() string {
	if t.Name != "" {
		return t.Name
	}
	return t.File
}

// A row as it was read.
type Row struct {
	Line     int
	ID       string // outside the columns: a GeoJSON feature's
	Cells    []Cell // by Fields; missing ones at the end are null
	Geometry geom.T
	Raw      []byte // valid until the next row
	Media    string // of Raw; "": that of the table
	Issues   []catalog.Issue
	Refused  bool // one of Issues says why
}

// Reset makes r the empty row at a line, keeping its memory.
func (r *Row) Reset(line int) {
	*r = Row{Line: line, Cells: r.Cells[:0]}
}

// Set puts a value at column i.
func (r *Row) Set(i int, c Cell) {
	for len(r.Cells) <= i {
		r.Cells = append(r.Cells, Cell{})
	}
	r.Cells[i] = c
}

// Cell is the value at column i, null beyond the row's end.
func (r *Row) Cell(i int) Cell {
	if i < 0 || i >= len(r.Cells) {
		return Cell{}
	}
	return r.Cells[i]
}

// A cell is one value: a kind and its text as it stands in the file.
type Cell struct {
	Kind Kind
	Text string
}

// A Kind says what a cell holds.
type Kind uint8

const (
	// Null is a cell without a value.
	Null Kind = iota
	// Text is a string; in textual tables, of a type to be found out.
	Text
	// Number is a JSON number or that of a number column of a binary file.
	Number
	// Boolean is "true" or "false".
	Boolean
	// JSON is an object or array.
	JSON
)

// Fields are the columns of a table. Those of JSON are found while reading.
type Fields struct {
	Names []string
	index map[string]int
}

// NewFields begins with the columns of names.
func NewFields(names ...string) *Fields {
	f := &Fields{index: map[string]int{}}
	for _, n := range names {
		f.Add(n)
	}
	return f
}

// Add returns the place of the column, which is made if there is none; -1 when
// there are too many.
func (f *Fields) Add(name string) int {
	if i, ok := f.index[name]; ok {
		return i
	}
	if len(f.Names) >= MaxColumns {
		return -1
	}
	name = strings.Clone(name)
	f.index[name] = len(f.Names)
	f.Names = append(f.Names, name)
	return len(f.Names) - 1
}

// find is the place of a column, exactly so called or but for capitals and
// spaces around; -1 if there is none.
func (f *Fields) find(name string) int {
	if i, ok := f.index[name]; ok {
		return i
	}
	return slices.IndexFunc(f.Names, func(n string) bool { return catalog.SameName(n, name) })
}
