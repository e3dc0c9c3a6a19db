// Package sensorthings reads a service of the OGC SensorThings API, 1.0 (OGC
// 15-078r6) and 1.1 (OGC 18-088). Its Things become stations, the Observations of
// their Datastreams measured values. Things are listed whole each time; of the
// Observations, after the first time, only what is new or was published since.
package sensorthings
