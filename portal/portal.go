package portal

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/gzhttp"

	"po-net.prato.it/ponet/catalog"
)

// Config is what differs from one node to another. The zero value works; what
// is not given is not shown, or said to be missing where the law wants it.
type Config struct {
	Name        string // of the site; default "Po-net"
	Territory   string // "Prato"; in headings
	Operator    string // the body that runs the node; default: Name
	OperatorURL string // its site
	Address     string // its postal address
	Email       string // for citizens
	Phone       string // of its URP
	DPO         string // how to reach its data protection officer
	BaseURL     string // public address of the node, "https://po-net.prato.it"; default: from each request
	Version     string // of the software, for the legal notes
	SourceCode  string // where the software's source is, for the legal notes
	NoOffline   bool   // browsers keep no pages for when there is no connection
	OpenAPI     []byte // the document of the API at /api/v1, from which the developers' page is drawn

	Now func() time.Time // the clock by which pages say "today" and "open now"; default: time.Now
}

// A server answers for the portal.
type server struct {
	store  Store
	cfg    Config
	log    *slog.Logger
	texts  texts
	pages  pages
	assets *assets
	paper  *paper
	busy   chan struct{} // a place for each download that runs
	now    func() time.Time

	patience time.Duration // how long a download waits for one

	began    time.Time
	answered atomic.Pointer[time.Time] // when the catalogue was last read, nil: never

	operations []apiOperation // of the API
	ratings    limiter        // of what people say of pages

	english *server // the same in English, for the pages that are there in both languages
}

// New is the handler of every page of the portal, its assets, its downloads
// and its tiles. It expects to be mounted at the root.
func New(store Store, cfg Config, log *slog.Logger) (http.Handler, error) {
	s, err := newServer(store, cfg, log)
	if err != nil {
		return nil, err
	}
	return s.routes()
}

