package catalog

import (
	"net/url"
	"path"
	"strings"
)

// distribution is one file or service of the dataset r in our terms. The
// source's own words stay beside them where they differ.
func (n *Normalizer) distribution(d Distribution, r *Record, report reporter) Distribution {
	d.Title, d.Description = plainLine(d.Title), plainText(plainMarkdown(d.Description))
	said := clean(d.Format)
	t, ok := n.fileType(said, d)
	switch {
	case ok:
		d.Format, d.FormatURI = t.Name, t.URI
		d.Service = d.Service || t.Service() && d.DownloadURL == ""
	case said != "" || d.DownloadURL != "":
		report("format-unknown", "distributions.format", said, "a format such as CSV, or a media type such as text/csv")
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
		if d.Licence = n.licence(said, "distributions.licence", report); d.Licence != said {
			d.LicenceDeclared = said
		}
	} else {
		d.Licence = r.Licence
	}
	if said := clean(d.Modified); said != "" {
		if t, ok := ParseTime(said); ok {
			d.Modified = t
		} else {
			report("date-unreadable", "distributions.modified", said, "a date such as 2026-11-21 or 21/11/2026")
		}
	}
	return d
}

// generic are formats whose files are often of a more special one that is a
// kind of it, which their name then tells.
var generic = map[string]bool{"json": true, "xml": true, "txt": true}

// fileType is the format of d: as its catalogue says, else of its media type,
// else of the ending of its address. Of a zip it is that of what is in it, when
// anything tells.
func (n *Normalizer) fileType(said string, d Distribution) (FileType, bool) {
	ending, ended := n.endingType(d)
	var container FileType
	for _, text := range []string{said, d.MediaType} {
		t, ok := n.vocab.FileType(text)
		switch {
		case !ok || text == "":
		case t.Use == "container":
			container = t
		case generic[t.Name] && ended && ending.Use != "container" && ending.Use != "page" && ending.Use != "service":
			return ending, true
		default:
			return t, true
		}
	}
	switch {
	case ended && (ending.Use != "container" || container.Name == ""):
		return ending, true
	case container.Name != "":
		return container, true
	case d.DownloadURL == "" && d.AccessURL != "" && said == "" && !d.Service:
		return n.vocab.FileType("html") // the page on which the data are
	}
	return FileType{}, false
}

// endingType is the format that the ending of an address says; of
// "alberi.csv.zip" it is csv.
func (n *Normalizer) endingType(d Distribution) (FileType, bool) {
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
	return container, container.Name != ""
}
