package csw

// Namespaces and output schemas of the standards.
const (
	csw202  = "http://www.opengis.net/cat/csw/2.0.2"
	csw300  = "http://www.opengis.net/cat/csw/3.0"
	gmd     = "http://www.isotc211.org/2005/gmd"
	mdb     = "http://standards.iso.org/iso/19115/-3/mdb/2.0"
	apisoNS = "http://www.opengis.net/cat/csw/apiso/1.0"
)

// The versions that are spoken.
const (
	version2 = "2.0.2"
	version3 = "3.0.0"
)
