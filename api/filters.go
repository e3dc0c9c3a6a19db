package api

import (
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/geo"
)

// Filters are the parameters that choose records, the same wherever records
// are given out: items, tiles, search and downloads.
type Filters struct {
	Q            string   `query:"q" maxLength:"200" doc:"Words to look for, Italian; also codes and identifiers." example:"biblioteca"`
	BBox         string   `query:"bbox"`
	Datetime     string   `query:"datetime"`
	Near         string   `query:"near"`
	Radius       float64  `query:"radius" minimum:"0" maximum:"1000000" doc:"Metres around near." example:"1000"`
	Theme        []string `query:"theme" enum:"cultura,ambiente,formazione,istituzioni" maxItems:"4" nullable:"false" doc:"Themes, separated by commas."`
	Type         []string `query:"type" maxItems:"100" nullable:"false" doc:"Codes of types, separated by commas." example:"museo"`
	Municipality []string `query:"municipality" maxItems:"300" nullable:"false" doc:"Names or ISTAT codes of municipalities, separated by commas." example:"Prato"`
	Bodies       []string `query:"body" maxItems:"100" nullable:"false" doc:"Identifiers of the bodies that answer for the records, separated by commas."`
	Source       []string `query:"source" maxItems:"100" nullable:"false" doc:"Identifiers of sources, separated by commas."`
	Related      string   `query:"related" format:"uuid" doc:"Only what has to do with this record (its id)." example:"0199a3c2-0000-7000-8000-000000000000"`
	Relation     string   `query:"relation" maxLength:"60" doc:"With related, in which way, told from that record: hosts, the events of a place." example:"hosts"`
	OpenAt       string   `query:"openAt" format:"date-time" doc:"Only what is open at this moment (RFC 3339), as far as its opening hours can be read whole." example:"2026-11-23T10:30:00+01:00"`
	Accessible   bool     `query:"accessible" doc:"Only what is accessible in a wheelchair."`
}

// query is the filters in the terms of the catalogue; a date is a day in Italy.
func (f *Filters) query(collection string) (catalog.Query, error) {
	q := catalog.Query{
		Collection: collection, Text: strings.TrimSpace(f.Q), RadiusMetres: f.Radius, Accessible: f.Accessible,
		Types: values(f.Type), Municipalities: values(f.Municipality), Bodies: values(f.Bodies), Sources: values(f.Source),
	}
	for _, theme := range f.Theme {
		q.Themes = append(q.Themes, catalog.Theme(theme))
	}
	if f.BBox != "" {
		box, err := geo.ParseBBox(f.BBox)
		if err != nil {
			return q, badQuery("bbox", f.BBox, strings.TrimPrefix(err.Error(), "bbox: "))
		}
		q.BBox = &box
	}
	if f.Datetime != "" {
		var err error
		if q.From, q.To, err = geo.ParseDatetime(f.Datetime, catalog.Rome); err != nil {
			return q, badQuery("datetime", f.Datetime, strings.TrimPrefix(err.Error(), "datetime: "))
		}
	}
	if err := f.related(&q); err != nil {
		return q, err
	}
	q.NoGazetteer = collection == "" && len(q.Sources) == 0 && q.Related == ""
	if f.OpenAt != "" {
		at, err := time.Parse(time.RFC3339, f.OpenAt)
		if err != nil || at.Year() < 1 || at.Year() > 9999 {
			return q, badQuery("openAt", f.OpenAt, "expected a moment such as 2026-11-23T10:30:00+01:00; in an address + is written %2B")
		}
		q.OpenAt = &at
	}
	if f.Near != "" {
		point, err := parsePoint(f.Near)
		if err != nil {
			return q, badQuery("near", f.Near, err.Error())
		}
		q.Near = &point
	} else if f.Radius != 0 {
		return q, badQuery("radius", strconv.FormatFloat(f.Radius, 'f', -1, 64), "has no sense without near; give near=longitude,latitude too")
	}
	return q, nil
}

// related takes over what has to do with a record.
func (f *Filters) related(q *catalog.Query) error {
	if _, ok := catalog.ReadDirection(f.Relation); !ok && f.Relation != "" {
		return badQuery("relation", f.Relation, fmt.Sprintf("is not one of %v", catalog.DirectionNames()))
	}
	switch _, err := uuid.Parse(f.Related); {
	case f.Related == "" && f.Relation != "":
		return badQuery("relation", f.Relation, "has no sense without related; give related=ID too")
	case f.Related != "" && err != nil:
		return badQuery("related", f.Related, "is no identifier of a record, a UUID")
	}
	q.Related, q.Relation = f.Related, f.Relation
	return nil
}

// values drops the blanks that a list such as "a,,b" leaves.
func values(list []string) []string {
	var out []string
	for _, v := range list {
		if v = strings.TrimSpace(v); v != "" {
			out = append(out, v)
		}
	}
	return out
}

// parsePoint reads "longitude,latitude" in degrees.
func parsePoint(text string) (orb.Point, error) {
	lon, lat, ok := strings.Cut(text, ",")
	if !ok {
		return orb.Point{}, fmt.Errorf("expected longitude,latitude in degrees")
	}
	x, errX := strconv.ParseFloat(strings.TrimSpace(lon), 64)
	y, errY := strconv.ParseFloat(strings.TrimSpace(lat), 64)
	if errX != nil || errY != nil || !(math.Abs(x) <= 180) || !(math.Abs(y) <= 90) {
		return orb.Point{}, fmt.Errorf("expected longitude,latitude in degrees, longitude first")
	}
	return orb.Point{x, y}, nil
}

// where turns the parameters that the operation does not name into conditions
// on the properties of c. A parameter given again adds a value.
func where(r *http.Request, c catalog.Collection, known []string) ([]catalog.Condition, error) {
	var list []catalog.Condition
	query := r.URL.Query()
	for _, name := range names(query) {
		if slices.Contains(known, name) {
			continue
		}
		i := slices.IndexFunc(c.Columns, func(column catalog.Column) bool { return column.Name == name && filterable(column) })
		if i < 0 {
			return nil, unknownParameter(name, append(slices.Clone(known), filterNames(c, known)...))
		}
		for _, value := range query[name] {
			if err := checkValue(c.Columns[i], value); err != nil {
				return nil, badQuery(name, value, err.Error())
			}
		}
		list = append(list, catalog.Condition{Property: name, Values: query[name]})
	}
	return list, nil
}

func filterNames(c catalog.Collection, known []string) []string {
	var list []string
	for _, column := range c.Columns {
		if filterable(column) && !slices.Contains(known, column.Name) {
			list = append(list, column.Name)
		}
	}
	return list
}

// maxValueBytes is the longest value of a property that can be asked for.
const maxValueBytes = 1000

// checkValue says why no value of the column could ever be equal to value.
func checkValue(c catalog.Column, value string) error {
	var err error
	switch c.Type {
	case catalog.ColumnInteger:
		_, err = strconv.ParseInt(value, 10, 64)
	case catalog.ColumnNumber:
		_, err = strconv.ParseFloat(value, 64)
	case catalog.ColumnBoolean:
		if value != "true" && value != "false" {
			err = strconv.ErrSyntax
		}
	}
	if err != nil {
		return fmt.Errorf("the values of this property are of type %s", c.Type)
	}
	if len(value) > maxValueBytes {
		return fmt.Errorf("longer than %d bytes", maxValueBytes)
	}
	return nil
}
