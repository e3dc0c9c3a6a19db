package harvesters

import (
	"cmp"
	"net/url"
	"path"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// readable are the formats that become records, the best first: where one table
// is offered in several, the first that can be read is taken.
var readable = []string{"geojson", "gpkg", "shp", "csv", "tsv", "xlsx", "geojsonseq", "json", "topojson", "kml", "kmz", "gpx"}

// tablesOf groups the distributions that can be read: those of one group are the
// same table in several formats, the best first. DCAT has the distributions of a
// dataset be the same data in other forms (DCAT 3 §6.8), and so they are held to
// be, unless they say otherwise: by the same format once more, or by words.
func tablesOf(all []catalog.Distribution) [][]catalog.Distribution {
	var groups [][]catalog.Distribution
	listed := map[string]bool{}
	for _, d := range all {
		if d.Service || formatRank(d) < 0 || listed[strings.TrimSpace(d.Address())] {
			continue
		}
		listed[strings.TrimSpace(d.Address())] = true
		if i := groupOf(d, groups); i >= 0 {
			groups[i] = append(groups[i], d)
		} else if len(groups) < maxFiles {
			groups = append(groups, []catalog.Distribution{d})
		}
	}
	for _, g := range groups {
		slices.SortStableFunc(g, func(a, b catalog.Distribution) int { return cmp.Compare(formatRank(a), formatRank(b)) })
	}
	return groups
}

// groupOf is the group whose table d is in another format, -1 for none: rather
// one with which it shares a name than one that only does not contradict it.
func groupOf(d catalog.Distribution, groups [][]catalog.Distribution) int {
	possible := -1
	for i, g := range groups {
		alike, same := 0, true
		for _, o := range g {
			l := likeness(d, o)
			same = same && l >= 0 && formatRank(d) != formatRank(o)
			alike = max(alike, l)
		}
		switch {
		case same && alike > 0:
			return i
		case same && possible < 0:
			possible = i
		}
	}
	return possible
}

// likeness says whether two distributions are the same table: 1 when they have
// one title or file name, -1 when they say that they are not, 0 when neither.
func likeness(a, b catalog.Distribution) int {
	titleA, titleB := ownWords(a.Title), ownWords(b.Title)
	nameA, nameB := fileWords(a), fileWords(b)
	switch {
	case otherNumbers(titleA, titleB) || otherNumbers(nameA, nameB):
		return -1
	case len(titleA) > 0 && slices.Equal(titleA, titleB), len(nameA) > 0 && slices.Equal(nameA, nameB):
		return 1
	case len(titleA) > 0 && len(titleB) > 0:
		return -1
	case strings.TrimSpace(a.Title) != "" && strings.TrimSpace(b.Title) != "": // such as "CSV" and "Scarica in JSON"
		return 0
	case len(nameA) > 0 && len(nameB) > 0 && !slices.ContainsFunc(nameA, func(w string) bool { return slices.Contains(nameB, w) }):
		return -1
	}
	return 0
}

// generic are words of titles and file names that say nothing of what is in a
// file, beside those of formats.
var generic = strings.Fields(`formato format file files dato dati data dataset opendata open scarica download export esporta esportazione
	risorsa resource shapefile shape excel foglio tabella table versione version zip gz rdf xml distribuzione distribution geo
	in di del dello della dei degli delle da e il lo la i gli le per con su of the as and to`)

// ownWords are the words by which a title tells one file of a dataset from
// another, in order.
func ownWords(title string) []string {
	words := strings.FieldsFunc(catalog.Slug(title), func(c rune) bool { return c == '-' })
	words = slices.DeleteFunc(words, func(w string) bool { return slices.Contains(readable, w) || slices.Contains(generic, w) })
	slices.Sort(words)
	return slices.Compact(words)
}

// fileWords are those of the name of the file; an address with a query has none,
// since its path names the program that answers.
func fileWords(d catalog.Distribution) []string {
	address, err := url.Parse(strings.TrimSpace(d.Address()))
	if err != nil || address.RawQuery != "" {
		return nil
	}
	return ownWords(strings.NewReplacer(".", " ", "_", " ").Replace(path.Base(address.Path)))
}

// otherNumbers reports whether both lists have numbers, and others: years, parts.
func otherNumbers(a, b []string) bool {
	number := func(w string) bool { return strings.Trim(w, "0123456789") == "" }
	return slices.ContainsFunc(a, number) && slices.ContainsFunc(b, number) &&
		!slices.Equal(only(a, number), only(b, number))
}

func only(words []string, keep func(string) bool) []string {
	return slices.DeleteFunc(slices.Clone(words), func(w string) bool { return !keep(w) })
}

// formatRank is the place of the distribution's format in readable, -1 if it has
// none. What calls itself a zip is told by what is in it.
func formatRank(d catalog.Distribution) int {
	address, err := url.Parse(strings.TrimSpace(d.Address()))
	if err != nil || (address.Scheme != "http" && address.Scheme != "https") {
		return -1
	}
	name := strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(path.Base(address.Path)), ".gz"), ".zip")
	for _, word := range []string{strings.ToLower(d.Format), strings.TrimPrefix(path.Ext(name), ".")} {
		if i := slices.Index(readable, word); i >= 0 {
			return i
		}
	}
	return -1
}
