package harvesters

import (
	"context"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// unlisted notes the files of the datasets that a listing of what changed does not
// name: a file changes without its dataset. Only those are asked for that the last
// runs stored whole and whose servers can say whether they have changed, a small
// request each; the others are read with the next full listing.
func (r *run) unlisted(ctx context.Context) error {
	if !r.listing.Partial || len(r.documents.known) == 0 {
		return nil
	}
	layers, err := r.store.StoredLayers(ctx)
	if err != nil {
		return r.ours(ctx, err)
	}
	for _, layer := range layers {
		if layer.As != nil || layer.RowsApart || r.src.Kind(layer) != catalog.KindDataset {
			continue
		}
		for after := ""; ; {
			rows, err := r.store.StoredRows(ctx, layer, after, pageRows)
			if err != nil {
				return r.ours(ctx, err)
			}
			if len(rows) == 0 {
				break
			}
			after = rows[len(rows)-1].Key
			if err := r.knownFiles(rows); err != nil {
				return err
			}
		}
	}
	return nil
}

// knownFiles notes the files of stored datasets that were not listed, as list does
// those of listed ones.
func (r *run) knownFiles(rows []catalog.Harvested) error {
	normalizers := map[*catalog.Layer]*catalog.Normalizer{}
	for _, h := range rows {
		key := newSeenKey(h.Layer.Name, h.Key)
		if h.Values == nil || len(h.Distributions) == 0 || r.met(key) || r.deleted[catalog.MissedKey{Layer: h.Layer.Name, Key: h.Key}] {
			continue
		}
		n := normalizers[h.Layer]
		if n == nil {
			var err error
			if n, err = catalog.NewNormalizer(r.src, h.Layer, "", r.vocab); err != nil {
				return err
			}
			normalizers[h.Layer] = n
		}
		record, _ := n.Normalize(h)
		tables := tablesOf(record.Distributions)
		if slices.ContainsFunc(tables, func(formats []catalog.Distribution) bool { return len(r.known(formats)) > 0 }) {
			record.Properties, record.SourceGeometry = nil, nil
			r.files = append(r.files, datasetFiles{key: h.Key, record: record, tables: tables, unlisted: true})
		}
	}
	return nil
}

// known are those of the formats of a table that can be asked for by validators.
func (r *run) known(formats []catalog.Distribution) []catalog.Distribution {
	return slices.DeleteFunc(slices.Clone(formats), func(d catalog.Distribution) bool {
		_, known := r.documents.known[strings.TrimSpace(d.Address())]
		return !known
	})
}
