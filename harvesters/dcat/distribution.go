package dcat

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/rdf"
)

var (
	accessURL     = named("dcat:accessURL", "dcat:accessUrl", "schema:contentUrl")
	downloadURL   = named("dcat:downloadURL", "dcat:downloadUrl")
	format        = named("dct:format", "dcat:format", "dct:formats", "schema:encodingFormat")
	mediaType     = named("dcat:mediaType", "dcat:mediatype")
	byteSize      = named("dcat:byteSize", "dcat:bytes", "dcat:size", "schema:contentSize")
	availability  = named("dcatap:availability", "http://dcat-ap.de/def/dcatde/plannedAvailability")
	status        = named("adms:status")
	checksum      = named("spdx:checksum")
	checksumValue = named("spdx:checksumValue")
	algorithm     = named("spdx:algorithm")
	accessService = named("dcat:accessService")
	endpointURL   = named("dcat:endpointURL", "dcat:endpointUrl", "dcat:accessURL", "dcat:endpointDescription")
)

// distributions reads the files of a dataset, and the services that give
// access to it.
func (p *page) distributions(d *draft, n *rdf.Node) {
	for _, t := range p.all(n, distribution) {
		node := p.Node(t)
		if node == nil {
			if t.Kind != rdf.Blank {
				d.issue("distribution-not-described", distribution.String, local(t.Value), "a node with dcat:accessURL on the same page")
			}
			continue
		}
		p.distribution(d, node)
		for _, s := range p.all(node, accessService) {
			p.service(d, p.Node(s))
		}
	}
	for _, s := range p.services[n.Value] {
		p.service(d, s)
	}
}

func (p *page) distribution(d *draft, n *rdf.Node) {
	x := catalog.Distribution{
		ID:          p.distributionID(n),
		Title:       p.text(n, title),
		Description: p.text(n, description),
		AccessURL:   p.address(d, n, accessURL),
		DownloadURL: p.address(d, n, downloadURL),
		Licence:     p.licence(n),
		ByteSize:    bytesOf(first(p.codes(n, byteSize))),
		Checksum:    p.checksum(n),
		Modified:    first(p.codes(n, modified)),

		Availability: first(p.codes(n, availability)),
		Status:       first(p.codes(n, status)),
	}
	x.Format, x.MediaType = p.format(n)
	x.Service = isService(x)
	if x.Address() == "" {
		d.issue("distribution-without-address", accessURL.String, x.Title, "dcat:accessURL or dcat:downloadURL")
		return
	}
	d.Distributions = append(d.Distributions, x)
}

// service adds a dcat:DataService, unless a distribution has its address.
func (p *page) service(d *draft, n *rdf.Node) {
	if n == nil {
		return
	}
	x := catalog.Distribution{
		ID: p.distributionID(n), Title: p.text(n, title), Description: p.text(n, description),
		AccessURL: p.address(d, n, endpointURL), Licence: p.licence(n), Modified: first(p.codes(n, modified)), Service: true,
	}
	x.Format, x.MediaType = p.format(n)
	if x.Format == "" {
		x.Format = first(p.codes(n, conformsTo))
	}
	if x.AccessURL == "" || slices.ContainsFunc(d.Distributions, func(o catalog.Distribution) bool { return o.Service && o.AccessURL == x.AccessURL }) {
		return
	}
	d.Distributions = append(d.Distributions, x)
}

// distributionID is the source's own name of a distribution; a blank node has none.
func (p *page) distributionID(n *rdf.Node) string {
	if s := p.text(n, identifier); s != "" {
		return s
	}
	if n.Kind == rdf.Blank {
		return ""
	}
	return local(n.Value)
}

// format is the format as a code, URI or word, and the media type.
func (p *page) format(n *rdf.Node) (name, media string) {
	for _, t := range p.all(n, format) {
		s := p.code(t)
		if inner := p.Node(t); inner != nil && !known(t) {
			s = p.label(t)
			if v := first(p.codes(inner, named("rdf:value"))); isMedia(v) {
				media = mediaOf(v)
			}
		}
		if isMedia(s) {
			if media == "" {
				media = mediaOf(s)
			}
		} else if name == "" {
			name = s
		}
	}
	for _, t := range p.all(n, mediaType) {
		s := p.code(t)
		if isMedia(s) {
			return name, mediaOf(s)
		}
		if name == "" {
			name = s
		}
	}
	return name, media
}

var (
	mediaName = regexp.MustCompile(`^[a-z]+/[A-Za-z0-9][A-Za-z0-9.+_-]*$`)
	mediaPath = regexp.MustCompile(`(?i)^https?://(?:www\.)?iana\.org/assignments/media-types/`)
)

func isMedia(s string) bool { return mediaName.MatchString(mediaOf(s)) }

// mediaOf is a media type without the address of its register and parameters.
func mediaOf(s string) string {
	s, _, _ = strings.Cut(mediaPath.ReplaceAllString(strings.TrimSpace(s), ""), ";")
	return strings.TrimSpace(s)
}

func (p *page) checksum(n *rdf.Node) string {
	for _, t := range p.all(n, checksum) {
		value := strings.ToLower(first(p.codes(p.Node(t), checksumValue)))
		how := strings.ToLower(first(p.codes(p.Node(t), algorithm)))
		for _, name := range []string{"sha512", "sha384", "sha256", "sha1", "md5"} {
			if value != "" && strings.HasSuffix(strings.NewReplacer("/", "", "-", "", "_", "").Replace(how), name) {
				return name + ":" + value
			}
		}
	}
	return ""
}

var sized = regexp.MustCompile(`(?i)^([\d.,]+(?:e[+]?\d+)?)\s*(b|bytes?|kb|kib|mb|mib|gb|gib)?$`)

// bytesOf reads a size: any numeral, also "12 KB"; 0 if it is none.
func bytesOf(s string) int64 {
	m := sized.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return 0
	}
	digits := m[1]
	if strings.Count(digits, ",") == 1 && !strings.Contains(digits, ".") {
		digits = strings.Replace(digits, ",", ".", 1)
	}
	v, err := strconv.ParseFloat(digits, 64)
	unit := map[string]float64{"kb": 1e3, "kib": 1 << 10, "mb": 1e6, "mib": 1 << 20, "gb": 1e9, "gib": 1 << 30}[strings.ToLower(m[2])]
	if unit == 0 {
		unit = 1
	}
	if err != nil || !(v >= 0 && v*unit < 1<<53) {
		return 0
	}
	return int64(math.Round(v * unit))
}

var (
	serviceFormat = regexp.MustCompile(`(?i)(^|[/ _-])(wms|wfs|wcs|wmts|csw|sos|sparqlq?|rest|api|odata|geoservices)([ /_-]|$)|_SRVC$|services? rest`)
	serviceURL    = regexp.MustCompile(`(?i)[?&](service=(wms|wfs|wcs|wmts|csw)|request=getcapabilities)|/(Feature|Map|Image)Server(/\d+)?/?$|/sparql/?$`)
)

// isService reports whether a distribution is an interface and not a file.
func isService(x catalog.Distribution) bool {
	if serviceURL.MatchString(x.Address()) {
		return !strings.Contains(strings.ToLower(x.Address()), "request=getfeature")
	}
	return x.DownloadURL == "" && serviceFormat.MatchString(x.Format)
}
