package portal

import (
	"fmt"
	"net/http"
	"strings"

	"rsc.io/qr"

	"po-net.prato.it/ponet/catalog"
)

// maxQR is the longest address, in bytes, that a code holds and a telephone
// still reads from a screen.
const maxQR = 1000

// qrCode answers /qr.svg?di=PATH: the code of a page of ours, for the telephone
// of who looks at another screen or at paper.
func (s *server) qrCode(w http.ResponseWriter, r *http.Request) error {
	path := r.URL.Query().Get("di")
	address := s.absolute(r, path)
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n") || len(address) > maxQR {
		return fmt.Errorf("code of %.80q: %w", path, catalog.ErrNotFound)
	}
	if fresh(w, r, s.etag("qr", address)) {
		return nil
	}
	code, err := qr.Encode(address, qr.M)
	if err != nil {
		return fmt.Errorf("code of %.80q: %w", path, err)
	}
	w.Header().Set("Content-Type", "image/svg+xml")
	if r.Method != http.MethodHead {
		_, err = w.Write(qrSVG(code))
	}
	return err
}

// quietZone is how many modules must stay white around a code (ISO/IEC 18004 §5.3.8).
const quietZone = 4

// qrSVG draws code.
func qrSVG(code *qr.Code) []byte {
	side := code.Size + 2*quietZone
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h%dv%dH0z"/><path d="%s"/></svg>`, side, side, side, side, qrPath(code))
}

// qrPath is a path of the black runs of code, inside its quiet zone.
func qrPath(code *qr.Code) string {
	var b []byte
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			from := x
			for x < code.Size && code.Black(x, y) {
				x++
			}
			if n := x - from; n > 0 {
				b = fmt.Appendf(b, "M%d %dh%dv1h-%dz", from+quietZone, y+quietZone, n, n)
			}
		}
	}
	return string(b)
}
