// Package csw reads catalogues of metadata that speak the OGC Catalogue Service for
// the Web, 2.0.2 and 3.0: those of territorial data of GeoNetwork, pycsw, Esri,
// deegree and others, of which the national repertory (RNDT) is one. It reads the
// records of ISO 19115 in them (package harvesters/iso), or Dublin Core where a server gives
// nothing better; from files and folders too.
//
// Servers of this protocol are known for pages in no order, for a nextRecord that
// says nothing, and for whole pages that one record spoils. So a listing asks for
// an order, goes on by what was given, counts what came against what was matched,
// and takes a page apart that cannot be had.
package csw
