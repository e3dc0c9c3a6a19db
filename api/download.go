package api

// A download is a format in which everything can be had at once.
type download struct {
	Name      string // in addresses: "csv"
	Title     string
	MediaType string
	Extension string
}

// downloads are the formats in the order in which they are offered.
var downloads = []download{}
