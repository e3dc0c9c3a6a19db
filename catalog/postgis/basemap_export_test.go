package postgis

// BasemapTileSQL lets the tests read the plan of a tile.
var BasemapTileSQL = basemapTileSQL
