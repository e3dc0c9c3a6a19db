package portal

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"

	"po-net.prato.it/ponet/catalog"
)

const (
	maxVersions  = 200 // to choose from
	comparedText = 600 // bytes of a value
)

// comparePage is two versions of a record side by side.
type comparePage struct {
	head
	Source, SourceURL string
	Record, RecordURL string
	Versions          []versionLine // newest first
	Before, After     *versionLine
	Fields            []changedField
	Moved             string // how far, in words; "" when it did not move
	Still             *still
	Sources           string // of the map
}

// A versionLine is one version: since when, who and why.
type versionLine struct {
	N             int
	Name, Why     string
	Run           int64
	Receipt       string // address of the receipt of that run
	Before, After bool   // chosen
}

// versions answers /stato/fonti/{fonte}/schede/{id}/versioni: two versions of a record
// side by side, ?da= and ?a= say which; without, the last two.
func (s *server) versions(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	rec, src, _, err := s.describedBy(r)
	if err != nil {
		return err
	}
	list, err := s.store.Versions(ctx, rec.ID, maxVersions)
	if err != nil {
		return err
	}
	page := s.versionsPath(src.ID, rec.ID)
	p := &comparePage{head: s.head(r, s.texts.t("confronto.titolo", rec.Title), page), Source: name(src), SourceURL: s.statusPath(src.ID), Record: rec.Title, RecordURL: recordPath(rec)}
	p.Description = s.texts.t("confronto.descrizione", rec.Title)
	p.Crumbs = []link{{URL: s.path("/stato"), Label: s.texts.t("stato.titolo")}, {URL: p.SourceURL, Label: p.Source}}
	p.NoIndex = true // the record's page is the one to be found
	s.inBoth(r, &p.head, page)
	for _, v := range list {
		p.Versions = append(p.Versions, s.versionLine(src, v))
	}
	if err := s.compare(ctx, p, rec, r); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", statusMaxAge)
	return s.render(w, r, http.StatusOK, s.pages["confronto"], "base", p)
}

func (s *server) versionsPath(source, record string) string {
	return s.recordReceiptPath(source, record) + "/versioni"
}

// versionLine tells a version in words.
func (s *server) versionLine(src catalog.Source, v catalog.Revision) versionLine {
	l := versionLine{N: v.Version, Name: s.texts.t("confronto.versione", v.Version, s.texts.day(v.At.In(catalog.Rome))), Run: v.RunID}
	switch v.RunKind {
	case catalog.RunRevert:
		l.Why = s.texts.t("confronto.perche.annulla", v.Undoes)
	case catalog.RunRemap:
		l.Why = s.texts.t("confronto.perche.rilegge")
	case catalog.RunHarvest:
		l.Why = s.texts.t("confronto.perche.fonte", name(src))
	default:
		l.Why = s.texts.t("confronto.perche.mano")
	}
	if v.RunKind != "" {
		l.Receipt = s.runPath(src.ID, v.RunID)
	}
	return l
}

// chosen is the version that the parameter asks for, else the one at place otherwise
// of the list; nil when there is none.
func chosen(list []versionLine, parameter string, otherwise int) (*versionLine, error) {
	if parameter == "" {
		if otherwise >= len(list) {
			return nil, nil
		}
		return &list[otherwise], nil
	}
	n, err := strconv.Atoi(parameter)
	i := slices.IndexFunc(list, func(l versionLine) bool { return l.N == n })
	if err != nil || i < 0 {
		return nil, fmt.Errorf("version %.20q: %w", parameter, catalog.ErrNotFound)
	}
	return &list[i], nil
}

// compare fills in what differs between the two versions that r asks for.
func (s *server) compare(ctx context.Context, p *comparePage, rec *catalog.Record, r *http.Request) error {
	q := r.URL.Query()
	var err error
	if p.After, err = chosen(p.Versions, q.Get("a"), 0); err != nil || p.After == nil {
		return err
	}
	if p.Before, err = chosen(p.Versions, q.Get("da"), 1); err != nil || p.Before == nil {
		return err
	}
	p.Before.Before, p.After.After = true, true
	before, err := s.store.Version(ctx, rec.ID, p.Before.N)
	if err != nil {
		return err
	}
	after, err := s.store.Version(ctx, rec.ID, p.After.N)
	if err != nil {
		return err
	}
	for _, name := range changedNames(before.Properties, after.Properties) {
		was, is := s.compared(name, before), s.compared(name, after)
		if was != is {
			p.Fields = append(p.Fields, changedField{s.fieldLabel(rec.Kind, name), was, is})
		}
	}
	return s.moved(ctx, p, before, after)
}

// compared is a value in words.
func (s *server) compared(name string, rec *catalog.Record) string {
	return clipWords(s.cell(name, rec.Properties.Get(name)), comparedText)
}

// moved draws both positions when they differ.
func (s *server) moved(ctx context.Context, p *comparePage, before, after *catalog.Record) error {
	if before.Geometry != nil && after.Geometry != nil && orb.Equal(before.Geometry, after.Geometry) {
		return nil
	}
	var rows []row
	var box *orb.Bound
	for i, rec := range []*catalog.Record{before, after} {
		one := s.newRow(i+1, catalog.Hit{Record: rec, DistanceMetres: -1})
		if one.Place == nil {
			continue
		}
		rows = append(rows, one)
		b := rec.Geometry.Bound()
		if box == nil {
			box = &b
		} else {
			both := box.Union(b)
			box = &both
		}
	}
	switch len(rows) {
	case 0:
		return nil
	case 1:
		p.Moved = s.texts.t("confronto.una-posizione")
	case 2:
		far := distance(geo.Distance(*rows[0].Place, *rows[1].Place))
		if s.texts.english() {
			far = strings.Replace(far, ",", ".", 1)
		}
		p.Moved = s.texts.t("confronto.spostata", far)
	}
	var err error
	if p.Still, err = s.still(ctx, *box, rows, s.texts.t("confronto.mappa", p.Record), recordWidth, recordHeight); err != nil {
		return err
	}
	p.Still.tell(newView(*box, recordWidth, recordHeight), before, after, s.texts.t("confronto.da"), s.texts.t("confronto.a"))
	_, p.Sources, err = s.drawn(ctx)
	return err
}

// tell writes beside each position which it is, and takes the names of places away
// that would stand there.
func (st *still) tell(v view, before, after *catalog.Record, was, is string) {
	const off = 24 // units below the symbol, or above it
	for i, one := range []struct {
		rec  *catalog.Record
		text string
	}{{before, was}, {after, is}} {
		if one.rec.Geometry == nil {
			continue
		}
		x, y := v.at(one.rec.Geometry.Bound().Center())
		label := stillName{X: int(x), Y: int(y) + off + 8, Text: one.text}
		if i == 0 {
			label.Y = int(y) - off
		}
		st.Names = slices.DeleteFunc(st.Names, func(n stillName) bool { return abs(n.X-label.X) < 80 && abs(n.Y-int(y)) < off+22 })
		st.Names = append(st.Names, label)
	}
}

func abs(n int) int { return max(n, -n) }
