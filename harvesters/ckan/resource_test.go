package ckan

import (
	"encoding/json"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

func distributionsOf(t *testing.T, resources string) ([]catalog.Distribution, []catalog.Issue) {
	t.Helper()
	d, issues := datasetOf(t, `{"id":"x","modified":"2026-01-01","resources":`+resources+`}`)
	return d.Distributions, issues
}

// An address is of a file, of a page on which files are, or of an interface.
func TestWhatAnAddressIsOf(t *testing.T) {
	const file, page, service = "file", "page", "service"
	for resource, want := range map[string]string{
		`{"url":"https://a.it/x.csv","format":"CSV"}`:                                                                file,
		`{"url":"https://a.it/x.csv","format":""}`:                                                                   file,
		`{"url":"https://a.it/download?id=7","format":".CSV"}`:                                                       file,
		`{"url":"https://a.it/pub?output=csv&format=csv"}`:                                                           file,
		`{"url":"https://a.it/x.zip","format":"Shape file"}`:                                                         file,
		`{"url":"https://a.it/x.html","format":"CSV"}`:                                                               page,
		`{"url":"https://a.it/pagina.aspx?id=3","format":"csv"}`:                                                     page,
		`{"url":"https://a.it/pagina","format":"HTML"}`:                                                              page,
		`{"url":"https://a.it/pagina","format":""}`:                                                                  page,
		`{"url":"https://a.it/x","format":"csv","mimetype":"text/html; charset=utf-8"}`:                              page,
		`{"url":"https://a.it/x","format":"","url_type":"upload"}`:                                                   file,
		`{"url":"https://a.it/wms?service=WMS&request=GetCapabilities","format":"XML"}`:                              service,
		`{"url":"https://a.it/geoserver/ows","format":"WFS"}`:                                                        service,
		`{"url":"https://a.it/wfs?service=WFS&request=GetFeature&outputFormat=application/json","format":"GeoJSON"}`: file,
		`{"url":"https://a.it/arcgis/rest/services/x/MapServer","format":"Esri REST"}`:                               service,
		`{"url":"https://a.it/x.zip","format":"ESRI Shapefile"}`:                                                     file,
		`{"url":"https://a.it/x.json","format":"API"}`:                                                               file,
		`{"url":"https://a.it/v1","format":"API"}`:                                                                   service,
	} {
		list, issues := distributionsOf(t, "["+resource+"]")
		if len(list) != 1 || len(issues) > 0 {
			t.Fatalf("%s: %v %v", resource, list, issues)
		}
		got := page
		if list[0].Service {
			got = service
		} else if list[0].DownloadURL != "" {
			got = file
		}
		if got != want || list[0].AccessURL == "" {
			t.Errorf("%s is a %s at %q; want a %s", resource, got, list[0].AccessURL, want)
		}
	}
}

// Only the web is read: an address inside harvested data is never a path.
func TestAddressesOfResources(t *testing.T) {
	list, issues := distributionsOf(t, `[{"id":"1","url":"/dataset/x/y.csv"},{"id":"2","url":"file:///etc/passwd"},{"id":"3","url":""},{"id":"4","url":" https://a.it/un file.csv "},
		{"id":"5","url":"ftp://a.it/x.csv"},{"id":"6","url":"http://"},{"id":"7","url":"https://a.it/x","state":"deleted"}]`)
	var got []string
	for _, d := range list {
		got = append(got, d.Address())
	}
	equal(t, []string{"https://dati.example.org/dataset/x/y.csv", "", "", "https://a.it/un%20file.csv", "", ""}, got)
	if len(issues) != 4 {
		t.Errorf("%d issues; want 4: %v", len(issues), issues)
	}
	for _, i := range issues {
		if i.Rule != "resource-address" {
			t.Errorf("issue %v", i)
		}
	}
}

// What the datastore holds is added where the resource is in no form we read.
func TestDatastore(t *testing.T) {
	list, _ := distributionsOf(t, `[{"id":"a","name":"A","url":"https://a.it/a.xls","format":"XLS","datastore_active":true,"license_type":"cc0"},
		{"id":"b","url":"https://a.it/b.csv","format":"CSV","datastore_active":true},{"id":"c","url":"https://a.it/c.xls","format":"XLS","datastore_active":"False"}]`)
	if len(list) != 5 {
		t.Fatalf("%d distributions; want 5: %v", len(list), list)
	}
	equal(t, catalog.Distribution{
		ID: "a-csv", Title: "A", AccessURL: "https://dati.example.org/datastore/dump/a", DownloadURL: "https://dati.example.org/datastore/dump/a",
		Format: "csv", MediaType: "text/csv", Licence: "cc0",
	}, list[1])
	equal(t, "https://dati.example.org/api/3/action/datastore_search?resource_id=a", list[2].Address())
	equal(t, true, list[2].Service)
}

func TestByteSize(t *testing.T) {
	for text, want := range map[string]int64{
		"": 0, "10240": 10240, "12 KB": 12288, "1,5 MB": 1572864, "2GB": 2 << 30, "100 bytes": 100, "circa 3 MB": 0, "-1": 0, "1e3": 0, "99999999999999999999": 0,
	} {
		if got := byteSize(text); got != want {
			t.Errorf("byteSize(%q) = %d; want %d", text, got, want)
		}
	}
	list, _ := distributionsOf(t, `[{"url":"https://a.it/x.csv","size":123},{"url":"https://a.it/y.csv","size":"456"},{"url":"https://a.it/z.csv","size":null}]`)
	equal(t, []int64{123, 456, 0}, []int64{list[0].ByteSize, list[1].ByteSize, list[2].ByteSize})
}

func TestChecksum(t *testing.T) {
	const md5, sha1 = "d41d8cd98f00b204e9800998ecf8427e", "da39a3ee5e6b4b0d3255bfef95601890afd80709"
	for _, c := range []struct{ hash, algorithm, want string }{
		{md5, "", "md5:" + md5}, {sha1, "sha-1", "sha1:" + sha1}, {"sha1:" + sha1, "", "sha1:" + sha1},
		{sha1, "http://spdx.org/rdf/terms#checksumAlgorithm_sha1", "sha1:" + sha1}, {md5, "sha1", ""}, {"xyz", "", ""}, {"", "md5", ""},
	} {
		if got := checksum(c.hash, c.algorithm); got != c.want {
			t.Errorf("checksum(%q, %q) = %q; want %q", c.hash, c.algorithm, got, c.want)
		}
	}
}

// CKAN's own times have no zone and are UTC.
func TestUTC(t *testing.T) {
	for text, want := range map[string]string{
		"2026-04-07T08:03:03.387577": "2026-04-07T08:03:03Z", "2026-04-07T08:03:03+02:00": "2026-04-07T08:03:03+02:00", "07/04/2026": "07/04/2026", "": "",
	} {
		if got := utc(text); got != want {
			t.Errorf("utc(%q) = %q; want %q", text, got, want)
		}
	}
}

func TestCodes(t *testing.T) {
	for text, want := range map[string][]string{
		`"{DEU,ITA}"`: {"DEU", "ITA"}, `"{\"ITA\"}"`: {"ITA"}, `"en,es, ca"`: {"en", "es", "ca"}, `"Istruzione, cultura e sport"`: {"Istruzione, cultura e sport"},
		`["a",null,7,["b"]]`: {"a", "7"}, `"[\"a\",\"b\"]"`: {"a", "b"}, `null`: nil, `"{}"`: nil, `{"a":1}`: nil,
	} {
		equal(t, want, listOf(json.RawMessage(text)))
	}
}
