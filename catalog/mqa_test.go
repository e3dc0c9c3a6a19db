package catalog_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

const byCC = "https://w3id.org/italia/controlled-vocabulary/licences/A21_CCBY40"

// wholeDataset has all that is measured.
func wholeDataset() *catalog.Record {
	return &catalog.Record{
		Kind: catalog.KindDataset, Title: "Alberi", SourceID: "portale", SourceKey: "alberi", Licence: byCC,
		Properties: properties("description", "Gli alberi.", "keywords", "verde", "themes", json.RawMessage(`["ENVI"]`), "spatial", json.RawMessage(`[{"name":"Prato"}]`), "temporal", json.RawMessage(`[{"start":"2020-01-01"}]`),
			"access_rights", "PUBLIC", "contact_points", json.RawMessage(`[{"email":"a@example.org"}]`), "publisher", json.RawMessage(`{"name":"Comune"}`), "issued", "2020-01-01", "modified", "2026-01-01", "rights_note", "Libero"),
		Distributions: []catalog.Distribution{
			{AccessURL: "https://dati.example.org/pagina", Format: "html"},
			{AccessURL: "https://dati.example.org/alberi", DownloadURL: "https://dati.example.org/alberi.csv", Format: "csv", FormatURI: "http://x/CSV", MediaType: "text/csv", Licence: byCC, ByteSize: 10, Modified: "2026-01-01"},
		},
	}
}

func works(addresses ...string) map[string]catalog.LinkCheck {
	links := map[string]catalog.LinkCheck{}
	for _, a := range addresses {
		links[a] = catalog.LinkCheck{State: catalog.LinkWorks, Status: 200}
	}
	return links
}

// The published weights: 405 points in five dimensions.
func TestMQAWeights(t *testing.T) {
	got := map[catalog.MQADimension]int{}
	for _, m := range catalog.MQAMetrics {
		got[m.Dimension] += m.Points
	}
	want := map[catalog.MQADimension]int{catalog.Findability: 100, catalog.Accessibility: 100, catalog.Interoperability: 110, catalog.Reusability: 75, catalog.Contextuality: 20}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for score, want := range map[int]catalog.MQARating{405: "excellent", 351: "excellent", 350: "good", 221: "good", 220: "sufficient", 121: "sufficient", 120: "bad", 0: "bad"} {
		if got := catalog.RatingOf(score); got != want {
			t.Errorf("RatingOf(%d) = %s; want %s", score, got, want)
		}
	}
}

func TestMQA(t *testing.T) {
	both := works("https://dati.example.org/alberi", "https://dati.example.org/alberi.csv")
	broken := works("https://dati.example.org/alberi")
	broken["https://dati.example.org/alberi.csv"] = catalog.LinkCheck{State: catalog.LinkBroken, Status: 404}
	once := works("https://dati.example.org/alberi")
	once["https://dati.example.org/alberi.csv"] = catalog.LinkCheck{State: catalog.LinkFailing, Status: 500}
	unlicensed := wholeDataset()
	unlicensed.Distributions[1].Licence = ""
	fileless := wholeDataset()
	fileless.Distributions = nil
	declared := wholeDataset()
	declared.Properties = append(without(declared, "themes").Properties, properties("themes_declared", json.RawMessage(`["Alberi"]`))...)
	ours := without(wholeDataset(), "keywords")
	ours.SourceKey = "portale/alberi"
	for _, c := range []struct {
		name    string
		r       *catalog.Record
		links   map[string]catalog.LinkCheck
		score   int
		pending int
		gains   []catalog.MQAGain
	}{
		{"everything", wholeDataset(), both, 405, 0, []catalog.MQAGain{}},
		{"nobody has looked yet", wholeDataset(), nil, 325, 80, []catalog.MQAGain{}},
		{"a broken file", wholeDataset(), broken, 375, 0, []catalog.MQAGain{{"downloadUrlStatusCode", 30, "publisher"}}},
		{"one failure is no verdict", wholeDataset(), once, 405, 0, []catalog.MQAGain{}},
		{"no licence", unlicensed, both, 375, 0, []catalog.MQAGain{{"licenceAvailability", 20, "publisher"}, {"knownLicence", 10, "publisher"}}},
		{"no file", fileless, nil, 180, 0, []catalog.MQAGain{{catalog.MQAFile, 225, "publisher"}}},
		{"a theme of one's own", declared, both, 345, 0, []catalog.MQAGain{{"categoryAvailability", 30, "publisher"}, {"dcatApCompliance", 30, "publisher"}}},
		{"what we made up is ours", ours, both, 375, 0, []catalog.MQAGain{{"keywordAvailability", 30, "portal"}}},
		{"nothing", &catalog.Record{Kind: catalog.KindDataset}, nil, 0, 0, nil},
	} {
		m := datasets.Vocabularies().Assess(c.r, catalog.Findings{Links: c.links}, judged).MQA
		if diff := cmp.Diff(c.gains, m.Gains); m.Score != c.score || m.Pending != c.pending || c.gains != nil && diff != "" {
			t.Errorf("%s: %d points and %d pending; want %d and %d; gains -want +got\n%s", c.name, m.Score, m.Pending, c.score, c.pending, diff)
		}
		sum := m.Score + m.Pending
		for _, g := range m.Gains {
			sum += g.Points
		}
		parts := 0
		for _, p := range m.Parts {
			parts += p.Score
		}
		if sum != 405 || m.Max != 405 || parts != m.Score || m.Rating != catalog.RatingOf(m.Score) {
			t.Errorf("%s: points, what is pending and what could be gained are %d; parts %d of %d", c.name, sum, parts, m.Score)
		}
	}
}

// What a gain promises is what meeting it gives.
func TestMQAGainsAreTrue(t *testing.T) {
	r := without(wholeDataset(), "keywords", "contact_points")
	links := works("https://dati.example.org/alberi", "https://dati.example.org/alberi.csv")
	before := datasets.Vocabularies().Assess(r, catalog.Findings{Links: links}, judged).MQA
	r.Properties = append(r.Properties, properties("keywords", "alberi")...)
	after := datasets.Vocabularies().Assess(r, catalog.Findings{Links: links}, judged).MQA
	if len(before.Gains) == 0 || before.Gains[0] != (catalog.MQAGain{Metric: "keywordAvailability", Points: 30, Party: catalog.PartyPublisher}) || after.Score != before.Score+30 {
		t.Errorf("gains %v; from %d to %d points with keywords", before.Gains, before.Score, after.Score)
	}
}
