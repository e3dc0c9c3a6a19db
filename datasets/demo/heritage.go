package demo

import (
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

// heritage are the items of cultural heritage (spec §1.3) as GeoJSON.
func heritage() *geojson.FeatureCollection {
	places, c := spots(), geojson.NewFeatureCollection()
	for _, e := range table("beni") {
		at := places[e["luogo"]]
		l := at.location(e.number("entro"))
		f := geojson.NewFeature(orb.Point{l.Lon, l.Lat})
		f.ID = e["codice"]
		f.Properties = geojson.Properties{
			"codice": e["codice"], "denominazione": e["titolo"], "descrizione": e["descrizione"], "ente": e["ente"],
			"heritage_type": e["tipo"], "definition": e["definizione"], "location_kind": "current",
			"dating": e["datazione"], "nome_ente": bodyName(e["ente"]),
			"comune": l.Municipality, "indirizzo": l.Address, "frazione": l.Locality,
			"posizione": l.Position, "accuratezza_m": l.Metres,
		}
		if l.Position == "verificata" || e["entro"] == "" {
			f.Properties["holder_place"] = at.Name
		}
		var creators []any
		for _, name := range e.list("autori") {
			creators = append(creators, map[string]any{"name": name, "role": "autore"})
		}
		if creators != nil {
			f.Properties["creators"] = creators
		}
		if m := e.list("materiali"); m != nil {
			f.Properties["materials"] = strings.Join(m, ", ")
		}
		c.Append(f)
	}
	return c
}
