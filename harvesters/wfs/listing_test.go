package wfs_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

// A server of one layer, with the faults that servers have.
type server struct {
	version   string // 2.0.0
	n         int
	limit     int    // that it tells; features it gives at once
	silent    bool   // it does not tell the limit
	hits      string // numberMatched; "": the truth, "limit": no more than it gives, "features": it gives them instead
	attrs     string // attributes; "gid" and "codice" are different in each, "idzona" is not
	natural   bool   // pages without sortBy are an exception, as of GeoServer over views
	noStart   bool   // startIndex is not looked at
	shuffles  bool   // pages without sortBy are in another order each time
	loses     int    // features that it counts and never gives
	formats   string
	srs       string // as declared; "": urn of 4326
	eastFirst bool   // in spite of it
	box       string
	randomID  bool
	north     float64 // degrees, of Prato
	broken    string  // answer to every GetFeature
	filters   bool    // a filter on a key is looked at
	findsNone bool    // and finds nothing, as that of MapServer over some files
	boxes     string  // how a bbox is written that is looked at: "north", "east", "own"
	empty     int     // features without a key
}

func (s server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := map[string]string{}
	for name, v := range r.URL.Query() {
		q[strings.ToLower(name)] = v[0]
	}
	switch q["request"] {
	case "GetCapabilities":
		if s.version == "" {
			s.version = "2.0.0"
		}
		fmt.Fprint(w, s.capabilities())
	case "DescribeFeatureType":
		fmt.Fprint(w, `<schema xmlns="http://www.w3.org/2001/XMLSchema"><complexType name="alberiType"><complexContent><extension base="gml:AbstractFeatureType"><sequence>`)
		for a := range strings.FieldsSeq(s.attrs) {
			fmt.Fprintf(w, `<element name="%s" type="string"/>`, a)
		}
		fmt.Fprint(w, `<element name="altezza" type="double"/><element name="geom" type="gml:PointPropertyType"/></sequence></extension></complexContent></complexType><element name="alberi" type="c:alberiType"/></schema>`)
	case "GetFeature":
		s.features(w, q)
	}
}

func (s server) capabilities() string {
	limit := ""
	if s.limit > 0 && !s.silent {
		limit = fmt.Sprintf(`<ows:Constraint name="CountDefault"><ows:NoValues/><ows:DefaultValue>%d</ows:DefaultValue></ows:Constraint>`, s.limit)
	}
	formats := ""
	for f := range strings.SplitSeq(s.formats, "|") {
		formats += "<ows:Value>" + f + "</ows:Value>"
	}
	return fmt.Sprintf(`<WFS_Capabilities version="%s" xmlns:ows="http://www.opengis.net/ows/1.1" xmlns:xlink="http://www.w3.org/1999/xlink"><ows:ServiceIdentification><ows:Title>Prova</ows:Title></ows:ServiceIdentification>
		<ows:OperationsMetadata><ows:Operation name="GetFeature"><ows:DCP><ows:HTTP><ows:Get xlink:href="http://interno/wfs"/></ows:HTTP></ows:DCP><ows:Parameter name="outputFormat"><ows:AllowedValues>%s</ows:AllowedValues></ows:Parameter></ows:Operation>%s</ows:OperationsMetadata>
		<FeatureTypeList><FeatureType><Name>c:alberi</Name><Title>Alberi</Title><Abstract>Del comune</Abstract><DefaultCRS>%s</DefaultCRS>%s</FeatureType><FeatureType><Name>gml:AbstractFeature</Name></FeatureType></FeatureTypeList></WFS_Capabilities>`, s.version, formats, limit, s.declared(), s.box)
}

func (s server) declared() string {
	if s.srs != "" {
		return s.srs
	}
	return "urn:ogc:def:crs:EPSG::4326"
}

