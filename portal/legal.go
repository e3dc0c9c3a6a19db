package portal

import (
	"fmt"
	"net/http"

	"po-net.prato.it/ponet/datasets"
)

// legalPages are the pages that the law asks for. Their texts are in templates:
// they are true for a node that runs this software as it is, and what only the
// operator can know is taken from Config or said to be missing.
var legalPages = []string{"privacy", "accessibilita", "note-legali"}

type legalPage struct {
	head
	Libraries  []Library
	References []datasets.Reference
	Basemap    []basemapSource
}

type basemapSource struct{ Title, Licence, LicenceURL, Accuracy string }

func (s *server) legal(name string) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		p := legalPage{head: s.head(r, s.texts.t("legale."+name), "/"+name)}
		m, err := readManifest()
		if err != nil {
			return err
		}
		p.Libraries = m.Libraries
		if name == "note-legali" {
			if p.References, err = datasets.References(); err != nil {
				return err
			}
			sources, err := s.store.BasemapSources(r.Context())
			if err != nil {
				return fmt.Errorf("base map: %w", err)
			}
			for _, src := range sources {
				b := basemapSource{Title: or(src.Title, src.Attribution), Licence: src.Licence, Accuracy: src.Accuracy}
				if l, ok := datasets.Vocabularies().Licence(src.Licence); ok {
					b.Licence, b.LicenceURL = l.Short, l.URL
				}
				p.Basemap = append(p.Basemap, b)
			}
		}
		if fresh(w, r, s.etag(name, p.Basemap, r.Host)) {
			return nil
		}
		return s.render(w, r, http.StatusOK, s.pages[name], "base", p)
	}
}
