package harvesters

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// A server may change a document twice in the second that Last-Modified tells,
// so one that was younger than this when it was read is no evidence (RFC 9110
// §8.8.2.2).
const strongAfter = time.Minute

// documents is what a run knows of single answers: those that earlier runs
// stored whole, and the one that is being read. What is made of many answers
// is asked for anew, since one of them alone says nothing.
type documents struct {
	mu      sync.Mutex
	known   map[string]catalog.Document // of the last completed run, by address
	kept    map[string]catalog.Document // for the next run
	reading []byte                      // of the listing under way
	ask     bool                        // whether it has changed, not only for it
	answers int                         // to the listing under way, redirects left out
	address string                      // of the last of them
	last    catalog.Document            // with its validators
	same    bool                        // the server says that it has not changed
}

// begin starts a listing that is read so. With ask, a document that is known is
// only wanted if it has changed.
func (d *documents) begin(reading []byte, ask bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.reading, d.ask, d.answers, d.same, d.address = reading, ask, 0, false, ""
}

// unchanged is the document that the listing is, if its server said that it has
// not changed and nothing else was answered.
func (d *documents) unchanged() (catalog.Document, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.last, d.same && d.answers == 1
}

// keep notes that the listing under way was stored whole, as layers. Only one
// that was a single document can be asked for again by its validators.
func (d *documents) keep(layers []catalog.LayerReceipt) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.kept, d.address)
	if d.answers != 1 || d.last.ETag == "" && d.last.Modified == "" {
		return
	}
	doc := d.last
	doc.Reading, doc.Layers = d.reading, layers
	if d.kept == nil {
		d.kept = map[string]catalog.Document{}
	}
	d.kept[d.address] = doc
}

// forget is keep for a listing that was not stored whole.
func (d *documents) forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.kept, d.address)
}

// conditional asks for documents that are known only if they have changed, and
// notes the validators of the others.
type conditional struct {
	next http.RoundTripper
	docs *documents
}

func (t conditional) RoundTrip(req *http.Request) (*http.Response, error) {
	d, address := t.docs, req.URL.String()
	d.mu.Lock()
	known, asks := d.known[address]
	asks = asks && d.ask && d.answers == 0 && req.Method == http.MethodGet && bytes.Equal(known.Reading, d.reading)
	d.mu.Unlock()
	if asks {
		req = req.Clone(req.Context())
		if known.ETag != "" {
			req.Header.Set("If-None-Match", validators(known.ETag))
		}
		if known.Modified != "" {
			req.Header.Set("If-Modified-Since", known.Modified)
		}
	}
	res, err := t.next.RoundTrip(req)
	if err != nil || res.StatusCode/100 == 3 && res.StatusCode != http.StatusNotModified {
		return res, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.answers++
	d.address, d.same = address, asks && res.StatusCode == http.StatusNotModified
	switch {
	case d.same:
		d.last = known
	case req.Method == http.MethodGet && res.StatusCode == http.StatusOK:
		d.last = catalog.Document{ETag: res.Header.Get("ETag"), Modified: modified(res.Header)}
	default:
		d.last = catalog.Document{}
	}
	return res, nil
}

// validators is what If-None-Match says of an ETag. Apache marks that of the
// gzipped form and then does not know it again; the plain form has the same
// content.
func validators(etag string) string {
	for _, mark := range []string{`-gzip"`, `--gzip"`} {
		if plain, ok := strings.CutSuffix(etag, mark); ok {
			return etag + ", " + strings.TrimSuffix(plain, "-") + `"`
		}
	}
	return etag
}

// modified is Last-Modified where it is evidence: not of the minute in which the
// document was read.
func modified(h http.Header) string {
	changed, err := http.ParseTime(h.Get("Last-Modified"))
	if err != nil {
		return ""
	}
	read, err := http.ParseTime(h.Get("Date"))
	if err != nil || read.Sub(changed) < strongAfter {
		return ""
	}
	return h.Get("Last-Modified")
}

// whole reads one listing. Where its server says that it is the document that
// was stored before, nothing is read, and everything counts as unchanged.
// prefix begins the names of its layers; "": it is the source.
func (r *run) whole(ctx context.Context, prefix string, reading []byte, read func() error) error {
	before, first := r.receipt.Read, len(r.order)
	source := prefix == ""
	r.documents.begin(reading, !r.full && (!source || r.listing.Since == ""))
	err := r.settle(ctx, read())
	if doc, same := r.documents.unchanged(); same && r.receipt.Read == before && ctx.Err() == nil {
		ok, failure := r.unchanged(ctx, prefix, doc)
		if ok || failure != nil {
			return failure
		}
		r.documents.begin(reading, false)
		err = r.settle(ctx, read())
	}
	if source {
		r.document = r.documents.address
	}
	if err != nil || source && r.listing.Partial {
		r.documents.forget()
		return err
	}
	layers := []catalog.LayerReceipt{}
	for _, l := range r.order[first:] {
		layers = append(layers, catalog.LayerReceipt{Name: l.Name, Collection: l.Collection, Read: l.Read - l.Refused, Placed: l.Placed})
	}
	r.documents.keep(layers)
	return nil
}

// unchanged counts what was stored of a document as read and unchanged, and as
// listed. It is false when the catalogue does not hold it any more.
func (r *run) unchanged(ctx context.Context, prefix string, doc catalog.Document) (bool, error) {
	held := map[string]int64{}
	var keys []seenKey
	err := r.store.Held(ctx, prefix, func(layer, key string) {
		held[layer]++
		keys = append(keys, newSeenKey(layer, key))
	})
	if err != nil {
		return false, r.ours(ctx, err)
	}
	for _, l := range doc.Layers {
		if held[l.Name] < l.Read && l.Collection != catalog.ObservationsCollection {
			return false, nil
		}
	}
	for _, k := range keys {
		r.seen[k] = struct{}{}
	}
	for _, l := range doc.Layers {
		r.order = append(r.order, &layerRun{LayerReceipt: l, layer: &catalog.Layer{Name: l.Name}})
		r.receipt.Read += l.Read
		r.receipt.Unchanged += l.Read
	}
	r.receipt.Datasets += doc.Datasets
	r.receipt.Layers = r.layerReceipts()
	r.same = r.same || prefix == ""
	return true, r.progress(ctx)
}

// settle stores what of the listing that has been read waited for its end; what
// waited in one that failed is left to the next, as if it had not been read.
func (r *run) settle(ctx context.Context, failure error) error {
	if len(r.postponed) == 0 {
		return failure
	}
	free := r.isFree
	if failure != nil {
		free = nil
		for l, n := range r.postponed {
			l.Read -= n
			r.receipt.Read -= n
		}
	}
	clear(r.postponed)
	if ctx.Err() != nil {
		return errors.Join(failure, ctx.Err())
	}
	counts, err := r.store.Settle(ctx, free, r.options.DryRun)
	if err != nil {
		return r.ours(ctx, err)
	}
	r.count(counts)
	if failure != nil {
		return failure
	}
	return r.progress(ctx)
}

// isFree reports whether the listing, read to its end, does not hold a
// description of earlier runs.
func (r *run) isFree(layer, key string) bool {
	if r.listing.Partial || r.unnamed || r.isSpared(layer) || r.deleted[catalog.MissedKey{Layer: layer, Key: key}] {
		return false
	}
	return !r.isListed(newSeenKey(layer, key))
}
