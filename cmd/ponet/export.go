package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/geo"
)

type exportCmd struct {
	Collection string            `arg:"" help:"Name of the collection; all: every record."`
	Format     string            `required:"" help:"csv, geojson, geojsonseq, parquet or ics (events and courses)."`
	Output     string            `short:"o" required:"" placeholder:"FILE" help:"File to write, under a temporary name until it is whole; - for standard output."`
	BBox       string            `name:"bbox" placeholder:"W,S,E,N" help:"Only what touches this box, in degrees."`
	Filter     map[string]string `placeholder:"PROPERTY=VALUE" help:"Only records with this value."`
	Query      string            `short:"q" help:"Only what this search finds."`
	AsOf       string            `name:"as-of" placeholder:"TIME" help:"As it was published then: a time such as 2026-11-21T09:00:00Z, or a date, which is its end in Italy."`
	Relations  bool              `help:"With columns for the records that each one names: their addresses, and their titles."`
	Licence    string            `placeholder:"LICENCE" help:"Only what may be given out under this licence, such as \"CC BY 4.0\": nothing of ODbL or BY-SA then."`
}

func (exportCmd) Help() string {
	return `Example:
  ponet export places --format parquet -o luoghi.parquet
  ponet export places --format csv --filter municipality=Vaiano -o -
  ponet export places --format csv --as-of 2026-10-31 -o luoghi-ottobre.csv
  ponet export places --format csv --licence "CC BY 4.0" -o luoghi.csv`
}

func (c exportCmd) Run(sh *shell) error {
	format, ok := datasets.FormatByName(c.Format)
	if !ok {
		var names []string
		for _, f := range datasets.Formats {
			names = append(names, f.Name)
		}
		return fmt.Errorf("there is no format %q; the formats are %s", c.Format, strings.Join(names, ", "))
	}
	q := catalog.Query{Collection: c.Collection, Text: c.Query}
	if c.BBox != "" {
		box, err := geo.ParseBBox(c.BBox)
		if err != nil {
			return fmt.Errorf("--bbox: %w", err)
		}
		q.BBox = &box
	}
	q.Targets = c.Relations
	var err error
	if q.AsOf, err = moment(c.AsOf); err != nil {
		return err
	}
	for property, value := range c.Filter {
		q.Where = append(q.Where, catalog.Condition{Property: property, Values: []string{value}})
	}
	n, err := sh.open(sh.ctx, "export")
	if err != nil {
		return err
	}
	defer n.close()
	collection := catalog.Collection{Name: "all", Title: sh.cfg.NodeName, Columns: catalog.EnvelopeColumns()}
	if c.Collection == "all" {
		q.Collection = ""
	} else if collection, err = n.collection(sh.ctx, c.Collection); err != nil {
		return err
	}
	if err := c.checkFilter(collection); err != nil {
		return err
	}
	records := n.Records(sh.ctx, q)
	if c.Relations {
		collection, records = datasets.Related(collection, records, func(id string) string { return sh.cfg.baseURL() + "/id/" + id })
	}
	if c.Licence != "" {
		licence, ok := datasets.Vocabularies().Licence(c.Licence)
		if !ok {
			return fmt.Errorf("--licence %q is not known; name it as in ponet vocab show licences", c.Licence)
		}
		left := map[string]int{}
		records = datasets.Under(licence, records, func(l catalog.Licence) { left[l.Label]++ })
		defer func() {
			for _, name := range slices.Sorted(maps.Keys(left)) {
				fmt.Fprintf(sh.stderr, "left out, as they may not be given out under %s: %d records of %s\n", licence.Short, left[name], name)
			}
		}()
		collection.Licence = licence.URI
	}
	if c.Output == "-" {
		return format.Encode(sh.stdout, collection, records)
	}
	sum, count, err := datasets.WriteFile(c.Output, format, collection, records)
	if err != nil {
		return noPlace(c.Output, err)
	}
	size := int64(0)
	if info, err := os.Stat(c.Output); err == nil {
		size = info.Size()
	}
	fmt.Fprintf(sh.stderr, "%s: %d records, %d bytes, sha256 %s\n", c.Output, count, size, sum)
	return nil
}

// checkFilter refuses a property that the collection does not have, of which a
// filter would find nothing and say nothing.
func (c exportCmd) checkFilter(collection catalog.Collection) error {
	var names []string
	for _, column := range collection.Columns {
		names = append(names, column.Name)
	}
	for property := range c.Filter {
		if slices.Contains(names, property) {
			continue
		}
		meant := ""
		if near := catalog.Nearest(property, names); near != "" {
			meant = fmt.Sprintf("; did you mean %q?", near)
		}
		return fmt.Errorf("--filter: %s has no property %q%s; it has %s", collection.Name, property, meant, strings.Join(names, ", "))
	}
	return nil
}
