package rdf

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// term reads a subject, predicate or object.
func (p *turtle) term() Term {
	switch c := p.peek(); {
	case c == '<':
		return iri(p.reference())
	case c == '_' && strings.HasPrefix(p.s[p.i:], "_:"):
		p.i += 2
		label := p.name(true)
		if label == "" {
			p.fail("a blank node without label")
		}
		return blank("l" + label)
	case c == '[':
		return p.properties()
	case c == '(':
		return p.collection()
	case c == '"' || c == '\'':
		return p.literal()
	case c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.':
		return p.number()
	case c == 0:
		p.fail("the document ends in the middle of a statement")
	}
	for _, w := range []string{"true", "false"} {
		if rest, ok := strings.CutPrefix(p.s[p.i:], w); ok && (rest == "" || !nameByte(rest[0]) && rest[0] != ':') {
			p.i += len(w)
			return literal(w, "", xsd+"boolean")
		}
	}
	return iri(p.prefixed())
}

// reference reads "<…>" and resolves it. What an IRI may not have, such as
// spaces, is taken as it stands.
func (p *turtle) reference() string {
	if p.peek() != '<' {
		p.fail("expected an IRI in angle brackets, found %s", p.here())
	}
	n := strings.IndexAny(p.s[p.i:], ">\n")
	if n < 0 || p.s[p.i+n] != '>' {
		p.fail("an IRI is not closed: %s", p.here())
	}
	ref := p.s[p.i+1 : p.i+n]
	p.i += n + 1
	if strings.IndexByte(ref, '\\') >= 0 {
		ref = unescape(ref, false)
	}
	return Resolve(p.base, ref)
}

// prefixed reads a prefixed name.
func (p *turtle) prefixed() string {
	start := p.i
	prefix := p.name(false)
	if p.peek() != ':' {
		p.i = start
		p.fail("expected a term, found %s", p.here())
	}
	p.i++
	local := p.i
	for p.i < len(p.s) {
		switch c := p.s[p.i]; {
		case nameByte(c) || c == '.' || c == ':' || c == '%':
			p.i++
		case c == '\\' && p.i+1 < len(p.s):
			p.i += 2
		default:
			goto end
		}
	}
end:
	for p.i > local && p.s[p.i-1] == '.' && !(p.i-2 >= local && p.s[p.i-2] == '\\') {
		p.i-- // the full stop after it
	}
	whole := p.s[start:p.i]
	if known, ok := p.names[whole]; ok {
		return known
	}
	space, ok := p.prefixes[prefix]
	if !ok {
		if space, ok = Prefixes[prefix]; !ok {
			p.i = start
			p.fail("the prefix %q is not declared", prefix)
		}
		p.g.repaired("the prefix \"" + prefix + ":\" is not declared; read as <" + space + ">")
	}
	full := space + strings.ReplaceAll(p.s[local:p.i], `\`, "")
	p.names[whole] = full
	return full
}

// name reads a prefix, or the label of a blank node, which may have digits first.
func (p *turtle) name(label bool) string {
	start := p.i
	for p.i < len(p.s) && (nameByte(p.s[p.i]) || p.s[p.i] == '.') {
		p.i++
	}
	for p.i > start && p.s[p.i-1] == '.' {
		p.i--
	}
	if !label && p.i > start && (p.s[start] == '-' || p.s[start] >= '0' && p.s[start] <= '9') {
		p.i = start
	}
	return p.s[start:p.i]
}

// nameByte reports whether c may stand in a name. Of what is not ASCII nearly
// everything may; we do not tell the rest.
func nameByte(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c >= utf8.RuneSelf
}

func (p *turtle) literal() Term {
	value := p.quoted()
	switch {
	case p.peek() == '@':
		start := p.i + 1
		for p.i++; p.i < len(p.s) && (p.s[p.i] == '-' || nameByte(p.s[p.i]) && p.s[p.i] != '_'); {
			p.i++
		}
		if p.i == start {
			p.fail("a literal has \"@\" and no language")
		}
		return literal(value, p.s[start:p.i], "")
	case strings.HasPrefix(p.s[p.i:], "^^"):
		p.i += 2
		p.next()
		t := p.term()
		if t.Kind != IRI {
			p.fail("a datatype that is no IRI")
		}
		return literal(value, "", t.Value)
	}
	return literal(value, "", "")
}

// quoted reads a text in one or three quotation marks of either kind.
func (p *turtle) quoted() string {
	mark, long := p.s[p.i:p.i+1], strings.Repeat(p.s[p.i:p.i+1], 3)
	if strings.HasPrefix(p.s[p.i:], long) {
		mark = long
	}
	p.i += len(mark)
	start, escaped := p.i, false
	for {
		n := strings.IndexAny(p.s[p.i:], mark[:1]+"\\\r\n")
		if n < 0 {
			p.i = start
			p.fail("a text is not closed: %s", p.here())
		}
		p.i += n
		switch c := p.s[p.i]; {
		case c == '\\':
			p.i = min(p.i+2, len(p.s))
			escaped = true
		case strings.HasPrefix(p.s[p.i:], mark):
			end := p.i
			for len(mark) == 3 && end+3 < len(p.s) && p.s[end+3] == mark[0] {
				end++ // """…"""": the last three close it
			}
			p.i = end + len(mark)
			if escaped {
				return unescape(p.s[start:end], true)
			}
			return p.s[start:end]
		case len(mark) == 1 && (c == '\n' || c == '\r'):
			p.fail("a text is not closed on its line")
		default:
			p.i++
		}
	}
}

// unescape resolves \uXXXX and \UXXXXXXXX, and in literals \n and its like.
// What is no escape stays as it is.
func unescape(s string, inLiteral bool) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		digits := map[byte]int{'u': 4, 'U': 8}[s[i+1]]
		if digits > 0 && i+2+digits <= len(s) {
			if v, err := strconv.ParseUint(s[i+2:i+2+digits], 16, 32); err == nil {
				b.WriteRune(rune(v))
				i += 1 + digits
				continue
			}
		}
		if k := strings.IndexByte(`tbnrf"'\`, s[i+1]); inLiteral && k >= 0 {
			b.WriteByte("\t\b\n\r\f\"'\\"[k])
			i++
			continue
		}
		b.WriteByte('\\')
	}
	return b.String()
}

// number reads an integer, a decimal or a double.
func (p *turtle) number() Term {
	start, kind := p.i, "integer"
	if c := p.peek(); c == '+' || c == '-' {
		p.i++
	}
	digits := p.digits()
	if p.peek() == '.' && p.i+1 < len(p.s) && (p.s[p.i+1] >= '0' && p.s[p.i+1] <= '9' || digits > 0 && p.s[p.i+1]|0x20 == 'e') {
		p.i++
		digits += p.digits()
		kind = "decimal"
	}
	if digits == 0 {
		p.i = start
		p.fail("expected a term, found %s", p.here())
	}
	if p.peek()|0x20 == 'e' {
		mantissa := p.i
		if p.i++; p.peek() == '+' || p.peek() == '-' {
			p.i++
		}
		if p.digits() == 0 {
			p.i = mantissa
		} else {
			kind = "double"
		}
	}
	return literal(p.s[start:p.i], "", xsd+kind)
}

func (p *turtle) digits() int {
	start := p.i
	for p.i < len(p.s) && p.s[p.i] >= '0' && p.s[p.i] <= '9' {
		p.i++
	}
	return p.i - start
}
