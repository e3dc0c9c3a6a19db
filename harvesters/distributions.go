package harvesters

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/file"
)

// maxFiles is how many distributions of one dataset are read: a few datasets
// list a file for every day.
const maxFiles = 50

// readable are the formats that become records, the best first: where one table
// is offered in several, the first that can be read is taken.
var readable = []string{"geojson", "gpkg", "shp", "csv", "tsv", "xlsx", "geojsonseq", "json", "topojson", "kml", "kmz", "gpx"}

// datasetFiles are the distributions of a dataset that are tables or geodata.
type datasetFiles struct {
	key    string
	record catalog.Record // the dataset, for its title, body and licence
	tables [][]catalog.Distribution
}

// list notes which files of the datasets of a page are to be read.
func (r *run) list(page catalog.Batch, l *layerRun) {
	for _, item := range page.Items {
		r.receipt.Datasets++
		if len(item.Harvested.Distributions) == 0 {
			continue
		}
		record, _ := l.normalize(item.Harvested) // which tells ".CSV" and "csv zip" from what is no table
		if tables := tablesOf(record.Distributions); len(tables) > 0 {
			record.Properties, record.SourceGeometry = nil, nil
			r.files = append(r.files, datasetFiles{key: item.Harvested.Key, record: record, tables: tables})
		}
	}
}

// tablesOf groups the distributions that can be read: those of one group are the
// same table in several formats, the best first.
func tablesOf(all []catalog.Distribution) [][]catalog.Distribution {
	var groups [][]catalog.Distribution
	byStem := map[string]int{}
	for _, d := range all {
		if d.Service || formatRank(d) < 0 || len(groups) == maxFiles {
			continue
		}
		stem := stem(d)
		i, known := byStem[stem]
		if known && !slices.ContainsFunc(groups[i], func(o catalog.Distribution) bool { return formatRank(o) == formatRank(d) }) {
			groups[i] = append(groups[i], d)
			continue
		}
		byStem[stem] = len(groups)
		groups = append(groups, []catalog.Distribution{d})
	}
	for _, g := range groups {
		slices.SortStableFunc(g, func(a, b catalog.Distribution) int { return cmp.Compare(formatRank(a), formatRank(b)) })
	}
	return groups
}

// formatRank is the place of the distribution's format in readable, -1 if it has
// none. What calls itself a zip is told by what is in it.
func formatRank(d catalog.Distribution) int {
	address, err := url.Parse(strings.TrimSpace(d.Address()))
	if err != nil || (address.Scheme != "http" && address.Scheme != "https") {
		return -1
	}
	name := strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(path.Base(address.Path)), ".gz"), ".zip")
	for _, word := range []string{strings.ToLower(d.Format), strings.TrimPrefix(path.Ext(name), ".")} {
		if i := slices.Index(readable, word); i >= 0 {
			return i
		}
	}
	return -1
}

// stem is what two formats of one table have in common: the name of the file,
// or the title without the name of the format.
func stem(d catalog.Distribution) string {
	address, _ := url.Parse(strings.TrimSpace(d.Address()))
	name := strings.ToLower(path.Base(address.Path))
	for _, end := range []string{".gz", ".zip"} {
		name = strings.TrimSuffix(name, end)
	}
	if s := strings.TrimSuffix(name, path.Ext(name)); s != "" && s != "." && s != "/" && address.RawQuery == "" {
		return s
	}
	words := slices.DeleteFunc(strings.FieldsFunc(catalog.Slug(d.Title), func(c rune) bool { return c == '-' }), func(w string) bool {
		return slices.Contains(readable, w) || w == "formato" || w == "shapefile"
	})
	if len(words) == 0 {
		return d.Address()
	}
	return strings.Join(words, "-")
}

// distributions reads the files of the datasets, each as layers of its own. One
// that cannot be read is told in the receipt: the dataset stays, and so do the
// rows that were read from it before.
func (r *run) distributions(ctx context.Context, c *http.Client) error {
	for _, d := range r.files {
		for _, formats := range d.tables {
			if err := r.table(ctx, c, d, formats); err != nil {
				return err
			}
		}
	}
	return nil
}

// table reads one table of a dataset in the first of its formats that can be read.
func (r *run) table(ctx context.Context, c *http.Client, d datasetFiles, formats []catalog.Distribution) error {
	prefix := d.key + "/" + cmp.Or(formats[0].ID, formats[0].Address())
	var issues []catalog.Issue
	before := r.receipt.Read
	for _, f := range formats {
		src := r.tableSource(d, f)
		failure := r.pages(ctx, src, r.layersOf(d, f, prefix, len(d.tables) > 1, file.Harvest(ctx, c, src)))
		if errors.Is(failure, errStore) || ctx.Err() != nil {
			return failure
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
	text := strings.TrimPrefix(failure.Error(), "source "+src.ID+": ")
	return strings.TrimSuffix(text, ": "+catalog.ErrFailedListing.Error())
}

// tableSource is the file as a source: what its dataset says holds for its rows.
func (r *run) tableSource(d datasetFiles, f catalog.Distribution) catalog.Source {
	src := r.src
	src.Protocol, src.URL, src.Mapping = "file", strings.TrimSpace(f.Address()), catalog.Mapping{}
	if strings.EqualFold(f.Format, "csv") || strings.EqualFold(f.Format, "tsv") {
		src.Mapping.Format = strings.ToLower(f.Format)
	}
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
func (r *run) isSpared(layer string) bool {
	return slices.ContainsFunc(r.spared, func(prefix string) bool {
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
