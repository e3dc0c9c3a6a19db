package catalog

// A Schema is what JSON Schema (draft 2020-12) says of one property, with the
// keywords of OGC API – Features – Part 5: Schemas.
type Schema struct {
	Title       string             `json:"title,omitempty" doc:"In English."`
	TitleIT     string             `json:"x-title-it,omitempty" doc:"In Italian."`
	Type        any                `json:"type,omitempty" doc:"JSON type, or a list of them; absent: anything."`
	Format      string             `json:"format,omitempty" doc:"date, date-time, uri, uuid or geometry-any."`
	Enum        []string           `json:"enum,omitempty" doc:"The only values."`
	Pattern     string             `json:"pattern,omitempty" doc:"Regular expression that texts match."`
	Minimum     *float64           `json:"minimum,omitempty" doc:"The least number."`
	Items       *Schema            `json:"items,omitempty" doc:"Of the values of a list."`
	AnyOf       []Schema           `json:"anyOf,omitempty" doc:"Of which one holds."`
	Properties  map[string]*Schema `json:"properties,omitempty" doc:"Of an object, by name."`
	Role        string             `json:"x-ogc-role,omitempty" doc:"id, type, primary-geometry, primary-interval-start or primary-interval-end."`
	Unit        string             `json:"x-ogc-unit,omitempty" doc:"Unit of measure."`
	UnitLang    string             `json:"x-ogc-unitLang,omitempty" doc:"What units are written in: UCUM."`
	CodeList    string             `json:"x-ogc-codelistUri,omitempty" doc:"The code list that values are of."`
	PropertySeq int                `json:"x-ogc-propertySeq,omitempty" doc:"Place among the properties, from 1."`
}

var zero float64

// phonePattern is what telephone numbers are: ITU-T E.164, or short numbers of Italy,
// which have no such form.
const phonePattern = `^(\+[1-9][0-9]{3,14}|1[0-9]{2,5})$`

// Schema is what is published of f: any value that passes its check is valid.
func (f *Field) Schema() Schema {
	s := Schema{Title: f.EN, TitleIT: f.IT, Enum: f.Enum, Pattern: f.Pattern, Role: f.Role, CodeList: f.Vocabulary}
	if f.Unit != "" {
		s.Unit, s.UnitLang = f.Unit, "UCUM"
	}
	if f.NotNegative {
		s.Minimum = &zero
	}
	switch f.Type {
	case FieldAny:
	case FieldTexts:
		s.Type, s.Items = []string{"string", "array"}, &Schema{Type: "string"}
	case FieldList, FieldObject:
		s.Type = []string{"string", "array", "object"}
	case FieldInteger, FieldNumber, FieldBoolean:
		s.Type = string(f.Type)
	case FieldDate:
		s.Type, s.AnyOf = "string", []Schema{{Format: "date"}, {Format: "date-time"}}
	case FieldDateTime:
		s.Type, s.Format = "string", "date-time"
	case FieldDuration:
		s.Type, s.Format = "string", "duration"
	case FieldPhone:
		s.Type, s.Pattern = "string", phonePattern
	case FieldURL:
		s.Type, s.Format = "string", "uri"
	default:
		s.Type = "string"
	}
	return s
}

// SchemaOfColumn is what is published of a column of a source's own.
func SchemaOfColumn(c Column) Schema {
	switch c.Type {
	case ColumnInteger, ColumnNumber, ColumnBoolean:
		return Schema{Type: string(c.Type)}
	case ColumnDate:
		return Schema{Type: "string", Format: "date"}
	case ColumnDateTime:
		return Schema{Type: "string", Format: "date-time"}
	case ColumnJSON:
		return Schema{}
	}
	return Schema{Type: "string"}
}
