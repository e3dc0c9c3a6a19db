package demo

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"time"
)

// written is when the files were last written: their Last-Modified. Embedded
// files have no date of their own.
var written = time.Date(2026, time.November, 22, 0, 0, 0, 0, time.UTC)

// mediaTypes by ending, as a careful publisher would say them.
var mediaTypes = map[string]string{
	".csv":      "text/csv",
	".tsv":      "text/tab-separated-values; charset=utf-8",
	".json":     "application/json",
	".geojson":  "application/geo+json",
	".geojsonl": "application/geo+json-seq",
	".kml":      "application/vnd.google-earth.kml+xml",
	".md":       "text/markdown; charset=utf-8",
	".html":     "text/html; charset=utf-8",
}

// charsets of the files that are not UTF-8.
var charsets = map[string]string{"prato-cultura.csv": "windows-1252", "vernio-luoghi.csv": "windows-1252"}

// Publisher serves the territory's files as their bodies would: a list of
// files at "/", each file under its name with media type, ETag and
// Last-Modified.
func Publisher() http.Handler {
	mux := http.NewServeMux()
	entries, err := fs.ReadDir(files(), ".")
	if err != nil {
		panic(err) // the files are part of the program
	}
	var list []listed
	for _, e := range entries {
		content, err := fs.ReadFile(files(), e.Name())
		if err != nil {
			panic(err)
		}
		mux.Handle("GET /"+e.Name(), serve(e.Name(), content))
		list = append(list, listed{e.Name(), len(content)})
	}
	mux.Handle("GET /{$}", serve("index.html", index(list)))
	return mux
}

// serve serves one file, with conditional and range requests.
func serve(name string, content []byte) http.Handler {
	sum := sha256.Sum256(content)
	etag := strconv.Quote(hex.EncodeToString(sum[:12]))
	media := cmp.Or(mediaTypes[path.Ext(name)], "application/octet-stream")
	if c := charsets[name]; c != "" {
		media += "; charset=" + c
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", media)
		w.Header().Set("ETag", etag)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		http.ServeContent(w, r, name, written, bytes.NewReader(content))
	})
}

// A listed file stands in the index.
type listed struct {
	Name  string
	Bytes int
}

var indexPage = template.Must(template.New("index").Parse(`<!doctype html>
<html lang="it"><head><meta charset="utf-8"><title>Dati dimostrativi della provincia di Prato</title></head>
<body><h1>Dati dimostrativi della provincia di Prato</h1>
<p>Luoghi reali descritti da Po-net a partire da fatti pubblici, nei formati in cui li pubblicherebbero gli enti. Licenza CC BY 4.0.</p>
<ul>{{range .}}<li><a href="{{.Name}}">{{.Name}}</a> ({{.Bytes}} byte)</li>
{{end}}</ul></body></html>
`))

func index(list []listed) []byte {
	var page bytes.Buffer
	if err := indexPage.Execute(&page, list); err != nil {
		panic(err) // a fault of the template above
	}
	return page.Bytes()
}
