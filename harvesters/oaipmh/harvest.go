package oaipmh

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strings"

	"github.com/antchfx/xmlquery"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
)

// The layers of a source: items of cultural heritage, and the places that hold
// them; of a catalogue of data its datasets. --layer reads one alone.
const (
	heritageLayer = "heritage"
	placesLayer   = "places"
	datasetsLayer = "datasets"
)

// Harvest yields the records of the repository at src.URL, or those in the
// document or folder that it names. A record that says nothing we keep is a
// *catalog.RowError that says why; any other error is the last pair. Where the
// last run left a cursor, only what changed since is listed.
func Harvest(ctx context.Context, c *http.Client, src catalog.Source) iter.Seq2[catalog.Harvested, error] {
	return func(yield func(catalog.Harvested, error) bool) {
		h := &harvester{c: c, src: src, yield: yield, drop: append(slices.Clone(persons), src.Mapping.Drop...)}
		if err := h.harvest(ctx); err != nil && !errors.Is(err, errStopped) {
			yield(catalog.Harvested{}, err)
		}
	}
}

type harvester struct {
	c     *http.Client
	src   catalog.Source
	drop  []string
	yield func(catalog.Harvested, error) bool

	heritage, places, datasets *catalog.Layer

	place   bool   // there are places among the records
	data    bool   // they are datasets
	reading string // the file of a folder that is being read
}

// begin makes the layers, with what was found out about the source.
func (h *harvester) begin(found ...string) {
	h.heritage = newLayer(heritageLayer, "Beni culturali", catalog.KindHeritageItem, found)
	h.places = newLayer(placesLayer, "Edifici e raccolte", catalog.KindPlace, found)
	h.datasets = catalog.DatasetLayer()
	h.datasets.Found = found
}

// main is the layer of most records.
func (h *harvester) main() *catalog.Layer {
	if h.data {
		return h.datasets
	}
	return h.heritage
}

func (h *harvester) harvest(ctx context.Context) error {
	address, web := fetch.Web(h.src.URL)
	if !web {
		return h.local(ctx, h.src.URL)
	}
	repo := newRepository(address, h.src.Mapping.Format)
	if since, ok := readCursor(h.src.Listing().Since, repo); ok {
		err := h.changes(ctx, repo, since)
		if h.heritage != nil || !refused(err) && !isProblem(err, "badArgument", "cannotDisseminateFormat", "badGranularity") {
			return err
		}
		// It is not what it was when the cursor was made: everything is read anew.
	}
	return h.all(ctx, repo)
}

// changes lists what changed since the cursor, in as many requests as that has pages.
func (h *harvester) changes(ctx context.Context, repo *repository, since cursor) error {
	repo.prefix = since.prefix
	h.place, h.data = since.places, since.data
	l := h.lister(repo, since.seconds())
	l.begin = func() {
		h.src.Listing().Partial = true
		h.begin("format: "+repo.prefix, "changes since "+since.from+", by the repository's clock")
	}
	return h.list(ctx, l, since.from)
}

// all lists everything.
func (h *harvester) all(ctx context.Context, repo *repository) error {
	h.src.Listing().Partial = false
	d, err := fetch.Read(ctx, h.c, repo.request("Identify"), accept)
	if err != nil {
		return err
	}
	a, err := understand(d, h.drop)
	if a != nil && holdsRecords(a.Document) { // a document that was put on a web server
		return h.document(ctx, a, where(d))
	}
	if err != nil {
		return err
	}
	id, err := identityOf(a)
	if err != nil {
		return err
	}
	format, err := repo.choose(ctx, h.c)
	if err != nil {
		return err
	}
	sets, err := repo.tellSets(ctx, h.c)
	if err != nil {
		return err
	}
	h.data = repo.data
	protocol := fmt.Sprintf("protocol: OAI-PMH 2.0, %q", id.name)
	h.begin(protocol, format, sets, id.explain())
	l := h.lister(repo, id.seconds)
	err = h.list(ctx, l, repo.from)
	if len(l.seen) > 0 || !isProblem(err, "cannotDisseminateFormat") || h.src.Mapping.Format != "" || repo.prefix == everywhere {
		return err
	}
	// what is offered, and then refused for every record, is had in the format of all
	format = fmt.Sprintf("format: %s; %s is offered and then refused", everywhere, repo.prefix)
	repo.prefix, h.data = everywhere, false
	h.begin(protocol, format, sets, id.explain())
	return h.list(ctx, h.lister(repo, id.seconds), repo.from)
}

// everywhere is the format that every repository has (OAI-PMH 2.0 §3.4).
const everywhere = "oai_dc"

// explain says what a repository tells of time and of what was deleted.
func (i identity) explain() string {
	to := "day"
	if i.seconds {
		to = "second"
	}
	deleted := map[string]string{
		"persistent": "what was deleted is told for ever", "transient": "what was deleted is told for a time",
	}[i.deleted]
	if deleted == "" {
		deleted = "what was deleted is not told: full listings find it"
	}
	return fmt.Sprintf("datestamps: to the %s; %s", to, deleted)
}

func (h *harvester) lister(repo *repository, seconds bool) *lister {
	drop := h.drop
	if h.data { // whose persons are known by their elements and not by their names
		drop = h.src.Mapping.Drop
	}
	return &lister{verb: "ListRecords", repo: repo, c: h.c, drop: drop, seconds: seconds, seen: map[[16]byte]sighting{}, lost: h.lost, each: func(a *answer, n *xmlquery.Node, head header) bool {
		return h.record(a.Document, n, head)
	}}
}

// list walks the sets that are wanted and notes where the next run goes on.
func (h *harvester) list(ctx context.Context, l *lister, from string) error {
	sets := l.repo.sets
	if len(sets) == 0 {
		sets = []string{""}
	}
	for _, set := range sets {
		if err := l.list(ctx, set, from); err != nil {
			return err
		}
	}
	if l.repo.from == "" && l.repo.until == "" {
		next := cursor{prefix: l.repo.prefix, sets: strings.Join(l.repo.sets, " "), places: h.place, data: h.data}
		h.src.Listing().Cursor = after(l.first, l.seconds, next)
	}
	return nil
}

// wanted reports whether a layer is to be read.
func (h *harvester) wanted(layer string) bool {
	return len(h.src.Mapping.Layers) == 0 || slices.Contains(h.src.Mapping.Layers, layer)
}

// deleted hands on what the source says it has withdrawn; its record stands in one of
// the layers, and the source no longer says in which.
func (h *harvester) deleted(id string) bool {
	if h.data {
		return !h.wanted(datasetsLayer) || h.yield(catalog.Harvested{Key: id, Layer: h.datasets, Deleted: true}, nil)
	}
	ok := true
	if h.wanted(heritageLayer) {
		ok = h.yield(catalog.Harvested{Key: id, Layer: h.heritage, Deleted: true}, nil)
	}
	if ok && h.place && h.wanted(placesLayer) {
		ok = h.yield(catalog.Harvested{Key: id, Layer: h.places, Deleted: true}, nil)
	}
	return ok
}
