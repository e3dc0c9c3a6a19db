package portal

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// An atomFeed is a feed of receipts (RFC 4287).
type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"xml:lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  string      `xml:"author>name"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID      string   `xml:"id"`
	Title   string   `xml:"title"`
	Updated string   `xml:"updated"`
	Link    atomLink `xml:"link"`
	Summary string   `xml:"summary"`
}

// receiptFeed answers /stato/fonti/{fonte}.atom: the receipts of the runs in which
// something changed, was refused or went wrong. A run that found all as it was
// is no news.
func (s *server) receiptFeed(w http.ResponseWriter, r *http.Request, st catalog.SourceStatus, runs []catalog.Run) error {
	page := s.absolute(r, s.statusPath(st.ID))
	// Where the page of the source once was: what has been given as an identifier
	// stays one (RFC 4287, 4.2.6), or readers would show everything as new.
	id := s.absolute(r, s.path("/stato/"+url.PathEscape(st.ID)))
	feed := atomFeed{Lang: s.texts.t("lingua"), ID: id, Title: s.texts.t("fonte.notizie", name(st.Source)), Author: s.cfg.Name, Updated: st.Added.UTC().Format(time.RFC3339),
		Links: []atomLink{{"self", "application/atom+xml", page + ".atom"}, {"alternate", "text/html", page}}}
	for _, run := range runs {
		if run.Finished == nil || !worthTelling(run) {
			continue
		}
		at := run.Finished.UTC().Format(time.RFC3339)
		if len(feed.Entries) == 0 {
			feed.Updated = at
		}
		shown := s.publicReceipt(st.Source, run)
		text := []string{shown.Summary}
		if shown.Fault != nil {
			text = append(text, shown.Fault.What, shown.Fault.Advice, s.texts.t("ricevuta.chi", shown.Fault.Who))
		}
		for _, p := range shown.Problems {
			text = append(text, fmt.Sprintf("%s: %s. %s %s", p.What, s.texts.number(p.Count), p.Advice, s.texts.t("ricevuta.chi", p.Who)))
		}
		feed.Entries = append(feed.Entries, atomEntry{ID: fmt.Sprintf("%s#r-%d", id, run.ID), Title: shown.Outcome + ". " + shown.Summary, Updated: at,
			Link: atomLink{"alternate", "text/html", s.absolute(r, shown.URL)}, Summary: strings.Join(text, " ")})
	}
	w.Header().Set("Content-Type", "application/atom+xml; charset=utf-8")
	w.Header().Set("Cache-Control", statusMaxAge)
	if _, err := w.Write([]byte(xml.Header)); err != nil {
		return err
	}
	return xml.NewEncoder(w).Encode(feed)
}

// worthTelling reports whether a run is worth a person's while.
func worthTelling(run catalog.Run) bool {
	t := run.Receipt
	return run.State != catalog.RunCompleted || t.New+t.Changed+t.Gone+t.Refused > 0
}
