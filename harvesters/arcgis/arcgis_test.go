package arcgis_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/twpayne/go-geom/encoding/wkt"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/arcgis"
	"po-net.prato.it/ponet/harvesters/harvesttest"
)

// A fake is a service with one layer, number 0, and what real ones do differently.
type fake struct {
	meta      map[string]any
	features  []json.RawMessage // in Esri's JSON or GeoJSON
	reference string            // of an answer: `"spatialReference":{"wkid":4326}`
	most      int               // rows an answer
	noPaging  bool              // resultOffset is ignored
	noCount   bool
	wrongPage bool // every second page begins one row too early
	hollow    bool // a page in the middle is empty, and says that there are more
	refused   string
	silent    bool // does not say that there are more
	hides     int  // objects that it names and does not give
	asked     []string
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	f.asked = append(f.asked, r.Method+" "+r.URL.Path+"?"+r.Form.Encode())
	switch path := strings.TrimSuffix(r.URL.Path, "/"); {
	case strings.HasSuffix(path, "/FeatureServer"):
		fmt.Fprint(w, `{"layers":[{"id":9,"name":"gruppo","subLayerIds":[0]},{"id":0,"name":"alberi"}],"tables":[]}`)
	case strings.HasSuffix(path, "/FeatureServer/0"):
		_ = json.NewEncoder(w).Encode(f.meta)
	case strings.HasSuffix(path, "/query"):
		f.query(w, r)
	case strings.HasSuffix(path, "/sharing/rest/content/items/0123456789abcdef0123456789abcdef"):
		fmt.Fprintf(w, `{"type":"Feature Service","url":"http://%s/rest/FeatureServer"}`, r.Host)
	case strings.HasPrefix(path, "/api/v3/datasets"):
		fmt.Fprintf(w, `{"data":[{"attributes":{"url":"http://%s/rest/FeatureServer/0"}}]}`, r.Host)
	default:
		fmt.Fprint(w, "<html>Pagina non trovata</html>")
	}
}

func (f *fake) query(w http.ResponseWriter, r *http.Request) {
	get := r.Form.Get
	switch {
	case f.refused != "" && strings.Contains(r.Form.Encode(), f.refused):
		fmt.Fprint(w, `{"error":{"code":400,"message":"Invalid or missing input parameters.","details":[]}}`)
		return
	case get("returnCountOnly") == "true":
		if f.noCount {
			fmt.Fprint(w, `{"error":{"code":400,"message":"Unable to complete operation.","details":[]}}`)
			return
		}
		fmt.Fprintf(w, `{"count":%d}`, len(f.features))
		return
	case get("returnIdsOnly") == "true":
		var ids []string
		for _, v := range f.features {
			ids = append(ids, objectID(v))
		}
		fmt.Fprintf(w, `{"objectIdFieldName":"OBJECTID","objectIds":[%s]}`, strings.Join(ids, ","))
		return
	}
	list := f.features
	if wanted := get("objectIds"); wanted != "" {
		list = slices.DeleteFunc(slices.Clone(list[:len(list)-f.hides]), func(v json.RawMessage) bool { return !slices.Contains(strings.Split(wanted, ","), objectID(v)) })
	}
	offset, _ := strconv.Atoi(get("resultOffset"))
	most, _ := strconv.Atoi(get("resultRecordCount"))
	if most == 0 || f.most > 0 && most > f.most {
		most = f.most
	}
	if most == 0 {
		most = len(list)
	}
	if f.noPaging {
		offset = 0
	}
	if f.wrongPage && offset > 0 {
		offset--
	}
	part := list[min(offset, len(list)):min(offset+most, len(list))]
	more := offset+most < len(list) && !f.silent
	if f.hollow && offset == most {
		f.hollow, part, more = false, nil, true
		f.features = slices.Insert(slices.Clone(f.features), most, slices.Repeat(f.features[:1], most)...) // offsets count what is left out
	}
	texts := []string{}
	for _, v := range part {
		texts = append(texts, string(v))
	}
	reference := f.reference
	if reference != "" {
		reference += ","
	}
	kind, end := `"geometryType":"x"`, fmt.Sprintf(`,"exceededTransferLimit":%v`, more)
	if get("f") == "geojson" {
		kind, end = `"type":"FeatureCollection"`, fmt.Sprintf(`,"properties":{"exceededTransferLimit":%v}`, more)
	}
	fmt.Fprintf(w, `{%s,%s"features":[%s]%s}`, kind, reference, strings.Join(texts, ","), end)
}

