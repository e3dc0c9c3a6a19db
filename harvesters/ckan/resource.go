package ckan

import (
	"cmp"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// distributions are the resources of p. Those that CKAN has loaded into its
// datastore and that are in no form we read have a CSV there, too.
func (h *harvest) distributions(p pkg) ([]catalog.Distribution, []catalog.Issue) {
	var list []catalog.Distribution
	var issues []catalog.Issue
	for _, r := range p.objects("resources") {
		if state := r.text("state"); state != "" && state != "active" {
			continue
		}
		d, issue := h.distribution(r)
		if issue != nil {
			issues = append(issues, *issue)
		}
		list = append(list, d)
		if r.flag("datastore_active") && h.site != "" && d.ID != "" && !readable(d) {
			list = append(list, h.dump(d)...)
		}
	}
	return list, issues
}

// distribution is one resource, in its own words.
func (h *harvest) distribution(r fields) (catalog.Distribution, *catalog.Issue) {
	at := r.text("download_url", "url", "access_url")
	d := catalog.Distribution{
		ID:          r.text("id"),
		Title:       r.translated("name"),
		Description: r.translated("description"),
		Format:      r.text("format", "distribution_format"),
		MediaType:   r.text("mimetype", "media_type"),
		Licence:     r.text("license_type", "license", "license_url", "licence"),
		ByteSize:    byteSize(r.text("size", "byte_size")),
		Checksum:    checksum(r.text("hash"), r.text("hash_algorithm")),
		Modified:    utc(r.text("last_modified", "modified", "created")),
	}
	full, ok := h.absolute(at)
	if !ok {
		return d, &catalog.Issue{Rule: "resource-address", Field: "resources.url", Read: catalog.Excerpt(at), Expected: "an address with http or https of " + cmp.Or(d.Title, d.ID)}
	}
	d.AccessURL = full
	if page := r.text("access_url"); webAddress(page) {
		d.AccessURL = page
	}
	switch {
	case isService(d.Format, full):
		d.Service = true
	case isFile(r, d.Format, full):
		d.DownloadURL = full
	}
	return d, nil
}

// absolute is a resource's address, completed from the portal's; only what is
// on the web is an address.
func (h *harvest) absolute(at string) (string, bool) {
	at = strings.ReplaceAll(strings.TrimSpace(at), " ", "%20")
	u, err := url.Parse(at)
	if err != nil || at == "" {
		return "", false
	}
	if u.Scheme == "" && h.site != "" {
		site, err := url.Parse(h.site + "/")
		if err != nil {
			return "", false
		}
		u = site.ResolveReference(u)
	}
	return u.String(), (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// dump is the copy of a resource in the portal's datastore, as CSV, and the
// interface that answers with its rows in JSON.
func (h *harvest) dump(d catalog.Distribution) []catalog.Distribution {
	table := h.site + "/datastore/dump/" + url.PathEscape(d.ID)
	rows := h.site + "/api/3/action/datastore_search?resource_id=" + url.QueryEscape(d.ID)
	return []catalog.Distribution{
		{ID: d.ID + "-csv", Title: d.Title, AccessURL: table, DownloadURL: table, Format: "csv", MediaType: "text/csv", Licence: d.Licence, Modified: d.Modified},
		{ID: d.ID + "-json", Title: d.Title, AccessURL: rows, Format: "json", MediaType: "application/json", Licence: d.Licence, Modified: d.Modified, Service: true},
	}
}

// formatWord finds the words of a format as it is written: ".CSV", "csv zip".
var formatWord = regexp.MustCompile(`[a-z0-9]+`)

// Words of formats by what they mean for us.
var (
	readableWords = words("csv tsv xlsx json geojson topojson ndjson jsonl shp shape shapefile gpkg geopackage kml kmz gpx")
	serviceWords  = words("wms wfs wcs wmts csw api rest sparql sos tms esri")
	pageWords     = words("html htm xhtml link url web website sito pagina page")
	fileEndings   = words(`csv tsv txt json geojson topojson ndjson jsonl xls xlsx ods pdf doc docx odt zip gz 7z rar tar shp dbf gpkg kml kmz
		gpx gml xml rdf ttl nt n3 jsonld ics rss atom parquet fgb tif tiff jpg jpeg png dwg dxf las laz`)
	pageEndings = words("html htm php asp aspx jsp xhtml")
)

func words(s string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(s) {
		set[w] = true
	}
	return set
}

// says reports whether one of the words of format is of the set.
func says(format string, set map[string]bool) bool {
	return slices.ContainsFunc(formatWord.FindAllString(strings.ToLower(format), -1), func(w string) bool { return set[w] })
}

// ending is the ending of the path of an address, "csv".
func ending(at string) string {
	u, err := url.Parse(at)
	if err != nil {
		return ""
	}
	return strings.ToLower(strings.TrimPrefix(path.Ext(u.Path), "."))
}

// readable reports whether the resource itself is a file with rows that we
// can read, so that the datastore's copy would be the same again.
func readable(d catalog.Distribution) bool {
	return d.DownloadURL != "" && (says(d.Format, readableWords) || readableWords[ending(d.DownloadURL)])
}

// isService reports whether an address is that of an interface and not a file.
func isService(format, at string) bool {
	low := strings.ToLower(at)
	for _, mark := range []string{"service=wms", "service=wfs", "service=wcs", "service=csw", "request=getcapabilities"} {
		if strings.Contains(low, mark) && !strings.Contains(low, "outputformat=") {
			return true
		}
	}
	return says(format, serviceWords) && !says(format, readableWords) && !fileEndings[ending(at)]
}

// isFile reports whether an address is that of the file and not of a page on
// which it may be found; CKAN has one field for both.
func isFile(r fields, format, at string) bool {
	end := ending(at)
	switch {
	case r.text("url_type") == "upload", r.text("download_url") != "":
		return true
	case pageEndings[end], says(format, pageWords), strings.HasPrefix(r.text("mimetype"), "text/html"):
		return false
	case fileEndings[end]:
		return true
	}
	return format != "" || strings.Contains(strings.ToLower(at), "format=")
}

// sizeText is a number with a unit: "12 KB", "1,5 MB".
var sizeText = regexp.MustCompile(`(?i)^([0-9]+(?:[.,][0-9]+)?)\s*(bytes?|b|kb|kib|mb|mib|gb|gib)?$`)

// byteSize reads a size in bytes, which portals also write as text; 0: not known.
func byteSize(s string) int64 {
	m := sizeText.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return 0
	}
	v, err := strconv.ParseFloat(strings.Replace(m[1], ",", ".", 1), 64)
	if err != nil {
		return 0
	}
	switch unit := strings.ToLower(m[2]); {
	case strings.HasPrefix(unit, "k"):
		v *= 1 << 10
	case strings.HasPrefix(unit, "m"):
		v *= 1 << 20
	case strings.HasPrefix(unit, "g"):
		v *= 1 << 30
	}
	if v >= 1<<50 {
		return 0
	}
	return int64(v)
}

// checksumNames are the algorithms whose sums have so many hexadecimal digits.
var checksumNames = map[int]string{32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}

var hexadecimal = regexp.MustCompile(`^[0-9a-f]+$`)

// checksum is "sha256:…"; the algorithm is told by the length when it is not said.
func checksum(hash, algorithm string) string {
	hash = strings.ToLower(hash)
	if name, sum, ok := strings.Cut(hash, ":"); ok {
		hash, algorithm = sum, name
	}
	if i := strings.LastIndexAny(algorithm, "#/_"); i >= 0 {
		algorithm = strings.TrimPrefix(algorithm[i+1:], "checksumAlgorithm")
	}
	name := checksumNames[len(hash)]
	if name == "" || !hexadecimal.MatchString(hash) {
		return ""
	}
	if algorithm = strings.ReplaceAll(strings.ToLower(algorithm), "-", ""); algorithm != "" && algorithm != name {
		return ""
	}
	return name + ":" + hash
}

// utc says of a time of CKAN's own, which has no zone, that it is UTC.
func utc(s string) string {
	if t, err := time.Parse("2006-01-02T15:04:05", s); err == nil {
		return t.Format("2006-01-02T15:04:05Z")
	}
	return s
}
