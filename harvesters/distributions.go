package harvesters

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/file"
)

// maxFiles is how many distributions of one dataset are read: a few datasets
// list a file for every day.
const maxFiles = 50

// datasetFiles are the distributions of a dataset that are tables or geodata.
type datasetFiles struct {
	key    string
	record catalog.Record // the dataset, for its title, body and licence
	tables [][]catalog.Distribution
	// unlisted: the dataset is not in a listing of what changed; of its files those
	// are asked for whose servers can say that they have not changed.
	unlisted bool
}

// list notes which files of the datasets of a page are to be read.
func (r *run) list(page catalog.Batch, l *layerRun) {
	for _, item := range page.Items {
		r.receipt.Datasets++
		if len(item.Harvested.Distributions) == 0 || page.Layer.RowsApart {
			continue
		}
		record, _ := l.normalize(item.Harvested) // which tells ".CSV" and "csv zip" from what is no table
		if tables := tablesOf(record.Distributions); len(tables) > 0 {
			record.Properties, record.SourceGeometry = nil, nil
			r.files = append(r.files, datasetFiles{key: item.Harvested.Key, record: record, tables: tables})
		}
	}
}

// distributions reads the files of the datasets, each as layers of its own. One
// that cannot be read is told in the receipt: the dataset stays, and so do the
// rows that were read from it before. Those of a dataset that another source
// describes better, and gives the rows of, are not read.
func (r *run) distributions(ctx context.Context, c *http.Client) error {
	defer func() { r.tables = nil }()
	if err := r.unlisted(ctx); err != nil {
		return err
	}
	keys := make([]string, len(r.files))
	for i, d := range r.files {
		keys[i] = d.key
	}
	elsewhere, err := r.store.Elsewhere(ctx, keys)
	if err != nil {
		return r.ours(ctx, err)
	}
	for _, d := range r.files {
		r.tables = nil
		for _, formats := range d.tables {
			prefix := d.key + "/" + cmp.Or(formats[0].ID, formats[0].Address())
			if slices.Contains(r.tables, prefix) { // resources may share an id by mistake
				prefix = d.key + "/" + formats[0].Address()
			}
			r.tables = append(r.tables, catalog.ShortKey(prefix, catalog.MaxKey/2)) // leaves room for the names of layers
		}
		if elsewhere[d.key] {
			r.spared = append(r.spared, r.tables...)
			continue
		}
		for i, formats := range d.tables {
			if d.unlisted {
				formats = r.known(formats)
			}
			if len(formats) == 0 {
				continue
			}
			if err := r.table(ctx, c, d, r.tables[i], formats); err != nil {
				return err
			}
		}
	}
	return nil
}

// table reads one table of a dataset in the first of its formats that can be read;
// prefix begins the names of its layers.
func (r *run) table(ctx context.Context, c *http.Client, d datasetFiles, prefix string, formats []catalog.Distribution) error {
	var issues []catalog.Issue
	before := r.receipt.Read
	inTime, cancel := r.inTime(ctx)
	defer cancel()
	for _, f := range formats {
		src := r.tableSource(d, f)
		failure := r.whole(ctx, prefix, r.reading(src), func() error {
			return r.pages(ctx, src, r.layersOf(d, f, prefix, len(d.tables) > 1, file.Harvest(inTime, c, src)))
		})
		if errors.Is(failure, errStore) || ctx.Err() != nil || failure != nil && r.late() {
			return failure
		}
		if spent := r.traffic.spent(); failure != nil && spent != nil {
			return spent
		}
		if failure == nil {
			return r.told(ctx, issues)
		}
		issues = append(issues, catalog.Issue{
			Rule: "distribution-unreadable", File: d.record.Title, Key: prefix, Field: cmp.Or(f.Title, f.Format),
			Read: catalog.Excerpt(reason(src, failure)), Expected: "a file that can be read; the dataset stays, and what was read from it before",
		})
		if r.receipt.Read > before {
			break // a part of it stands: another format would say it twice
		}
	}
	r.spared = append(r.spared, prefix)
	return r.told(ctx, issues)
}

// reason is why a file could not be read, without what the receipt says anyway.
func reason(src catalog.Source, failure error) string {
	text := strings.TrimPrefix(tellable(src, failure.Error()), "source "+src.ID+": ")
	return strings.TrimSuffix(text, ": "+catalog.ErrFailedListing.Error())
}

// tableSource is the file as a source: what its dataset says holds for its rows.
// What format it is, its bytes say: catalogues call JSON and zips "CSV".
func (r *run) tableSource(d datasetFiles, f catalog.Distribution) catalog.Source {
	src := r.src
	src.Protocol, src.URL, src.Mapping = "file", strings.TrimSpace(f.Address()), catalog.Mapping{Drop: r.src.Mapping.Drop}
	src = src.AsPart()
	src.Title = d.record.Title
	src.Mapping.Theme = d.record.Theme
	src.BodyID, src.BodyName = d.record.BodyID, d.record.BodyName
	src.Licence = cmp.Or(d.record.Licence, src.Licence)
	if l, ok := r.vocab.Licence(f.Licence); ok {
		src.Licence = l.URI
	}
	return src
}

// layersOf names the layers of a file after its dataset. several: the dataset
// has other tables.
func (r *run) layersOf(d datasetFiles, f catalog.Distribution, prefix string, several bool, listing iter.Seq2[catalog.Harvested, error]) iter.Seq2[catalog.Harvested, error] {
	layers := map[*catalog.Layer]*catalog.Layer{}
	name := func(l *catalog.Layer) *catalog.Layer {
		if l == nil {
			return nil
		}
		ours, known := layers[l]
		if !known {
			copied := *l
			ours = &copied
			ours.Name, ours.Dataset, ours.Title = prefix, d.key, d.record.Title
			as := r.tableSource(d, f)
			ours.As = &as
			ours.Guess.Kind = catalog.KindFeature // rows of a dataset, unless its source says more
			wanted := []string{catalog.Slug(d.record.Title)}
			if several && f.Title != "" {
				ours.Title += ": " + f.Title
				wanted = append(wanted, catalog.Slug(f.Title))
			}
			if l.Name != "" {
				ours.Name += "/" + l.Name
				ours.Title += ": " + l.Name
				wanted = append(wanted, catalog.Slug(l.Name))
			}
			ours.Wanted = strings.Trim(strings.Join(wanted, "-"), "-")
			layers[l] = ours
		}
		return ours
	}
	return func(yield func(catalog.Harvested, error) bool) {
		for h, err := range listing {
			h.Layer = name(h.Layer)
			if !yield(h, err) {
				return
			}
		}
	}
}

// isSpared reports whether nothing may be concluded from what a layer lacks,
// because its file could not be read.
func (r *run) isSpared(layer string) bool { return begins(layer, r.spared) }

// isTable reports whether a layer is of a file of the dataset that is read.
func (r *run) isTable(layer string) bool { return begins(layer, r.tables) }

func begins(layer string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(prefix string) bool {
		return layer == prefix || strings.HasPrefix(layer, prefix+"/")
	})
}

// told stores issues that concern no single row.
func (r *run) told(ctx context.Context, issues []catalog.Issue) error {
	if len(issues) == 0 {
		return nil
	}
	counts, err := r.store.Put(ctx, catalog.Batch{Layer: &catalog.Layer{}, Issues: issues}, nil, r.options.DryRun)
	if err != nil {
		return r.ours(ctx, fmt.Errorf("issues: %w", err))
	}
	r.count(counts)
	return nil
}
