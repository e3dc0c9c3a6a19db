// Package datasets gives the catalogue away and says what its words mean: one
// encoder for each download format, and the reference tables with source,
// licence and date beside each. It knows neither database nor HTTP.
package datasets
