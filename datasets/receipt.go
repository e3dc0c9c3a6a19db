package datasets

import "po-net.prato.it/ponet/catalog"

// PublicReceipt is what anybody may read of the receipt of a run of src: neither
// the values that were wrong, which may concern a person (catalog.Complaint has
// those that may be read), nor folders of this machine.
func PublicReceipt(src catalog.Source, run catalog.Run) *catalog.Receipt {
	out := run.Receipt
	out.Run, out.Source = run.ID, run.SourceID
	out.Samples, out.Outcome = nil, run.State
	if PublicSource(src.URL) == "" {
		out.Error, out.Again = "", ""
	}
	return &out
}
