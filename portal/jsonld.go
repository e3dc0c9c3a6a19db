package portal

import (
	"net/http"

	"github.com/paulmach/orb"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// jsonLD describes rec in the words of schema.org, for search engines and
// assistants: the same facts that the page shows.
func (s *server) jsonLD(r *http.Request, rec *catalog.Record) map[string]any {
	id := s.absolute(r, "/id/"+rec.ID)
	out := map[string]any{
		"@context": "https://schema.org", "@id": id, "@type": schemaType(rec), "identifier": id,
		"name": rec.Title, "url": s.absolute(r, recordPath(rec)),
	}
	set := setter(out)
	set("description", description(rec))
	set("image", webURL(rec.Image))
	ldConcepts(out, rec)
	if w := webURL(rec.Website); w != "" && rec.Kind != catalog.KindService {
		set("sameAs", w)
	}
	switch rec.Kind {
	case catalog.KindEvent:
		s.ldEvent(out, rec)
	case catalog.KindCourse:
		s.ldCourse(out, rec)
	case catalog.KindService:
		s.ldService(out, rec)
	case catalog.KindDataset:
		set("dateModified", rec.SourceModified)
		s.ldDataset(out, r, rec)
	case catalog.KindHeritageItem:
		s.ldHeritage(out, rec)
	case catalog.KindOrganization: // an organization has a place; it is none
		place := map[string]any{"@type": "Place", "name": rec.Title}
		s.located(place, rec)
		setList(place, "openingHoursSpecification", hoursLD(rec, s.now()))
		if len(place) > 2 {
			out["location"] = place
		}
		set("telephone", rec.Phone)
		set("email", rec.Email)
	default:
		if out["@type"] == "Thing" {
			break
		}
		s.located(out, rec)
		if rec.Kind == catalog.KindFeature {
			break
		}
		set("telephone", rec.Phone)
		setList(out, "openingHoursSpecification", hoursLD(rec, s.now()))
		if rec.Kind == catalog.KindOffice {
			set("email", rec.Email)
		}
	}
	return out
}

// located adds where rec is.
func (s *server) located(out map[string]any, rec *catalog.Record) {
	address := map[string]any{}
	for name, value := range map[string]string{
		"streetAddress": rec.Address, "postalCode": rec.Postcode, "addressLocality": or(rec.Locality, rec.Municipality),
	} {
		if value != "" {
			address[name] = value
		}
	}
	if len(address) > 0 {
		address["@type"], address["addressCountry"] = "PostalAddress", "IT"
		out["address"] = address
	}
	if p := symbolPlace(rec.Geometry); p != nil && *p != (orb.Point{}) {
		out["geo"] = map[string]any{"@type": "GeoCoordinates", "longitude": round6(p.Lon()), "latitude": round6(p.Lat())}
	}
}

// organizationTypes and heritageTypes are the classes of what our model tells
// apart (spec/metadata.md §1.3, §1.7).
var (
	organizationTypes = map[string]string{
		"public_body": "GovernmentOrganization", "company": "Corporation", "association": "NGO", "foundation": "NGO", "school": "EducationalOrganization",
	}
	heritageTypes = map[string]string{
		"architectural": "LandmarksOrHistoricalBuildings", "archaeological": "LandmarksOrHistoricalBuildings", "artistic": "VisualArtwork",
		"photographic": "Photograph",
	}
)

// schemaType is the schema.org class of rec.
func schemaType(rec *catalog.Record) string {
	v := datasets.Vocabularies()
	switch rec.Kind {
	case catalog.KindPlace:
		if t, ok := v.PlaceType(rec.Type); ok && t.SchemaOrg != "" {
			return t.SchemaOrg
		}
		return "Place"
	case catalog.KindEvent:
		if t, ok := v.EventType(rec.Type); ok && t.SchemaOrg != "" {
			return t.SchemaOrg
		}
		return "Event"
	case catalog.KindCourse:
		return "Course"
	case catalog.KindService:
		return "GovernmentService"
	case catalog.KindOffice:
		return "GovernmentOffice"
	case catalog.KindOrganization:
		return or(organizationTypes[property(rec, "org_kind")], "Organization")
	case catalog.KindAdminArea:
		return "AdministrativeArea"
	case catalog.KindDataset:
		return "Dataset"
	case catalog.KindHeritageItem:
		return or(heritageTypes[property(rec, "heritage_type")], "CreativeWork")
	case catalog.KindStation, catalog.KindStreet, catalog.KindAddress:
		return "Place"
	case catalog.KindReport:
		return "Report"
	}
	if rec.Geometry != nil || rec.Address != "" {
		return "Place"
	}
	return "Thing"
}
