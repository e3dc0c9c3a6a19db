// Package geo knows where Italy is and how its coordinates are written: which
// coordinate reference systems are in use, how files name them, and which one
// a pair of numbers can be in. It has no database and no HTTP. The transform
// itself is PostGIS's; the inverse projections here serve plausibility only.
package geo
