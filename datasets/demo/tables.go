package demo

import (
	"bytes"
	"embed"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
)

// tables are what the publisher makes its catalogues, calendars and feeds
// from, written by us: see data/README.md. Columns are separated with ";".
//
//go:embed tables/*.csv
var tables embed.FS

// An entry is a row of a table, by column.
type entry map[string]string

// list are the values of a cell that holds several, separated with "|".
func (e entry) list(column string) []string {
	if e[column] == "" {
		return nil
	}
	return strings.Split(e[column], "|")
}

// number is the number in a cell, 0 in an empty one.
func (e entry) number(column string) float64 {
	if e[column] == "" {
		return 0
	}
	v, err := strconv.ParseFloat(e[column], 64)
	if err != nil {
		panic(fmt.Sprintf("demo: %q is no number in %v", e[column], e)) // the tables are part of the program, and tested
	}
	return v
}

// table reads one of the tables.
func table(name string) []entry {
	b, err := tables.ReadFile("tables/" + name + ".csv")
	if err != nil {
		panic(err) // the tables are part of the program
	}
	r := csv.NewReader(bytes.NewReader(b))
	r.Comma, r.LazyQuotes = ';', true
	lines, err := r.ReadAll()
	if err != nil {
		panic(fmt.Sprintf("demo: table %s: %v", name, err)) // they are tested
	}
	var entries []entry
	for _, l := range lines[1:] {
		e := entry{}
		for i, column := range lines[0] {
			e[column] = l[i]
		}
		entries = append(entries, e)
	}
	return entries
}

// A spot is where something of the tables is: Lon and Lat in degrees (WGS 84),
// Metres how far off they may be.
type spot struct {
	Name, Address, Postcode, Locality, Municipality string
	Lon, Lat                                        float64
	Checked                                         bool // against an independent open source
	Metres                                          float64
}

// spots are the places that the tables name.
func spots() map[string]spot {
	all := map[string]spot{}
	for _, e := range table("luoghi") {
		all[e["nome"]] = spot{
			Name: e["nome"], Address: e["indirizzo"], Postcode: e["cap"], Locality: e["frazione"], Municipality: e["comune"],
			Lon: e.number("lon"), Lat: e.number("lat"), Checked: e["posizione"] == "verificata", Metres: e.number("accuratezza_m"),
		}
	}
	return all
}

// location is what all our own files say of where a thing is.
type location struct {
	Address      string  `json:"indirizzo"`
	Postcode     string  `json:"cap"`
	Locality     string  `json:"frazione"`
	Municipality string  `json:"comune"`
	Lon          float64 `json:"longitudine,omitempty"`
	Lat          float64 `json:"latitudine,omitempty"`
	Position     string  `json:"posizione"`
	Metres       float64 `json:"accuratezza_m,omitempty"`
}

// location is s as the files write it. within, in metres, is for things that
// are near the spot and not in it; 0: in it.
func (s spot) location(within float64) location {
	if s.Name == "" {
		return location{}
	}
	l := location{s.Address, s.Postcode, s.Locality, s.Municipality, s.Lon, s.Lat, "approssimata", max(s.Metres, within)}
	if s.Checked && within == 0 {
		l.Position = "verificata"
	}
	return l
}
