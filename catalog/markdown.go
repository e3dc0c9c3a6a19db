package catalog

import (
	"regexp"
	"strings"
)

// What catalogues write of CommonMark, and what is left of it in plain text.
// Underscores inside words are none of it: names of columns have them.
var markdown = []struct {
	from *regexp.Regexp
	to   string
}{
	{regexp.MustCompile(`(?m)^ {0,3}#{1,6}[ \t]+(.*?)[ \t#]*$`), "$1"},
	{regexp.MustCompile(`!\[([^\]\n]*)\]\([^()\s]*\)`), "$1"},
	{regexp.MustCompile(`\[([^\]\n]+)\]\((?:mailto:)?([^()\s]+)(?: "[^"\n]*")?\)`), "$1 ($2)"},
	{regexp.MustCompile(`<(https?://[^>\s]+)>`), "$1"},
	{regexp.MustCompile("```[a-z]*\n?|`"), ""},
	{regexp.MustCompile(`\*\*([^*\n]+)\*\*`), "$1"},
	{regexp.MustCompile(`\b__([^_\n]+)__\b`), "$1"},
	{regexp.MustCompile(`(^|[\s(])\*([^*\s][^*\n]*)\*`), "$1$2"},
	{regexp.MustCompile(`(?m)(^|[\s(])_([^_\s][^_\n]*)_($|[\s).,;:])`), "$1$2$3"},
	{regexp.MustCompile(`(?m)^[ \t]*[*+][ \t]+`), "- "},
	{regexp.MustCompile(`(?m)^ {0,3}(?:>[ \t]?)+`), ""},
	{regexp.MustCompile(`(?m)^ {0,3}(?:[-*_][ \t]*){3,}$`), ""},
	{regexp.MustCompile(`\\([\\*_#\[\]()>.!+-])`), "$1"},
}

// plainMarkdown is CommonMark without its marks: headings, emphasis, lists and
// quotations as plain lines, links with their address behind them. HTML stays.
func plainMarkdown(s string) string {
	if !strings.ContainsAny(s, "#*_[`>\\") && !strings.Contains(s, "---") {
		return s
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	for _, m := range markdown {
		s = m.from.ReplaceAllString(s, m.to)
	}
	return linkTwice.ReplaceAllStringFunc(s, func(link string) string {
		if m := linkTwice.FindStringSubmatch(link); m[1] == m[2] {
			return m[1]
		}
		return link
	})
}

// linkTwice is an address that was its own text.
var linkTwice = regexp.MustCompile(`(\S+) \((\S+)\)`)
