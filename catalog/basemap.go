package catalog

import "github.com/paulmach/orb"

// A BasemapShape is one line, area or name of our own base map, for the still
// maps that are drawn on the server.
type BasemapShape struct {
	Layer    string // "confini", "acque", "strade", "ferrovie", "ciclabili", "verde", "edifici", "toponimi"
	Class    string // within the layer: "motorway", "river", "municipality"
	Name     string
	Geometry orb.Geometry // lon, lat in degrees (CRS84), generalised to what was asked for
	// SRID is the EPSG code of Geometry on its way in, x (east) before y; 0: degrees as above.
	SRID int
}

// OwnBasemap begins the id of the sources that are our own generalised figures.
// What an administrator imports takes their place, layer by layer.
const OwnBasemap = "po-net-"

// A BasemapSource says where a part of the base map comes from; its
// attribution is always shown with the map.
type BasemapSource struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Licence     string `json:"licence"`
	Attribution string `json:"attribution"`
	Accuracy    string `json:"accuracy,omitempty"` // in words: "about 100 m"
}
