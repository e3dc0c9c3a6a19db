package harvesters

import (
	"cmp"
	"context"
	"path"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
)

// ownLayer is the layer of the datasets that we describe ourselves: a file, a
// calendar or a feed is a dataset too, although nobody catalogued it.
const ownLayer = "(dataset)"

// ownDatasetKey identifies the dataset that a layer of src is.
func ownDatasetKey(src catalog.Source, layer *catalog.Layer) string {
	return strings.TrimSuffix(src.ID+"/"+layer.Name, "/")
}

// ownDatasets stores a dataset for every layer that no catalogue describes. They
// are not among the descriptions that were read: the source said none of it.
func (r *run) ownDatasets(ctx context.Context) error {
	layer := catalog.DatasetLayer()
	layer.Name, layer.Dropped = ownLayer, r.src.Mapping.Drop
	batch := catalog.Batch{Layer: layer, Own: true}
	if empty := r.listing.Empty; empty != nil { // what it was as a dataset stays, with what is over of it
		r.passing[empty.Name] = empty.Passing
		r.seen[newSeenKey(ownLayer, ownDatasetKey(r.src, empty))] = struct{}{}
	}
	for _, l := range r.order {
		of := l.layer
		if l.kind == catalog.KindDataset || of.Dataset != ownDatasetKey(r.src, of) || l.Read == 0 {
			continue
		}
		d := r.ownDataset(of)
		item := catalog.BatchItem{Harvested: d.Harvested(layer, of.Dataset, "application/json", nil)}
		if i := slices.IndexFunc(batch.Items, func(o catalog.BatchItem) bool { return o.Harvested.Key == of.Dataset }); i >= 0 {
			batch.Items[i] = item // one table under several readings is one dataset
			continue
		}
		batch.Items = append(batch.Items, item)
	}
	if len(batch.Items) > 0 {
		src := r.src
		src.Mapping = catalog.Mapping{Theme: r.src.Mapping.Theme}
		if err := r.putOwn(ctx, src, batch); err != nil {
			return err
		}
	}
	if r.options.DryRun {
		return nil
	}
	if err := r.store.LinkDatasets(ctx); err != nil {
		return r.ours(ctx, err)
	}
	return nil
}

func (r *run) putOwn(ctx context.Context, src catalog.Source, batch catalog.Batch) error {
	n, err := catalog.NewNormalizer(src, batch.Layer, catalog.KindDataset.Collection(), r.vocab)
	if err != nil {
		return err
	}
	hash := n.LayerHash()
	for i := range batch.Items {
		h := batch.Items[i].Harvested
		batch.Items[i].Hash = h.Hash(hash)
		r.seen[newSeenKey(batch.Layer.Name, h.Key)] = struct{}{}
		r.receipt.Datasets++
	}
	counts, err := r.store.Put(ctx, batch, n.Normalize, r.options.DryRun)
	if err != nil {
		return r.ours(ctx, err)
	}
	r.tell(counts.Differences)
	return nil
}

// ownDataset describes a layer as a dataset.
func (r *run) ownDataset(l *catalog.Layer) catalog.Dataset {
	title := cmp.Or(r.src.Title, strings.ReplaceAll(r.src.ID, "-", " "))
	if name := cmp.Or(l.Title, l.Name); name != "" && name != title {
		title += ": " + name
	}
	var d catalog.Dataset
	if l.About != nil {
		d = r.asSaid(*l.About)
	}
	d.Identifier, d.Title, d.Licence = l.Dataset, title, cmp.Or(d.Licence, r.src.Licence)
	d.Holder = catalog.Agent{ID: r.src.BodyID, Name: r.src.BodyName}
	if u, ok := fetch.Web(r.src.URL); ok && len(d.Distributions) == 0 {
		d.Distributions = []catalog.Distribution{{
			Title: path.Base(u.Path), AccessURL: u.String(), DownloadURL: u.String(), Format: l.Guess.Format, Licence: r.src.Licence,
		}}
	}
	return d
}

// asSaid is what a service says of a layer, its terms of use as a licence where
// they are one that we know, else in words.
func (r *run) asSaid(d catalog.Dataset) catalog.Dataset {
	if _, known := r.vocab.Licence(d.Licence); !known && d.Licence != "" {
		d.RightsNote, d.Licence = cmp.Or(d.RightsNote, d.Licence), ""
	}
	return d
}
