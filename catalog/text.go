package catalog

import (
	"regexp"
	"strings"
	"time"
	_ "time/tzdata" // Europe/Rome must be there on machines without zone files
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// Rome is the clock of every local time that says nothing else: of hours, days
// and events in Italy.
var Rome = func() *time.Location {
	l, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		panic(err) // time/tzdata is in the binary
	}
	return l
}()

// nothing holds what sources write where they know nothing.
var nothing = map[string]bool{
	"-": true, "--": true, ".": true, "n.d.": true, "nd": true, "n/d": true, "n.p.": true, "null": true, "none": true, "nan": true,
	"non disponibile": true, "non presente": true, "non indicato": true,
}

// oneLine is a value on one line, without space around it.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// clean is oneLine, but "" for the words that mean nothing. Not for names:
// None is a municipality near Torino.
func clean(s string) string {
	s = oneLine(s)
	if nothing[strings.ToLower(s)] {
		return ""
	}
	return s
}

// plainLine is oneLine without HTML tags and with entities read.
func plainLine(s string) string { return oneLine(stripTags(s)) }

// plainText is a text without HTML, its paragraphs kept apart by line breaks.
func plainText(s string) string {
	s = stripTags(s)
	var lines []string
	for line := range strings.Lines(s) {
		if line = clean(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// stripTags leaves the text of an HTML fragment, blocks on lines of their own;
// scripts and styles go whole.
func stripTags(s string) string {
	if !strings.ContainsAny(s, "<&") {
		return s
	}
	var b strings.Builder
	skip := ""
	for z := html.NewTokenizer(strings.NewReader(s)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			if skip == "" {
				b.WriteString(html.UnescapeString(string(z.Raw())))
			}
		case html.StartTagToken:
			name, _ := z.TagName()
			switch string(name) {
			case "script", "style":
				skip = string(name)
			case "br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4":
				b.WriteByte('\n')
			}
		case html.SelfClosingTagToken:
			b.WriteByte('\n')
		case html.EndTagToken:
			if name, _ := z.TagName(); string(name) == skip {
				skip = ""
			}
		}
	}
}

// Slug is a title as a part of an address: lower case letters and digits of
// ASCII, words joined with "-", at most 60 bytes.
func Slug(title string) string {
	var b strings.Builder
	dash := false
	for _, r := range Plain(title) {
		if r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			if dash && b.Len() > 0 {
				b.WriteByte('-')
			}
			dash = false
			b.WriteRune(r)
			if b.Len() >= 60 {
				break
			}
			continue
		}
		dash = r != '\'' && r != '’' || dash
	}
	return b.String()
}

// Plain is text without accents and capitals, for comparing names; the
// function plain of the database does the same.
func Plain(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			out, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), s)
			if err != nil {
				return strings.ToLower(s)
			}
			return strings.ToLower(out)
		}
	}
	return strings.ToLower(s)
}

// sentence writes a value that is all in capitals with only its first letter so.
func sentence(s string) string {
	if s != strings.ToUpper(s) {
		return s
	}
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + strings.ToLower(s[n:])
}

// small words of Italian place names.
var small = map[string]bool{"di": true, "del": true, "della": true, "dei": true, "delle": true, "a": true, "al": true, "in": true, "e": true, "da": true, "d'": true, "la": true, "le": true, "sul": true, "nel": true}

// titleCase writes a name that is all in capitals as names are written:
// "POGGIO A CAIANO" → "Poggio a Caiano". Others are left as they are.
func titleCase(s string) string {
	if s != strings.ToUpper(s) {
		return s
	}
	words := strings.Fields(strings.ToLower(s))
	for i, w := range words {
		if i > 0 && small[w] {
			continue
		}
		up := true
		words[i] = strings.Map(func(r rune) rune {
			defer func() { up = r == '\'' || r == '-' || r == '’' }()
			if up {
				return unicode.ToUpper(r)
			}
			return r
		}, w)
	}
	return strings.Join(words, " ")
}

// shorten is s if it has at most n characters, else its first words, with "…".
func shorten(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	end, last, count := 0, 0, 0
	for i, r := range s {
		last = i
		if count++; count >= n {
			break
		}
		if unicode.IsSpace(r) {
			end = i
		}
	}
	if end == 0 { // one long word
		end = last
	}
	return strings.TrimRight(s[:end], " ,;:") + "…"
}

// Excerpt is s cut to what an Issue may quote, 200 bytes, at the end of a character.
func Excerpt(s string) string {
	if len(s) <= 200 {
		return s
	}
	return strings.ToValidUTF8(s[:197], "") + "…"
}

var (
	fiveDigits = regexp.MustCompile(`^\d{1,5}$`)
	sixDigits  = regexp.MustCompile(`^\d{1,6}$`)
)

// postcode gives back the leading zeros that spreadsheets eat; others stay as they are.
func postcode(s string) string {
	if fiveDigits.MatchString(s) {
		return strings.Repeat("0", 5-len(s)) + s
	}
	return s
}

// istatCode does the same for the six digits of a municipality's ISTAT code.
func istatCode(s string) string {
	if sixDigits.MatchString(s) {
		return strings.Repeat("0", 6-len(s)) + s
	}
	return ""
}

// webAddress is s if it is an http or https address, with the scheme added to
// a bare domain; anything else is not published as a link.
func webAddress(s string) string {
	if strings.ContainsAny(s, " <>\"'") {
		return ""
	}
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok {
		scheme, rest = "http", s
	}
	scheme = strings.ToLower(scheme)
	if host := rest[:hostEnd(rest)]; scheme != "http" && scheme != "https" || rest == "" || !ok && !isHost(host) {
		return ""
	}
	return scheme + "://" + rest
}

// hostEnd is where the name of the host ends that an address without scheme begins with.
func hostEnd(s string) int {
	if i := strings.IndexAny(s, "/?#:"); i >= 0 {
		return i
	}
	return len(s)
}