// objectID is the id of a feature, whatever its spelling.
func objectID(v json.RawMessage) string {
	var f struct{ Attributes, Properties map[string]json.RawMessage }
	_ = json.Unmarshal(v, &f)
	for _, m := range []map[string]json.RawMessage{f.Attributes, f.Properties} {
		for name, id := range m {
			if strings.EqualFold(name, "OBJECTID") {
				return string(id)
			}
		}
	}
	return ""
}

// trees is a layer of n trees.
func trees(n int, more map[string]any) map[string]any {
	var codes = `{"type":"codedValue","codedValues":[{"name":"Leccio","code":1},{"name":"Pino","code":2}]}`
	meta := map[string]any{
		"id": 0, "name": "Alberi", "type": "Feature Layer", "geometryType": "esriGeometryPoint", "objectIdField": "OBJECTID", "displayField": "NOME", "typeIdField": "TIPO",
		"description": "Alberi della città", "copyrightText": "Comune di Prato", "maxRecordCount": 3, "capabilities": "Query", "supportedQueryFormats": "JSON",
		"advancedQueryCapabilities": map[string]any{"supportsPagination": true},
		"types":                     json.RawMessage(`[{"id":7,"name":"Monumentale","domains":{"SPECIE":{"type":"codedValue","codedValues":[{"name":"Leccio secolare","code":1}]}}}]`),
		"fields": json.RawMessage(`[{"name":"OBJECTID","type":"esriFieldTypeOID","domain":null},{"name":"NOME","type":"esriFieldTypeString"},{"name":"SPECIE","type":"esriFieldTypeSmallInteger","domain":` + codes +
			`},{"name":"TIPO","type":"esriFieldTypeSmallInteger"},{"name":"PIANTATO","type":"esriFieldTypeDate"},{"name":"ALTO","type":"esriFieldTypeDouble"}]`),
	}
	for k, v := range more {
		meta[k] = v
	}
	return meta
}

func treeFeatures(n int) (list []json.RawMessage) {
	for i := range n {
		list = append(list, json.RawMessage(fmt.Sprintf(`{"attributes":{"OBJECTID":%d,"NOME":"Albero %d ","SPECIE":%d,"TIPO":%d,"PIANTATO":%d,"ALTO":2.5},"geometry":{"x":11.%d,"y":43.9}}`, i+1, i+1, i%3+1, 7*(i%2), -86400000*int64(i), i+1)))
	}
	return list
}

type harvest struct {
	rows    []catalog.Harvested
	refused []catalog.Issue
	failure error
	listing *catalog.Listing
}

func run(t *testing.T, f http.Handler, path string, l *catalog.Listing, m catalog.Mapping) harvest {
	t.Helper()
	server := httptest.NewServer(f)
	defer server.Close()
	h := harvest{listing: l}
	src := catalog.Source{ID: "t", URL: server.URL + path, Mapping: m}.WithListing(l)
	h.rows, h.refused, h.failure = harvesttest.Collect(arcgis.Harvest(t.Context(), http.DefaultClient, src))
	return h
}

func value(h catalog.Harvested, column string) any { return harvesttest.Value(h, column) }

const layerPath = "/rest/FeatureServer/0"

