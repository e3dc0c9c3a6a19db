package datasets

import "po-net.prato.it/ponet/catalog"

// fillTerms reads the tables that describe datasets and their files.
func (all tables) fillTerms(t *catalog.Tables) {
	t.Frequencies = parse(all["frequencies"], func(r row) catalog.Frequency {
		return catalog.Frequency{Code: r["code"], Label: r["label_it"], LabelEN: r["label_en"], URI: r["uri"], Interval: r["interval"], Same: r.list("same")}
	})
	t.FileTypes = parse(all["file-types"], func(r row) catalog.FileType {
		return catalog.FileType{
			Name: r["name"], Label: r["label"], Code: r["code"], URI: r["uri"],
			MediaType: r["media_type"], Use: r["use"], Open: r["open"] == "yes", Same: r.list("same"),
		}
	})
	t.Languages = parse(all["languages"], func(r row) catalog.Language {
		return catalog.Language{Code: r["code"], Alpha2: r["alpha_2"], Label: r["label_it"], LabelEN: r["label_en"], URI: r["uri"], Same: r.list("same")}
	})
}

// territorial says how catalogues of territorial data say the themes of the EU,
// by the codes of those: as themes of INSPIRE and as topic categories of ISO 19115.
func (all tables) territorial() map[string][]string {
	same := map[string][]string{}
	for _, r := range all["inspire-themes"] {
		same[r["data_theme"]] = append(same[r["data_theme"]], r["uri"], r["label_it"], r["label_en"])
	}
	for _, r := range all["iso-topics"] {
		same[r["data_theme"]] = append(same[r["data_theme"]], r["uri"], r["code"])
	}
	return same
}
