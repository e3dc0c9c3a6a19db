package pdf

import (
	"strings"
	"unicode/utf8"
)

// A Style is how text is set.
type Style struct {
	Face    *Face
	Size    float64 // points
	Leading float64 // from line to line
	Colour  Colour
}

// base is how far below the top of its line the letters stand.
func (s Style) base() float64 { return (s.Leading-s.Size)/2 + 0.8*s.Size }

// Lines breaks text into lines of at most width: at spaces, in addresses also
// after marks, in longer words anywhere. A line break in text stays one.
func (s Style) Lines(text string, width float64) []string {
	var lines []string
	for paragraph := range strings.SplitSeq(s.Face.clean(text), "\n") {
		line := ""
		for _, word := range strings.Fields(paragraph) {
			if line != "" && s.width(line+" "+word) <= width {
				line += " " + word
				continue
			}
			if line != "" {
				lines = append(lines, line)
			}
			for s.width(word) > width {
				n := s.fitting(word, width)
				lines = append(lines, word[:n])
				word = word[n:]
			}
			line = word
		}
		if line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

func (s Style) width(text string) float64 { return s.Face.Width(text) * s.Size }

// fitting is how many bytes of a word fit into width: up to a mark after which
// it may break, or else as many letters as there is room for, at least one.
func (s Style) fitting(word string, width float64) int {
	used, last, mark := 0.0, 0, 0
	for i, r := range word {
		if used += s.width(string(r)); used > width {
			break
		}
		if last = i + utf8.RuneLen(r); strings.ContainsRune("/-_?&=.,;@#", r) {
			mark = last
		}
	}
	if last == 0 {
		_, last = utf8.DecodeRuneInString(word)
	}
	if mark > last/2 {
		return mark
	}
	return last
}

// A Text is a paragraph.
type Text struct {
	Style
	Text    string
	Address string // where it leads, if it is a link
}

func (t Text) height(width float64) float64 {
	return float64(len(t.Lines(t.Text, width))) * t.Leading
}

// heightOf is how high paragraphs are one below the other.
func heightOf(texts []Text, width float64) (h float64) {
	for _, t := range texts {
		h += t.height(width)
	}
	return h
}