// Whatever way a service pages, all rows come, each once.
func TestPaging(t *testing.T) {
	paged := func(b bool) map[string]any {
		return map[string]any{"advancedQueryCapabilities": map[string]any{"supportsPagination": b}}
	}
	for name, tt := range map[string]struct {
		fake fake
		path string
		way  string // what must have been asked for
	}{
		"by offset":                   {fake{}, layerPath, "resultOffset=9"},
		"the page of the query":       {fake{}, layerPath + "/query?where=1%3D1&outFields=*&f=pjson", "resultOffset=9"},
		"a service":                   {fake{}, "/rest/FeatureServer", "resultOffset=9"},
		"an item of a portal":         {fake{}, "/portal/home/item.html?id=0123456789abcdef0123456789abcdef", "resultOffset=9"},
		"a dataset of a Hub":          {fake{}, "/datasets/comune::alberi/explore", "filter%5Bslug%5D=comune%3A%3Aalberi"},
		"does not say there are more": {fake{silent: true}, layerPath, "resultOffset=9"},
		"gives less than it says":     {fake{most: 2}, layerPath, "resultOffset=8"},
		"does not count":              {fake{noCount: true}, layerPath, "resultOffset=10"},
		"an empty page before others": {fake{hollow: true, noCount: true}, layerPath, "resultOffset=6"},
		"no paging":                   {fake{meta: paged(false)}, layerPath, "objectIds=7%2C8%2C9"},
		"no paging, less than asked":  {fake{meta: paged(false), most: 2}, layerPath, "objectIds=9&"},
		"repeats the first page":      {fake{noPaging: true}, layerPath, "objectIds=7%2C8%2C9"},
		"pages that overlap":          {fake{wrongPage: true}, layerPath, "objectIds=7%2C8%2C9"},
		"old: no id field":            {fake{meta: map[string]any{"objectIdField": nil}}, layerPath, "orderByFields=OBJECTID"},
		"no ids, no paging":           {fake{meta: map[string]any{"objectIdField": nil, "advancedQueryCapabilities": nil, "fields": json.RawMessage(`[{"name":"NOME","type":"esriFieldTypeString"}]`)}, most: 100}, layerPath, "outFields=%2A"},
		"GeoJSON is offered, refused": {fake{meta: map[string]any{"supportedQueryFormats": "JSON, geoJSON"}, refused: "f=geojson"}, layerPath, "f=json"},
	} {
		f := tt.fake
		f.meta = trees(10, f.meta)
		f.features = treeFeatures(10)
		h := run(t, &f, tt.path, &catalog.Listing{}, catalog.Mapping{})
		var names []string
		for _, r := range h.rows {
			names = append(names, strings.TrimPrefix(fmt.Sprint(value(r, "NOME")), "Albero "))
		}
		if got := strings.Join(names, " "); h.failure != nil || len(h.refused) > 0 || got != "1 2 3 4 5 6 7 8 9 10" {
			t.Errorf("%s: %s, %v, refused %v\n%s", name, got, h.failure, h.refused, strings.Join(f.asked, "\n"))
		}
		if asked := strings.Join(f.asked, "\n") + "&"; !strings.Contains(asked, tt.way) {
			t.Errorf("%s: %q was not asked for:\n%s", name, tt.way, asked)
		}
	}
}

// Rows that are promised and do not come make a failed listing.
func TestFailures(t *testing.T) {
	unpaged := map[string]any{"advancedQueryCapabilities": nil}
	for want, tt := range map[string]struct {
		f    fake
		path string
	}{
		"1 objects that it names cannot be had": {fake{meta: unpaged, hides: 2}, layerPath},
		"neither pages nor ids":                 {fake{meta: map[string]any{"objectIdField": nil, "advancedQueryCapabilities": nil, "fields": nil}, most: 3}, layerPath},
		"holds the same":                        {fake{meta: map[string]any{"objectIdField": nil, "fields": nil}, noPaging: true}, layerPath},
		"lets nobody ask":                       {fake{meta: map[string]any{"capabilities": "Map"}}, layerPath},
		"which holds no rows":                   {fake{meta: map[string]any{"type": "Raster Layer"}}, layerPath},
		"has no layer":                          {fake{meta: map[string]any{"type": "Raster Layer"}}, "/rest/FeatureServer"},
		"server answered error":                 {fake{refused: "outFields"}, layerPath},
		"a web page came":                       {fake{}, "/datasets/../rest/MapServer/3"},
		"no list of services and no Hub":        {fake{}, "/search"},
		"does not describe":                     {fake{meta: map[string]any{"name": "", "type": "", "fields": nil}}, layerPath},
	} {
		f := tt.f
		f.meta, f.features = trees(10, f.meta), treeFeatures(10)
		h := run(t, &f, tt.path, &catalog.Listing{}, catalog.Mapping{})
		if !errors.Is(h.failure, catalog.ErrFailedListing) || !strings.Contains(fmt.Sprint(h.failure), want) || len(h.rows) > 0 {
			t.Errorf("%v, %d rows; want a failed listing that says %q\n%s", h.failure, len(h.rows), want, strings.Join(f.asked, "\n"))
		}
	}
}

