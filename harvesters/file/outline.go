package file

import (
	"context"
	"io"
	"os"
	"slices"
	"strings"

	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/table"
)

// An outline is where the lists in a JSON file are, found in one walk over
// it, which also shows that the file is whole.
type outline struct {
	root     byte // '{' or '['
	sequence bool // several values one after the other: GeoJSONSeq, NDJSON
	members  map[string]string
	lists    []list
}

// A list is an array, or an object that stands for a list of one.
type list struct {
	path   string // "data.items"; "" for the root
	offset int64
	line   int
	count  int
	first  byte // with which the first element begins
}

const (
	outlineDepth = 4    // objects in objects in which lists are looked for
	outlineLists = 1000 // lists that are remembered
)

func readOutline(ctx context.Context, path string) (outline, error) {
	f, err := os.Open(path)
	if err != nil {
		return outline{}, err
	}
	defer f.Close()
	s := newScanner(fetch.WithContext(ctx, f), 0, 1)
	if b, _ := s.r.Peek(3); string(b) == "\xef\xbb\xbf" {
		_, _ = s.r.Discard(3) // peeked
		s.offset = 3
	}
	o := outline{members: map[string]string{}}
	if o.root, err = s.want(); err != nil {
		return o, err
	}
	root := list{offset: s.offset, line: s.line}
	if o.root == '[' {
		err = o.list(s, "")
	} else {
		err = o.object(s, "", 0)
	}
	for values := 1; err == nil; values++ {
		if _, err = s.peek(); err == io.EOF {
			if values > 1 || o.root == '{' && o.members["type"] == `"Feature"` {
				o.sequence = true
				root.count = values
				o.lists = []list{root}
			}
			return o, nil
		}
		if err == nil {
			if o.root == '[' {
				return o, s.fail("something follows the end of the array")
			}
			_, err = s.value(false, 0)
		}
	}
	return o, err
}

// object walks over the members of an object.
func (o *outline) object(s *scanner, path string, depth int) error {
	if err := s.skip('{'); err != nil {
		return err
	}
	for first := true; ; first = false {
		b, err := s.want()
		if err != nil {
			return err
		}
		if b == '}' && first {
			return s.skip('}')
		}
		key, err := s.value(true, 1<<16)
		if err != nil {
			return err
		}
		if len(key) == 0 || key[0] != '"' {
			return s.fail("the name of a member is due")
		}
		name := table.Unquote(key)
		if err := s.skip(':'); err != nil {
			return err
		}
		if err := o.member(s, name, join(path, name), depth); err != nil {
			return err
		}
		if b, err = s.want(); err != nil {
			return err
		}
		if b == '}' {
			return s.skip('}')
		}
		if err := s.skip(','); err != nil {
			return err
		}
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func (o *outline) member(s *scanner, name, path string, depth int) error {
	b, err := s.want()
	switch {
	case err != nil:
		return err
	case depth == 0 && (name == "crs" || name == "transform" || name == "spatialReference" || name == "osm3s") || b != '[' && b != '{' && depth == 0:
		v, err := s.value(true, 1<<20)
		if err == nil && len(v) < 1<<16 {
			o.members[name] = string(v)
		}
		return err
	case b == '[':
		return o.list(s, path)
	case b == '{' && depth < outlineDepth:
		if depth == 1 && strings.HasPrefix(path, "objects.") && len(o.lists) < outlineLists {
			o.lists = append(o.lists, list{path: path, offset: s.offset, line: s.line, count: 1, first: '{'})
		}
		return o.object(s, path, depth+1)
	}
	_, err = s.value(false, 0)
	return err
}

// list walks over the elements of an array.
func (o *outline) list(s *scanner, path string) error {
	l := list{path: path, offset: s.offset, line: s.line}
	if err := s.skip('['); err != nil {
		return err
	}
	b, err := s.want()
	if err != nil {
		return err
	}
	for l.first = b; b != ']'; {
		if _, err := s.value(false, 0); err != nil {
			return err
		}
		l.count++
		if b, err = s.want(); err != nil {
			return err
		}
		if b == ']' {
			break
		}
		if err := s.skip(','); err != nil {
			return err
		}
	}
	if len(o.lists) < outlineLists {
		o.lists = append(o.lists, l)
	}
	return s.skip(']')
}

// find is the list at a path.
func (o *outline) find(path string) (list, bool) {
	i := slices.IndexFunc(o.lists, func(l list) bool { return l.path == path })
	if i < 0 {
		return list{}, false
	}
	return o.lists[i], true
}

// usual are the names under which interfaces put their rows; "it" is the
// Italian half of files in several languages.
var usual = []string{"data", "items", "results", "records", "features", "rows", "elements", "value", "it"}

// best is the list that is most likely the table: of objects, under a usual
// name, the longest.
func (o *outline) best() (list, bool) {
	var best list
	bestRank := -1
	for _, l := range o.lists {
		if l.first != '{' {
			continue
		}
		rank := 0
		if i := strings.LastIndexByte(l.path, '.'); l.path == "" || slices.Contains(usual, l.path[i+1:]) {
			rank = 1
		}
		if rank > bestRank || rank == bestRank && l.count > best.count {
			best, bestRank = l, rank
		}
	}
	return best, bestRank >= 0
}
