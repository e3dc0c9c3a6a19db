package match

import (
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// maxContacts is how many numbers, sites and addresses of mail of one subject are compared.
const maxContacts = 4

// parsePhones is the numbers in text, without what sources leave out: the
// country code 39 and leading zeros, which some lose. What is read as no number, such as
// one without area code, is compared as it stands.
func parsePhones(text string) []string {
	var list []string
	p := catalog.ReadPhones(text)
	for _, n := range append(p.Voice(), p.Unread...) {
		digits := strings.TrimLeft(strings.TrimPrefix(strings.TrimPrefix(n, "+39"), "+"), "0")
		if len(digits) >= 5 && len(digits) <= 13 && len(list) < maxContacts && !slices.Contains(list, digits) {
			list = append(list, digits)
		}
	}
	return list
}

// A site is where a web page is.
type site struct {
	host, path string
	own        bool // it is the site of a body: comune.prato.it is the municipality's own
}

// sharedHosts are hosts on which everybody has a page: only the page tells.
var sharedHosts = []string{
	"facebook.com", "instagram.com", "twitter.com", "x.com", "youtube.com", "linkedin.com", "google.com", "sites.google.com", "wordpress.com", "wixsite.com",
	"blogspot.com", "altervista.org", "weebly.com", "jimdo.com", "linktr.ee", "tripadvisor.it", "salute.gov.it", "beniculturali.it", "istruzione.it", "wikipedia.org", "openstreetmap.org",
}

// sharedPrefixes begin the hosts of bodies that have many places.
var sharedPrefixes = []string{"comune.", "provincia.", "regione.", "cultura.", "asl", "usl", "ausl", "uni", "sba."}

func parseSites(text string) []site {
	var list []site
	for _, p := range catalog.ReadWebsites(text).Addresses {
		_, p, _ = strings.Cut(strings.ToLower(p), "://")
		p, _, _ = strings.Cut(p, "#")
		host, path, _ := strings.Cut(p, "/")
		host, _, _ = strings.Cut(host, ":")
		host = strings.TrimSuffix(strings.TrimPrefix(host, "www."), ".")
		path = strings.TrimSuffix(path, "/")
		switch path {
		case "index.html", "index.php", "home", "it", "index.htm", "homepage", "de", "en":
			path = ""
		}
		if strings.Contains(host, ".") && !strings.Contains(host, "@") && len(list) < maxContacts {
			list = append(list, site{host: host, path: path})
		}
	}
	return list
}

func (s site) name() string { return s.host }

// shared reports whether many things have a page on the host.
func (s site) shared() bool {
	return slices.ContainsFunc(sharedHosts, func(h string) bool { return s.host == h || strings.HasSuffix(s.host, "."+h) }) ||
		!s.own && slices.ContainsFunc(sharedPrefixes, func(p string) bool { return strings.HasPrefix(s.host, p) })
}

func parseMails(text string) []string {
	m := catalog.ReadMails(text)
	list := append(m.Addresses, m.Certified...)
	return list[:min(len(list), maxContacts)]
}

// SharedKeys are the phone numbers, hosts and addresses of mail of s as Shared of a
// Comparer has them, each once: who knows the whole catalogue counts in how many records
// each stands.
func SharedKeys(s Subject) []string {
	keys := parsePhones(s.Phone)
	for _, w := range parseSites(s.Website) {
		if !slices.Contains(keys, w.host) {
			keys = append(keys, w.host)
		}
	}
	for _, m := range parseMails(s.Email) {
		if !slices.Contains(keys, m) {
			keys = append(keys, m)
		}
	}
	return keys
}

// Contacts are those of SharedKeys by which records may be found that are the same as s:
// not the hosts on which everybody has a page.
func Contacts(s Subject) []string {
	keys := SharedKeys(s)
	for _, w := range parseSites(s.Website) {
		if w.shared() {
			keys = slices.DeleteFunc(keys, func(k string) bool { return k == w.host })
		}
	}
	return keys
}

// The levels at which phones, sites and addresses of mail agree.
const (
	contactMissing = iota
	contactSame
	contactNear // numbers of one switchboard, pages of one site, boxes of one body
	contactOther
	contactLevels
)

func comparePhones(a, b []string) (level int, value string) {
	if len(a) == 0 || len(b) == 0 {
		return contactMissing, ""
	}
	level = contactOther
	for _, p := range a {
		for _, q := range b {
			switch {
			case p == q && tollFree(p):
				level = min(level, contactNear)
			case p == q:
				return contactSame, p
			case len(p) == len(q) && len(p) >= 8 && p[:len(p)-2] == q[:len(q)-2], strings.HasPrefix(p, q), strings.HasPrefix(q, p):
				level = min(level, contactNear)
			}
		}
	}
	return level, ""
}

// tollFree numbers and those of many branches are of whole companies.
func tollFree(p string) bool {
	return strings.HasPrefix(p, "80") && len(p) >= 8 && len(p) <= 9 || strings.HasPrefix(p, "199") || strings.HasPrefix(p, "89")
}

func compareSites(a, b []site) (level int, value string) {
	if len(a) == 0 || len(b) == 0 {
		return contactMissing, ""
	}
	level = contactOther
	for _, s := range a {
		for _, t := range b {
			switch {
			case s.host != t.host:
			case s.path == t.path && (s.path != "" || !s.shared() && !t.shared()):
				return contactSame, s.host
			case !s.shared() && !t.shared():
				level, value = contactNear, s.host
			case level == contactOther:
				level = contactMissing // a shared host says nothing either way
			}
		}
	}
	return level, value
}

// freeMail are providers where persons and small bodies have their boxes.
var freeMail = set("gmail.com libero.it hotmail.it hotmail.com yahoo.it yahoo.com tiscali.it alice.it tin.it virgilio.it outlook.it outlook.com pec.it legalmail.it istruzione.it pec.istruzione.it arubapec.it")

func compareMails(a, b []string) (level int, value string) {
	if len(a) == 0 || len(b) == 0 {
		return contactMissing, ""
	}
	level = contactOther
	for _, m := range a {
		for _, n := range b {
			if m == n {
				return contactSame, m
			}
			domain := m[strings.IndexByte(m, '@')+1:]
			if _, free := freeMail[domain]; !free && strings.HasSuffix(n, "@"+domain) {
				level, value = contactNear, domain
			}
		}
	}
	return level, value
}
