package csw_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/csw"
	"po-net.prato.it/ponet/harvesters/harvesttest"
)

// A record of the server below.
type record struct {
	id, xml  string
	modified string
}

// A server is a catalogue with the faults that catalogues have.
type server struct {
	version    string // "" 2.0.2
	schemas    []string
	queryables []string
	records    []record
	limit      int                                    // records given at most
	next       func(start, given, matched int) int    // nextRecord; nil: as the standard says
	matched    func(request int) int                  // numberOfRecordsMatched; nil: as it is
	order      func(request int, r []record) []record // of unsorted answers; nil: as they are
	refuse     func(q asked) string                   // locator of an exception, "" for none
	status     int                                    // of exceptions, 0: 200
	spoiled    map[string]bool                        // ids whose record cannot be given: an exception
	hidden     map[string]bool                        // ids that a page is given without
	nameless   bool                                   // brief records are refused too
	asked      []asked
}

// asked is a request as the server understood it.
type asked struct {
	method, request, version, schema, types, element, constraint, language string
	sorted                                                                 bool
	start, rows                                                            int
}

var (
	attribute = func(name string) *regexp.Regexp { return regexp.MustCompile(`\b` + name + `="([^"]*)"`) }
	element   = regexp.MustCompile(`<csw:ElementSetName>(\w+)<`)
	filter    = regexp.MustCompile(`(?s)<csw:Constraint[^>]*>(.*)</csw:Constraint>`)
	literal   = regexp.MustCompile(`odified(?:</[^>]*><[^>]*Literal>| >= ')([0-9-]+)`)
)

func understand(r *http.Request) asked {
	a := asked{method: r.Method}
	get := func(name string) string {
		for n, v := range r.URL.Query() {
			if strings.EqualFold(n, name) {
				return v[0]
			}
		}
		return ""
	}
	a.request, a.version, a.schema, a.types, a.element = get("request"), get("version"), get("outputSchema"), get("typeNames"), get("elementSetName")
	a.constraint, a.language, a.sorted = get("constraint"), get("constraintLanguage"), get("sortBy") != ""
	a.start, _ = strconv.Atoi(get("startPosition"))
	a.rows, _ = strconv.Atoi(get("maxRecords"))
	if r.Method == http.MethodPost {
		b, _ := io.ReadAll(r.Body)
		body := string(b)
		first := func(re *regexp.Regexp) string {
			if m := re.FindStringSubmatch(body); m != nil {
				return m[1]
			}
			return ""
		}
		root := body[strings.Index(body, "?>")+2:]
		a.request, a.schema, a.types, a.element, a.constraint = "GetRecords", first(attribute("outputSchema")), first(attribute("typeNames")), first(element), first(filter)
		if m := attribute("version").FindStringSubmatch(root); m != nil {
			a.version = m[1]
		}
		a.sorted = strings.Contains(body, "SortBy>")
		a.start, _ = strconv.Atoi(first(attribute("startPosition")))
		a.rows, _ = strconv.Atoi(first(attribute("maxRecords")))
	}
	return a
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/robots.txt" || !strings.HasPrefix(r.URL.Path, "/csw") {
		http.NotFound(w, r)
		return
	}
	q := understand(r)
	s.asked = append(s.asked, q)
	w.Header().Set("Content-Type", "application/xml")
	version := s.version
	if version == "" {
		version = "2.0.2"
	}
	switch q.request {
	case "GetCapabilities":
		if v := r.URL.Query().Get("version"); v != "" && v != version {
			s.exception(w, "VersionNegotiationFailed", "version", "no")
			return
		}
		fmt.Fprint(w, s.capabilities(version, "http://"+r.Host))
	case "GetRecordById":
		for _, rec := range s.records {
			if rec.id == r.URL.Query().Get("id") && !s.spoiled[rec.id] && !s.hidden[rec.id] {
				fmt.Fprintf(w, `<csw:GetRecordByIdResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2">%s</csw:GetRecordByIdResponse>`, rec.xml)
				return
			}
		}
		fmt.Fprint(w, `<csw:GetRecordByIdResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2"/>`)
	case "GetRecords":
		s.list(w, q)
	default:
		s.exception(w, "OperationNotSupported", "request", q.request)
	}
}

func (s *server) exception(w http.ResponseWriter, code, locator, text string) {
	if s.status != 0 {
		w.WriteHeader(s.status)
	}
	fmt.Fprintf(w, `<?xml version="1.0"?><ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows" version="1.2.0"><ows:Exception exceptionCode="%s" locator="%s"><ows:ExceptionText>%s</ows:ExceptionText></ows:Exception></ows:ExceptionReport>`, code, locator, text)
}

