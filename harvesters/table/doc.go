// Package table makes a layer of the rows that a reader of some format or
// protocol gives it. What is not said in the mapping is found out and explained,
// line by line: the type and notation of each column, the key, where the
// positions are and in which coordinate system.
//
// A table is read twice: the first time to learn this, the second to yield its
// rows, so that memory does not grow with it. The rows of a listing that comes
// in pages and cannot be read twice are kept on disk meanwhile (Spool).
// Transforming and repairing geometry is left to PostGIS.
package table
