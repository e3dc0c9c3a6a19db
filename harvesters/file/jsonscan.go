package file

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"po-net.prato.it/ponet/harvesters/table"
)

// A scanner walks through JSON of any size, holding no more than the value it
// was asked for. It finds where values begin and end; whether what lies inside
// is valid is checked on each value that is kept.
type scanner struct {
	r       *bufio.Reader
	offset  int64
	line    int
	scratch []byte
}

func newScanner(r io.Reader, offset int64, line int) *scanner {
	return &scanner{r: bufio.NewReaderSize(r, 256<<10), offset: offset, line: line}
}

func (s *scanner) fail(what string) error {
	return failed("JSON, line %d (byte %d): %s", s.line, s.offset+1, what)
}

// peek passes over white space (and the record separators of RFC 8142) and
// returns the next byte; io.EOF at the end.
func (s *scanner) peek() (byte, error) {
	for {
		b, err := s.r.ReadByte()
		if err != nil {
			return 0, err
		}
		switch b {
		case '\n':
			s.line++
		case ' ', '\t', '\r', 0x1e:
		default:
			return b, s.r.UnreadByte()
		}
		s.offset++
	}
}

// want is peek where the file may not end.
func (s *scanner) want() (byte, error) {
	b, err := s.peek()
	if err == io.EOF {
		return 0, s.fail("the file ends too early")
	}
	return b, err
}

func (s *scanner) skip(b byte) error {
	got, err := s.want()
	if err != nil {
		return err
	}
	if got != b {
		return s.fail(fmt.Sprintf("found %q where %q is due", got, b))
	}
	_, err = s.r.ReadByte()
	s.offset++
	return err
}

// value passes over one value; with keep it returns its bytes, which are valid
// until the next call and at most limit.
func (s *scanner) value(keep bool, limit int) ([]byte, error) {
	if _, err := s.want(); err != nil {
		return nil, err
	}
	s.scratch = s.scratch[:0]
	depth, inString, escaped, started := 0, false, false, false
	for {
		if _, err := s.r.Peek(1); err != nil {
			if err == io.EOF && started && depth == 0 && !inString {
				return s.done(keep)
			}
			if err == io.EOF {
				return nil, s.fail("the file ends inside a value")
			}
			return nil, err
		}
		chunk, _ := s.r.Peek(s.r.Buffered())
		n, complete := 0, false
	scan:
		for n < len(chunk) {
			b := chunk[n]
			switch {
			case inString:
				switch {
				case escaped:
					escaped = false
				case b == '\\':
					escaped = true
				case b == '"':
					inString = false
					complete = depth == 0
				case b == '\n':
					s.line++
				}
			case b == '"':
				if started && depth == 0 {
					complete = true
					break scan
				}
				inString = true
			case b == '{', b == '[':
				if depth++; depth > maxDepth {
					return nil, s.fail(fmt.Sprintf("nested deeper than %d", maxDepth))
				}
			case b == '}', b == ']':
				if depth == 0 {
					complete = true
					break scan
				}
				depth--
				if depth == 0 {
					n++
					complete = true
					break scan
				}
			case depth == 0 && (b == ',' || b == ' ' || b == '\n' || b == '\r' || b == '\t' || b == ':'):
				complete = true
				break scan
			case b == '\n':
				s.line++
			}
			started = true
			n++
			if complete {
				break
			}
		}
		if keep {
			if len(s.scratch)+n > limit {
				return nil, s.fail(fmt.Sprintf("a value of more than %d bytes", limit))
			}
			s.scratch = append(s.scratch, chunk[:n]...)
		}
		s.offset += int64(n)
		if _, err := s.r.Discard(n); err != nil {
			return nil, err
		}
		if complete && !started {
			return nil, s.fail("a value is due")
		}
		if complete {
			return s.done(keep)
		}
	}
}

func (s *scanner) done(keep bool) ([]byte, error) {
	if !keep {
		return nil, nil
	}
	if !json.Valid(s.scratch) {
		return nil, s.fail("not valid JSON: " + strconv.Quote(table.Excerpt(string(s.scratch[:min(60, len(s.scratch))]))))
	}
	return s.scratch, nil
}
