package oaipmh

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/antchfx/xmlquery"
	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/harvesters/xmldoc"
)

var (
	cfName   = xmldoc.Compile("CF/CFN | CG/CGN")
	cfType   = xmldoc.Compile("CF/CFT | CG/CGT")
	cfMore   = xmldoc.Compile("CF/CFQ | CF/CFU")
	cfText   = xmldoc.Compile("CF/CFD | CG/CGD")
	cfSite   = xmldoc.Compile("CF/CFW | CG/CGW")
	cfWhole  = xmldoc.Compile("CF/CFC | CG/CGC")
	cfLegal  = xmldoc.Compile("CF/CFG | CG/CGE/CGET")
	cfIsOpen = xmldoc.Compile("CF/LUC | CG/LUC")
	cfCode   = xmldoc.Compile("CD/CCF")
	cgCode   = xmldoc.Compile("CD/CCG")

	lcTown     = xmldoc.Compile("LC/PVC/PVCC | LC/LCC")
	lcProvince = xmldoc.Compile("LC/PVC/PVCP | LC/LCP")
	lcHamlet   = xmldoc.Compile("LC/PVC/PVCL | LC/LCL | LC/PVC/PVCF")
	lcStreet   = xmldoc.Compile("LC/PVC/PVCI | LC/LCI | LC/LDC/LDCU")
	pointX     = xmldoc.Compile("GP/GPD/GPDP/GPDPX | GE/GEC/GECX")
	pointY     = xmldoc.Compile("GP/GPD/GPDP/GPDPY | GE/GEC/GECY")
	pointCRS   = xmldoc.Compile("GP/GPP | GE/GEP")
	pointOf    = xmldoc.Compile("GP/GPL | GE/GEL")
	geocodedX  = xmldoc.Compile("harvesting/geocoding/x")
	geocodedY  = xmldoc.Compile("harvesting/geocoding/y")
	physical   = xmldoc.Compile("harvesting/idContenitoreFisico")
	juridical  = xmldoc.Compile("harvesting/idContenitoreGiuridico")
	pictureURL = xmldoc.Compile("harvesting/linkEmm")
)

// container takes the card of a building that holds things (CF), or of a museum, archive
// or collection (CG): a place.
func (c *card) container(n *xmlquery.Node, kind string) {
	c.place = true
	c.title, c.text = xmldoc.First(n, cfName), xmldoc.First(n, cfText)
	c.kind = xmldoc.First(n, cfType)
	for _, s := range xmldoc.Texts(n, cfMore) {
		for use := range strings.SplitSeq(s, ",") {
			c.keywords = append(c.keywords, strings.TrimSpace(use))
		}
	}
	c.website = xmldoc.First(n, cfSite)
	c.partOf = xmldoc.Texts(n, cfWhole)
	c.also("legal_status", xmldoc.First(n, cfLegal))
	c.also("luogo_della_cultura", xmldoc.First(n, cfIsOpen))
	c.identify("iccd-cf", xmldoc.First(n, cfCode))
	c.identify("iccd-cg", xmldoc.First(n, cgCode))
	if kind == "CG" {
		c.also("container", "raccolta")
	} else {
		c.also("container", "edificio")
	}
}

// standing takes where the thing or place is, as precisely as the card lets it be
// published: of the profiles 2 and 3 (privacy, goods that are not guarded enough) only
// the municipality is, and of archaeological sites and places of finding likewise.
func (c *card) standing(n, metadata *xmlquery.Node) {
	c.town, c.province = xmldoc.First(n, lcTown), xmldoc.First(n, lcProvince)
	c.identify("iccd-container", xmldoc.First(metadata, physical))
	c.identify("iccd-container", xmldoc.First(metadata, juridical))
	if u := xmldoc.First(metadata, pictureURL); u != "" {
		c.show(u, "unknown")
	}
	profile := xmldoc.First(n, iccdProfile)
	if (profile != "" && profile != "1") || c.hidden(n) {
		c.precision, c.holder = "municipality", xmldoc.First(n, ldcMuseum)
		if c.place {
			c.holder = ""
		}
		return
	}
	c.locality, c.street = hamlet(xmldoc.First(n, lcHamlet), c.town), xmldoc.First(n, lcStreet)
	c.position(n, metadata)
}

