package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/harvesters"
)

type sourceCmd struct {
	Add    sourceAddCmd    `cmd:"" help:"Add a source."`
	List   sourceListCmd   `cmd:"" help:"List the sources and how their last harvest ended."`
	Show   sourceShowCmd   `cmd:"" help:"Show one source with its mapping."`
	Set    sourceSetCmd    `cmd:"" help:"Change a source."`
	Test   sourceTestCmd   `cmd:"" help:"Read a source without storing, and explain what was detected."`
	Pause  sourcePauseCmd  `cmd:"" help:"Stop harvesting a source until it is resumed."`
	Resume sourceResumeCmd `cmd:"" help:"Harvest a paused source again."`
	Remove sourceRemoveCmd `cmd:"" help:"Remove a source and withdraw its records."`
}

// sourceFlags are what can be said about a source; what is not said is detected
// or stays as it is.
type sourceFlags struct {
	Title     string            `help:"Title people see."`
	Body      string            `help:"Id of the body that answers for it, its IPA code in lower case."`
	Licence   string            `help:"Licence: a URI, or a name such as CC-BY-4.0 or CC0 (default CC BY 4.0)."`
	As        string            `name:"as" placeholder:"KIND" help:"What its rows are: place, event, course, …; left out: features of a dataset of their own."`
	Theme     string            `help:"Theme of its records: cultura, ambiente, formazione or istituzioni."`
	Type      string            `help:"Type of every record, such as biblioteca."`
	Map       map[string]string `placeholder:"FIELD=COLUMN" help:"Which column a field is: title=denominazione. A constant stands in single quotes, columns are joined with +."`
	TypeMap   map[string]string `name:"type-map" placeholder:"VALUE=TYPE" help:"What a value of the type column means."`
	Column    map[string]string `placeholder:"COLUMN=TYPE" help:"Type of a column: text, integer, number, boolean, date, datetime."`
	Key       []string          `placeholder:"COLUMN" help:"Columns that identify a row."`
	Drop      []string          `placeholder:"COLUMN" help:"Columns not to store."`
	Layer     []string          `placeholder:"LAYER" help:"Layers or sheets to read."`
	Format    string            `help:"Format, when it is not detected: csv, geojson, shp, …"`
	Encoding  string            `help:"Character encoding, such as windows-1252."`
	Delimiter string            `help:"Delimiter of a CSV file: one character, or tab."`
	Decimal   string            `help:"Decimal mark: comma or point."`
	Header    int               `help:"Line of the header; -1: there is none."`
	Path      string            `placeholder:"PATH" help:"Where the array lies in a JSON file: data.items."`
	SRID      int               `name:"srid" help:"EPSG code of the coordinates, over what the file declares."`
	SwapAxes  *bool             `help:"Coordinates come as latitude, longitude."`
	Mapping   string            `type:"existingfile" placeholder:"FILE" help:"A mapping in JSON, before the other flags."`
	Every     time.Duration     `help:"Time between two harvests (default 24h)."`
	Deadline  time.Duration     `help:"After which a run is ended as failed (default 30m)."`
}

// apply brings what the flags say into src.
func (f sourceFlags) apply(src *catalog.Source) error {
	if f.Mapping != "" {
		b, err := os.ReadFile(f.Mapping)
		if err != nil {
			return err
		}
		d := json.NewDecoder(strings.NewReader(string(b)))
		d.DisallowUnknownFields()
		if err := d.Decode(&src.Mapping); err != nil {
			return fmt.Errorf("mapping %s: %w", f.Mapping, err)
		}
	}
	set(&src.Title, f.Title)
	set(&src.BodyID, strings.ToLower(f.Body))
	m := &src.Mapping
	set(&m.Kind, catalog.Kind(f.As))
	set(&m.Theme, catalog.Theme(f.Theme))
	set(&m.Type, f.Type)
	set(&m.Format, f.Format)
	set(&m.Encoding, f.Encoding)
	set(&m.Delimiter, f.Delimiter)
	set(&m.Decimal, strings.NewReplacer("comma", ",", "point", ".").Replace(f.Decimal))
	set(&m.Header, f.Header)
	set(&m.Path, f.Path)
	set(&m.SRID, f.SRID)
	if f.SwapAxes != nil {
		m.SwapAxes = f.SwapAxes
	}
	if len(f.Key) > 0 {
		m.Key = f.Key
	}
	if len(f.Drop) > 0 {
		m.Drop = f.Drop
	}
	if len(f.Layer) > 0 {
		m.Layers = f.Layer
	}
	merge(&m.Fields, f.Map)
	merge(&m.TypeMap, f.TypeMap)
	types := map[string]catalog.ColumnType{}
	for column, t := range f.Column {
		types[column] = catalog.ColumnType(t)
	}
	merge(&m.Types, types)
	set(&src.Rhythm, catalog.Duration(f.Every))
	set(&src.Deadline, catalog.Duration(f.Deadline))
	if f.Licence != "" {
		l, ok := datasets.Vocabularies().Licence(f.Licence)
		if !ok {
			return fmt.Errorf("licence %q is not known; give its URI or a name such as CC-BY-4.0, CC0-1.0, ODbL-1.0, IODL-2.0", f.Licence)
		}
		src.Licence = l.URI
	}
	return check(*src)
}

