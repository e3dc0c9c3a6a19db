// Package gtfs reads the stops and lines of a public transport timetable in GTFS
// Schedule (https://gtfs.org/documentation/schedule/reference/): a zip of tables.
// Stops become places, lines a layer with the shapes of their most frequent
// courses. Times are not kept; they are passed through once to tell which lines
// serve a stop.
package gtfs
