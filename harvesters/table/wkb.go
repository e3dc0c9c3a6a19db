package table

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/twpayne/go-geom"
	"github.com/twpayne/go-geom/encoding/ewkb"
	"github.com/twpayne/go-geom/encoding/wkb"
)

// What PostGIS's EWKB adds to the type of a geometry.
const (
	ewkbZ    = 0x80000000
	ewkbM    = 0x40000000
	ewkbSRID = 0x20000000
)

var errWKB = errors.New("not a WKB geometry")

// maxWKBDepth is how deep collections may lie in each other.
const maxWKBDepth = 8

// WKB reads WKB (OGC 06-103r4, 8.2) or EWKB. Counts that the bytes
// cannot hold are refused before the decoder makes room for them.
func WKB(b []byte) (geom.T, error) {
	s := wkbScan{rest: b}
	s.geometry(0)
	if s.err != nil {
		return nil, s.err
	}
	if s.extended {
		return ewkb.Unmarshal(b)
	}
	return wkb.Unmarshal(b)
}

// A wkbScan passes over a geometry; rest is what is left.
type wkbScan struct {
	rest     []byte
	order    binary.ByteOrder
	extended bool // of PostGIS
	err      error
}

func (s *wkbScan) geometry(depth int) {
	if len(s.rest) < 5 || depth > maxWKBDepth {
		s.err = errWKB
		return
	}
	s.order = binary.BigEndian
	if s.rest[0] == 1 {
		s.order = binary.LittleEndian
	}
	s.rest = s.rest[1:]
	code := s.number()
	if code >= ewkbSRID {
		s.extended = true
	}
	if code&ewkbSRID != 0 {
		s.number()
	}
	position := 16 + 8*int(code>>31&1+code>>30&1)
	kind := code % ewkbSRID
	if dimensions := kind / 1000; dimensions > 0 {
		position = []int{16, 24, 24, 32}[min(dimensions, 3)]
	}
	switch kind % 1000 {
	case 1:
		s.skip(1, position)
	case 2:
		s.skip(s.count(position), position)
	case 3:
		for n := s.count(4); n > 0 && s.err == nil; n-- {
			s.skip(s.count(position), position)
		}
	case 4, 5, 6, 7:
		for n := s.count(5); n > 0 && s.err == nil; n-- {
			s.geometry(depth + 1)
		}
	default:
		s.err = errWKB
	}
}

// number reads four bytes.
func (s *wkbScan) number() uint32 {
	if len(s.rest) < 4 {
		s.err = errWKB
		return 0
	}
	n := s.order.Uint32(s.rest)
	s.rest = s.rest[4:]
	return n
}

// count reads how many parts follow, each of that many bytes or more.
func (s *wkbScan) count(each int) int {
	n := int(s.number())
	if s.err == nil && n > len(s.rest)/each {
		s.err = fmt.Errorf("%w: %d parts in %d bytes", errWKB, n, len(s.rest))
	}
	if s.err != nil {
		return 0
	}
	return n
}

// skip passes over n parts of that many bytes.
func (s *wkbScan) skip(n, each int) {
	if s.err == nil && n > len(s.rest)/each {
		s.err = errWKB
	}
	if s.err == nil {
		s.rest = s.rest[n*each:]
	}
}
