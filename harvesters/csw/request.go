package csw

import (
	"encoding/xml"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// A dialect is a way of asking that a server understands.
type dialect struct {
	version string
	get     bool   // by GET, key and value, instead of XML by POST
	schema  string // output schema
	types   string // typeNames
	filter  bool   // only datasets, series and services
	sort    bool   // by identifier
}

func (d dialect) String() string {
	how := "POST"
	if d.get {
		how = "GET"
	}
	order, what := "unsorted", "all records"
	if d.sort {
		order = "sorted by identifier"
	}
	if d.filter {
		what = "datasets, series and services"
	}
	return fmt.Sprintf("CSW %s by %s, %s in %s, %s", d.version, how, what, d.schema, order)
}

// A query is one question: so many records from a position on.
type query struct {
	dialect
	start, rows int
	since       string // date; only records of that date or after
	element     string // "full", or "brief" to learn no more than identifiers
	custom      custom // constraint that the source's address has
}

// wanted are the types that are asked for (MD_ScopeCode).
var wanted = []string{"dataset", "series", "service", "nonGeographicDataset"}

// identifier and others are the properties of the application profile of ISO
// 19115 (OGC 07-045), of which those of Dublin Core are the core's.
func (d dialect) identifier() string {
	if d.iso() {
		return "apiso:Identifier"
	}
	return "dc:identifier"
}

func (d dialect) modified() string {
	if d.iso() {
		return "apiso:Modified"
	}
	return "dct:modified"
}

func (d dialect) iso() bool { return d.types != "csw:Record" }

// core reports whether records come as Dublin Core.
func (d dialect) core() bool { return d.schema == csw202 || d.schema == csw300 }

// text writes text into XML.
func text(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder does not fail
	return b.String()
}

// post is the query as a GetRecords document.
func (q query) post() []byte {
	if q.version == version3 {
		return q.post3()
	}
	return []byte(`<?xml version="1.0" encoding="UTF-8"?>
<csw:GetRecords xmlns:csw="` + csw202 + `" xmlns:ogc="http://www.opengis.net/ogc" xmlns:gmd="` + gmd + `" xmlns:mdb="` + mdb + `" xmlns:apiso="` + apisoNS + `" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dct="http://purl.org/dc/terms/"` +
		` service="CSW" version="2.0.2" resultType="results" outputFormat="application/xml" outputSchema="` + text(q.schema) + `" startPosition="` + strconv.Itoa(q.start) + `" maxRecords="` + strconv.Itoa(q.rows) + `">` +
		`<csw:Query typeNames="` + q.types + `"><csw:ElementSetName>` + q.element + `</csw:ElementSetName>` + q.constraint("ogc", "PropertyName", ` version="1.1.0"`) + q.order("ogc", "PropertyName") + `</csw:Query></csw:GetRecords>`)
}

// post3 is the same in version 3.0 (OGC 12-176r7 §7.3), whose filters are those
// of Filter Encoding 2.0.
func (q query) post3() []byte {
	return []byte(`<?xml version="1.0" encoding="UTF-8"?>
<csw:GetRecords xmlns:csw="` + csw300 + `" xmlns:fes="http://www.opengis.net/fes/2.0" xmlns:gmd="` + gmd + `" xmlns:mdb="` + mdb + `" xmlns:apiso="` + apisoNS + `" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dct="http://purl.org/dc/terms/"` +
		` service="CSW" version="3.0.0" outputFormat="application/xml" outputSchema="` + text(q.schema) + `" startPosition="` + strconv.Itoa(q.start) + `" maxRecords="` + strconv.Itoa(q.rows) + `">` +
		`<csw:Query typeNames="` + q.types + `"><csw:ElementSetName>` + q.element + `</csw:ElementSetName>` + q.constraint("fes", "ValueReference", ` version="2.0.0"`) + q.order("fes", "ValueReference") + `</csw:Query></csw:GetRecords>`)
}

func (q query) constraint(prefix, reference, attribute string) string {
	var conditions []string
	compare := func(operator, property, value string) string {
		return "<" + prefix + ":" + operator + "><" + prefix + ":" + reference + ">" + property + "</" + prefix + ":" + reference + "><" + prefix + ":Literal>" + text(value) + "</" + prefix + ":Literal></" + prefix + ":" + operator + ">"
	}
	if q.filter {
		var types strings.Builder
		for _, t := range wanted {
			types.WriteString(compare("PropertyIsEqualTo", q.typeProperty(), t))
		}
		conditions = append(conditions, "<"+prefix+":Or>"+types.String()+"</"+prefix+":Or>")
	}
	if q.since != "" {
		conditions = append(conditions, compare("PropertyIsGreaterThanOrEqualTo", q.modified(), q.since))
	}
	filter := strings.Join(conditions, "")
	switch len(conditions) {
	case 0:
		return ""
	case 2:
		filter = "<" + prefix + ":And>" + filter + "</" + prefix + ":And>"
	}
	return "<csw:Constraint" + attribute + "><" + prefix + ":Filter>" + filter + "</" + prefix + ":Filter></csw:Constraint>"
}

func (d dialect) typeProperty() string {
	if d.iso() {
		return "apiso:Type"
	}
	return "dc:type"
}

func (q query) order(prefix, reference string) string {
	if !q.sort {
		return ""
	}
	return "<" + prefix + ":SortBy><" + prefix + ":SortProperty><" + prefix + ":" + reference + ">" + q.identifier() + "</" + prefix + ":" + reference + "><" + prefix + ":SortOrder>ASC</" + prefix + ":SortOrder></" + prefix + ":SortProperty></" + prefix + ":SortBy>"
}

// address is the query by key and value (OGC 07-006r1 §10.8.2), its constraint
// in CQL.
func (q query) address(at *url.URL) string {
	u := *at
	v := u.Query()
	set := func(name, value string) { v.Set(name, value) }
	set("service", "CSW")
	set("version", q.version)
	set("request", "GetRecords")
	set("typeNames", q.types)
	set("elementSetName", q.element)
	set("outputSchema", q.schema)
	set("startPosition", strconv.Itoa(q.start))
	set("maxRecords", strconv.Itoa(q.rows))
	if q.version == version2 {
		set("resultType", "results")
		set("namespace", "xmlns(csw="+csw202+"),xmlns(gmd="+gmd+"),xmlns(mdb="+mdb+"),xmlns(apiso="+apisoNS+")")
	}
	if q.sort {
		set("sortBy", q.identifier()+":A")
	}
	var conditions []string
	if q.filter {
		var types []string
		for _, t := range wanted {
			types = append(types, q.typeProperty()+" = '"+t+"'")
		}
		conditions = append(conditions, "("+strings.Join(types, " OR ")+")")
	}
	if q.since != "" {
		conditions = append(conditions, q.modified()+" >= '"+strings.ReplaceAll(q.since, "'", "''")+"'")
	}
	if q.custom.text != "" {
		conditions = append(conditions, "("+q.custom.text+")")
	}
	if q.custom.text != "" && len(conditions) == 1 { // as it was given, in whatever language
		set("constraintLanguage", q.custom.language)
		set("constraint_language_version", firstOf(q.custom.version, "1.1.0"))
		set("constraint", q.custom.text)
	} else if len(conditions) > 0 {
		set("constraintLanguage", "CQL_TEXT")
		set("constraint_language_version", "1.1.0")
		set("constraint", strings.Join(conditions, " AND "))
	}
	u.RawQuery = v.Encode()
	return u.String()
}

// dialects are the ways of asking a server, the best first: in an order and only
// for what is wanted before without, by POST before GET, ISO 19115 before Dublin
// Core.
func dialects(c capabilities) []dialect {
	version := version2
	if strings.HasPrefix(c.version, "3") {
		version = version3
	}
	var schemas []string
	for _, s := range []string{gmd, mdb} {
		if c.offers(s) && (s == gmd || len(c.schemas) > 0) {
			schemas = append(schemas, s)
		}
	}
	core := csw202
	if version == version3 {
		core = csw300
	}
	var list []dialect
	add := func(d dialect) {
		if !slices.Contains(list, d) {
			list = append(list, d)
		}
	}
	for _, schema := range schemas {
		own := "gmd:MD_Metadata"
		if schema == mdb {
			own = "mdb:MD_Metadata"
		}
		for _, get := range []bool{false, true} {
			for _, types := range []string{own, "csw:Record"} {
				for _, filter := range []bool{c.asks("type"), false} {
					add(dialect{version, get, schema, types, filter, true})
				}
			}
			add(dialect{version, get, schema, own, false, false})
			add(dialect{version, get, schema, "csw:Record", false, false})
		}
	}
	for _, get := range []bool{false, true} {
		for _, sort := range []bool{true, false} {
			add(dialect{version, get, core, "csw:Record", false, sort})
		}
	}
	return list
}
