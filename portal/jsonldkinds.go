package portal

import (
	"strings"

	"po-net.prato.it/ponet/catalog"
)

const maxSubEvents = 30 // occurrences that a page's JSON-LD lists

// ldEvent adds when, where and how an event takes place (schema.org/Event).
func (s *server) ldEvent(out map[string]any, rec *catalog.Record) {
	set := setter(out)
	set("startDate", rec.Start)
	set("endDate", rec.End)
	place := map[string]any{"@type": "Place", "name": or(rec.Locality, rec.Address, rec.Municipality, rec.Title)}
	s.located(place, rec)
	out["location"] = place
	status := map[string]string{"cancelled": "EventCancelled", "postponed": "EventPostponed", "rescheduled": "EventRescheduled", "moved_online": "EventMovedOnline"}[property(rec, "event_status")]
	if status == "" {
		status = "EventScheduled"
	}
	set("eventStatus", "https://schema.org/"+status)
	if mode := map[string]string{"online": "Online", "offline": "Offline", "mixed": "Mixed"}[property(rec, "attendance_mode")]; mode != "" {
		set("eventAttendanceMode", "https://schema.org/"+mode+"EventAttendanceMode")
	}
	if rec.BodyName != "" {
		set("organizer", organizationLD(rec.BodyName))
	}
	var times []any
	for _, o := range rec.Occurrences {
		if len(rec.Occurrences) < 2 || len(times) == maxSubEvents {
			break
		}
		time := map[string]any{"@type": "Event", "name": or(o.Title, rec.Title), "startDate": o.Start, "location": place, "eventStatus": "https://schema.org/EventScheduled"}
		if o.Status == "cancelled" {
			time["eventStatus"] = "https://schema.org/EventCancelled"
		}
		setter(time)("endDate", o.End)
		times = append(times, time)
	}
	setList(out, "subEvent", times)
}

// ldCourse adds who offers a course and when it is held (schema.org/Course).
func (s *server) ldCourse(out map[string]any, rec *catalog.Record) {
	set := setter(out)
	set("provider", organizationLD(or(property(rec, "provider"), rec.BodyName, rec.BodyID)))
	set("educationalLevel", property(rec, "level"))
	set("educationalCredentialAwarded", property(rec, "qualification"))
	set("coursePrerequisites", property(rec, "requirements"))
	var held []any
	for _, i := range courseInstances(rec) {
		one := map[string]any{"@type": "CourseInstance", "name": rec.Title, "courseMode": or(i.Mode, "Onsite")}
		with := setter(one)
		with("startDate", i.Start)
		with("endDate", i.End)
		place := map[string]any{"@type": "Place", "name": or(i.Place, rec.Address, rec.Municipality, rec.Title)}
		s.located(place, rec)
		with("location", place)
		held = append(held, one)
	}
	setList(out, "hasCourseInstance", held)
}

// ldService adds who answers for a service and how one asks for it
// (schema.org/GovernmentService).
func (s *server) ldService(out map[string]any, rec *catalog.Record) {
	set := setter(out)
	set("serviceOperator", organizationLD(or(property(rec, "competent_authority"), rec.BodyName)))
	set("provider", organizationLD(or(rec.BodyName, rec.BodyID)))
	setList(out, "hoursAvailable", hoursLD(rec, s.now()))
	set("serviceOutput", s.ldLine(rec, "outputs"))
	if a := s.ldLine(rec, "audience"); a != "" {
		set("audience", map[string]any{"@type": "Audience", "audienceType": a})
	}
	if rec.Municipality != "" {
		set("areaServed", map[string]any{"@type": "AdministrativeArea", "name": rec.Municipality})
	}
	channel := map[string]any{"@type": "ServiceChannel"}
	with := setter(channel)
	with("serviceUrl", webURL(rec.Website))
	with("servicePhone", phoneLD(rec.Phone))
	if len(channel) > 1 {
		set("availableChannel", channel)
	}
}

// ldHeritage adds who made a work, when and of what.
func (s *server) ldHeritage(out map[string]any, rec *catalog.Record) {
	set := setter(out)
	if schemaType(rec) == "LandmarksOrHistoricalBuildings" {
		s.located(out, rec)
		return
	}
	if names := s.ldLine(rec, "creators"); names != "" {
		set("creator", map[string]any{"@type": "Person", "name": names})
	}
	set("dateCreated", s.ldLine(rec, "dating"))
	if schemaType(rec) == "VisualArtwork" {
		set("artMedium", s.ldLine(rec, "materials"))
	} else {
		set("material", s.ldLine(rec, "materials"))
	}
	place := map[string]any{"@type": "Place", "name": or(rec.Address, rec.Locality, rec.Municipality, rec.Title)}
	s.located(place, rec)
	set("contentLocation", place)
}

// ldLine is a property in one line of words.
func (s *server) ldLine(rec *catalog.Record, name string) string {
	var texts []string
	for _, v := range s.detailValues(name, rec.Properties.Get(name)) {
		texts = append(texts, v.Text)
	}
	return strings.Join(texts, ", ")
}

// property is a property that is a text, else "".
func property(rec *catalog.Record, name string) string {
	text, _ := rec.Properties.Get(name).(string)
	return text
}

func organizationLD(name string) any {
	if name == "" {
		return nil
	}
	return map[string]any{"@type": "Organization", "name": name}
}

func phoneLD(phone string) any {
	if phone == "" {
		return nil
	}
	return map[string]any{"@type": "ContactPoint", "telephone": phone}
}

// setList adds a member that is a list, if there is anything in it.
func setList(out map[string]any, name string, list []any) {
	if len(list) > 0 {
		out[name] = list
	}
}

// setter adds members to out, what is not known left out.
func setter(out map[string]any) func(name string, value any) {
	return func(name string, value any) {
		if value != "" && value != nil {
			out[name] = value
		}
	}
}
