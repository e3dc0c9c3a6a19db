package harvesters

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"path"
	"slices"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// Limits of a run.
const (
	pageRows   = 2000     // descriptions in one transaction: short, so that no reader of the change log is held back
	pageBytes  = 16 << 20 // of their bytes, whichever is reached first
	maxSamples = 20       // issues quoted in a receipt; all are in the database
)

// A Store is a run that the catalogue has begun (postgis.Store.Begin).
type Store interface {
	RunID() int64
	// Collection is where the records of a layer go.
	Collection(ctx context.Context, kind catalog.Kind, layer *catalog.Layer) (string, error)
	PutLayer(ctx context.Context, layer *catalog.Layer, collection string, columns []catalog.Column) error
	// Put stores a page in one transaction, which is undone when dry.
	Put(ctx context.Context, page catalog.Batch, normalize catalog.Normalize, dry bool) (catalog.BatchCounts, error)
	// PutObservations stores a page of measured values in the same way.
	PutObservations(ctx context.Context, page catalog.ObservationPage, dry bool) (catalog.BatchCounts, error)
	// LinkDatasets ties layers to the records of the datasets whose rows they are.
	LinkDatasets(ctx context.Context) error
	// Elsewhere are the datasets whose tables another source gives, FoldTables
	// publishes the rows of such a dataset once.
	Elsewhere(ctx context.Context, keys []string) (map[string]bool, error)
	FoldTables(ctx context.Context) error
	Progress(ctx context.Context, pages int, receipt catalog.Receipt) error
	// Listing is what the last completed run left, Remember what this one leaves.
	Listing(ctx context.Context, dry bool) (catalog.ListingState, error)
	Remember(s catalog.ListingState)
	// Settle stores what Put postponed: see postgis.Harvest.Settle.
	Settle(ctx context.Context, free func(layer, key string) bool, dry bool) (catalog.BatchCounts, error)
	// Adopt lets a layer of a dataset be the one that it was under another name.
	Adopt(ctx context.Context, layer *catalog.Layer, current func(name string) bool) error
	// Held are the descriptions that the last complete listing held, in the layers
	// whose names begin with prefix.
	Held(ctx context.Context, prefix string, each func(layer, key string)) error
	// StoredLayers are the layers of the source.
	StoredLayers(ctx context.Context) ([]*catalog.Layer, error)
	// StoredRows are the next descriptions of a layer after a key.
	StoredRows(ctx context.Context, layer *catalog.Layer, after string, limit int) ([]catalog.Harvested, error)
	Missing(ctx context.Context, listed func(layer, key string) bool) (catalog.Missing, error)
	// Deleted adds to m what the source itself says that it has withdrawn.
	Deleted(ctx context.Context, said []catalog.MissedKey, m *catalog.Missing) error
	Withdraw(ctx context.Context, m catalog.Missing) (int64, error)
	// Park keeps what the run would have withdrawn, for a person to look at.
	Park(ctx context.Context, m catalog.Missing) error
	// Absent are the differences that withdrawing would make, and the misses.
	Absent(ctx context.Context, m catalog.Missing) ([]catalog.Difference, error)
	// Recognised is how many of the descriptions that the run has brought or changed
	// are one record with what other sources say.
	Recognised(ctx context.Context) (int64, error)
	// Together makes one transaction of what f does: how a run ends.
	Together(ctx context.Context, f func() error) error
	Finish(ctx context.Context, receipt catalog.Receipt) error
	Discard(ctx context.Context) error
}

// Options of one run.
type Options struct {
	DryRun   bool  // compare and count, write nothing
	Full     bool  // list everything, also where it is known what changed
	PageRows int   // descriptions in one transaction; 0: 2,000
	Approved int64 // how many records a person lets it withdraw, beyond what needs nobody; the listing is a full one
	Progress func(catalog.Receipt)
	Key      ReadKey // of sources that want one
	// Differences is told, of a dry run, what it would have done.
	Differences func([]catalog.Difference)
}

// Run harvests src: it reads, normalises and stores page by page, and withdraws
// what two complete listings in a row did not hold. The receipt says how it
// ended; the error is for what was not the source's doing (our database, the
// caller's cancel), after which the run can be taken up again.
func Run(ctx context.Context, c *http.Client, store Store, src catalog.Source, v *catalog.Vocabularies, o Options) (catalog.Receipt, error) {
	r := &run{src: src, store: store, vocab: v, options: o, started: time.Now()}
	r.receipt = catalog.Receipt{Run: store.RunID(), Source: src.ID, Outcome: catalog.RunRunning}
	r.restart(&catalog.Listing{})
	harvest, ok := Protocols[src.Protocol]
	if !ok {
		return r.end(ctx, fmt.Errorf("no protocol %q, there are %v", src.Protocol, ProtocolNames()))
	}
	r.deadline = r.started.Add(time.Duration(src.Deadline))
	c, failure := WithKeys(c, src, o.Key)
	if failure == nil {
		failure = r.recall(ctx)
	}
	if failure == nil {
		failure = r.read(ctx, r.counted(c), harvest)
	}
	switch {
	case ctx.Err() != nil:
		return r.receipt, fmt.Errorf("run %d of %s interrupted after %d descriptions; the next harvest takes it up: %w", r.receipt.Run, src.ID, r.receipt.Read, ctx.Err())
	case errors.Is(failure, errStore):
		return r.receipt, failure
	case failure != nil && r.late():
		failure = fmt.Errorf("not finished within its deadline of %s; raise it with: ponet source set %s --deadline", time.Duration(src.Deadline), src.ID)
	}
	return r.end(ctx, failure)
}