func (s *server) capabilities(version, base string) string {
	values := func(kind, name string, list []string) string {
		out := ""
		for _, v := range list {
			out += "<ows:Value>" + v + "</ows:Value>"
		}
		return `<ows:` + kind + ` name="` + name + `">` + out + `</ows:` + kind + `>`
	}
	extra := ""
	if s.schemas != nil {
		extra += values("Parameter", "outputSchema", s.schemas)
	}
	if s.queryables != nil {
		extra += values("Constraint", "SupportedISOQueryables", s.queryables)
	}
	return `<csw:Capabilities xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:ows="http://www.opengis.net/ows" xmlns:xlink="http://www.w3.org/1999/xlink" version="` + version + `">
		<ows:ServiceIdentification><ows:Title>Prova</ows:Title></ows:ServiceIdentification><ows:OperationsMetadata><ows:Operation name="GetRecords"><ows:DCP><ows:HTTP>
		<ows:Get xlink:href="http://10.0.0.7:8080/csw?"/><ows:Post xlink:href="http://10.0.0.7:8080/csw/soap"><ows:Constraint name="PostEncoding"><ows:Value>SOAP</ows:Value></ows:Constraint></ows:Post>
		<ows:Post xlink:href="http://10.0.0.7:8080/csw"><ows:Constraint name="PostEncoding"><ows:Value>XML</ows:Value></ows:Constraint></ows:Post></ows:HTTP></ows:DCP>` + extra + `</ows:Operation></ows:OperationsMetadata></csw:Capabilities>`
}

func (s *server) list(w http.ResponseWriter, q asked) {
	if s.refuse != nil {
		if locator := s.refuse(q); locator != "" {
			s.exception(w, "InvalidParameterValue", locator, "not here")
			return
		}
	}
	all := s.records
	if m := literal.FindStringSubmatch(q.constraint); m != nil {
		all = nil
		for _, r := range s.records {
			if r.modified >= m[1] {
				all = append(all, r)
			}
		}
	}
	if s.order != nil && !q.sorted {
		all = s.order(len(s.asked), all)
	}
	matched := len(all)
	if s.matched != nil {
		matched = s.matched(len(s.asked))
	}
	rows := q.rows
	if s.limit > 0 {
		rows = min(rows, s.limit)
	}
	from := min(max(q.start-1, 0), len(all))
	page := all[from:min(from+rows, len(all))]
	brief := q.element == "brief"
	body, given := "", 0
	for _, r := range page {
		switch {
		case s.spoiled[r.id] && (!brief || s.nameless):
			s.exception(w, "NoApplicableCode", "", "java.lang.NullPointerException")
			return
		case s.hidden[r.id] && !brief:
			continue
		case brief, !strings.Contains(q.schema, "isotc211"):
			body += "<csw:BriefRecord><dc:identifier>" + r.id + "</dc:identifier><dc:title>T " + r.id + "</dc:title><dc:type>dataset</dc:type></csw:BriefRecord>"
		default:
			body += r.xml
		}
		given++
	}
	next := q.start + given
	if next > len(all) {
		next = 0
	}
	if s.next != nil {
		next = s.next(q.start, given, matched)
	}
	count := ""
	if matched >= 0 {
		count = fmt.Sprintf(` numberOfRecordsMatched="%d"`, matched)
	}
	fmt.Fprintf(w, `<csw:GetRecordsResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:dc="http://purl.org/dc/elements/1.1/"><csw:SearchStatus timestamp="2026-11-20T10:%02d:00Z"/><csw:SearchResults%s numberOfRecordsReturned="%d" nextRecord="%d" elementSet="%s">%s</csw:SearchResults></csw:GetRecordsResponse>`,
		len(s.asked)%60, count, given, next, q.element, body)
}

// iso is a small record of ISO 19139.
func iso(id, level, modified string) record {
	return record{id: id, modified: modified, xml: `<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco"><gmd:fileIdentifier><gco:CharacterString>` + id + `</gco:CharacterString></gmd:fileIdentifier>` +
		`<gmd:hierarchyLevel><gmd:MD_ScopeCode codeListValue="` + level + `"/></gmd:hierarchyLevel><gmd:dateStamp><gco:Date>` + modified + `</gco:Date></gmd:dateStamp>` +
		`<gmd:identificationInfo><gmd:MD_DataIdentification><gmd:citation><gmd:CI_Citation><gmd:title><gco:CharacterString>Titolo ` + id + `</gco:CharacterString></gmd:title></gmd:CI_Citation></gmd:citation></gmd:MD_DataIdentification></gmd:identificationInfo></gmd:MD_Metadata>`}
}

// numbered are n records, r001 to rNNN.
func numbered(n int) []record {
	var out []record
	for i := range n {
		out = append(out, iso(fmt.Sprintf("r%03d", i+1), "dataset", fmt.Sprintf("2026-%02d-01", i%12+1)))
	}
	return out
}

// collect harvests an address, and gives what was kept, what was refused and
// how it ended.
func collect(t *testing.T, src catalog.Source) (kept []catalog.Harvested, refused []catalog.Issue, end error) {
	t.Helper()
	src.ID, src.Protocol = "prova", "csw"
	kept, refused, end = harvesttest.Collect(csw.Harvest(t.Context(), http.DefaultClient, src))
	keys := map[string]bool{}
	for _, h := range kept {
		if keys[h.Key] {
			t.Errorf("the key %q comes twice", h.Key)
		}
		keys[h.Key] = true
	}
	return kept, refused, end
}

// harvest is collect from s.
func harvest(t *testing.T, s *server) (kept []catalog.Harvested, refused []catalog.Issue, end error) {
	t.Helper()
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	return collect(t, catalog.Source{URL: h.URL + "/csw"})
}
