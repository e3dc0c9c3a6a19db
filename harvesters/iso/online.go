package iso

import (
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/antchfx/xmlquery"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/xmldoc"
)

// onlineResources reads the addresses of a record: files, services, pages (spec
// §3.3). Of a service its operations count too, where nothing else says where it is.
func (r *reader) onlineResources() {
	var formats []string
	for _, info := range at(r.n, "distributionInfo") {
		for _, f := range inside(info, "MD_Format") {
			formats = appendNew(formats, line(r.text(first(f, "name", "formatSpecificationCitation/CI_Citation/title"))))
		}
	}
	for _, info := range at(r.n, "distributionInfo") {
		for _, n := range inside(info, "onLine") {
			r.online(first(n, "CI_OnlineResource"), formats)
		}
	}
	r.land()
	if r.Level != "service" || slices.ContainsFunc(r.Distributions, func(d catalog.Distribution) bool { return d.Service }) {
		return
	}
	for _, op := range at(r.id(), "containsOperations/SV_OperationMetadata") {
		for _, n := range at(op, "connectPoint/CI_OnlineResource") {
			if a := r.address(n); a != "" && !r.listed(a) {
				r.Distributions = append(r.Distributions, catalog.Distribution{Title: r.Title, AccessURL: a, Format: serviceFormat(line(r.text(first(r.id(), "serviceType"))), a), Service: true})
			}
		}
	}
}

// online is one CI_OnlineResource.
func (r *reader) online(n *xmlquery.Node, formats []string) {
	a := r.address(n)
	if a == "" || r.listed(a) {
		return
	}
	protocol := line(r.text(first(n, "protocol")) + " " + href(first(n, "protocol")) + " " + r.text(first(n, "applicationProfile")) + " " + href(first(n, "applicationProfile")))
	name := first(n, "name")
	d := catalog.Distribution{Title: line(r.text(name)), Description: r.text(first(n, "description"))}
	if role := strings.ToLower(strings.ReplaceAll(d.Description, " ", "")); role == "accesspoint" || role == "endpoint" {
		d.Description = "" // a term of INSPIRE (OnLineDescriptionCode), for programs
	}
	if d.Title == "" && len(d.Description) < 120 {
		d.Title, d.Description = line(d.Description), ""
	}
	for _, m := range at(name, "MimeFileType") {
		d.MediaType = xmldoc.Attr(m, "type")
	}
	kind := kindOf(protocol, a, code(first(n, "function")))
	switch {
	case kind == view:
	case kind == page:
		r.Documentation = appendNew(r.Documentation, a)
	case kind == service:
		d.AccessURL, d.Service, d.Format = a, true, serviceFormat(protocol, a)
		r.Distributions = append(r.Distributions, d)
	default:
		d.Format = fileFormat(d.Title, protocol)
		if d.Format == "" && len(formats) == 1 && fileEnding(a) == "" && !repositories.MatchString(a) {
			d.Format = formats[0]
		}
		if kind == file {
			d.DownloadURL = a
		} else {
			d.AccessURL = a
		}
		d.Title = firstOf(d.Title, fileName(a))
		r.Distributions = append(r.Distributions, d)
	}
}

// AppendOnline adds what is at an address that stands alone, with its protocol and
// name, to list: nothing where that is a page.
func AppendOnline(list []catalog.Distribution, address, protocol, name string) []catalog.Distribution {
	a := web(address)
	d := catalog.Distribution{Title: line(name)}
	switch kind := kindOf(protocol, a, ""); {
	case a == "" || kind == view || kind == page:
		return list
	case kind == service:
		d.AccessURL, d.Service, d.Format = a, true, serviceFormat(protocol, a)
	case kind == file:
		d.DownloadURL, d.Format = a, fileFormat(name, protocol)
	default:
		d.AccessURL, d.Format = a, fileFormat(name, protocol)
	}
	return append(list, d)
}

