package geo

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// What GDAL 3.6 (gdaltransform) makes of 11.096, 43.880 and of Palermo and
// Lecce in each CRS; TestInverseAgainstGDAL makes it again where gdal is there.
func TestLonLat(t *testing.T) {
	tests := []struct {
		code int
		x, y float64
	}{ // Prato, metadata.md §3.16
		{4326, 11.096, 43.880},
		{3003, 1668415, 4860696},
		{3004, 2206363, 4865972},
		{25832, 668385, 4860680},
		{25833, 186360, 4865957},
		{3857, 1235201, 5446891},
		{4806, -1.356333, 43.880},
	}
	for _, tt := range tests {
		c, ok := Lookup(tt.code)
		if !ok {
			t.Fatalf("Lookup(%d): not in the table", tt.code)
		}
		lon, lat := c.LonLat(tt.x, tt.y)
		if d := metresBetween(lon, lat, 11.096, 43.880); d > 200 {
			t.Errorf("EPSG:%d LonLat(%v, %v) = %v, %v, %.0f m from Prato; want at most 200", tt.code, tt.x, tt.y, lon, lat, d)
		}
	}
}

// Every row of the table of metadata.md §3.16: the numbers of Prato, undeclared,
// are told for what they are, and with north first too. ED50 cannot be told from
// ETRS89 by numbers, nor can degrees from Rome from others: they hold when declared.
func TestPratoInEverySystem(t *testing.T) {
	tests := []struct {
		x, y      float64
		inferred  int
		declared  []int // hold when a file says so, with the same numbers
		swappedBy []int // whose own axes are north first
	}{
		{11.096, 43.880, 4326, []int{4326, 4258, 6706}, nil},
		{1668415, 4860696, 3003, []int{3003}, nil},
		{2206363, 4865972, 3004, []int{3004}, nil},
		{668385, 4860680, 25832, []int{25832, 32632, 7791}, []int{6707}},
		{668467, 4860877, 25832, []int{23032}, nil},
		{186360, 4865957, 25833, []int{25833, 32633, 7792}, []int{6708}},
		{6927456, 4853595, 7794, []int{7794}, []int{6875}},
		{1235201, 5446891, 3857, []int{3857}, nil},
		{-1.356333, 43.880, 4326, []int{4806}, nil},
	}
	judge := func(x, y float64, declared int) Judgement {
		var v Votes
		v.Add(x, y)
		return v.Judge(declared, "")
	}
	for _, tt := range tests {
		if j := judge(tt.x, tt.y, 0); j.SRID != tt.inferred || j.Swapped {
			t.Errorf("%v, %v judged EPSG:%d, swapped %v; want %d", tt.x, tt.y, j.SRID, j.Swapped, tt.inferred)
		}
		if j := judge(tt.y, tt.x, 0); tt.x > 0 && (j.SRID != tt.inferred || !j.Swapped) {
			t.Errorf("%v, %v judged EPSG:%d, swapped %v; want %d with north first", tt.y, tt.x, j.SRID, j.Swapped, tt.inferred)
		}
		for _, code := range tt.declared {
			if j := judge(tt.x, tt.y, code); j.SRID != code || j.Swapped || !j.Italian {
				t.Errorf("%v, %v, declared EPSG:%d, judged %+v", tt.x, tt.y, code, j)
			}
		}
		for _, code := range tt.swappedBy {
			if j := judge(tt.y, tt.x, code); j.SRID != code || !j.Swapped || !j.Italian {
				t.Errorf("%v, %v, declared EPSG:%d, judged %+v", tt.y, tt.x, code, j)
			}
		}
	}
}

// The trap of metadata.md §3.16: 3003 is not 25832 plus a million. Both are
// recognised by their own numbers, and the datum makes them 30 m different.
func TestGaussBoagaIsNotUTMPlusAMillion(t *testing.T) {
	roma, _ := Lookup(3003)
	etrs, _ := Lookup(25832)
	if roma.AccuracyMetres != 4 || etrs.AccuracyMetres != 0 {
		t.Errorf("accuracy of 3003 and 25832 = %v, %v m; want 4, 0", roma.AccuracyMetres, etrs.AccuracyMetres)
	}
	var v Votes
	v.Add(1668415, 4860696)
	if j := v.Judge(0, ""); j.SRID != 3003 {
		t.Errorf("1668415, 4860696 judged EPSG:%d; want 3003", j.SRID)
	}
	v = Votes{}
	v.Add(668385, 4860680)
	if j := v.Judge(0, ""); j.SRID != 25832 {
		t.Errorf("668385, 4860680 judged EPSG:%d; want 25832", j.SRID)
	}
}

