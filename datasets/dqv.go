package datasets

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// A Assessed is a record with its assessment, to be written in the Data Quality
// Vocabulary of the W3C (https://www.w3.org/TR/vocab-dqv/).
type Assessed struct {
	IRI        string // of the record
	Kind       catalog.Kind
	Assessment catalog.Assessment
	At         time.Time
}

// dqvPrefixes are the vocabularies of an assessment. The metrics of the MQA are those
// of data.europa.eu; completeness is measured by one of ours, in the dimension of
// Linked Data quality that has that name.
var dqvPrefixes = []struct{ name, iri string }{
	{"dcat", "http://www.w3.org/ns/dcat#"}, {"dqv", "http://www.w3.org/ns/dqv#"}, {"ldqd", "http://www.w3.org/2016/05/ldqd#"}, {"prov", "http://www.w3.org/ns/prov#"},
	{"pv", "https://piveau.eu/ns/voc#"}, {"skos", "http://www.w3.org/2004/02/skos/core#"}, {"xsd", "http://www.w3.org/2001/XMLSchema#"},
}

// A measurement is the value of one metric.
type measurement struct{ name, value, datatype string }

const (
	completeness      = "completeness"
	completenessWords = "How much of what a record of its kind should have it has, in percent"
)

// measurements are those of m, in order. What nobody has looked at is not measured.
func (m Assessed) measurements() []measurement {
	var list []measurement
	number := func(name string, n int) { list = append(list, measurement{name, strconv.Itoa(n), "integer"}) }
	if m.Assessment.Completeness >= 0 {
		number(completeness, m.Assessment.Completeness)
	}
	mqa := m.Assessment.MQA
	if mqa == nil {
		return list
	}
	number("scoring", mqa.Score)
	for _, p := range mqa.Parts {
		number(string(p.Name)+"Scoring", p.Score)
	}
	for _, r := range mqa.Measures {
		switch {
		case !strings.HasSuffix(r.Name, "StatusCode"):
			list = append(list, measurement{r.Name, strconv.FormatBool(r.Met), "boolean"})
		case r.Status > 0:
			number(r.Name, r.Status)
		}
	}
	return list
}

// metric is the IRI of what x measures, and whether it is ours.
func (m Assessed) metric(x measurement) (iri string, ours bool) {
	if x.name == completeness {
		return m.IRI + "#metric-" + completeness, true
	}
	return "https://piveau.eu/ns/voc#" + x.name, false
}

// EncodeDQVTurtle writes m in Turtle (RDF 1.1 Turtle, 2014).
func EncodeDQVTurtle(w io.Writer, m Assessed) error {
	var b strings.Builder
	for _, p := range dqvPrefixes {
		fmt.Fprintf(&b, "@prefix %s: <%s> .\n", p.name, p.iri)
	}
	list := m.measurements()
	if m.Kind == catalog.KindDataset {
		fmt.Fprintf(&b, "\n<%s> a dcat:Dataset .\n", m.IRI)
	}
	for _, x := range list {
		metric, ours := m.metric(x)
		fmt.Fprintf(&b, "\n<%[1]s> dqv:hasQualityMeasurement <%[1]s#quality-%[2]s> .\n", m.IRI, x.name)
		fmt.Fprintf(&b, "<%[1]s#quality-%[2]s> a dqv:QualityMeasurement ;\n    dqv:isMeasurementOf <%[3]s> ;\n    dqv:computedOn <%[1]s> ;\n    dqv:value \"%[4]s\"^^xsd:%[5]s ;\n    prov:generatedAtTime \"%[6]s\"^^xsd:dateTime .\n",
			m.IRI, x.name, metric, x.value, x.datatype, m.At.UTC().Format(time.RFC3339))
		if ours {
			fmt.Fprintf(&b, "<%s> a dqv:Metric ;\n    skos:definition \"%s\"@en ;\n    dqv:expectedDataType xsd:integer ;\n    dqv:inDimension ldqd:completeness .\n", metric, completenessWords)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// EncodeDQVJSONLD writes the same statements in JSON-LD 1.1.
func EncodeDQVJSONLD(w io.Writer, m Assessed) error {
	type object = map[string]any
	context := object{}
	for _, p := range dqvPrefixes {
		context[p.name] = p.iri
	}
	typed := func(value, datatype string) object { return object{"@value": value, "@type": "xsd:" + datatype} }
	all := []object{}
	for _, x := range m.measurements() {
		iri, ours := m.metric(x)
		metric := object{"@id": iri}
		if ours {
			metric = object{"@id": iri, "@type": "dqv:Metric", "skos:definition": object{"@value": completenessWords, "@language": "en"},
				"dqv:expectedDataType": object{"@id": "xsd:integer"}, "dqv:inDimension": object{"@id": "ldqd:completeness"}}
		}
		all = append(all, object{"@id": m.IRI + "#quality-" + x.name, "@type": "dqv:QualityMeasurement", "dqv:isMeasurementOf": metric, "dqv:computedOn": object{"@id": m.IRI},
			"dqv:value": typed(x.value, x.datatype), "prov:generatedAtTime": typed(m.At.UTC().Format(time.RFC3339), "dateTime")})
	}
	document := object{"@context": context, "@id": m.IRI, "dqv:hasQualityMeasurement": all}
	if m.Kind == catalog.KindDataset {
		document["@type"] = "dcat:Dataset"
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(document)
}
