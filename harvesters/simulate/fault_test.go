package simulate

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
)

// A fault is what goes wrong with the answers of one reading.
type fault string

const (
	none       fault = ""
	fails      fault = "answers 500"
	busy       fault = "is busy once (503, Retry-After: 0)"
	timesOut   fault = "does not answer in time"
	resets     fault = "breaks off in the middle of an answer"
	short      fault = "sends less than it announced"
	cutShort   fault = "sends half an answer as if it were whole"
	empty      fault = "answers 200 with nothing"
	page       fault = "answers 200 with a web page"
	first      fault = "gives its first page again"
	shuffled   fault = "lists in another order from there on"
	twice      fault = "lists a row twice"
	moves      fault = "changes while it is read"
	slow       fault = "sends byte by byte"
	unreadable fault = "lists an entry that cannot be read"
	stale      fault = "says that nothing has changed (304), whatever has"
	otherBytes fault = "writes in another encoding"
	forgets    fault = "has forgotten what changed since, and lists everything"
)

// harmless faults leave the listing whole.
func (f fault) harmless() bool {
	return slices.Contains([]fault{none, busy, slow, otherBytes, forgets}, f)
}

// faults of a kind: those that any server may have, and some that are only told
// apart where the form of the answer shows its end.
func (k kind) faults() []fault {
	all := []fault{fails, busy, timesOut, resets, short, empty, page, slow}
	switch {
	case k.name == "scripted":
		all = append(all, first, twice, unreadable, forgets)
	case k.paged:
		all = append(all, first, shuffled, moves, twice)
	default: // a file may hold a key twice: both rows are kept
		all = append(all, stale)
	}
	if k.framed {
		all = append(all, cutShort)
	}
	if k.encoded {
		all = append(all, otherBytes)
	}
	return all
}

// A row is one entry of a listing.
type row struct {
	key   string
	state state
}

// A site is a server that tells of a world, in one of the protocols. It is the
// transport of the harvest's HTTP client, so that no socket is in between.
type site struct {
	kind kind
	cap  int // rows a page, whatever is asked for

	// of the reading under way:
	rows     []row // as they are listed now
	later    []row // as they are listed from the fault on, for those that change the listing
	fault    fault
	at       int  // the request that it strikes, from 1
	lasting  bool // and all after it
	requests int
	struck   bool
	told     map[row]bool // what left the server, in whatever state it arrived
	encoding string
	claimed  []row // by a lie: what the source is said to hold still

	// of a scripted source:
	incremental    bool // it can list what changed
	clock          int
	touched, taken map[string]int
	partial        bool            // that was what it was asked
	deleted        map[string]bool // what it said it has deleted
	unreadable     string          // key of an entry that cannot be read

	given map[string][]row // by ETag, in all readings

	mapped  int    // the mapping that our source has
	between func() // what others do while the source is read, at request at; nil: nothing
}

// read begins a reading of w with a fault planned; l is what the world has become
// meanwhile when the fault is that it moves.
func (s *site) read(r *rand.Rand, w world, l *living, f fault, at int, lasting bool) {
	list := func(w world) (rows []row) {
		for _, k := range w.keys() {
			rows = append(rows, row{k, w[k].as(s.mapped)})
		}
		return rows
	}
	s.rows, s.later = list(w), nil
	s.fault, s.at, s.lasting, s.requests, s.struck, s.told = f, at, lasting, 0, false, map[row]bool{}
	s.encoding, s.claimed = "utf-8", nil
	s.clock, s.touched, s.taken = l.clock, maps.Clone(l.touched), maps.Clone(l.taken)
	s.partial, s.deleted, s.unreadable = false, map[string]bool{}, ""
	if s.given == nil {
		s.given = map[string][]row{}
	}
	switch f {
	case shuffled:
		s.later = slices.Clone(s.rows)
		r.Shuffle(len(s.later), func(i, j int) { s.later[i], s.later[j] = s.later[j], s.later[i] })
	case moves:
		s.later = list(l.world)
	case twice:
		if n := len(s.rows); n > 0 {
			i, j := r.IntN(n), r.IntN(n+1)
			s.rows = slices.Insert(s.rows, j, s.rows[i])
			s.struck = true
		}
	case unreadable:
		s.spoil(at)
	case forgets:
		s.struck = true
	case otherBytes:
		s.encoding, s.struck = []string{"windows-1252", "utf-8 with a byte order mark"}[r.IntN(2)], true
	}
}

// RoundTrip answers one request.
func (s *site) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	s.requests++
	if s.between != nil {
		s.between()
		s.between = nil
	}
	struck := s.requests == s.at || s.lasting && s.requests > s.at
	if struck {
		s.struck = true
		switch s.fault {
		case shuffled, moves:
			s.rows = s.later
		case timesOut:
			return nil, os.ErrDeadlineExceeded
		case fails:
			return respond(req, http.StatusInternalServerError, []byte("Internal Server Error"), -1), nil
		case empty:
			return respond(req, http.StatusOK, nil, 0), nil
		case page:
			return respond(req, http.StatusOK, []byte("<!DOCTYPE html><html><title>Manutenzione</title></html>"), -1), nil
		case busy:
			if s.requests == s.at {
				res := respond(req, http.StatusServiceUnavailable, nil, 0)
				res.Header.Set("Retry-After", "0")
				return res, nil
			}
		}
	}
	a := s.kind.answer(s, req, struck && s.fault == first)
	if a.status != 0 {
		return respond(req, a.status, a.body, -1), nil
	}
	etag, known, same := s.conditional(req, a, struck && s.fault == stale)
	if same {
		s.claimed = known
		for _, row := range known {
			s.told[row] = true
		}
		return respond(req, http.StatusNotModified, nil, 0), nil
	}
	for _, row := range a.rows {
		s.told[row] = true
	}
	res := respond(req, http.StatusOK, a.body, int64(len(a.body)))
	res.Header.Set("Content-Type", a.mediaType)
	if etag != "" {
		res.Header.Set("ETag", etag)
	}
	if !struck {
		return res, nil
	}
	half := a.body[:len(a.body)/2]
	switch s.fault {
	case resets:
		res.Body = io.NopCloser(io.MultiReader(bytes.NewReader(half), failing{errors.New("read: connection reset by peer")}))
		res.ContentLength = -1
	case short:
		res.Body = io.NopCloser(io.MultiReader(bytes.NewReader(half), failing{io.ErrUnexpectedEOF}))
	case cutShort:
		res.Body, res.ContentLength = io.NopCloser(bytes.NewReader(half)), -1
	case slow:
		res.Body, res.ContentLength = io.NopCloser(oneByOne{bytes.NewReader(a.body)}), -1
	}
	return res, nil
}

func respond(req *http.Request, status int, body []byte, length int64) *http.Response {
	return &http.Response{
		StatusCode: status, Status: fmt.Sprintf("%d %s", status, http.StatusText(status)), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: length, Request: req,
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

type oneByOne struct{ r io.Reader }

func (o oneByOne) Read(p []byte) (int, error) { return o.r.Read(p[:min(1, len(p))]) }

// number is a query parameter, or otherwise.
func number(req *http.Request, name string, otherwise int) int {
	if n, err := strconv.Atoi(req.URL.Query().Get(name)); err == nil {
		return n
	}
	return otherwise
}
