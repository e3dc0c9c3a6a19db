package datasets

import (
	"errors"

	"po-net.prato.it/ponet/catalog"
)

// readMeasures reads what instruments measure and in which units.
func readMeasures(t *catalog.Tables) error {
	var errProperties, errUnits error
	t.ObservedProperties, errProperties = readTable("observed-properties", func(r row) catalog.ObservedProperty {
		return catalog.ObservedProperty{
			Code: r["code"], Label: r["label_it"], LabelEN: r["label_en"], URI: r["uri"], Unit: r["unit"],
			Aggregation: catalog.Aggregation(r["aggregation"]), Domain: r["domain"], Names: r.list("names"),
		}
	})
	t.Units, errUnits = readTable("units", func(r row) catalog.Unit {
		return catalog.Unit{Code: r["code"], Symbol: r["symbol"], Label: r["label_it"], Names: r.list("names")}
	})
	return errors.Join(errProperties, errUnits)
}
