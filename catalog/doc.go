// Package catalog says what the catalogue knows: records, the sources they
// come from, the runs that bring them, and the pure steps between what a
// source said and what we publish. It has no database and no HTTP: those are
// catalog/postgis, harvesters, api and portal.
package catalog
