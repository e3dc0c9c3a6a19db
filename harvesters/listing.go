package harvesters

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"runtime/debug"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
)

// restart forgets what was counted and met, before the first walk of the
// listing and before a second one.
func (r *run) restart(l *catalog.Listing) {
	t := r.receipt
	r.receipt = catalog.Receipt{Run: t.Run, Source: t.Source, Outcome: t.Outcome, Again: t.Again, Rules: map[string]int64{}}
	r.listing = l
	r.seen, r.passing, r.layers, r.deleted = map[seenKey]struct{}{}, map[string]bool{}, map[*catalog.Layer]*layerRun{}, map[catalog.MissedKey]bool{}
	r.postponed = map[*layerRun]int64{}
	r.order, r.files, r.spared, r.unnamed, r.same, r.watch = nil, nil, nil, false, false, watch{}
}

// recall decides what of the last completed run this one can go on from:
// nothing, when the source is read otherwise than then, a week after everything
// was read, or when somebody wants everything to be.
func (r *run) recall(ctx context.Context) error {
	last, err := r.store.Listing(ctx, r.options.DryRun)
	if err != nil {
		return r.ours(ctx, err)
	}
	r.full = r.options.Full || r.options.Approved > 0 || !last.Fresh(r.reading(r.src), r.started)
	if !r.full {
		r.last = last
		r.listing.Since = last.Cursor
		r.documents.known, r.documents.kept = last.Documents, maps.Clone(last.Documents)
	}
	return nil
}

// leaves is what the next run can go on from when this one is completed.
func (r *run) leaves() catalog.ListingState {
	s := catalog.ListingState{Reading: r.reading(r.src), Cursor: r.listing.Cursor, Listed: r.last.Listed, Documents: r.documents.kept}
	if s.Cursor == "" && r.listing.Partial {
		s.Cursor = r.last.Cursor
	}
	if r.full && !r.listing.Partial {
		s.Listed = r.started
	}
	if doc, ok := s.Documents[r.document]; ok {
		doc.Datasets = r.receipt.Datasets
		s.Documents[r.document] = doc
		if len(r.files) > 0 { // the files that a catalogue lists change without it
			delete(s.Documents, r.document)
		}
	}
	return s
}

// reading identifies how src is read: what it is, what its columns mean, the
// vocabularies, and our code.
func (r *run) reading(src catalog.Source) []byte {
	b, err := json.Marshal(struct {
		Code, Edition, Protocol, URL, Title, Body, Name, Licence string
		Mapping                                                  catalog.Mapping
	}{code(), r.vocab.Edition, src.Protocol, src.URL, src.Title, src.BodyID, src.BodyName, src.Licence, src.Mapping})
	if err != nil {
		panic("harvesters: a mapping that is not JSON: " + err.Error()) // its types cannot fail
	}
	sum := sha256.Sum256(b)
	return sum[:16]
}

// code is the release or, between two, the revision of this program: another one
// may read the same bytes otherwise.
func code() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return info.Main.Version + " " + s.Value
		}
	}
	return info.Main.Version
}

// read reads the source: its listing, the files of the datasets in it, and what
// it is itself as a dataset. A listing that failed is walked once more.
func (r *run) read(ctx context.Context, c *http.Client, harvest Harvester) error {
	err := r.walk(ctx, c, harvest)
	if l, ok := r.listing.Again(); ok && r.worthAgain(ctx, err) {
		r.receipt.Again = tellable(r.src, err.Error())
		r.restart(l)
		err = r.walkedAgain(r.walk(ctx, c, harvest))
	}
	if err == nil {
		err = r.distributions(ctx, c)
	}
	if err == nil && !r.same {
		err = r.ownDatasets(ctx)
	}
	if spent := r.traffic.spent(); err != nil && spent != nil {
		return spent // whatever the protocol made of it
	}
	return err
}

// walk reads the listing.
func (r *run) walk(ctx context.Context, c *http.Client, harvest Harvester) error {
	src := r.src.WithListing(r.listing)
	if src.Mapping.Kind == catalog.KindObservation {
		src.Mapping = src.Mapping.AsText()
	}
	inTime, cancel := r.inTime(ctx)
	defer cancel()
	err := r.whole(ctx, "", r.reading(r.src), func() error { return r.pages(ctx, src, harvest(inTime, c, src)) })
	if err == nil {
		err = r.empty()
	}
	if err != nil && ctx.Err() == nil && !errors.Is(err, errStore) {
		err = fmt.Errorf("source %s: %w", src.ID, err)
	}
	return err
}

// worthAgain reports whether other pages might help a listing that failed so:
// not when no server was asked, when it is not there or does not want us, when the budget is
// spent, or when there is less time left than the first walk took.
func (r *run) worthAgain(ctx context.Context, err error) bool {
	if !errors.Is(err, catalog.ErrFailedListing) || r.traffic.spent() != nil || ctx.Err() != nil {
		return false
	}
	if time.Until(r.deadline) < time.Since(r.started) {
		return false
	}
	if _, web := fetch.Web(r.src.URL); !web && r.traffic.requests.Load() == 0 { // a file is what it is
		return false
	}
	var op *net.OpError
	var status *fetch.StatusError
	switch {
	case errors.As(err, &op):
		return false
	case errors.As(err, &status) && status.Code/100 == 4:
		return status.Code == http.StatusBadRequest || status.Code == http.StatusRequestEntityTooLarge || status.Code == http.StatusRequestURITooLong
	}
	return true
}

// walkedAgain adds to why the second walk of a listing failed that it was one.
func (r *run) walkedAgain(failure error) error {
	if failure == nil {
		return nil
	}
	return fmt.Errorf("walked twice, the second time with %d a page: %w", r.listing.PageRows, failure)
}
