// Package sparql reads what a query finds at a SPARQL 1.1 endpoint, such as that
// of the Italian Ministry of Culture.
//
// Endpoints cut answers off without a word, refuse deep offsets and stop long
// queries (spec §3.10). So what a query finds is counted first, and read in
// parts by its key: the query becomes a group of a larger one that takes the rows
// after the last key that was read, in the order of the keys. What the parts
// hold together must be what was counted.
package sparql
