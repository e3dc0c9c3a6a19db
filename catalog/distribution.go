package catalog

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
)

// distribution is one file or service of the dataset r in our terms. The
// source's own words stay beside them where they differ.
func (n *Normalizer) distribution(d Distribution, r *Record, report reporter) Distribution {
	d.Title, d.Description = shorten(plainLine(d.Title), maxTitle), plainText(plainMarkdown(d.Description))
	said := clean(d.Format)
	t, ok := n.fileType(said, d)
	if !ok && said == "" && d.MediaType != "application/octet-stream" { // which any file is
		said = clean(d.MediaType)
	}
	switch {
	case ok:
		d.Format, d.FormatURI = t.Name, t.URI
		d.Service = d.Service || t.Service() && d.DownloadURL == ""
	case n.otherFormat(&d, said):
	case said != "":
		report("format-unknown", "distributions.format", said, "a format such as CSV, or a media type such as text/csv"+n.vocab.Perhaps("distributions.format", said))
	}
	if said != "" && !strings.EqualFold(said, d.Format) {
		d.FormatDeclared = said
	}
	if media, ok := mediaType(d.MediaType); ok && media != "application/octet-stream" {
		d.MediaType = media
	} else {
		d.MediaType = t.MediaType
	}
	if said := clean(d.Licence); said != "" {
		if d.Licence = n.licence(said, report); d.Licence != said {
			d.LicenceDeclared = said
		}
	} else {
		d.Licence = r.Licence
	}
	d.Availability, d.AvailabilityDeclared = n.term("distributions.availability", d.Availability, report)
	d.Status, d.StatusDeclared = n.term("distributions.dist_status", d.Status, report)
	if said := clean(d.Modified); said != "" {
		if t, ok := ParseTime(said); ok {
			d.Modified = t
		} else {
			report("date-unreadable", "distributions.modified", said, "a date such as 2026-11-21 or 21/11/2026")
		}
	}
	return d
}

// formatless tells, once a dataset, of files whose format nothing tells; a page or
// a service without one is no file.
func (d *description) formatless(list []Distribution) {
	files := slices.DeleteFunc(slices.Clone(list), func(x Distribution) bool {
		return x.DownloadURL == "" || x.Format != "" || x.FormatDeclared != ""
	})
	if len(files) == 0 {
		return
	}
	read := files[0].DownloadURL
	if more := len(files) - 1; more > 0 {
		read += fmt.Sprintf(" (+%d)", more)
	}
	d.report("format-missing", "distributions.format", read, "the format of each file, such as CSV, or its media type, such as text/csv")
}

// generic are formats that catalogues give to files of a more special one,
// which the address then tells.
var generic = map[string]bool{"json": true, "xml": true, "txt": true, "xls": true}

// fileType is the format of d: as its catalogue says, else of its media type,
// else as its address tells. Of a zip it is that of what is in it, when anything
// tells.
func (n *Normalizer) fileType(said string, d Distribution) (FileType, bool) {
	told, tells := n.addressType(d)
	data := tells && (told.Use == "table" || told.Use == "geo" || told.Use == "rdf")
	var container FileType
	for _, text := range []string{said, d.MediaType} {
		t, ok := n.vocab.FileType(text)
		switch {
		case !ok || text == "":
		case t.Use == "container":
			container = t
		case data && (generic[t.Name] || t.Service() && d.DownloadURL != ""):
			return told, true
		default:
			return t, true
		}
	}
	switch {
	case tells && (told.Use != "container" || container.Name == ""):
		return told, true
	case container.Name != "":
		return container, true
	case said != "":
		return FileType{}, false
	case d.Service:
		return n.vocab.FileType("api")
	case d.DownloadURL == "" && d.AccessURL != "":
		return n.vocab.FileType("html") // the page on which the data are
	}
	return FileType{}, false
}

// addressType is the format that an address tells: the ending of its path, of
// "alberi.csv.zip" csv; its last part, as of …/exports/geojson; a parameter of
// its query such as outputFormat; or the service it asks.
func (n *Normalizer) addressType(d Distribution) (FileType, bool) {
	u, err := url.Parse(d.Address())
	if err != nil {
		return FileType{}, false
	}
	name := path.Base(u.Path)
	var container FileType
	for range 2 {
		ending := strings.TrimPrefix(path.Ext(name), ".")
		t, ok := n.vocab.FileType(ending)
		if !ok || ending == "" || t.Name != strings.ToLower(ending) {
			break
		}
		if t.Use != "container" {
			return t, true
		}
		container, name = t, strings.TrimSuffix(name, path.Ext(name))
	}
	if t, ok := n.vocab.FileType(name); ok && !strings.ContainsAny(name, "._- ") && (t.Use == "table" || t.Use == "geo") {
		return t, true
	}
	if t, ok := n.queryType(u); ok {
		return t, true
	}
	return container, container.Name != ""
}

// queryType is the format that the query of an address asks for.
func (n *Normalizer) queryType(u *url.URL) (FileType, bool) {
	wants := [...]string{"outputformat", "format", "output", "f", "service"}
	var said [len(wants)]string
	for name, values := range u.Query() {
		if i := slices.Index(wants[:], strings.ToLower(name)); i >= 0 && len(values) > 0 {
			said[i] = values[0]
		}
	}
	for _, s := range said {
		if t, ok := n.vocab.FileType(s); ok && s != "" {
			return t, true
		}
	}
	return FileType{}, false
}