func (s server) features(w http.ResponseWriter, q map[string]string) {
	count, start := s.n, 0
	for _, name := range []string{"count", "maxfeatures"} {
		if v, err := strconv.Atoi(q[name]); err == nil {
			count = v
		}
	}
	if s.limit > 0 {
		count = min(count, s.limit)
	}
	if !s.noStart {
		start, _ = strconv.Atoi(q["startindex"])
	}
	matched := strconv.Itoa(s.n + s.loses)
	switch s.hits {
	case "limit":
		matched = strconv.Itoa(min(s.n, s.limit))
	case "features", "":
	default:
		matched = s.hits
	}
	head := fmt.Sprintf(`<wfs:FeatureCollection xmlns:wfs="w" xmlns:gml="g" xmlns:c="c" numberMatched="%s" numberOfFeatures="%[1]s">`, matched)
	if q["resulttype"] == "hits" && s.hits != "features" {
		fmt.Fprint(w, head+"</wfs:FeatureCollection>")
		return
	}
	if s.broken != "" {
		fmt.Fprint(w, s.broken)
		return
	}
	if s.natural && q["sortby"] == "" && q["startindex"] != "" {
		fmt.Fprint(w, `<ows:ExceptionReport xmlns:ows="o"><ows:Exception exceptionCode="NoApplicableCode"><ows:ExceptionText>Cannot do natural order without a primary key</ows:ExceptionText></ows:Exception></ows:ExceptionReport>`)
		return
	}
	order := make([]int, s.n)
	for i := range order {
		order[i] = i
	}
	if by := q["sortby"]; by != "" || s.shuffles {
		sort.SliceStable(order, func(a, b int) bool { // among equals, another order in every answer
			if x, y := s.value(by, order[a]), s.value(by, order[b]); x != y {
				return x < y
			}
			return (order[a]*(start+7))%101 < (order[b]*(start+7))%101
		})
	}
	if s.filters && q["filter"] != "" {
		order = s.filtered(order, q["filter"])
	}
	if s.boxes != "" && q["bbox"] != "" {
		order = s.within(order, q["bbox"])
	}
	json := strings.Contains(q["outputformat"], "json")
	var list []string
	for k := start; k < len(order) && k < start+count; k++ {
		list = append(list, s.feature(order[k], json, start))
	}
	if json {
		fmt.Fprintf(w, `{"type":"FeatureCollection","features":[%s]}`, strings.Join(list, ","))
		return
	}
	fmt.Fprint(w, head+strings.Join(list, "")+"</wfs:FeatureCollection>")
}

// filtered heeds a filter of the version that the server speaks.
func (s server) filtered(order []int, filter string) []int {
	var f struct {
		XMLName xml.Name
		Greater struct {
			Reference string `xml:"ValueReference"`
			Name      string `xml:"PropertyName"`
			Literal   string
		} `xml:"PropertyIsGreaterThan"`
		Null *struct{} `xml:"PropertyIsNull"`
	}
	space := "http://www.opengis.net/ogc"
	if s.version == "" || s.version[0] == '2' {
		space = "http://www.opengis.net/fes/2.0"
	}
	if err := xml.Unmarshal([]byte(filter), &f); err != nil || f.XMLName.Space != space {
		panic(filter)
	}
	by := f.Greater.Reference + f.Greater.Name
	return slices.DeleteFunc(order, func(i int) bool {
		if f.Null != nil {
			return i >= s.empty
		}
		return s.findsNone || s.value(by, i) <= f.Greater.Literal
	})
}

// within heeds a box.
func (s server) within(order []int, bbox string) []int {
	var b [4]float64
	parts := strings.Split(bbox, ",")
	for i := range b {
		b[i], _ = strconv.ParseFloat(parts[i], 64)
	}
	form := "own"
	if len(parts) == 5 {
		form = map[string]string{"urn:ogc:def:crs:EPSG::4326": "north", "EPSG:4326": "east"}[parts[4]]
	}
	if form == "north" {
		b = [4]float64{b[1], b[0], b[3], b[2]}
	}
	return slices.DeleteFunc(order, func(i int) bool {
		lon, lat := s.at(i)
		return form != s.boxes || lon < b[0] || lat < b[1] || lon > b[2] || lat > b[3]
	})
}

