package wfs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/geo"
	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/xmldoc"
)

const pageRows = 1000 // features asked for in one request

// A layer is one that is being read.
type layer struct {
	*service
	featureType
	schema schema
	total  int // features by the server's count, -1: unknown
	most   int // that it ever gave in one answer
	found  []string
}

// layer reads a layer whole and yields its features. What was read of one that
// could not be is yielded too.
func (s *service) layer(ctx context.Context, t featureType) error {
	l := &layer{service: s, featureType: t, total: -1}
	if err := l.describe(ctx); err != nil {
		return err
	}
	if err := l.count(ctx); err != nil {
		return err
	}
	w, failure := l.whole(ctx)
	if w == nil {
		return failure
	}
	defer w.close()
	l.found = append([]string{fmt.Sprintf("service: WFS %s, %q", s.caps.version, s.caps.title), "features: " + w.told(l.total)}, l.found...)
	return errors.Join(l.harvest(ctx, w), failure)
}

// describe asks for the attributes. A service that does not tell is read without.
func (l *layer) describe(ctx context.Context) error {
	doc, err := fetch.Read(ctx, l.client, l.with("service", "WFS", "version", l.caps.version, "request", "DescribeFeatureType", l.typeParameter(), l.name), "")
	if err == nil {
		n, _, parse := xmldoc.Parse(doc.Bytes, doc.Charset)
		if parse == nil {
			l.schema = readSchema(n, l.name)
		}
		err = parse
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		l.found = append(l.found, "attributes: the service does not describe them: "+catalog.Excerpt(err.Error()))
	case len(l.schema.attributes) == 0:
		l.found = append(l.found, "attributes: their description does not hold this layer")
	}
	return nil
}

func (l *layer) typeParameter() string {
	if l.caps.first() == 2 {
		return "typeNames"
	}
	return "typeName"
}

var errStop = errors.New("stop")

// count asks how many features there are, which WFS 1.0 does not know, and some
// others answer with the features.
func (l *layer) count(ctx context.Context) error {
	if strings.HasPrefix(l.caps.version, "1.0") {
		return nil
	}
	a, err := l.ask(ctx, l.request(variant{}, "resultType", "hits"), func(feature) error { return errStop })
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err == nil && a.got == 0:
		l.total = a.matched
		if l.total > 0 && l.total == l.caps.limit {
			l.found = append(l.found, fmt.Sprintf("features: the service counts %d, which is as many as it gives at once; there may be more", l.total))
			l.total = -1
		}
	case err != nil && !errors.Is(err, errStop):
		l.found = append(l.found, "features: the service does not count them: "+catalog.Excerpt(err.Error()))
	}
	return nil
}

// ask makes a request and reads its answer.
func (l *layer) ask(ctx context.Context, address string, f func(feature) error) (answer, error) {
	r, err := fetch.Open(ctx, l.client, address, "", maxAnswer)
	if err != nil {
		return answer{matched: -1}, reported(err)
	}
	defer r.Body.Close()
	a, err := readAnswer(r.Body, r.Charset, l.schema, f)
	a.reached = true
	return a, err
}

// reported is the exception report that came with a status other than 200, or err.
func reported(err error) error {
	var status *fetch.StatusError
	var says *exception
	if errors.As(err, &status) && len(status.Body) > 0 {
		if _, what := readAnswer(bytes.NewReader(status.Body), "", schema{}, func(feature) error { return errStop }); errors.As(what, &says) {
			return fmt.Errorf("%w; %w", says, err)
		}
	}
	return err
}

// request is the address of a GetFeature with further parameters.
func (l *layer) request(v variant, parameters ...string) string {
	all := []string{"service", "WFS", "version", l.caps.version, "request", "GetFeature", l.typeParameter(), l.name, "outputFormat", v.format, "srsName", v.srs}
	return l.with(append(all, parameters...)...)
}

// countParameter names how many features an answer may have.
func (l *layer) countParameter() string {
	if l.caps.first() == 2 {
		return "count"
	}
	return "maxFeatures"
}

// page is how many features to ask for at once.
func (l *layer) page() int {
	n := l.src.Listing().Rows(pageRows)
	if l.caps.limit > 0 {
		n = min(n, l.caps.limit)
	}
	return n
}

// A variant is a form in which features can be had.
type variant struct {
	format string // "": what the service gives by itself
	srs    string // "": the layer's own
	json   bool
}

// variants are the forms to try, the best first: GeoJSON, whose axes are not in
// doubt, then the newest GML. A layer in a coordinate system that we do not know is
// asked for in one that it has and that we know.
func (l *layer) variants() []variant {
	formats := l.featureType.formats
	if len(formats) == 0 {
		formats = l.caps.formats
	}
	var list []variant
	srs := l.otherSRS()
	for _, f := range preferred(formats) {
		if srs != "" {
			list = append(list, variant{f, srs, isJSON(f)})
		}
		list = append(list, variant{f, "", isJSON(f)})
	}
	return list
}

// preferred orders the formats that we read; the last is what the service gives by itself.
func preferred(formats []string) []string {
	var list []string
	for _, wanted := range []func(string) bool{
		func(f string) bool { return f == "application/json" },
		isJSON,
		func(f string) bool { return strings.Contains(f, "gml") && strings.Contains(f, "3.2") || f == "gml32" },
		func(f string) bool { return strings.Contains(f, "gml") && strings.Contains(f, "3.1") || f == "gml3" },
	} {
		for _, f := range formats {
			if wanted(strings.ToLower(f)) {
				list = append(list, f)
				break
			}
		}
	}
	if len(list) > 1 && isJSON(list[0]) && isJSON(list[1]) {
		list = append(list[:1], list[2:]...)
	}
	return append(list, "")
}

func isJSON(format string) bool {
	f := strings.ToLower(format)
	return strings.Contains(f, "json") && !strings.Contains(f, "jsonp") && !strings.Contains(f, "javascript") && !strings.Contains(f, "topojson") && !strings.Contains(f, "seq")
}

// otherSRS is the coordinate system to ask for when we do not know that of the
// layer, "" when we do.
func (l *layer) otherSRS() string {
	code := geo.Recognise(l.crs)
	if _, known := geo.Lookup(code); known || geo.Elsewhere(code) || l.crs == "" || l.src.Mapping.SRID != 0 {
		return ""
	}
	for _, other := range l.otherCRS {
		if geo.Recognise(other) == geo.WGS84 {
			return other
		}
	}
	for _, other := range l.otherCRS {
		if _, known := geo.Lookup(geo.Recognise(other)); known {
			return other
		}
	}
	if strings.HasPrefix(l.caps.version, "1.0") {
		return "EPSG:" + strconv.Itoa(geo.WGS84)
	}
	return "urn:ogc:def:crs:EPSG::" + strconv.Itoa(geo.WGS84)
}
