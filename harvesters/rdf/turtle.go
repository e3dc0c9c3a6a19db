package rdf

import (
	"fmt"
	"strconv"
	"strings"
)

// parseTurtle reads Turtle (RDF 1.1 Turtle, 2014), of which N-Triples is a part.
func parseTurtle(doc, base string) (g *Graph, err error) {
	p := &turtle{s: doc, base: base, prefixes: map[string]string{}, names: map[string]string{}, g: NewGraph()}
	defer func() {
		switch e := recover().(type) {
		case nil:
		case *syntaxError:
			g, err = nil, e
		default:
			panic(e)
		}
	}()
	for p.skip(); p.i < len(p.s); p.skip() {
		p.statement()
	}
	return p.g, nil
}

// A syntaxError leaves the parser by panic and parseTurtle as an error.
type syntaxError struct {
	line int
	what string
}

func (e *syntaxError) Error() string { return fmt.Sprintf("line %d: %s", e.line, e.what) }

type turtle struct {
	s        string
	i        int // where in s
	base     string
	prefixes map[string]string
	names    map[string]string // prefixed names that were resolved before
	g        *Graph
	blanks   int
	depth    int
}

func (p *turtle) fail(format string, args ...any) {
	panic(&syntaxError{1 + strings.Count(p.s[:min(p.i, len(p.s))], "\n"), fmt.Sprintf(format, args...)})
}

// here is what stands at the present place, for messages.
func (p *turtle) here() string {
	if p.i >= len(p.s) {
		return "the end"
	}
	rest, _, _ := strings.Cut(p.s[p.i:min(p.i+20, len(p.s))], "\n")
	return strconv.QuoteToASCII(rest)
}

// skip goes over white space and comments.
func (p *turtle) skip() {
	for p.i < len(p.s) {
		switch p.s[p.i] {
		case ' ', '\t', '\r', '\n':
			p.i++
		case '#':
			if n := strings.IndexAny(p.s[p.i:], "\r\n"); n >= 0 {
				p.i += n
			} else {
				p.i = len(p.s)
			}
		default:
			return
		}
	}
}

// peek is the next character, 0 at the end.
func (p *turtle) peek() byte {
	if p.i < len(p.s) {
		return p.s[p.i]
	}
	return 0
}

// next skips white space and says what comes.
func (p *turtle) next() byte {
	p.skip()
	return p.peek()
}

func (p *turtle) expect(c byte, after string) {
	if p.next() != c {
		p.fail("expected %q after %s, found %s", c, after, p.here())
	}
	p.i++
}

// word takes the word w, in any case of letters, when white space follows it.
func (p *turtle) word(w string) bool {
	end := p.i + len(w)
	if end >= len(p.s) || !strings.EqualFold(p.s[p.i:end], w) || !strings.ContainsRune(" \t\r\n<", rune(p.s[end])) {
		return false
	}
	p.i = end
	return true
}

func (p *turtle) statement() {
	switch {
	case p.word("@prefix"):
		p.prefix()
		p.expect('.', "@prefix")
	case p.word("@base"):
		p.next()
		p.base = p.reference()
		p.expect('.', "@base")
	case p.word("PREFIX"):
		p.prefix()
	case p.word("BASE"):
		p.next()
		p.base = p.reference()
	default:
		p.triples()
		p.expect('.', "the statement")
	}
}

func (p *turtle) prefix() {
	p.skip()
	name := p.name(false)
	if p.peek() != ':' {
		p.fail("expected a prefix and \":\", found %s", p.here())
	}
	p.i++
	p.next()
	p.prefixes[name] = p.reference()
	clear(p.names)
}

func (p *turtle) triples() {
	if p.peek() == '[' {
		subject := p.properties()
		if p.next() != '.' {
			p.predicates(subject)
		}
		return
	}
	subject := p.term()
	if subject.Kind == Literal {
		p.fail("a literal cannot be the subject of a statement")
	}
	p.predicates(subject)
}

// predicates reads a predicateObjectList.
func (p *turtle) predicates(subject Term) {
	for {
		predicate := p.verb()
		for {
			p.next()
			p.g.Add(subject, predicate, p.term())
			if p.next() != ',' {
				break
			}
			p.i++
		}
		if p.peek() != ';' {
			return // what must follow, the caller knows
		}
		for p.next() == ';' {
			p.i++
		}
		if c := p.peek(); c == '.' || c == ']' || c == 0 {
			return
		}
	}
}

func (p *turtle) verb() string {
	if p.next() == 'a' && p.i+1 < len(p.s) && strings.IndexByte(" \t\r\n<[_\"'#(", p.s[p.i+1]) >= 0 {
		p.i++
		return Type
	}
	t := p.term()
	if t.Kind != IRI {
		p.fail("expected a predicate, found a term that is no IRI")
	}
	return t.Value
}

// properties reads "[" predicates "]" and gives the blank node they are about.
func (p *turtle) properties() Term {
	p.enter()
	defer p.leave()
	p.i++
	node := p.fresh()
	if p.next() != ']' {
		p.predicates(node)
	}
	p.expect(']', "the properties of a blank node")
	return node
}

// collection reads "(" objects ")".
func (p *turtle) collection() Term {
	p.enter()
	defer p.leave()
	p.i++
	head := iri(ns + "nil")
	var last Term
	for p.next() != ')' {
		if p.peek() == 0 {
			p.fail("a collection has no \")\"")
		}
		node := p.fresh()
		if last.Kind == 0 {
			head = node
		} else {
			p.g.Add(last, ns+"rest", node)
		}
		p.g.Add(node, ns+"first", p.term())
		last = node
	}
	p.i++
	if last.Kind != 0 {
		p.g.Add(last, ns+"rest", iri(ns+"nil"))
	}
	return head
}

func (p *turtle) enter() {
	if p.depth++; p.depth > maxDepth {
		p.fail("nested deeper than %d", maxDepth)
	}
}

func (p *turtle) leave() { p.depth-- }

// fresh is a blank node that no label of the document names.
func (p *turtle) fresh() Term {
	p.blanks++
	return blank("g" + strconv.Itoa(p.blanks))
}
