package gml_test

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/twpayne/go-geom/encoding/wkt"
)

// GDAL, which shares no code with ours, reads the same. Of curves it makes other
// positions, so boxes and how many parts there are is what is compared.
func TestAgainstOGR(t *testing.T) {
	path, err := exec.LookPath("ogr2ogr")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("ogr2ogr is missing: install gdal-bin")
		}
		t.Skip("needs ogr2ogr of gdal-bin: ", err)
	}
	const poly = "<gml:exterior><gml:LinearRing><gml:posList>0 0 9 0 9 9 0 9 0 0</gml:posList></gml:LinearRing></gml:exterior>"
	docs := []string{
		`<gml:Point><gml:pos>11.5 43.25</gml:pos></gml:Point>`,
		`<gml:LineString><gml:posList srsDimension="3">1 2 3 4 5 6</gml:posList></gml:LineString>`,
		`<gml:LineString><gml:coordinates decimal="." cs="," ts=" ">1,2 3,4</gml:coordinates></gml:LineString>`,
		`<gml:Polygon>` + poly + `<gml:interior><gml:LinearRing><gml:posList>1 1 1 2 2 2 1 1</gml:posList></gml:LinearRing></gml:interior></gml:Polygon>`,
		`<gml:MultiSurface><gml:surfaceMember><gml:Polygon>` + poly + `</gml:Polygon></gml:surfaceMember></gml:MultiSurface>`,
		`<gml:MultiCurve><gml:curveMember><gml:LineString><gml:posList>1 2 3 4</gml:posList></gml:LineString></gml:curveMember></gml:MultiCurve>`,
		`<gml:Surface><gml:patches><gml:PolygonPatch>` + poly + `</gml:PolygonPatch></gml:patches></gml:Surface>`,
		`<gml:Curve><gml:segments><gml:Arc><gml:posList>1 0 0 1 -1 0</gml:posList></gml:Arc><gml:LineStringSegment><gml:posList>-1 0 -5 -5</gml:posList></gml:LineStringSegment></gml:segments></gml:Curve>`,
		`<gml:Curve><gml:segments><gml:Circle><gml:posList>7 5 5 7 3 5</gml:posList></gml:Circle></gml:segments></gml:Curve>`,
		`<gml:Polygon><gml:exterior><gml:Ring><gml:curveMember><gml:Curve><gml:segments><gml:Arc><gml:posList>10 0 0 10 -10 0</gml:posList></gml:Arc></gml:segments></gml:Curve></gml:curveMember><gml:curveMember><gml:LineString><gml:posList>-10 0 10 0</gml:posList></gml:LineString></gml:curveMember></gml:Ring></gml:exterior></gml:Polygon>`,
		`<gml:MultiPoint><gml:pointMember><gml:Point><gml:pos>1 2</gml:pos></gml:Point></gml:pointMember><gml:pointMember><gml:Point><gml:pos>3 4</gml:pos></gml:Point></gml:pointMember></gml:MultiPoint>`,
	}
	var b strings.Builder
	b.WriteString(`<FeatureCollection xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:e="http://e.it">`)
	for i, d := range docs {
		fmt.Fprintf(&b, `<gml:featureMember><e:f gml:id="f.%d"><e:n>%d</e:n><e:geom>%s</e:geom></e:f></gml:featureMember>`, i, i, d)
	}
	file := filepath.Join(t.TempDir(), "a.gml")
	if err := os.WriteFile(file, []byte(b.String()+`</FeatureCollection>`), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), path, "-f", "CSV", "-lco", "GEOMETRY=AS_WKT", "-nlt", "CONVERT_TO_LINEAR", "/vsistdout/", file).Output()
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(out))).ReadAll()
	if err != nil || len(rows) != len(docs)+1 {
		t.Fatalf("%d rows, %v:\n%s", len(rows), err, out)
	}
	for i, d := range docs {
		theirs, err := wkt.Unmarshal(rows[i+1][0])
		if err != nil {
			t.Fatal(err)
		}
		ours, err := read(d)
		if err != nil {
			t.Errorf("%s: %v", d, err)
			continue
		}
		if fmt.Sprintf("%T", ours.T) != fmt.Sprintf("%T", theirs) || ours.Layout() != theirs.Layout() {
			t.Errorf("%s: %T %v; GDAL has %T %v", d, ours.T, ours.Layout(), theirs, theirs.Layout())
			continue
		}
		for n := range 2 {
			a, b := ours.Bounds(), theirs.Bounds()
			if math.Abs(a.Min(n)-b.Min(n)) > 0.01 || math.Abs(a.Max(n)-b.Max(n)) > 0.01 {
				t.Errorf("%s: box %v; GDAL's %v", d, a, b)
			}
		}
		if !strings.Contains(d, "Arc") && !strings.Contains(d, "Circle") && text(t, ours.T) != text(t, theirs) {
			t.Errorf("%s: %s; GDAL has %s", d, text(t, ours.T), text(t, theirs))
		}
	}
}
