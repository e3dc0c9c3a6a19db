package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/datasets/basemap"
	reader "po-net.prato.it/ponet/harvesters/basemap"
	"po-net.prato.it/ponet/harvesters/file"
)

type basemapCmd struct {
	Import basemapImportCmd `cmd:"" help:"Take boundaries, buildings, roads, water, green or place names into the base map."`
	List   basemapListCmd   `cmd:"" help:"List where the base map comes from."`
	Remove basemapRemoveCmd `cmd:"" help:"Take a source out of the base map."`
}

func (basemapCmd) Help() string {
	return "Example:\n  ponet basemap import toscana-latest.osm.pbf\n  ponet basemap list"
}

type basemapImportCmd struct {
	File        string `arg:"" type:"existingfile" help:"OpenStreetMap extract (.osm.pbf), Shapefile (zipped), GeoPackage, GeoJSON or another format of ponet import."`
	ID          string `help:"Short name of the source; the same name again replaces it (default: from the file)."`
	Layer       string `help:"Where all of it goes: confini, acque, verde, edifici, strade, ciclabili, ferrovie or toponimi (default: by its columns or name)."`
	Title       string `help:"Title people see (default: the file's name)."`
	Attribution string `help:"Who made it, as it stands on every map: \"Regione Toscana (CC BY 4.0)\". Needed but for OpenStreetMap."`
	Licence     string `help:"Licence: a URI, or a name such as CC-BY-4.0 (default CC BY 4.0; ODbL for OpenStreetMap)."`
	Accuracy    string `help:"How accurate it is, in words."`
	SRID        int    `name:"srid" help:"EPSG code of the coordinates, over what the file declares."`
}

func (basemapImportCmd) Help() string {
	return `What is imported takes the place of Po-net's own generalised lines of the same layer, where it lies.
An extract is read from this machine and must come from a hand you trust; cut a large one to the territory first.

Examples:
  ponet basemap import toscana-latest.osm.pbf
  ponet basemap import prato-vaiano.zip --layer edifici --attribution "Dipartimento della Protezione Civile (CC BY 4.0)"`
}

func (c basemapImportCmd) Run(sh *shell) error {
	src, err := c.source()
	if err != nil {
		return err
	}
	path, err := filepath.Abs(c.File)
	if err != nil {
		return err
	}
	var report reader.Report
	var shapes iter.Seq2[catalog.BasemapShape, error]
	if c.extract() {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		shapes = reader.OSM(sh.ctx, f, &report)
	} else {
		rows := file.Harvest(sh.ctx, http.DefaultClient, catalog.Source{ID: src.ID, Protocol: "file", URL: path, Mapping: catalog.Mapping{SRID: c.SRID}})
		shapes = reader.Rows(rows, filepath.Base(path), c.Layer, &report)
	}
	n, err := sh.open(sh.ctx, "basemap")
	if err != nil {
		return err
	}
	defer n.close()
	p := newProgress(sh.stderr, src.ID)
	p.say("looking for what is needed …")
	_, err = n.PutBasemap(sh.ctx, src, watched(p, &report, shapes))
	p.done()
	if err != nil {
		return err
	}
	fmt.Fprintf(sh.stdout, "%s: %s\n", src.ID, &report)
	return nil
}

// watched says on p how many shapes have gone by.
func watched(p *progress, report *reader.Report, shapes iter.Seq2[catalog.BasemapShape, error]) iter.Seq2[catalog.BasemapShape, error] {
	return func(yield func(catalog.BasemapShape, error) bool) {
		n := 0
		for s, err := range shapes {
			if n++; n%1000 == 0 {
				p.say(fmt.Sprintf("%d read", report.Read))
			}
			if !yield(s, err) {
				return
			}
		}
		p.say(fmt.Sprintf("%d read, storing them …", report.Read))
	}
}

