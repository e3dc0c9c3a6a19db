// Package gml reads the geometries of the Geography Markup Language: GML 2.1.2
// (OGC 02-069), 3.1.1 (03-105r1) and 3.2.1 (07-036, ISO 19136), by the names of
// their elements, whatever the namespace, since servers mix them.
//
// Coordinates come out in the order in which they stand: whether north or east
// is first depends on the coordinate reference system and on how the server
// spells it (geo.NorthFirst), and servers get it wrong, so the caller decides.
package gml
