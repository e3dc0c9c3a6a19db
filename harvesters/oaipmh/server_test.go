package oaipmh_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/harvesttest"
	"po-net.prato.it/ponet/harvesters/oaipmh"
)

// A fake is a repository that answers requests by their arguments, in the order in which
// url.Values.Encode writes them, and notes what it was asked.
type fake struct {
	answers map[string]string // "verb=ListRecords&…": the elements of the answer; or a whole document
	status  map[string]int
	asked   []string
	date    string
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.asked = append(f.asked, r.URL.RawQuery)
	query := r.URL.Query().Encode()
	body, ok := f.answers[query]
	if !ok {
		body, ok = defaults[query]
	}
	if status := f.status[query]; status != 0 {
		w.WriteHeader(status)
	}
	if !ok {
		body = fmt.Sprintf(`<error code="badArgument">nobody expects %s</error>`, strings.ReplaceAll(query, "&", " "))
	}
	if !strings.HasPrefix(body, "<!DOCTYPE") && !strings.HasPrefix(body, "<?xml") && body != "" {
		body = answer(f.date, body)
	}
	fmt.Fprint(w, body)
}

// answer is a whole document of the protocol.
func answer(date, body string) string {
	if date == "" {
		date = "2026-11-20T10:00:00Z"
	}
	return `<?xml version="1.0" encoding="UTF-8"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>` + date + `</responseDate><request>http://inside.local/oai</request>` + body + `</OAI-PMH>`
}

var defaults = map[string]string{
	"verb=Identify":            identify("YYYY-MM-DDThh:mm:ssZ", "2.0"),
	"verb=ListMetadataFormats": formats("oai_dc"),
	"verb=ListSets":            `<error code="noSetHierarchy"/>`,
}

func identify(granularity, version string) string {
	return `<Identify><repositoryName>Prova</repositoryName><protocolVersion>` + version + `</protocolVersion><deletedRecord>persistent</deletedRecord><granularity>` + granularity + `</granularity></Identify>`
}

func formats(prefixes ...string) string {
	s := "<ListMetadataFormats>"
	for _, p := range prefixes {
		s += "<metadataFormat><metadataPrefix>" + p + "</metadataPrefix><metadataNamespace>urn:" + p + "</metadataNamespace></metadataFormat>"
	}
	return s + "</ListMetadataFormats>"
}

// record is one with Dublin Core and a datestamp.
func record(id, stamp string) string {
	return `<record><header><identifier>` + id + `</identifier><datestamp>` + stamp + `</datestamp></header><metadata><oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Titolo ` + id + `</dc:title></oai_dc:dc></metadata></record>`
}

func gone(id string) string {
	return `<record><header status="deleted"><identifier>` + id + `</identifier><datestamp>2026-11-02T00:00:00Z</datestamp></header></record>`
}

func page(token string, records ...string) string {
	return "<ListRecords>" + strings.Join(records, "") + token + "</ListRecords>"
}

const (
	first = "metadataPrefix=oai_dc&verb=ListRecords"
	then  = "resumptionToken=%s&verb=ListRecords"
)

func next(token string) string { return fmt.Sprintf(then, token) }

// A listing is what a harvest gave.
type listing struct {
	keys     []string // with "-" before those that were deleted
	rules    []string // of what was refused
	refused  []catalog.Issue
	harvests []catalog.Harvested
	err      error
	catalog.Listing
}

// listed harvests a source at address.
func listed(t *testing.T, src catalog.Source, since string) *listing {
	t.Helper()
	l := &listing{Listing: catalog.Listing{Since: since}}
	src.ID = "prova"
	for h, err := range oaipmh.Harvest(context.Background(), http.DefaultClient, src.WithListing(&l.Listing)) {
		var row *catalog.RowError
		switch {
		case asRow(err, &row):
			l.rules, l.refused = append(l.rules, row.Issue.Rule), append(l.refused, row.Issue)
		case err != nil:
			l.err = err
		case h.Deleted:
			l.keys = append(l.keys, "-"+h.Key)
		default:
			l.keys = append(l.keys, h.Key)
			l.harvests = append(l.harvests, h)
		}
	}
	return l
}

func asRow(err error, to **catalog.RowError) bool {
	row, ok := err.(*catalog.RowError) //nolint:errorlint // the run gets them as they are
	*to = row
	return ok
}

// value is what a harvested description has in a column, as text.
func value(h catalog.Harvested, column string) string { return harvesttest.Text(h, column) }

func serve(t *testing.T, f *fake) string {
	t.Helper()
	s := httptest.NewServer(f)
	t.Cleanup(s.Close)
	return s.URL
}

func (l *listing) String() string { return strings.Join(l.keys, " ") }
