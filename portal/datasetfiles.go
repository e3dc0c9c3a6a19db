package portal

import (
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// A fileLine is one file of a dataset, ours or the source's.
type fileLine struct {
	Name, Use        string
	Format           string
	Size, Rows       string
	Checksum         string // "sha256:…", as the source says it
	Updated, Licence string
	URL              template.URL
	Text             string // of the address, when it is no link
	Check            string // what was found there, of theirs
	Broken           bool

	table, format string // of ours: which collection, and the name of the format
}

// sizes fills about how many bytes the files of t have, judged by its first rows.
func (s *server) sizes(files []fileLine, t catalog.Table, rows []*catalog.Record) error {
	found := catalog.Results{Total: t.Count}
	for _, rec := range rows {
		found.Hits = append(found.Hits, catalog.Hit{Record: rec})
	}
	for i := range files {
		f, ok := datasets.FormatByName(files[i].format)
		if !ok || files[i].table != t.Collection.Name {
			continue
		}
		bytes, err := estimate(f.Encode, t.Collection, found)
		if err != nil {
			return fmt.Errorf("size of %s: %w", files[i].URL, err)
		}
		if bytes > 0 {
			files[i].Size = s.texts.t("scarica.circa", size(bytes))
		}
	}
	return nil
}

// ourFiles are the downloads of the rows that are records.
func (s *server) ourFiles(r *http.Request, tables []catalog.Table) []fileLine {
	var out []fileLine
	for _, t := range tables {
		for _, f := range datasets.Formats {
			if k := t.Collection.Kind; f.Name == "ics" && k != catalog.KindEvent && k != catalog.KindCourse {
				continue
			}
			name, _, _ := strings.Cut(f.Label, " (")
			if len(tables) > 1 {
				name = s.tableTitle(t) + ", " + name
			}
			address := downloadPath(t, f.Name)
			out = append(out, fileLine{Name: name, Use: s.texts.t("scarica." + f.Name), Format: name, Rows: number(t.Count), Updated: s.changedDay(t.Collection.Updated), Licence: s.licenceName(t.Collection.Licence), URL: template.URL(s.absolute(r, address)),
				table: t.Collection.Name, format: f.Name})
		}
	}
	return out
}

// downloadPath is the address of all rows of t in a format.
func downloadPath(t catalog.Table, format string) string {
	address := "/api/v1/datasets/" + url.PathEscape(t.Collection.Name) + "/download/" + format
	if t.Source != "" {
		address += "?source=" + escape(t.Source)
	}
	return address
}

// theirFiles are the files and services that the source names.
func (s *server) theirFiles(rec *catalog.Record) []fileLine {
	var out []fileLine
	for _, d := range rec.Distributions {
		f := fileLine{Name: or(d.Title, formatName(d), shortURL(d.Address())), Format: formatName(d), Updated: dayOf(clip(d.Modified, 10)), URL: template.URL(webURL(strings.TrimSpace(d.Address())))}
		if f.URL == "" {
			f.Text = d.Address()
		}
		if d.ByteSize > 0 {
			f.Size = size(d.ByteSize)
		}
		if d.Service {
			f.Use = s.texts.t("dati.servizio")
		}
		f.Licence, f.Checksum = s.licenceName(d.Licence), d.Checksum
		out = append(out, f)
	}
	return out
}

// size writes bytes as people say them: "12 kB", "3,4 MB".
func size(bytes int64) string {
	for _, u := range []struct {
		bytes int64
		name  string
	}{{1e9, "GB"}, {1e6, "MB"}, {1e3, "kB"}} {
		if bytes >= u.bytes {
			v := float64(bytes) / float64(u.bytes)
			if v < 9.95 {
				return strings.Replace(fmt.Sprintf("%.1f %s", v, u.name), ".", ",", 1)
			}
			return fmt.Sprintf("%.0f %s", v, u.name)
		}
	}
	return fmt.Sprintf("%d byte", bytes)
}

// licenceName is the short name of a licence, else its address.
func (s *server) licenceName(uri string) string {
	if l, ok := datasets.Vocabularies().Licence(uri); ok && uri != "" {
		return or(l.Short, l.Label)
	}
	return uri
}

// changedDay is the day of a moment, "" for none.
func (s *server) changedDay(t time.Time) string {
	if t.Unix() <= 0 {
		return ""
	}
	return day(t.In(catalog.Rome))
}