// land makes one of the pages the landing page: that of the dataset in its
// catalogue, else the first.
func (r *reader) land() {
	at := slices.IndexFunc(r.Documentation, recordPages.MatchString)
	if len(r.Documentation) > 0 {
		r.LandingPage = r.Documentation[max(at, 0)]
		r.Documentation = slices.Delete(r.Documentation, max(at, 0), max(at, 0)+1)
	}
}

// listed reports whether the address is in the record already.
func (r *reader) listed(a string) bool {
	return slices.Contains(r.Documentation, a) || a == r.LandingPage || slices.ContainsFunc(r.Distributions, func(d catalog.Distribution) bool { return d.Address() == a })
}

// address is the linkage of an online resource, put right where it can be.
func (r *reader) address(n *xmlquery.Node) string {
	said := line(r.text(first(n, "linkage")))
	a := web(said)
	if a == "" && said != "" {
		r.issue("address-unusable", "linkage", said, "an absolute web address")
	}
	return a
}

// A kind of address.
type kind int

const (
	page   kind = iota // a page about the data
	file               // the data
	access             // where one gets at the data
	service
	view // the metadata record itself
)

var (
	serviceProtocol = regexp.MustCompile(`(?i)\b(wms|wfs|wcs|wmts|wps|csw|sos|esri|arcgis)\b|ogc[: ](?:wms|wfs|wcs|wmts|csw|wps|sos|api)|servicetype/ogc|web (?:map|feature|coverage|processing) (?:tile )?service|sensorthings`)
	serviceAddress  = regexp.MustCompile(`(?i)[?&]service=(wms|wfs|wcs|wmts|csw|wps|sos)\b|[?&]request=getcapabilities|/(feature|map|image)server(/\d+|/wmsserver|/wfsserver|/wmts[^?]*)?/?([?]|$)|/(?:wms|wfs|wcs|wmts|ows|sparql)/?[?]?$`)
	downloads       = regexp.MustCompile(`(?i)download|\bftp\b|^file|http-get-data|\batom\b`)
	gets            = regexp.MustCompile(`(?i)[?&]request=(getfeature|getmap|getcoverage|getlegendgraphic)\b|/kml\?|[?&]outputformat=`)
	recordPages     = regexp.MustCompile(`(?i)#/metadata/|/metadata/[^/]+$|/geonetwork/srv/[^?]*/catalog\.search|/geoportal/rest/document`)
	recordViews     = regexp.MustCompile(`(?i)[?&]request=getrecordbyid|/(?:csw|records|xml\.metadata\.get)\?.*\bid=`)
)

// kindOf tells what is at an address: the protocol of the record, the address, its
// function.
func kindOf(protocol, address, function string) kind {
	ending := fileEnding(address)
	switch {
	case recordViews.MatchString(address):
		return view
	case recordPages.MatchString(address) && ending == "":
		return page
	case strings.Contains(strings.ToLower(address), "getlegendgraphic"):
		return view // of no use without its map
	case strings.Contains(strings.ToLower(address), "/kml?"), gets.MatchString(address) && (downloads.MatchString(protocol) || function == "download"), gets.MatchString(address) && ending == "" && strings.Contains(strings.ToLower(address), "outputformat="):
		return file
	case serviceAddress.MatchString(address), serviceProtocol.MatchString(protocol) && !downloads.MatchString(protocol):
		return service
	case ending != "":
		return file
	case downloads.MatchString(protocol), function == "download", function == "offlineAccess", function == "order", function == "fileAccess":
		if u, err := url.Parse(address); err == nil && u.RawQuery != "" && u.Fragment == "" {
			return file
		}
		return access
	}
	return page
}

// serviceFormat is the name of a service's interface, "api" when it cannot be
// told: what the address asks for counts before what it is called there.
func serviceFormat(protocol, address string) string {
	if m := serviceParameter.FindStringSubmatch(address); m != nil {
		return strings.ToLower(m[1])
	}
	for _, text := range []string{strings.ToLower(address), strings.ToLower(protocol)} {
		for _, s := range serviceWords {
			if strings.Contains(text, s.word) {
				return s.format
			}
		}
	}
	return "api"
}

