package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/datasets/sources"
)

type sourceRecipesCmd struct {
	Name string `arg:"" optional:"" help:"Show one recipe whole."`
	JSON bool   `help:"Print JSON, one recipe a line."`
}

func (sourceRecipesCmd) Help() string {
	return `Recipes are ready definitions of public sources; ponet source add --recipe NAME adds one.
None was tried on its live address unless it says when: look with ponet source test first.

Example:
  ponet source recipes
  ponet source recipes iccu-biblioteche`
}

func (c sourceRecipesCmd) Run(sh *shell) error {
	if c.Name != "" {
		r, err := recipe(c.Name)
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(sh.stdout, r)
		}
		return describeRecipe(sh, r)
	}
	all, err := sources.Recipes()
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(sh.stdout, 0, 0, 2, ' ', 0)
	if !c.JSON {
		fmt.Fprintln(w, "NAME\tKIND\tTHEME\tLICENCE\tVERIFIED\tTITLE")
	}
	for _, r := range all {
		if c.JSON {
			if err := printJSON(sh.stdout, r); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", r.Name, r.Kind, themesOf(r), licenceOf(r), r.Verified, titleOf(r))
	}
	return w.Flush()
}

func themesOf(r sources.Recipe) string {
	if len(r.Themes) > 2 {
		return "all"
	}
	var names []string
	for _, t := range r.Themes {
		names = append(names, string(t))
	}
	return strings.Join(names, ", ")
}

func licenceOf(r sources.Recipe) string {
	if r.Licence == "" {
		return "each dataset's"
	}
	return r.Licence
}

// titleOf is the title with the default parameters.
func titleOf(r sources.Recipe) string {
	src, err := r.Source(nil)
	if err != nil {
		return r.Title
	}
	return src.Title
}

// recipe finds one, or says where they are listed.
func recipe(name string) (sources.Recipe, error) {
	r, err := sources.Find(name)
	if !errors.Is(err, catalog.ErrNotFound) {
		return r, err
	}
	all, err := sources.Recipes()
	if err != nil {
		return r, err
	}
	var names []string
	for _, r := range all {
		names = append(names, r.Name)
	}
	return r, unknown("recipe", name, names, "ponet source recipes")
}

// describeRecipe is a recipe for a person.
func describeRecipe(sh *shell, r sources.Recipe) error {
	src, err := r.Source(nil)
	if err != nil {
		return err
	}
	fmt.Fprintf(sh.stdout, "%s: %s\n%s.\n\n", r.Name, src.Title, r.About)
	fmt.Fprintf(sh.stdout, "kind       %s\naddress    %s\nlicence    %s\nid here    %s\n", r.Kind, src.URL, licenceOf(r), src.ID)
	for _, p := range r.Parameters {
		fmt.Fprintf(sh.stdout, "parameter  %s=%s: %s\n", p.Name, p.Default, p.About)
	}
	for _, page := range r.Documented {
		fmt.Fprintf(sh.stdout, "documented %s\n", page)
	}
	if r.Note != "" {
		fmt.Fprintf(sh.stdout, "note       %s\n", r.Note)
	}
	tried := "never tried on the live address"
	if r.Verified != sources.Never {
		tried = "harvested from the live address on " + r.Verified
	}
	fmt.Fprintf(sh.stdout, "verified   %s\n", tried)
	if r.Kind == sources.Basemap {
		fmt.Fprintln(sh.stdout, "\nThis is no source but a file for the base map: download it, then: ponet basemap import FILE")
		return nil
	}
	fmt.Fprintf(sh.stdout, "\nAdd it with: ponet source add --recipe %s\n", r.Name)
	return nil
}

// fromRecipe is the source of a recipe with what the command says over it.
func (c sourceAddCmd) fromRecipe() (catalog.Source, error) {
	r, err := recipe(c.Recipe)
	if err != nil {
		return catalog.Source{}, err
	}
	if r.Kind == sources.Basemap {
		src, err := r.Source(c.Set)
		return src, errors.Join(err, fmt.Errorf("%s is no source but a file for the base map: download %s, then: ponet basemap import FILE", r.Name, src.URL))
	}
	src, err := r.Source(c.Set)
	if err != nil {
		return src, err
	}
	if src.Licence != "" {
		l, ok := datasets.Vocabularies().Licence(src.Licence)
		if !ok {
			return src, fmt.Errorf("recipe %s: licence %q is not known", r.Name, src.Licence)
		}
		src.Licence = l.URI
	}
	set(&src.ID, c.ID)
	switch {
	case c.Address != "":
		return src, errors.New("with --recipe give at most an address, which replaces the recipe's")
	case c.Kind != "":
		src.URL, err = resolve(c.Kind)
	}
	if body := strings.ToLower(c.Body); body != "" && body != src.BodyID {
		src.BodyName = "" // that of the recipe's own body
	}
	return src, err
}

// nameBody gives a body that nobody has named the name that src has for it.
func nameBody(ctx context.Context, n *node, src catalog.Source) error {
	if src.BodyID == "" || src.BodyName == "" {
		return nil
	}
	bodies, err := n.Bodies(ctx)
	if err != nil {
		return err
	}
	for _, b := range bodies {
		if b.ID == src.BodyID && b.Name != b.ID {
			return nil
		}
	}
	return n.PutBody(ctx, catalog.Body{ID: src.BodyID, Name: src.BodyName})
}
