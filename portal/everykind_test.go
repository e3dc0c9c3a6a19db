package portal_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// A thing is a record as a source might describe it: columns of the envelope by
// their field, the rest under the names of spec/metadata.md §1.
type thing struct {
	kind          catalog.Kind
	fields        map[string]string
	rest          map[string]any
	at            [2]float64 // longitude, latitude; zero: nowhere
	occurrences   []catalog.Occurrence
	distributions []catalog.Distribution
}

// put stores things as the records of one source, named after their kind.
func put(t testing.TB, s *site, things ...thing) {
	t.Helper()
	if err := s.store.PutBody(t.Context(), catalog.Body{ID: "c_g999", Name: "Comune di Prato"}); err != nil {
		t.Fatal(err)
	}
	for i, x := range things {
		src := catalog.Source{ID: fmt.Sprintf("prova-%s-%d", x.kind, i), Protocol: "file", URL: "https://example.org/" + string(x.kind), Title: "Fonte di prova", BodyID: "c_g999", BodyName: "Comune di Prato"}
		layer := &catalog.Layer{SRID: 4326, Guess: catalog.Mapping{Kind: x.kind, Fields: map[string]string{}}}
		var values []any
		add := func(name string, kind catalog.ColumnType, v any) {
			layer.Columns = append(layer.Columns, catalog.Column{Name: name, Type: kind, Nulls: true})
			values = append(values, v)
		}
		for field, v := range x.fields {
			layer.Guess.Fields[field] = "c_" + field
			add("c_"+field, catalog.ColumnText, v)
		}
		for name, v := range x.rest {
			kind := catalog.ColumnText
			switch v.(type) {
			case string:
			case float64:
				kind = catalog.ColumnNumber
			case bool:
				kind = catalog.ColumnBoolean
			default:
				kind = catalog.ColumnJSON
				b, err := json.Marshal(v)
				if err != nil {
					t.Fatal(err)
				}
				v = json.RawMessage(b)
			}
			add(name, kind, v)
		}
		h := catalog.Harvested{Key: x.fields["title"], Layer: layer, MediaType: "application/json", Raw: fmt.Append(nil, x.fields, x.rest), Values: values, Occurrences: x.occurrences, Distributions: x.distributions}
		if x.at != [2]float64{} {
			h.Geometry = geom.NewPointFlat(geom.XY, x.at[:]).SetSRID(4326)
		}
		store(t, s, src, h)
	}
}

// store puts one description into the catalogue, as a run would.
func store(t testing.TB, s *site, src catalog.Source, h catalog.Harvested) {
	t.Helper()
	ctx := t.Context()
	if err := s.store.PutSource(ctx, src); err != nil {
		t.Fatal(err)
	}
	run, err := s.store.Begin(ctx, src)
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	collection, err := run.Collection(ctx, h.Layer.Guess.Kind, h.Layer)
	if err != nil {
		t.Fatal(err)
	}
	n, err := catalog.NewNormalizer(src, h.Layer, collection, datasets.Vocabularies())
	if err != nil {
		t.Fatal(err)
	}
	if err := run.PutLayer(ctx, h.Layer, collection, n.Columns()); err != nil {
		t.Fatal(err)
	}
	counts, err := run.Put(ctx, catalog.Batch{Layer: h.Layer, Items: []catalog.BatchItem{{Harvested: h, Hash: h.Hash(n.LayerHash())}}}, n.Normalize, false)
	if err != nil || counts.New+counts.Changed+counts.Unchanged != 1 {
		t.Fatalf("%s: %+v %v", h.Key, counts, err)
	}
	if err := run.Finish(ctx, catalog.Receipt{Outcome: catalog.RunCompleted}); err != nil {
		t.Fatal(err)
	}
}

// inDays is a day from today in Italy, and inDaysAt a time on it.
func inDays(n int) string { return midnightIn(n).Format(time.DateOnly) }
func inDaysAt(n, hour int) string {
	return midnightIn(n).Add(time.Duration(hour) * time.Hour).Format(time.RFC3339)
}

