package harvesters

import (
	"bufio"
	"compress/gzip"
	"io"
	"net/http"
)

// unzipping asks for gzip, and unpacks it, as http.Transport does; but an answer
// that is whole by its own checksum, and as long as was announced once it is
// unpacked, is whole: pycsw 2 announces the length of what it packed.
type unzipping struct{ next http.RoundTripper }

func (t unzipping) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Header.Get("Accept-Encoding") != "" || req.Header.Get("Range") != "" || req.Method == http.MethodHead {
		return t.next.RoundTrip(req)
	}
	req = req.Clone(req.Context())
	req.Header.Set("Accept-Encoding", "gzip")
	res, err := t.next.RoundTrip(req)
	if err != nil || res.Header.Get("Content-Encoding") != "gzip" || res.ContentLength == 0 {
		return res, err
	}
	res.Body = &unzipped{packed: res.Body, announced: res.ContentLength}
	res.Header.Del("Content-Encoding")
	res.Header.Del("Content-Length")
	res.ContentLength, res.Uncompressed = -1, true
	return res, nil
}

// unzipped is a packed body, unpacked.
type unzipped struct {
	packed    io.ReadCloser
	announced int64 // bytes; -1: unknown
	read      int64
	in        *bufio.Reader
	z         *gzip.Reader
	err       error
}

func (u *unzipped) Close() error { return u.packed.Close() }

func (u *unzipped) Read(p []byte) (int, error) {
	if u.err != nil {
		return 0, u.err
	}
	if u.z == nil {
		u.in = bufio.NewReader(u.packed)
		z, err := gzip.NewReader(u.in)
		if err == io.EOF {
			err = io.ErrUnexpectedEOF // nothing came, not even a header
		}
		if u.err = err; err != nil {
			return 0, err
		}
		u.z = z
		u.z.Multistream(false)
	}
	n, err := u.z.Read(p)
	u.read += int64(n)
	if err == io.EOF { // and the checksum is right
		err = u.further()
	}
	u.err = err
	return n, err
}

// further goes on with what follows a part that is whole, if anything does.
func (u *unzipped) further() error {
	if u.read == u.announced {
		return io.EOF
	}
	if _, err := u.in.Peek(1); err != nil {
		return err
	}
	if err := u.z.Reset(u.in); err != nil {
		return err
	}
	u.z.Multistream(false)
	return nil
}
