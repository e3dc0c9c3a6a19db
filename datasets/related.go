package datasets

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// A relation is two columns of a file: relation_takes_place_in has the addresses of
// the records that a row names, with blanks between; relation_takes_place_in_title
// their titles.
const (
	relationPrefix = "relation_"
	titleSuffix    = "_title"
	betweenTitles  = " | "
)

// Related is c and its records with the records that each names (catalog.Record.Targets) as
// flat columns, in every format alike. address is that of a record by its id. A title is left
// out that may not stand under the licence of the row (design.md §4); the address is our own.
// A column of c that is called like one of these stays what it is.
func Related(c catalog.Collection, records iter.Seq2[*catalog.Record, error], address func(id string) string) (catalog.Collection, iter.Seq2[*catalog.Record, error]) {
	taken := func(name string) bool {
		return slices.ContainsFunc(c.Columns, func(col catalog.Column) bool { return col.Name == name })
	}
	own := slices.Clip(c.Columns)
	var names []string // of directions
	for _, d := range catalog.Naming(c.Kind) {
		column := relationPrefix + d.Name()
		if taken(column) || taken(column+titleSuffix) {
			continue
		}
		names = append(names, d.Name())
		own = append(own, catalog.Column{Name: column, Type: catalog.ColumnText, Nulls: true}, catalog.Column{Name: column + titleSuffix, Type: catalog.ColumnText, Nulls: true})
	}
	c.Columns = own
	return c, func(yield func(*catalog.Record, error) bool) {
		for r, err := range records {
			if err == nil {
				err = relate(r, names, address)
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// relate puts the targets of r, in the directions called names, into its Feature.
func relate(r *catalog.Record, names []string, address func(id string) string) error {
	if len(r.Targets) == 0 {
		return nil
	}
	under, _ := Vocabularies().Licence(licenceOf(r))
	var added []byte
	for _, name := range names {
		var ids, titles []string
		for _, t := range r.Targets {
			if t.Direction != name {
				continue
			}
			ids = append(ids, address(t.ID))
			l, _ := Vocabularies().Licence(t.Licence)
			if ok, _ := l.MayEnter(under); ok {
				titles = append(titles, t.Title)
			}
		}
		added = member(added, relationPrefix+name, strings.Join(ids, " "))
		added = member(added, relationPrefix+name+titleSuffix, strings.Join(titles, betweenTitles))
	}
	var err error
	r.Feature, err = withProperties(r.Feature, added)
	if err != nil {
		return fmt.Errorf("record %s: %w", r.ID, err)
	}
	return nil
}

// member appends a member of an object, with the comma before it, unless the text
// is empty.
func member(b []byte, name, text string) []byte {
	if text == "" {
		return b
	}
	return appendQuoted(append(appendQuoted(append(b, ','), name), ':'), text)
}

// withProperties is the Feature encoded with added, members each after a comma, at
// the end of its properties.
func withProperties(encoded, added []byte) ([]byte, error) {
	at, empty := -1, true
	_, err := object(encoded, 0, func(name []byte, i int) (int, error) {
		if string(name) != "properties" {
			return skipValue(encoded, i)
		}
		end, err := object(encoded, i, func(_ []byte, i int) (int, error) {
			empty = false
			return skipValue(encoded, i)
		})
		at = end - 1
		return end, err
	})
	switch {
	case err != nil:
		return nil, err
	case at < 0:
		return nil, fmt.Errorf("%w: no properties", errFeature)
	case len(added) == 0:
		return encoded, nil
	case empty:
		added = added[1:]
	}
	return slices.Concat(encoded[:at], added, encoded[at:]), nil
}
