package demo

import (
	"net/http"
	"strings"
	"text/template"
	"time"
)

// rdfXML answers the consortium's catalogue.
func (c dcat) rdfXML(w http.ResponseWriter, r *http.Request) {
	var page strings.Builder
	err := rdfTemplate.Execute(&page, map[string]any{
		"Base": rdfBase, "Name": rdfXMLName, "Files": baseOf(r) + "/" + rdfXMLName + "/", "Datasets": datasetsOf(rdfXMLName),
		"Modified": day(c.start, 0).Format(time.DateOnly), "Start": c.start,
	})
	if err != nil {
		panic(err) // a fault of the template below
	}
	serve("catalog.rdf", []byte(page.String()), day(c.start, 0)).ServeHTTP(w, r)
}

var rdfTemplate = template.Must(template.New("rdf").Funcs(template.FuncMap{
	"x":     template.HTMLEscapeString,
	"upper": strings.ToUpper,
	"media": bareType,
	"words": func(s string) []string { return strings.Split(s, ", ") },
	"date":  func(d dataset, start time.Time) string { return d.modified(start).Format(time.DateOnly) },
	"cell":  func(d dataset, column string) string { return d.entry[column] },
	"formats": func(d dataset) []string {
		return d.formats()
	},
}).Parse(`<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:dct="http://purl.org/dc/terms/"
  xmlns:foaf="http://xmlns.com/foaf/0.1/" xmlns:dcatapit="http://dati.gov.it/onto/dcatapit#">
<dcat:Catalog rdf:about="{{.Base}}{{.Name}}">
  <rdf:type rdf:resource="http://dati.gov.it/onto/dcatapit#Catalog"/>
  <dct:title xml:lang="it">Fiumi e fossi del Medio Valdarno</dct:title>
  <dct:description xml:lang="it">Catalogo dimostrativo di Po-net.</dct:description>
  <dct:modified rdf:datatype="http://www.w3.org/2001/XMLSchema#date">{{.Modified}}</dct:modified>
  <dct:publisher><dcatapit:Agent rdf:about="{{.Base}}agent/consorzio-medio-valdarno">
    <rdf:type rdf:resource="http://xmlns.com/foaf/0.1/Agent"/>
    <dct:identifier>consorzio-medio-valdarno</dct:identifier>
    <foaf:name>Consorzio di bonifica Medio Valdarno</foaf:name>
  </dcatapit:Agent></dct:publisher>
{{- range $d := .Datasets}}
  <dcat:dataset><dcat:Dataset rdf:about="{{$.Base}}dataset/{{cell $d "nome"}}">
    <rdf:type rdf:resource="http://dati.gov.it/onto/dcatapit#Dataset"/>
    <dct:identifier>consorzio-medio-valdarno:{{cell $d "nome"}}</dct:identifier>
    <dct:title xml:lang="it">{{x (cell $d "titolo")}}</dct:title>
    <dct:description xml:lang="it">{{x (cell $d "descrizione")}}</dct:description>
    <dct:modified rdf:datatype="http://www.w3.org/2001/XMLSchema#date">{{date $d $.Start}}</dct:modified>
    <dcat:theme rdf:resource="http://publications.europa.eu/resource/authority/data-theme/{{cell $d "tema"}}"/>
    <dct:accrualPeriodicity rdf:resource="http://publications.europa.eu/resource/authority/frequency/{{cell $d "frequenza"}}"/>
    <dct:rightsHolder rdf:resource="{{$.Base}}agent/consorzio-medio-valdarno"/>
    <dct:publisher rdf:resource="{{$.Base}}agent/consorzio-medio-valdarno"/>
{{- range words (cell $d "parole")}}
    <dcat:keyword xml:lang="it">{{x .}}</dcat:keyword>
{{- end}}
{{- range formats $d}}
    <dcat:distribution><dcat:Distribution rdf:about="{{$.Base}}dataset/{{cell $d "nome"}}/{{.}}">
      <rdf:type rdf:resource="http://dati.gov.it/onto/dcatapit#Distribution"/>
      <dct:title xml:lang="it">{{x (cell $d "titolo")}} ({{upper .}})</dct:title>
      <dct:format rdf:resource="http://publications.europa.eu/resource/authority/file-type/{{upper .}}"/>
      <dcat:mediaType rdf:resource="http://www.iana.org/assignments/media-types/{{media .}}"/>
      <dct:license rdf:resource="https://creativecommons.org/licenses/by/4.0/"/>
      <dcat:accessURL rdf:resource="{{$.Files}}{{cell $d "nome"}}.{{.}}"/>
      <dcat:downloadURL rdf:resource="{{$.Files}}{{cell $d "nome"}}.{{.}}"/>
    </dcat:Distribution></dcat:distribution>
{{- end}}
  </dcat:Dataset></dcat:dataset>
{{- end}}
</dcat:Catalog>
</rdf:RDF>
`))
