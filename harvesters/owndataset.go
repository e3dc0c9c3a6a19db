package harvesters

import (
	"cmp"
	"context"
	"path"
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
	layer.Name = ownLayer
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
		batch.Items = append(batch.Items, catalog.BatchItem{Harvested: d.Harvested(layer, of.Dataset, "application/json", nil)})
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
		d = *l.About
	}
	d.Identifier, d.Title, d.Licence = l.Dataset, title, cmp.Or(d.Licence, r.src.Licence)
	d.Holder = catalog.Agent{ID: r.src.BodyID, Name: r.src.BodyName}
	if l.About != nil {
		return r.asSaid(d, *l.About)
	}
	if u, ok := fetch.Web(r.src.URL); ok {
		d.Distributions = []catalog.Distribution{{
			Title: path.Base(u.Path), AccessURL: u.String(), DownloadURL: u.String(), Format: l.Guess.Format, Licence: r.src.Licence,
		}}
	}
	return d
}

// asSaid is a dataset of ours with what its service says of it. The licence of the
// source, which an administrator has set, goes before what services write for one,
// and that is kept in words.
func (r *run) asSaid(d, about catalog.Dataset) catalog.Dataset {
	about.Identifier, about.Title, about.Holder = d.Identifier, d.Title, d.Holder
	if l, ok := r.vocab.Licence(about.Licence); ok {
		about.Licence = l.URI
	} else {
		about.RightsNote, about.Licence = cmp.Or(about.RightsNote, about.Licence), ""
	}
	about.Licence = cmp.Or(d.Licence, about.Licence)
	for i := range about.Distributions {
		about.Distributions[i].Licence = cmp.Or(about.Distributions[i].Licence, about.Licence)
	}
	return about
}
