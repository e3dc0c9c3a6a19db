package portal

import (
	"fmt"
	"net/http"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// A download is one format of a search.
type download struct {
	Name, URL, Use string
	MediaType      string
	Size           string // about; "" when nothing can be said
}

// downloads are the formats in which the whole search can be taken away. A
// calendar is offered of what takes place.
func (s *server) downloads(r *http.Request, q search, found catalog.Results) ([]download, error) {
	c, err := s.downloadCollection(r, q)
	if err != nil {
		return nil, fmt.Errorf("downloads: %w", err)
	}
	dated := datedResults(q, found)
	out := []download{s.pdfDownload(q, found.Total)}
	for _, f := range formats {
		if f.Name == "ics" && dated == 0 {
			continue
		}
		name, _, _ := strings.Cut(f.Label, " (")
		d := download{Name: name, URL: q.records().URL("/mappa." + f.Name), Use: s.texts.t("scarica." + f.Name), MediaType: f.MediaType}
		// JSON-LD has every time of an event: a page says little of all. So do the
		// few events among other things.
		if f.Name != "jsonld" && (f.Name != "ics" || dated == found.Total) {
			bytes, err := estimate(s.encoder(r, f), c, found)
			if err != nil {
				return nil, fmt.Errorf("size of %s: %w", f.Name, err)
			}
			if bytes > 0 {
				d.Size = s.texts.t("scarica.circa", size(bytes))
			}
		}
		out = append(out, d)
	}
	return out, nil
}

// datedResults is how many results a calendar can say something of.
func datedResults(q search, found catalog.Results) (n int64) {
	for _, f := range found.Facets["collection"] {
		k, _ := catalog.KindOfCollection(f.Value)
		if (k == catalog.KindEvent || k == catalog.KindCourse) && (q.Collection == "" || q.Collection == f.Value) {
			n += f.Count
		}
	}
	return n
}

// minSample is how many records say something of the others.
const minSample = 5

// estimate is how many bytes encode would make of all that was found, judged by
// the page of it that is shown: by what its second half adds to the first, since
// formats with a footer or a dictionary begin with more than they go on with. 0
// when the page is too short to tell.
func estimate(encode datasets.Encoder, c catalog.Collection, found catalog.Results) (int64, error) {
	sample, all := len(found.Hits), found.Total
	if sample == 0 || sample < minSample && int64(sample) < all {
		return 0, nil
	}
	whole, err := encoded(encode, c, found.Hits)
	if err != nil || int64(sample) >= all {
		return whole, err
	}
	half, err := encoded(encode, c, found.Hits[:sample/2])
	return whole + (whole-half)*(all-int64(sample))/int64(sample-sample/2), err
}

// encoded is how many bytes encode makes of hits.
func encoded(encode datasets.Encoder, c catalog.Collection, hits []catalog.Hit) (int64, error) {
	var n counter
	err := encode(&n, c, func(yield func(*catalog.Record, error) bool) {
		for _, h := range hits {
			if !yield(h.Record, nil) {
				return
			}
		}
	})
	return int64(n), err
}

// A counter counts what is written to it.
type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
