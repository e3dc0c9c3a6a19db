package gml_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/twpayne/go-geom"
	"github.com/twpayne/go-geom/encoding/wkt"

	"po-net.prato.it/ponet/geo/gml"
)

func read(doc string) (gml.Geometry, error) {
	e, err := gml.Parse([]byte(doc))
	if err != nil {
		return gml.Geometry{}, err
	}
	g := gml.Find(e)
	if g == nil {
		return gml.Geometry{}, errors.New("no geometry element")
	}
	return gml.New(g, 0)
}

func text(t *testing.T, g geom.T) string {
	t.Helper()
	s, err := wkt.Marshal(g, wkt.EncodeOptionWithMaxDecimalDigits(3))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const ring = "<exterior><LinearRing><posList>0 0 0 9 9 9 9 0 0 0</posList></LinearRing></exterior>"

func TestGeometries(t *testing.T) {
	for _, tt := range []struct{ name, doc, want string }{
		{"point", `<Point srsName="EPSG:4326"><pos>11 43</pos></Point>`, "POINT (11 43)"},
		{"point with a height", `<Point><pos srsDimension="3">11 43 60</pos></Point>`, "POINT Z (11 43 60)"},
		{"with prefixes", `<g:Point xmlns:g="http://www.opengis.net/gml/3.2"><g:pos>11 43</g:pos></g:Point>`, "POINT (11 43)"},
		{"in a property", `<geom><Point><pos>11 43</pos></Point></geom>`, "POINT (11 43)"},
		{"not the box", `<f><boundedBy><Envelope><lowerCorner>0 0</lowerCorner><upperCorner>1 1</upperCorner></Envelope></boundedBy><geom><Point><pos>11 43</pos></Point></geom></f>`, "POINT (11 43)"},
		{"coordinates", `<Point><coordinates>11.5,43.25</coordinates></Point>`, "POINT (11.5 43.25)"},
		{"coordinates with heights", `<LineString><coordinates>1,2,3 4,5,6</coordinates></LineString>`, "LINESTRING Z (1 2 3, 4 5 6)"},
		{"coordinates over lines", "<LineString><coordinates>1,2\n   3,4\t5,6\n</coordinates></LineString>", "LINESTRING (1 2, 3 4, 5 6)"},
		{"blanks after commas", `<LineString><coordinates>1, 2 3 ,4 5 , 6</coordinates></LineString>`, "LINESTRING (1 2, 3 4, 5 6)"},
		{"other separators", `<LineString><coordinates decimal="#" cs="$" ts="_">1#5$2#25_3$4</coordinates></LineString>`, "LINESTRING (1.5 2.25, 3 4)"},
		{"decimal comma", `<LineString><coordinates decimal="," cs=" " ts=";">1,5 2,25; 3 4;</coordinates></LineString>`, "LINESTRING (1.5 2.25, 3 4)"},
		{"blank between, comma after", `<LineString><coordinates cs=" " ts=",">1.5 2.25, 3 4</coordinates></LineString>`, "LINESTRING (1.5 2.25, 3 4)"},
		{"coord", `<LineString><coord><X>1</X><Y>2</Y></coord><coord><X>3</X><Y>4</Y></coord></LineString>`, "LINESTRING (1 2, 3 4)"},
		{"several pos", `<LineString><pos>1 2</pos><pos>3 4</pos></LineString>`, "LINESTRING (1 2, 3 4)"},
		{"points as members", `<LineString><pointProperty><Point><pos>1 2</pos></Point></pointProperty><pointRep><Point><pos>3 4</pos></Point></pointRep></LineString>`, "LINESTRING (1 2, 3 4)"},
		{"dimension of the list", `<LineString><posList srsDimension="3">1 2 3 4 5 6</posList></LineString>`, "LINESTRING Z (1 2 3, 4 5 6)"},
		{"dimension of the geometry", `<MultiCurve srsDimension="3"><curveMember><LineString><posList>1 2 3 4 5 6</posList></LineString></curveMember></MultiCurve>`, "MULTILINESTRING Z ((1 2 3, 4 5 6))"},
		{"dimension by count", `<LineString><posList count="2">1 2 3 4 5 6</posList></LineString>`, "LINESTRING Z (1 2 3, 4 5 6)"},
		{"dimension of GML 3.0", `<LineString><posList dimension="3">1 2 3 4 5 6</posList></LineString>`, "LINESTRING Z (1 2 3, 4 5 6)"},
		{"dimension seen by number", `<LineString><posList>1 2 3 4 5 6 7 8 9</posList></LineString>`, "LINESTRING Z (1 2 3, 4 5 6, 7 8 9)"},
		{"dimension seen by closing", `<Polygon><exterior><LinearRing><posList>0 0 5 0 9 5 9 9 5 9 0 5 9 4 5 0 0 5</posList></LinearRing></exterior></Polygon>`, "POLYGON Z ((0 0 5, 0 9 5, 9 9 5, 9 0 5, 9 4 5, 0 0 5))"},
		{"polygon with a hole", `<Polygon>` + ring + `<interior><LinearRing><posList>1 1 2 1 2 2 1 1</posList></LinearRing></interior></Polygon>`, "POLYGON ((0 0, 0 9, 9 9, 9 0, 0 0), (1 1, 2 1, 2 2, 1 1))"},
		{"ring left open", `<Polygon><exterior><LinearRing><posList>0 0 0 9 9 9</posList></LinearRing></exterior></Polygon>`, "POLYGON ((0 0, 0 9, 9 9, 0 0))"},
		{"GML 2 polygon", `<Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 0,9 9,9 0,0</coordinates></LinearRing></outerBoundaryIs><innerBoundaryIs><LinearRing><coordinates>1,1 2,1 2,2 1,1</coordinates></LinearRing></innerBoundaryIs></Polygon>`, "POLYGON ((0 0, 0 9, 9 9, 0 0), (1 1, 2 1, 2 2, 1 1))"},
		{"ring of curves", `<Polygon><exterior><Ring><curveMember><LineString><posList>0 0 0 9</posList></LineString></curveMember><curveMember><Curve><segments><LineStringSegment><posList>0 9 9 9 0 0</posList></LineStringSegment></segments></Curve></curveMember></Ring></exterior></Polygon>`, "POLYGON ((0 0, 0 9, 9 9, 0 0))"},
		{"envelope", `<Envelope><lowerCorner>1 2</lowerCorner><upperCorner>3 4</upperCorner></Envelope>`, "POLYGON ((1 2, 3 2, 3 4, 1 4, 1 2))"},
		{"envelope by pos", `<Envelope><pos>1 2</pos><pos>3 4</pos></Envelope>`, "POLYGON ((1 2, 3 2, 3 4, 1 4, 1 2))"},
		{"box of GML 2", `<Box><coordinates>1,2 3,4</coordinates></Box>`, "POLYGON ((1 2, 3 2, 3 4, 1 4, 1 2))"},
		{"box by coord", `<Box><coord><X>1</X><Y>2</Y></coord><coord><X>3</X><Y>4</Y></coord></Box>`, "POLYGON ((1 2, 3 2, 3 4, 1 4, 1 2))"},
		{"multipoint", `<MultiPoint><pointMember><Point><pos>1 2</pos></Point></pointMember><pointMembers><Point><pos>3 4</pos></Point><Point><pos>5 6</pos></Point></pointMembers></MultiPoint>`, "MULTIPOINT (1 2, 3 4, 5 6)"},
		{"multilinestring", `<MultiLineString><lineStringMember><LineString><coordinates>1,2 3,4</coordinates></LineString></lineStringMember></MultiLineString>`, "MULTILINESTRING ((1 2, 3 4))"},
		{"multipolygon", `<MultiPolygon><polygonMember><Polygon>` + ring + `</Polygon></polygonMember></MultiPolygon>`, "MULTIPOLYGON (((0 0, 0 9, 9 9, 9 0, 0 0)))"},
		{"multisurface", `<MultiSurface><surfaceMember><Polygon>` + ring + `</Polygon></surfaceMember><surfaceMembers><Polygon>` + ring + `</Polygon></surfaceMembers></MultiSurface>`, "MULTIPOLYGON (((0 0, 0 9, 9 9, 9 0, 0 0)), ((0 0, 0 9, 9 9, 9 0, 0 0)))"},
		{"surface of one patch", `<Surface><patches><PolygonPatch>` + ring + `</PolygonPatch></patches></Surface>`, "POLYGON ((0 0, 0 9, 9 9, 9 0, 0 0))"},
		{"triangles", `<TriangulatedSurface><trianglePatches><Triangle><exterior><LinearRing><posList>0 0 0 9 9 9 0 0</posList></LinearRing></exterior></Triangle><Triangle><exterior><LinearRing><posList>0 0 9 9 9 0 0 0</posList></LinearRing></exterior></Triangle></trianglePatches></TriangulatedSurface>`, "MULTIPOLYGON (((0 0, 0 9, 9 9, 0 0)), ((0 0, 9 9, 9 0, 0 0)))"},
		{"composite surface", `<CompositeSurface><surfaceMember><OrientableSurface orientation="-"><baseSurface><Polygon>` + ring + `</Polygon></baseSurface></OrientableSurface></surfaceMember></CompositeSurface>`, "POLYGON ((0 0, 0 9, 9 9, 9 0, 0 0))"},
		{"composite curve", `<CompositeCurve><curveMember><LineString><posList>0 0 1 1</posList></LineString></curveMember><curveMember><OrientableCurve orientation="-"><baseCurve><LineString><posList>5 5 1 1</posList></LineString></baseCurve></OrientableCurve></curveMember></CompositeCurve>`, "LINESTRING (0 0, 1 1, 5 5)"},
		{"collection", `<MultiGeometry><geometryMember><Point><pos>1 2</pos></Point></geometryMember><geometryMember><LineString><posList>1 2 3 4</posList></LineString></geometryMember></MultiGeometry>`, "GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (1 2, 3 4))"},
		{"reference", `<MultiPoint><pointMember><Point id="a"><pos>1 2</pos></Point></pointMember><pointMember xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="#a"/></MultiPoint>`, "MULTIPOINT (1 2, 1 2)"},
		{"solid", `<Solid><exterior><Shell><surfaceMember><Polygon><exterior><LinearRing><posList srsDimension="3">0 0 0 0 9 0 9 9 0 0 0 0</posList></LinearRing></exterior></Polygon></surfaceMember><surfaceMember><Polygon><exterior><LinearRing><posList srsDimension="3">0 0 0 0 9 0 0 9 5 0 0 0</posList></LinearRing></exterior></Polygon></surfaceMember></Shell></exterior></Solid>`, "MULTIPOLYGON Z (((0 0 0, 0 9 0, 9 9 0, 0 0 0)))"},
		{"heights of some", `<LineString><pos>1 2 3</pos><pos>4 5</pos></LineString>`, "LINESTRING Z (1 2 3, 4 5 0)"},
	} {
		g, err := read(tt.doc)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if got := text(t, g.T); got != tt.want {
			t.Errorf("%s: %s; want %s", tt.name, got, tt.want)
		}
	}
}

// What is no geometry says why, and never becomes half of one.
func TestRefused(t *testing.T) {
	for _, tt := range []struct{ doc, want string }{
		{`<Point/>`, "empty geometry"},
		{`<MultiPoint><pointMember/></MultiPoint>`, "empty geometry"},
		{`<Point><pos>undici quarantatre</pos></Point>`, `"undici" is no coordinate`},
		{`<Point><pos>11</pos></Point>`, "a position of one number"},
		{`<Point><pos>NaN NaN</pos></Point>`, `"NaN" is no coordinate`},
		{`<Point><coordinates>11 43</coordinates></Point>`, "a position of 1 numbers"},
		{`<LineString><posList>1 2 3 4 5</posList></LineString>`, "5 numbers are no list of positions"},
		{`<LineString><posList>1 2</posList></LineString>`, "of one position"},
		{`<Curve><segments><Clothoid><pos>1 2</pos></Clothoid></segments></Curve>`, "<Clothoid> are not read"},
		{`<Curve><segments><Arc><posList>0 0 1 1</posList></Arc></segments></Curve>`, "<Arc> of 2 positions"},
		{`<Curve><segments><CircleByCenterPoint><pos>43 11</pos><radius uom="m">500</radius></CircleByCenterPoint></segments></Curve>`, "centre in degrees"},
		{`<MultiPoint><pointMember href="#b"/></MultiPoint>`, `refers to "#b"`},
		{`<OrientableCurve id="a"><baseCurve href="#a"/></OrientableCurve>`, "nested deeper"},
		{strings.Repeat("<MultiGeometry><geometryMember>", 60) + `<Point><pos>1 2</pos></Point>` + strings.Repeat("</geometryMember></MultiGeometry>", 60), "nested deeper"},
		{`<Polygon><exterior><Polygon/></exterior></Polygon>`, "<Polygon> is no curve"},
		{`<Point><pos>1 2</pos>`, "unexpected EOF"},
	} {
		g, err := read(tt.doc)
		if !errors.Is(err, gml.ErrGML) || !strings.Contains(fmt.Sprint(err), tt.want) {
			t.Errorf("%.80s: %v, %v; want an error with %q", tt.doc, g.T, err, tt.want)
		}
	}
}

// Arcs keep within 0.0003 of their radius, go the way round on which the middle
// position lies, and end exactly where they should.
func TestArcs(t *testing.T) {
	for _, tt := range []struct {
		doc          string
		x, y, radius float64
		length       float64
		endX, endY   float64
	}{
		{`<Curve><segments><Arc><posList>1 0 0 1 -1 0</posList></Arc></segments></Curve>`, 0, 0, 1, math.Pi, -1, 0},
		{`<Curve><segments><Arc><posList>1 0 0 -1 -1 0</posList></Arc></segments></Curve>`, 0, 0, 1, math.Pi, -1, 0},
		{`<Curve><segments><Arc><posList>1 0 -1 0 0 -1</posList></Arc></segments></Curve>`, 0, 0, 1, 1.5 * math.Pi, 0, -1},
		{`<Curve><segments><ArcString><posList>1 0 0 1 -1 0 0 -1 1 0</posList></ArcString></segments></Curve>`, 0, 0, 1, 2 * math.Pi, 1, 0},
		{`<Curve><segments><Circle><posList>7 5 5 7 3 5</posList></Circle></segments></Curve>`, 5, 5, 2, 4 * math.Pi, 7, 5},
		{`<Curve><segments><Arc><posList>7 5 3 5 7 5</posList></Arc></segments></Curve>`, 5, 5, 2, 4 * math.Pi, 7, 5},
		{`<Curve><segments><CircleByCenterPoint><pos>500000 4800000</pos><radius uom="m">100</radius></CircleByCenterPoint></segments></Curve>`, 500000, 4800000, 100, 200 * math.Pi, 500100, 4800000},
		{`<Curve><segments><ArcByCenterPoint><pos>0 0</pos><radius uom="1">2</radius><startAngle uom="deg">0</startAngle><endAngle uom="deg">90</endAngle></ArcByCenterPoint></segments></Curve>`, 0, 0, 2, math.Pi, 0, 2},
		{`<Curve><segments><ArcByCenterPoint><pos>0 0</pos><radius uom="1">2</radius><startAngle uom="rad">0</startAngle><endAngle uom="rad">-1.5707963267948966</endAngle></ArcByCenterPoint></segments></Curve>`, 0, 0, 2, math.Pi, 0, -2},
	} {
		g, err := read(tt.doc)
		if err != nil {
			t.Errorf("%s: %v", tt.doc, err)
			continue
		}
		c := g.FlatCoords()
		length := 0.0
		for i := 0; i < len(c); i += 2 {
			if d := math.Abs(math.Hypot(c[i]-tt.x, c[i+1]-tt.y) - tt.radius); d > 1e-6*tt.radius {
				t.Fatalf("%s: position %d lies %g off the arc", tt.doc, i/2, d)
			}
			if i > 0 {
				length += math.Hypot(c[i]-c[i-2], c[i+1]-c[i-1])
				mx, my := (c[i]+c[i-2])/2, (c[i+1]+c[i-1])/2
				if d := tt.radius - math.Hypot(mx-tt.x, my-tt.y); d > 0.00031*tt.radius {
					t.Fatalf("%s: the line keeps %g from the arc", tt.doc, d)
				}
			}
		}
		if math.Abs(length-tt.length) > 0.001*tt.length {
			t.Errorf("%s: length %g; want %g", tt.doc, length, tt.length)
		}
		if n := len(c); math.Abs(c[n-2]-tt.endX) > 1e-6 || math.Abs(c[n-1]-tt.endY) > 1e-6 {
			t.Errorf("%s: ends at %g %g; want %g %g", tt.doc, c[n-2], c[n-1], tt.endX, tt.endY)
		}
	}
}

func TestSRSName(t *testing.T) {
	for doc, want := range map[string]string{
		`<Point srsName=" EPSG:3003 "><pos>1 2</pos></Point>`:                                                                    "EPSG:3003",
		`<MultiPoint><pointMember><Point srsName="urn:ogc:def:crs:EPSG::4326"><pos>1 2</pos></Point></pointMember></MultiPoint>`: "urn:ogc:def:crs:EPSG::4326",
		`<Point><pos srsName="EPSG:25832">1 2</pos></Point>`:                                                                     "EPSG:25832",
		`<Point><pos>1 2</pos></Point>`:                                                                                          "",
	} {
		if g, err := read(doc); err != nil || g.SRS != want {
			t.Errorf("%s: %q, %v; want %q", doc, g.SRS, err, want)
		}
	}
}

// Whatever comes, there is a geometry that go-geom can write, or an error that
// says that it is no GML.
func FuzzNew(f *testing.F) {
	for _, doc := range []string{
		`<Point><pos>11 43</pos></Point>`, `<LineString><coordinates decimal="," cs=" " ts=";">1,5 2;3 4</coordinates></LineString>`,
		`<Polygon>` + ring + `</Polygon>`, `<Curve><segments><Arc><posList>1 0 0 1 -1 0</posList></Arc></segments></Curve>`,
		`<MultiGeometry><geometryMember><Point id="a"><pos>1 2 3</pos></Point></geometryMember><geometryMember href="#a"/></MultiGeometry>`,
		`<Solid><exterior><Shell><surfaceMember><Polygon>` + ring + `</Polygon></surfaceMember></Shell></exterior></Solid>`,
		`<Envelope><lowerCorner>1 2</lowerCorner><upperCorner>3 4</upperCorner></Envelope>`,
		`<Curve><segments><ArcByCenterPoint><pos>0 0</pos><radius>2</radius><startAngle>0</startAngle><endAngle>1e300</endAngle></ArcByCenterPoint></segments></Curve>`,
	} {
		f.Add([]byte(doc))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		e, err := gml.Parse(doc)
		if err != nil {
			return
		}
		g := gml.Find(e)
		if g == nil {
			return
		}
		got, err := gml.New(g, 0)
		switch {
		case err != nil && !errors.Is(err, gml.ErrGML):
			t.Fatalf("%v is not ErrGML", err)
		case err == nil && got.Empty():
			t.Fatal("an empty geometry without an error")
		case err == nil:
			if _, err := wkt.Marshal(got.T); err != nil {
				t.Fatal(err)
			}
		}
	})
}