func TestInverseAgainstGDAL(t *testing.T) {
	if _, err := exec.LookPath("gdaltransform"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("gdaltransform is missing: install gdal-bin")
		}
		t.Skip("gdaltransform is missing: install gdal-bin")
	}
	cities := [][2]float64{{11.096, 43.880}, {13.3614, 38.1157}, {7.6869, 45.0703}, {12.4964, 41.9028}}
	for _, c := range systems {
		var in strings.Builder
		for _, city := range cities {
			fmt.Fprintln(&in, city[0], city[1])
		}
		cmd := exec.Command("gdaltransform", "-s_srs", "OGC:CRS84", "-t_srs", fmt.Sprintf("EPSG:%d", c.Code), "-output_xy")
		cmd.Stdin = strings.NewReader(in.String())
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("gdaltransform to EPSG:%d: %v", c.Code, err)
		}
		answers := bytes.NewReader(out)
		for _, city := range cities {
			var x, y float64
			if _, err := fmt.Fscan(answers, &x, &y); err != nil {
				t.Fatalf("gdaltransform to EPSG:%d printed %q", c.Code, out)
			}
			if lon, lat := c.LonLat(x, y); metresBetween(lon, lat, city[0], city[1]) > 250 {
				t.Errorf("EPSG:%d LonLat(%v, %v) = %v, %v; gdal started from %v", c.Code, x, y, lon, lat, city)
			}
		}
	}
}

func metresBetween(lon1, lat1, lon2, lat2 float64) float64 {
	return math.Hypot((lon1-lon2)*math.Cos(lat1*math.Pi/180), lat1-lat2) * 111_200
}

func TestRecognise(t *testing.T) {
	const prj7794 = `PROJCS["RDN2008_Italy_zone_E-N",GEOGCS["GCS_RDN2008",DATUM["D_RDN2008",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",7000000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",12.0],PARAMETER["Scale_Factor",0.9985],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]`
	tests := []struct {
		in   string
		want int
	}{
		{"EPSG:3003", 3003},
		{"epsg:4326", 4326},
		{"25832", 25832},
		{"urn:ogc:def:crs:EPSG::3003", 3003},
		{"urn:ogc:def:crs:EPSG:6.9:32632", 32632},
		{"urn:ogc:def:crs:OGC:1.3:CRS84", 4326},
		{"urn:ogc:def:crs:OGC::CRS84", 4326},
		{"http://www.opengis.net/def/crs/OGC/1.3/CRS84", 4326},
		{"http://www.opengis.net/def/crs/EPSG/0/6706", 6706},
		{"http://www.opengis.net/gml/srs/epsg.xml#3004", 3004},
		{"urn:ogc:def:crs:EPSG::102645", 102645},
		{"urn:ogc:def:crs:EPSG::900913", 3857},
		{"RDN2008 / Zone 12", 7795},
		{"RDN2008 / UTM zone 32N", 7791},
		{"Monte Mario / Italy zone 1", 3003},
		{prj7794, 7794},
		{strings.Replace(prj7794, "RDN2008_Italy_zone_E-N", "something", 1), 7794},
		{`PROJCS["Monte_Mario_Italy_1",GEOGCS["GCS_Monte_Mario",DATUM["D_Monte_Mario",SPHEROID["International_1924",6378388.0,297.0]]],PROJECTION["Transverse_Mercator"]]`, 3003},
		{`PROJCS["Roma_40",GEOGCS["GCS_Monte_Mario",DATUM["D_Monte_Mario",SPHEROID["International_1924",6378388.0,297.0]]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",1500000.0],PARAMETER["Central_Meridian",9.0],PARAMETER["Scale_Factor",0.9996]]`, 3003},
		{`PROJCS["Roma 40 fuso est",GEOGCS["x",DATUM["D_Roma_1940",SPHEROID["International_1924",6378388.0,297.0]]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",2520000.0],PARAMETER["Central_Meridian",15.0],PARAMETER["Scale_Factor",0.9996]]`, 3004},
		{`PROJCS["ETRS_1989_UTM_Zone_32N",GEOGCS["GCS_ETRS_1989",DATUM["D_ETRS_1989",SPHEROID["GRS_1980",6378137.0,298.257222101]]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000.0],PARAMETER["Central_Meridian",9.0],PARAMETER["Scale_Factor",0.9996]]`, 25832},
		{`PROJCS["WGS_1984_UTM_Zone_33N",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000.0],PARAMETER["Central_Meridian",15.0],PARAMETER["Scale_Factor",0.9996]]`, 32633},
		{`GEOGCS["WGS84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.017453292519943295]]`, 4326},
		{`PROJCRS["a name",BASEGEOGCRS["b",DATUM["European Datum 1950",ELLIPSOID["International 1924",6378388,297]]],CONVERSION["UTM zone 32N",METHOD["Transverse Mercator"],PARAMETER["Longitude of natural origin",9],PARAMETER["Scale factor at natural origin",0.9996],PARAMETER["False easting",500000]],CS[Cartesian,2]]`, 23032},
		{`PROJCRS["x",CONVERSION["UTM"],ID["EPSG",7792]]`, 7792},
		{`COMPD_CS["x",PROJCS["WGS 84 / UTM zone 32N",AUTHORITY["EPSG","32632"]],VERT_CS["y"]]`, 32632},
		{`LOCAL_CS["Unknown"]`, 0},
		{`PROJCS["x",PROJECTION["Lambert_Conformal_Conic"]]`, 0},
		{"", 0},
		{"paperino", 0},
	}
	for _, tt := range tests {
		if got := Recognise(tt.in); got != tt.want {
			t.Errorf("Recognise(%.60q) = %d; want %d", tt.in, got, tt.want)
		}
	}
}