// hidden reports whether the point is that of an archaeological site or find, which
// invites digging.
func (c *card) hidden(n *xmlquery.Node) bool {
	switch c.iccd.Type {
	case "SI", "CA", "MA", "SAS":
		return true
	}
	of := strings.ToLower(xmldoc.First(n, pointOf))
	return strings.Contains(of, "reperimento") || strings.Contains(of, "rinvenimento")
}

// hamlet is a locality that is not just the municipality once more.
func hamlet(s, town string) string {
	if strings.EqualFold(s, town) {
		return ""
	}
	return s
}

// farMetres is how far the card's point may lie from where its address was found,
// before one of them must be wrong.
const farMetres = 10_000

// position takes the card's own point, else the one that the catalogue found for its
// address. The two also judge each other: 8.59502, 45.28234 that should be 8.9972, 45.4732
// are degrees, minutes and seconds written with one point.
func (c *card) position(n, metadata *xmlquery.Node) {
	found := pair(xmldoc.First(metadata, geocodedX), xmldoc.First(metadata, geocodedY))
	said := pair(xmldoc.First(n, pointX), xmldoc.First(n, pointY))
	crs := strings.ReplaceAll(strings.ToUpper(xmldoc.First(n, pointCRS)), " ", "")
	switch {
	case said == nil:
	case crs != "" && !strings.Contains(crs, "WGS84") && !strings.Contains(crs, "4326"):
		c.doubt("crs-unknown", "GEP", crs, "WGS84, in degrees; the point is not used")
		said = nil
	case found != nil && metres(said, found) > farMetres:
		told := fmt.Sprintf("%v, %v", said.FlatCoords()[0], said.FlatCoords()[1])
		if s := sexagesimal(said); s != nil && metres(s, found) < farMetres/2 {
			c.doubt("position-sexagesimal", "GEC", told, "degrees with decimals; these are degrees, minutes and seconds, and were read so")
			said = s
			break
		}
		c.doubt("position-doubtful", "GEC", told, fmt.Sprintf("a point near the address, which is %.0f km away; the address counts", metres(said, found)/1000))
		said = nil
	}
	switch {
	case said != nil:
		c.point, c.geometrySource, c.precision = said, "harvested", "exact"
	case found != nil && c.street != "":
		c.point, c.geometrySource = found, "geocoded_street"
	case found != nil:
		c.point, c.geometrySource = found, "centroid"
	}
}

// pair is a point in degrees, nil if there is none.
func pair(x, y string) *geom.Point {
	lon, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(x), ",", ".", 1), 64)
	lat, err2 := strconv.ParseFloat(strings.Replace(strings.TrimSpace(y), ",", ".", 1), 64)
	if err != nil || err2 != nil {
		return nil
	}
	p, _ := pointAt(lon, lat).(*geom.Point)
	return p
}

// sexagesimal reads 8.59502 as 8°59'50.2", nil where the digits are none of an angle.
func sexagesimal(p *geom.Point) *geom.Point {
	angle := func(v float64) (float64, bool) {
		degrees, rest := math.Modf(math.Abs(v))
		minutes, rest := math.Modf(rest*100 + 1e-9)
		seconds := rest * 100
		return math.Copysign(degrees+minutes/60+seconds/3600, v), minutes < 60 && seconds < 60
	}
	lon, ok := angle(p.FlatCoords()[0])
	lat, ok2 := angle(p.FlatCoords()[1])
	if !ok || !ok2 {
		return nil
	}
	out, _ := pointAt(lon, lat).(*geom.Point)
	return out
}

// metres is about how far two points lie from each other, near enough to tell towns apart.
func metres(a, b *geom.Point) float64 {
	p, q := a.FlatCoords(), b.FlatCoords()
	const degree = 111_195 // metres of a degree of a great circle
	return math.Hypot((p[0]-q[0])*math.Cos(p[1]*math.Pi/180), p[1]-q[1]) * degree
}
