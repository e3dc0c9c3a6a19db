// Package oaipmh harvests the records of a repository by the Open Archives
// Initiative Protocol for Metadata Harvesting, version 2.0, and of documents that
// hold the same records: saved answers, static repositories, a folder of them,
// and LIDO, EDM or MODS by themselves. It knows Dublin Core (also as PICO), EDM,
// LIDO 1.0 and 1.1, MODS, and the cards of the Italian national catalogue (ICCD).
// What lists which works are kept with their records is spec §3.6.
package oaipmh
