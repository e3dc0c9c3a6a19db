package search_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"
)

// matches reads a filter_by: comparisons joined with && and ||, in brackets.
func (f *fake) matches(filter string, d map[string]any) bool {
	p := &filterParser{f: f, rest: filter, d: d}
	ok := p.or()
	if p.space(); p.rest != "" {
		f.t.Errorf("filter_by %q: cannot read %q", filter, p.rest)
	}
	return ok
}

type filterParser struct {
	f    *fake
	rest string
	d    map[string]any
}

func (p *filterParser) space() { p.rest = strings.TrimLeft(p.rest, " ") }

func (p *filterParser) take(s string) bool {
	p.space()
	rest, ok := strings.CutPrefix(p.rest, s)
	p.rest = rest
	return ok
}

func (p *filterParser) or() bool {
	ok := p.and()
	for p.take("||") {
		ok = p.and() || ok
	}
	return ok
}

func (p *filterParser) and() bool {
	ok := p.one()
	for p.take("&&") {
		ok = p.one() && ok
	}
	return ok
}

func (p *filterParser) one() bool {
	if p.take("(") {
		ok := p.or()
		if !p.take(")") {
			p.f.t.Errorf("filter: a bracket is not closed before %q", p.rest)
		}
		return ok
	}
	name, rest, found := strings.Cut(p.rest, ":")
	name = strings.TrimSpace(name)
	if !found || !p.f.fields[name] {
		p.f.t.Errorf("filter: %q is not a field", name)
		p.rest = ""
		return false
	}
	p.rest = rest
	switch {
	case p.take("=["):
		return p.among(p.d[name], p.values())
	case p.take("<="):
		n, is := p.d[name].(float64)
		return n <= p.number() && is
	case p.take(">="):
		n, is := p.d[name].(float64)
		return n >= p.number() && is
	case p.take("!="):
		word := p.until(" )")
		return fmt.Sprint(p.d[name]) != word
	case p.take("="):
		word := p.until(" )")
		return fmt.Sprint(p.d[name]) == word
	case p.take("("):
		var lat, lon, km float64
		circle := p.until(")")
		p.take(")")
		if _, err := fmt.Sscanf(circle, "%f, %f, %f km", &lat, &lon, &km); err != nil {
			p.f.t.Errorf("filter: circle %q: %v", circle, err)
		}
		return geo.Distance(orb.Point{lon, lat}, location(p.d)) <= km*1000
	}
	p.f.t.Errorf("filter: cannot read %q", p.rest)
	p.rest = ""
	return false
}

// values reads the rest of a list of values in backticks.
func (p *filterParser) values() []string {
	var values []string
	for !p.take("]") {
		if !p.take("`") {
			p.f.t.Errorf("filter: a value without backtick at %q", p.rest)
			p.rest = ""
			return nil
		}
		v, rest, _ := strings.Cut(p.rest, "`")
		values, p.rest = append(values, v), rest
		p.take(",")
	}
	return values
}

// among reports whether a value, or one of a list, is among values.
func (p *filterParser) among(v any, values []string) bool {
	if list, ok := v.([]any); ok {
		return slices.ContainsFunc(list, func(v any) bool { return slices.Contains(values, fmt.Sprint(v)) })
	}
	return v != nil && slices.Contains(values, fmt.Sprint(v))
}

func (p *filterParser) until(stop string) string {
	i := strings.IndexAny(p.rest, stop)
	if i < 0 {
		i = len(p.rest)
	}
	word := p.rest[:i]
	p.rest = p.rest[i:]
	return word
}

func (p *filterParser) number() float64 {
	word := p.until(" )")
	n, err := strconv.ParseFloat(word, 64)
	if err != nil {
		p.f.t.Errorf("filter: %v", err)
	}
	return n
}
