package ical

import (
	"strings"
)

// A property is one content line: NAME;PARAM=VALUE,…:VALUE. Names are in
// capitals, whatever the calendar writes.
type property struct {
	name   string
	params map[string]string // several values of one are joined with commas
	value  string            // as written
	line   contentLine
}

// parseProperty reads a content line; false when it is none.
func parseProperty(line contentLine) (property, bool) {
	s := line.text
	n := 0
	for n < len(s) && isNameByte(s[n]) {
		n++
	}
	p := property{name: strings.ToUpper(s[:n]), line: line}
	rest := strings.TrimLeft(s[n:], " \t")
	if n == 0 || rest == "" || rest[0] != ':' && rest[0] != ';' {
		return p, false
	}
	colon := valueStart(rest, isTime(p.name))
	if colon < 0 {
		return p, false
	}
	p.value = rest[colon+1:]
	p.params = parameters(rest[:colon])
	return p, true
}

func isNameByte(c byte) bool {
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_'
}

// isTime says that the values of a property hold no colon, so that one in an
// unquoted parameter, TZID=(UTC+01:00) Rome, can be told from the last.
func isTime(name string) bool {
	switch name {
	case "DTSTART", "DTEND", "RECURRENCE-ID", "EXDATE", "RDATE", "DTSTAMP", "CREATED", "LAST-MODIFIED":
		return true
	}
	return false
}

// valueStart is where the colon before the value stands: the first one outside
// quotes, or the last one of all. Quotes that are never closed do not count.
func valueStart(s string, last bool) int {
	if last {
		return strings.LastIndexByte(s, ':')
	}
	quoted := false
	for i := range len(s) {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ':' && !quoted:
			return i
		}
	}
	return strings.IndexByte(s, ':')
}

// parameters reads ";A=b;C="d,e"".
func parameters(s string) map[string]string {
	var m map[string]string
	for s != "" {
		part := s[1:] // after the semicolon
		end, quoted := len(part), false
		for i := range len(part) {
			if part[i] == '"' {
				quoted = !quoted
			} else if part[i] == ';' && !quoted {
				end = i
				break
			}
		}
		if name, value, ok := strings.Cut(part[:end], "="); ok {
			if m == nil {
				m = map[string]string{}
			}
			m[strings.ToUpper(strings.TrimSpace(name))] = parameterText.Replace(value)
		}
		s = part[end:]
	}
	return m
}

// parameterText takes quotes away and reads the escapes of RFC 6868.
var parameterText = strings.NewReplacer(`"`, "", "^n", "\n", "^'", `"`, "^^", "^")

// text is the value of a property of type TEXT (RFC 5545 §3.3.11).
func text(value string) string {
	if !strings.Contains(value, `\`) {
		return strings.TrimSpace(value)
	}
	var b strings.Builder
	for i := 0; i < len(value); i++ {
		if value[i] != '\\' || i+1 == len(value) {
			b.WriteByte(value[i])
			continue
		}
		i++
		switch value[i] {
		case 'n', 'N':
			b.WriteByte('\n')
		case '\\', ',', ';', ':', '"', '\'': // the last three need no escape, and get it
			b.WriteByte(value[i])
		default:
			b.WriteByte('\\')
			b.WriteByte(value[i])
		}
	}
	return strings.TrimSpace(b.String())
}

// texts are the values of a property that may have several, parted by commas
// that are not escaped.
func texts(value string) []string {
	var list []string
	from := 0
	for i := 0; i <= len(value); i++ {
		if i < len(value) && value[i] == '\\' {
			i++
			continue
		}
		if i >= len(value) || value[i] == ',' {
			if t := text(value[from:min(i, len(value))]); t != "" {
				list = append(list, t)
			}
			from = i + 1
		}
	}
	return list
}
