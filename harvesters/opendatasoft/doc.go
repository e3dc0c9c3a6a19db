// Package opendatasoft reads portals that run Opendatasoft, through its Explore
// API 2.1 or, where that is not there, the API 1.0. What the portal lists becomes
// datasets with their exports and attachments as distributions: the rows are read
// from the exports, which have no limit, and not from /records, which ends at
// 10,000.
package opendatasoft
