package catalog

import (
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A Field is a property of spec/metadata.md §1. Its declaration in model is the one
// place from which the check of what sources say, the published JSON Schema and the
// words for people come.
type Field struct {
	Name  string
	Kinds []Kind // that may have it; none: all but rows of datasets
	Type  FieldType

	Unit        string   // UCUM code
	Enum        []string // the only values, besides ""
	Pattern     string   // regular expression (ECMA 262) that the whole text matches
	Vocabulary  string   // address of the code list that the value is of
	NotNegative bool     // of numbers
	Role        string   // x-ogc-role of OGC API – Features – Part 5
	IT, EN      string   // its name for people

	// Scheme is the vocabulary whose concepts its values are. Their codes are
	// published; what the source said stands beside, as NAME_declared, where it is
	// something else.
	Scheme string
	// Gives is a property that the concept becomes instead: of a requirement in words
	// the level of education. Then the words stay as they are, and words that say no
	// concept are no fault.
	Gives string
	// Member is what holds the words in each object of a list: type of channels.
	Member []string

	pattern *regexp.Regexp
}

// A FieldType is what a property may be.
type FieldType string

// The types. What sources say in their words where we would have a list or an
// object of more than one part stays a text.
const (
	FieldText     FieldType = "text"
	FieldTexts    FieldType = "texts"  // one text, or a list of them
	FieldList     FieldType = "list"   // a text, or a list of texts or objects
	FieldObject   FieldType = "object" // a text, or an object or a list of them
	FieldAny      FieldType = "any"
	FieldInteger  FieldType = "integer"
	FieldNumber   FieldType = "number"
	FieldBoolean  FieldType = "boolean"
	FieldDate     FieldType = "date"     // RFC 3339 date or time
	FieldDateTime FieldType = "datetime" // RFC 3339
	FieldDuration FieldType = "duration" // ISO 8601
	FieldURL      FieldType = "url"      // http or https
	FieldPhone    FieldType = "phone"    // E.164, or a short number of Italy
)

// fields are those of the model, and what keeps the source's words beside codes.
var fields = withDeclared(model)

func withDeclared(model []Field) []Field {
	list := slices.Clone(model)
	for _, f := range model {
		if f.Scheme == "" && FieldScheme(f.Name) == "" || f.Gives != "" || len(f.Kinds) == 0 {
			continue
		}
		said := Field{Name: f.Name + declared, Kinds: f.Kinds, Type: FieldText, IT: f.IT + ", con le parole della fonte", EN: f.EN + ", in the words of the source"}
		if f.many() {
			said.Type = FieldTexts
		}
		list = append(list, said)
	}
	return list
}

// many reports whether f may have several values.
func (f *Field) many() bool { return f.Type == FieldTexts || f.Type == FieldList }

var fieldsByName = func() map[string]*Field {
	byName := make(map[string]*Field, len(fields))
	for i := range fields {
		f := &fields[i]
		if f.Pattern != "" {
			f.pattern = regexp.MustCompile(f.Pattern)
		}
		byName[f.Name] = f
	}
	return byName
}()

func kindNames() (names []string) {
	for _, k := range Kinds() {
		names = append(names, string(k))
	}
	return names
}

// Fields are those that records of a kind may have, in the order of the
// specification; of rows of a dataset the envelope's only.
func Fields(kind Kind) []Field {
	var list []Field
	for _, f := range fields {
		if f.of(kind) {
			list = append(list, f)
		}
	}
	return list
}

// MayMap reports whether a mapping may say which column field is: one of MappingFields, or
// a property of the model.
func MayMap(field string) bool {
	return slices.Contains(MappingFields, field) || fieldsByName[field] != nil && !slices.Contains(envelope, field)
}

// EveryField is all of them.
func EveryField() []Field { return slices.Clone(fields) }

func (f *Field) of(kind Kind) bool {
	if len(f.Kinds) == 0 {
		return kind != KindFeature || slices.Contains(envelope, f.Name)
	}
	return slices.Contains(f.Kinds, kind)
}

// fieldOf is the declaration of a property of a kind, nil if it has none.
func fieldOf(kind Kind, name string) *Field {
	if f := fieldsByName[name]; f != nil && f.of(kind) {
		return f
	}
	return nil
}

// ColumnType is the type of a column of f's values.
func (f *Field) ColumnType() ColumnType {
	switch f.Type {
	case FieldInteger:
		return ColumnInteger
	case FieldNumber:
		return ColumnNumber
	case FieldBoolean:
		return ColumnBoolean
	}
	return ""
}

// fit is v as f wants it, false when it cannot be.
func (f *Field) fit(v any) (any, bool) {
	raw, isJSON := v.(json.RawMessage)
	if isJSON {
		return f.fitJSON(raw)
	}
	text, isText := v.(string)
	if !isText {
		if list, isList := v.([]string); isList {
			return v, f.Type == FieldTexts || f.Type == FieldList || f.Type == FieldAny || len(list) == 0
		}
	}
	switch f.Type {
	case FieldInteger, FieldNumber:
		return f.number(v)
	case FieldBoolean:
		return truth(v)
	}
	if !isText {
		text = Text(v)
	}
	return f.fitText(text)
}

// fitText is a text as f wants it.
func (f *Field) fitText(text string) (string, bool) {
	text = strings.TrimSpace(text)
	switch {
	case f.Type == FieldDate:
		return ParseTime(text)
	case f.Type == FieldDateTime:
		t, ok := ParseTime(text)
		return t, ok && len(t) > len("2006-01-02")
	case f.Type == FieldDuration:
		return text, isoDuration.MatchString(text)
	case f.Type == FieldURL:
		address := webAddress(mendedScheme(text))
		return address, address != ""
	case f.Type == FieldPhone:
		p := ReadPhones(text)
		if len(p.Numbers) != 1 {
			return text, false
		}
		return p.Numbers[0].Number, true
	case f.Enum != nil:
		for _, value := range f.Enum {
			if enumKey(value) == enumKey(text) {
				return value, true
			}
		}
		return text, false
	case f.pattern != nil:
		if f.pattern.MatchString(text) {
			return text, true
		}
		text = strings.ToUpper(text)
		return text, f.pattern.MatchString(text)
	}
	return text, true
}

// isoDuration is a duration of ISO 8601: P1D, PT1H30M, P2W.
var isoDuration = regexp.MustCompile(`^P(?:\d+W|(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?)$`)

// enumKey makes equal values that differ in how words are parted, and in capitals.
func enumKey(s string) string { return enumMarks.Replace(strings.ToLower(s)) }

var enumMarks = strings.NewReplacer("_", "", "-", "", " ", "")

// number reads a number, with a decimal comma too.
func (f *Field) number(v any) (any, bool) {
	var n float64
	switch v := v.(type) {
	case int64:
		n = float64(v)
	case float64:
		n = v
	case string:
		var err error
		if n, err = strconv.ParseFloat(strings.Replace(strings.TrimSpace(v), ",", ".", 1), 64); err != nil {
			return v, false
		}
	default:
		return v, false
	}
	if math.IsNaN(n) || math.IsInf(n, 0) || f.NotNegative && n < 0 {
		return v, false
	}
	if f.Type == FieldInteger {
		return int64(n), n == math.Trunc(n) && math.Abs(n) < 1<<53
	}
	return n, true
}

// truth reads yes and no.
func truth(v any) (any, bool) {
	switch v := v.(type) {
	case bool:
		return v, true
	case string:
		switch Plain(strings.TrimSpace(v)) {
		case "true", "si", "yes", "1":
			return true, true
		case "false", "no", "0":
			return false, true
		}
	}
	return v, false
}

// fitJSON is a value of JSON as f wants it.
func (f *Field) fitJSON(raw json.RawMessage) (any, bool) {
	switch f.Type {
	case FieldAny, FieldList, FieldObject:
		return raw, true
	case FieldTexts:
		if textsOnly(raw) {
			return raw, true
		}
	}
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		return raw, false
	}
	switch v := v.(type) {
	case []any:
		texts := true
		for _, each := range v {
			_, text := each.(string)
			texts = texts && text
		}
		if f.Type == FieldTexts {
			return raw, texts
		}
		if texts && len(v) == 1 {
			return f.fit(v[0])
		}
		return raw, false
	case map[string]any:
		if text, ok := languageText(v); ok && (f.Type == FieldText || f.Type == FieldTexts) {
			return f.fitText(text.It())
		}
		return raw, false
	}
	return f.fit(v)
}

// textsOnly reports whether raw is a list of texts, without reading them into
// memory: most lists that are checked are codes.
func textsOnly(raw json.RawMessage) bool {
	lists, quoted := 0, false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted, c == ',', c == ']', c == ' ', c == '\n', c == '\r', c == '\t':
		case c == '[':
			lists++
		default:
			return false
		}
	}
	return lists == 1 && json.Valid(raw)
}

// wants says in words what f wants, for who is told that a value is not that.
func (f *Field) wants() string {
	switch {
	case f.Enum != nil:
		return "one of " + strings.Join(f.Enum, ", ")
	case f.Pattern != "":
		return "a code such as " + f.Pattern
	}
	switch f.Type {
	case FieldInteger:
		return "a whole number"
	case FieldNumber:
		return "a number"
	case FieldBoolean:
		return "true or false"
	case FieldDate, FieldDateTime:
		return "a date such as 2026-11-21"
	case FieldDuration:
		return "a duration such as P30D"
	case FieldPhone:
		return "a number such as +390574123456"
	case FieldURL:
		return "an address that begins with http:// or https://"
	}
	return "a text"
}
