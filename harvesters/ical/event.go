package ical

import (
	"cmp"
	"encoding/json"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/geo"
)

// harvested is what the calendar says of s; a RowError when that is nothing.
func (s *series) harvested(layer *catalog.Layer, times []catalog.Occurrence) (catalog.Harvested, error) {
	c := s.parts()[0]
	if class := strings.ToUpper(c.text("CLASS")); class == "PRIVATE" || class == "CONFIDENTIAL" {
		return catalog.Harvested{Layer: layer}, &catalog.RowError{Issue: catalog.Issue{
			Rule: "event-private", Line: c.line, Key: s.key, Field: "CLASS", Read: class, Expected: "an event that is public; others are not stored", Refused: true,
		}}
	}
	if len(times) == 0 && c.text("SUMMARY") == "" && c.text("UID") == "" {
		return catalog.Harvested{Layer: layer}, &catalog.RowError{Issue: catalog.Issue{
			Rule: "event-empty", Line: c.line, Key: s.key, Field: "SUMMARY", Expected: "an event with a title or a start", Refused: true,
		}}
	}
	h := catalog.Harvested{
		Key: s.key, Layer: layer, MediaType: "text/calendar", Raw: s.raw(), Line: c.line, Occurrences: times,
	}
	if p := point(c, s.turned); p != nil {
		h.Geometry = p
	}
	start, end := "", ""
	if n := len(times); n > 0 {
		start, end = times[0].Start, times[n-1].End
	}
	where, online := place(c)
	street, postcode, town, province := address(where)
	h.Values = []any{
		value(s.title()), value(description(c)), value(strings.Join(categories(c), ", ")),
		value(strings.TrimSpace(c.first("URL").value)), value(picture(c)), value(start), value(end), value(modified(c)),
		value(street), value(postcode), value(town), value(province),
		eventStatus(s), attendance(where, online), value(where), value(online), organizers(c),
		value(c.first("RRULE").value), jsonList(exdates(c)), attachments(c),
	}
	for _, part := range s.parts() { // what reading it noticed
		s.issues = append(s.issues, part.issues...)
	}
	h.Issues = s.issues
	return h, nil
}

// title is the name of the event. One that has none is called as its first
// instance that has one, or by the first line of its description.
func (s *series) title() string {
	for _, c := range s.parts() {
		if t := c.text("SUMMARY"); t != "" {
			return t
		}
	}
	first, _, _ := strings.Cut(catalog.PlainText(description(s.parts()[0])), "\n")
	if r := []rune(first); len(r) > maxTitle {
		first = strings.TrimRight(string(r[:maxTitle]), " ,;:") + "…"
	}
	return first
}

const maxTitle = 120 // characters of a title that is made of a description

// description is what c says of itself, of which Outlook also writes a form in
// HTML, and some calendars only that.
func description(c *component) string {
	return cmp.Or(c.text("DESCRIPTION"), c.text("X-ALT-DESC"))
}

