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
	set := func(name string, value any) {
		if value != "" && value != nil {
			out[name] = value
		}
	}
	set("description", description(rec))
	set("image", webURL(rec.Image))
	set("dateModified", rec.SourceModified)
	if l, ok := datasets.Vocabularies().Licence(rec.Licence); ok && rec.Licence != "" && rec.Kind == catalog.KindDataset {
		set("license", or(l.URL, l.URI))
	}
	if w := webURL(rec.Website); w != "" {
		set("sameAs", w)
	}
	switch rec.Kind {
	case catalog.KindEvent, catalog.KindCourse:
		set("startDate", rec.Start)
		set("endDate", rec.End)
		place := map[string]any{"@type": "Place", "name": or(rec.Locality, rec.Municipality, rec.Title)}
		s.located(place, rec)
		out["location"] = place
	default:
		s.located(out, rec)
		set("telephone", rec.Phone)
		set("email", rec.Email)
		if rec.Kind == catalog.KindPlace {
			set("openingHours", rec.OpeningHours)
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
		return "EducationEvent"
	case catalog.KindService:
		return "GovernmentService"
	case catalog.KindOffice:
		return "GovernmentOffice"
	case catalog.KindOrganization:
		return "GovernmentOrganization"
	case catalog.KindAdminArea:
		return "AdministrativeArea"
	case catalog.KindDataset:
		return "Dataset"
	case catalog.KindHeritageItem:
		return "LandmarksOrHistoricalBuildings"
	}
	if rec.Geometry != nil {
		return "Place"
	}
	return "Thing"
}