var (
	serviceParameter = regexp.MustCompile(`(?i)[?&]service=(wms|wfs|wcs|wmts|csw)\b`)
	// serviceWords tell a service's interface, the first that is met.
	serviceWords = []struct{ word, format string }{
		{"wmts", "wmts"}, {"map tile", "wmts"}, {"wms", "wms"}, {"web map s", "wms"}, {"wfs", "wfs"}, {"web feature s", "wfs"}, {"wcs", "wcs"}, {"web coverage s", "wcs"},
		{"csw", "csw"}, {"sparql", "sparql"}, {"mapserver", "esri-rest"}, {"featureserver", "esri-rest"}, {"imageserver", "esri-rest"}, {"esri", "esri-rest"}, {"arcgis", "esri-rest"},
	}
)

// endings of files with data; others are those of pages and programs.
var endings = func() map[string]bool {
	m := map[string]bool{}
	for e := range strings.FieldsSeq("csv tsv txt json geojson ndjson topojson xml gml xls xlsx ods dbf mdb parquet zip 7z rar gz tar shp gpkg kml kmz gpx fgb pmtiles gdb dxf dwg tab tif tiff ecw asc las laz nc sqlite sql rdf ttl pdf doc docx odt jpg jpeg png svg jp2") {
		m[e] = true
	}
	return m
}()

// fileEnding is the ending of the file at an address, "" when it has none of one.
func fileEnding(address string) string {
	u, err := url.Parse(address)
	if err != nil || strings.HasPrefix(u.Fragment, "/") {
		return ""
	}
	e := strings.ToLower(strings.TrimPrefix(path.Ext(u.Path), "."))
	if !endings[e] {
		return ""
	}
	return e
}

// repositories are pages of code hosts, on which there are files of many formats.
var repositories = regexp.MustCompile(`(?i)^https?://(?:www\.)?(?:github|gitlab)\.com/[^/]+/[^/]+/?(?:-?/?tree/.*)?$`)

// fileName is the last part of an address, by which files without a name of their
// own are told apart; "" where a program answers.
func fileName(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.RawQuery != "" {
		return ""
	}
	if name := path.Base(u.Path); name != "." && name != "/" {
		return name
	}
	return ""
}

// fileFormat is what the name of a download or its protocol tell of its format.
func fileFormat(name, protocol string) string {
	e := strings.ToLower(strings.TrimPrefix(path.Ext(strings.TrimSpace(name)), "."))
	if endings[e] && !strings.Contains(e, " ") {
		return e
	}
	p := strings.ToLower(protocol)
	switch {
	case strings.Contains(p, "kml"):
		return "kml"
	case strings.Contains(p, "atom"):
		return "atom"
	}
	return ""
}

const maxAddress = 8000 // bytes; no server takes longer ones

// web is an address of the web that can be asked, "" when s is none: without
// spaces and other characters that do not belong there, with its scheme.
func web(s string) string {
	s = strings.ReplaceAll(strings.Trim(strings.TrimSpace(s), "<>"), "&amp;", "&")
	if len(s) > maxAddress {
		return ""
	}
	if len(s) > 4 && strings.EqualFold(s[:4], "www.") {
		s = "http://" + s
	}
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c > ' ' && c < 0x7f && strings.IndexByte("\"<>\\^`{|}", c) < 0 {
			b.WriteByte(c)
			continue
		}
		b.Write([]byte{'%', hex[c>>4], hex[c&15]})
	}
	a := b.String()
	u, err := url.Parse(a)
	if err != nil || u.Host == "" || strings.ContainsAny(u.Host, "%@") {
		return ""
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https", "ftp":
		return a
	}
	return ""
}

// recordID is the identifier in the address of a metadata record: the parameter id
// of a GetRecordById, the last part of a catalogue's path; else the address itself.
func recordID(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || address == "" {
		return address
	}
	for name, values := range u.Query() {
		if (strings.EqualFold(name, "id") || strings.EqualFold(name, "uuid")) && len(values) > 0 && values[0] != "" {
			return values[0]
		}
	}
	if strings.Contains(u.Path, "/records/") {
		return path.Base(u.Path)
	}
	return address
}
