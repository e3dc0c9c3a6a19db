package jsonld

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// place reads a Place (spec §1.2).
func (p *page) place(d *description, n node, address string) {
	w := p.where(n)
	d.put(w)
	if site := p.address(n, "url"); site != "" && site != address {
		d.set("site", site)
	}
	d.set("tel", p.text(n, "telephone"))
	d.set("mail", strings.TrimPrefix(p.text(n, "email"), "mailto:"))
	for _, c := range p.nodes(n, "contactPoint") {
		if d.values["tel"] == nil {
			d.set("tel", p.text(c, "telephone"))
		}
		if d.values["mail"] == nil {
			d.set("mail", strings.TrimPrefix(p.text(c, "email"), "mailto:"))
		}
	}
	d.set("hours", p.hours(n))
	d.set("alt_names", strings.Join(p.every(n, "alternateName"), ", "))
	d.set("official_name", p.text(n, "legalName"))
	switch {
	case strings.EqualFold(p.text(n, "publicAccess"), "true"):
		d.set("access_info", "aperto al pubblico")
	case strings.EqualFold(p.text(n, "publicAccess"), "false"):
		d.set("access_info", "non aperto al pubblico")
	}
	d.set("capacity", p.text(n, "maximumAttendeeCapacity"))
	d.set("parent_place", p.text(n, "containedInPlace", "containedIn"))
	if list := p.bodies(n, "parentOrganization"); len(list) > 0 {
		d.set("managed_by", list[0]["name"])
	}
}

var dayNames = map[string]string{"monday": "Mo", "tuesday": "Tu", "wednesday": "We", "thursday": "Th", "friday": "Fr", "saturday": "Sa", "sunday": "Su", "publicholidays": "PH"}

// hours are the opening hours as OpenStreetMap writes them, which schema.org's
// openingHours nearly is. What holds for some dates only stands behind the rest,
// and so in its place on those dates.
func (p *page) hours(n node) string {
	parts := p.every(n, "openingHours")
	if len(parts) == 0 {
		parts = p.weeks(p.nodes(n, "openingHoursSpecification"))
	}
	return strings.Join(append(parts, p.weeks(p.nodes(n, "specialOpeningHoursSpecification"))...), "; ")
}

// weeks are specifications by the dates on which they hold, those that always do
// first.
func (p *page) weeks(specs []node) []string {
	spans := map[string]map[string][]string{} // by dates and day
	dates := []string{""}
	for _, s := range specs {
		when := osmDates(p.text(s, "validFrom"), p.text(s, "validThrough"))
		if !slices.Contains(dates, when) {
			dates = append(dates, when)
		}
		if spans[when] == nil {
			spans[when] = map[string][]string{}
		}
		opens, closes := clock(p.text(s, "opens")), clock(p.text(s, "closes"))
		span := opens + "-" + closes
		if opens == "" || opens == closes {
			span = "off"
		}
		days := p.every(s, "dayOfWeek")
		if len(days) == 0 && when != "" {
			spans[when][""] = append(spans[when][""], span)
		}
		for _, day := range days {
			if short := dayNames[strings.ToLower(plainName(day))]; short != "" {
				spans[when][short] = append(spans[when][short], span)
			}
		}
	}
	var parts []string
	for _, when := range dates {
		for _, day := range []string{"", "Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "PH"} {
			if list := spans[when][day]; len(list) > 0 {
				parts = append(parts, strings.Join(strings.Fields(when+" "+day+" "+strings.Join(list, ",")), " "))
			}
		}
	}
	return parts
}

// osmDates are the dates between which something holds, as OpenStreetMap writes
// them, "" without any; in words, which nobody computes with, when one is missing.
func osmDates(from, through string) string {
	if from == "" && through == "" {
		return ""
	}
	first, err1 := time.Parse(time.DateOnly, from[:min(len(from), 10)])
	last, err2 := time.Parse(time.DateOnly, through[:min(len(through), 10)])
	const layout = "2006 Jan 02"
	switch {
	case err1 == nil && err2 == nil && first.Equal(last):
		return first.Format(layout)
	case err1 == nil && err2 == nil:
		return first.Format(layout) + "-" + last.Format(layout)
	}
	return strings.TrimSpace(strings.TrimSuffix("dal "+from, "dal ") + strings.TrimSuffix(" al "+through, " al ") + ":")
}

// clock is a time of day as hours and minutes.
func clock(s string) string {
	if len(s) >= 5 && s[2] == ':' {
		return s[:5]
	}
	return ""
}

// An instance is one edition of a course.
type instance struct {
	Start string `json:"start,omitempty"`
	End   string `json:"end,omitempty"`
	Mode  string `json:"mode,omitempty"`
	Place string `json:"place,omitempty"`
	Hours string `json:"hours,omitempty"`
}

