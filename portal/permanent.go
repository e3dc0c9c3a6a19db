package portal

import (
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

// datasetRow answers /dati/{collection}/{id}, the page of a row of a dataset, and
// the tables of the dataset's own page as files.
func (s *server) datasetRow(w http.ResponseWriter, r *http.Request) error {
	if which := r.PathValue("id"); which == "file.csv" || which == "schema.csv" {
		return s.tableCSV(w, r, r.PathValue("collection"), which)
	}
	id, format := splitSuffix(r.PathValue("id"))
	rec, err := s.store.Item(r.Context(), id)
	if err != nil {
		return err
	}
	return s.answerRecord(w, r, rec, format)
}

// suggest answers what the search box asks while a person types.
func (s *server) suggest(w http.ResponseWriter, r *http.Request) error {
	text := clip(r.URL.Query().Get("q"), maxText)
	mark, err := s.mark(r.Context(), "")
	if err != nil {
		return err
	}
	if fresh(w, r, s.etag("suggest", text, mark)) {
		return nil
	}
	found, err := s.store.Suggest(r.Context(), text, catalog.MaxSuggestions)
	if err != nil {
		return err
	}
	if found == nil {
		found = []catalog.Suggestion{}
	}
	return writeJSON(w, r, found)
}
