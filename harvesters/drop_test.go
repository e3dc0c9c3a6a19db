package harvesters_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
	"po-net.prato.it/ponet/harvesters"
)

// zipped is a zip of a file for each pair of name and content.
func zipped(t *testing.T, pairs ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		f, err := z.Create(pairs[i])
		if err == nil {
			_, err = f.Write([]byte(pairs[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Small sources of every kind; @@ stands for the marker, in a field that drop names.
const (
	gml = `<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:c="urn:c" numberMatched="1" numberReturned="1"><wfs:member><c:alberi gml:id="alberi.1"><c:codice>1</c:codice><c:custode>@@</c:custode><c:the_geom><gml:Point srsName="EPSG:4326"><gml:pos>43.8 11.1</gml:pos></gml:Point></c:the_geom></c:alberi></wfs:member></wfs:FeatureCollection>`
	iso = `<csw:GetRecordsResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2"><csw:SearchResults numberOfRecordsMatched="1" numberOfRecordsReturned="1" nextRecord="0">
		<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco"><gmd:fileIdentifier><gco:CharacterString>r1</gco:CharacterString></gmd:fileIdentifier>
		<gmd:identificationInfo><gmd:MD_DataIdentification><gmd:citation><gmd:CI_Citation><gmd:title><gco:CharacterString>Carta dei suoli</gco:CharacterString></gmd:title></gmd:CI_Citation></gmd:citation>
		<gmd:abstract><gco:CharacterString>Suoli</gco:CharacterString></gmd:abstract><gmd:credit><gco:CharacterString>@@</gco:CharacterString></gmd:credit></gmd:MD_DataIdentification></gmd:identificationInfo></gmd:MD_Metadata></csw:SearchResults></csw:GetRecordsResponse>`
	oai = `<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-01-01T00:00:00Z</responseDate><request verb="ListRecords" metadataPrefix="oai_dc">http://example.org/oai</request><ListRecords><record><header><identifier>oai:x:1</identifier><datestamp>2025-01-01</datestamp></header>
		<metadata><oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Veduta</dc:title><dc:identifier>http://example.org/1</dc:identifier><dc:description>@@</dc:description></oai_dc:dc></metadata></record></ListRecords></OAI-PMH>`
	rdfXML = `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:dct="http://purl.org/dc/terms/" xmlns:adms="http://www.w3.org/ns/adms#"><dcat:Catalog rdf:about="http://example.org/c"><dcat:dataset>
		<dcat:Dataset rdf:about="http://example.org/d"><dct:title>Dati</dct:title><dct:identifier>d</dct:identifier><adms:versionNotes>@@</adms:versionNotes></dcat:Dataset></dcat:dataset></dcat:Catalog></rdf:RDF>`
	agenda = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:e1\r\nSUMMARY:Concerto\r\nDTSTART:20260110T200000Z\r\nCOMMENT:@@\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)

type dropping struct {
	kind, drop string
	path       string // of the address
	answers    map[string]string
	mapping    catalog.Mapping
}

func droppings(t *testing.T) []dropping {
	one := func(kind, drop, name, body string) dropping {
		return dropping{kind: kind, drop: drop, path: "/" + name, answers: map[string]string{"/" + name: body}}
	}
	place := catalog.Mapping{Kind: catalog.KindPlace, Fields: map[string]string{"title": "nome"}}
	json := one("json", "tel", "r.json", `{"data":[{"id":1,"nome":"Museo","tel":"@@"},{"id":2,"nome":"Teatro","tel":"@@"}]}`)
	xml := one("xml", "tel", "r.xml", `<r><m><id>1</id><nome>Museo</nome><tel>@@</tel></m><m><id>2</id><nome>Teatro</nome><tel>@@</tel></m></r>`)
	json.mapping, xml.mapping = place, place
	return []dropping{
		one("file", "tel", "r.csv", "id;nome;tel\n1;Museo;@@\n2;Teatro;@@;troppo @@\n"),
		one("file", "tel", "r.geojson", `{"type":"FeatureCollection","features":[{"type":"Feature","id":1,"geometry":{"type":"Point","coordinates":[11.1,43.8]},"properties":{"nome":"Museo","tel":"@@"}},{"type":"Feature","geometry":{"type":"Punto","coordinates":["x"]},"properties":{"tel":"@@"}}]}`),
		{kind: "ckan", drop: "referente", path: "/p.json", answers: map[string]string{
			"/p.json": `{"success":true,"result":{"count":2,"results":[{"id":"d","name":"d","title":"Dati","referente":"@@","extras":[{"key":"referente","value":"@@"}],
				"resources":[{"id":"r","url":"HERE/persone.csv","format":"CSV"}]},{"title":"senza","referente":"@@"}]}}`,
			"/persone.csv": "id;nome;referente\n1;Uno;@@\n2;Due;@@\n"}},
		one("csw", "credit", "r.xml", iso),
		one("dcat", "adms:versionNotes", "c.rdf", rdfXML),
		one("dcat", "note", "data.json", `{"conformsTo":"https://project-open-data.cio.gov/v1.1/schema","dataset":[{"identifier":"d","title":"Dati","note":"@@"}]}`),
		one("feed", "author", "f.rss", `<rss version="2.0"><channel><title>Notizie</title><link>http://example.org/</link><item><title>Apre il museo</title><link>http://example.org/1</link><guid>1</guid><author>@@</author></item></channel></rss>`),
		one("ical", "comment", "a.ics", agenda),
		one("jsonld", "performer", "p.html", `<html><head><script type="application/ld+json">{"@context":"https://schema.org","@type":"Event","@id":"http://example.org/e","name":"Concerto","startDate":"2027-01-10T21:00:00+01:00","performer":{"@type":"Person","name":"@@"}}</script></head></html>`),
		json, xml,
		one("oaipmh", "description", "o.xml", oai),
		one("gtfs", "stop_desc", "g.zip", zipped(t, "agency.txt", "agency_name,agency_url,agency_timezone\nBus,http://example.org,Europe/Rome\n",
			"stops.txt", "stop_id,stop_name,stop_desc,stop_lat,stop_lon\n1,Stazione,"+marker+",43.8,11.1\n", "routes.txt", "route_id,route_short_name,route_type\n1,A,3\n",
			"trips.txt", "route_id,service_id,trip_id\n1,s,t\n", "stop_times.txt", "trip_id,arrival_time,departure_time,stop_id,stop_sequence\nt,8:00:00,8:00:00,1,1\n",
			"calendar.txt", "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\ns,1,1,1,1,1,1,1,20260101,20301231\n")),
		one("opendatasoft", "attributions", "o.json", `{"total_count":1,"results":[{"dataset_id":"d","metas":{"default":{"title":"Dati","attributions":["@@"]}}}]}`),
		{kind: "arcgis", drop: "custode", path: "/arcgis/rest/services/v/FeatureServer/0", answers: map[string]string{
			"/arcgis/rest/services/v/FeatureServer/0": `{"currentVersion":10.9,"id":0,"name":"alberi","type":"Feature Layer","geometryType":"esriGeometryPoint","objectIdField":"OBJECTID","maxRecordCount":1000,"supportsPagination":true,"advancedQueryCapabilities":{"supportsPagination":true},"supportedQueryFormats":"JSON","capabilities":"Query",
				"fields":[{"name":"OBJECTID","type":"esriFieldTypeOID"},{"name":"nome","type":"esriFieldTypeString"},{"name":"custode","type":"esriFieldTypeString"}]}`,
			"returnCountOnly": `{"count":1}`, "returnIdsOnly": `{"objectIdFieldName":"OBJECTID","objectIds":[1]}`,
			"/arcgis/rest/services/v/FeatureServer/0/query": `{"objectIdFieldName":"OBJECTID","geometryType":"esriGeometryPoint","spatialReference":{"wkid":4326},"fields":[{"name":"OBJECTID","type":"esriFieldTypeOID"},{"name":"nome","type":"esriFieldTypeString"},{"name":"custode","type":"esriFieldTypeString"}],"features":[{"attributes":{"OBJECTID":1,"nome":"Leccio","custode":"@@"},"geometry":{"x":11.1,"y":43.8}}]}`}},
		{kind: "ogcapi", drop: "custode", path: "/collections", answers: map[string]string{
			"/collections":              `{"collections":[{"id":"alberi","links":[]}]}`,
			"/collections/alberi/items": `{"type":"FeatureCollection","numberMatched":1,"numberReturned":1,"features":[{"type":"Feature","id":1,"geometry":{"type":"Point","coordinates":[11.1,43.8]},"properties":{"nome":"Leccio","custode":"@@"}}],"links":[]}`}},
		{kind: "wfs", drop: "custode", path: "/wfs", answers: map[string]string{
			"GetCapabilities": `<WFS_Capabilities version="2.0.0" xmlns="http://www.opengis.net/wfs/2.0" xmlns:ows="http://www.opengis.net/ows/1.1"><ows:ServiceIdentification><ows:Title>Prova</ows:Title></ows:ServiceIdentification><FeatureTypeList><FeatureType><Name>c:alberi</Name><Title>Alberi</Title><DefaultCRS>urn:ogc:def:crs:EPSG::4326</DefaultCRS></FeatureType></FeatureTypeList></WFS_Capabilities>`,
			"GetFeature":      gml}},
		{kind: "sensorthings", drop: "properties", path: "/v1.1", answers: map[string]string{
			"/Things": `{"value":[{"@iot.id":7,"name":"PO-Roma","description":"Centralina","properties":{"gestore":"@@"},"Locations":[{"location":{"type":"Point","coordinates":[11.09,43.87]}}],"Datastreams":[]}]}`,
			"/v1.1":   `{"value":[{"name":"Things"}]}`}},
		{kind: "sparql", drop: "tel", path: "/sparql", mapping: catalog.Mapping{Kind: catalog.KindPlace, Query: "SELECT ?id ?nome ?tel WHERE { ?id <urn:n> ?nome ; <urn:t> ?tel }", Fields: map[string]string{"title": "nome"}, Key: []string{"id"}}, answers: map[string]string{
			"COUNT": `{"head":{"vars":["rows","keys"]},"results":{"bindings":[{"rows":{"type":"literal","value":"1"},"keys":{"type":"literal","value":"1"}}]}}`, "/sparql": `{"head":{"vars":["id","nome","tel"]},"results":{"bindings":[{"id":{"type":"uri","value":"urn:1"},"nome":{"type":"literal","value":"Museo"},"tel":{"type":"literal","value":"@@"}}]}}`}},
		{kind: "ponet", drop: "phone", path: "", answers: map[string]string{
			"/api/v1/": `{"title":"Nodo","links":[{"rel":"changes","href":"HERE/api/v1/changes"}]}`, "/api/v1/changes": `{"next":"7-7","more":false,"changes":[]}`,
			"/api/v1/collections":              `{"collections":[{"id":"places","itemType":"feature"}]}`,
			"/api/v1/collections/places/items": `{"numberMatched":1,"links":[],"features":[{"type":"Feature","id":"01938f00-0000-7000-8000-000000000001","geometry":{"type":"Point","coordinates":[11.1,43.88]},"properties":{"title":"Museo","kind":"place","phone":"@@"}}]}`}},
	}
}

// serve answers with what stands under a word of the query, or the path or its end.
func (d dropping) serve(t *testing.T) string {
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		for word, body := range d.answers {
			if !strings.HasPrefix(word, "/") && strings.Contains(r.Form.Encode(), word) {
				fmt.Fprint(w, strings.ReplaceAll(body, "@@", marker))
				return
			}
		}
		body, ok := d.answers[r.URL.Path]
		for word, b := range d.answers {
			if !ok && strings.HasPrefix(word, "/") && word != "/" && strings.HasSuffix(r.URL.Path, word) {
				body, ok = b, true
			}
		}
		if !ok {
			http.NotFound(w, r)
			return
		}
		if d.kind == "sparql" && strings.Contains(r.Form.Get("query"), "urn:1") {
			body = `{"head":{"vars":["id","nome","tel"]},"results":{"bindings":[]}}`
		}
		fmt.Fprint(w, strings.NewReplacer("HERE", server.URL, "@@", marker).Replace(body))
	}))
	t.Cleanup(server.Close)
	return server.URL + d.path
}

// What a mapping drops is stored nowhere, of no kind of source: neither in bytes
// nor in what is made of them, nor in what is complained of.
func TestDroppedIsStoredNowhere(t *testing.T) {
	store := postgistest.New(t)
	kinds := map[string]bool{}
	var list []catalog.Source
	for i, d := range droppings(t) {
		kinds[d.kind] = true
		src := catalog.Source{ID: fmt.Sprint(d.kind, i), Protocol: d.kind, URL: d.serve(t), Mapping: d.mapping}
		list = append(list, src)
		src.Mapping.Drop = []string{d.drop}
		r := run(t, store, src)
		if r.Outcome != catalog.RunCompleted || r.New == 0 {
			t.Errorf("%s: %s: %+v", src.ID, d.path, r)
		}
		if got := marked(t, store); len(got) > 0 {
			t.Errorf("%s: it stands in %v; receipt %+v", src.ID, got, r)
			if _, err := store.Purge(t.Context(), src, "", catalog.Request{}); err != nil { // so that the next one is judged by itself
				t.Fatal(err)
			}
		}
	}
	for kind := range harvesters.Protocols {
		if !kinds[kind] && !strings.HasPrefix(kind, "test") {
			t.Errorf("there is no source of kind %s here", kind)
		}
	}
	// Without that, each of them is stored with it: the test can fail.
	for _, src := range list {
		src.ID += "-intera"
		run(t, store, src)
		if !holds(t, store, src.ID) {
			t.Errorf("%s: without drop, nothing of it is stored either", src.ID)
		}
	}
}

// Nor does it stand in why a source failed: in what is cut off in the middle of it, in
// what begins with it in the place of a document, in what it makes ill-formed.
func TestDroppedIsNotToldInFailures(t *testing.T) {
	store := postgistest.New(t)
	spoil := map[string]func(body string) string{
		"cut":     func(b string) string { return b[:strings.Index(b, "@@")+2] },
		"instead": func(string) string { return "@@, che non è un documento" },
		"twice":   func(b string) string { return strings.ReplaceAll(b, "@@", `@@"<@@`) },
	}
	failed, told := 0, 0
	for i, d := range droppings(t) {
		for how, f := range spoil {
			spoilt := d
			spoilt.answers = map[string]string{}
			for at, body := range d.answers {
				if strings.Contains(body, "@@") {
					body = f(body)
				}
				spoilt.answers[at] = body
			}
			src := catalog.Source{ID: fmt.Sprint(d.kind, i, "-", how), Protocol: d.kind, URL: spoilt.serve(t), Mapping: d.mapping}
			src.Mapping.Drop = []string{d.drop}
			r := run(t, store, src)
			if r.Outcome == catalog.RunFailed {
				failed++
			}
			if text := r.Error + r.Again + fmt.Sprint(r.Samples); strings.Contains(text, marker) {
				t.Errorf("%s: %s", src.ID, text)
			}
			src.ID, src.Mapping.Drop = src.ID+"-intera", nil
			if how == "instead" && strings.Contains(run(t, store, src).Error, marker) {
				told++
			}
		}
	}
	if failed < 20 || told < 3 {
		t.Errorf("%d failures, of which %d tell it without drop: this test sees nothing", failed, told)
	}
}

// holds reports whether descriptions of a source hold the marker in their bytes.
func holds(t *testing.T, store *postgis.Store, source string) (held bool) {
	t.Helper()
	if err := store.DB().QueryRow(t.Context(), `select coalesce(bool_or(position(convert_to($2, 'UTF8') in raw) > 0), false) from harvested where source_id = $1`, source, marker).Scan(&held); err != nil {
		t.Fatal(err)
	}
	return held
}