// Codes are told by their labels, times in milliseconds as times, and what the
// layer is as a dataset is known.
func TestValues(t *testing.T) {
	f := &fake{meta: trees(4, map[string]any{"editingInfo": map[string]any{"lastEditDate": 1468898548179}}), features: treeFeatures(4), reference: `"spatialReference":{"wkid":4326,"latestWkid":4326}`}
	h := run(t, f, layerPath, &catalog.Listing{}, catalog.Mapping{})
	var told []string
	for _, r := range h.rows {
		told = append(told, fmt.Sprint(r.Key, " ", value(r, "NOME"), " ", value(r, "SPECIE"), " ", value(r, "TIPO"), " ", value(r, "PIANTATO")))
	}
	want := []string{
		"1 Albero 1 Leccio 0 1970-01-01T00:00:00Z",
		"2 Albero 2 Pino Monumentale 1969-12-31T00:00:00Z",
		"3 Albero 3 3 0 1969-12-30T00:00:00Z",
		"4 Albero 4 Leccio secolare Monumentale 1969-12-29T00:00:00Z",
	}
	if !slices.Equal(told, want) {
		t.Errorf("%s\nwant\n%s", strings.Join(told, "\n"), strings.Join(want, "\n"))
	}
	l := h.rows[0].Layer
	if l.SRID != 4326 || l.Title != "Alberi" || l.Guess.Fields["title"] != "NOME" || l.About.Modified != "2016-07-19T03:22:28Z" || l.About.RightsNote != "Comune di Prato" {
		t.Errorf("layer %+v, about %+v", l, l.About)
	}
	if string(h.rows[0].Raw) != string(f.features[0]) {
		t.Errorf("raw %s; the feature as it came is due", h.rows[0].Raw)
	}
	// What nobody edited is not read again.
	again := run(t, f, layerPath, &catalog.Listing{Since: h.listing.Cursor}, catalog.Mapping{})
	if len(again.rows) != 0 || again.failure != nil || !again.listing.Partial || again.listing.Cursor != "0=1468898548179" {
		t.Errorf("again: %d rows, %v, %+v", len(again.rows), again.failure, again.listing)
	}
	f.meta["editingInfo"] = map[string]any{"lastEditDate": 1468898548180}
	if edited := run(t, f, layerPath, &catalog.Listing{Since: h.listing.Cursor}, catalog.Mapping{}); len(edited.rows) != 4 || edited.listing.Partial {
		t.Errorf("edited: %d rows, %+v", len(edited.rows), edited.listing)
	}
}

