package demo

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// written is when the files of places were last written: their Last-Modified.
// Embedded files have no date of their own.
var written = time.Date(2026, time.November, 22, 0, 0, 0, 0, time.UTC)

// mediaTypes by ending, as a careful publisher would say them.
var mediaTypes = map[string]string{
	".csv":      "text/csv",
	".tsv":      "text/tab-separated-values; charset=utf-8",
	".json":     "application/json",
	".geojson":  "application/geo+json",
	".geojsonl": "application/geo+json-seq",
	".kml":      "application/vnd.google-earth.kml+xml",
	".ics":      "text/calendar; charset=utf-8",
	".rss":      "application/rss+xml; charset=utf-8",
	".atom":     "application/atom+xml; charset=utf-8",
	".ttl":      "text/turtle; charset=utf-8",
	".rdf":      "application/rdf+xml; charset=utf-8",
	".xml":      "application/xml; charset=utf-8",
	".md":       "text/markdown; charset=utf-8",
	".html":     "text/html; charset=utf-8",
}

// charsets of the files that are not UTF-8.
var charsets = map[string]string{"prato-cultura.csv": "windows-1252", "vernio-luoghi.csv": "windows-1252"}

// Publisher serves the territory as its bodies would: files, calendars, feeds, an API,
// a site, a CKAN catalogue and three in RDF, with an index of all of it at "/". What
// takes place is dated from start, the moment at which the territory was first
// opened: the same start gives the same bytes.
func Publisher(start time.Time) http.Handler {
	mux := http.NewServeMux()
	var list []listed
	add := func(name string, content []byte, changed time.Time) {
		mux.Handle("GET /"+name, serve(name, content, changed))
		list = append(list, listed{name, len(content)})
	}
	entries, err := fs.ReadDir(files(), ".")
	if err != nil {
		panic(err) // the files are part of the program
	}
	for _, e := range entries {
		content, err := fs.ReadFile(files(), e.Name())
		if err != nil {
			panic(err)
		}
		add(e.Name(), content, written)
	}
	today := day(start, 0)
	for _, f := range madeFiles(start) {
		add(f.Name, f.content, today)
	}
	for _, c := range calendars {
		add("calendari/"+c.name+".ics", icalendar(c.name, c.title, start), today)
	}
	for _, s := range readings {
		mux.HandleFunc("GET /"+s.file, s.serve(start))
		list = append(list, listed{Name: s.file})
	}
	feedPages(mux, start)
	for _, f := range feeds {
		list = append(list, listed{Name: f.file})
	}
	mux.HandleFunc("GET /"+regionLibraries, region)
	librarySitePages(mux)
	ckan{start}.register(mux)
	dcat{start}.register(mux)
	list = append(list, listed{Name: regionLibraries}, listed{Name: siteMap}, listed{Name: ckanName + "/api/3/action/package_search"}, listed{Name: turtleName + "/catalog.ttl"}, listed{Name: rdfXMLName + "/catalog.rdf"}, listed{Name: regionalName + "/catalog.ttl"})
	mux.Handle("GET /{$}", serve("index.html", index(list), today))
	return mux
}

// baseOf is the address at which the publisher was asked.
func baseOf(r *http.Request) string { return "http://" + r.Host }

// feedPages adds the feeds and a page for every piece of news.
func feedPages(mux *http.ServeMux, start time.Time) {
	for _, f := range feeds {
		mux.HandleFunc("GET /"+f.file, func(w http.ResponseWriter, r *http.Request) {
			content := rssFeed(f.name, f.title, baseOf(r), start)
			if path.Ext(f.file) == ".atom" {
				content = atomFeed(f.name, f.title, bodyName(f.body), baseOf(r), "/"+f.file, start)
			}
			serve(f.file, content, day(start, 0)).ServeHTTP(w, r)
		})
	}
	news := table("notizie")
	mux.HandleFunc("GET /notizie/{code}", func(w http.ResponseWriter, r *http.Request) {
		i := slices.IndexFunc(news, func(e entry) bool { return e["codice"] == r.PathValue("code") })
		if i < 0 {
			http.NotFound(w, r)
			return
		}
		var page bytes.Buffer
		if err := newsTemplate.Execute(&page, news[i]); err != nil {
			panic(err) // a fault of the template below
		}
		serve("notizia.html", page.Bytes(), publishedAt(news[i], start)).ServeHTTP(w, r)
	})
}

func bodyName(id string) string {
	for _, b := range Bodies() {
		if b.ID == id {
			return b.Name
		}
	}
	return ""
}

// serve serves one file, with conditional and range requests.
func serve(name string, content []byte, changed time.Time) http.Handler {
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
		http.ServeContent(w, r, name, changed, bytes.NewReader(content))
	})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // a client that went away
}

// A listed file stands in the index.
type listed struct {
	Name  string
	Bytes int // 0: made when it is asked for
}

// The pages begin as every page of the publisher does.
const pageHead = `<!doctype html>
<html lang="it"><head><meta charset="utf-8">`

var indexPage = template.Must(template.New("index").Parse(pageHead + `<title>Dati dimostrativi della provincia di Prato</title></head>
<body><h1>Dati dimostrativi della provincia di Prato</h1>
<p>Luoghi, servizi, corsi e beni reali descritti da Po-net a partire da fatti pubblici, nei formati in cui li pubblicherebbero gli enti.
Date, orari degli uffici e valori delle stazioni sono dimostrativi. Licenza CC BY 4.0.</p>
<ul>{{range .}}<li><a href="{{.Name}}">{{.Name}}</a>{{if .Bytes}} ({{.Bytes}} byte){{end}}</li>
{{end}}</ul></body></html>
`))

var newsTemplate = template.Must(template.New("news").Parse(pageHead + `<title>{{.titolo}}</title></head>
<body><h1>{{.titolo}}</h1><p>{{.testo}}</p><p>Notizia dimostrativa di Po-net.</p></body></html>
`))

func index(list []listed) []byte {
	slices.SortFunc(list, func(a, b listed) int { return strings.Compare(a.Name, b.Name) })
	var page bytes.Buffer
	if err := indexPage.Execute(&page, list); err != nil {
		panic(err) // a fault of the template above
	}
	return page.Bytes()
}
