// Package ogcapi reads OGC API – Features (17-069r4, Part 2: 18-058r1) and OGC API
// – Records (20-004r1): the features of collections become rows, the records of
// catalogues datasets. A file that holds an answer of one is read too.
//
// Pages are followed by their links and never computed. What was read is compared
// with the server's count; a server whose pages repeat is asked for everything
// at once, then box by box, and what does not come out even has failed.
package ogcapi