func TestGeometries(t *testing.T) {
	for name, tt := range map[string]struct{ geometry, want string }{
		"point":             {`{"x":11.1,"y":43.9}`, "POINT (11.1 43.9)"},
		"point with height": {`{"x":11.1,"y":43.9,"z":5,"m":1}`, "POINT Z (11.1 43.9 5)"},
		"empty point":       {`{"x":"NaN","y":"NaN"}`, ""},
		"null point":        {`{"x":null,"y":null}`, ""},
		"no number":         {`{"x":NaN,"y":NaN}`, ""},
		"multipoint":        {`{"points":[[11.1,43.9],[11.2,43.9]]}`, "MULTIPOINT (11.1 43.9, 11.2 43.9)"},
		"one path":          {`{"hasM":true,"paths":[[[11.1,43.9,7],[11.2,43.9,8]]]}`, "LINESTRING (11.1 43.9, 11.2 43.9)"},
		"paths, one short":  {`{"hasZ":true,"paths":[[[11.1,43.9,7],[11.2,43.9,8]],[[1,2,3]],[[11.1,43.8,null],[11.2,43.8]]]}`, "MULTILINESTRING Z ((11.1 43.9 7, 11.2 43.9 8), (11.1 43.8 0, 11.2 43.8 0))"},
		"hole, two shells": {`{"rings":[[[11,43],[11,44],[12,44],[12,43],[11,43]],[[11.2,43.2],[11.4,43.2],[11.4,43.4],[11.2,43.2]],[[13,43],[13,44],[14,44],[13,43]]]}`,
			"MULTIPOLYGON (((11 43, 11 44, 12 44, 12 43, 11 43), (11.2 43.2, 11.4 43.2, 11.4 43.4, 11.2 43.2)), ((13 43, 13 44, 14 44, 13 43)))"},
		"rings the wrong way round": {`{"rings":[[[11,43],[12,43],[12,44],[11,44],[11,43]],[[11.2,43.2],[11.2,43.4],[11.4,43.4],[11.2,43.2]]]}`,
			"POLYGON ((11 43, 12 43, 12 44, 11 44, 11 43), (11.2 43.2, 11.2 43.4, 11.4 43.4, 11.2 43.2))"},
		"no rings":  {`{"rings":[]}`, ""},
		"envelope":  {`{"xmin":11,"ymin":43,"xmax":12,"ymax":44}`, "POLYGON ((11 43, 12 43, 12 44, 11 44, 11 43))"},
		"curves":    {`{"curveRings":[[[11,43],{"a":[[11,44],[11,43.5],0,1]}]]}`, "geometry-unreadable"},
		"no shape":  {`{"rings":[[[11],[12],[13],[14]]]}`, "geometry-unreadable"},
		"no object": {`7`, ""},
		"GeoJSON":   {`{"type":"Point","coordinates":[11.1,43.9]}`, "POINT (11.1 43.9)"},
	} {
		f := &fake{meta: trees(1, nil), features: []json.RawMessage{json.RawMessage(`{"attributes":{"OBJECTID":1,"NOME":"x"},"geometry":` + tt.geometry + `}`)}}
		h := run(t, f, layerPath, &catalog.Listing{}, catalog.Mapping{})
		if len(h.rows) != 1 || h.failure != nil {
			t.Errorf("%s: %d rows, %v", name, len(h.rows), h.failure)
			continue
		}
		got := ""
		if g := h.rows[0].Geometry; g != nil {
			got, _ = wkt.Marshal(g)
		}
		for _, i := range h.rows[0].Issues {
			got += i.Rule
		}
		if got != tt.want {
			t.Errorf("%s: %s; want %s", name, got, tt.want)
		}
	}
}

// The system of the answer counts, not the one that was asked for.
func TestReferences(t *testing.T) {
	feature := func(x, y string) []json.RawMessage {
		return []json.RawMessage{json.RawMessage(`{"attributes":{"OBJECTID":1,"NOME":"x"},"geometry":{"x":` + x + `,"y":` + y + `}}`)}
	}
	for name, tt := range map[string]struct {
		reference, x, y string
		srid            int
	}{
		"as asked":                 {`"spatialReference":{"wkid":4326,"latestWkid":4326}`, "11.09", "43.88", 4326},
		"nothing said":             {``, "11.09", "43.88", 4326},
		"Web Mercator":             {`"spatialReference":{"wkid":102100,"latestWkid":3857}`, "1235201", "5446891", 3857},
		"Esri's Monte Mario":       {`"spatialReference":{"wkid":102091}`, "1668415", "4860696", 3003},
		"words":                    {`"spatialReference":{"wkt":"PROJCS[\"Monte_Mario_Italy_1\"]"}`, "1668415", "4860696", 3003},
		"State Plane, in feet":     {`"spatialReference":{"wkid":102645}`, "6514038.9", "1887956.4", 0},
		"the crs of a GeoJSON":     {`"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::3003"}}`, "1668415", "4860696", 3003},
		"Esri's Web Mercator only": {`"spatialReference":{"wkid":102113}`, "1235201", "5446891", 3857},
	} {
		f := &fake{meta: trees(1, nil), features: feature(tt.x, tt.y), reference: tt.reference}
		h := run(t, f, layerPath, &catalog.Listing{}, catalog.Mapping{})
		if len(h.rows) != 1 {
			t.Errorf("%s: %v", name, h.failure)
			continue
		}
		r := h.rows[0]
		if placed := r.Geometry != nil; r.Layer.SRID != tt.srid || placed != (tt.srid != 0) || !placed && (len(r.Issues) != 1 || r.Issues[0].Rule != "crs-unknown") {
			t.Errorf("%s: SRID %d, %v, %v", name, r.Layer.SRID, r.Geometry, r.Issues)
		}
	}
}

