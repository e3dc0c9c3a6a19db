// Package portal is what people see: the explore page with its list and map,
// the page of each record, the pages the law asks for, and what they need of
// style, script, fonts and tiles. Every page works without script; script makes
// it quicker. It reads the catalogue through the interface Store and knows
// nothing of SQL or of harvesting.
package portal
