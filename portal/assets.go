package portal

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

// Built by `make assets` from portal/src, and committed, so that building the
// program needs no Node.
//
//go:embed assets
var assetFiles embed.FS

// assets serves the built files. Their names carry a hash of their content, so
// they may be kept for ever.
type assets struct {
	names map[string]string // "app.js" -> "app-1234567890.js"
	mu    sync.Mutex
	small map[string]func() []byte // compressed forms by encoding and name, made once
}

// A Library is a work of others among the assets.
type Library struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Licence string `json:"licence"`
	Note    string `json:"note,omitempty"`
	Files   []struct {
		Path   string `json:"path"`
		SHA256 string `json:"sha256"`
	} `json:"files"`
}

// manifest is assets/manifest.json.
type manifest struct {
	Files     map[string]string `json:"files"`
	Libraries []Library         `json:"libraries"`
}

func readManifest() (manifest, error) {
	var m manifest
	b, err := assetFiles.ReadFile("assets/manifest.json")
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(b, &m); err != nil {
		return m, fmt.Errorf("assets/manifest.json: %w", err)
	}
	return m, nil
}

func readAssets() (*assets, error) {
	m, err := readManifest()
	if err != nil {
		return nil, err
	}
	return &assets{names: m.Files, small: map[string]func() []byte{}}, nil
}

// url is the address of the asset called name in the sources.
func (a *assets) url(name string) (string, error) {
	file, ok := a.names[name]
	if !ok {
		return "", fmt.Errorf("no asset %q: run make assets", name)
	}
	return "/assets/" + file, nil
}

// ServeHTTP answers /assets/….
func (a *assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := "assets/" + r.PathValue("path")
	content, err := assetFiles.ReadFile(name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Content-Type", assetType(name))
	h.Set("X-Content-Type-Options", "nosniff")
	if compressible(name) {
		h.Add("Vary", "Accept-Encoding")
		if encoding := accepted(r.Header.Get("Accept-Encoding")); encoding != "" {
			content = a.compressed(encoding, name, content)
			h.Set("Content-Encoding", encoding)
		}
	}
	h.Set("Content-Length", fmt.Sprint(len(content)))
	if r.Method != http.MethodHead {
		w.Write(content)
	}
}

// compressed is content in an encoding, made at the first request and kept:
// the assets are few and never change while the program runs.
func (a *assets) compressed(encoding, name string, content []byte) []byte {
	a.mu.Lock()
	make, ok := a.small[encoding+name]
	if !ok {
		make = sync.OnceValue(func() []byte { return compress(encoding, content) })
		a.small[encoding+name] = make
	}
	a.mu.Unlock()
	return make()
}

// compress writes content as br or gzip. Brotli 9 is 4 % larger than 11 and
// takes a tenth of its time.
func compress(encoding string, content []byte) []byte {
	var b bytes.Buffer
	var w io.WriteCloser
	if encoding == "br" {
		w = brotli.NewWriterLevel(&b, 9)
	} else {
		w, _ = gzip.NewWriterLevel(&b, gzip.BestCompression)
	}
	w.Write(content)
	w.Close()
	return b.Bytes()
}

// accepted is the best encoding of ours in an Accept-Encoding header.
func accepted(header string) string {
	for _, ours := range []string{"br", "gzip"} {
		for item := range strings.SplitSeq(header, ",") {
			name, q, _ := strings.Cut(item, ";")
			if strings.TrimSpace(name) == ours && strings.ReplaceAll(q, " ", "") != "q=0" {
				return ours
			}
		}
	}
	return ""
}

func assetType(name string) string {
	switch path.Ext(name) {
	case ".mjs", ".js":
		return "text/javascript; charset=utf-8"
	case ".woff2":
		return "font/woff2"
	case "":
		return "text/plain; charset=utf-8"
	}
	return mime.TypeByExtension(path.Ext(name))
}

func compressible(name string) bool { return path.Ext(name) != ".woff2" }
