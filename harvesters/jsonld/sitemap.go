package jsonld

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/xmldoc"
)

// Limits of a site.
const (
	maxSitemaps = 500       // files; the protocol allows 50,000 in an index
	maxPages    = 10_000    // that are read in one run (spec §3.0, rule 7)
	maxListed   = 1_000_000 // addresses of sitemaps that are looked at
)

// An entry is a page that a sitemap lists.
type entry struct {
	address string
	lastmod string // RFC 3339 or a date, as moment gives it; "" when it is not said
}

// A siteMap is what the sitemaps of a site list below an address.
type siteMap struct {
	root    *url.URL // of the source
	pages   []entry
	listed  map[string]bool // addresses of pages
	files   int
	looked  int // addresses, also those elsewhere
	outside int // of other hosts, or not below root
	hosts   map[string]int
}

// usualSitemaps is where sitemaps lie of which robots.txt says nothing.
var usualSitemaps = []string{"/sitemap.xml", "/sitemap_index.xml", "/wp-sitemap.xml", "/sitemap.xml.gz", "/sitemap-index.xml"}

var (
	locPath  = xmldoc.Compile("*[local-name()='loc']")
	modPath  = xmldoc.Compile("*[local-name()='lastmod']")
	mapsPath = xmldoc.Compile("/*[local-name()='sitemapindex']/*[local-name()='sitemap']")
	urlsPath = xmldoc.Compile("/*[local-name()='urlset']/*[local-name()='url']")
)

// readSite reads the sitemaps of the site of root. One that cannot be read makes
// the listing a failed one, since pages would be missing; a site without any is
// told by files being 0.
func readSite(ctx context.Context, c *http.Client, robots *fetch.Robots, root *url.URL) (*siteMap, error) {
	s := &siteMap{root: root, listed: map[string]bool{}, hosts: map[string]int{}}
	named, err := robots.Sitemaps(ctx, root.String())
	if err != nil {
		return nil, err
	}
	guess := len(named) == 0
	if guess {
		for _, p := range usualSitemaps {
			named = append(named, root.Scheme+"://"+root.Host+p)
		}
	}
	for _, address := range named {
		u, err := root.Parse(address)
		if err != nil {
			continue
		}
		err = s.read(ctx, c, u.String(), 0)
		var status *fetch.StatusError
		switch {
		case err == nil && guess:
			return s, nil
		case guess && s.files == 0 && (errors.As(err, &status) && status.Code < 500 || errors.Is(err, errNoSitemap)):
		case err != nil:
			return nil, fmt.Errorf("sitemap %s: %w", address, err)
		}
	}
	return s, nil
}

// errNoSitemap: the document is something else.
var errNoSitemap = fmt.Errorf("it is no sitemap: %w", catalog.ErrFailedListing)

const maxIndexes = 3 // sitemaps in indexes in indexes

// read takes a sitemap, or an index of some, packed or not.
func (s *siteMap) read(ctx context.Context, c *http.Client, address string, depth int) error {
	if s.listed["\x00"+address] {
		return nil // named twice, or an index that names itself
	}
	s.listed["\x00"+address] = true
	if s.files++; s.files > maxSitemaps {
		return failed("more than %d sitemaps", maxSitemaps)
	}
	d, err := fetch.Read(ctx, c, address, "application/xml, text/xml, text/plain;q=0.5, */*;q=0.1")
	if err != nil {
		s.files--
		return err
	}
	return s.take(ctx, c, d, depth)
}

func (s *siteMap) take(ctx context.Context, c *http.Client, d *fetch.Document, depth int) error {
	if fetch.IsPage(d.Bytes) {
		s.files--
		return errNoSitemap
	}
	if text := strings.TrimSpace(string(d.Bytes[:min(len(d.Bytes), 200)])); strings.HasPrefix(text, "http") {
		for line := range strings.Lines(string(d.Bytes)) { // a list in plain text
			if err := s.page(strings.TrimSpace(line), ""); err != nil {
				return err
			}
		}
		return nil
	}
	doc, _, err := xmldoc.Parse(d.Bytes, d.Charset)
	if err != nil {
		s.files--
		return err
	}
	maps, urls := xmldoc.Nodes(doc, mapsPath), xmldoc.Nodes(doc, urlsPath)
	if len(maps)+len(urls) == 0 && !isSitemap(d.Bytes) {
		s.files--
		return errNoSitemap
	}
	for _, m := range maps {
		if depth == maxIndexes {
			return failed("sitemap indexes that name each other more than %d deep", maxIndexes)
		}
		at := s.root
		if d.URL != nil {
			at = d.URL
		}
		next, err := fetch.Rebase(at, xmldoc.First(m, locPath))
		if err != nil {
			return failed("a sitemap is said to be at %q, which is no address", xmldoc.First(m, locPath))
		}
		if err := s.read(ctx, c, next, depth+1); err != nil {
			return fmt.Errorf("sitemap %s: %w", next, err)
		}
	}
	for _, u := range urls {
		mod, _ := moment(xmldoc.First(u, modPath))
		if err := s.page(xmldoc.First(u, locPath), mod); err != nil {
			return err
		}
	}
	return nil
}

// isSitemap reports whether a document has the root of a sitemap, though nothing is in it.
func isSitemap(doc []byte) bool {
	head := string(doc[:min(len(doc), 2000)])
	return strings.Contains(head, "<urlset") || strings.Contains(head, "<sitemapindex")
}

// page takes a page that lies below the address of the source.
func (s *siteMap) page(address, lastmod string) error {
	if s.looked++; s.looked > maxListed {
		return failed("the sitemaps list more than %d addresses", maxListed)
	}
	u, err := s.root.Parse(strings.TrimSpace(address))
	if err != nil || address == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil
	}
	s.hosts[u.Host]++
	if !sameSite(u.Host, s.root.Host) || !below(u.Path, s.root.Path) || noPage(u.Path) {
		s.outside++
		return nil
	}
	u.Scheme, u.Host, u.Fragment = s.root.Scheme, s.root.Host, ""
	if a := u.String(); !s.listed[a] {
		s.listed[a] = true
		s.pages = append(s.pages, entry{a, lastmod})
	}
	return nil
}

// sameSite: with or without www.
func sameSite(a, b string) bool {
	return strings.EqualFold(strings.TrimPrefix(strings.ToLower(a), "www."), strings.TrimPrefix(strings.ToLower(b), "www."))
}

// below reports whether a path is that of the source or under it.
func below(p, root string) bool {
	return strings.HasPrefix(p, root) || p+"/" == root || root == ""
}

// noPage reports whether an address is plainly that of a file that is no page.
func noPage(p string) bool {
	return slices.Contains([]string{".pdf", ".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg", ".zip", ".doc", ".docx", ".xls", ".xlsx", ".odt", ".ods", ".p7m", ".mp3", ".mp4", ".xml", ".ics", ".csv", ".txt"},
		strings.ToLower(path.Ext(p)))
}

// telling reports whether lastmod says when each page changed. Often it is the
// time at which the whole site was built: then it says nothing.
func (s *siteMap) telling() bool {
	count := map[string]int{}
	dated := 0
	for _, e := range s.pages {
		if e.lastmod != "" {
			dated++
			count[e.lastmod[:min(len(e.lastmod), len("2006-01-02T15:04"))]]++
		}
	}
	most := 0
	for _, n := range count {
		most = max(most, n)
	}
	return dated*10 >= len(s.pages)*9 && len(count) > 1 && most*2 <= dated
}
