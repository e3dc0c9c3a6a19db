package oaipmh

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"po-net.prato.it/ponet/harvesters/xmldoc"
)

// An identity is what a repository says of itself.
type identity struct {
	name    string
	seconds bool   // datestamps have a time, not only a day
	deleted string // no, transient or persistent
	version string
}

var (
	identifyPath    = xmldoc.Compile("/OAI-PMH/Identify")
	namePath        = xmldoc.Compile("repositoryName")
	granularityPath = xmldoc.Compile("granularity")
	deletedPath     = xmldoc.Compile("deletedRecord")
	versionPath     = xmldoc.Compile("protocolVersion")

	formatPath    = xmldoc.Compile("/OAI-PMH/ListMetadataFormats/metadataFormat")
	prefixPath    = xmldoc.Compile("metadataPrefix")
	namespacePath = xmldoc.Compile("metadataNamespace")

	setPath = xmldoc.Compile("/OAI-PMH/ListSets/set")
)

// identityOf reads an answer to Identify. What it does not say is read as the
// least that every repository must do: datestamps of a day, nothing said of what
// was deleted.
func identityOf(a *answer) (identity, error) {
	n := xmldoc.Node(a.Node, identifyPath)
	if n == nil {
		return identity{}, failed("the repository did not answer Identify")
	}
	i := identity{
		name: xmldoc.First(n, namePath), deleted: strings.ToLower(xmldoc.First(n, deletedPath)), version: xmldoc.First(n, versionPath),
		seconds: strings.Contains(strings.ToLower(xmldoc.First(n, granularityPath)), "hh:mm"),
	}
	if i.version != "" && i.version != "2.0" {
		return i, failed("the repository speaks version %s of the protocol; only 2.0 is read", i.version)
	}
	if i.deleted == "" {
		i.deleted = "no"
	}
	return i, nil
}

// A format is one that a repository offers.
type format struct{ prefix, namespace string }

// preferred are the formats in the order in which they are asked for, by their usual
// prefixes, and what their namespaces hold (spec §3.6). The cards of the national
// catalogue say more than what was made of them. What offers ISO 19115, such as pycsw
// and GeoNetwork, is a catalogue of data, of which Dublin Core leaves little.
var preferred = []struct{ prefix, namespace string }{
	{"iso19115-3.2018", "standards.iso.org/iso/19115/-3"}, {isoPrefix, isoSpace},
	{"lido", "lido-schema.org"}, {"edm", "europeana.eu/schemas/edm"}, {"iccd", "iccd"}, {"schede", "iccd"}, {"pico", "purl.org/pico"},
	{"mods", "loc.gov/mods"}, {"mag", "iccu.sbn.it/metaag"}, {"oai_dc", "oai/2.0/oai_dc"},
}

// How GeoNetwork and pycsw call ISO 19139.
const (
	isoPrefix = "iso19139"
	isoSpace  = "isotc211.org/2005/gmd"
)

// ofData reports whether the records of a format describe data, and no items of
// cultural heritage.
func (f format) ofData() bool {
	return strings.HasPrefix(strings.ToLower(f.prefix), "iso191") || strings.Contains(f.namespace, isoSpace) || strings.Contains(f.namespace, preferred[0].namespace)
}

// chosen is the best of the formats that are offered, "" when none is known.
func chosen(offered []format) string {
	for _, p := range preferred {
		for _, f := range offered {
			if strings.EqualFold(f.prefix, p.prefix) {
				return f.prefix
			}
		}
		for _, f := range offered {
			if strings.Contains(strings.ToLower(f.namespace), p.namespace) {
				return f.prefix
			}
		}
	}
	return ""
}

// formats are those that the repository offers. A server that cannot say has
// oai_dc, as the protocol requires.
func (r *repository) formats(ctx context.Context, c *http.Client) ([]format, error) {
	a, err := ask(ctx, c, r.request("ListMetadataFormats"), nil)
	if isProblem(err, "noMetadataFormats", "badVerb") || refused(err) {
		return []format{{prefix: "oai_dc"}}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("its formats: %w", err)
	}
	var list []format
	for _, n := range xmldoc.Nodes(a.Node, formatPath) {
		list = append(list, format{xmldoc.First(n, prefixPath), xmldoc.First(n, namespacePath)})
	}
	return list, nil
}

// choose settles which format is asked for; what somebody said counts.
func (r *repository) choose(ctx context.Context, c *http.Client) (why string, err error) {
	offered, err := r.formats(ctx, c)
	if err != nil {
		return "", err
	}
	var names []string
	for _, f := range offered {
		names = append(names, f.prefix)
	}
	all := strings.Join(names, ", ")
	defer func() {
		r.data = slices.ContainsFunc(offered, func(f format) bool { return f.prefix == r.prefix && f.ofData() })
	}()
	switch {
	case r.prefix != "" && slices.Contains(names, r.prefix):
		return fmt.Sprintf("format: %s, as set; offered are %s", r.prefix, all), nil
	case r.prefix != "":
		return "", failed("the repository does not offer the format %q; it offers %s", r.prefix, all)
	}
	if r.prefix = chosen(offered); r.prefix == "" {
		return "", failed("the repository offers only formats that are not read (%s); say one that holds Dublin Core with --format", all)
	}
	return fmt.Sprintf("format: %s, the best of %s", r.prefix, all), nil
}

const maxSetsTold = 20

// tellSets explains which sets there are. Only the first page is asked for, and a
// server that cannot say loses nothing by that.
func (r *repository) tellSets(ctx context.Context, c *http.Client) (string, error) {
	if len(r.sets) > 0 {
		return "sets: only " + strings.Join(r.sets, ", ") + ", as the address says", nil
	}
	a, err := ask(ctx, c, r.request("ListSets"), nil)
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err != nil {
		return "sets: none", nil
	}
	var list []string
	for _, n := range xmldoc.Nodes(a.Node, setPath) {
		list = append(list, fmt.Sprintf("%s (%s)", xmldoc.Inner(xmldoc.Child(n, "setSpec")), xmldoc.Inner(xmldoc.Child(n, "setName"))))
	}
	if len(list) == 0 {
		return "sets: none", nil
	}
	more := ""
	if len(list) > maxSetsTold || xmldoc.First(a.Node, tokenPath) != "" {
		more = ", …"
	}
	return fmt.Sprintf("sets: all are read; one alone with &set=… in the address: %s%s", strings.Join(list[:min(len(list), maxSetsTold)], ", "), more), nil
}
