// Package iso reads metadata records of ISO 19115 into the terms of our catalogue:
// MD_Metadata and MI_Metadata as ISO 19139 writes them (namespace gmd, gmi), and as
// ISO 19115-3 does (mdb), with what INSPIRE and the Italian repertory of
// territorial data (RNDT) have settled on top. Where a record comes from is left
// to its caller.
//
// Elements are found by their local names: the two notations, and their editions,
// differ in namespaces and in few names, and records mix them by mistake.
package iso