func newServer(store Store, cfg Config, log *slog.Logger) (*server, error) {
	if cfg.Name == "" {
		cfg.Name = "Po-net"
	}
	if cfg.Operator == "" {
		cfg.Operator = cfg.Name
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	cfg.BaseURL = strings.TrimSuffix(cfg.BaseURL, "/")
	s := &server{store: store, cfg: cfg, log: log, busy: make(chan struct{}, maxDownloads), now: cfg.Now, patience: patience, began: time.Now()}
	var err error
	if s.texts, err = readTexts("it"); err != nil {
		return nil, err
	}
	if s.operations, err = readOperations(cfg.OpenAPI, s.texts); err != nil {
		return nil, err
	}
	s.cfg.OpenAPI, s.cfg.Now = nil, nil // what is left is part of every validator
	if s.assets, err = readAssets(); err != nil {
		return nil, err
	}
	if s.paper, err = readPaper(s.assets); err != nil {
		return nil, err
	}
	if s.pages, err = readPages(s.texts, s.assets); err != nil {
		return nil, err
	}
	return s, s.translate()
}

// translate makes the server of the English pages.
func (s *server) translate() error {
	en, err := readEnglish(s.texts)
	if err != nil {
		return err
	}
	s.english = &server{store: s.store, cfg: s.cfg, log: s.log, texts: en, assets: s.assets, now: s.now, began: s.began}
	s.english.pages, err = readPages(en, s.assets)
	return err
}

// routes are all addresses of the portal.
func (s *server) routes() (http.Handler, error) {
	compress, err := gzhttp.NewWrapper(gzhttp.CompressionLevel(dynamicLevel), gzhttp.MinSize(1024))
	if err != nil {
		return nil, err
	}
	dynamic := func(h func(http.ResponseWriter, *http.Request) error) http.Handler { return compress(s.safe(h)) }
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", dynamic(s.start))
	mux.Handle("GET /mappa", dynamic(s.explore))
	for _, f := range formats {
		mux.Handle("GET /mappa."+f.Name, dynamic(s.download(f)))
	}
	mux.Handle("GET /mappa.pdf", dynamic(s.searchPDF))
	mux.Handle("GET /eventi", dynamic(s.agenda))
	mux.Handle("GET /eventi.ics", dynamic(s.feed()))
	mux.Handle("GET /qr.svg", dynamic(s.qrCode))
	mux.Handle("GET /suggerisci", dynamic(s.suggest))
	for _, k := range catalog.Kinds() {
		if k.Path() != "dati" && k.Path() != "enti" {
			mux.Handle("GET /"+k.Path()+"/{name}", dynamic(s.record))
		}
	}
	mux.Handle("GET /enti", dynamic(s.bodies))
	mux.Handle("GET /enti/{name}", dynamic(s.organization))
	for prefix, in := range map[string]*server{"": s, englishPrefix: s.english} {
		mux.Handle("GET "+prefix+"/stato", dynamic(in.status))
		mux.Handle("GET "+prefix+"/stato/fonti/{source}", dynamic(in.source))
		mux.Handle("GET "+prefix+"/stato/fonti/{source}/{run}", dynamic(in.run))
		mux.Handle("GET "+prefix+"/stato/fonti/{source}/schede/{record}", dynamic(in.receiptOfRecord))
		mux.Handle("GET "+prefix+"/stato/fonti/{source}/schede/{record}/versioni", dynamic(in.versions))
	}
	mux.Handle("GET /stato.json", dynamic(s.statusJSON))
	mux.Handle("GET /status", dynamic(s.statusJSON))
	mux.Handle("GET /sviluppatori", dynamic(s.developers))
	mux.Handle("GET /sviluppatori/prova", dynamic(s.try))
	mux.Handle("GET /aiuto", dynamic(s.help))
	mux.Handle("POST /opinioni", s.ownForms(dynamic(s.rate)))
	mux.Handle("GET /opinioni", dynamic(s.opinions))
	mux.Handle("GET /opinioni.csv", dynamic(s.opinionsCSV))
	mux.Handle("GET /opinioni/seguito", dynamic(s.followUp))
	mux.Handle("GET /opinioni/grazie", dynamic(s.thanks))
	mux.Handle("GET /stato/{source}", dynamic(s.formerSource))
	mux.Handle("GET /dati", dynamic(s.datasets))
	mux.Handle("GET /dati.csv", dynamic(s.datasetsCSV))
	mux.Handle("GET /dati/{name}", dynamic(s.datasetPath))
	mux.Handle("GET /dati/{collection}/{id}", dynamic(s.datasetRow))
	mux.Handle("GET /id/{id}", dynamic(s.permanent))
	for _, name := range legalPages {
		mux.Handle("GET /"+name, dynamic(s.legal(name)))
	}
	mux.Handle("GET /tiles/{z}/{x}/{y}", dynamic(s.tile))
	mux.Handle("GET /basemap/{z}/{x}/{y}", dynamic(s.basemapTile))
	mux.Handle("GET /assets/{path...}", s.assets)
	mux.Handle("GET "+workerPath, dynamic(s.worker))
	mux.Handle("GET "+offlinePath, dynamic(s.offline))
	mux.Handle("/", dynamic(func(w http.ResponseWriter, r *http.Request) error {
		read := r.Clone(r.Context())
		read.Method = http.MethodGet
		if _, pattern := mux.Handler(read); pattern != "/" {
			s.wrongMethod(w, r)
			return nil
		}
		return fmt.Errorf("page %q: %w", r.URL.Path, catalog.ErrNotFound)
	}))
	return mux, nil
}

// ownForms lets a form through only if a page of ours sent it.
func (s *server) ownForms(h http.Handler) http.Handler {
	own := http.NewCrossOriginProtection()
	own.SetDenyHandler(s.safe(func(w http.ResponseWriter, r *http.Request) error {
		s.failure(w, r, http.StatusForbidden, failurePage{Heading: s.texts.t("opinioni.errore"), Lines: []string{s.texts.t("opinioni.altrove")}})
		return nil
	}))
	return own.Handler(h)
}

// dynamicLevel of gzip for pages: three quarters of the gain of the best level
// at a fifth of its time.
const dynamicLevel = 3
