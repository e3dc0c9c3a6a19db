package datasets

import (
	"errors"

	"po-net.prato.it/ponet/catalog"
)

// readTerms reads the tables that describe datasets and their files.
func readTerms(t *catalog.Tables) error {
	var errs [3]error
	t.Frequencies, errs[0] = readTable("frequencies", func(r row) catalog.Frequency {
		return catalog.Frequency{Code: r["code"], Label: r["label_it"], LabelEN: r["label_en"], URI: r["uri"], Interval: r["interval"], Same: r.list("same")}
	})
	t.FileTypes, errs[1] = readTable("file-types", func(r row) catalog.FileType {
		return catalog.FileType{
			Name: r["name"], Label: r["label"], Code: r["code"], URI: r["uri"],
			MediaType: r["media_type"], Use: r["use"], Open: r["open"] == "yes", Same: r.list("same"),
		}
	})
	t.Languages, errs[2] = readTable("languages", func(r row) catalog.Language {
		return catalog.Language{Code: r["code"], Alpha2: r["alpha_2"], Label: r["label_it"], LabelEN: r["label_en"], URI: r["uri"], Same: r.list("same")}
	})
	return errors.Join(errs[:]...)
}
