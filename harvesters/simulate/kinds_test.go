package simulate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"path"
	"strings"
	"time"

	"golang.org/x/text/encoding/charmap"

	"po-net.prato.it/ponet/catalog"
)

// A kind is a protocol with a server that speaks it.
type kind struct {
	name    string
	url     string
	mapping catalog.Mapping
	paged   bool // a listing takes several requests
	framed  bool // half an answer can be told from a whole one
	encoded bool // may come in several encodings
	placed  bool // records have a place
	mapped  bool // the mapping has a part in what is published
	shared  bool // records are made of what all sources say of them
	answer  func(s *site, req *http.Request, firstPage bool) answer
}

// An answer is what the server says, and which rows are in it.
type answer struct {
	body      []byte
	mediaType string
	rows      []row
	status    int // 0: 200
}

// kinds are those that are simulated, each through the code that reads it.
var kinds = []kind{
	{name: "file", url: "http://sim.example/dati.csv", mapping: csvMapping, encoded: true, placed: true, mapped: true, answer: answerCSV},
	{name: "file", url: "http://sim.example/dati.geojson", mapping: geoJSONMapping, framed: true, placed: true, mapped: true, answer: answerGeoJSON},
	{name: "ckan", url: "http://sim.example/", paged: true, framed: true, shared: true, answer: answerCKAN},
	{name: "dcat", url: "http://sim.example/catalog.ttl", paged: true, shared: true, answer: answerDCAT},
	{name: "scripted", url: "http://sim.example/elenco", mapping: scriptedMapping, paged: true, framed: true, mapped: true, answer: answerScripted},
	{name: "scripted", url: "http://sim.example/luoghi", mapping: placesMapping, paged: true, framed: true, mapped: true, shared: true, answer: answerScripted},
}

// source is a source of this kind.
func (k kind) source(id string) catalog.Source {
	return catalog.Source{
		// each of a site of its own: what two say of one address is one thing
		ID: id, Protocol: k.name, URL: strings.Replace(k.url, "sim.example", id+".example", 1), Mapping: k.mapping,
		Rhythm: catalog.Duration(24 * time.Hour), Deadline: catalog.Duration(time.Hour),
	}
}

var csvMapping = catalog.Mapping{
	Fields: map[string]string{"title": "nome", "lon": "lon", "lat": "lat"}, Key: []string{"codice"},
	Types: map[string]catalog.ColumnType{"codice": catalog.ColumnText, "nome": catalog.ColumnText},
}

var (
	geoJSONMapping  = catalog.Mapping{Fields: map[string]string{"title": "nome"}, Key: []string{"codice"}}
	scriptedMapping = catalog.Mapping{Fields: map[string]string{"title": "nome"}}
	placesMapping   = catalog.Mapping{Fields: map[string]string{"title": "nome"}, Kind: catalog.KindPlace}
)

// describes is the field that the other of our two mappings has besides.
const describes = "description"

// mappingAs is the mapping of the source before it is changed (0) or after (1).
func (k kind) mappingAs(mapped int) catalog.Mapping {
	m := k.mapping
	if mapped == 1 {
		m.Fields = maps.Clone(m.Fields)
		m.Fields[describes] = "nome"
	}
	return m
}

func answerCSV(s *site, _ *http.Request, _ bool) answer {
	var b strings.Builder
	b.WriteString("codice;nome;lon;lat\n")
	for _, r := range s.rows {
		lon, lat := place(r.state)
		fmt.Fprintf(&b, "%s;%s;%.3f;%.3f\n", r.key, title(r.state), lon, lat)
	}
	body := []byte(b.String())
	switch s.encoding {
	case "windows-1252":
		body, _ = charmap.Windows1252.NewEncoder().Bytes(body) // every letter of it is in that set
	case "utf-8 with a byte order mark":
		body = append([]byte("\ufeff"), body...)
	}
	return answer{body: body, mediaType: "text/csv", rows: s.rows}
}

func answerGeoJSON(s *site, _ *http.Request, _ bool) answer {
	var b bytes.Buffer
	b.WriteString(`{"type":"FeatureCollection","features":[`)
	for i, r := range s.rows {
		if i > 0 {
			b.WriteByte(',')
		}
		lon, lat := place(r.state)
		fmt.Fprintf(&b, `{"type":"Feature","geometry":{"type":"Point","coordinates":[%.3f,%.3f]},"properties":{"codice":%q,"nome":%q}}`, lon, lat, r.key, title(r.state))
	}
	b.WriteString("]}")
	return answer{body: b.Bytes(), mediaType: "application/geo+json", rows: s.rows}
}

// window is the part of the rows from start on, at most limit and the server's
// own limit of them.
func (s *site) window(start, limit int) []row {
	start = min(max(0, start), len(s.rows))
	return s.rows[start:min(len(s.rows), start+min(limit, s.cap))]
}

func answerCKAN(s *site, req *http.Request, firstPage bool) answer {
	ok := func(result any, rows []row) answer {
		b, err := json.Marshal(map[string]any{"success": true, "result": result})
		if err != nil {
			panic(err)
		}
		return answer{body: b, mediaType: "application/json", rows: rows}
	}
	pack := func(r row) map[string]any {
		return map[string]any{"id": r.key, "name": "dataset-" + r.key, "title": title(r.state), "notes": fmt.Sprint("stato ", r.state.n)}
	}
	switch path.Base(req.URL.Path) {
	case "site_read":
		return ok(true, nil)
	case "package_search":
		start := number(req, "start", 0)
		if firstPage {
			start = 0
		}
		rows := s.window(start, number(req, "rows", 10))
		results := []map[string]any{}
		for _, r := range rows {
			results = append(results, pack(r))
		}
		return ok(map[string]any{"count": len(s.rows), "results": results}, rows)
	case "package_show":
		for _, r := range s.rows {
			if id := req.URL.Query().Get("id"); id == r.key || id == "dataset-"+r.key {
				return ok(pack(r), []row{r})
			}
		}
	case "package_list":
		names := []string{}
		for _, r := range s.rows {
			names = append(names, "dataset-"+r.key)
		}
		return ok(names, nil)
	}
	return answer{status: http.StatusNotFound, body: []byte(`{"success": false, "error": {"message": "Not found"}}`)}
}

func answerDCAT(s *site, req *http.Request, firstPage bool) answer {
	start := number(req, "from", 0)
	if firstPage {
		start = 0
	}
	rows := s.window(start, s.cap)
	var b strings.Builder
	b.WriteString("@prefix dcat: <http://www.w3.org/ns/dcat#> .\n@prefix dct: <http://purl.org/dc/terms/> .\n@prefix hydra: <http://www.w3.org/ns/hydra/core#> .\n")
	fmt.Fprintf(&b, "<%s> a hydra:PagedCollection ; hydra:totalItems %d", req.URL, len(s.rows))
	if next := start + len(rows); next < len(s.rows) {
		fmt.Fprintf(&b, " ; hydra:nextPage <http://%s/catalog.ttl?from=%d>", req.URL.Host, next)
	}
	b.WriteString(" .\n")
	for _, r := range rows {
		fmt.Fprintf(&b, "<http://%s/dataset/%s> a dcat:Dataset ; dct:identifier %q ; dct:title %q@it ; dct:description \"stato %d\"@it .\n",
			req.URL.Host, r.key, r.key, title(r.state), r.state.n)
	}
	return answer{body: []byte(b.String()), mediaType: "text/turtle", rows: rows}
}
