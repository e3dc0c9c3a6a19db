package skos

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// columns are what the columns of such tables are called, in lower case.
var columns = map[string][]string{
	"code":      {"code", "notation", "codice", "notazione", "istat_code", "eurovoc_microthesaurus", "authority-code"},
	"uri":       {"uri", "url", "iri", "ontopia_uri", "eurovoc_uri", "subject"},
	"it":        {"label_it", "label", "etichetta", "nome", "name", "label_ita", "preflabel_it", "descrizione"},
	"en":        {"label_en", "label_eng", "preflabel_en"},
	"broader":   {"broader", "broader_uri", "parent_uri", "parent", "theme_code"},
	"same":      {"same", "alt_labels_it", "altlabel"},
	"withdrawn": {"withdrawn", "deprecated"},
	"successor": {"successor", "replaced_by", "isreplacedby"},
}

// table reads a table with a header; its cells are parted by the sign that the
// header has most of.
func table(doc []byte) ([]catalog.Concept, error) {
	header, _, _ := bytes.Cut(doc, []byte("\n"))
	r := csv.NewReader(bytes.NewReader(doc))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	for _, sign := range []byte{';', '\t'} {
		if bytes.Count(header, []byte{sign}) > bytes.Count(header, []byte{byte(r.Comma)}) {
			r.Comma = rune(sign)
		}
	}
	lines, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("as CSV: %w: %w", err, catalog.ErrInvalid)
	}
	if len(lines) == 0 {
		return nil, nil
	}
	at := map[string]int{}
	for name, known := range columns {
		at[name] = -1
		for _, k := range known {
			if i := slices.IndexFunc(lines[0], func(h string) bool { return strings.EqualFold(strings.TrimSpace(h), k) }); i >= 0 && at[name] < 0 {
				at[name] = i
			}
		}
	}
	if at["code"] < 0 && at["uri"] < 0 {
		return nil, fmt.Errorf("neither RDF nor a table of terms: no column is called %s: %w", strings.Join(append(slices.Clone(columns["code"]), columns["uri"]...), ", "), catalog.ErrInvalid)
	}
	var list []catalog.Concept
	codes := map[string]string{}
	for _, line := range lines[1:] {
		cell := func(name string) string {
			if i := at[name]; i >= 0 && i < len(line) {
				return strings.TrimSpace(line[i])
			}
			return ""
		}
		c := catalog.Concept{Code: cmp.Or(cell("code"), lastPart(cell("uri"))), URI: cell("uri"), Label: cell("it"), LabelEN: cell("en"), Successor: cell("successor")}
		if w := cell("withdrawn"); w != "" && w != "false" && w != "0" {
			c.Withdrawn = w
		}
		for _, part := range [...]struct {
			of   string
			list *[]string
		}{{"broader", &c.Broader}, {"same", &c.Same}} {
			if s := cell(part.of); s != "" {
				*part.list = strings.Split(s, "|")
			}
		}
		if c.Code == "" {
			continue
		}
		codes[c.URI] = c.Code
		list = append(list, c)
	}
	for i := range list {
		for j, b := range list[i].Broader {
			list[i].Broader[j] = cmp.Or(codes[b], b)
		}
	}
	return list, nil
}