func (s server) at(i int) (lon, lat float64) {
	return 11 + float64(i%100)*0.001, 43.8 + s.north + float64(i/100)*0.001
}

func (s server) value(attribute string, i int) string {
	if i < s.empty {
		return ""
	}
	switch attribute {
	case "gid", "codice":
		return fmt.Sprintf("%05d", i)
	case "idzona":
		return strconv.Itoa(i % 5)
	}
	return ""
}

func (s server) feature(i int, json bool, salt int) string {
	id := fmt.Sprintf("alberi.%d", i)
	if s.randomID {
		id = fmt.Sprintf("alberi.fid--%x_17b1184059d_-%x", i+salt*7919+1, i)
	}
	lon, lat := s.at(i)
	if json {
		props := ""
		for a := range strings.FieldsSeq(s.attrs) {
			props += fmt.Sprintf(`"%s":"%s",`, a, s.value(a, i))
		}
		return fmt.Sprintf(`{"type":"Feature","id":"%s","properties":{%s"altezza":%d.5},"geometry":{"type":"Point","coordinates":[%g,%g]}}`, id, props, i, lon, lat)
	}
	props, pos := "", fmt.Sprintf("%g %g", lat, lon)
	if s.eastFirst {
		pos = fmt.Sprintf("%g %g", lon, lat)
	}
	for a := range strings.FieldsSeq(s.attrs) {
		props += fmt.Sprintf(`<c:%s>%s</c:%[1]s>`, a, s.value(a, i))
	}
	return fmt.Sprintf(`<wfs:member><c:alberi gml:id="%s"><c:geom><gml:Point srsName="%s"><gml:pos>%s</gml:pos></gml:Point></c:geom>%s<c:altezza>%d.5</c:altezza></c:alberi></wfs:member>`, id, s.declared(), pos, props, i)
}

