package file

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"po-net.prato.it/ponet/catalog"
)

// harvest surveys the table and yields up to most of its rows; -1: all.
func (t *table) harvest(ctx context.Context, m catalog.Mapping, most int, yield func(catalog.Harvested, error) bool) error {
	s, err := t.survey(ctx, m)
	if err != nil {
		return fmt.Errorf("%s: %w", t.label(), err)
	}
	t.layer = s.describe()
	if most == 0 {
		return nil
	}
	err = t.scan(ctx, func(r *row) error {
		h, refused := s.harvested(r)
		if refused != nil {
			if !yield(catalog.Harvested{Layer: t.layer}, refused) {
				return errEnough
			}
			return nil
		}
		if !yield(h, nil) {
			return errEnough
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("%s: %w", t.label(), err)
	}
	return nil
}

// harvested makes one row the description that is handed on.
func (s *survey) harvested(r *row) (catalog.Harvested, error) {
	raw, media := s.raw(r)
	h := catalog.Harvested{
		Layer: s.layer, MediaType: media, Raw: bytes.Clone(raw), Line: r.line,
		Values: make([]any, 0, len(s.layer.Columns)), Issues: slices.Clone(r.issues),
	}
	h.Key = s.key(r, raw, &h.Issues)
	for i, c := range s.columns {
		if !c.kept {
			continue
		}
		v, ok := c.value(s.cleaned(r.cell(i)))
		if !ok {
			h.Issues = append(h.Issues, catalog.Issue{Rule: "value-type", Field: c.name, Read: short(r.cell(i).text), Expected: "a value of type " + string(c.typ)})
			v = nil
		}
		h.Values = append(h.Values, v)
	}
	h.Geometry = s.place(r, &h.Issues)
	for i := range h.Issues {
		h.Issues[i].File, h.Issues[i].Line, h.Issues[i].Key = s.t.label(), r.line, h.Key
	}
	if r.refused {
		return h, &catalog.RowError{Issue: h.Issues[slices.IndexFunc(h.Issues, func(i catalog.Issue) bool { return i.Refused })]}
	}
	return h, nil
}

// raw is the row's own bytes, without what the mapping drops.
func (s *survey) raw(r *row) ([]byte, string) {
	if !s.drops {
		return r.raw, s.t.media
	}
	return s.withoutDropped(r), "application/json"
}

// withoutDropped writes the row as a JSON object, because its own bytes hold
// what must not be kept.
func (s *survey) withoutDropped(r *row) []byte {
	return rowJSON(r, func(f func(name string, c cell)) {
		for i, c := range s.columns {
			if c.kept {
				f(c.name, r.cell(i))
			}
		}
	})
}

// rowJSON writes columns as a JSON object with the geometry, if any, as
// hexadecimal EWKB under "geometry".
func rowJSON(r *row, each func(func(string, cell))) []byte {
	var b bytes.Buffer
	b.WriteByte('{')
	each(func(name string, c cell) {
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		n, _ := json.Marshal(name)
		b.Write(n)
		b.WriteByte(':')
		b.Write(c.json())
	})
	if g := hexGeometry(r.geometry); g != "" {
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		b.WriteString(`"geometry":"` + g + `"`)
	}
	b.WriteByte('}')
	return b.Bytes()
}