// extract reports whether the file is an OpenStreetMap extract.
func (c basemapImportCmd) extract() bool { return strings.HasSuffix(strings.ToLower(c.File), ".pbf") }

// source is what the flags say about the file.
func (c basemapImportCmd) source() (catalog.BasemapSource, error) {
	base, _, _ := strings.Cut(filepath.Base(c.File), ".")
	src := catalog.BasemapSource{ID: catalog.Slug(base), Title: base, Attribution: c.Attribution, Accuracy: c.Accuracy}
	set(&src.ID, c.ID)
	licence := c.Licence
	if c.extract() {
		src.Title = "OpenStreetMap"
		if c.Layer != "" || c.SRID != 0 {
			return src, fmt.Errorf("--layer and --srid are for other files: an OpenStreetMap extract says both itself")
		}
		if src.Attribution == "" {
			src.Attribution = "© contributori di OpenStreetMap (ODbL)"
		}
		if licence == "" {
			licence = "ODbL-1.0"
		}
	}
	set(&src.Title, c.Title)
	if strings.HasPrefix(src.ID, catalog.OwnBasemap) {
		return src, fmt.Errorf("ids that begin with %s are Po-net's own; choose another with --id", catalog.OwnBasemap)
	}
	if src.Attribution == "" {
		return src, fmt.Errorf("say who made %s with --attribution: it stands on every map that shows it", filepath.Base(c.File))
	}
	src.Licence = datasets.Vocabularies().DefaultLicence().URI
	if licence != "" {
		l, ok := datasets.Vocabularies().Licence(licence)
		if !ok {
			return src, fmt.Errorf("licence %q is not known; give its URI or a name such as CC-BY-4.0, CC0-1.0, ODbL-1.0, IODL-2.0", licence)
		}
		src.Licence = l.URI
	}
	return src, nil
}

type basemapListCmd struct {
	JSON bool `help:"Print JSON, one source a line."`
}

func (basemapListCmd) Help() string { return "Example:\n  ponet basemap list" }

func (c basemapListCmd) Run(sh *shell) error {
	n, err := sh.open(sh.ctx, "basemap")
	if err != nil {
		return err
	}
	defer n.close()
	sources, err := n.BasemapSources(sh.ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(sh.stdout, 0, 0, 2, ' ', 0)
	for _, s := range sources {
		if c.JSON {
			if err := printJSON(sh.stdout, s); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", s.ID, s.Title, s.Attribution)
	}
	return w.Flush()
}

type basemapRemoveCmd struct {
	ID string `arg:"" help:"Source as ponet basemap list says it."`
}

func (basemapRemoveCmd) Help() string {
	return `When nothing is left, Po-net's own lines come back at the next start.

Example:
  ponet basemap remove prato-vaiano`
}

func (c basemapRemoveCmd) Run(sh *shell) error {
	n, err := sh.open(sh.ctx, "basemap")
	if err != nil {
		return err
	}
	defer n.close()
	if err := n.RemoveBasemap(sh.ctx, c.ID); !errors.Is(err, catalog.ErrNotFound) {
		if err == nil {
			fmt.Fprintf(sh.stdout, "removed %s from the base map\n", c.ID)
		}
		return err
	}
	all, err := n.BasemapSources(sh.ctx)
	if err != nil {
		return err
	}
	var ids []string
	for _, s := range all {
		ids = append(ids, s.ID)
	}
	return unknown("source of the base map", c.ID, ids, "ponet basemap list")
}

// ownBasemap loads our own figures where there is no base map yet.
func (sh *shell) ownBasemap(ctx context.Context, n *node) error {
	sources, err := n.BasemapSources(ctx)
	if err != nil || len(sources) > 0 {
		return err
	}
	parts, err := basemap.Own()
	if err != nil {
		return err
	}
	for _, p := range parts {
		if _, err := n.PutBasemap(ctx, p.Source, p.Shapes); err != nil {
			return fmt.Errorf("base map: %w", err)
		}
	}
	return nil
}
