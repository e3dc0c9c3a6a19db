package fetch

import (
	"bytes"
	"mime"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

const pageBytes = 1 << 20 // of a web page that are looked at for what it links

// IsPage reports whether a document is a web page (HTML) and not data.
func IsPage(doc []byte) bool {
	doc = bytes.TrimLeft(bytes.TrimPrefix(doc, []byte("\ufeff")), " \t\r\n")
	for z := html.NewTokenizer(bytes.NewReader(doc[:min(len(doc), pageBytes)])); ; {
		switch z.Next() {
		case html.CommentToken:
		case html.TextToken:
			if len(bytes.TrimSpace(z.Raw())) > 0 {
				return false
			}
		case html.DoctypeToken:
			return strings.HasPrefix(strings.ToLower(z.Token().Data), "html")
		case html.StartTagToken:
			name, _ := z.TagName()
			return slices.Contains([]string{"html", "head", "body", "script"}, string(name))
		default:
			return false
		}
	}
}

// Alternates are the addresses of the forms of a page that are of one of the media
// types, as its head links them (rel=alternate, HTML §4.6.7), in its order.
// base is where the page came from, nil for a file.
func Alternates(page []byte, base *url.URL, mediaTypes ...string) []string {
	var list []string
	for z := html.NewTokenizer(bytes.NewReader(page[:min(len(page), pageBytes)])); ; {
		switch z.Next() {
		case html.ErrorToken:
			return list
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			if t.Data != "link" {
				continue
			}
			attr := map[string]string{}
			for _, a := range t.Attr {
				attr[a.Key] = strings.TrimSpace(a.Val)
			}
			media, _, _ := mime.ParseMediaType(attr["type"])
			if !slices.Contains(strings.Fields(strings.ToLower(attr["rel"])), "alternate") || !slices.Contains(mediaTypes, media) {
				continue
			}
			u, err := url.Parse(attr["href"])
			if err != nil || attr["href"] == "" {
				continue
			}
			if base != nil {
				u = base.ResolveReference(u)
			}
			if a := u.String(); !slices.Contains(list, a) {
				list = append(list, a)
			}
		}
	}
}

// PageError says that a web page came where what was wanted, and which
// addresses it names for that.
func PageError(page []byte, base *url.URL, what string, mediaTypes ...string) error {
	list := Alternates(page, base, mediaTypes...)
	if len(list) == 0 {
		return failed("it is a web page (HTML) and not %s; look on it for the address of that", what)
	}
	return failed("it is a web page (HTML) and not %s; give the address that it names for that: %s", what, strings.Join(list[:min(len(list), 5)], " or "))
}
