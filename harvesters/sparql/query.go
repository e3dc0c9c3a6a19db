package sparql

import (
	"cmp"
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strings"
)

// maxQuery is how many bytes the query of a source may have.
const maxQuery = 64 << 10

// A query is a SELECT or CONSTRUCT, taken apart so that it can be asked for in parts.
type query struct {
	prologue  string // BASE and PREFIX
	construct string // the template between the braces; "" for a SELECT
	project   string // what is wanted of each solution: "DISTINCT ?s ?name", "*"; of a CONSTRUCT the variables of its template
	pattern   string // the inside of the group; a SELECT that groups or has modifiers, whole
	key       string // variable whose values identify what is found, with its mark: "?s"
}

// iri is an IRIREF of the grammar (SPARQL 1.1 §19.8).
const iri = "<[^<>\"{}|^`\\\\\\x00-\\x20]*>"

var (
	declaration = regexp.MustCompile(`(?is)^\s*(?:base\s*|prefix\s+[^\s:<>"'{}#]*:\s*)` + iri)
	reference   = regexp.MustCompile(`^` + iri)
	comment     = regexp.MustCompile(`^\s*#[^\n]*`)
	form        = regexp.MustCompile(`(?is)^\s*(select|construct|describe|ask)\b`)
	variable    = regexp.MustCompile(`[?$][\pL_][\pL\pN_]*`)
	from        = regexp.MustCompile(`(?i)\bfrom\b`)
	selecting   = regexp.MustCompile(`(?is)^\s*select\b|\bwhere\s*$`)
	where       = regexp.MustCompile(`(?is)^\s*(?:where)?\s*\{`)
	modifier    = regexp.MustCompile(`(?is)\b(limit|offset)\s+\d+\s*`)
)

// parseQuery takes a query apart. key names the variable that identifies what is
// found; "" is the first one.
func parseQuery(text, key string) (query, error) {
	if len(text) > maxQuery {
		return query{}, fmt.Errorf("the query has %d bytes; at most %d are sent", len(text), maxQuery)
	}
	var q query
	rest := text
	for {
		if c := comment.FindString(rest); c != "" {
			rest = rest[len(c):]
			continue
		}
		d := declaration.FindString(rest)
		if d == "" {
			break
		}
		q.prologue += strings.TrimSpace(d) + "\n"
		rest = rest[len(d):]
	}
	m := form.FindStringSubmatch(rest)
	if m == nil {
		return q, fmt.Errorf("the query begins with %.40q; a SELECT or CONSTRUCT is due", strings.TrimSpace(rest))
	}
	if unclosed(rest) {
		return q, fmt.Errorf("the query has a quote that is not closed")
	}
	var err error
	switch strings.ToLower(m[1]) {
	case "select":
		err = q.takeSelect(rest)
	case "construct":
		err = q.takeConstruct(rest[len(m[0]):])
	default:
		err = fmt.Errorf("the query is %s; a SELECT or CONSTRUCT is due", strings.ToUpper(m[1]))
	}
	if err != nil {
		return q, err
	}
	return q, q.takeKey(key)
}

// takeSelect takes what is wanted and the group of a SELECT apart. One that
// computes or has solution modifiers stays whole, as a subquery (SPARQL 1.1 §12).
func (q *query) takeSelect(rest string) error {
	open := bracesAt(rest, 0)
	if open < 0 {
		return fmt.Errorf("the query has no group { … }")
	}
	end := closing(rest, open)
	if end < 0 {
		return fmt.Errorf("the query has a brace that is not closed")
	}
	head, after := withoutTexts(rest[:open]), withoutTexts(rest[end+1:])
	switch {
	case from.MatchString(head):
		return fmt.Errorf("a query with FROM cannot be read in parts: write GRAPH <…> { … } in its group")
	case modifier.MatchString(after):
		return fmt.Errorf("the query has a %s of its own; leave it out: everything is read, in parts", strings.TrimSpace(modifier.FindString(after)))
	case strings.TrimSpace(after) != "" || strings.ContainsAny(head, "()"):
		q.project, q.pattern = "*", strings.TrimSpace(rest)
		return nil
	}
	q.project = strings.TrimSpace(selecting.ReplaceAllString(head, ""))
	q.pattern = strings.TrimSpace(rest[open+1 : end])
	return nil
}

// takeConstruct takes the template and the group of a CONSTRUCT apart.
func (q *query) takeConstruct(rest string) error {
	open := bracesAt(rest, 0)
	if open < 0 || strings.TrimSpace(rest[:open]) != "" {
		return fmt.Errorf("a CONSTRUCT needs its template { … } before WHERE { … }")
	}
	end := closing(rest, open)
	if end < 0 {
		return fmt.Errorf("the query has a brace that is not closed")
	}
	q.construct = rest[open+1 : end]
	rest = rest[end+1:]
	if open = bracesAt(rest, 0); open >= 0 && from.MatchString(withoutTexts(rest[:open])) {
		return fmt.Errorf("a query with FROM cannot be read in parts: write GRAPH <…> { … } in its group")
	}
	w := where.FindString(rest)
	if w == "" {
		return fmt.Errorf("a CONSTRUCT needs WHERE { … } after its template")
	}
	open = len(w) - 1
	if end = closing(rest, open); end < 0 {
		return fmt.Errorf("the query has a brace that is not closed")
	}
	if after := strings.TrimSpace(rest[end+1:]); after != "" {
		return fmt.Errorf("the query goes on after its group, with %.40q; leave that out", after)
	}
	q.pattern = strings.TrimSpace(rest[open+1 : end])
	return nil
}

