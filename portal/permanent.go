package portal

import (
	"fmt"
	"net/http"

	"po-net.prato.it/ponet/catalog"
)

// permanent answers /id/{id}, the identifier for ever: 303 to the page, or to
// the data if Accept asks for them.
func (s *server) permanent(w http.ResponseWriter, r *http.Request) error {
	rec, err := s.store.Item(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	path := recordPath(rec)
	if f := wanted(r.Header.Get("Accept")); f != "" {
		path += "." + f
	}
	w.Header().Add("Vary", "Accept")
	w.Header().Set("Access-Control-Allow-Origin", "*")
	http.Redirect(w, r, path, http.StatusSeeOther)
	return nil
}

// datasetRow answers /dati/{collection}/{id}, the page of a row of a dataset.
func (s *server) datasetRow(w http.ResponseWriter, r *http.Request) error {
	id, format := splitSuffix(r.PathValue("id"))
	rec, err := s.store.Item(r.Context(), id)
	if err != nil {
		return err
	}
	return s.answerRecord(w, r, rec, format)
}

// dataset answers /dati/{name}: the record of a dataset, or the search of a
// collection, which is where its rows are until datasets have pages.
func (s *server) dataset(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("name")
	if rest, _ := splitSuffix(name); len(rest) >= 36 && validID(rest[len(rest)-36:]) {
		return s.record(w, r)
	}
	c, err := s.store.Collection(r.Context(), name)
	if err != nil {
		return fmt.Errorf("dataset: %w", err)
	}
	http.Redirect(w, r, search{Page: 1, Collection: c.Name}.URL("/mappa"), http.StatusSeeOther)
	return nil
}

// suggest answers what the search box asks while a person types.
func (s *server) suggest(w http.ResponseWriter, r *http.Request) error {
	text := clip(r.URL.Query().Get("q"), maxText)
	mark, err := s.mark(r.Context(), "")
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "public, max-age=60")
	if fresh(w, r, s.etag("suggest", text, mark)) {
		return nil
	}
	found, err := s.store.Suggest(r.Context(), text, maxSuggestions)
	if err != nil {
		return err
	}
	if found == nil {
		found = []catalog.Suggestion{}
	}
	return writeJSON(w, r, found)
}

const maxSuggestions = 8
