package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

type importCmd struct {
	File       string `arg:"" name:"file" help:"File of this machine, or a web address."`
	Collection string `required:"" help:"Collection its rows go to: a new name, or places, events, … for a kind."`
	sourceFlags
	JSON bool `help:"Print the receipt as JSON."`
}

func (importCmd) Help() string {
	return `The file becomes a source of kind "file": import it again, or ponet harvest it, and what has
changed is brought up to date. Exit status as that of ponet harvest: 3 when the file could not be read.

Example:
  ponet import fontanelle.gpkg --collection fontanelle`
}

func (c importCmd) Run(sh *shell) error {
	id, kind := c.Collection, catalog.Kind("")
	for _, k := range catalog.Kinds() {
		if k.Collection() == c.Collection {
			base, _, _ := strings.Cut(filepath.Base(c.File), ".")
			id, kind = catalog.Slug(base), k
		}
	}
	if err := checkID(id); err != nil {
		return err
	}
	n, err := sh.open(sh.ctx, "import")
	if err != nil {
		return err
	}
	defer n.close()
	src, err := n.Source(sh.ctx, id)
	if err != nil {
		if src, err = newSource("file", c.File, id); err != nil {
			return err
		}
		src.Mapping.Kind = kind
	} else if src.URL, err = resolve(c.File); err != nil {
		return err
	}
	if err := c.apply(&src); err != nil {
		return err
	}
	if err := putSource(sh.ctx, n, src); err != nil {
		return err
	}
	if !c.JSON {
		fmt.Fprintf(sh.stderr, "source %s: %s\n", src.ID, src.URL)
	}
	return harvestCmd{JSON: c.JSON}.harvest(sh, n, []catalog.Source{src}, 0)
}
