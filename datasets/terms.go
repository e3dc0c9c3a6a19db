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

// readTerritorial reads how catalogues of territorial data say the themes of
// the EU, by the codes of those: as themes of INSPIRE and as topic categories of
// ISO 19115.
func readTerritorial() (map[string][]string, error) {
	same := map[string][]string{}
	for _, table := range []string{"inspire-themes", "iso-topics"} {
		_, err := readTable(table, func(r row) string {
			names := []string{r["uri"], r["label_it"], r["label_en"]}
			if table == "iso-topics" {
				names = []string{r["uri"], r["code"]}
			}
			same[r["data_theme"]] = append(same[r["data_theme"]], names...)
			return r["code"]
		})
		if err != nil {
			return nil, err
		}
	}
	return same, nil
}
