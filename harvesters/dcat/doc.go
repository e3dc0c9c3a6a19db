// Package dcat reads catalogues of data as they describe themselves: in RDF by
// DCAT-AP 1 to 3 or DCAT-AP_IT, as RDF/XML, Turtle, N-Triples or JSON-LD, page
// after page where they are paged by Hydra; or as a data.json file (Project
// Open Data 1.0 and 1.1). Every dataset becomes one description, with its
// files and services as distributions.
//
// A dataset of an RDF catalogue has no bytes of its own: what is kept of it is
// everything the page says of the dataset and of the nodes it leads to, as
// N-Triples in an order of its own, so that a catalogue that writes the same in
// another order, or with other blank nodes, has not changed.
package dcat
