package datasets

import (
	"regexp"
	"strings"
)

// robots are the names that robots give themselves: a word ending in "bot", or
// the address of a page about them. A telephone is called Cubot.
var robots = regexp.MustCompile(`(?i)(?:^|[^u])bot(?:\b|_)|crawl|spider|slurp|\+https?://`)

// CountsAsDownload reports whether a request, by its method and its headers
// User-Agent and Range, is a download to count when its whole answer has been
// sent: no HEAD, no later part of a file that is fetched in parts, and no robot
// that says it is one. Nothing of the request is kept.
func CountsAsDownload(method, userAgent, byteRange string) bool {
	return method == "GET" && !robots.MatchString(userAgent) && (byteRange == "" || strings.HasPrefix(byteRange, "bytes=0-"))
}