// course reads a Course (spec §1.5).
func (p *page) course(d *description, n node) {
	d.set("course_code", p.text(n, "courseCode", "identifier"))
	if list := p.bodies(n, "provider"); len(list) > 0 {
		d.set("provider", list[0]["name"])
	}
	d.set("level", p.text(n, "educationalLevel"))
	d.set("qualification", p.text(n, "educationalCredentialAwarded"))
	d.set("requirements", strings.Join(p.every(n, "coursePrerequisites", "programPrerequisites"), "; "))
	d.set("audience", strings.Join(p.every(n, "audience"), ", "))
	d.set("credits", p.text(n, "numberOfCredits"))
	d.set("learning_outcomes", strings.Join(p.every(n, "teaches"), "; "))
	p.offers(d, n, "prices")
	var list []instance
	start, end := "", ""
	for _, i := range p.nodes(n, "hasCourseInstance") {
		x := instance{Mode: strings.Join(p.every(i, "courseMode"), ", "), Place: p.text(i, "location"), Hours: p.text(i, "courseWorkload")}
		x.Start, _ = moment(p.text(i, "startDate"))
		x.End, _ = moment(p.text(i, "endDate"))
		if x.Start != "" && (start == "" || x.Start < start) {
			start = x.Start
		}
		end = max(end, x.End)
		list = append(list, x)
		if d.where.point == nil && d.values["street"] == nil {
			if v := first(p.all(i, "location")); v != nil {
				d.put(p.where(v))
			}
		}
	}
	if len(list) > 0 {
		d.set("instances", jsonOf(list))
	}
	d.set("dtstart", start)
	d.set("dtend", end)
}

// A channel is a way to a service.
type channel struct {
	Name  string `json:"name,omitempty"`
	URL   string `json:"url,omitempty"`
	Place string `json:"place,omitempty"` // with its address
	Phone string `json:"phone,omitempty"`
}

// ipaCode is how IndicePA writes its codes: c_g999, r_toscan, agid. A name of a body
// has capitals or spaces.
var ipaCode = regexp.MustCompile(`^[a-z0-9]+(_[a-z0-9]+)+$|^[a-z]{2,10}$`)

// service reads a GovernmentService (spec §1.8). On sites of the national model the
// name of its operator is the IPA code of the body, and the locality of an address
// the district of the town (spec §3.14).
func (p *page) service(d *description, n node) {
	operator := p.text(n, "serviceOperator", "provider", "isProvidedBy")
	if ipaCode.MatchString(operator) {
		d.set("authority", operator)
	} else if operator != "" && !strings.HasPrefix(operator, "http") {
		d.set("competent_authority", operator)
		if len(p.bodies(n, "serviceOperator")) > 0 {
			d.set("authority_name", operator)
		}
	}
	d.set("subject_matter", strings.Join(p.every(n, "serviceType", "category"), ", "))
	d.set("area_served", strings.Join(p.every(n, "areaServed"), ", "))
	var audience []string
	for _, v := range p.all(n, "audience") {
		a, isNode := v.(node)
		s := ""
		if isNode {
			s = p.text(a, "audienceType", "name")
		} else {
			s, _ = p.textOf(v)
		}
		if s != "" {
			audience = append(audience, s)
		}
	}
	d.set("audience", strings.Join(audience, ", "))
	d.set("outputs", strings.Join(p.every(n, "serviceOutput", "produces"), "; "))
	d.set("processing_time", p.text(n, "processingTime"))
	p.offers(d, n, "costs")
	p.channels(d, n)
}

func (p *page) channels(d *description, n node) {
	var list []channel
	for _, c := range p.nodes(n, "availableChannel") {
		x := channel{Name: p.text(c, "name"), URL: p.address(c, "serviceUrl", "url"), Phone: p.text(c, "servicePhone")}
		if d.values["online_url"] == nil {
			d.set("online_url", x.URL)
		}
		v := first(p.all(c, "serviceLocation"))
		if v != nil {
			w := p.where(v)
			x.Place = strings.Join(strings.Fields(w.street+" "+w.postcode+" "+w.town), " ")
			if x.Name == "" {
				x.Name = w.name
			} else if w.name != "" {
				x.Place = strings.TrimSuffix(w.name+", "+x.Place, ", ")
			}
			if d.values["street"] == nil && d.where.point == nil {
				d.set("district", w.town)
				w.town = ""
				d.put(w)
			}
		}
		if x != (channel{}) {
			list = append(list, x)
		}
	}
	if len(list) > 0 {
		d.set("channels", jsonOf(list))
	}
}