func set[T comparable](to *T, value T) {
	var zero T
	if value != zero {
		*to = value
	}
}

func merge[T any](to *map[string]T, more map[string]T) {
	if len(more) > 0 && *to == nil {
		*to = map[string]T{}
	}
	for k, v := range more {
		(*to)[k] = v
	}
}

// check refuses what no harvest could use.
func check(src catalog.Source) error {
	m := src.Mapping
	if m.Kind != "" && !m.Kind.Valid() {
		return fmt.Errorf("--as %q: the kinds are %v", m.Kind, catalog.Kinds())
	}
	if m.Theme != "" && !slices.Contains(catalog.Themes, m.Theme) {
		return fmt.Errorf("--theme %q: the themes are %v", m.Theme, catalog.Themes)
	}
	for field := range m.Fields {
		if !slices.Contains(catalog.MappingFields, field) {
			return fmt.Errorf("--map %s: the fields are %s", field, strings.Join(catalog.MappingFields, ", "))
		}
	}
	types := []catalog.ColumnType{catalog.ColumnText, catalog.ColumnInteger, catalog.ColumnNumber, catalog.ColumnBoolean, catalog.ColumnDate, catalog.ColumnDateTime, catalog.ColumnJSON}
	for column, t := range m.Types {
		if !slices.Contains(types, t) {
			return fmt.Errorf("--column %s=%s: the types are %v", column, t, types)
		}
	}
	if d := time.Duration(src.Deadline); d > longestHarvest {
		return fmt.Errorf("--deadline %s: at most %s", d, longestHarvest)
	}
	return nil
}

// newSource is a source with its defaults.
func newSource(protocol, address, id string) (catalog.Source, error) {
	src := catalog.Source{
		ID: id, Protocol: protocol, Licence: datasets.Vocabularies().DefaultLicence().URI,
		Rhythm: catalog.Duration(24 * time.Hour), Deadline: catalog.Duration(30 * time.Minute),
	}
	if _, ok := harvesters.Protocols[protocol]; !ok {
		return src, fmt.Errorf("there is no kind of source %q; the kinds are %s", protocol, strings.Join(harvesters.ProtocolNames(), ", "))
	}
	var err error
	src.URL, err = resolve(address)
	return src, err
}

// resolve makes a local path absolute and checks it; web addresses stay.
func resolve(address string) (string, error) {
	if u, err := url.Parse(address); err == nil && (u.Scheme == "http" || u.Scheme == "https") {
		if u.Host == "" {
			return "", fmt.Errorf("%s is no web address: the host is missing", address)
		}
		return address, nil
	}
	path, err := filepath.Abs(address)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("%s is neither a web address nor a file here: %w", address, err)
	}
	return path, nil
}

