// Package file reads one file, from the web or from this machine, in whatever
// of the usual formats it comes: CSV, TSV, XLSX, JSON, GeoJSON, GeoJSONSeq,
// TopoJSON, answers of Overpass, Shapefile, GeoPackage, KML, KMZ, GPX, plain or
// in .gz or .zip. What is not said in the source's mapping is detected and
// explained, line by line.
//
// Every layer is read twice: the first time to learn what its columns, key and
// positions are, the second to yield its rows, so that memory does not grow
// with the file. Transforming and repairing geometry is left to PostGIS.
package file
