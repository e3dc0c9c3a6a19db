package pdf

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// A Font is a TrueType font. It may be used by any number of documents at once.
type Font struct {
	Name string // of the face: "TitilliumWeb-Regular"

	tables          map[string][]byte
	unitsPerEm      int
	ascent, descent int // of a line, in units
	capHeight       int
	bold            bool
	box             [4]int16
	widths          []uint16 // in units, by glyph
	glyphs          map[rune]uint16
	offsets         []uint32 // of each glyph in the table glyf, and of its end
}

// ErrFont is a file that is no TrueType font this package can embed.
var ErrFont = errors.New("not a TrueType font with outlines")

// ParseFont reads a TrueType font (ISO/IEC 14496-22): with glyf outlines and a
// character map of format 4, not a collection and not CFF. b is kept.
func ParseFont(name string, b []byte) (f *Font, err error) {
	defer func() {
		if recover() != nil { // an offset beyond the end of its table
			f, err = nil, fmt.Errorf("%s: cut off: %w", name, ErrFont)
		}
	}()
	f = &Font{Name: name, tables: map[string][]byte{}, glyphs: map[rune]uint16{}}
	if version := u32(b, 0); version != 0x00010000 && version != 0x74727565 { // "true"
		return nil, fmt.Errorf("%s: %w", name, ErrFont)
	}
	for i := range int(u16(b, 4)) {
		entry := b[12+16*i:]
		f.tables[string(entry[:4])] = b[u32(entry, 8):][:u32(entry, 12)]
	}
	head, hhea, os2 := f.tables["head"], f.tables["hhea"], f.tables["OS/2"]
	f.unitsPerEm = int(u16(head, 18))
	for i := range f.box {
		f.box[i] = int16(u16(head, 36+2*i))
	}
	f.ascent, f.descent = int(int16(u16(hhea, 4))), int(int16(u16(hhea, 6)))
	f.bold = u16(os2, 4) >= 600
	f.capHeight = f.ascent
	if u16(os2, 0) >= 2 {
		f.capHeight = int(int16(u16(os2, 88)))
	}
	n := int(u16(f.tables["maxp"], 4))
	metrics := int(u16(hhea, 34))
	for i := range n {
		f.widths = append(f.widths, u16(f.tables["hmtx"], 4*min(i, metrics-1)))
	}
	for i := range n + 1 {
		if u16(head, 50) == 0 {
			f.offsets = append(f.offsets, 2*uint32(u16(f.tables["loca"], 2*i)))
		} else {
			f.offsets = append(f.offsets, u32(f.tables["loca"], 4*i))
		}
	}
	if f.unitsPerEm == 0 || !slices.IsSorted(f.offsets) || int(f.offsets[n]) > len(f.tables["glyf"]) {
		return nil, fmt.Errorf("%s: %w", name, ErrFont)
	}
	f.readCharacters()
	return f, nil
}

// readCharacters reads the character map of format 4 (§5.2.1.3.3).
func (f *Font) readCharacters() {
	cmap := f.tables["cmap"]
	for i := range int(u16(cmap, 2)) {
		t := cmap[u32(cmap, 4+8*i+4):]
		if u16(t, 0) != 4 {
			continue
		}
		segments := int(u16(t, 6)) / 2
		ends, starts, deltas, ranges := t[14:], t[16+2*segments:], t[16+4*segments:], t[16+6*segments:]
		for s := range segments {
			first, last, offset := u16(starts, 2*s), u16(ends, 2*s), u16(ranges, 2*s)
			for c := int(first); c <= int(last) && c < 0xffff; c++ {
				g := uint16(c)
				if offset != 0 {
					g = u16(ranges, 2*s+int(offset)+2*(c-int(first)))
				}
				if offset == 0 || g != 0 {
					g += u16(deltas, 2*s)
				}
				if g != 0 && int(g) < len(f.widths) {
					f.glyphs[rune(c)] = g
				}
			}
		}
		return
	}
}

// outline is the description of a glyph; empty for a blank.
func (f *Font) outline(glyph uint16) []byte {
	return f.tables["glyf"][f.offsets[glyph]:f.offsets[glyph+1]]
}

// thousandths is a length in units as PDF counts glyphs: 1000 to the em.
func (f *Font) thousandths(units int) int { return units * 1000 / f.unitsPerEm }

func u16(b []byte, at int) uint16 { return binary.BigEndian.Uint16(b[at:]) }
func u32(b []byte, at int) uint32 { return binary.BigEndian.Uint32(b[at:]) }
