// Package arcgis reads the layers of ArcGIS FeatureServer and MapServer services
// through the query operation of their REST API
// (https://developers.arcgis.com/rest/services-reference/enterprise/query-feature-service-layer/),
// and of whoever speaks it, such as Koop. Every layer becomes a layer of ours.
package arcgis
