// Package pdf writes tagged PDF (ISO 32000-1 with what ISO 14289-1, PDF/UA-1,
// asks for): documents that a screen reader reads in the right order, headings,
// lists, tables and figures by their names. It knows text in TrueType fonts,
// of which only the used letters are embedded, lines and shapes, links and
// bookmarks. What a document says is the caller's business.
//
// Lengths are points (1/72 inch); places on a page count from its upper left
// corner, y downwards, as in SVG.
//
// The same calls give the same bytes: nothing depends on the clock, on chance
// or on the order of a map.
package pdf
