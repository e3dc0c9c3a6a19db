package portal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
)

const (
	workerPath  = "/offline.js" // at the root, which is the worker's scope
	offlinePath = "/senza-connessione"
)

// offlineFiles are what every page needs, kept with the pages.
var offlineFiles = []string{
	"portal.css", "app.js", "stemma.svg",
	"titillium-web/titillium-web-latin-400-normal.woff2", "titillium-web/titillium-web-latin-600-normal.woff2", "titillium-web/titillium-web-latin-700-normal.woff2",
}

// offlineSettings is what the service worker is told; see src/worker/offline.ts.
type offlineSettings struct {
	Version string   `json:"version"` // "": the worker takes itself away
	Page    string   `json:"page"`
	Files   []string `json:"files"`
	Notice  string   `json:"notice"`
}

// worker answers the service worker: its settings and the built script. Browsers
// ask for it at every visit, whatever they have kept, so that a new release or
// --no-offline reaches everybody with the next page.
func (s *server) worker(w http.ResponseWriter, r *http.Request) error {
	script, err := assetFiles.ReadFile("assets/" + s.assets.names["offline.js"])
	if err != nil {
		return err
	}
	settings := offlineSettings{Page: offlinePath, Files: []string{}}
	if !s.cfg.NoOffline {
		if err := s.keepPages(&settings); err != nil {
			return err
		}
	}
	b, err := json.Marshal(settings)
	if err != nil {
		return err
	}
	if fresh(w, r, s.etag("worker", string(b))) {
		return nil
	}
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	_, err = fmt.Fprintf(w, "const OFFLINE=%s;\n%s", b, script)
	return err
}

// keepPages fills the settings of a worker that keeps pages. Its version is that
// of all that is made of this build and its configuration.
func (s *server) keepPages(settings *offlineSettings) error {
	for _, name := range offlineFiles {
		address, err := s.assets.url(name)
		if err != nil {
			return err
		}
		settings.Files = append(settings.Files, address)
	}
	var notice bytes.Buffer
	if err := s.pages["errore"].ExecuteTemplate(&notice, "copia", nil); err != nil {
		return fmt.Errorf("notice of a kept page: %w", err)
	}
	settings.Notice = notice.String()
	sum := sha256.Sum256(fmt.Append(nil, s.assets.names, s.cfg, settings.Notice))
	settings.Version = hex.EncodeToString(sum[:6])
	return nil
}

// offline answers the page that the worker shows for those it does not have.
func (s *server) offline(w http.ResponseWriter, r *http.Request) error {
	if fresh(w, r, s.etag("offline", r.Host)) {
		return nil
	}
	p := failurePage{Heading: s.texts.t("offline.titolo"), Lines: []string{s.texts.t("offline.testo", s.cfg.Name), s.texts.t("offline.copie")}}
	p.head = s.head(r, p.Heading, "")
	p.NoIndex = true
	return s.render(w, r, http.StatusOK, s.pages["errore"], "base", p)
}