// Every way leads to all features, each once, or to a failed listing; never to
// less that is called complete (spec §3.4).
func TestListings(t *testing.T) {
	const gml, json = "text/xml; subtype=gml/3.2", "application/json"
	const prato = `<ows:WGS84BoundingBox><ows:LowerCorner>11 43.8</ows:LowerCorner><ows:UpperCorner>11.1 43.82</ows:UpperCorner></ows:WGS84BoundingBox>`
	for _, tt := range []struct {
		name string
		server
		kept  int
		found string
		err   string
	}{
		{"one answer without startIndex", server{n: 30, attrs: "gid", formats: json}, 30, "read in one answer, 1 requests, as GeoJSON", ""},
		{"sorted pages", server{n: 1203, limit: 500, attrs: "idzona codice", formats: gml}, 1203, "read in pages sorted by codice", ""},
		{"an attribute that is not unique is given up", server{n: 1203, limit: 500, attrs: "idzona", formats: gml}, 1203, "read in pages, not sorted", ""},
		{"no natural order", server{n: 1203, limit: 500, attrs: "gid", natural: true, formats: gml}, 1203, "sorted by gid", ""},
		{"no natural order and no key", server{n: 1203, limit: 500, natural: true, formats: gml}, 500, "", "Cannot do natural order"},
		{"counts no further than it gives", server{n: 1203, limit: 500, hits: "limit", attrs: "gid", formats: json}, 1203, "there may be more", ""},
		{"and does not tell its limit", server{n: 1203, limit: 500, silent: true, hits: "limit", attrs: "gid", formats: json}, 1203, "sorted by gid", ""},
		{"unknown count", server{n: 1203, limit: 500, hits: "unknown", attrs: "gid", formats: gml}, 1203, "does not count", ""},
		{"features instead of a count", server{n: 103, hits: "features", attrs: "gid", formats: gml}, 103, "", ""},
		{"startIndex is not looked at", server{n: 1203, limit: 500, noStart: true, attrs: "gid", formats: gml}, 500, "", "pages overlap"},
		{"not looked at, but it gives all", server{n: 1203, noStart: true, attrs: "gid", formats: gml}, 1203, "read in one answer", ""},
		{"exactly its limit", server{n: 500, limit: 500, attrs: "gid", formats: gml}, 500, "", ""},
		{"pages that shuffle", server{n: 1203, limit: 500, shuffles: true, formats: gml}, 0, "", "came twice"},
		{"fewer than it counts", server{n: 90, loses: 3, attrs: "gid", formats: gml}, 90, "", "counts 93 features and gave 90"},
		{"WFS 1.1 without limits", server{version: "1.1.0", n: 2300, attrs: "gid", formats: gml}, 2300, "read in one answer", ""},
		{"WFS 1.0", server{version: "1.0.0", n: 130, attrs: "gid", formats: "GML2"}, 130, "does not count", ""},
		{"a cap that is told, without startIndex", server{n: 1203, limit: 500, noStart: true, filters: true, attrs: "gid", formats: gml}, 1203, "in the order of gid", ""},
		{"WFS 1.1, a silent cap", server{version: "1.1.0", n: 1203, limit: 500, silent: true, noStart: true, filters: true, attrs: "idzona codice", formats: gml}, 1203, "in the order of codice", ""},
		{"WFS 1.0, a silent cap", server{version: "1.0.0", n: 1203, limit: 500, silent: true, noStart: true, filters: true, attrs: "gid", formats: "GML2", hits: "unknown"}, 1203, "in the order of gid", ""},
		{"the same, and it counts as many as it gives", server{n: 1203, limit: 500, silent: true, hits: "limit", noStart: true, filters: true, attrs: "gid", formats: json}, 1203, "in the order of gid", ""},
		{"exactly the cap, uncounted", server{version: "1.0.0", n: 500, limit: 500, silent: true, noStart: true, filters: true, attrs: "gid", formats: "GML2", hits: "unknown"}, 500, "in the order of gid", ""},
		{"filters that find nothing", server{n: 1203, limit: 500, silent: true, hits: "unknown", noStart: true, filters: true, findsNone: true, attrs: "gid", formats: json}, 500, "", "does not find by a filter what it has"},
		{"some keys are empty", server{version: "1.0.0", n: 1203, limit: 500, silent: true, noStart: true, filters: true, empty: 1, attrs: "gid", formats: "GML2", hits: "unknown"}, 500, "", "whether it has more it does not say"},
		{"no key, box by box, north first", server{n: 1203, limit: 500, noStart: true, boxes: "north", box: prato, attrs: "idzona", formats: gml}, 1203, "read box by box", ""},
		{"no key, box by box, east first", server{n: 1203, limit: 500, silent: true, noStart: true, boxes: "east", box: prato, formats: gml}, 1203, "read box by box", ""},
		{"the box is not all", server{n: 1203, limit: 500, noStart: true, boxes: "north", box: strings.Replace(prato, "43.82", "43.805", 1), formats: gml}, 800, "", "counts 1203 features and gave 800"},
		{"uncounted and capped, and boxes show it", server{version: "1.0.0", n: 1203, limit: 480, silent: true, noStart: true, boxes: "east", box: prato, formats: "GML2", hits: "unknown"}, 480, "", "gives 480 features at once and has more"},
		{"uncounted and not capped, as boxes show", server{version: "1.0.0", n: 150, noStart: true, boxes: "own", box: prato, formats: "GML2", hits: "unknown"}, 150, "no way of asking gave others", ""},
		{"uncounted, no round number", server{version: "1.0.0", n: 149, noStart: true, formats: "GML2", hits: "unknown"}, 149, "no way of asking gave others", ""},
		{"uncounted, a round number, nothing else is known", server{version: "1.0.0", n: 150, noStart: true, formats: "GML2", hits: "unknown"}, 150, "", "as a cap would"},
		{"counted as many as the silent cap", server{n: 1203, limit: 500, silent: true, hits: "limit", noStart: true, box: prato, boxes: "north", formats: gml}, 1203, "", "those without a place would not be missed"},
		{"random ids, a key", server{n: 1203, limit: 500, randomID: true, attrs: "codice", formats: gml}, 1203, `key: ["codice"]`, ""},
		{"random ids, none", server{n: 30, randomID: true, formats: json}, 30, "makes its ids anew", ""},
		{"north first as declared", server{n: 30, attrs: "gid", formats: gml}, 30, "30 of 30 positions in Italy", ""},
		{"east first in spite of it", server{n: 30, attrs: "gid", eastFirst: true, formats: gml}, 30, "only with north first", ""},
		{"an exception with status 200", server{n: 30, attrs: "gid", formats: gml, broken: `<ServiceExceptionReport><ServiceException code="X">Guasto</ServiceException></ServiceExceptionReport>`}, 0, "", "the service says: Guasto (X)"},
		{"an exception in JSON", server{n: 30, attrs: "gid", formats: json, broken: `{"exceptions":[{"code":"X","text":"Guasto"}]}`}, 0, "", "the service says: Guasto (X)"},
		{"a web page", server{n: 30, attrs: "gid", formats: gml, broken: `<!DOCTYPE html><html>Accesso</html>`}, 0, "", "web page"},
		{"an empty answer", server{n: 30, attrs: "gid", formats: gml, broken: " "}, 0, "", "the answer is empty"},
		{"cut off", server{n: 30, attrs: "gid", formats: gml, broken: `<FeatureCollection><member><alberi fid="1"><a>1</a></alberi></member><member><alb`}, 1, "", "cut off"},
		{"no features", server{n: 0, attrs: "gid", formats: gml}, 0, "", "none of the 1 layers has a feature"},
	} {
		asked := 0
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { asked++; tt.server.ServeHTTP(w, r) }))
		kept, refused, err := collect(t, s.Client(), catalog.Source{URL: s.URL + "/wfs?map=prato"})
		s.Close()
		keys := map[string]bool{}
		for _, h := range kept {
			keys[h.Key] = true
		}
		enough := len(kept) == tt.kept || tt.kept == 0 && tt.err == "came twice"
		if !enough || len(keys) != len(kept) || len(refused) > 0 || (err == nil) != (tt.err == "") || err != nil && (!strings.Contains(err.Error(), tt.err) || !errors.Is(err, catalog.ErrFailedListing)) {
			t.Errorf("%s: %d different of %d, %v, %v; want %d, %q; %d requests", tt.name, len(keys), len(kept), refused, err, tt.kept, tt.err, asked)
			continue
		}
		if err == nil {
			h := kept[0]
			if all := strings.Join(h.Layer.Found, "\n"); !strings.Contains(all, tt.found) {
				t.Errorf("%s: found\n%s\nwant %q", tt.name, all, tt.found)
			}
			if c := h.Geometry.FlatCoords(); c[0] > 12 || c[1] < 43 || h.Layer.About == nil || h.Layer.About.Description != "Del comune" || h.Layer.Name != "alberi" {
				t.Errorf("%s: %v, layer %+v", tt.name, c, h.Layer)
			}
		}
	}
}

// Outside Italy the box that the capabilities give says which axis is first.
func TestAxesByBox(t *testing.T) {
	s := server{n: 30, attrs: "gid", north: 15, eastFirst: true, formats: "text/xml; subtype=gml/3.2", box: `<ows:WGS84BoundingBox><ows:LowerCorner>10 58</ows:LowerCorner><ows:UpperCorner>12 60</ows:UpperCorner></ows:WGS84BoundingBox>`}
	h := httptest.NewServer(s)
	defer h.Close()
	kept, _, err := collect(t, h.Client(), catalog.Source{URL: h.URL})
	if err != nil || len(kept) != 30 {
		t.Fatalf("%d, %v", len(kept), err)
	}
	if c := kept[0].Geometry.FlatCoords(); c[0] != 11 || c[1] != 58.8 || !strings.Contains(strings.Join(kept[0].Layer.Found, "\n"), "lie in the layer's box only with the axes the other way round") {
		t.Errorf("%v, %q", c, kept[0].Layer.Found)
	}
}
