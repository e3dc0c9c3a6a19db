package pdf

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"

	"golang.org/x/text/unicode/norm"
)

// A Face is a font in a document: it remembers which letters the document
// uses. Each letter has a number of its own (CID) in the order of first use,
// and the embedded font has its glyphs in that order. So two letters may share
// a glyph, as those do that the font lacks, and each is still found, copied and
// read aloud as what it is.
type Face struct {
	font    *Font
	name    string // in resources
	ref     ref
	numbers map[rune]uint16
	letters []rune   // by number
	glyphs  []uint16 // likewise
}

// Face is f in d.
func (d *Document) Face(f *Font) *Face {
	face := &Face{font: f, name: fmt.Sprintf("F%d", len(d.faces)+1), ref: d.file.reserve(), numbers: map[rune]uint16{}, letters: []rune{0}, glyphs: []uint16{0}}
	d.faces = append(d.faces, face)
	return face
}

// clean is text as it is set: composed letters (NFC), no control characters,
// nothing invisible that the font lacks.
func (f *Face) clean(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) && r != '\n' && f.font.glyphs[r] == 0 {
			return ' '
		}
		if r == '\n' || f.font.glyphs[r] != 0 && !unicode.IsControl(r) {
			return r
		}
		if !unicode.IsGraphic(r) || unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFC.String(text))
}

// number is the CID of a letter. The 65,536th letter of a document and those
// after it would be shown as .notdef; no text has as many.
func (f *Face) number(r rune) uint16 {
	n, known := f.numbers[r]
	if !known && len(f.letters) < 0xffff {
		n = uint16(len(f.letters))
		f.numbers[r] = n
		f.letters, f.glyphs = append(f.letters, r), append(f.glyphs, f.glyph(r))
	}
	return n
}

// stands are letters that the font lacks and what looks most like them.
var stands = map[rune]rune{'\u2010': '-', '\u2011': '-', '\u2012': '–', '\u2015': '—', '\u2212': '–', '′': '\'', '″': '"', '→': '›', '←': '‹', '≥': '>', '≤': '<', '☎': '•', '✓': '•', '●': '•', '■': '•'}

// glyph is what shows r: its own, that of its letter without marks, or a
// question mark.
func (f *Face) glyph(r rune) uint16 {
	candidates := append([]rune{r, stands[r]}, []rune(norm.NFKD.String(string(r)))...)
	for _, c := range append(candidates, '?') {
		if g := f.font.glyphs[c]; g != 0 {
			return g
		}
	}
	return 0
}

// Width of text at a size of one point.
func (f *Face) Width(text string) float64 {
	units := 0
	for _, r := range text {
		g, ok := f.font.glyphs[r]
		if !ok {
			g = f.glyph(r)
		}
		units += int(f.font.widths[g])
	}
	return float64(units) / float64(f.font.unitsPerEm)
}

// encode is text as a hexadecimal string of CIDs.
func (f *Face) encode(text string) string {
	var b strings.Builder
	b.WriteByte('<')
	for _, r := range text {
		fmt.Fprintf(&b, "%04X", f.number(r))
	}
	b.WriteByte('>')
	return b.String()
}

// write embeds the face: a composite font (ISO 32000-1 §9.7) of the used glyphs.
func (f *Face) write(file *file) {
	font := f.font
	name := subsetTag(f.letters) + "+" + font.Name
	program, descriptor, characters := file.reserve(), file.reserve(), file.reserve()
	data := font.subset(f.glyphs)
	file.stream(program, fmt.Sprintf("/Length1 %d", len(data)), data)
	file.stream(characters, "", f.toUnicode())
	weight := 80
	if font.bold {
		weight = 140
	}
	file.object(descriptor, "<</Type/FontDescriptor/FontName/%s/Flags 4/FontBBox[%d %d %d %d]/ItalicAngle 0/Ascent %d/Descent %d/CapHeight %d/StemV %d/FontFile2 %v>>",
		name, font.thousandths(int(font.box[0])), font.thousandths(int(font.box[1])), font.thousandths(int(font.box[2])), font.thousandths(int(font.box[3])),
		font.thousandths(font.ascent), font.thousandths(font.descent), font.thousandths(font.capHeight), weight, program)
	var widths strings.Builder
	for _, g := range f.glyphs {
		fmt.Fprintf(&widths, "%d ", font.thousandths(int(font.widths[g])))
	}
	descendant := file.add("<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor %v/CIDToGIDMap/Identity/W[0[%s]]>>",
		name, descriptor, strings.TrimSpace(widths.String()))
	file.object(f.ref, "<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%v]/ToUnicode %v>>", name, descendant, characters)
}

// subsetTag is the six letters that tell this subset from others (§9.6.4).
func subsetTag(letters []rune) string {
	h := uint32(2166136261)
	for _, r := range letters {
		h = (h ^ uint32(r)) * 16777619
	}
	var tag [6]byte
	for i := range tag {
		tag[i] = 'A' + byte(h%26)
		h /= 26
	}
	return string(tag[:])
}

// toUnicode is the character map by which text is searched and copied (§9.10.3).
func (f *Face) toUnicode() []byte {
	var b bytes.Buffer
	b.WriteString("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n" +
		"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	const atOnce = 100 // as many as the standard allows
	for first := 1; first < len(f.letters); first += atOnce {
		last := min(first+atOnce, len(f.letters))
		fmt.Fprintf(&b, "%d beginbfchar\n", last-first)
		for n := first; n < last; n++ {
			fmt.Fprintf(&b, "<%04X> <", n)
			for _, unit := range utf16.Encode([]rune{f.letters[n]}) {
				fmt.Fprintf(&b, "%04X", unit)
			}
			b.WriteString(">\n")
		}
		b.WriteString("endbfchar\n")
	}
	b.WriteString("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n")
	return b.Bytes()
}