var (
	validID = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,62}$`)
	// words of the command line and of the API that no source may be called
	reservedIDs = []string{"revert", "remap", "approve", "reject", "all"}
)

func checkID(id string) error {
	switch {
	case !validID.MatchString(id):
		return fmt.Errorf("--id %q: use up to 63 lower case letters, digits and hyphens, such as biblioteche-prato", id)
	case slices.Contains(reservedIDs, id), catalog.ReservedCollection(id):
		return fmt.Errorf("--id %s is a word of Po-net's own; choose another", id)
	}
	return nil
}

type sourceAddCmd struct {
	Kind    string `arg:"" help:"Kind of source: file."`
	Address string `arg:"" name:"url-or-path" help:"Web address, or a file of this machine."`
	ID      string `required:"" name:"id" help:"Name of the source here, and of its collection."`
	sourceFlags
	JSON bool `help:"Print the source as JSON."`
}

func (sourceAddCmd) Help() string {
	return `Example:
  ponet source add file https://example.org/biblioteche.csv --id biblioteche --as place --map title=denominazione
  ponet source test biblioteche
  ponet harvest biblioteche`
}

func (c sourceAddCmd) Run(sh *shell) error {
	if err := checkID(c.ID); err != nil {
		return err
	}
	src, err := newSource(c.Kind, c.Address, c.ID)
	if err != nil {
		return err
	}
	if err := c.apply(&src); err != nil {
		return err
	}
	n, err := sh.open(sh.ctx, "source")
	if err != nil {
		return err
	}
	defer n.close()
	if _, err := n.Source(sh.ctx, c.ID); err == nil {
		return fmt.Errorf("there is a source %s already; change it with: ponet source set %s …", c.ID, c.ID)
	}
	if err := putSource(sh.ctx, n, src); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(sh.stdout, src)
	}
	fmt.Fprintf(sh.stdout, "added %s: %s\nsee what is in it with: ponet source test %s\nharvest it with: ponet harvest %s\n", src.ID, src.URL, src.ID, src.ID)
	return nil
}

// putSource stores src, and its body under its id if nobody has named it yet.
func putSource(ctx context.Context, n *node, src catalog.Source) error {
	if src.BodyID != "" {
		if err := n.NameBody(ctx, src.BodyID); err != nil {
			return err
		}
	}
	return n.PutSource(ctx, src)
}

type sourceListCmd struct {
	JSON bool `help:"Print JSON, one source a line."`
}

func (sourceListCmd) Help() string { return "Example:\n  ponet source list" }

func (c sourceListCmd) Run(sh *shell) error {
	n, err := sh.open(sh.ctx, "source")
	if err != nil {
		return err
	}
	defer n.close()
	sources, err := n.Sources(sh.ctx)
	if err != nil {
		return err
	}
	if !c.JSON && len(sources) == 0 {
		fmt.Fprintln(sh.stdout, "no sources yet; add one with: ponet source add file URL --id ID")
		return nil
	}
	w := tabwriter.NewWriter(sh.stdout, 0, 0, 2, ' ', 0)
	if !c.JSON {
		fmt.Fprintln(w, "ID\tKIND\tBODY\tLAST HARVEST\tRECORDS\tADDRESS")
	}
	for _, src := range sources {
		if c.JSON {
			if err := printJSON(sh.stdout, src); err != nil {
				return err
			}
			continue
		}
		last, records := "never", "-"
		if src.Paused {
			last = "paused"
		}
		if runs, err := n.Runs(sh.ctx, src.ID, 1); err != nil {
			return err
		} else if len(runs) == 1 {
			last = fmt.Sprintf("%s %s", runs[0].Started.Format("2006-01-02 15:04"), runs[0].State)
			r := runs[0].Receipt
			records = fmt.Sprint(r.Read - r.Refused)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", src.ID, src.Protocol, src.BodyID, last, records, src.URL)
	}
	return w.Flush()
}

type sourceShowCmd struct {
	ID   string `arg:"" help:"Id of the source."`
	JSON bool   `help:"Print JSON in one line."`
}

func (sourceShowCmd) Help() string { return "Example:\n  ponet source show biblioteche" }

func (c sourceShowCmd) Run(sh *shell) error {
	n, src, err := openSource(sh, c.ID)
	if err != nil {
		return err
	}
	defer n.close()
	if c.JSON {
		return printJSON(sh.stdout, src)
	}
	e := json.NewEncoder(sh.stdout)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(src)
}

// openSource opens the catalogue and finds a source.
func openSource(sh *shell, id string) (*node, catalog.Source, error) {
	n, err := sh.open(sh.ctx, "source")
	if err != nil {
		return nil, catalog.Source{}, err
	}
	src, err := n.Source(sh.ctx, id)
	if err != nil {
		n.close()
		if errors.Is(err, catalog.ErrNotFound) {
			err = fmt.Errorf("there is no source %q; `ponet source list` shows them", id)
		}
		return nil, src, err
	}
	return n, src, nil
}

type sourceSetCmd struct {
	ID      string `arg:"" help:"Id of the source."`
	Address string `name:"url" placeholder:"URL" help:"New web address or path."`
	sourceFlags
}

func (sourceSetCmd) Help() string {
	return "Example:\n  ponet source set biblioteche --map title=denominazione --every 12h"
}

func (c sourceSetCmd) Run(sh *shell) error {
	n, src, err := openSource(sh, c.ID)
	if err != nil {
		return err
	}
	defer n.close()
	if c.Address != "" {
		if src.URL, err = resolve(c.Address); err != nil {
			return err
		}
	}
	if err := c.apply(&src); err != nil {
		return err
	}
	if err := putSource(sh.ctx, n, src); err != nil {
		return err
	}
	fmt.Fprintf(sh.stdout, "changed %s; the next harvest reads it so\n", src.ID)
	return nil
}

type sourcePauseCmd struct {
	ID string `arg:"" help:"Id of the source."`
}

func (c sourcePauseCmd) Run(sh *shell) error { return pause(sh, c.ID, true) }

type sourceResumeCmd struct {
	ID string `arg:"" help:"Id of the source."`
}

func (c sourceResumeCmd) Run(sh *shell) error { return pause(sh, c.ID, false) }

func pause(sh *shell, id string, paused bool) error {
	n, src, err := openSource(sh, id)
	if err != nil {
		return err
	}
	defer n.close()
	src.Paused = paused
	if err := n.PutSource(sh.ctx, src); err != nil {
		return err
	}
	if paused {
		fmt.Fprintf(sh.stdout, "paused %s; its records stay, and `ponet source resume %s` takes it up again\n", id, id)
		return nil
	}
	fmt.Fprintf(sh.stdout, "%s is harvested again\n", id)
	return nil
}

type sourceRemoveCmd struct {
	ID string `arg:"" help:"Id of the source."`
}

func (sourceRemoveCmd) Help() string { return "Example:\n  ponet source remove biblioteche" }

func (c sourceRemoveCmd) Run(sh *shell) error {
	n, _, err := openSource(sh, c.ID)
	if err != nil {
		return err
	}
	defer n.close()
	gone, err := n.RemoveSource(sh.ctx, c.ID)
	if err != nil {
		return err
	}
	fmt.Fprintf(sh.stdout, "removed %s; %d records were withdrawn, their history stays\n", c.ID, gone)
	return nil
}
