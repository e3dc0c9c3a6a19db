package datasets

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// A table lays the properties of features out in columns.
type table struct {
	columns []catalog.Column // as published; Name is that of the property
	headers []string         // the name of each column in the file
	index   map[string]int   // by property
	values  [][]byte         // raw JSON of the present feature, nil: absent
	fixed   [][]byte         // raw JSON of what an absent value is, nil: empty
}

// newTable makes the columns of c, and licence and source where c has none, so
// that every row carries them. A property called like one of the names that
// the format needs, or like another but for capitals (databases do not tell
// those apart), is headed with the prefix "source_".
func newTable(c catalog.Collection, taken ...string) *table {
	t := &table{index: map[string]int{}}
	add := func(col catalog.Column) int {
		if i, twice := t.index[col.Name]; twice {
			return i
		}
		header := col.Name
		for header == "" || hasFold(taken, header) || hasFold(t.headers, header) {
			header = "source_" + header
		}
		t.index[col.Name] = len(t.columns)
		t.columns = append(t.columns, col)
		t.headers = append(t.headers, header)
		t.fixed = append(t.fixed, nil)
		return len(t.columns) - 1
	}
	for _, col := range c.Columns {
		add(col)
	}
	for _, col := range []struct{ name, value string }{{"licence", c.Licence}, {"source", PublicSource(c.SourceURL)}} {
		if i := add(catalog.Column{Name: col.name, Type: catalog.ColumnText}); col.value != "" {
			t.fixed[i] = quote(col.value)
		}
	}
	t.values = make([][]byte, len(t.columns))
	return t
}

// read lays out one encoded Feature in one pass and returns its id and its
// geometry, raw. They and the values are good as long as its bytes are.
func (t *table) read(encoded []byte) (id, geometry []byte, err error) {
	found := false
	_, err = object(encoded, 0, func(name []byte, at int) (int, error) {
		if string(name) == "properties" {
			found = true
			return t.properties(encoded, at)
		}
		end, err := skipValue(encoded, at)
		if err != nil {
			return 0, err
		}
		switch string(name) {
		case "id":
			id = encoded[at:end]
		case "geometry":
			geometry = encoded[at:end]
		}
		return end, nil
	})
	if err == nil && !found {
		err = fmt.Errorf("%w: no properties", errFeature)
	}
	return id, geometry, err
}

func (t *table) properties(encoded []byte, at int) (end int, err error) {
	copy(t.values, t.fixed)
	next := 0 // properties come in the order of the columns, so the guess is mostly right
	return object(encoded, at, func(name []byte, at int) (int, error) {
		end, err := skipValue(encoded, at)
		if err != nil {
			return 0, err
		}
		i := next
		if i >= len(t.columns) || t.columns[i].Name != text(name) {
			var known bool
			if i, known = t.index[text(name)]; !known {
				return end, nil
			}
		}
		next = i + 1
		if t.values[i] = encoded[at:end]; bytes.Equal(t.values[i], null) {
			t.values[i] = t.fixed[i]
		}
		return end, nil
	})
}

func hasFold(names []string, name string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) })
}

var null = []byte("null")

func quote(s string) []byte { return appendQuoted(nil, s) }
