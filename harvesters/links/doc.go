// Package links looks whether the addresses that records give work: politely, a
// little at a time, and without taking a page that says that there is none for an
// answer. What is thought of what was found, it leaves to catalog.Link.
package links
