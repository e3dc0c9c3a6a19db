// Package skos reads an edition of a controlled vocabulary as its publisher gives
// it: SKOS in any syntax of RDF (SKOS Reference, W3C 2009), or a table in CSV with
// a column for the code or the address. It is no protocol of sources: what it
// reads are the terms of `ponet vocab diff` and `update`.
package skos
