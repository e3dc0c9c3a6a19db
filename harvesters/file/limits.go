package file

// Bounds on what a foreign file may cost us. A file beyond one of them is
// refused with an error that names it.
const (
	maxDownload = 2 << 30  // bytes of a data file; metadata.md §3.0
	maxNesting  = 3        // archives in archives: .zip.gz, a .zip of .zip
	maxLayers   = 500      // tables of one source
	maxRow      = 32 << 20 // bytes of a row or feature; the largest we know, a coast, has 3 MB
	maxCell     = 16 << 20 // bytes of a cell; a region's outline as WKT has 2 MB
	maxDepth    = 200      // JSON and XML nesting; metadata.md §3.0
	maxVertices = 4e6      // of a TopoJSON's arcs, which are held in memory: 64 MB
	maxStrings  = 64 << 20 // bytes of an XLSX part held in memory; larger ones go to disk
	maxSheetXML = 2 << 30  // bytes of one sheet unpacked
	sampleBytes = 1 << 20  // of a text file, from which its dialect is told
	sampleRows  = 50       // metadata.md §3.16
)
