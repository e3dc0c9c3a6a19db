package table

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"po-net.prato.it/ponet/catalog"
)

// Harvest surveys the table and yields up to most of its rows; -1: all.
func (t *Table) Harvest(ctx context.Context, m catalog.Mapping, most int, yield func(catalog.Harvested, error) bool) error {
	t.keepOnly(m)
	t.publicOnly(m)
	t.asRegister(&m)
	s, err := t.survey(ctx, m)
	if err != nil {
		return fmt.Errorf("%s: %w", t.label(), err)
	}
	t.Layer = s.describe()
	if most == 0 {
		return nil
	}
	err = t.Scan(ctx, func(r *Row) error {
		h, refused := s.harvested(r)
		if refused != nil {
			if !yield(catalog.Harvested{Layer: t.Layer}, refused) {
				return ErrEnough
			}
			return nil
		}
		if !yield(h, nil) {
			return ErrEnough
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("%s: %w", t.label(), err)
	}
	return nil
}

// ErrEnough: the caller wants no more rows.
var ErrEnough = errors.New("enough")

// harvested makes one row the description that is handed on.
func (s *survey) harvested(r *Row) (catalog.Harvested, error) {
	raw, media := s.raw(r)
	h := catalog.Harvested{
		Layer: s.layer, MediaType: media, Raw: bytes.Clone(raw), Line: r.Line,
		Values: make([]any, 0, len(s.layer.Columns)), Issues: slices.Clone(r.Issues),
	}
	h.Key = s.key(r, raw, &h.Issues)
	for i, c := range s.columns {
		if !c.kept {
			continue
		}
		v, ok := c.value(s.cleaned(r.Cell(i)))
		if !ok {
			h.Issues = append(h.Issues, catalog.Issue{Rule: "value-type", Field: c.name, Read: Excerpt(r.Cell(i).Text), Expected: "a value of type " + string(c.typ)})
			v = nil
		}
		h.Values = append(h.Values, v)
	}
	h.Geometry = s.place(r, &h.Issues)
	for i := range h.Issues {
		h.Issues[i].File, h.Issues[i].Line, h.Issues[i].Key = s.t.label(), r.Line, h.Key
	}
	if r.Refused {
		return h, &catalog.RowError{Issue: h.Issues[slices.IndexFunc(h.Issues, func(i catalog.Issue) bool { return i.Refused })]}
	}
	return h, nil
}

// raw is the row's own bytes, without what the mapping drops.
func (s *survey) raw(r *Row) ([]byte, string) {
	if !s.drops {
		return r.Raw, cmp.Or(r.Media, s.t.Media)
	}
	return s.withoutDropped(r), "application/json"
}

// withoutDropped writes the row as a JSON object, because its own bytes hold
// what must not be kept.
func (s *survey) withoutDropped(r *Row) []byte {
	return rowJSON(r, func(f func(name string, c Cell)) {
		for i, c := range s.columns {
			if c.kept {
				f(c.name, r.Cell(i))
			}
		}
	})
}

// JSON is the row as a JSON object of its columns.
func (r *Row) JSON(f *Fields) []byte {
	return rowJSON(r, func(each func(string, Cell)) {
		for i, name := range f.Names {
			each(name, r.Cell(i))
		}
	})
}

// rowJSON writes columns as a JSON object with the geometry, if any, as
// hexadecimal EWKB under "geometry".
func rowJSON(r *Row, each func(func(string, Cell))) []byte {
	var b bytes.Buffer
	b.WriteByte('{')
	each(func(name string, c Cell) {
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		n, _ := json.Marshal(name)
		b.Write(n)
		b.WriteByte(':')
		b.Write(c.JSON())
	})
	if g := hexGeometry(r.Geometry); g != "" {
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		b.WriteString(`"geometry":"` + g + `"`)
	}
	b.WriteByte('}')
	return b.Bytes()
}

// failed makes an error after which nothing may be concluded from what is missing.
func failed(format string, args ...any) error {
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), catalog.ErrFailedListing)
}
