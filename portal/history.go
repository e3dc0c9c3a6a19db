package portal

import (
	"context"
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
}

// A history is what is known of how a record changed, newest first.
type history struct {
	Since string // the day on which it came
	Lines []revisionLine
	More  int64  // changes before those
	Runs  string // page of the source, where its runs are
	// Receipt is what the source said of the record.
	Receipt string
}

// history reads that of rec.
func (s *server) history(ctx context.Context, rec *catalog.Record) (*history, error) {
	list, all, err := s.store.Revisions(ctx, rec.ID, maxRevisions)
	if err != nil {
		return nil, err
	}
	h := &history{Since: dayIf(rec.Created.In(catalog.Rome)), More: max(0, all-int64(len(list))), Runs: s.statusPath(rec.SourceID), Receipt: s.recordReceiptPath(rec.SourceID, rec.ID)}
	for _, r := range list {
		h.Lines = append(h.Lines, revisionLine{day(r.At.In(catalog.Rome)), s.revisionText(rec, r), r.RunID})
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
	return s.texts.t("storia.cambiati", strings.Join(names, ", "))
}
