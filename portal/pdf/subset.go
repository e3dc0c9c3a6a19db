package pdf

import (
	"encoding/binary"
	"slices"
)

// Flags of a component of a composite glyph (ISO/IEC 14496-22 §5.3.4).
const (
	wordArguments  = 0x0001
	aScale         = 0x0008
	moreComponents = 0x0020
	twoScales      = 0x0040
	twoByTwo       = 0x0080
)

// subset is a font with the glyphs given alone, in their order, and those that
// they are composed of after them. The first must be .notdef.
func (f *Font) subset(glyphs []uint16) []byte {
	glyphs = slices.Clone(glyphs)
	number := map[uint16]uint16{} // in the subset, of each component
	var outlines, offsets, metrics []byte
	for i := 0; i < len(glyphs); i++ { // grows as components are met
		outline := slices.Clone(f.outline(glyphs[i]))
		for _, at := range components(outline) {
			g := u16(outline, at)
			if _, known := number[g]; !known {
				number[g] = uint16(len(glyphs))
				glyphs = append(glyphs, g)
			}
			binary.BigEndian.PutUint16(outline[at:], number[g])
		}
		offsets = binary.BigEndian.AppendUint32(offsets, uint32(len(outlines)))
		outlines = append(outlines, outline...)
		outlines = append(outlines, make([]byte, -len(outlines)&3)...)
		bearing := uint16(0)
		if len(outline) >= 4 {
			bearing = u16(outline, 2) // its least x
		}
		metrics = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(metrics, f.widths[glyphs[i]]), bearing)
	}
	offsets = binary.BigEndian.AppendUint32(offsets, uint32(len(outlines)))
	n := uint16(len(glyphs))
	head, hhea, maxp := slices.Clone(f.tables["head"]), slices.Clone(f.tables["hhea"]), slices.Clone(f.tables["maxp"])
	binary.BigEndian.PutUint32(head[8:], 0) // the sum of the whole file, once it is known
	binary.BigEndian.PutUint16(head[50:], 1)
	binary.BigEndian.PutUint16(hhea[34:], n)
	binary.BigEndian.PutUint16(maxp[4:], n)
	tables := map[string][]byte{"head": head, "hhea": hhea, "maxp": maxp, "hmtx": metrics, "loca": offsets, "glyf": outlines}
	for _, hints := range []string{"cvt ", "fpgm", "prep"} {
		if t, ok := f.tables[hints]; ok {
			tables[hints] = t
		}
	}
	return sfnt(tables)
}

// components are the places of the numbers of the glyphs that an outline is
// composed of.
func components(outline []byte) (places []int) {
	if len(outline) < 10 || int16(u16(outline, 0)) >= 0 { // a simple one
		return nil
	}
	for at, more := 10, true; more && at+4 <= len(outline); {
		flags := u16(outline, at)
		places = append(places, at+2)
		at += 6
		if flags&wordArguments != 0 {
			at += 2
		}
		switch {
		case flags&aScale != 0:
			at += 2
		case flags&twoScales != 0:
			at += 4
		case flags&twoByTwo != 0:
			at += 8
		}
		more = flags&moreComponents != 0
	}
	return places
}

// sfnt puts tables into one file, with their checksums (§4.5).
func sfnt(tables map[string][]byte) []byte {
	var names []string
	for name := range tables {
		names = append(names, name)
	}
	slices.Sort(names)
	power, log := 1, 0
	for power*2 <= len(names) {
		power, log = power*2, log+1
	}
	out := binary.BigEndian.AppendUint32(nil, 0x00010000)
	for _, v := range []int{len(names), 16 * power, log, 16 * (len(names) - power)} {
		out = binary.BigEndian.AppendUint16(out, uint16(v))
	}
	at, head := len(out)+16*len(names), 0
	for _, name := range names {
		t := tables[name]
		if name == "head" {
			head = at
		}
		out = append(out, name...)
		for _, v := range []uint32{sum(t), uint32(at), uint32(len(t))} {
			out = binary.BigEndian.AppendUint32(out, v)
		}
		at += (len(t) + 3) &^ 3
	}
	for _, name := range names {
		out = append(out, tables[name]...)
		out = append(out, make([]byte, -len(out)&3)...)
	}
	binary.BigEndian.PutUint32(out[head+8:], 0xb1b0afba-sum(out))
	return out
}

// sum is the checksum of a table.
func sum(b []byte) (total uint32) {
	for i, c := range b {
		total += uint32(c) << (24 - 8*(i&3))
	}
	return total
}
