package catalog

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// An expression is what a mapping says a field is: columns, constants, and
// members of JSON columns, joined with a space.
type expression []term

type term struct {
	constant string
	column   int    // -1: the constant
	member   string // of a JSON column: "name" in "tags.name"
}

// parseExpression reads "column", "'constant'" and "a+b" for the columns of
// layer. A column whose own name holds a plus sign or dot is found first.
func parseExpression(text string, layer *Layer) (expression, error) {
	if i := layer.column(text); i >= 0 {
		return expression{{column: i}}, nil
	}
	var e expression
	for part := range strings.SplitSeq(text, "+") {
		part = strings.TrimSpace(part)
		if len(part) >= 2 && part[0] == '\'' && part[len(part)-1] == '\'' {
			e = append(e, term{constant: part[1 : len(part)-1], column: -1})
			continue
		}
		if i := layer.column(part); i >= 0 {
			e = append(e, term{column: i})
			continue
		}
		if name, member, ok := strings.Cut(part, "."); ok {
			if i := layer.column(name); i >= 0 && layer.Columns[i].Type == ColumnJSON {
				e = append(e, term{column: i, member: member})
				continue
			}
		}
		return nil, fmt.Errorf("there is no column %q; there are %s: %w", part, layer.names(), ErrInvalid)
	}
	return e, nil
}

// column is the index of the column called name, exactly or but for capitals
// and spaces around it; -1: none.
func (l *Layer) column(name string) int {
	for i, c := range l.Columns {
		if c.Name == name {
			return i
		}
	}
	for i, c := range l.Columns {
		if strings.EqualFold(strings.TrimSpace(c.Name), strings.TrimSpace(name)) {
			return i
		}
	}
	return -1
}

func (l *Layer) names() string {
	names := make([]string, len(l.Columns))
	for i, c := range l.Columns {
		names[i] = strconv.Quote(c.Name)
	}
	return strings.Join(names, ", ")
}

// mark notes the columns that e publishes whole.
func (e expression) mark(used map[int]bool) {
	for _, t := range e {
		if t.column >= 0 && t.member == "" {
			used[t.column] = true
		}
	}
}

// value is e for one row, as text.
func (e expression) value(values []any) string {
	if len(e) == 1 {
		return e[0].value(values)
	}
	var parts []string
	for _, t := range e {
		if s := strings.TrimSpace(t.value(values)); s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, " ")
}

func (t term) value(values []any) string {
	if t.column < 0 {
		return t.constant
	}
	if t.column >= len(values) {
		return ""
	}
	v := values[t.column]
	if t.member == "" {
		return Text(v)
	}
	raw, ok := v.(json.RawMessage)
	if !ok {
		return ""
	}
	var object map[string]any
	if json.Unmarshal(raw, &object) != nil {
		return ""
	}
	return Text(object[t.member])
}

// Text is a harvested value as text: "" for nil, numbers as JSON writes them.
func Text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	case json.RawMessage:
		return string(v)
	}
	return fmt.Sprint(v)
}
