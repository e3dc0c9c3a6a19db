// Package ponet reads what another Po-net node has at home: the first time all
// of its collections, later its change log (/api/v1/changes), so that a change
// there costs one request here.
//
// Records that a node has from another node are left to whoever harvests that
// one: so no record goes round in circles, and none comes twice.
package ponet
