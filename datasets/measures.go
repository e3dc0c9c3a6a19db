package datasets

import "po-net.prato.it/ponet/catalog"

// fillMeasures reads what instruments measure and in which units.
func (all tables) fillMeasures(t *catalog.Tables) {
	t.ObservedProperties = parse(all["observed-properties"], func(r row) catalog.ObservedProperty {
		return catalog.ObservedProperty{
			Code: r["code"], Label: r["label_it"], LabelEN: r["label_en"], URI: r["uri"], Unit: r["unit"],
			Aggregation: catalog.Aggregation(r["aggregation"]), Domain: r["domain"], Names: r.list("names"),
		}
	})
	t.Units = parse(all["units"], func(r row) catalog.Unit {
		return catalog.Unit{Code: r["code"], Symbol: r["symbol"], Label: r["label_it"], Names: r.list("names")}
	})
}