// value is nil for "".
func value(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func categories(c *component) []string {
	var list []string
	for _, p := range c.all("CATEGORIES") {
		list = append(list, texts(p.value)...)
	}
	return list
}

// eventStatus is the state of the event in the terms of spec §1.4.
func eventStatus(s *series) string {
	if s.cancelled() {
		return "cancelled"
	}
	return "scheduled"
}

// attendance says whether people come to a place, to an address of the web, or
// either.
func attendance(where, online string) string {
	switch {
	case online == "":
		return "offline"
	case where == "":
		return "online"
	}
	return "mixed"
}

// place is where c takes place, and its address on the web: CONFERENCE (RFC 7986
// §5.11), or a LOCATION that is one.
func place(c *component) (where, online string) {
	where = strings.Join(strings.Fields(strings.ReplaceAll(c.text("LOCATION"), "\n", ", ")), " ")
	online = webAddress(c.first("CONFERENCE").value)
	if u := webAddress(where); u != "" {
		return "", u
	}
	return where, online
}

// webAddress is s if it is one of the web.
func webAddress(s string) string {
	s = strings.TrimSpace(s)
	if lower := strings.ToLower(s); strings.ContainsAny(s, " \n\t") || !strings.HasPrefix(lower, "http://") && !strings.HasPrefix(lower, "https://") {
		return ""
	}
	return s
}

var (
	street   = regexp.MustCompile(`(?i)\b(via|viale|vicolo|vico|piazza|piazzale|piazzetta|largo|corso|lungarno|borgo|strada|salita|costa|località|loc\.|p\.zza|p\.za|v\.le)\s+[^,;(]+(,?\s*(n\.?\s*)?\d+[a-z]?(/[a-z0-9]+)?)?\b`)
	postcode = regexp.MustCompile(`\b(\d{5})\s+(\p{Lu}[\p{L}' -]*?)(?:\s*\(([A-Za-z]{2})\)|,?\s+([A-Z]{2}))?(?:,?\s*Ital(?:ia|y))?$`)
)

// address reads an Italian address out of a place written in words: street with
// number, postcode, municipality and its province, each "" when it is not there.
func address(where string) (road, cap, town, province string) {
	road = strings.TrimSpace(street.FindString(where))
	if m := postcode.FindStringSubmatch(where); m != nil {
		cap, town, province = m[1], m[2], strings.ToUpper(m[3]+m[4])
		if i := strings.Index(road, cap); i >= 0 {
			road = strings.TrimRight(road[:i], " -,")
		}
	}
	return road, cap, town, province
}

// turned reports whether a calendar writes GEO with longitude before latitude,
// which is told by where its events lie.
func turned(list []*series) bool {
	var votes geo.Votes
	for _, s := range list {
		if lat, lon, ok := coordinates(s.parts()[0].first("GEO").value, ";,"); ok {
			votes.Add(lon, lat)
		}
	}
	return votes.Swapped()
}

// point is where c is: GEO, latitude before longitude unless turned, or the
// structured location of Apple's calendars. (0, 0) is no place.
func point(c *component, turned bool) geom.T {
	lat, lon, ok := coordinates(c.first("GEO").value, ";,")
	if ok && turned {
		lat, lon, ok = lon, lat, math.Abs(lon) <= 90
	}
	if !ok {
		v, found := strings.CutPrefix(strings.ToLower(c.first("X-APPLE-STRUCTURED-LOCATION").value), "geo:")
		if lat, lon, ok = coordinates(v, ","); !ok || !found {
			lat, lon, ok = 0, 0, false
		}
	}
	if p := c.first("GEO"); !ok {
		if v := strings.TrimSpace(p.value); v != "" && strings.Trim(v, "0.;, ") != "" {
			c.doubt("position-unreadable", "GEO", p.line.number, v, "latitude;longitude in degrees, such as 43.8777;11.1022")
		}
		return nil
	}
	return geom.NewPointFlat(geom.XY, []float64{lon, lat}).SetSRID(4326)
}

// coordinates reads two numbers of degrees parted by one of seps.
func coordinates(s, seps string) (lat, lon float64, ok bool) {
	i := strings.IndexAny(s, seps)
	if i < 0 {
		return 0, 0, false
	}
	lat, err := strconv.ParseFloat(strings.TrimSpace(s[:i]), 64)
	lon, err2 := strconv.ParseFloat(strings.TrimSpace(strings.TrimLeft(s[i+1:], seps)), 64)
	if err != nil || err2 != nil || !(lat >= -90 && lat <= 90 && lon >= -180 && lon <= 180) || lat == 0 && lon == 0 {
		return 0, 0, false
	}
	return lat, lon, true
}

// organizers is the body that organises c. A person is not published (design
// §4), nor any address of mail.
func organizers(c *component) any {
	name := strings.TrimSpace(c.first("ORGANIZER").params["CN"])
	if !catalog.NamesBody(name) {
		return nil
	}
	return jsonOf([]map[string]string{{"name": name}})
}

// modified is when the event was last changed, as RFC 3339.
func modified(c *component) string {
	s, err := parseStamp(c.first("LAST-MODIFIED").value, catalog.Rome)
	if err != nil {
		return ""
	}
	return s.String()
}

// exdates are the instances taken out, as written.
func exdates(c *component) []string {
	var list []string
	for _, p := range c.all("EXDATE") {
		list = append(list, strings.Split(p.value, ",")...)
	}
	return list
}

// picture is the first image of c: IMAGE (RFC 7986 §5.10) or an attachment that
// says it is one.
func picture(c *component) string {
	for _, p := range c.properties {
		image := p.name == "IMAGE" || p.name == "ATTACH" && strings.HasPrefix(strings.ToLower(p.params["FMTTYPE"]), "image/")
		if u := webAddress(p.value); image && u != "" {
			return u
		}
	}
	return ""
}

// attachments are the files of c on the web that are no pictures.
func attachments(c *component) any {
	type attachment struct {
		URL       string `json:"url"`
		MediaType string `json:"media_type,omitempty"`
	}
	var list []attachment
	for _, p := range c.all("ATTACH") {
		if u := webAddress(p.value); u != "" && u != picture(c) {
			list = append(list, attachment{u, p.params["FMTTYPE"]})
		}
	}
	if list == nil {
		return nil
	}
	return jsonOf(list)
}

func jsonList(list []string) any {
	if len(list) == 0 {
		return nil
	}
	return jsonOf(list)
}

func jsonOf(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic("ical: texts that are not JSON: " + err.Error()) // texts only
	}
	return b
}
