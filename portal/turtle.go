package portal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// turtlePrefixes are the namespaces of what records are described with; names
// without a prefix are those of schema.org.
var turtlePrefixes = map[string]string{
	"schema": "https://schema.org/", "dct": "http://purl.org/dc/terms/", "dcat": "http://www.w3.org/ns/dcat#",
}

// linkProperties are those of schema.org whose values are IRIs and not texts.
var linkProperties = []string{
	"url", "sameAs", "image", "license", "contentUrl", "serviceUrl", "eventStatus", "eventAttendanceMode", "dayOfWeek", "additionalType",
}

// turtle writes a node of JSON-LD in the words of schema.org as Turtle (RDF 1.1
// Turtle, 2014): the same statements, nodes without an identifier in brackets.
// Both are made of the same JSON, whatever Go values it comes from.
func turtle(described map[string]any) ([]byte, error) {
	text, err := json.Marshal(described)
	if err != nil {
		return nil, err
	}
	var node map[string]any
	if err := json.Unmarshal(text, &node); err != nil {
		return nil, err
	}
	b := &turtleWriter{named: []map[string]any{node}}
	for _, prefix := range slices.Sorted(maps.Keys(turtlePrefixes)) {
		fmt.Fprintf(b, "@prefix %s: <%s> .\n", prefix, turtlePrefixes[prefix])
	}
	for i := 0; i < len(b.named); i++ { // it grows
		b.WriteString("\n" + turtleIRI(fmt.Sprint(b.named[i]["@id"])))
		b.writeStatements(b.named[i], "\n    ")
		b.WriteString(" .\n")
	}
	return b.Bytes(), nil
}

// A turtleWriter writes nodes; those with an identifier stand by themselves.
type turtleWriter struct {
	bytes.Buffer
	named []map[string]any
}

// writeStatements writes the predicates and objects of a node, each on a line that
// begins with indent.
func (b *turtleWriter) writeStatements(node map[string]any, indent string) {
	separator := ""
	if class, ok := node["@type"].(string); ok {
		b.WriteString(" a schema:" + class)
		separator = " ;"
	}
	for _, name := range slices.Sorted(maps.Keys(node)) {
		if strings.HasPrefix(name, "@") {
			continue
		}
		predicate := name
		if !strings.Contains(name, ":") {
			predicate = "schema:" + name
		}
		b.WriteString(separator + indent + predicate + " ")
		separator = " ;"
		for i, v := range listOf(node[name]) {
			if i > 0 {
				b.WriteString(", ")
			}
			b.writeObject(name, v, indent)
		}
	}
}

// listOf is v as the list of objects that a JSON-LD value stands for.
func listOf(v any) []any {
	if list, ok := v.([]any); ok {
		return list
	}
	return []any{v}
}

func (b *turtleWriter) writeObject(name string, v any, indent string) {
	switch v := v.(type) {
	case map[string]any:
		if id, ok := v["@id"].(string); ok {
			b.WriteString(turtleIRI(id))
			if len(v) > 1 { // it says more than its name
				b.named = append(b.named, v)
			}
			return
		}
		b.WriteString("[")
		b.writeStatements(v, indent+"    ")
		b.WriteString(" ]")
	case bool:
		b.WriteString(strconv.FormatBool(v))
	case float64:
		b.WriteString(turtleNumber(v))
	default:
		text := fmt.Sprint(v)
		if slices.Contains(linkProperties, name) && isWeb(text) {
			b.WriteString(turtleIRI(text))
			return
		}
		b.WriteString(turtleText(text))
	}
}

// turtleNumber is a number of the type that JSON-LD gives it (JSON-LD 1.1 API,
// §8.1.2): xsd:integer without a fraction, xsd:double in its canonical form with one.
func turtleNumber(v float64) string {
	if v == float64(int64(v)) {
		return strconv.FormatInt(int64(v), 10)
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(v, 'E', -1, 64), "E")
	if !strings.Contains(mantissa, ".") {
		mantissa += ".0"
	}
	n, _ := strconv.Atoi(exponent) // FormatFloat's own
	return mantissa + "E" + strconv.Itoa(n)
}

// turtleIRI writes an address; what an IRI cannot have is percent-encoded.
func turtleIRI(s string) string {
	var b strings.Builder
	b.WriteByte('<')
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c == 0x7f || strings.IndexByte("<>\"{}|^`\\", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String() + ">"
}

// turtleText writes a plain literal.
func turtleText(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteRune('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String() + `"`
}
