package api_test

import (
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

// A file that was taken to its end counts once; a look at its headers, a file
// that has not changed, a robot and a later part of a file do not.
func TestDownloadsAreCounted(t *testing.T) {
	n := newNode(t, 300)
	path := "/datasets/places/download/csv"
	tag := n.get(t, path).header.Get("ETag")
	n.get(t, path+"?theme=cultura", "Range", "bytes=0-99")
	n.get(t, path, "If-None-Match", tag)
	n.get(t, path, "User-Agent", "examplebot/1.0 (+https://example.org/bot)")
	n.get(t, path, "Range", "bytes=100-")
	if r, err := http.Head(n.URL + "/api/v1" + path); err != nil {
		t.Fatal(err)
	} else {
		r.Body.Close()
	}
	n.get(t, "/datasets/places/download/no")
	n.get(t, "/collections/places/items")
	if got := n.store.DownloadsCounted(); got != 2 {
		t.Errorf("%d downloads counted; want 2", got)
	}
	if err := n.store.FlushDownloads(t.Context()); err != nil {
		t.Fatal(err)
	}
	list, err := n.store.Downloads(t.Context(), catalog.Taken{Collection: "places"})
	if err != nil || len(list) != 1 || list[0].Count != 2 {
		t.Errorf("stored: %v %v; want one month with 2", list, err)
	}
}

// A file that is sent as it is carries its SHA-256 behind it.
func TestDownloadHasADigest(t *testing.T) {
	n := newNode(t, 300)
	req, err := http.NewRequest(http.MethodGet, n.URL+"/api/v1/datasets/places/download/csv", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", "identity")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(body)
	if got, want := resp.Trailer.Get("Repr-Digest"), "sha-256=:"+base64.StdEncoding.EncodeToString(sum[:])+":"; got != want {
		t.Errorf("Repr-Digest %q; want %q", got, want)
	}
}
