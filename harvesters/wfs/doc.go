// Package wfs reads Web Feature Services 2.0 (ISO 19142), 1.1 and 1.0, and files
// that hold an answer of one: feature collections in GML or GeoJSON.
//
// Of every layer it asks how many features there are, reads them whole or in
// pages sorted by an attribute that has another value in each, and counts the
// different ones at the end. Servers cut answers short without a word, count no
// further than they give, and repeat or lose features where pages are not sorted by
// what is unique: a layer that does not come out even is read another way, and when
// none is left its listing has failed. Types of columns, keys and coordinate
// systems are found out by harvesters/table.
package wfs
