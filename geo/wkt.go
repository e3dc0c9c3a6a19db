package geo

import (
	"errors"
	"strings"
)

// ErrWKT: the text is no well-known text of a CRS.
var ErrWKT = errors.New("not the well-known text of a CRS")

const (
	maxWKTBytes = 64 << 10 // a .prj has some 500 bytes, the longest definitions of EPSG 10 kB
	maxWKTDepth = 32       // the standard needs 8
)

// A wktNode is NAME[argument, …]; an argument that is no node is a leaf, whose
// name is its text.
type wktNode struct {
	name string
	args []wktNode
}

// parseWKT reads both generations of WKT (OGC 01-009 and ISO 19162), which
// have the same syntax and other words.
func parseWKT(text string) (wktNode, error) {
	if len(text) > maxWKTBytes {
		return wktNode{}, ErrWKT
	}
	p := wktParser{text: text}
	n, ok := p.node(0)
	if p.space(); !ok || p.pos != len(p.text) || len(n.args) == 0 {
		return wktNode{}, ErrWKT
	}
	return n, nil
}

type wktParser struct {
	text string
	pos  int
}

func (p *wktParser) space() {
	for p.pos < len(p.text) && strings.IndexByte(" \t\r\n\x00", p.text[p.pos]) >= 0 {
		p.pos++
	}
}

func (p *wktParser) node(depth int) (wktNode, bool) {
	p.space()
	if depth > maxWKTDepth || p.pos >= len(p.text) {
		return wktNode{}, false
	}
	if p.text[p.pos] == '"' {
		end := strings.IndexByte(p.text[p.pos+1:], '"')
		if end < 0 {
			return wktNode{}, false
		}
		n := wktNode{name: p.text[p.pos+1 : p.pos+1+end]}
		p.pos += end + 2
		return n, true
	}
	end := strings.IndexAny(p.text[p.pos:], "[](),\"")
	if end < 0 {
		end = len(p.text) - p.pos
	}
	n := wktNode{name: strings.TrimSpace(p.text[p.pos : p.pos+end])}
	p.pos += end
	if n.name == "" {
		return n, false
	}
	if p.pos >= len(p.text) || (p.text[p.pos] != '[' && p.text[p.pos] != '(') {
		return n, true
	}
	for {
		p.pos++ // the bracket or comma
		arg, ok := p.node(depth + 1)
		if p.space(); !ok || p.pos >= len(p.text) {
			return n, false
		}
		n.args = append(n.args, arg)
		switch p.text[p.pos] {
		case ',':
		case ']', ')':
			p.pos++
			return n, true
		default:
			return n, false
		}
	}
}

// find returns the first node under n, itself included, that has one of the
// names, nearest the root first.
func (n wktNode) find(names ...string) (wktNode, bool) {
	for level := []wktNode{n}; len(level) > 0; {
		var next []wktNode
		for _, m := range level {
			for _, name := range names {
				if len(m.args) > 0 && strings.EqualFold(m.name, name) {
					return m, true
				}
			}
			next = append(next, m.args...)
		}
		level = next
	}
	return wktNode{}, false
}

// first is the text of the node's first argument: its name in the registry.
func (n wktNode) first() string {
	if len(n.args) == 0 {
		return ""
	}
	return n.args[0].name
}
