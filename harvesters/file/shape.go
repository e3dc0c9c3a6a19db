package file

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/twpayne/go-geom"
	"po-net.prato.it/ponet/harvesters/table"
)

// errShape: this one shape cannot be read; the next can.
var errShape = errors.New("shape not readable")

// A shapeReader reads the shapes of a .shp in order (ESRI Shapefile Technical
// Description, 1998). The .shx is not needed for that.
type shapeReader struct {
	r    *bufio.Reader
	left int64 // bytes of the file by its header, of what is not read yet
	buf  []byte
}

func newShapeReader(in io.Reader) (*shapeReader, error) {
	s := &shapeReader{r: bufio.NewReaderSize(in, 256<<10)}
	var head [100]byte
	if _, err := io.ReadFull(s.r, head[:]); err != nil {
		return nil, fmt.Errorf("%w: %w", failed("the .shp has no whole header"), err)
	}
	if binary.BigEndian.Uint32(head[:]) != 9994 {
		return nil, failed("the .shp does not begin like one")
	}
	s.left = 2*int64(binary.BigEndian.Uint32(head[24:])) - 100
	return s, nil
}

// next is the next shape, nil for a null shape, io.EOF after the last.
func (s *shapeReader) next() (geom.T, error) {
	var head [8]byte
	if s.left <= 0 {
		return nil, io.EOF
	}
	if _, err := io.ReadFull(s.r, head[:]); err != nil {
		return nil, fmt.Errorf("%w: %w", failed("the .shp ends %d bytes early", s.left), err)
	}
	length := 2 * int64(binary.BigEndian.Uint32(head[4:]))
	if length < 4 || length > maxRow {
		return nil, failed("a shape of %d bytes", length)
	}
	if int64(cap(s.buf)) < length {
		s.buf = make([]byte, length)
	}
	s.buf = s.buf[:length]
	if _, err := io.ReadFull(s.r, s.buf); err != nil {
		return nil, fmt.Errorf("%w: %w", failed("the .shp ends inside a shape"), err)
	}
	s.left -= 8 + length
	return parseShape(s.buf)
}

// The kinds of shape, the tens being Z, the twenties M.
const (
	shapePoint      = 1
	shapeLine       = 3
	shapePolygon    = 5
	shapeMultiPoint = 8
)

// parseShape reads one shape. Heights are kept, measures are dropped.
func parseShape(b []byte) (geom.T, error) {
	if len(b) < 4 {
		return nil, fmt.Errorf("%w: %d bytes", errShape, len(b))
	}
	kind := littleInt(b)
	z := kind > 10 && kind < 20
	p := shapeParser{b: b[4:], z: z}
	switch {
	case kind == 0:
		return nil, nil
	case kind > 28 || kind == 31:
		return nil, fmt.Errorf("%w: shape type %d", errShape, kind)
	}
	switch kind % 10 {
	case shapePoint:
		return p.point()
	case shapeMultiPoint:
		return p.multiPoint()
	case shapeLine, shapePolygon:
		return p.parts(kind%10 == shapePolygon)
	}
	return nil, fmt.Errorf("%w: shape type %d", errShape, kind)
}

type shapeParser struct {
	b []byte
	z bool
}

func (p shapeParser) layout() geom.Layout {
	if p.z {
		return geom.XYZ
	}
	return geom.XY
}

func double(b []byte) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(b)) }

func (p shapeParser) point() (geom.T, error) {
	n := p.layout().Stride()
	if len(p.b) < 8*n {
		return nil, fmt.Errorf("%w: point of %d bytes", errShape, len(p.b))
	}
	flat := make([]float64, n)
	for i := range flat {
		flat[i] = double(p.b[8*i:])
	}
	if math.IsNaN(flat[0]) || math.IsNaN(flat[1]) || flat[0] < -1e38 {
		return nil, nil // "no data" in this format
	}
	return geom.NewPointFlat(p.layout(), flat), nil
}

// coordinates reads n positions at byte at, with their heights if there are.
func (p shapeParser) coordinates(at, n int) ([]float64, error) {
	stride := p.layout().Stride()
	need := at + 16*n
	if p.z {
		need += 16 + 8*n // the range of heights, and the heights
	}
	if n < 0 || n > len(p.b)/16 || need > len(p.b) {
		return nil, fmt.Errorf("%w: %d points in %d bytes", errShape, n, len(p.b))
	}
	flat := make([]float64, 0, n*stride)
	heights := at + 16*n + 16
	for i := range n {
		flat = append(flat, double(p.b[at+16*i:]), double(p.b[at+16*i+8:]))
		if p.z {
			flat = append(flat, double(p.b[heights+8*i:]))
		}
	}
	return flat, nil
}

func (p shapeParser) multiPoint() (geom.T, error) {
	if len(p.b) < 36 {
		return nil, fmt.Errorf("%w: multipoint of %d bytes", errShape, len(p.b))
	}
	flat, err := p.coordinates(36, littleInt(p.b[32:]))
	if err != nil || len(flat) == 0 {
		return nil, err
	}
	return geom.NewMultiPointFlat(p.layout(), flat), nil
}

// parts reads lines and polygons.
func (p shapeParser) parts(polygon bool) (geom.T, error) {
	if len(p.b) < 40 {
		return nil, fmt.Errorf("%w: %d bytes", errShape, len(p.b))
	}
	numParts, numPoints := littleInt(p.b[32:]), littleInt(p.b[36:])
	if numParts < 0 || numParts > (len(p.b)-40)/4 {
		return nil, fmt.Errorf("%w: %d parts in %d bytes", errShape, numParts, len(p.b))
	}
	flat, err := p.coordinates(40+4*numParts, numPoints)
	if err != nil || numParts == 0 || numPoints == 0 {
		return nil, err
	}
	stride := p.layout().Stride()
	var ends []int
	before := 0
	for i := range numParts {
		end := numPoints
		if i+1 < numParts {
			end = littleInt(p.b[40+4*(i+1):])
		}
		if end < before || end > numPoints {
			return nil, fmt.Errorf("%w: part %d ends at point %d of %d", errShape, i, end, numPoints)
		}
		ends = append(ends, end*stride)
		before = end
	}
	switch {
	case polygon:
		return table.Polygons(p.layout(), flat, ends), nil
	case len(ends) == 1:
		return geom.NewLineStringFlat(p.layout(), flat), nil
	}
	return geom.NewMultiLineStringFlat(p.layout(), flat, ends), nil
}
