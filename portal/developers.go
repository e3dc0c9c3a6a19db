package portal

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// The developers' page is drawn from the OpenAPI document, so it cannot say what
// the API does not do.

// An apiOperation is a GET of the API.
type apiOperation struct {
	ID, Path, Summary, Description, Tag string
	English                             bool // Summary has no Italian
	Parameters                          []apiParameter
	Types                               []string // media types of its answer
}

type apiParameter struct {
	Name, In, Description, Type, Example, Default string
	Required                                      bool
	Choices                                       []string
}

// document is what we read of an OpenAPI document (3.1).
type document struct {
	Info  struct{ Title, Version, Description string }
	Paths map[string]struct {
		Get *struct {
			OperationID          string `json:"operationId"`
			Summary, Description string
			Tags                 []string
			Parameters           []struct {
				Name, In, Description string
				Required              bool
				Example               any
				Schema                schema
			}
			Responses map[string]struct {
				Content map[string]json.RawMessage
			}
		}
	}
}

type schema struct {
	Type     any
	Format   string
	Enum     []any
	Default  any
	Examples []any
	Items    *schema
}

// readOperations reads the operations of an OpenAPI document, by path, with
// what they do in the language of texts where it has words for it.
func readOperations(doc []byte, texts texts) ([]apiOperation, error) {
	if len(doc) == 0 {
		return nil, nil
	}
	var d document
	if err := json.Unmarshal(doc, &d); err != nil {
		return nil, fmt.Errorf("OpenAPI document: %w", err)
	}
	var list []apiOperation
	for path, item := range d.Paths {
		if item.Get == nil {
			continue
		}
		op := apiOperation{ID: item.Get.OperationID, Path: path, Summary: item.Get.Summary, Description: item.Get.Description}
		if op.English = texts["operazione."+op.ID] == ""; !op.English {
			op.Summary = texts.t("operazione." + op.ID)
		}
		if len(item.Get.Tags) > 0 {
			op.Tag = item.Get.Tags[0]
		}
		for _, p := range item.Get.Parameters {
			op.Parameters = append(op.Parameters, apiParameter{
				Name: p.Name, In: p.In, Description: p.Description, Required: p.Required, Type: p.Schema.words(),
				Example: or(plainValue(p.Example), firstValue(p.Schema.Examples)), Default: plainValue(p.Schema.Default), Choices: p.Schema.choices(),
			})
		}
		for media := range item.Get.Responses["200"].Content {
			op.Types = append(op.Types, media)
		}
		slices.Sort(op.Types)
		list = append(list, op)
	}
	slices.SortFunc(list, func(a, b apiOperation) int { return strings.Compare(a.Path, b.Path) })
	return list, nil
}

// words are the type of a schema: "integer", "string (date-time)", "array of string".
func (c schema) words() string {
	name := plainValue(c.Type)
	if many, ok := c.Type.([]any); ok {
		name = firstValue(many)
	}
	if c.Items != nil {
		return name + " of " + c.Items.words()
	}
	if c.Format != "" {
		return name + " (" + c.Format + ")"
	}
	return name
}

func (c schema) choices() []string {
	var out []string
	for _, v := range c.Enum {
		out = append(out, plainValue(v))
	}
	if len(out) == 0 && c.Items != nil {
		return c.Items.choices()
	}
	return out
}

func plainValue(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case []any:
		var parts []string
		for _, p := range v {
			parts = append(parts, plainValue(p))
		}
		return strings.Join(parts, ",")
	case map[string]any:
		return ""
	}
	return fmt.Sprint(v)
}

func firstValue(list []any) string {
	if len(list) == 0 {
		return ""
	}
	return plainValue(list[0])
}

// An example is a request that can be copied. TestCurlExamples runs all of them.
type example struct {
	Key     string // of its words
	Address string // path and query
	File    string // where curl should put an answer that is no text; "": the terminal
}

var examples = []example{
	{Key: "cerca", Address: "/api/v1/search?q=museo&limit=3"},
	{Key: "suggerisci", Address: "/api/v1/suggest?q=bibl"},
	{Key: "raccolte", Address: "/api/v1/collections"},
	{Key: "riquadro", Address: "/api/v1/collections/places/items?bbox=11.05,43.85,11.15,43.92&limit=5"},
	{Key: "csv", Address: "/api/v1/datasets/places/download/csv"},
	{Key: "mappa", Address: "/mappa.geojson?tema=cultura&comune=Prato"},
	{Key: "calendario", Address: "/eventi.ics"},
	{Key: "tessera", Address: "/api/v1/collections/places/tiles/WebMercatorQuad/12/1491/2174", File: "prato.mvt"},
	{Key: "stato", Address: "/stato.json"},
	{Key: "opinioni", Address: "/opinioni.csv"},
}

// command asks for e at the node called base; what is no text goes to a file.
func (e example) command(base string) string {
	if e.File != "" {
		return curl(base+e.Address) + " --output " + e.File
	}
	return curl(base + e.Address)
}