func TestJudge(t *testing.T) {
	tests := []struct {
		name     string
		points   [][2]float64
		declared string
		srid     int
		swapped  bool
		italian  bool
	}{
		{"degrees", [][2]float64{{11.1, 43.9}}, "", 4326, false, true},
		{"swapped degrees", [][2]float64{{43.9, 11.1}, {43.8, 11.0}}, "", 4326, true, true},
		{"declared and swapped", [][2]float64{{43.9, 11.1}}, "EPSG:4326", 4326, true, true},
		{"Gauss-Boaga undeclared", [][2]float64{{1668603, 4861223}}, "", 3003, false, true},
		{"Gauss-Boaga, north first", [][2]float64{{4861223, 1668603}}, "", 3003, true, true},
		{"Gauss-Boaga said to be degrees", [][2]float64{{1668603, 4861223}}, "EPSG:4326", 3003, false, true},
		{"6707 declared with its own axis order", [][2]float64{{4860680, 668385}}, "EPSG:6707", 6707, true, true},
		{"Rome in zone 33 is not the sea in zone 32", [][2]float64{{291952, 4640623}}, "", 25833, false, true},
		{"Milan in zone 32 is not Croatia in zone 33", [][2]float64{{514800, 5034500}}, "", 25832, false, true},
		{"Palermo in zone 32", [][2]float64{{880000, 4230000}}, "EPSG:32632", 32632, false, true},
		{"Web Mercator", [][2]float64{{1235201, 5446891}}, "", 3857, false, true},
		{"Portugal", [][2]float64{{-8.6, 41.1}, {-9.1, 38.7}}, "", 4326, false, false},
		{"Portugal declared", [][2]float64{{-8.6, 41.1}, {-9.1, 38.7}}, "urn:ogc:def:crs:OGC:1.3:CRS84", 4326, false, false},
		{"Melbourne in Web Mercator", [][2]float64{{16401478, -4477583}}, "EPSG:3857", 3857, false, false},
		{"State Plane feet", [][2]float64{{6514038, 1887956}, {6514039, 1887957}}, "urn:ogc:def:crs:EPSG::102645", 0, false, false},
		{"Paris in degrees, said to be in zone 32", [][2]float64{{2.35, 48.85}}, "EPSG:32632", 4326, false, false},
		{"metres of nowhere, said to be in zone 32", [][2]float64{{9e6, -3e6}}, "EPSG:32632", 0, false, false},
		{"unknown name, plain numbers", [][2]float64{{1668603, 4861223}}, "sistema locale", 3003, false, true},
		{"one of a hundred abroad", append(many(99, 11.1, 43.9), [2]float64{-70, 3}), "", 4326, false, true},
		{"a tenth abroad is no error", append(many(9, 11.1, 43.9), many(2, -70, 3)...), "", 4326, false, false},
	}
	for _, tt := range tests {
		var v Votes
		for _, p := range tt.points {
			v.Add(p[0], p[1])
		}
		j := v.Judge(Recognise(tt.declared), tt.declared)
		if j.SRID != tt.srid || j.Swapped != tt.swapped || j.Italian != tt.italian {
			t.Errorf("%s: Judge = EPSG:%d swapped %v Italian %v; want %d %v %v\n%q", tt.name, j.SRID, j.Swapped, j.Italian, tt.srid, tt.swapped, tt.italian, j.Found)
		}
		if len(j.Found) == 0 {
			t.Errorf("%s: Judge explains nothing", tt.name)
		}
	}
}

func many(n int, x, y float64) [][2]float64 {
	var all [][2]float64
	for range n {
		all = append(all, [2]float64{x, y})
	}
	return all
}

func TestLayersFarFromTheAreaOfUseAreNotCovered(t *testing.T) {
	c, _ := Lookup(32632)
	if c.Covers(1668603, 4861223) {
		t.Error("EPSG:32632 covers 1668603, 4861223, which is Gauss-Boaga")
	}
	if !c.Covers(880000, 4230000) {
		t.Error("EPSG:32632 does not cover Palermo, one zone farther east, as real files have it")
	}
}

func FuzzRecognise(f *testing.F) {
	f.Add(`PROJCS["Monte_Mario_Italy_1",GEOGCS["g",DATUM["D_Monte_Mario"]],PARAMETER["a",1]]`)
	f.Add("urn:ogc:def:crs:EPSG::3003")
	f.Add(`A[B[C["`)
	f.Fuzz(func(t *testing.T, text string) {
		if code := Recognise(text); code < 0 {
			t.Errorf("Recognise(%q) = %d", text, code)
		}
	})
}