// takeKey finds the variable that identifies what is found.
func (q *query) takeKey(key string) error {
	text := cmp.Or(q.construct, strings.Trim(q.project, "*")+" "+q.pattern)
	all := variable.FindAllString(withoutTexts(text), -1)
	if len(all) == 0 {
		return fmt.Errorf("the query has no variable")
	}
	q.key = "?" + all[0][1:]
	if q.construct != "" {
		q.project = variables(all)
	}
	if key == "" {
		return nil
	}
	for _, v := range all {
		if v[1:] == strings.TrimLeft(key, "?$") {
			q.key = "?" + v[1:]
			return nil
		}
	}
	return fmt.Errorf("the key is %q, which is no variable of the query", key)
}

// group is the pattern as a group of a larger query, which is not closed.
func (q query) group() string {
	inside := q.pattern
	if q.project == "*" && form.MatchString(inside) {
		inside = "{ " + inside + "\n}"
	}
	return "{ " + inside + "\n" // a comment on the last line ends before what follows
}

// variables names each of the list once.
func variables(list []string) string {
	var names []string
	for _, v := range list {
		if name := "?" + v[1:]; !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, " ")
}

// count asks how many rows and keys there are.
func (q query) count() string {
	return q.prologue + "SELECT (COUNT(*) AS ?rows) (COUNT(DISTINCT " + q.key + ") AS ?keys) WHERE { SELECT " + q.project + " WHERE " + q.group() + "} }"
}

// part asks for at most limit rows after the key last in the order of the keys;
// nil: from the beginning.
func (q query) part(last *string, limit int) string {
	filter := ""
	if last != nil {
		filter = "FILTER(STR(" + q.key + ") > " + literal(*last) + ") "
	}
	return fmt.Sprintf("%sSELECT %s WHERE %s%s} ORDER BY STR(%s) LIMIT %d", q.prologue, q.project, q.group(), filter, q.key, limit)
}

// literal writes a text as a SPARQL string (§19.7 of the grammar, ECHAR).
func literal(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(s) + `"`
}

// bracesAt is where the first brace opens that stands in no text, IRI or
// comment, from i on; -1 when there is none.
func bracesAt(s string, i int) int {
	for ; i < len(s); i++ {
		if s[i] == '{' {
			return i
		}
		i = past(s, i) - 1
	}
	return -1
}

// closing is where the brace that opens at open is closed; -1 when it is not.
func closing(s string, open int) int {
	depth := 0
	for i := open; i < len(s); {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		}
		i = past(s, i)
	}
	return -1
}

// past is where what stands at i ends: a text, an IRI, a comment, or one byte.
func past(s string, i int) int {
	rest := s[i:]
	switch {
	case rest[0] == '#':
		if n := strings.IndexByte(rest, '\n'); n >= 0 {
			return i + n
		}
		return len(s)
	case rest[0] == '<':
		if n := len(reference.FindString(rest)); n > 0 {
			return i + n
		}
	case rest[0] == '"', rest[0] == '\'':
		if n := quoted(rest); n > 0 {
			return i + n
		}
		return len(s)
	}
	return i + 1
}

// unclosed reports whether s has a text that does not end.
func unclosed(s string) bool {
	for i := 0; i < len(s); i = past(s, i) {
		if (s[i] == '"' || s[i] == '\'') && quoted(s[i:]) < 0 {
			return true
		}
	}
	return false
}

// quoted is how long the text at the beginning of s is, in one quote or three; -1
// when it does not end.
func quoted(s string) int {
	mark := s[:1]
	if long := strings.Repeat(mark, 3); strings.HasPrefix(s, long) {
		mark = long
	}
	for i := len(mark); i < len(s); i++ {
		if s[i] == '\\' {
			i++
		} else if strings.HasPrefix(s[i:], mark) {
			return i + len(mark)
		}
	}
	return -1
}

// withoutTexts is s without its texts, IRIs and comments.
func withoutTexts(s string) string {
	var b strings.Builder
	for piece, text := range pieces(s) {
		if text {
			piece = " "
		}
		b.WriteString(piece)
	}
	return b.String()
}

// pieces are the texts, IRIs and comments of s, and what stands between them.
func pieces(s string) iter.Seq2[string, bool] {
	return func(yield func(piece string, text bool) bool) {
		from := 0
		for i := 0; i < len(s); {
			end := past(s, i)
			if end > i+1 {
				if from < i && !yield(s[from:i], false) || !yield(s[i:end], true) {
					return
				}
				from = end
			}
			i = end
		}
		if from < len(s) {
			yield(s[from:], false)
		}
	}
}