type developersPage struct {
	head
	Query      string
	Examples   []exampleView
	Operations []operationView
	Found      int
	Base       string
	Documented bool
}

type exampleView struct{ Title, Note, Command, URL string }

type operationView struct {
	apiOperation
	Curl string
}

// developers answers /sviluppatori?q=.
func (s *server) developers(w http.ResponseWriter, r *http.Request) error {
	query := clip(strings.TrimSpace(r.URL.Query().Get("q")), maxText)
	if fresh(w, r, s.etag("sviluppatori", query, r.Host, len(s.operations))) {
		return nil
	}
	p := &developersPage{head: s.head(r, s.texts.t("sviluppatori.titolo"), "/sviluppatori"), Query: query, Base: s.absolute(r, ""), Documented: len(s.operations) > 0}
	p.Description = s.texts.t("sviluppatori.intro")
	p.NoIndex = query != ""
	p.Alternates = []alternate{{"application/vnd.oai.openapi+json;version=3.1", "/api/v1/openapi.json", "OpenAPI 3.1"}}
	for _, e := range examples {
		p.Examples = append(p.Examples, exampleView{s.texts.t("esempio." + e.Key), s.texts.t("esempio." + e.Key + ".nota"), e.command(p.Base), e.Address})
	}
	for _, op := range s.operations {
		if op.matches(query) {
			p.Operations = append(p.Operations, operationView{op, curl(p.Base + apiPrefix + op.exampleAddress())})
		}
	}
	p.Found = len(p.Operations)
	return s.render(w, r, http.StatusOK, s.pages["sviluppatori"], "base", p)
}

const apiPrefix = "/api/v1" // where the node mounts the API; the document's paths begin after it

// curl is the command that asks for address: quoted for a shell, so that & and
// ? mean nothing there.
func curl(address string) string {
	return "curl '" + strings.ReplaceAll(address, "'", "%27") + "'"
}

// matches reports whether every word of query is in what the operation says.
func (op apiOperation) matches(query string) bool {
	var all strings.Builder
	fmt.Fprintln(&all, op.ID, op.Path, op.Summary, op.Description)
	for _, p := range op.Parameters {
		fmt.Fprintln(&all, p.Name, p.Description)
	}
	text := catalog.Plain(all.String())
	for word := range strings.FieldsSeq(catalog.Plain(query)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// exampleAddress is the operation's path with its examples in it.
func (op apiOperation) exampleAddress() string {
	path, query := op.Path, url.Values{}
	for _, p := range op.Parameters {
		switch {
		case p.In == "path" && p.Example != "":
			path = strings.ReplaceAll(path, "{"+p.Name+"}", url.PathEscape(p.Example))
		case p.In == "query" && p.Required && p.Example != "":
			query.Set(p.Name, p.Example)
		}
	}
	path = strings.TrimSuffix(path, "/")
	if len(query) > 0 {
		path += "?" + strings.ReplaceAll(query.Encode(), "%2C", ",")
	}
	return path
}

// try answers /sviluppatori/prova: it puts the form's values into the address of
// an operation and leads there, so that the forms need no script.
func (s *server) try(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	if q.Get("operazione") == "" {
		http.Redirect(w, r, "/sviluppatori", http.StatusSeeOther)
		return nil
	}
	at := slices.IndexFunc(s.operations, func(op apiOperation) bool { return op.ID == q.Get("operazione") })
	if at < 0 {
		return fmt.Errorf("operation %q: %w", clip(q.Get("operazione"), 60), catalog.ErrNotFound)
	}
	op := s.operations[at]
	path, query := op.Path, url.Values{}
	for _, p := range op.Parameters {
		v := strings.TrimSpace(q.Get("p-" + p.Name))
		switch {
		case p.In == "path" && v == "":
			s.failure(w, r, http.StatusBadRequest, failurePage{Heading: s.texts.t("sviluppatori.manca"), Lines: []string{s.texts.t("sviluppatori.manca.testo", p.Name)}})
			return nil
		case p.In == "path":
			path = strings.ReplaceAll(path, "{"+p.Name+"}", url.PathEscape(v))
		case p.In == "query" && v != "":
			query.Set(p.Name, v)
		}
	}
	to := apiPrefix + strings.TrimSuffix(path, "/")
	if len(query) > 0 {
		to += "?" + strings.ReplaceAll(query.Encode(), "%2C", ",")
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// help answers /aiuto.
func (s *server) help(w http.ResponseWriter, r *http.Request) error {
	if fresh(w, r, s.etag("aiuto", r.Host)) {
		return nil
	}
	p := struct{ head }{s.head(r, s.texts.t("aiuto.titolo"), "/aiuto")}
	p.Description = s.texts.t("aiuto.descrizione")
	return s.render(w, r, http.StatusOK, s.pages["aiuto"], "base", p)
}