func TestLayers(t *testing.T) {
	f := &fake{meta: trees(2, nil), features: treeFeatures(2)}
	if h := run(t, f, "/rest/FeatureServer", &catalog.Listing{}, catalog.Mapping{Layers: []string{"Alberi"}}); len(h.rows) != 2 {
		t.Errorf("%v", h.failure)
	}
	if h := run(t, f, "/rest/FeatureServer", &catalog.Listing{}, catalog.Mapping{Layers: []string{"Strade"}}); !errors.Is(h.failure, catalog.ErrFailedListing) {
		t.Errorf("a layer that is not there: %v", h.failure)
	}
	if h := run(t, f, layerPath+"?where=SPECIE%3D1", &catalog.Listing{PageRows: 1}, catalog.Mapping{}); len(h.rows) != 2 || !strings.Contains(f.asked[len(f.asked)-1], "where=SPECIE%3D1") || !strings.Contains(f.asked[len(f.asked)-1], "resultRecordCount=1") {
		t.Errorf("where and page size: %q", f.asked[len(f.asked)-1])
	}
}

// realFake serves a real answer.
func realFake(t *testing.T, name string, meta map[string]any) *fake {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("../../../shared/data/arcgis", name))
	if err != nil {
		t.Skip("this test reads real data in ../shared/data")
	}
	var doc struct {
		Features  []json.RawMessage `json:"features"`
		Fields    json.RawMessage   `json:"fields"`
		Display   string            `json:"displayFieldName"`
		Geometry  string            `json:"geometryType"`
		Reference json.RawMessage   `json:"spatialReference"`
		CRS       json.RawMessage   `json:"crs"`
	}
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	f := &fake{features: doc.Features, meta: meta}
	if doc.Reference != nil {
		f.reference = `"spatialReference":` + string(doc.Reference)
	}
	if doc.CRS != nil {
		f.reference = `"crs":` + string(doc.CRS)
	}
	if f.meta == nil {
		f.meta = map[string]any{"name": "x", "type": "Feature Layer", "geometryType": "esriGeometryPoint", "displayField": doc.Display, "fields": doc.Fields, "maxRecordCount": 100,
			"supportedQueryFormats": "JSON, geoJSON", "supportsPagination": true, "objectIdField": "OBJECTID"}
		if doc.Fields != nil {
			f.meta["supportedQueryFormats"], f.meta["objectIdField"] = "JSON", nil
		}
	}
	return f
}

func TestRealAnswers(t *testing.T) {
	var described map[string]any
	if b, err := os.ReadFile("../../../shared/data/arcgis/us-esri-test--us-esri-test-metadata.json"); err == nil {
		if err := json.Unmarshal(b, &described); err != nil {
			t.Fatal(err)
		}
		described["maxRecordCount"] = 300
	}
	for _, tt := range []struct {
		file         string
		meta         map[string]any
		rows, placed int
		srid         int
		first        map[string]any
	}{
		{"us-esri-test--us-esri-test-0.json", described, 1000, 838, 4326, map[string]any{"objectid": int64(306120), "facility": "123", "description": "hello", "observed": "2015-04-07T11:04:35Z", "globalid": "{478A59A5-65DB-47A0-84F2-685C611B2BB0}"}},
		{"us-mo-columbia--us-mo-columbia-0.json", nil, 43, 43, 4326, map[string]any{"STREET": "CLELLIE HARMON", "ZIP": "65010", "PRE_DIR": "E"}},
		{"koop-treesSubset.json", nil, 518, 518, 4326, map[string]any{}},
		{"koop-trees-crs-102645.json", nil, 6, 0, 0, map[string]any{"Common_Nam": "JACARANDA", "House_Numb": int64(1999)}},
		{"gt-lgaFeatures.geo.json", nil, 2, 2, 3857, map[string]any{}},
	} {
		f := realFake(t, tt.file, tt.meta)
		h := run(t, f, layerPath, &catalog.Listing{}, catalog.Mapping{})
		if h.failure != nil || len(h.refused) > 0 || len(h.rows) != tt.rows {
			t.Errorf("%s: %v, refused %v, %d rows; want %d", tt.file, h.failure, h.refused, len(h.rows), tt.rows)
			continue
		}
		placed, keys := 0, map[string]bool{}
		for _, r := range h.rows {
			if r.Geometry != nil {
				placed++
			}
			keys[r.Key] = true
		}
		first := h.rows[0]
		if placed != tt.placed || first.Layer.SRID != tt.srid || len(keys) != tt.rows {
			t.Errorf("%s: %d placed, SRID %d, %d keys; want %d, %d\n%s", tt.file, placed, first.Layer.SRID, len(keys), tt.placed, tt.srid, strings.Join(first.Layer.Found, "\n"))
		}
		for column, want := range tt.first {
			if got := value(first, column); got != want {
				t.Errorf("%s: %s = %v; want %v", tt.file, column, got, want)
			}
		}
	}
}

