package portal

import (
	"context"
	"errors"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// broken is the real store, whose stream of records breaks after some.
type broken struct {
	Store
	after int
}

func (b broken) Records(context.Context, catalog.Query) iter.Seq2[*catalog.Record, error] {
	return func(yield func(*catalog.Record, error) bool) {
		for range b.after {
			if !yield(&catalog.Record{ID: "x", Feature: []byte(`{"type":"Feature","id":"x","geometry":null,"properties":{"title":"x"}}`)}, nil) {
				return
			}
		}
		yield(nil, errors.New("the database has gone away"))
	}
}

// TestDownloadThatBreaks: who downloads sees an error, never a short file.
func TestDownloadThatBreaks(t *testing.T) {
	handler, err := New(broken{postgistest.New(t), 50_000}, Config{}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(handler)
	defer s.Close()
	for _, format := range []string{"csv", "geojson", "geojsonseq", "parquet"} {
		resp, err := http.Get(s.URL + "/mappa." + format)
		if err != nil {
			continue // broken before the first byte
		}
		n, err := io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		if err == nil && resp.StatusCode == http.StatusOK {
			t.Errorf("%s: %d bytes and no error", format, n)
		}
	}
}

// TestDownloadsTakeTurns: beyond maxDownloads one is asked to come back.
func TestDownloadsTakeTurns(t *testing.T) {
	store := postgistest.New(t)
	waiting, release := make(chan struct{}), make(chan struct{})
	portal, err := newServer(held{store, waiting, release}, Config{}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	portal.patience = time.Millisecond
	handler, err := portal.routes()
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(handler)
	defer s.Close()
	done := make(chan error)
	for range maxDownloads {
		go func() {
			resp, err := http.Get(s.URL + "/mappa.geojsonseq")
			if err == nil {
				_, err = io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
			}
			done <- err
		}()
		<-waiting
	}
	for _, one := range []string{"/mappa.csv", "/mappa.pdf"} {
		resp, err := http.Get(s.URL + one)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") != retryDownload || resp.Header.Get("Content-Type") == "application/pdf" {
			t.Errorf("one too many: %s %s, Retry-After %q", one, resp.Status, resp.Header.Get("Retry-After"))
		}
	}
	close(release)
	for range maxDownloads {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// held is the real store, whose stream of records waits.
type held struct {
	Store
	waiting, release chan struct{}
}

func (h held) Records(context.Context, catalog.Query) iter.Seq2[*catalog.Record, error] {
	return func(func(*catalog.Record, error) bool) {
		h.waiting <- struct{}{}
		<-h.release
	}
}
