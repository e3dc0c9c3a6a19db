package jsonld_test

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

const shared = "../../../shared/data/jsonld"

// examples is what each of the 51 examples of schema.org becomes: the kinds of its
// records, or the type that is none of ours.
var examples = map[string]string{
	"ArchiveOrganization-eg-0254": "place", "BroadcastEvent-eg-0166": "TVSeries", "BroadcastEvent-eg-0445": "BroadcastEvent", "BusinessEvent-eg-0096": "InformAction",
	"ChildrensEvent-eg-0014": "event", "ConferenceEvent-eg-4495": "event", "Course-eg-0332": "course", "Course-eg-0333": "course", "Course-eg-0335": "course", "Course-eg-0336": "course",
	"Course-eg-0338": "course", "Event-eg-0099": "InviteAction", "Event-eg-0129": "PlanAction", "Event-eg-0131": "CancelAction", "Event-eg-0171": "event", "Event-eg-0174": "event",
	"Event-eg-0228": "Article", "Event-eg-0240": "event", "Event-eg-0242": "event", "Event-eg-0243": "event", "Event-eg-0262": "place event", "Event-eg-0424": "LiveBlogPosting",
	"Event-eg-0426": "event", "Event-eg-0436": "place event", "Event-eg-0461": "event", "Event-eg-4468": "event", "EventReservation-eg-0180": "EventReservation",
	"EventSeries-eg-0313": "event event event event", "Festival-eg-0107": "JoinAction", "Festival-eg-0137": "PerformAction", "GovernmentService-eg-0168": "GovernmentPermit",
	"GovernmentService-eg-0169": "service", "InstantaneousEvent-eg-4527": "InstantaneousEvent", "Library-eg-0378": "place", "Library-eg-0395": "place", "LiteraryEvent-eg-0303": "event",
	"MusicEvent-eg-0189": "event", "MusicEvent-eg-0201": "event event", "Place-eg-0005": "place", "Place-eg-0028": "JobPosting", "Place-eg-0091": "CheckInAction", "Place-eg-0172": "place",
	"Place-eg-0185": "TaxiReservation", "Place-eg-0330": "BookSeries", "Place-eg-0421": "TaxiService", "Place-eg-0453": "VideoGameSeries", "PublicationEvent-eg-0391": "MusicRelease",
	"School-eg-0298": "SpecialAnnouncement", "ScreeningEvent-eg-0419": "event", "SportsEvent-eg-0097": "ConfirmAction", "SportsEvent-eg-0191": "event event",
}

func sharedFiles(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(shared, "schemaorg", "*.html"))
	if err != nil || len(files) == 0 {
		t.Skip("the files of ../shared are not here")
	}
	docs := map[string]string{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		docs[strings.TrimSuffix(filepath.Base(f), ".html")] = string(b)
	}
	return docs
}

// Each example alone, as a file: what it becomes, or what it is instead.
func TestExamplesOfSchemaOrg(t *testing.T) {
	docs := sharedFiles(t)
	if len(docs) != len(examples) {
		t.Errorf("%d files, %d expectations", len(docs), len(examples))
	}
	for name := range docs {
		kept, refused, err := collect(t, http.DefaultClient, catalog.Source{URL: filepath.Join(shared, "schemaorg", name+".html")})
		var got []string
		for _, h := range kept {
			got = append(got, h.Layer.Name)
		}
		if err != nil {
			_, met, _ := strings.Cut(err.Error(), "what there is: ")
			met, _, _ = strings.Cut(met, " ")
			got = append(got, met)
		}
		if s := strings.Join(got, " "); s != examples[name] || len(refused) > 0 {
			t.Errorf("%s: %s, refused %v; want %s", name, s, refused, examples[name])
		}
	}
}

