package portal

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// maxRevisions is how many changes a record's page lists.
const maxRevisions = 10

// A revisionLine is a change of a record in words.
type revisionLine struct {
	When, What string
	Run        int64
	Compare    string // address of this version beside the one before, "" when there was none
}

// A history is what is known of how a record changed, newest first.
type history struct {
	Since string // the day on which it came
	Lines []revisionLine
	More  int64  // changes before those
	Runs  string // page of the source, where its runs are
	// Receipt is what the source said of the record.
	Receipt string
	Compare string // address of two versions side by side
}

// history reads that of rec.
func (s *server) history(ctx context.Context, rec *catalog.Record) (*history, error) {
	list, all, err := s.store.Revisions(ctx, rec.ID, maxRevisions)
	if err != nil {
		return nil, err
	}
	h := &history{Since: dayIf(rec.Created.In(catalog.Rome)), More: max(0, all-int64(len(list))), Runs: s.statusPath(rec.SourceID), Receipt: s.recordReceiptPath(rec.SourceID, rec.ID)}
	if len(list) > 0 {
		h.Compare = s.versionsPath(rec.SourceID, rec.ID)
	}
	for _, r := range list {
		line := revisionLine{When: day(r.At.In(catalog.Rome)), What: s.revisionText(rec, r), Run: r.RunID}
		if !r.Withdrawn && !r.Returned {
			line.Compare = fmt.Sprintf("%s?da=%d&a=%d", h.Compare, r.Version-1, r.Version)
		}
		h.Lines = append(h.Lines, line)
	}
	return h, nil
}

// computed are properties that change because others do, or that say nothing of
// the thing itself.
var computed = []string{"accuracy_metres", "type_label", "istat_code", "source_key", "body", "source_modified"}

// revisionText says what changed: "«Telefono», «Orario»".
func (s *server) revisionText(rec *catalog.Record, r catalog.Revision) string {
	switch {
	case r.Withdrawn:
		return s.texts.t("storia.ritirata")
	case r.Returned:
		return s.texts.t("storia.tornata")
	}
	var names []string
	add := func(name string) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, name := range r.Changed {
		switch ours := rec.Kind != catalog.KindFeature || slices.Contains(ourProperties, name); {
		case slices.Contains(computed, name):
		case ours:
			add("«" + s.columnLabel(name) + "»")
		default:
			add("«" + readable(name) + "»")
		}
	}
	if r.Moved {
		add(s.texts.t("storia.posizione"))
	}
	if len(names) == 0 {
		return s.texts.t("storia.altro")
	}
	if len(names) == 1 && r.Moved {
		return s.texts.t("storia.spostata")
	}
	if len(names) == 1 {
		return s.texts.t("storia.cambiato", names[0])
	}
	return s.texts.t("storia.cambiati", strings.Join(names, ", "))
}