// The description of a real service, whose layers lie elsewhere.
func TestRealService(t *testing.T) {
	service, err := os.ReadFile("../../../shared/data/arcgis/gt-FeatureServerLandUse.json")
	if err != nil {
		t.Skip("this test reads real data in ../shared/data")
	}
	bicycle, err := os.ReadFile("../../../shared/data/arcgis/gt-bicycleDataset.json")
	if err != nil {
		t.Fatal(err)
	}
	h := run(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/FeatureServer"):
			_, _ = w.Write(service)
		case r.FormValue("returnCountOnly") == "true":
			fmt.Fprint(w, `{"count":1}`)
		case strings.HasSuffix(r.URL.Path, "/query"):
			fmt.Fprint(w, `{"type":"FeatureCollection","features":[{"type":"Feature","id":1,"geometry":{"type":"LineString","coordinates":[[145,-37],[145.1,-37]]},"properties":{"OBJECTID":1,"NAME":"Capital City Trail","VERI_DATE":1468898548179}}]}`)
		default:
			_, _ = w.Write(bicycle)
		}
	}), "/arcgis/rest/services/FUS/FeatureServer", &catalog.Listing{}, catalog.Mapping{})
	if h.failure != nil || len(h.rows) != 1 || value(h.rows[0], "NAME") != "Capital City Trail" || value(h.rows[0], "VERI_DATE") != "2016-07-19T03:22:28Z" || h.rows[0].Geometry == nil || h.listing.Cursor != "0=1468898548179" {
		t.Errorf("%v %+v", h.failure, h.rows)
	}
}

// Whatever comes for a description and for rows, a listing ends.
func FuzzAnswers(f *testing.F) {
	f.Add([]byte(`{"name":"a","type":"Feature Layer","geometryType":"x","objectIdField":"OBJECTID","fields":[{"name":"D","type":"esriFieldTypeDate","domain":{"codedValues":[{"name":"a","code":1}]}}]}`),
		[]byte(`{"count":1,"objectIds":[1],"features":[{"attributes":{"OBJECTID":1,"D":1e12},"geometry":{"rings":[[[1,2],[3,4],[5,6],[1,2]]]}}]}`))
	f.Add([]byte(`{"name":"a","supportsPagination":true,"typeIdField":"t","types":[{"id":1,"name":"x"}]}`), []byte(`{"features":[{"attributes":{"t":1},"geometry":{"x":NaN,"y":1}}],"spatialReference":{"wkid":102100}}`))
	f.Add([]byte(`{"error":{"code":499}}`), []byte(`{"features":[null,{"attributes":[]},{"type":"Feature","properties":{}}]}`))
	f.Fuzz(func(t *testing.T, meta, rows []byte) {
		h := run(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/query") {
				_, _ = w.Write(rows)
				return
			}
			_, _ = w.Write(meta)
		}), layerPath, &catalog.Listing{}, catalog.Mapping{})
		if h.failure != nil && !errors.Is(h.failure, catalog.ErrFailedListing) && !errors.Is(h.failure, catalog.ErrInvalid) {
			t.Fatal(h.failure)
		}
		for _, r := range h.rows {
			if len(r.Values) != len(r.Layer.Columns) || r.Key == "" {
				t.Fatalf("%+v", r)
			}
		}
	})
}

// 50,000 points in pages of 2,000, over HTTP, both passes.
func BenchmarkLayer(b *testing.B) {
	server := httptest.NewServer(&fake{meta: trees(0, map[string]any{"maxRecordCount": 2000}), features: treeFeatures(50_000)})
	defer server.Close()
	rows := 0
	for b.Loop() {
		for _, err := range arcgis.Harvest(b.Context(), http.DefaultClient, catalog.Source{ID: "t", URL: server.URL + layerPath}) {
			if err != nil {
				b.Fatal(err)
			}
			rows++
		}
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}
