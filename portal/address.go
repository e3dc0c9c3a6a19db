package portal

import (
	"net/url"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// isWeb reports whether v is an address of the web.
func isWeb(v string) bool {
	u, err := url.Parse(v)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// webURL is v as an address of the web, "" when it is not one. Sources often
// leave out the scheme.
func webURL(v string) string {
	if isWeb(v) {
		return v
	}
	if strings.HasPrefix(v, "www.") && isWeb("http://"+v) {
		return "http://" + v
	}
	return ""
}

// shortURL is an address as people read it.
func shortURL(v string) string {
	v = strings.TrimPrefix(strings.TrimPrefix(v, "https://"), "http://")
	return strings.TrimSuffix(v, "/")
}

// telURL calls the first number in v, "" when there is none.
func telURL(v string) string {
	for _, number := range catalog.ReadPhones(v).Voice() {
		return catalog.TelURI(number)
	}
	return ""
}

func mailURL(v string) string {
	if name, host, ok := strings.Cut(v, "@"); ok && name != "" && strings.Contains(host, ".") && !strings.ContainsAny(v, " ,;<>?&") {
		return "mailto:" + v
	}
	return ""
}
