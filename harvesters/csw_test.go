package harvesters_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
	"po-net.prato.it/ponet/harvesters"
)

// A geoCatalogue speaks CSW 2.0.2: identifiers with the dates of their records.
type geoCatalogue struct {
	ids    []string
	dates  map[string]string // others: 2026-01-01
	broken string            // id of a record over which it fails, whatever is asked of it
}

var geoNumber = regexp.MustCompile(`(startPosition|maxRecords)="(\d+)"`)
var geoSince = regexp.MustCompile(`Modified</ogc:PropertyName><ogc:Literal>([0-9-]+)`)

func (g *geoCatalogue) date(id string) string {
	if d := g.dates[id]; d != "" {
		return d
	}
	return "2026-01-01"
}

func (g *geoCatalogue) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		fmt.Fprint(w, `<Capabilities xmlns="http://www.opengis.net/cat/csw/2.0.2" version="2.0.2"/>`)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(err)
	}
	asked := map[string]int{}
	for _, m := range geoNumber.FindAllSubmatch(body, -1) {
		asked[string(m[1])], _ = strconv.Atoi(string(m[2])) // digits
	}
	var matched []string
	for _, id := range g.ids {
		if m := geoSince.FindSubmatch(body); m == nil || g.date(id) >= string(m[1]) {
			matched = append(matched, id)
		}
	}
	slices.Sort(matched)
	from := min(asked["startPosition"]-1, len(matched))
	records := ""
	for _, id := range matched[from:min(from+asked["maxRecords"], len(matched))] {
		if id == g.broken {
			fmt.Fprint(w, `<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows"><ows:Exception exceptionCode="NoApplicableCode"/></ows:ExceptionReport>`)
			return
		}
		records += `<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd"><gmd:fileIdentifier>` + id + `</gmd:fileIdentifier><gmd:dateStamp>` + g.date(id) + `</gmd:dateStamp><gmd:identificationInfo><gmd:MD_DataIdentification>` +
			`<gmd:citation><gmd:CI_Citation><gmd:title>Dataset ` + id + `</gmd:title></gmd:CI_Citation></gmd:citation></gmd:MD_DataIdentification></gmd:identificationInfo></gmd:MD_Metadata>`
	}
	fmt.Fprintf(w, `<csw:GetRecordsResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2"><csw:SearchStatus timestamp="2026-11-20T10:00:00Z"/><csw:SearchResults numberOfRecordsMatched="%d" nextRecord="0">%s</csw:SearchResults></csw:GetRecordsResponse>`, len(matched), records)
}

// A catalogue is listed whole, then by what changed, which withdraws nothing; what
// is gone goes after two whole listings, and nothing while one record cannot be had
// and nobody can name it.
func TestCSWIntoTheCatalogue(t *testing.T) {
	g := &geoCatalogue{dates: map[string]string{}}
	for i := range 60 {
		g.ids = append(g.ids, fmt.Sprintf("c_g999:%02d", i))
	}
	server := httptest.NewServer(g)
	defer server.Close()
	store := postgistest.New(t)
	src := catalog.Source{ID: "geo", Protocol: "csw", URL: server.URL + "/csw"}
	step := func(full bool) catalog.Receipt {
		t.Helper()
		return harvestWith(t, store, src, http.DefaultClient, harvesters.Options{Full: full})
	}
	if r := step(false); r.New != 60 || r.Datasets != 60 || r.Partial || r.Outcome != catalog.RunCompleted {
		t.Fatalf("first: %+v", r)
	}
	g.dates["c_g999:07"] = "2026-11-19"
	g.ids = slices.Delete(g.ids, 20, 21)
	for _, changed := range []int64{1, 0} {
		if r := step(false); !r.Partial || r.Read != 1 || r.Changed != changed || r.Gone != 0 || r.Outcome != catalog.RunCompleted {
			t.Fatalf("what changed: %+v; want 1 read, %d changed", r, changed)
		}
	}
	g.dates = map[string]string{"c_g999:07": "2026-11-17"} // before the 48 hours
	if r := step(false); !r.Partial || r.Read != 0 || r.Outcome != catalog.RunCompleted {
		t.Errorf("nothing changed: %+v; want a completed run of nothing", r)
	}
	g.broken = "c_g999:40"
	for range 2 {
		if r := step(true); r.Partial || r.Refused != 1 || r.Gone != 0 || r.Outcome != catalog.RunCompleted {
			t.Errorf("with a record that nobody can name: %+v; want none gone", r)
		}
	}
	g.broken = ""
	step(true)
	if r := step(true); r.Gone != 1 || r.Unchanged != 59 {
		t.Errorf("all can be read: %+v; want the deleted one gone", r)
	}
}
