package pdf

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
)

// A ref is the number of an object.
type ref int

func (r ref) String() string { return strconv.Itoa(int(r)) + " 0 R" }

// A file is the objects of a document as ISO 32000-1 §7.5 lays them out. Small
// objects go together into compressed streams (§7.5.7): a tagged document has
// thousands, all alike.
type file struct {
	out     bytes.Buffer
	places  []place // of object n at n-1
	waiting []waiting
	zip     *zlib.Writer // of one stream after another: each would take 0.8 MB
}

// A place is where an object stands: at an offset of the file or, with a stream
// named, as its index-th.
type place struct {
	offset int
	stream ref
	index  int
}

type waiting struct {
	ref  ref
	body string
}

const perStream = 200 // objects of one object stream

func newFile() *file {
	f := &file{zip: zlib.NewWriter(nil)}
	f.out.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n") // bytes above 127: not a text file (§7.5.2)
	return f
}

// reserve gives the number of an object that is written later.
func (f *file) reserve() ref {
	f.places = append(f.places, place{})
	return ref(len(f.places))
}

// object writes a small object.
func (f *file) object(r ref, format string, args ...any) {
	f.waiting = append(f.waiting, waiting{r, fmt.Sprintf(format, args...)})
	if len(f.waiting) == perStream {
		f.flush()
	}
}

// add is an object that gets its number now.
func (f *file) add(format string, args ...any) ref {
	r := f.reserve()
	f.object(r, format, args...)
	return r
}

// stream writes a compressed stream; entries are those of its dictionary
// besides length and filter.
func (f *file) stream(r ref, entries string, data []byte) {
	f.plain(r, entries+"/Filter/FlateDecode", f.deflate(data))
}

// plain writes a stream as it is.
func (f *file) plain(r ref, entries string, data []byte) {
	f.places[r-1] = place{offset: f.out.Len()}
	fmt.Fprintf(&f.out, "%d 0 obj\n<<%s/Length %d>>\nstream\n", r, entries, len(data))
	f.out.Write(data)
	f.out.WriteString("\nendstream\nendobj\n")
}

// flush writes the small objects that wait.
func (f *file) flush() {
	if len(f.waiting) == 0 {
		return
	}
	list := f.waiting
	f.waiting = nil
	r := f.reserve()
	var index, bodies bytes.Buffer
	for i, w := range list {
		f.places[w.ref-1] = place{stream: r, index: i}
		fmt.Fprintf(&index, "%d %d ", w.ref, bodies.Len())
		bodies.WriteString(w.body)
		bodies.WriteByte('\n')
	}
	f.stream(r, fmt.Sprintf("/Type/ObjStm/N %d/First %d", len(list), index.Len()), slices.Concat(index.Bytes(), bodies.Bytes()))
}

// end writes the cross-reference stream (§7.5.8) and is the whole file.
func (f *file) end(root, info ref) []byte {
	f.flush()
	r := f.reserve()
	start := f.out.Len()
	f.places[r-1] = place{offset: start}
	table := []byte{0, 0, 0, 0, 0, 0xff, 0xff} // object 0 heads the list of free ones
	for _, p := range f.places {
		kind, where, index := 1, p.offset, 0
		if p.stream != 0 {
			kind, where, index = 2, int(p.stream), p.index
		}
		table = append(table, byte(kind), byte(where>>24), byte(where>>16), byte(where>>8), byte(where), byte(index>>8), byte(index))
	}
	id := sha256.Sum256(f.out.Bytes())
	f.stream(r, fmt.Sprintf("/Type/XRef/Size %d/W[1 4 2]/Root %v/Info %v/ID[<%x><%[4]x>]", len(f.places)+1, root, info, id[:16]), table)
	fmt.Fprintf(&f.out, "startxref\n%d\n%%%%EOF\n", start)
	return f.out.Bytes()
}

// deflate compresses data; writing to memory cannot fail.
func (f *file) deflate(data []byte) []byte {
	var b bytes.Buffer
	f.zip.Reset(&b)
	f.zip.Write(data)
	f.zip.Close()
	return b.Bytes()
}