// inTime is ctx for those who read: it ends with the source's deadline. Storing
// does not: a page under way is finished, since a statement that is broken off
// costs the connection, and the receipt with it.
func (r *run) inTime(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithDeadline(ctx, r.deadline)
}

// late reports whether the deadline has passed.
func (r *run) late() bool { return !time.Now().Before(r.deadline) }

// errStore marks what went wrong in our own database.
var errStore = errors.New("store")

// A run is the state of one harvest in this process.
type run struct {
	src       catalog.Source
	store     Store
	vocab     *catalog.Vocabularies
	options   Options
	started   time.Time
	deadline  time.Time // of reading
	page      int
	receipt   catalog.Receipt
	layers    map[*catalog.Layer]*layerRun
	order     []*layerRun
	seen      map[seenKey]struct{}
	passing   map[string]bool            // names of layers that list only the newest
	files     []datasetFiles             // of the datasets listed, to be read after the listing
	tables    []string                   // beginnings of the names of the layers of the dataset whose files are read
	spared    []string                   // beginnings of the names of layers that could not be read
	unnamed   bool                       // something is listed that cannot be read, and nobody knows what
	watch     watch                      // of observations
	deleted   map[catalog.MissedKey]bool // what the source says that it has withdrawn
	postponed map[*layerRun]int64        // descriptions that wait for the end of the listing
	same      bool                       // the source is one document, and that has not changed

	listing   *catalog.Listing
	last      catalog.ListingState // what the last completed run left
	full      bool                 // nothing of that is used
	traffic   traffic
	documents documents
	document  string // address of the one that the source is
}

type layerRun struct {
	catalog.LayerReceipt
	layer     *catalog.Layer
	kind      catalog.Kind
	hash      []byte
	normalize catalog.Normalize
}

// put stores one page of src and adds it to the receipt.
func (r *run) put(ctx context.Context, src catalog.Source, page catalog.Batch) error {
	if page.Layer == nil {
		page.Layer = &catalog.Layer{} // refusals only, before the first layer
	}
	page.Items = r.undeleted(page)
	if len(page.Items)+len(page.Refused)+len(page.Issues) == 0 {
		return nil // only deletions, which say nothing of the layer's columns
	}
	if src.Kind(page.Layer) == catalog.KindObservation {
		return r.observe(ctx, src, page)
	}
	l, err := r.layer(ctx, src, page.Layer)
	if err != nil {
		return err
	}
	unquoted(src, page.Layer, page.Refused)
	for i := range page.Items {
		unquoted(src, page.Layer, page.Items[i].Harvested.Issues)
	}
	if l.kind == catalog.KindDataset {
		r.list(page, l)
	}
	for i := range page.Refused {
		r.located(&page.Refused[i])
		r.stillListed(page.Refused[i], page.Layer)
	}
	read := int64(len(page.Items) + len(page.Refused))
	page = r.unrepeated(page, l)
	counts, err := r.store.Put(ctx, page, l.normalize, r.options.DryRun)
	if err != nil {
		return r.ours(ctx, err)
	}
	r.files = slices.DeleteFunc(r.files, func(d datasetFiles) bool { return slices.Contains(counts.Erased, d.key) })
	r.add(l, read, counts)
	return r.progress(ctx)
}

// progress notes and tells how far the run has come.
func (r *run) progress(ctx context.Context) error {
	if !r.options.DryRun {
		if err := r.store.Progress(ctx, r.page, r.receipt); err != nil {
			return r.ours(ctx, err)
		}
	}
	if r.options.Progress != nil {
		r.options.Progress(r.receipt)
	}
	return nil
}

// ours marks an error of the store, unless it says that time is up or that the
// source is no more.
func (r *run) ours(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, catalog.ErrWithdrawn): // somebody has removed the source
		return err
	}
	return fmt.Errorf("%w: %w", errStore, err)
}

