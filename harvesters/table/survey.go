package table

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/geo"
)

// A survey is what the first pass over a table learns.
type survey struct {
	t       *Table
	mapping catalog.Mapping
	columns []*column
	rows    int
	refused int
	drops   bool

	keys      keys
	positions positions
	judgement geo.Judgement
	crs       geo.CRS

	layer *catalog.Layer
}

// survey reads the whole table once.
func (t *Table) survey(ctx context.Context, m catalog.Mapping) (*survey, error) {
	s := &survey{t: t, mapping: m, drops: len(m.Drop) > 0 || m.Kind == catalog.KindReport}
	s.keys.prepare(m.Key, t.KeyHint)
	s.positions.prepare(m)
	err := t.Scan(ctx, func(r *Row) error {
		if s.rows++; s.rows > MaxRows {
			return failed("more than %d rows", int(MaxRows))
		}
		if r.Refused {
			s.refused++
			return nil
		}
		s.grow()
		for i, v := range r.Cells {
			out := s.cleaned(v)
			s.columns[i].see(out, t.InferTypes)
			if len(out.Text) < len(v.Text) && out.Kind == Text && catalog.RepairMojibake(v.Text) != v.Text {
				s.columns[i].repaired++
			}
		}
		raw, _ := s.raw(r)
		s.keys.see(s, r, raw)
		s.positions.see(s, r)
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.grow()
	if err := s.check(); err != nil {
		return nil, err
	}
	s.decide()
	return s, nil
}

// grow adds the columns that the reader has met since; JSON names them as it goes.
func (s *survey) grow() {
	for i := len(s.columns); i < len(s.t.Fields.Names); i++ {
		name := s.t.Fields.Names[i]
		s.columns = append(s.columns, &column{name: name, kept: !s.dropped(name)})
		s.keys.column(i, name, s.rows-s.refused > 1)
		s.positions.column(s.t.Fields, i, name)
	}
}

// dropped reports whether the mapping drops a column, by its own name or by
// that of the JSON member it is part of; of reports also what says who reports.
func (s *survey) dropped(name string) bool {
	return catalog.Drops(s.mapping.Drop, name) || s.mapping.Kind == catalog.KindReport && catalog.Reporter(name)
}

// cleaned is a cell without white space around it and without mojibake; one
// that says nothing is null.
func (s *survey) cleaned(v Cell) Cell {
	if v.Kind != Text {
		return v
	}
	if s.t.Format == "csv" { // whose cells come trimmed
		return Cell{Text, catalog.RepairMojibake(v.Text)}
	}
	out, ok := Clean(v.Text)
	if !ok {
		return Cell{}
	}
	return Cell{Text, catalog.RepairMojibake(out)}
}

// check compares the columns that the mapping names with those of the table.
// With several layers a mapping may concern only some of them; what is to be
// dropped must be found, lest a renamed column be published.
func (s *survey) check() error {
	missing := func(what string, names ...string) error {
		for _, n := range names {
			if s.t.Fields.find(n) < 0 {
				return fmt.Errorf("the mapping's %s names the column %q; the columns are %q", what, n, s.t.Fields.Names[:min(40, len(s.t.Fields.Names))])
			}
		}
		return nil
	}
	if !s.t.Alone || s.rows == 0 {
		return nil
	}
	for n := range s.mapping.Types {
		if n == catalog.AnyColumn {
			continue
		}
		if err := missing("types", n); err != nil {
			return err
		}
	}
	for f, n := range s.mapping.Fields {
		if n == "" {
			continue // "title=": no title, whatever would be detected
		}
		for part := range strings.SplitSeq(n, "+") {
			if s.t.Fields.find(n) >= 0 || strings.HasPrefix(strings.TrimSpace(part), "'") {
				continue
			}
			if column, _, _ := strings.Cut(part, "."); s.t.Fields.find(column) < 0 { // a member of a JSON column may be named
				if err := missing("field "+f, part); err != nil {
					return err
				}
			}
		}
	}
	for _, d := range s.mapping.Drop {
		if !slices.ContainsFunc(s.columns, func(c *column) bool { return catalog.PartOf(c.name, d) }) {
			return missing("drop", d)
		}
	}
	return missing("key", s.mapping.Key...)
}

func (s *survey) decide() {
	for _, c := range s.columns {
		c.decide(s.t.Commas, s.forced(c.name))
	}
	s.trimWhole()
	s.keys.decide(s)
	s.positions.decide(s)
}

// forced is the type that the mapping gives a column, "" for none.
func (s *survey) forced(name string) catalog.ColumnType {
	for n, typ := range s.mapping.Types {
		if catalog.SameName(name, n) {
			return typ
		}
	}
	return s.mapping.Types[catalog.AnyColumn]
}

// trimWhole leaves out the columns that JSON members became although they
// are kept whole, having too many members of their own.
func (s *survey) trimWhole() {
	for i, c := range s.columns {
		if s.t.Unfold != nil && s.t.Unfold.folded(s.t.Fields.Names[i]) {
			c.kept = false
		}
	}
}

// describe makes the layer that all rows share.
func (s *survey) describe() *catalog.Layer {
	if s.t.Guess.Kind == "" {
		s.t.asReports(&s.mapping)
		s.t.asRegister(&s.mapping) // JSON has told its columns only now
	}
	l := &catalog.Layer{Name: s.t.Name, Title: s.t.Title, Ours: s.t.Ours, Wanted: s.t.Wanted, About: s.t.About, Found: slices.Clone(s.t.Found), Guess: s.t.Guess}
	for _, c := range s.columns {
		if c.kept {
			l.Columns = append(l.Columns, catalog.Column{Name: c.name, Type: c.typ, Notation: c.notation, Nulls: c.values < s.rows-s.refused})
			if strings.Contains(c.notation, ",56") {
				l.Guess.Decimal = ","
			}
		}
	}
	l.Guess.Fields = s.guessFields()
	s.keys.describe(s, l)
	s.positions.describe(s, l)
	if s.t.Unfold != nil {
		l.Found = append(l.Found, s.t.Unfold.explain()...)
	}
	l.Found = append(l.Found, s.describeColumns()...)
	rows := fmt.Sprintf("rows: %d", s.rows)
	if s.refused > 0 {
		rows += fmt.Sprintf(", of which %d cannot be used", s.refused)
	}
	l.Found = append(l.Found, rows)
	s.layer = l
	return l
}

func (s *survey) describeColumns() []string {
	var lines []string
	for _, c := range s.columns {
		switch {
		case s.dropped(c.name):
			lines = append(lines, fmt.Sprintf("column %q: dropped, as the mapping says", c.name))
		case c.repaired > 0:
			lines = append(lines, fmt.Sprintf("column %q: %d texts in UTF-8 that somebody had read as Windows-1252 are repaired", c.name, c.repaired))
		case c.kept && c.typ != catalog.ColumnText:
			line := fmt.Sprintf("column %q: %s", c.name, c.typ)
			if c.notation != "" {
				line += fmt.Sprintf(", written %s", c.notation)
			}
			lines = append(lines, line)
		}
	}
	for f, n := range sorted(s.guessFields()) {
		if !strings.HasPrefix(n, "'") { // a constant is in no column
			lines = append(lines, fmt.Sprintf("%s: column %q", f, n))
		}
	}
	return lines
}
