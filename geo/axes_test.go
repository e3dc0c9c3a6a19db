package geo_test

import (
	"testing"

	"po-net.prato.it/ponet/geo"
)

func TestNorthFirst(t *testing.T) {
	for declared, want := range map[string]bool{
		"urn:ogc:def:crs:EPSG::4326":                      true,
		"urn:x-ogc:def:crs:EPSG:6.11.2:4326":              true,
		"urn:ogc:def:crs:EPSG:6.9:4258":                   true,
		"http://www.opengis.net/def/crs/EPSG/0/4326":      true,
		"https://www.opengis.net/def/crs/EPSG/9.9.1/6706": true,
		"urn:ogc:def:crs:EPSG::6707":                      true,
		"urn:ogc:def:crs:EPSG::6875":                      true,
		"urn:ogc:def:crs:EPSG::3035":                      true,
		"urn:ogc:def:crs:EPSG::3003":                      false,
		"urn:ogc:def:crs:EPSG::25832":                     false,
		"urn:ogc:def:crs:EPSG::7795":                      false,
		"urn:ogc:def:crs:OGC:1.3:CRS84":                   false,
		"http://www.opengis.net/def/crs/OGC/1.3/CRS84":    false,
		"EPSG:4326": false,
		"http://www.opengis.net/gml/srs/epsg.xml#4326": false,
		"": false,
	} {
		if got := geo.NorthFirst(declared); got != want {
			t.Errorf("NorthFirst(%q) = %v; want %v", declared, got, want)
		}
	}
}

func TestElsewhere(t *testing.T) {
	for code, want := range map[int]bool{26713: true, 2154: true, 31370: true, 32633: false, 3003: false, 4326: false, 25833: false, 102091: false, 0: false} {
		if got := geo.Elsewhere(code); got != want {
			t.Errorf("Elsewhere(%d) = %v; want %v", code, got, want)
		}
	}
	var v geo.Votes
	v.Add(598566, 4914058) // South Dakota in zone 13, Liguria in zone 32
	if j := v.Judge(26713, "urn:x-ogc:def:crs:EPSG:6.11.2:26713"); j.SRID != 26713 || j.Swapped || j.Italian {
		t.Errorf("%+v; want what is declared", j)
	}
}