// unrepeated is the page without descriptions whose key came before in this
// run, which are refused, and with the hashes of the others.
func (r *run) unrepeated(page catalog.Batch, l *layerRun) catalog.Batch {
	items := page.Items[:0]
	for _, item := range page.Items {
		h := item.Harvested
		key := newSeenKey(page.Layer.Name, h.Key)
		if r.met(key) {
			page.Refused = append(page.Refused, catalog.Issue{
				Rule: "key-repeated", File: page.Layer.Name, Line: h.Line, Key: h.Key, Field: "key", Read: catalog.Excerpt(h.Key),
				Expected: "a key that no other description of the source has", Refused: true,
			})
			continue
		}
		r.seen[key] = struct{}{}
		item.Hash = h.Hash(l.hash)
		if h.Geometry != nil {
			l.Placed++
		}
		items = append(items, item)
	}
	page.Items = items
	return page
}

// add counts what a page did.
func (r *run) add(l *layerRun, read int64, c catalog.BatchCounts) {
	r.page++
	l.Read += read
	l.Refused += c.Refused
	if c.Postponed > 0 {
		r.postponed[l] += c.Postponed
	}
	r.receipt.Read += read
	r.count(c)
	t := &r.receipt
	t.Seconds = time.Since(r.started).Seconds()
	t.Layers = r.layerReceipts()
}

func (r *run) layerReceipts() []catalog.LayerReceipt {
	list := make([]catalog.LayerReceipt, 0, len(r.order))
	for _, l := range r.order {
		if i := len(list) - 1; i >= 0 && list[i].Name == l.Name && list[i].Collection == l.Collection { // a remap meets a table under several readings
			list[i].Read, list[i].Refused, list[i].Placed = list[i].Read+l.Read, list[i].Refused+l.Refused, list[i].Placed+l.Placed
			continue
		}
		list = append(list, l.LayerReceipt)
	}
	return list
}

// count adds to the receipt what storing did.
func (r *run) count(c catalog.BatchCounts) {
	t := &r.receipt
	r.tell(c.Differences)
	t.New += c.New
	t.Changed += c.Changed
	t.Unchanged += c.Unchanged
	t.Refused += c.Refused
	t.Issues += c.Issues
	for rule, n := range c.Rules {
		t.Rules[rule] += n
	}
	if room := maxSamples - len(t.Samples); room > 0 {
		t.Samples = append(t.Samples, c.Samples[:min(room, len(c.Samples))]...)
	}
}

// tell passes on what a dry run would have done.
func (r *run) tell(list []catalog.Difference) {
	if len(list) > 0 && r.options.Differences != nil {
		r.options.Differences(list)
	}
}

// located says in which file an issue is, where its layer has no name of its own.
func (r *run) located(i *catalog.Issue) {
	i.File = cmp.Or(i.File, path.Base(r.src.URL))
}

// layer prepares a layer when its first page comes.
func (r *run) layer(ctx context.Context, src catalog.Source, layer *catalog.Layer) (*layerRun, error) {
	if l, ok := r.layers[layer]; ok {
		return l, nil
	}
	kind := src.Kind(layer)
	if kind != catalog.KindDataset && layer.Dataset == "" {
		layer.Dataset = ownDatasetKey(src, layer)
	}
	if layer.Dataset != "" && len(r.tables) > 0 && !r.options.DryRun {
		if err := r.store.Adopt(ctx, layer, r.isTable); err != nil {
			return nil, r.ours(ctx, err)
		}
	}
	collection, n, err := r.describe(ctx, src, layer)
	if err != nil {
		return nil, err
	}
	l := &layerRun{LayerReceipt: catalog.LayerReceipt{Name: layer.Name, Collection: collection}, layer: layer, kind: kind, hash: n.LayerHash(), normalize: func(h catalog.Harvested) (catalog.Record, []catalog.Issue) {
		record, issues := n.Normalize(h)
		for i := range issues {
			issues[i].Line, issues[i].Key = cmp.Or(issues[i].Line, h.Line), cmp.Or(issues[i].Key, h.Key)
			r.located(&issues[i])
		}
		return record, issues
	}}
	r.layers[layer] = l
	r.passing[layer.Name] = layer.Passing
	r.order = append(r.order, l)
	return l, nil
}

// describe notes what a layer is, and how its descriptions become records.
func (r *run) describe(ctx context.Context, src catalog.Source, layer *catalog.Layer) (string, *catalog.Normalizer, error) {
	collection, err := r.store.Collection(ctx, src.Kind(layer), layer)
	if err != nil {
		return "", nil, r.ours(ctx, err)
	}
	n, err := catalog.NewNormalizer(src, layer, collection, r.vocab)
	if err != nil {
		return "", nil, err
	}
	if !r.options.DryRun {
		if err := r.store.PutLayer(ctx, layer, collection, n.Columns()); err != nil {
			return "", nil, r.ours(ctx, err)
		}
	}
	return collection, n, nil
}
