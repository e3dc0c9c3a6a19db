package catalog

import (
	"slices"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// RepairMojibake undoes one misreading of UTF-8 as Windows-1252 ("cittÃ " for "città"),
// if the text can be read back and becomes shorter by it.
func RepairMojibake(s string) string {
	if !suspect(s) {
		return s
	}
	back := make([]byte, 0, len(s))
	for _, r := range s {
		b, ok := windows1252Byte(r)
		if !ok {
			return s
		}
		back = append(back, b)
	}
	if fixed := strings.ToValidUTF8(string(back), "\ufffd"); !strings.Contains(fixed, "\ufffd") && len(fixed) < len(s) {
		return fixed
	}
	return s
}

// suspect: the text has what accents and quotes become by that misreading.
func suspect(s string) bool {
	return strings.Contains(s, "Ã") || strings.Contains(s, "â€") || strings.Contains(s, "Â")
}

func windows1252Byte(r rune) (byte, bool) {
	if r >= 0x80 && r <= 0x9f { // the five bytes that Windows-1252 leaves out
		return byte(r), true
	}
	return charmap.Windows1252.EncodeRune(r)
}

// repaired is h with its texts, and those of its files, put right where they are
// mojibake. What the source wrote stays as it is in Raw.
func repaired(h Harvested) Harvested {
	own := false
	for i, v := range h.Values {
		s, ok := v.(string)
		if !ok {
			continue
		}
		if fixed := RepairMojibake(s); len(fixed) != len(s) {
			if !own {
				h.Values, own = slices.Clone(h.Values), true
			}
			h.Values[i] = fixed
		}
	}
	for i, d := range h.Distributions {
		title, description := RepairMojibake(d.Title), RepairMojibake(d.Description)
		if title == d.Title && description == d.Description {
			continue
		}
		h.Distributions = slices.Clone(h.Distributions)
		h.Distributions[i].Title, h.Distributions[i].Description = title, description
	}
	return h
}