func midnightIn(n int) time.Time {
	now := time.Now().In(catalog.Rome)
	return time.Date(now.Year(), now.Month(), now.Day()+n, 0, 0, 0, 0, catalog.Rome)
}

// everyKind is one thing of each kind, or more, with all that its source may say.
func everyKind() []thing {
	centre := [2]float64{11.0967, 43.8807}
	weekly := []catalog.Occurrence{}
	for i := range 6 {
		weekly = append(weekly, catalog.Occurrence{Start: inDaysAt(i*7+1, 21), End: inDaysAt(i*7+1, 23)})
	}
	weekly[1].Status = "cancelled"
	return []thing{
		{kind: catalog.KindEvent, at: centre, occurrences: weekly, fields: map[string]string{
			"title": "Concerti nel chiostro", "description": "Musica da camera ogni settimana nel chiostro di San Francesco.", "address": "Piazza San Francesco 1",
			"municipality": "Prato", "type": "concerto", "website": "https://example.org/concerti", "phone": "0574 1836", "email": "cultura@example.org", "accessibility": "sì",
		}, rest: map[string]any{
			"audience": "Per tutti, dai 6 anni", "activity_area": "cultural", "attendance_mode": "offline", "prices": []map[string]any{{"label": "Intero", "amount": 8, "currency": "EUR"}, {"label": "Under 18", "free": true}},
			"booking": map[string]any{"required": true, "url": "https://example.org/prenota", "deadline": inDays(20)}, "organizers": []map[string]any{{"name": "Scuola di musica di prova", "url": "https://example.org/scuola"}},
		}},
		{kind: catalog.KindEvent, at: centre, fields: map[string]string{
			"title": "Mostra dei tessuti antichi", "municipality": "Prato", "type": "mostra", "address": "Via Puccetti 3", "start": inDays(-10), "end": inDays(40)}},
		{kind: catalog.KindEvent, at: centre, fields: map[string]string{
			"title": "Mercato contadino", "municipality": "Vaiano", "address": "Piazza del Comune", "start": inDays(0)}},
		{kind: catalog.KindCourse, at: centre, fields: map[string]string{
			"title": "Corso di cucito e modellistica", "description": "Sessanta ore per imparare a cucire un capo su misura.", "municipality": "Prato", "address": "Via del Tessitore 4", "start": inDays(30), "end": inDays(90),
		}, rest: map[string]any{
			"provider": "Agenzia formativa di prova", "course_type": "professional qualification", "level": "EQF 3", "qualification": "Addetto al confezionamento", "requirements": "Licenza media", "credits": 6.0,
			"instances": []map[string]any{{"start": inDays(30), "end": inDays(90), "schedule": "martedì e giovedì, 18:00–21:00", "hours": 60, "mode": "in presenza", "seats": 15, "enrol_to": inDays(12), "price": 120, "status": "aperte"}},
		}},
		{kind: catalog.KindService, fields: map[string]string{
			"title": "Carta d’identità elettronica", "description": "Il documento di riconoscimento rilasciato dal Comune.", "website": "https://example.org/cie", "phone": "0574 18361", "municipality": "Prato",
		}, rest: map[string]any{
			"audience": "Cittadini residenti a Prato", "how_to": "Prenota un appuntamento e presentati con la tessera sanitaria e una fototessera.", "service_status": "active",
			"inputs": []string{"Fototessera recente", "Tessera sanitaria", "Documento scaduto"}, "outputs": []string{"Carta d’identità elettronica"},
			"channels": []map[string]any{{"type": "Sportello", "office": "Ufficio anagrafe", "hours": "lun-ven 9:00-13:00"}, {"type": "Online", "url": "https://example.org/prenota"}},
			"costs":    []map[string]any{{"amount": 22.21, "currency": "EUR", "note": "contanti o carta"}}, "processing_time": "P6D", "life_events": []string{"Compiere 18 anni"},
		}},
		{kind: catalog.KindOffice, at: centre, fields: map[string]string{
			"title": "Ufficio anagrafe", "address": "Piazza Cardinale Niccolò 13", "municipality": "Prato", "opening_hours": "lun-ven 9:00-13:00; lun e gio 15:00-17:00; sab e dom chiuso", "phone": "0574 18362", "email": "anagrafe@example.org",
		}, rest: map[string]any{"unit_code": "A1B2C3", "functions": "Certificati, residenza, carta d’identità"}},
		{kind: catalog.KindStation, at: centre, fields: map[string]string{
			"title": "Prato Roma", "municipality": "Prato", "description": "Stazione di fondo urbano."},
			rest: map[string]any{"station_code": "IT1553A", "domain": "air", "station_class": "background", "area_class": "urban", "elevation_m": 61.0}},
		{kind: catalog.KindHeritageItem, at: centre, fields: map[string]string{
			"title": "Pulpito di Donatello", "description": "Pergamo in marmo con putti danzanti, sul fianco del duomo.", "municipality": "Prato", "address": "Piazza del Duomo"},
			rest: map[string]any{"heritage_type": "artistic", "nct": map[string]any{"region": "09", "number": "00123456"}, "creators": []map[string]any{{"name": "Donatello", "role": "scultore"}, {"name": "Michelozzo"}},
				"dating": map[string]any{"label": "1428–1438", "from_year": 1428, "to_year": 1438}, "materials": []string{"marmo", "bronzo"}, "measures": []map[string]any{{"type": "altezza", "value": 210, "unit": "cm"}}}},
		{kind: catalog.KindDataset, fields: map[string]string{
			"title": "Alberi della città", "description": "Censimento del verde pubblico: specie, altezza e posizione di ogni albero.", "modified": inDays(-60), "keywords": "verde, alberi, ambiente", "theme": "ambiente",
			"licence": "https://creativecommons.org/licenses/by/4.0/"},
			rest: map[string]any{"frequency": "annuale", "temporal": []map[string]any{{"start": "2020-01-01", "end": "2025-12-31"}}, "contact_points": []map[string]any{{"name": "Ufficio verde", "email": "verde@example.org"}}},
			distributions: []catalog.Distribution{
				{Title: "Alberi in CSV", DownloadURL: "https://example.org/alberi.csv", Format: "csv", ByteSize: 1234567, Checksum: "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", Modified: inDays(-60), Licence: "https://creativecommons.org/licenses/by/4.0/"},
				{Title: "Servizio di mappa", AccessURL: "https://example.org/wms", Format: "WMS", Service: true},
				{Title: "Senza indirizzo", AccessURL: "javascript:alert(1)", Format: "pdf"}}},
		{kind: catalog.KindReport, at: centre, fields: map[string]string{"title": "Illuminazione pubblica", "description": "Il lampione davanti alla scuola è spento.", "municipality": "Prato", "address": "Via della Libertà 12"},
			rest: map[string]any{"public_id": "638344", "category_name": "Illuminazione pubblica", "state": "in corso", "office": "Ufficio strade", "created_at": inDays(-3) + "T10:00:00+01:00", "visibility": "anonymous_public"}},
		{kind: catalog.KindStreet, fields: map[string]string{"title": "VIA DELLA LIBERTA'", "municipality": "Prato"}, rest: map[string]any{"anncsu_street_id": 1001.0, "street_code": "77"}},
		{kind: catalog.KindAddress, at: centre, fields: map[string]string{"title": "VIA DELLA LIBERTA'", "municipality": "Prato", "postcode": "59100"}, rest: map[string]any{"anncsu_street_id": 1001.0, "anncsu_access_id": 2001.0, "number": "12", "specificity": "ROSSO"}},
		{kind: catalog.KindOrganization, at: centre, fields: map[string]string{
			"title": "Comune di prova", "municipality": "Prato", "address": "Piazza del Comune 2", "website": "https://example.org", "phone": "0574 18361", "email": "protocollo@example.org"},
			rest: map[string]any{"org_kind": "public_body", "ipa_code": "c_prova", "tax_code": "84006890481", "acronym": "CdP"}},
	}
}