// The examples as the pages of a site, with a sitemap and a robots.txt.
func TestSiteOfExamples(t *testing.T) {
	docs := sharedFiles(t)
	site := site{"/robots.txt": "User-agent: *\nDisallow: /privato/\nSitemap: https://www.example.it/sitemap.xml\n"}
	var urls []string
	for i, name := range slices.Sorted(maps.Keys(docs)) {
		site["/esempi/"+name] = "<!DOCTYPE html><html><head><title>" + name + "</title>" + asScript(docs[name]) + "</head><body></body></html>"
		urls = append(urls, fmt.Sprintf("<url><loc>https://www.example.it/esempi/%s</loc><lastmod>2026-%02d-01</lastmod></url>", name, i%12+1))
	}
	site["/sitemap.xml"] = `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + strings.Join(urls, "") + `</urlset>`
	kept, refused, err := collect(t, site.client(), catalog.Source{URL: "https://www.example.it/"})
	count := map[string]int{}
	byKey := map[string]catalog.Harvested{}
	for _, h := range kept {
		count[h.Layer.Name]++
		byKey[h.Layer.Name+" "+h.Key] = h
	}
	if err != nil || len(refused) > 0 || count["event"] != 23 || count["place"] != 7 || count["course"] != 5 || count["service"] != 1 {
		t.Errorf("%v, refused %v, %v", count, refused, err)
	}
	for _, c := range []struct{ key, column, want string }{
		{"event https://www.example.it/esempi/Event-eg-0171", "event_status", "cancelled"},
		{"event https://www.example.it/esempi/Event-eg-0171", "dtstart", "2013-09-14T21:30:00+02:00"}, // no zone: Italian
		{"event https://www.example.it/esempi/nba-miami-philidelphia-game3.html", "link", "https://www.example.it/esempi/nba-miami-philidelphia-game3.html"},
		{"event https://nac-cna.ca/en/event/38366", "dtstart", "2026-01-23T02:00:00+01:00"},
		{"event https://nac-cna.ca/en/event/38366", "street", "1 Elgin Street"}, // of an address with type and no @type
		{"event https://www.example.it/esempi/ChildrensEvent-eg-0014", "attendance_mode", "online"},
		{"event http://www.example.org/events/1", "dtstart", "2017-01-04T20:00:00+01:00"}, // the first Wednesday, at 19 in London
		{"place https://www.example.it/esempi/Library-eg-0378", "hours", "Mo 09:00-17:00; Tu 09:00-17:00; We 09:00-17:00; Th 09:00-17:00; Fr 09:00-17:00; Sa 09:00-17:00; Su 09:00-17:00"},
		{"course https://www.example.it/esempi/Course-eg-0338", "provider", "University of Bristol"},
		{"course https://www.example.it/esempi/", "dtstart", "2016-08-29"},
		{"course https://www.example.it/esempi/Course-eg-0332", "name", "In this course you will get an introduction to the main tools and ideas in the data scientist's toolbox..."}, // it has no name
		{"service https://www.example.it/esempi/GovernmentService-eg-0169", "competent_authority", "US Department of Veterans Affairs"},
		{"service https://www.example.it/esempi/GovernmentService-eg-0169", "district", "West Roxbury"},
		{"event http://www.rio2016.com/en/rowing", "super_event", "The Rio 2016 Summer Olympics"},
	} {
		h, ok := byKey[c.key]
		if !ok {
			t.Errorf("%s is not there", c.key)
		} else if got := value(h, c.column); got != c.want {
			t.Errorf("%s %s: %q; want %q", c.key, c.column, got, c.want)
		}
	}
}

// asScript puts the two examples that are bare JSON into a script.
func asScript(doc string) string {
	if strings.HasPrefix(strings.TrimSpace(doc), "{") {
		return `<script type="application/ld+json">` + doc + `</script>`
	}
	return doc
}

// A vocabulary is none of ours, and the way to read it is said.
func TestVocabulary(t *testing.T) {
	path := filepath.Join(shared, "subject-disciplines.jsonld")
	if _, err := os.Stat(path); err != nil {
		t.Skip("the files of ../shared are not here")
	}
	kept, _, err := collect(t, http.DefaultClient, catalog.Source{URL: path})
	if len(kept) > 0 || err == nil || !strings.Contains(err.Error(), "skos/core#Concept 447") || !strings.Contains(err.Error(), "it is a vocabulary: its concepts are read by the kind json") {
		t.Errorf("%d kept, %v", len(kept), err)
	}
}
