package main

import (
	"errors"
	"fmt"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/harvesters"
)

// field erases one field of all records of a source: it is left out of the
// mapping, the records are made anew without it, and then what the past holds of
// it goes. Doing it again finishes what was broken off.
func (c sourcePurgeCmd) field(sh *shell, n *node, src catalog.Source) error {
	if src.Mapping.Kind == catalog.KindObservation {
		return errors.New("measured values are not kept with the other fields of their source; purge the source")
	}
	layers, err := n.Readings(sh.ctx, src.ID)
	if err != nil {
		return err
	}
	var fed catalog.Fed
	for _, l := range layers {
		src.Feed(&fed, l, c.Field)
	}
	if fed.Key {
		return fmt.Errorf("records of %s are named by %q: erase the records, or purge the source; nothing was erased", src.ID, c.Field)
	}
	was := src
	src.Mapping = src.Mapping.LeavingOut(c.Field, layers)
	if err := putSource(sh.ctx, n, src); err != nil {
		return err
	}
	if err := c.anew(sh, n, src, fed); err != nil {
		return errors.Join(fmt.Errorf("%w; nothing was erased", err), n.PutSource(sh.ctx, was))
	}
	receipt, err := n.PurgeField(sh.ctx, src, c.Field, fed, c.request())
	if err != nil {
		return fmt.Errorf("%w; do it again", err)
	}
	if err := keepErasures(sh, n); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(sh.stdout, receipt)
	}
	fmt.Fprintf(sh.stdout, "erased field %s of %s: %d descriptions; it is not stored any more\n", c.Field, src.ID, receipt.Read)
	if fed.Columnar || !fed.Columns {
		fmt.Fprintln(sh.stdout, "Earlier versions of its records were erased whole: more than one field of them came from it.")
	}
	fmt.Fprintln(sh.stdout, "The bytes of descriptions that held it became the values that are left; the next harvest keeps bytes again.")
	if receipt.Gone > 0 {
		fmt.Fprintf(sh.stdout, "%d records could not be read anew without it: they were emptied, and come back with the next harvest.\n", receipt.Gone)
	}
	fmt.Fprintln(sh.stdout, "Backups made before still have it: make them anew and delete the old ones.")
	return nil
}

// anew makes the records without the field: out of what is stored where it is a
// column, else by reading the source, as only its reader knows where it stood.
func (c sourcePurgeCmd) anew(sh *shell, n *node, src catalog.Source, fed catalog.Fed) error {
	var receipt catalog.Receipt
	var err error
	if fed.Columns {
		receipt, err = harvestCmd{}.remapOne(sh, n, src)
	} else {
		receipt, err = harvest(sh.ctx, sh.client(harvesters.Allow{}, n.Store), n.Store, src, datasets.Vocabularies(), harvesters.Options{Full: true})
	}
	if err == nil && receipt.Outcome != catalog.RunCompleted {
		err = fmt.Errorf("%s is no column of its tables, and reading the source without it %s: %s", c.Field, receipt.Outcome, receipt.Error)
		if fed.Columns {
			err = fmt.Errorf("making the records anew without %s %s: %s", c.Field, receipt.Outcome, receipt.Error)
		}
	}
	return err
}
