package catalog

import (
	"regexp"
	"strings"
	"unicode"
)

// Websites are what a text says of addresses of the web.
type Websites struct {
	Addresses []string // with their scheme
	More      bool     // the text says more than the addresses
}

// maxWebsites is how many addresses of one text are read.
const maxWebsites = 12

// ReadWebsites reads the addresses of the web in text. What has no scheme gets http; what is
// wrong with one that is written ("http:/www", "htpp://", "https//") is put right.
func ReadWebsites(text string) Websites {
	text = strings.TrimSpace(text)
	if address := webAddress(mendedScheme(text)); address != "" && !strings.ContainsAny(text, ";,|") {
		return Websites{Addresses: []string{address}}
	}
	var w Websites
	for part := range strings.FieldsFuncSeq(text, webSeparator) {
		part = strings.Trim(part, ".,:")
		address := webAddress(mendedScheme(part))
		if len(w.Addresses) > 0 && !strings.HasPrefix(strings.ToLower(part), "www.") && !strings.Contains(part, ":/") {
			address = "" // more likely the rest of the one before: "http://a.it/due parole.html"
		}
		switch {
		case address != "" && len(w.Addresses) < maxWebsites:
			w.Addresses = with1(w.Addresses, address)
		case strings.Trim(part, "-–/|") != "" && !plainWebWords[strings.ToLower(part)]:
			w.More = true
		}
	}
	if w.More && len(w.Addresses) == 1 && strings.Count(w.Addresses[0], "/") > 2 {
		w.Addresses = nil // an address of which a space is part cannot be told from its beginning
	}
	return w
}

var plainWebWords = map[string]bool{"e": true, "o": true, "sito": true, "web": true, "sito:": true, "internet": true, "website": true, "www": true}

func webSeparator(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune(";,|<>()[]\"", r)
}

// badScheme is a scheme with the faults that people make.
var badScheme = regexp.MustCompile(`^(?i)h?t?t?pp?(s?)\s*[:;]?[/\\]+|^(?i)http(s?):`)

// mendedScheme is address with its scheme put right.
func mendedScheme(address string) string {
	low := strings.ToLower(address)
	if strings.HasPrefix(low, "http://") || strings.HasPrefix(low, "https://") {
		rest := address[strings.Index(address, "//")+2:]
		if again := strings.ToLower(rest); strings.HasPrefix(again, "http:") || strings.HasPrefix(again, "https:") { // http://http://…
			return mendedScheme(rest)
		}
		return address
	}
	m := badScheme.FindStringSubmatch(address)
	if m == nil {
		return address
	}
	return mendedScheme("http" + strings.ToLower(m[1]+m[2]) + "://" + strings.TrimLeft(address[len(m[0]):], "/\\"))
}
