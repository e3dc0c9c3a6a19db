package wfs_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

// Whatever a server says, the harvest ends: with features, or saying why not.
func FuzzAnswer(f *testing.F) {
	for _, doc := range []string{
		`<FeatureCollection numberMatched="1"><member><a gml:id="1" xmlns:gml="g"><geom><Point><pos>1 2</pos></Point></geom><b uom="m">3</b><c><D><e>1</e></D></c></a></member></FeatureCollection>`,
		`{"type":"FeatureCollection","features":[{"id":"a.1","properties":{"x":1},"geometry":{"type":"Point","coordinates":[1,2]}}],"crs":{"properties":{"name":"EPSG:3003"}}}`,
		`<WFS_Capabilities version="1.1.0"><FeatureTypeList><FeatureType><Name>a</Name><DefaultSRS>EPSG:3003</DefaultSRS></FeatureType></FeatureTypeList></WFS_Capabilities>`,
		`<ServiceExceptionReport><ServiceException code="X">no</ServiceException></ServiceExceptionReport>`,
		"<?xml version='1.0' encoding='ISO-8859-1'?><FeatureCollection><featureMembers><a fid='1'><b>\xe8 &amp; & x</b></a></featureMembers></FeatureCollection>",
	} {
		f.Add([]byte(doc))
	}
	if doc, err := os.ReadFile(shared + "wfs-geoserver-200-roads.xml"); err == nil {
		f.Add(doc)
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		kept, refused, err := collect(t, &http.Client{Transport: always(doc)}, catalog.Source{URL: "http://e.it/wfs"})
		if err == nil && len(kept) == 0 && len(refused) == 0 {
			t.Fatal("nothing, and no reason")
		}
	})
}

type always []byte

// RoundTrip answers everything with the same.
func (a always) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	_, _ = w.Write(a)
	res := w.Result()
	res.Request = r
	return res, nil
}
