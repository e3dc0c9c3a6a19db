package datasets_test

import (
	"testing"

	"po-net.prato.it/ponet/datasets"
)

func TestCountsAsDownload(t *testing.T) {
	for _, c := range []struct {
		method, agent, ranges string
		want                  bool
	}{
		{"GET", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "", true},
		{"GET", "curl/8.5.0", "", true},
		{"GET", "", "", true},
		{"GET", "Mozilla/5.0 (Linux; Android 13; CUBOT X70) AppleWebKit/537.36", "", true},
		{"GET", "python-requests/2.31", "bytes=0-", true},
		{"GET", "python-requests/2.31", "bytes=0-1023", true},
		{"GET", "python-requests/2.31", "bytes=1024-2047", false},
		{"GET", "python-requests/2.31", "bytes=-500", false},
		{"HEAD", "curl/8.5.0", "", false},
		{"GET", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "", false},
		{"GET", "Mozilla/5.0 (compatible; bingbot/2.0)", "", false},
		{"GET", "GPTBot/1.2", "", false},
		{"GET", "Baiduspider", "", false},
		{"GET", "SemrushBot", "", false},
		{"GET", "archive.org_bot", "", false},
		{"GET", "my crawler", "", false},
	} {
		if got := datasets.CountsAsDownload(c.method, c.agent, c.ranges); got != c.want {
			t.Errorf("%s by %q, range %q: %v; want %v", c.method, c.agent, c.ranges, got, c.want)
		}
	}
}
